/** CPU time of another process. */
import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";

/**
 * The CPU time that the threads of a process have taken so far, user and system; not those that have ended.
 * @returns seconds; exact to the nanosecond where Linux keeps scheduler statistics, else to 10 ms
 */
export function cpuSeconds(pid: number): number {
  return fromScheduler(pid) ?? fromStat(pid) ?? fromPs(pid);
}

/**
 * The same with the time of threads that have ended: for a server that has one for each request.
 * @returns seconds, exact to 10 ms
 */
export function cpuSecondsInAll(pid: number): number {
  return fromStat(pid) ?? fromPs(pid);
}

/** The memory of a process that is in RAM, in MiB. */
export function residentMiB(pid: number): number {
  return Number(execFileSync("ps", ["-o", "rss=", "-p", String(pid)], { encoding: "utf8" })) / 1024;
}

/** Linux: nanoseconds on a CPU, a file for each thread. */
function fromScheduler(pid: number): number | undefined {
  try {
    const threads = readdirSync(`/proc/${pid}/task`);
    const times = threads.map((thread) =>
      Number(readFileSync(`/proc/${pid}/task/${thread}/schedstat`, "utf8").split(" ")[0]),
    );
    const total = times.reduce((sum, time) => sum + time, 0);
    return total > 0 ? total / 1e9 : undefined;
  } catch {
    return undefined;
  }
}

/** Linux: utime and stime, in hundredths of a second. The name before them may hold anything but a closing parenthesis. */
function fromStat(pid: number): number | undefined {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, "utf8").replace(/^.*\)/s, "").trim().split(" ");
    return (Number(fields[11]) + Number(fields[12])) / 100;
  } catch {
    return undefined;
  }
}

/** macOS and other systems: `[[days-]hours:]minutes:seconds.hundredths`. */
function fromPs(pid: number): number {
  const time = execFileSync("ps", ["-o", "time=", "-p", String(pid)], { encoding: "utf8" }).trim();
  const [clock = "", days = "0"] = time.split("-").reverse();
  return clock.split(":").reduce((sum, part) => sum * 60 + Number(part), 0) + Number(days) * 86_400;
}
