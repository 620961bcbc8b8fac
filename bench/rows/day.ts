/** A day of an office that polls: how much of it reaches the server, and what that costs there. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { startEnvoy } from "../../test/e2e/support/envoy.ts";
import { temporaryFolder } from "../../test/e2e/support/folder.ts";
import { root } from "../../tools/run.mjs";
import { startFilledRadicale } from "../cache/requests.ts";
import type { Context } from "../context.ts";
import { cpuSecondsInAll } from "../cpu.ts";
import { buildWithClock } from "../day/module.ts";
import { homeOf, Office, TEAM } from "../day/office.ts";
import { picture, type Series } from "../day/picture.ts";
import { HOURS, MIDNIGHT, userName, type Visit, visitsOf } from "../day/plan.ts";
import type { Line } from "../report.ts";

const EVENTS = 100;
const TEAM_EVENTS = 200;
const WRITES = 0.03;
const SEED = 1;
const HOUR = 3_600_000;
const modes = ["off", "validate", "exclusive"];

/** What became of one day. */
interface Day {
  reads: number;
  hits: number;
  writes: number;
  /** Requests that reached the server, the filter's own too. */
  requests: number;
  /** CPU seconds of the server in each hour. */
  hours: number[];
}

const total = ({ hours }: Day): number => hours.reduce((sum, hour) => sum + hour, 0);
const count = (n: number): string => n.toLocaleString("en");
const percent = (part: number): string => `${(part * 100).toFixed(0)} %`;

/** Plays the same day with each way of caching, and draws docs/polling-day.svg unless `people` are few. */
export async function day({ people, say }: Context): Promise<Line[]> {
  say("the filter with a clock that can be set");
  const module = await buildWithClock(temporaryFolder("clock"));
  const days: { mode: string; day: Day }[] = [];
  for (const mode of modes) {
    say(`a day of ${people} people, cache ${mode}`);
    days.push({ mode, day: await play(module, mode, people) });
  }
  const [without] = days;
  const series = days.map(({ mode, day }): Series => ({
    name: mode === "off" ? "no cache" : `coherence: ${mode}`,
    hours: day.hours,
    lines: [
      `${total(day).toFixed(0)} s of CPU in all`,
      `${count(day.requests)} requests`,
      ...(mode === "off" ? [] : [`${percent(day.hits / day.reads)} of reads from the cache`]),
    ],
  }));
  const asked = without ? `${count(without.day.reads)} reads and ${count(without.day.writes)} writes` : "";
  const subtitle = `${people} people, phones every 15 min, desktops every 5 min: ${asked}. CPU seconds of Radicale in each hour.`;
  if (people >= 20) {
    const file = join(root, "docs", "polling-day.svg");
    writeFileSync(file, picture("What a day of polling costs the server", subtitle, series));
  }
  return days.map(({ mode, day }): Line => {
    const less = without ? `${(total(without.day) / total(day)).toFixed(1)} × less than without a cache; ` : "";
    const hits = `${percent(day.hits / day.reads)} of ${count(day.reads)} reads from the cache; `;
    return {
      work: `a day of polling, cache ${mode}`,
      value: `${total(day).toFixed(1)} s`,
      compared: `CPU of Radicale; ${mode === "off" ? "" : less + hits}${count(day.requests)} requests reached it`,
    };
  });
}

async function play(module: string, coherence: string, people: number): Promise<Day> {
  const users = Array.from({ length: people }, (_, at) => userName(at));
  const own = users.map((user): [string, number] => [homeOf(user), EVENTS]);
  const radicale = await startFilledRadicale({ ...Object.fromEntries(own), [TEAM]: TEAM_EVENTS });
  const envoy = await startEnvoy({ module, upstream: radicale.url, logLevel: "warning", config: configOf(coherence) });
  const office = new Office(envoy.url, people, WRITES, SEED);
  // Yesterday everybody saw what there was.
  for (const device of office.devices.keys()) await office.visit({ time: MIDNIGHT - HOUR, device });
  office.begin();
  const requests = async (): Promise<number> =>
    (await envoy.stats("^cluster\\.caldav\\.upstream_rq_total$")).get("cluster.caldav.upstream_rq_total") ?? 0;
  const before = await requests();
  const visits = visitsOf(office.devices, SEED);
  const hours: number[] = [];
  for (let hour = 0; hour < HOURS; hour++) {
    const begun = cpuSecondsInAll(radicale.child.pid);
    for (const visit of visits.filter((one) => hourOf(one) === hour)) await office.visit(visit);
    hours.push(cpuSecondsInAll(radicale.child.pid) - begun);
  }
  const done = { ...office.counts, requests: (await requests()) - before, hours };
  await Promise.all([office.close(), envoy.stop(), radicale.stop()]);
  return done;
}

const hourOf = ({ time }: Visit): number => Math.floor((time - MIDNIGHT) / HOUR);

function configOf(coherence: string): object {
  return {
    server: "radicale",
    identity: { header: { name: "x-caldav-user" } },
    upstream: { authenticate: { header: "x-remote-user", as: "owner" } },
    shares: [
      {
        ...{ calendar: TEAM.slice(1, -1), with: ["authenticated"], access: "write" },
        ...{ private: "show", confidential: "show", alarms: "keep" },
      },
    ],
    cache: { coherence },
  };
}
