/** The no-op Wasm filter that every figure is compared with. */
import { join } from "node:path";
import { root, step } from "../tools/run.mjs";

/** Compiles bench/noop/index.ts with the options of the caldav filter; the module's path. */
export async function buildNoop(folder: string): Promise<string> {
  const out = join(folder, "noop.wasm");
  const asc = join(root, "node_modules", "assemblyscript", "bin", "asc.js");
  const options = ["-O3", "--runtime", "incremental", "--exportStart", "_initialize"];
  const abort = ["--use", "abort=assembly/abi/abort/abort"];
  await step("building the no-op filter", process.execPath, [
    asc,
    "bench/noop/index.ts",
    "-o",
    out,
    ...options,
    ...abort,
  ]);
  return out;
}
