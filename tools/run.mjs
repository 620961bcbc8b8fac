// Small helpers of the set-up. Nothing here may import a package: it runs before any is installed.
import { spawn } from "node:child_process";
import { dirname, resolve } from "node:path";
import { fileURLToPath } from "node:url";

/** The top folder of the project, absolute. */
export const root = resolve(dirname(fileURLToPath(import.meta.url)), "..");

/** A fault whose message is all the user needs: what is wrong and what to do. Shown without a stack. */
export class UserError extends Error {}

/**
 * Ends the process: a `UserError` as its sentence, anything else with its stack.
 * @param {unknown} error
 * @returns {never}
 */
export function fail(error) {
  console.error(error instanceof UserError ? `\n${error.message}` : error);
  process.exit(1);
}

/**
 * Runs a slow command while showing that it is alive; its output is only shown when it fails.
 * @param {string} title what is being done, for people
 * @param {string} command
 * @param {string[]} args
 * @param {(output: string) => string | undefined} [explain] turns known output into what to do about it
 * @returns {Promise<void>} rejects with a `UserError` when the command fails
 */
export async function step(title, command, args, explain) {
  const started = Date.now();
  const seconds = () => `${Math.round((Date.now() - started) / 1000)} s`;
  const terminal = process.stdout.isTTY;
  process.stdout.write(`- ${title} …${terminal ? "" : "\n"}`);
  const beat = setInterval(
    () => process.stdout.write(terminal ? `\r- ${title} … ${seconds()}` : `  still at it after ${seconds()}\n`),
    terminal ? 1000 : 15_000,
  );
  let output = "";
  const child = spawn(command, args, { cwd: root, stdio: ["ignore", "pipe", "pipe"] });
  child.stdout.on("data", (data) => (output += data));
  child.stderr.on("data", (data) => (output += data));
  /** @type {string | undefined} */
  const problem = await new Promise((done) => {
    child.on("error", (error) => done(error.message));
    child.on("close", (code, signal) => done(code === 0 ? undefined : `it ended with ${signal ?? `code ${code}`}`));
  });
  clearInterval(beat);
  if (problem === undefined) {
    process.stdout.write(terminal ? `\r- ${title}: done in ${seconds()}\n` : `  done in ${seconds()}\n`);
    return;
  }
  process.stdout.write("\n");
  const tail = output.trimEnd().split("\n").slice(-25).join("\n");
  const advice = explain?.(output) ?? "";
  throw new UserError(`${tail}\n\n${title} failed: ${problem}. ${advice}`.trim());
}
