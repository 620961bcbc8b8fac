/** Clients, servers and networks of all kinds against the built filter: it never fails, tells nobody too much, and asks nothing without right. */
import { describe, expect, test } from "vitest";
import { wasm } from "../../tools/build.ts";
import { Random } from "../property/xml/support/random.ts";
import { Emulator, type Exchange, type ExchangeOptions, type Stream, type UpstreamRequest } from "./emulator/index.ts";
import { request, someone } from "./fuzz/client.ts";
import { config, objection, type Who } from "./fuzz/model.ts";
import { leaks, serve, spoil } from "./fuzz/world.ts";

const create = (more = {}): Promise<Emulator> =>
  Emulator.create(process.env.CALDAV_WASM || wasm, { bufferLimit: 2097152, clusters: ["caldav"], ...more });

/** Groups of nobody count for nothing. */
const counted = (who: Who): Who => (who.user === "" ? { user: "", groups: [] } : who);

interface Played {
  who: Who;
  said: string;
  exchange: Exchange;
  altered: boolean;
  /** The server told only of what it was asked about. */
  scoped: boolean;
  asked: UpstreamRequest[];
}

function play(host: Emulator, random: Random, hostile: boolean): Played {
  const who = someone(random);
  const input = request(random, who);
  const spoils = hostile && random.once(2);
  let altered = false;
  const options: ExchangeOptions = {
    http2: random.once(2),
    calls: random.pick(["early", "late", "late", "never"]),
    ...(random.once(10) ? { leavesAfter: random.below(4) } : {}),
  };
  const asked: UpstreamRequest[] = [];
  const exchange = host.exchange(
    input,
    (upstream) => {
      asked.push(upstream);
      const reply = serve(random, who, upstream, !hostile);
      const spoilt = spoils ? spoil(random, reply) : reply;
      altered ||= spoilt !== reply && Buffer.isBuffer(spoilt.body);
      return spoilt;
    },
    options,
  );
  const said = JSON.stringify([
    input.path,
    input.headers,
    input.body ?? Buffer.concat((input.chunks ?? []).map((chunk) => Buffer.from(chunk))).toString(),
  ]);
  return { who: counted(who), said, exchange, altered, scoped: !hostile, asked };
}

function judge(host: Emulator, { who, said, exchange, altered, scoped, asked }: Played): string[] {
  const wrong = exchange.vmFailed ? [`the VM failed: ${exchange.vmFailed}`] : [];
  const got = `${JSON.stringify(exchange.headers)}${exchange.body}`;
  // Bytes that were changed may have made a private event a public one.
  if (!altered)
    for (const word of leaks(who, said, got, host.now, scoped)) {
      const at = got.indexOf(word);
      wrong.push(`${word} reached ${who.user || "nobody"}: ${got.slice(Math.max(0, at - 300), at + 300)}`);
    }
  for (const upstream of asked) {
    const why = objection(who, upstream, host.now);
    if (why !== null)
      wrong.push(`${upstream.via} ${upstream.method} ${upstream.path} for ${who.user || "nobody"}: ${why}`);
    for (const name of ["x-caldav-user", "x-caldav-groups", "x-remote-user", "x_caldav_user", "x-http-method-override"])
      if (name in upstream.headers) wrong.push(`${name} reached the server`);
    if (Object.keys(upstream.trailers).length > 0) wrong.push("trailers reached the server");
  }
  return wrong.map((line) => `${line}\n  ${said}\n  ${exchange.status}`);
}

describe("any exchange", () => {
  for (const [seed, hostile, times] of [
    [1, false, 12_000],
    [2, false, 12_000],
    [3, true, 12_000],
    [4, true, 12_000],
  ] as const)
    test(`with seed ${seed} neither ends the filter nor tells or asks too much`, { timeout: 60_000 }, async () => {
      const host = await create();
      expect(host.configure("caldav", config("a")).accepted).toBe(true);
      const random = new Random(seed);
      for (let i = 0; i < times; i++) {
        // A new configuration in between, as an operator might send.
        if (i % 500 === 499) expect(host.configure("caldav", config(`realm ${i}`)).accepted).toBe(true);
        expect(judge(host, play(host, random, hostile))).toEqual([]);
        host.process.logs.length = 0;
      }
    });
});

