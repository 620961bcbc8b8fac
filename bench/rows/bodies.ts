/** What it costs to look through large bodies: a 207 that is filtered, events that are redacted, and the memory for both. */
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { request } from "undici";
import { filterPath } from "../../tools/build.ts";
import { temporaryFolder } from "../../test/e2e/support/folder.ts";
import { residentMiB } from "../cpu.ts";
import type { Context } from "../context.ts";
import type { Line } from "../report.ts";
import { buildNoop } from "../noop.ts";
import { close, config, open, propfind, served, works } from "../large.ts";
import { type Costs, measure, median, type RoundOptions } from "../rounds.ts";
import { stage } from "../stage.ts";

/** A server in this process, whose CPU time is not counted. The query of a request says which body it gets. */
async function startServer(): Promise<string> {
  const server = createServer((incoming, outgoing) => {
    const found = served[incoming.headers["x-body"]?.toString() ?? ""];
    if (found === undefined) return void outgoing.writeHead(404).end();
    const { status, type, body, times = 1 } = found;
    outgoing.writeHead(status, { "content-type": `${type}; charset=utf-8` });
    if (times === 1) return void outgoing.end(body);
    outgoing.write(open);
    void repeat(outgoing, body, times).then(() => outgoing.end(close));
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  server.unref();
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function repeat(outgoing: ServerResponse, body: Buffer, times: number): Promise<void> {
  for (let i = 0; i < times; i++) if (!outgoing.write(body)) await new Promise((done) => outgoing.once("drain", done));
}

/** Asks for a body and reads all of it. */
async function fetchBody(url: string, asked: Omit<(typeof works)[number], "name">, status: number): Promise<void> {
  const { user, body, method, text } = asked;
  const headers = { "x-caldav-user": user, "x-body": body, depth: "1", "content-type": "application/xml" };
  const reply = await request(`${url}/alice/work/`, { method: method as "GET", headers, body: text });
  if (reply.statusCode !== status) throw new Error(`${method} of ${body} as ${user}: ${reply.statusCode}`);
  let size = 0;
  for await (const chunk of reply.body) size += (chunk as Buffer).length;
  if (size === 0) throw new Error(`${method} of ${body} as ${user}: no body`);
}

/** What large bodies cost, as lines of the table. */
export async function bodies({ rounds, say }: Context): Promise<Line[]> {
  say("large bodies");
  const lines = (await measureBodies({ rounds: Math.min(rounds, 8), amount: 8 })).map(
    ({ work, throughput, overBare }): Line => {
      const goal = work.includes("filtered") ? 500 : 250;
      const held = throughput >= goal;
      return {
        work,
        value: `${throughput.toFixed(0)} MB/s`,
        compared: `on top of a no-op filter; ${overBare.toFixed(2)} × no filter`,
        goal: { text: `≥ ${goal} MB/s`, held },
      };
    },
  );
  say("100 MB in one 207");
  const grown = await measureMemory();
  const more = (grown.get("caldav") ?? 0) - (grown.get("no-op filter") ?? 0);
  lines.push({
    work: "100 MB in one 207",
    value: `${more.toFixed(1)} MiB`,
    compared: "more memory than with a no-op filter",
    goal: { text: "< 8 MB", held: more < 7.6 },
  });
  return lines;
}

/** One measured work. */
interface Row {
  work: string;
  /** MB/s of body a core, on top of what a no-op Wasm filter takes for the same body. */
  throughput: number;
  /** The CPU time of the whole, over that of no filter. */
  overBare: number;
}

/** Measures the CPU time of Envoy for each work, with no filter, a no-op filter, and the filter. */
async function measureBodies(options: RoundOptions): Promise<Row[]> {
  const server = await startServer();
  const noop = await buildNoop(temporaryFolder("noop"));
  const wasm = await filterPath();
  const rows: Row[] = [];
  for (const { name, user, body, method, text } of works) {
    const status = served[body]?.status ?? 200;
    const parts = [
      { name: "bare", shots: [] },
      { name: "noop", module: noop, config: {}, shots: [] },
      { name: "caldav", module: wasm, config, shots: [] },
    ];
    const { envoy } = await stage(server, parts);
    const variants = parts.map((part, at) => ({
      name: part.name,
      pid: envoy.pid,
      send: async (amount: number) => {
        for (let i = 0; i < amount; i++) await fetchBody(envoy.urls[at] ?? "", { user, body, method, text }, status);
      },
    }));
    const costs = await measure(variants, options);
    await envoy.stop();
    rows.push(rowOf(name, costs, served[body]?.body.length ?? 0));
  }
  return rows;
}

function rowOf(work: string, costs: Costs, bytes: number): Row {
  const of = (name: string): number[] => costs.get(name) ?? [];
  const more = of("caldav").map((cost, round) => cost - (of("noop")[round] ?? 0));
  const over = of("caldav").map((cost, round) => cost / (of("bare")[round] ?? 1));
  return { work, throughput: bytes / median(more), overBare: median(over) };
}

/** How much more of RAM Envoy takes at its peak while one 207 of 100 MB passes, by the variant; MiB. */
async function measureMemory(): Promise<Map<string, number>> {
  const server = await startServer();
  const noop = await buildNoop(temporaryFolder("noop"));
  const parts = [
    { name: "no filter", shots: [] },
    { name: "no-op filter", module: noop, config: {}, shots: [] },
    { name: "caldav", module: await filterPath(), config, shots: [] },
  ];
  const grown = new Map<string, number>();
  for (const part of parts) {
    const { envoy } = await stage(server, [part]);
    const send = (body: string) =>
      fetchBody(envoy.url, { user: "full", body, method: "PROPFIND", text: propfind }, 207);
    // What the first of its kind takes is not what a large one takes.
    for (let i = 0; i < 3; i++) await send("/listing/");
    const before = residentMiB(envoy.pid);
    let peak = before;
    const timer = setInterval(() => (peak = Math.max(peak, residentMiB(envoy.pid))), 20);
    await send("/large/");
    clearInterval(timer);
    grown.set(part.name, Math.max(peak, residentMiB(envoy.pid)) - before);
    await envoy.stop();
  }
  return grown;
}
