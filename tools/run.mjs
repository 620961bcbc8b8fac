// Small helpers of the set-up. Nothing here may import a package: it runs before any is installed.
import { spawn } from "node:child_process";
import { dirname, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

/** The top folder of the project, absolute. */
export const root = resolve(dirname(fileURLToPath(import.meta.url)), "..");

/**
 * Whether a module is the program that runs, rather than imported by another.
 * @param {string} url its import.meta.url
 */
export function isProgram(url) {
  return url === pathToFileURL(process.argv[1] ?? "").href;
}

/**
 * Whether a version such as "20.6.1" comes before another.
 * @param {string} version
 * @param {string} other
 */
export function isOlder(version, other) {
  return version.localeCompare(other, "en", { numeric: true }) < 0;
}

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

/** What runs, and how it is ended when this process ends. @type {Map<import("node:child_process").ChildProcess, NodeJS.Signals>} */
const children = new Map();
process.once("exit", () => children.forEach((signal, child) => child.kill(signal)));

/**
 * Runs a program to its end, and ends it when this process ends before.
 * @param {string} command
 * @param {string[]} args
 * @param {((output: string) => void) | "inherit"} output takes what it says; or it writes to the terminal itself
 * @returns {Promise<string | undefined>} nothing when all went well, else how it ended
 */
export function run(command, args, output) {
  const stdio = output === "inherit" ? output : "pipe";
  const child = spawn(command, args, { cwd: root, stdio: ["ignore", stdio, stdio] });
  // npm, for one, does not end when it is asked to; what is set up is checked and set up again. What writes to the terminal
  // has children of its own to end.
  children.set(child, output === "inherit" ? "SIGTERM" : "SIGKILL");
  for (const stream of [child.stdout, child.stderr])
    if (typeof output === "function") stream?.on("data", (data) => output(String(data)));
  return new Promise((done) => {
    child.on("error", (error) => done(error.message));
    child.on("close", (code, signal) => {
      children.delete(child);
      done(code === 0 ? undefined : `it ended with ${signal ?? `code ${code}`}`);
    });
  });
}

/**
 * Runs a slow program while showing that it is alive; what it says is only shown when it fails.
 * @param {string} title what is being done, for people
 * @param {string} command
 * @param {string[]} args
 * @param {(output: string) => string | undefined} [explain] turns known output into what to do about it
 * @returns {Promise<void>}
 * @throws {UserError} when the program fails
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
  let said = "";
  const problem = await run(command, args, (text) => (said += text));
  clearInterval(beat);
  if (problem === undefined) {
    process.stdout.write(terminal ? `\r- ${title}: done in ${seconds()}\n` : `  done in ${seconds()}\n`);
    return;
  }
  process.stdout.write("\n");
  const tail = said.trimEnd().split("\n").slice(-25).join("\n");
  throw new UserError(`${tail}\n\n${title} failed: ${problem}. ${explain?.(said) ?? ""}`.trim());
}
