import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, renameSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join, relative, resolve } from "node:path";
import { promisify } from "node:util";
import { root } from "../../../tools/run.mjs";

/**
 * Compiles an AssemblyScript probe filter to the system's temporary folder, once per content.
 * @param source path of the entry, which may import `./host.ts` and nothing else
 * @param options more options of asc
 * @returns path of the module
 * @throws Error with the compiler's words
 */
export async function compileProbe(source: string, options: string[] = []): Promise<string> {
  const folder = join(tmpdir(), "caldav-probes");
  mkdirSync(folder, { recursive: true });
  const entry = relative(root, resolve(source));
  const common = join(dirname(entry), "host.ts");
  const contents = [entry, common].map((path) => readFileSync(join(root, path)));
  const key = createHash("sha256")
    .update(Buffer.concat(contents))
    .update(options.join("\0"))
    .digest("hex")
    .slice(0, 16);
  const target = join(folder, `${basename(entry, ".ts")}-${key}.wasm`);
  if (existsSync(target)) return target;
  const fresh = `${target}.${process.pid}`;
  const abort = ["--use", `abort=${common.replace(/\.ts$/, "")}/abort`];
  const runtime = ["-O1", "--runtime", "incremental", "--exportRuntime", "--exportStart", "_initialize"];
  const asc = join(root, "node_modules", "assemblyscript", "bin", "asc.js");
  try {
    await promisify(execFile)(process.execPath, [asc, entry, "-o", fresh, ...runtime, ...abort, ...options], {
      cwd: root,
    });
  } catch (error) {
    throw new Error(`asc refused ${entry}: ${(error as { stderr?: string }).stderr ?? String(error)}`);
  }
  renameSync(fresh, target);
  return target;
}
