/** Builds the filter: assembly/ -> build/caldav.wasm and build/caldav.wasm.sha256. */
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import { foreignImports } from "./imports.ts";
import { exclusively } from "./lock.mjs";
import { fail, isProgram, root, step, UserError } from "./run.mjs";

/** The built filter. */
export const wasm = join(root, "build", "caldav.wasm");
const sourcesOf = `${wasm}.sources`;
const compiler = join(root, "node_modules", "assemblyscript");

/**
 * Builds the filter when its sources or the compiler changed since it was last built.
 * @returns whether it was built
 * @throws UserError with the compiler's output when it does not compile, or imports what Envoy does not have
 */
export async function build(): Promise<boolean> {
  if (isCurrent()) return false;
  return exclusively("build", async () => {
    if (isCurrent()) return false;
    await compile();
    return true;
  });
}

/** The path of the filter to run: what CALDAV_WASM names, else the built one, built now if need be. */
export async function filterPath(): Promise<string> {
  if (process.env.CALDAV_WASM) return resolve(process.env.CALDAV_WASM);
  await build();
  return wasm;
}

function isCurrent(): boolean {
  return existsSync(wasm) && existsSync(sourcesOf) && readFileSync(sourcesOf, "utf8") === digestOfSources();
}

async function compile(): Promise<void> {
  mkdirSync(join(root, "build"), { recursive: true });
  const sources = digestOfSources();
  const fresh = `${wasm}.new`;
  const script = join(compiler, "bin", "asc.js");
  const options = ["--config", "assembly/asconfig.json", "--target", "release", "--outFile", relative(root, fresh)];
  await step("building the filter", process.execPath, [script, ...options]);
  const bytes = readFileSync(fresh);
  const foreign = foreignImports(bytes);
  if (foreign.length > 0) {
    rmSync(fresh);
    throw new UserError(
      `The filter imports what Envoy does not have, so Envoy would not load it: ${foreign.join(", ")}`,
    );
  }
  writeFileSync(`${wasm}.sha256`, `${createHash("sha256").update(bytes).digest("hex")}  caldav.wasm\n`);
  renameSync(fresh, wasm);
  writeFileSync(sourcesOf, sources);
}

/** One digest over all that decides what is built. */
function digestOfSources(): string {
  const folder = join(root, "assembly");
  const files = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((name) => /\.(ts|json)$/.test(name));
  const hash = createHash("sha256").update(readFileSync(join(compiler, "package.json")));
  for (const name of files.sort()) hash.update(`${name}\0`).update(readFileSync(join(folder, name)));
  return hash.digest("hex");
}

if (isProgram(import.meta.url)) {
  try {
    const built = await build();
    console.log(`${relative(process.cwd(), wasm)} ${built ? "is built" : "is up to date"}`);
  } catch (error) {
    fail(error);
  }
}
