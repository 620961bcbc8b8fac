import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync } from "node:fs";
import { join } from "node:path";
import { threadId } from "node:worker_threads";

const OPTIONS = ["--enable", "simd", "--optimize", "--runtime", "incremental", "--maximumMemory", "2048"];

/**
 * Compiles a harness of test/property/harness and gives the module's bytes. The compiled module is kept in build/ under
 * a digest of all its sources, since several test files run the same one.
 */
export function compileHarness(name: string): Buffer<ArrayBuffer> {
  const source = `test/property/harness/${name}.ts`;
  const folder = "build/harness";
  const out = join(folder, `${name}-${digestOf(source).slice(0, 16)}.wasm`);
  if (!existsSync(out)) {
    mkdirSync(folder, { recursive: true });
    // Under a name of its own first, since another worker may do the same right now.
    const fresh = `${out}.${process.pid}.${threadId}`;
    execFileSync(process.execPath, ["node_modules/assemblyscript/bin/asc.js", source, ...OPTIONS, "-o", fresh]);
    renameSync(fresh, out);
  }
  return readFileSync(out);
}

function digestOf(source: string): string {
  const assembly = readdirSync("assembly", { recursive: true, encoding: "utf8" }).filter((file) =>
    file.endsWith(".ts"),
  );
  const hash = createHash("sha256");
  for (const file of [source, "package-lock.json", ...assembly.sort().map((file) => join("assembly", file))]) {
    hash.update(`${file}\0`).update(readFileSync(file));
  }
  return hash.digest("hex");
}
