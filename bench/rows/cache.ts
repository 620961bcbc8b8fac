/** What an answer from the filter's cache costs, and what the cache costs where it has none. */
import { request } from "undici";
import { multistatusOf, poll, query, startFilledRadicale } from "../cache/requests.ts";
import { by, compare, config, type Context } from "../context.ts";
import { cpuSecondsInAll } from "../cpu.ts";
import { Load, type Shot } from "../load.ts";
import type { Line } from "../report.ts";
import { measure, median, ratio } from "../rounds.ts";
import { type Part, stage } from "../stage.ts";
import { startFastServer } from "../upstream.ts";
import { cacheMemory } from "./cache_memory.ts";

const EVENTS = 1000;
const path = "/alice/work/";
const exclusive = { ...config, cache: { coherence: "exclusive" } };
const validate = { ...config, cache: { coherence: "validate", validate_every: "5s" } };
/** So small that no answer is still there when it is asked for again. */
const forgetful = { ...config, cache: { coherence: "exclusive", max_bytes: "1MiB" } };

/** A listener, and what its answers must say in Cache-Status. */
type CachePart = Part & { outcome?: RegExp };

/** What the cache costs, in CPU and in memory. */
export async function cache(context: Context): Promise<Line[]> {
  return [...(await cacheCosts(context)), ...(await cacheMemory(context))];
}

/** Of hits, misses and writes. */
export async function cacheCosts({ filter, noop, rounds, amount, say }: Context): Promise<Line[]> {
  say(`Radicale with a calendar of ${EVENTS} events`);
  const radicale = await startFilledRadicale({ [path]: EVENTS });
  const asked = [poll("alice", path, { "x-remote-user": "alice" })];
  const server = await startFastServer([
    { method: "PROPFIND", status: 207, type: "text/xml; charset=utf-8", body: await bodyOf(radicale.url, asked[0]) },
    { method: "REPORT", status: 207, type: "text/xml; charset=utf-8", body: multistatusOf(64_000) },
  ]);
  say("answers from the cache, and past it");
  const polls = [poll("alice", path)];
  const reports = [query("alice", path)];
  const objects = Array.from({ length: 5000 }, (_, at) => by("alice", "GET", `${path}${at}.ics`));
  const refusing = [poll("alice", path, { "cache-control": "no-store" })];
  const text = { headers: { "content-type": "text/calendar" }, body: "BEGIN:VCALENDAR" };
  const writes = [by("alice", "PUT", `${path}1.ics`, text)];
  const module = filter;
  const hit = /^caldav; hit;/;
  const parts: CachePart[] = [
    { name: "GET", shots: [by("alice", "GET", `${path}1.ics`)] },
    { name: "no-op GET", module: noop, config, shots: [by("alice", "GET", `${path}1.ics`)] },
    { name: "poll", shots: polls, status: [207] },
    { name: "no-op poll", module: noop, config, shots: polls, status: [207] },
    { name: "filtered poll", module, config, shots: polls, status: [207] },
    { name: "poll hit", module, config: exclusive, shots: polls, status: [207], outcome: hit },
    { name: "validated poll hit", module, config: validate, shots: polls, status: [207], outcome: hit },
    { name: "REPORT", shots: reports, status: [207] },
    { name: "REPORT hit", module, config: exclusive, shots: reports, status: [207], outcome: hit },
    { name: "no-store", module, config: exclusive, shots: refusing, status: [207], outcome: /^caldav; fwd=request$/ },
    { name: "filtered objects", module, config, shots: objects },
    { name: "misses", module, config: forgetful, shots: objects, outcome: /^caldav; fwd=miss; stored$/ },
    { name: "no-op write", module: noop, config, shots: writes, status: [201] },
    { name: "filtered write", module, config, shots: writes, status: [201] },
    { name: "cached write", module, config: exclusive, shots: writes, status: [201] },
  ];
  const { envoy, variants, stop } = await stage(server, parts);
  const check = async (): Promise<void> => {
    for (const [at, part] of parts.entries()) await checkOutcome(envoy.urls[at] ?? "", part);
  };
  const load = new Load(radicale.url, undefined, 1);
  const direct = {
    name: "Radicale",
    pid: radicale.child.pid,
    send: (count: number) => load.send(asked, [207], count),
    fewer: 2000,
    cpu: cpuSecondsInAll,
  };
  const costs = await measure([...variants, direct], { rounds, amount });
  await check();
  await Promise.all([stop(), load.close(), radicale.stop()]);

  const { median: faster } = ratio(costs, "Radicale", "poll hit");
  const asks = `a ctag poll of ${EVENTS.toLocaleString("en")} events`;
  const ms = (median(costs.get("Radicale") ?? []) / 1000).toFixed(0);
  const cached = `${asks} from the cache`;
  return [
    {
      work: cached,
      value: `${median(costs.get("poll hit") ?? []).toFixed(1)} µs`,
      compared: `${Math.round(faster).toLocaleString("en")} × less CPU than Radicale's own answer: ${ms} ms`,
      goal: { text: "≥ 1,000 ×", held: faster >= 1000 },
    },
    compare(costs, cached, "poll hit", "poll", "a pass without a filter", 1),
    compare(costs, cached, "poll hit", "no-op poll", "a pass with a no-op filter"),
    compare(costs, cached, "poll hit", "filtered poll", "a pass with the filter, no cache"),
    compare(costs, `${cached}, validated`, "validated poll hit", "poll hit", "exclusive"),
    compare(costs, "a 64 KB REPORT from the cache", "REPORT hit", "GET", "a small GET without a filter", 1.2),
    compare(costs, "a 64 KB REPORT from the cache", "REPORT hit", "no-op GET", "a small GET with a no-op filter"),
    compare(costs, "a 64 KB REPORT from the cache", "REPORT hit", "REPORT", "a pass without a filter"),
    compare(costs, "a poll with no-store", "no-store", "filtered poll", "no cache"),
    compare(costs, "a GET that misses, is stored, and drives another out", "misses", "filtered objects", "no cache"),
    compare(costs, "a write (PUT)", "cached write", "filtered write", "no cache"),
    compare(costs, "a write (PUT)", "cached write", "no-op write", "a no-op filter"),
  ];
}

/** The body that a server answers with. */
async function bodyOf(url: string, shot?: Shot): Promise<string> {
  if (shot === undefined) return "";
  const { path, ...options } = shot;
  const reply = await request(url + path, options as object);
  return reply.body.text();
}

/** @throws Error when the last answer of a part does not come from where it should: its figure would tell nothing */
async function checkOutcome(url: string, { name, shots, outcome }: CachePart): Promise<void> {
  const shot = shots.at(-1);
  if (outcome === undefined || shot === undefined) return;
  const { path, ...options } = shot;
  const reply = await request(url + path, options as object);
  await reply.body.dump();
  const status = String(reply.headers["cache-status"]);
  if (!outcome.test(status)) throw new Error(`"${name}" is answered with Cache-Status: ${status}`);
}
