/** The Wasm filters that every figure is compared with. */
import { join } from "node:path";
import { root, step } from "../tools/run.mjs";

/** Compiles the filter that does nothing; the module's path. */
export function buildNoop(folder: string): Promise<string> {
  return compile("the no-op filter", "bench/noop/index.ts", join(folder, "noop.wasm"));
}

/** Compiles the filter that makes the host calls of the owner's GET and nothing else; the module's path. */
export function buildCalls(folder: string): Promise<string> {
  return compile("the filter of mere host calls", "bench/noop/calls.ts", join(folder, "calls.wasm"));
}

async function compile(name: string, source: string, out: string): Promise<string> {
  const asc = join(root, "node_modules", "assemblyscript", "bin", "asc.js");
  const options = ["-O3", "--runtime", "minimal", "--exportStart", "_initialize", "--enable", "simd"];
  const abort = ["--use", "abort=assembly/abi/abort/abort"];
  await step(`building ${name}`, process.execPath, [asc, source, "-o", out, ...options, ...abort]);
  return out;
}
