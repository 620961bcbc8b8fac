// One set-up at a time: a file is the lock, and says whose.
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { root } from "./run.mjs";

/**
 * Runs `work` while no other process of this project runs under the same lock. A lock whose owner is gone is taken over.
 * @template T
 * @param {string} name
 * @param {() => Promise<T>} work
 * @returns {Promise<T>}
 */
export async function exclusively(name, work) {
  const folder = join(root, ".tools");
  const file = join(folder, `${name}.lock`);
  mkdirSync(folder, { recursive: true });
  for (let told = false, strikes = 0; !take(file); await sleep(100)) {
    const owner = ownerOf(file);
    if (owner !== undefined && isAlive(owner)) {
      strikes = 0;
      if (!told) console.log(`- another set-up is running (process ${owner}); waiting for it`);
      told = true;
      // The file is empty for a moment while its owner makes it: only a lasting absence counts.
    } else if (++strikes > 10) clear(file, owner);
  }
  const release = () => rmSync(file, { force: true });
  process.once("exit", release);
  try {
    return await work();
  } finally {
    release();
    process.removeListener("exit", release);
  }
}

/** @param {string} file */
function take(file) {
  try {
    writeFileSync(file, String(process.pid), { flag: "wx" });
    return true;
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code === "EEXIST") return false;
    throw error;
  }
}

/**
 * Removes a lock of the dead, unless someone else has just taken it over.
 * @param {string} file
 * @param {number | undefined} owner who held it when it was last looked at
 */
function clear(file, owner) {
  const aside = `${file}.${process.pid}`;
  try {
    renameSync(file, aside);
    if (ownerOf(aside) !== owner) renameSync(aside, file);
    rmSync(aside, { force: true });
  } catch {
    // Another process was quicker: the next round sees what it did.
  }
}

/**
 * @param {string} file
 * @returns {number | undefined}
 */
function ownerOf(file) {
  try {
    return Number(readFileSync(file, "utf8")) || undefined;
  } catch {
    return undefined;
  }
}

/**
 * Whether a process with this id exists.
 * @param {number} pid
 */
export function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return /** @type {NodeJS.ErrnoException} */ (error).code === "EPERM";
  }
}
