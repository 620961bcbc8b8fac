#!/usr/bin/env node
// The first thing that every npm script runs: makes a fresh clone ready, then becomes the TypeScript program it was asked for.
//   node tools/bootstrap.mjs [--python] PROGRAM.ts [arguments]
// With --python a missing Python is told before the JavaScript packages are downloaded. Depends on nothing but Node.
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { exclusively, isAlive } from "./lock.mjs";
import { findPython } from "./python.mjs";
import { fail, isOlder, root, step, UserError } from "./run.mjs";

/** @returns {void} */
function checkNode() {
  const { node } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")).engines;
  const wanted = node.replace(/[^\d.]/g, "");
  const found = process.versions.node;
  if (isOlder(found, wanted))
    throw new UserError(
      `Node.js ${wanted} or newer is needed; this is ${found}. ` +
        "Install a current one (nodejs.org, nvm install 22) and run this again.",
    );
  if (process.platform === "win32") throw new UserError("Envoy has no Windows build. Use WSL 2, or docker compose up.");
}

/**
 * Whether node_modules holds just what the lock file says. npm writes its own record last, so that an interrupted
 * installation has none.
 */
function packagesAreInstalled() {
  const record = join(root, "node_modules", ".package-lock.json");
  if (!existsSync(record)) return false;
  const wanted = JSON.parse(readFileSync(join(root, "package-lock.json"), "utf8")).packages;
  const installed = JSON.parse(readFileSync(record, "utf8")).packages;
  return Object.keys(wanted).every((path) => {
    if (path === "" || wanted[path].optional || wanted[path].peer) return true;
    return installed[path]?.version === wanted[path].version;
  });
}

async function installPackages() {
  if (packagesAreInstalled()) return;
  await exclusively("packages", async () => {
    if (packagesAreInstalled()) return;
    const npm = process.env.npm_execpath ?? "";
    const [command, ...script] = basename(npm) === "npm-cli.js" ? [process.execPath, npm] : ["npm"];
    // NODE_ENV=production would leave out what is needed here.
    const flags = ["--include=dev", "--no-fund", "--no-audit", "--no-update-notifier"];
    await step("installing JavaScript packages (npm ci)", command, [...script, "ci", ...flags], (output) =>
      /ENOTFOUND|ECONNREFUSED|ETIMEDOUT|EAI_AGAIN/.test(output)
        ? "The package registry was not reached. npm follows HTTPS_PROXY and the registry of your .npmrc."
        : undefined,
    );
  });
}

/** npm may be killed without a word to us: then this process ends as if it had been told. */
function endWithNpm() {
  if (!process.env.npm_lifecycle_event) return;
  const parent = process.ppid;
  // Between npm and this process there may be a shell, which goes on.
  const { stdout } = spawnSync("ps", ["-o", "ppid=,comm=", "-p", String(parent)], { encoding: "utf8" });
  const shell = /(\d+)\s+\S*sh$/.exec(stdout?.trim() ?? "");
  const npm = shell ? Number(shell[1]) : parent;
  const timer = setInterval(() => {
    if (process.ppid !== parent || !isAlive(npm)) process.kill(process.pid, "SIGTERM");
  }, 1000);
  timer.unref();
}

// Ending by way of exit also ends what was started.
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.once(signal, () => process.exit(1));
try {
  const [program, ...args] = process.argv.slice(2).filter((argument) => argument !== "--python");
  if (!program) throw new UserError("usage: node tools/bootstrap.mjs [--python] PROGRAM.ts [arguments]");
  checkNode();
  endWithNpm();
  if (process.argv.includes("--python")) findPython();
  await installPackages();
  const { register } = await import("tsx/esm/api");
  register();
  process.argv.splice(1, process.argv.length - 1, resolve(root, program), ...args);
  await import(pathToFileURL(resolve(root, program)).href);
} catch (error) {
  fail(error);
}
