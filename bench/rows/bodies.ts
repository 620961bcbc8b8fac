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
import { type Costs, measure, median, type RoundOptions } from "../rounds.ts";
import { stage } from "../stage.ts";

const MEGABYTE = 1_000_000;
const crlf = "\r\n";

const event = (at: number, more: string[]): string =>
  [
    ...[
      "BEGIN:VCALENDAR",
      "VERSION:2.0",
      "PRODID:-//bench//EN",
      "BEGIN:VEVENT",
      `UID:${at}-20260105T090000Z@example.com`,
    ],
    ...["DTSTAMP:20260101T000000Z", "DTSTART:20260105T090000Z", "DTEND:20260105T100000Z", "SUMMARY:Planning"],
    ...[
      "LOCATION:Room 3",
      "RRULE:FREQ=WEEKLY;COUNT=10",
      "DESCRIPTION:What we do next week\\, and the week after that.",
    ],
    ...["ORGANIZER;CN=Alice:mailto:alice@example.com", "ATTENDEE;CN=Bob;PARTSTAT=ACCEPTED:mailto:bob@example.com"],
    ...[...more, "END:VEVENT", "END:VCALENDAR", ""],
  ].join(crlf);

/** One DAV:response; of every fourth the object lies where the sharee may not look. */
function response(at: number, text?: string): string {
  const home = at % 4 === 3 ? "alice/secret" : "alice/work";
  const data = text === undefined ? "" : `<C:calendar-data>${text.replaceAll("\r", "&#13;")}</C:calendar-data>`;
  const props = `<getetag>"${at}-5f3c81"</getetag><getcontenttype>text/calendar;charset=utf-8</getcontenttype>${data}`;
  return `<response><href>/${home}/${at}.ics</href><propstat><prop>${props}</prop><status>HTTP/1.1 200 OK</status></propstat></response>\n`;
}

const open =
  '<?xml version="1.0" encoding="utf-8"?>\n<multistatus xmlns="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav">\n';
const close = "</multistatus>\n";

/** As many pieces as make up that many bytes. */
function filled(bytes: number, piece: (at: number) => string, before = "", after = ""): Buffer {
  const pieces = [before];
  for (let size = before.length, at = 0; size < bytes; at++) {
    const text = piece(at);
    pieces.push(text);
    size += text.length;
  }
  return Buffer.from([...pieces, after].join(""));
}

const block = 4 * MEGABYTE;
const busy = ["CLASS:PRIVATE"];
/** What the server has, by its path. */
const served: Record<string, { status: number; type: string; body: Buffer; times?: number }> = {
  "/listing/": { status: 207, type: "application/xml", body: filled(block, (at) => response(at), open, close) },
  "/events/": {
    ...{ status: 207, type: "application/xml" },
    body: filled(block, (at) => response(at, event(at, [])), open, close),
  },
  "/private/": {
    ...{ status: 207, type: "application/xml" },
    body: filled(block, (at) => response(at * 4, event(at, busy)), open, close),
  },
  "/calendar/": { status: 200, type: "text/calendar", body: filled(block, (at) => event(at, busy)) },
  // The middle part is sent 25 times.
  "/large/": { status: 207, type: "application/xml", body: filled(block, (at) => response(at)), times: 25 },
};

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

const share = (user: string, more: object) => ({ calendar: "alice/work", with: [user], access: "read", ...more });
const config = {
  server: "radicale",
  identity: { header: { name: "x-caldav-user" } },
  upstream: { authenticate: { header: "x-remote-user", as: "owner" } },
  shares: [
    share("full", { private: "show", confidential: "show", alarms: "keep" }),
    share("bob", {}),
    share("hiding", { private: "hide" }),
  ],
};

const query = `<C:calendar-query xmlns:C="urn:ietf:params:xml:ns:caldav" xmlns:D="DAV:"><D:prop><D:getetag/><C:calendar-data/></D:prop><C:filter><C:comp-filter name="VCALENDAR"/></C:filter></C:calendar-query>`;
const propfind = `<D:propfind xmlns:D="DAV:"><D:prop><D:getetag/></D:prop></D:propfind>`;

/** What is measured: who asks for which body, and how. */
const works = [
  { name: "a listing, filtered", user: "full", body: "/listing/", method: "PROPFIND", text: propfind },
  { name: "events in a 207, filtered", user: "full", body: "/events/", method: "REPORT", text: query },
  { name: "public events in a 207, looked at", user: "bob", body: "/events/", method: "REPORT", text: query },
  { name: "private events in a 207, redacted", user: "bob", body: "/private/", method: "REPORT", text: query },
  { name: "a whole calendar, redacted", user: "bob", body: "/calendar/", method: "GET", text: undefined },
];

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
