/** The filter with a clock that the bench sets. */
import { readFile } from "node:fs/promises";
import { basename, join, resolve } from "node:path";
import asc from "assemblyscript/asc";
import { root } from "../../tools/run.mjs";

const clock = join(root, "assembly", "host", "clock.ts");

/**
 * Compiles the filter as tools/build.ts does, but for its clock: bench/noop/clock.ts.
 * @returns the path of the module
 * @throws Error with the compiler's output
 */
export async function buildWithClock(folder: string): Promise<string> {
  const out = join(folder, "caldav-with-clock.wasm");
  const options = ["--config", "assembly/asconfig.json", "--target", "release", "--outFile", out, "--baseDir", root];
  const output = asc.createMemoryStream();
  const { error } = await asc.main(options, {
    stderr: output,
    readFile: async (name, base) => {
      const path = resolve(base, name);
      if (path === clock) return 'export { now, tickEvery } from "../../bench/noop/clock";\n';
      return readFile(path, "utf8").catch(() => null);
    },
  });
  if (error) throw new Error(`${basename(out)}: ${error.message}\n${output.toString()}`);
  return out;
}