/** A calendar-multiget of about so many bytes, of which only the last href is anybody's to see. */
const longMultiget = (bytes: number): string => {
  const hrefs = Array.from({ length: Math.floor(bytes / 240) }, (_, i) => `/alice/secret/${i}${"&amp;".repeat(35)}`);
  return (
    `<C:calendar-multiget xmlns:D="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav"><D:prop><D:getetag/></D:prop>` +
    `${[...hrefs, "/alice/work/1.ics"].map((href) => `<D:href>${href}</D:href>`).join("")}</C:calendar-multiget>`
  );
};

/** A request that is begun, and not answered yet. */
const begin = (host: Emulator, method: string, path: string, more: Record<string, string>, end: boolean): Stream => {
  const headers = { ":authority": "calendar.example", ":path": path, ":method": method, ":scheme": "http", ...more };
  return host.openStream().requestHeaders(Object.entries(headers), end);
};
const statuses = (streams: Stream[]): string[] => [
  ...new Set(
    streams.map(({ client, upstream }) =>
      String(client.headers ? client.status : upstream.complete ? "sent on" : "held"),
    ),
  ),
];

describe("many streams at a time", () => {
  for (const size of [200_000, 900_000])
    test(`with ${size} bytes to remember each are answered or refused, and leave nothing behind`, async () => {
      const host = await create();
      expect(host.configure("caldav", config("a")).accepted).toBe(true);
      const body = longMultiget(size);
      const held = Array.from({ length: 900 }, () =>
        begin(host, "REPORT", "/alice/work/", { "x-caldav-user": "bob", depth: "1" }, false).requestBody(body, true),
      );
      expect(statuses(held).every((status) => ["sent on", "413", "500", "503"].includes(status))).toBe(true);
      for (const stream of held.slice(0, 300)) {
        if (!stream.upstream.complete) continue;
        stream.responseHeaders(Object.entries({ ":status": "207", "content-type": "text/xml" }), false);
        stream.responseBody(`<D:multistatus xmlns:D="DAV:">`, false);
      }
      for (const stream of held) stream.close();
      expect(host.vmFailed).toBe(null);
      const after = Array.from({ length: 5000 }, () =>
        begin(host, "GET", "/alice/work/1.ics", { "x-caldav-user": "alice" }, true),
      );
      expect(statuses(after)).toEqual(["sent on"]);
      for (const stream of after) stream.close();
      expect(judge(host, play(host, new Random(5), false))).toEqual([]);
    });

  test("with paths as long as they may be do not end the filter, and who comes too late is told so", async () => {
    const host = await create();
    expect(host.configure("caldav", config("a")).accepted).toBe(true);
    const more = { "x-caldav-user": "alice", destination: `/alice/work/${"y".repeat(8000)}` };
    const held = Array.from({ length: 17_000 }, () =>
      begin(host, "COPY", `/alice/work/${"x".repeat(8000)}`, more, true),
    );
    expect(host.vmFailed).toBe(null);
    expect(statuses(held).sort()).toEqual(["503", "sent on"]);
    for (const stream of held) stream.close();
    const after = begin(host, "GET", "/alice/work/1.ics", { "x-caldav-user": "alice" }, true);
    expect(statuses([after])).toEqual(["sent on"]);
  });
});

describe("memory", () => {
  test("does not grow with requests, nor with configurations", { timeout: 60_000 }, async () => {
    const host = await create();
    const random = new Random(7);
    const sizes: number[] = [];
    for (let round = 0; round < 4; round++) {
      for (let i = 0; i < 10_000; i++) {
        if (i % 500 === 0) expect(host.configure("caldav", config(`${round} ${i}`)).accepted).toBe(true);
        if (i % 500 === 250)
          expect(host.configure("caldav", { server: "radicale", shares: [{ calendar: `a/${i}` }] }).accepted).toBe(
            false,
          );
        const { exchange } = play(host, random, true);
        if (exchange.vmFailed) throw new Error(exchange.vmFailed);
        host.process.logs.length = 0;
      }
      sizes.push(host.worker().memorySize);
    }
    expect(sizes.slice(2)).toEqual([sizes[1], sizes[1]]);
  });
});
