import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, renameSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join, resolve } from "node:path";
import { promisify } from "node:util";

/**
 * Compiles an AssemblyScript probe filter to the system's temporary folder, once per content.
 * @param source path of the entry; what it imports is not part of the content that decides
 * @param options more options of asc
 * @returns path of the module
 * @throws Error with the compiler's words
 */
export async function compileProbe(source: string, options: string[] = []): Promise<string> {
  const folder = join(tmpdir(), "caldav-probes");
  mkdirSync(folder, { recursive: true });
  const shared = resolve(source, "..", "host.ts");
  const content = [source, shared].map((path) => (existsSync(path) ? readFileSync(path) : ""));
  const key = createHash("sha256")
    .update([...content, ...options].join("\0"))
    .digest("hex")
    .slice(0, 16);
  const target = join(folder, `${basename(source, ".ts")}-${key}.wasm`);
  if (existsSync(target)) return target;
  const asc = resolve("node_modules/assemblyscript/bin/asc.js");
  const temporary = `${target}.${process.pid}`;
  const args = [
    source,
    "-o",
    temporary,
    "-O1",
    "--runtime",
    "incremental",
    "--exportRuntime",
    "--exportStart",
    "_initialize",
  ];
  const abort = `abort=${source.replace(/\.ts$/, "").replace(`${resolve(".")}/`, "")}/abort`;
  try {
    await promisify(execFile)(process.execPath, [asc, ...args, "--use", abort, ...options]);
  } catch (error) {
    throw new Error(`asc refused ${source}: ${(error as { stderr?: string }).stderr ?? String(error)}`);
  }
  renameSync(temporary, target);
  return target;
}
