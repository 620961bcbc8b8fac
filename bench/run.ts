/**
 * Measures what the filter costs, each figure against no filter and a no-op filter in the same run.
 *   bench/run.ts [requests] [shares] [start] [bodies] [cache] [memory]    without a name: all of these
 *   bench/run.ts day               a day of polling: takes some minutes, and draws docs/polling-day.svg
 *     --rounds=25 --amount=4000      rounds that are counted, and requests of each variant in a round
 *     --shares=100000                how many shares are many
 *     --people=20                    how large the office of that day is; with fewer nothing is drawn
 *     --soak                         one million mixed requests instead of 100,000
 * The figures are CPU time of the whole Envoy process. Wall-clock times on a shared machine say little.
 */
import { cpus } from "node:os";
import { parseArgs } from "node:util";
import { findEnvoy } from "../cli/envoy.ts";
import { temporaryFolder } from "../test/e2e/support/folder.ts";
import { filterPath } from "../tools/build.ts";
import { fail, UserError } from "../tools/run.mjs";
import type { Context } from "./context.ts";
import { buildCalls, buildNoop } from "./noop.ts";
import { type Line, table } from "./report.ts";
import { bodies } from "./rows/bodies.ts";
import { cache } from "./rows/cache.ts";
import { day } from "./rows/day.ts";
import { memory } from "./rows/memory.ts";
import { requests } from "./rows/requests.ts";
import { shares } from "./rows/shares.ts";
import { start } from "./rows/start.ts";
import { startFastServer } from "./upstream.ts";

const rows: Record<string, (context: Context) => Promise<Line[]>> = {
  ...{ requests, shares, start, bodies, cache, memory },
  day,
};

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      rounds: { type: "string", default: "25" },
      amount: { type: "string", default: "4000" },
      shares: { type: "string", default: "100000" },
      people: { type: "string", default: "20" },
      soak: { type: "boolean", default: false },
    },
  });
  const unknown = positionals.find((name) => !(name in rows));
  if (unknown !== undefined) throw new UserError(`There is no row "${unknown}": ${Object.keys(rows).join(", ")}`);
  const count = (name: "rounds" | "amount" | "shares" | "people"): number => {
    const value = Number(values[name]);
    if (!Number.isInteger(value) || value < 1) throw new UserError(`--${name} must be a number from 1`);
    return value;
  };
  const context: Context = {
    rounds: count("rounds"),
    amount: count("amount"),
    shares: count("shares"),
    people: count("people"),
    soak: values.soak ? 1_000_000 : 100_000,
    filter: await filterPath(),
    noop: await buildNoop(temporaryFolder("noop")),
    calls: await buildCalls(temporaryFolder("noop")),
    server: await startFastServer(),
    say: (what) => console.log(`- ${what} …`),
  };
  const lines: Line[] = [];
  for (const name of positionals.length > 0 ? positionals : Object.keys(rows).filter((one) => one !== "day")) {
    lines.push(...((await rows[name]?.(context)) ?? []));
  }
  const envoy = await findEnvoy();
  const [cpu] = cpus();
  console.log(`\n${table(lines)}\n`);
  console.log(
    `Envoy ${envoy.version}, 1 worker, on ${cpus().length} cores of ${cpu?.model ?? "?"}; ${new Date().toISOString().slice(0, 10)}`,
  );
  console.log(
    `CPU time of the Envoy process a request, median of ${context.rounds} rounds of ${context.amount} requests each.`,
  );
}

try {
  await main();
  process.exit(0);
} catch (error) {
  fail(error);
}
