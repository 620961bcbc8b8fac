/** What runs in a demo's folder, so that the next start knows: a demo that runs, or what a killed one left behind. */
import { spawnSync } from "node:child_process";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { isAlive } from "../tools/lock.mjs";
import { UserError } from "../tools/run.mjs";

interface Run {
  pid: number;
  children: number[];
}

const fileOf = (folder: string): string => join(folder, "run.json");

/**
 * Takes the folder for this process, until it ends. Servers that an earlier one could not stop are stopped now.
 * @throws UserError when another demo runs here
 */
export async function claim(folder: string): Promise<void> {
  const earlier = read(folder);
  if (earlier !== undefined && earlier.pid !== process.pid && runs(earlier.pid, "start.ts"))
    throw new UserError(
      `The demo already runs (process ${earlier.pid}). Stop it there with Ctrl-C, or here: kill ${earlier.pid}. ` +
        "For a second one: DEMO_DIR=another-folder PORT=9443 npm start",
    );
  const left = (earlier?.children ?? []).filter((pid) => runs(pid, folder));
  for (const pid of left) process.kill(pid, "SIGTERM");
  for (let wait = 0; wait < 30 && left.some(isAlive); wait++) await sleep(100);
  record(folder, []);
  process.once("exit", () => rmSync(fileOf(folder), { force: true }));
}

/** Writes down the servers of this process. */
export function record(folder: string, children: number[]): void {
  const run: Run = { pid: process.pid, children };
  writeFileSync(fileOf(folder), JSON.stringify(run));
}

function read(folder: string): Run | undefined {
  try {
    return JSON.parse(readFileSync(fileOf(folder), "utf8"));
  } catch {
    return undefined;
  }
}

/** Whether the process exists and its command line has this text: another may have got its number since. */
function runs(pid: number, text: string): boolean {
  if (!isAlive(pid)) return false;
  const { status, stdout } = spawnSync("ps", ["-ww", "-o", "command=", "-p", String(pid)], { encoding: "utf8" });
  return status === 0 && stdout.includes(text);
}
