/** The benchmark runs: its parts fit together and its figures are numbers. How large they are is no test's business. */
import { expect, test } from "vitest";
import type { Context } from "../../bench/context.ts";
import { cpuSeconds, residentMiB } from "../../bench/cpu.ts";
import { buildCalls, buildNoop } from "../../bench/noop.ts";
import { table } from "../../bench/report.ts";
import { median, ratio } from "../../bench/rounds.ts";
import { picture } from "../../bench/day/picture.ts";
import { devicesOf, HOURS, MIDNIGHT, visitsOf } from "../../bench/day/plan.ts";
import { cacheCosts } from "../../bench/rows/cache.ts";
import { memory } from "../../bench/rows/memory.ts";
import { requests } from "../../bench/rows/requests.ts";
import { shares } from "../../bench/rows/shares.ts";
import { start } from "../../bench/rows/start.ts";
import { startFastServer } from "../../bench/upstream.ts";
import { filterPath } from "../../tools/build.ts";
import { temporaryFolder } from "./support/index.ts";

test("every row of the benchmark gives its lines", async () => {
  const context: Context = {
    ...{ rounds: 1, amount: 20, shares: 20, people: 1, soak: 100, say: () => {} },
    filter: await filterPath(),
    noop: await buildNoop(temporaryFolder("noop")),
    calls: await buildCalls(temporaryFolder("noop")),
    server: await startFastServer(),
  };
  const lines = [requests, shares, start, cacheCosts, memory].map((row) => row(context));
  const printed = table((await Promise.all(lines)).flat());
  expect(printed).toMatch(/the owner's GET .*µs .*× a no-op filter .*≤ 1\.10 ×/);
  expect(printed).toMatch(/a sharee's GET, 20 shares .*× 10 shares/);
  expect(printed).toMatch(/start with 20 shares .*more than a no-op filter/);
  expect(printed).toMatch(/a ctag poll of 1,000 events from the cache .*× less CPU than Radicale/);
  expect(printed).toMatch(/100 mixed requests .*MiB/);
  expect(printed).not.toMatch(/NaN|undefined/);
});

test("phones poll all day and desktops in office hours, each at its own times", () => {
  const devices = devicesOf(20);
  const visits = visitsOf(devices, 1);
  expect(visits).toEqual(visitsOf(devices, 1));
  expect(visits.length).toBe(20 * 24 * 4 + 20 * 9 * 12);
  const hours = visits.map(({ time }) => Math.floor((time - MIDNIGHT) / 3_600_000));
  expect(hours).toEqual([...hours].sort((a, b) => a - b));
  expect([hours.at(0), hours.at(-1)]).toEqual([0, HOURS - 1]);
  const desktops = visits.filter(({ device }) => devices[device]?.kind === "desktop");
  expect(desktops.length).toBe(20 * 9 * 12);
});

test("the picture of a day has a bar for each hour, and spells its texts for XML", () => {
  const hours = Array.from({ length: HOURS }, (_, at) => at);
  const drawn = picture("Polls & writes", "a < b", [{ name: "no cache", hours, lines: ["276 s"] }]);
  expect(drawn.match(/<title>/g)?.length).toBe(HOURS);
  expect(drawn).toContain("Polls &amp; writes");
  expect(drawn).toContain("a &lt; b");
  expect(drawn).not.toMatch(/NaN|undefined/);
});

test("a ratio is the median of the ratios of each round", () => {
  const costs = new Map([
    ["ours", [12, 30, 11]],
    ["no-op", [10, 20, 10]],
  ]);
  expect(ratio(costs, "ours", "no-op").median).toBeCloseTo(1.2);
  expect(median([3, 1, 2])).toBe(2);
  expect(median([4, 1, 2, 3])).toBe(2.5);
});

test("the CPU time and memory of a process can be read", () => {
  expect(cpuSeconds(process.pid)).toBeGreaterThan(0);
  expect(residentMiB(process.pid)).toBeGreaterThan(1);
});
