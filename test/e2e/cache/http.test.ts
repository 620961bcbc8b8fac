/** The filter's own cache as HTTP sees it: RFC 9110, 9111 and 9211. */
import { beforeAll, beforeEach, describe, expect, test } from "vitest";
import {
  calendarQuery,
  event,
  freeBusy,
  multiget,
  propfind,
  report,
  shown,
  startEnvoy,
  sync,
} from "../support/index.ts";
import { type Ask, asking, hit, type Origin, startOrigin, stored } from "./origin.ts";

let origin: Origin;
let ask: Ask;
let small: Ask;

beforeAll(async () => {
  origin = await startOrigin();
  const config = {
    server: "radicale",
    identity: { header: { name: "x-caldav-user" } },
    upstream: { authenticate: { header: "x-remote-user", as: "owner" } },
    shares: [
      { calendar: "alice/work", with: ["bob"], access: "write", ...shown },
      { calendar: "alice/public", with: ["anyone"], access: "read", ...shown },
    ],
    cache: { coherence: "exclusive" },
  };
  const { urls } = await startEnvoy({
    listeners: [{ config }, { config: { ...config, cache: { coherence: "exclusive", max_entry: "8KiB" } } }],
    upstream: origin.url,
  });
  ask = asking(urls[0] as string, origin);
  small = asking(urls[1] as string, origin);
});

/** Each test has an object of its own, so that none finds what another left. */
let path: string;
let count = 0;
beforeEach(() => {
  origin.reset();
  path = `/alice/work/${++count}.ics`;
});

const poll = propfind("0", "CS:getctag", "D:sync-token");

describe("a second read of the same", () => {
  const reads = {
    "a GET": {},
    "a ctag poll": poll,
    "a listing": propfind("1", "D:getetag", "D:resourcetype"),
    "a calendar-query": calendarQuery,
    "a calendar-multiget": multiget("/alice/work/1.ics"),
    "a sync-collection": sync(),
    "a sync-collection with a token": sync("token-1"),
    "a free-busy-query": freeBusy,
  };
  for (const [name, read] of Object.entries(reads))
    test(`is a hit that does not reach the server: ${name}`, async () => {
      await ask("alice", "/alice/work/x.ics", { method: "PUT", body: event("x") });
      const at = name === "a GET" ? path : "/alice/work/";
      const first = await ask("alice", at, read);
      expect(first).toMatchObject({ cache: stored, asked: 1 });
      const second = await ask("alice", at, read);
      expect(second).toMatchObject({ status: first.status, body: first.body, asked: 0 });
      expect(second.cache).toMatch(hit);
      for (const header of ["etag", "content-type", "vary", "cache-control"])
        expect(second.headers[header], header).toBe(first.headers[header]);
    });
});

describe("a stored object", () => {
  test("answers HEAD with the headers and the length of the GET, and no body", async () => {
    const got = await ask("alice", path);
    const head = await ask("alice", path, { method: "HEAD" });
    expect(head).toMatchObject({ status: 200, body: "", asked: 0 });
    expect(head.cache).toMatch(hit);
    expect(head.headers["content-length"]).toBe(String(Buffer.byteLength(got.body)));
    expect(head.headers.etag).toBe(got.headers.etag);
    expect(head.headers["content-type"]).toBe(got.headers["content-type"]);
  });

  test("answers 304 to its ETag, weak or in a list, and to *", async () => {
    const { headers } = await ask("alice", path);
    const etag = headers.etag as string;
    for (const tags of [etag, `W/${etag}`, `"other", ${etag}`, "*"])
      for (const method of ["GET", "HEAD"]) {
        const got = await ask("alice", path, { method, headers: { "if-none-match": tags } });
        expect(got, `${method} ${tags}`).toMatchObject({ status: 304, body: "", asked: 0 });
        expect(got.cache).toMatch(hit);
        expect(got.headers.etag).toBe(etag);
        expect(got.headers["cache-control"]).toBe("private, no-cache");
        expect(got.headers.vary).toBe(headers.vary);
        expect(got.headers["content-type"]).toBeUndefined();
        expect(got.headers["content-length"]).toBeUndefined();
      }
  });

  test("answers 200 to another ETag, and 412 to an If-Match that does not match", async () => {
    const { headers } = await ask("alice", path);
    const none = await ask("alice", path, { headers: { "if-none-match": '"other"' } });
    expect(none).toMatchObject({ status: 200, asked: 0 });
    const same = await ask("alice", path, { headers: { "if-match": headers.etag as string } });
    expect(same).toMatchObject({ status: 200, asked: 0 });
    const other = await ask("alice", path, { headers: { "if-match": '"other"' } });
    expect(other).toMatchObject({ status: 412, asked: 0 });
  });

  test("answers one range with 206, with and without a matching If-Range", async () => {
    const whole = await ask("alice", path);
    const length = Buffer.byteLength(whole.body);
    const parts: [string, string, string][] = [
      ["bytes=0-9", `bytes 0-9/${length}`, whole.body.slice(0, 10)],
      ["bytes=10-", `bytes 10-${length - 1}/${length}`, whole.body.slice(10)],
      ["bytes=-5", `bytes ${length - 5}-${length - 1}/${length}`, whole.body.slice(-5)],
      ["bytes=5-99999", `bytes 5-${length - 1}/${length}`, whole.body.slice(5)],
    ];
    for (const [range, contentRange, body] of parts)
      for (const more of [{}, { "if-range": whole.headers.etag as string }] as Record<string, string>[]) {
        const got = await ask("alice", path, { headers: { range, ...more } });
        expect(got, range).toMatchObject({ status: 206, body, asked: 0 });
        expect(got.headers["content-range"]).toBe(contentRange);
        expect(got.headers.etag).toBe(whole.headers.etag);
      }
  });

  test("answers in full where If-Range does not match, to several ranges, and to HEAD with a range", async () => {
    const whole = await ask("alice", path);
    for (const headers of [
      { range: "bytes=0-9", "if-range": '"other"' },
      { range: "bytes=0-9", "if-range": `W/${whole.headers.etag}` },
      { range: "bytes=0-1,4-5" },
      { range: "lines=0-1" },
    ] as Record<string, string>[])
      expect(await ask("alice", path, { headers }), JSON.stringify(headers)).toMatchObject({
        ...{ status: 200, body: whole.body, asked: 0 },
      });
    const head = await ask("alice", path, { method: "HEAD", headers: { range: "bytes=0-9" } });
    expect(head).toMatchObject({ status: 200, asked: 0 });
  });

  test("answers 416 with its length to a range behind its end", async () => {
    const whole = await ask("alice", path);
    const got = await ask("alice", path, { headers: { range: "bytes=99999-" } });
    expect(got).toMatchObject({ status: 416, asked: 0 });
    expect(got.headers["content-range"]).toBe(`bytes */${Buffer.byteLength(whole.body)}`);
  });

  test("says its age, and how long it lasts", async () => {
    const first = await ask("alice", path);
    expect(first.headers.age).toBeUndefined();
    await new Promise((done) => setTimeout(done, 1100));
    const got = await ask("alice", path);
    expect(Number(got.headers.age)).toBeGreaterThanOrEqual(1);
    expect(Number(/ttl=(\d+)/.exec(got.cache)?.[1]) + Number(got.headers.age)).toBeLessThanOrEqual(3600);
    expect(Number(/ttl=(\d+)/.exec(got.cache)?.[1])).toBeGreaterThan(3590);
  });

  test("keeps all headers of the server's that are not of one exchange", async () => {
    origin.respond((_asked, response) => {
      const headers = { "x-of-the-server": "kept", "content-language": "de", "access-control-allow-origin": "*" };
      response.writeHead(200, { ...headers, "content-type": "text/calendar", "x-request-id": "1" }).end(event("1"));
    });
    await ask("alice", path);
    const { headers, cache } = await ask("alice", path);
    expect(cache).toMatch(hit);
    expect(headers).toMatchObject({
      ...{ "x-of-the-server": "kept", "content-language": "de", "access-control-allow-origin": "*" },
    });
    expect(headers["x-envoy-upstream-service-time"]).toBeUndefined();
    expect(headers["x-request-id"]).toBeUndefined();
  });
});

test("an answer with ninety headers is given with all of them", async () => {
  const many = Object.fromEntries(Array.from({ length: 90 }, (_, i) => [`x-number-${i}`, `value ${i}`]));
  origin.respond((_asked, response) => {
    response.writeHead(200, { ...many, "content-type": "text/calendar" }).end(event("1"));
  });
  await ask("alice", path);
  const { headers, cache } = await ask("alice", path);
  expect(cache).toMatch(hit);
  expect(headers).toMatchObject(many);
});

test("an answer of 9 MB is stored and given from there, where max_entry says so", async () => {
  const body = event("1", "Long", `DESCRIPTION:${"x".repeat(9_000_000)}`);
  origin.respond((_asked, response) => void response.writeHead(200, { "content-type": "text/calendar" }).end(body));
  const config = {
    ...{ server: "radicale", identity: { header: { name: "x-caldav-user" } } },
    upstream: { authenticate: { header: "x-remote-user", as: "owner" } },
    cache: { coherence: "exclusive", max_entry: "16MiB" },
  };
  const { url } = await startEnvoy({ config, upstream: origin.url });
  const large = asking(url, origin);
  expect((await large("alice", path)).cache).toBe(stored);
  for (let i = 0; i < 5; i++) {
    const again = await large("alice", path);
    expect(again.asked).toBe(0);
    expect(again.body === body).toBe(true);
  }
});

describe("Cache-Control of the client", () => {
  const control = (value: string) => ({ headers: { "cache-control": value } });

  test("no-cache asks the server, and what it says is stored", async () => {
    await ask("alice", path);
    origin.version++;
    const got = await ask("alice", path, control("no-cache"));
    expect(got).toMatchObject({ cache: "caldav; fwd=request; stored", asked: 1 });
    const after = await ask("alice", path);
    expect(after).toMatchObject({ body: got.body, asked: 0 });
    const pragma = await ask("alice", path, { headers: { pragma: "no-cache" } });
    expect(pragma).toMatchObject({ cache: "caldav; fwd=request; stored", asked: 1 });
  });

  test("no-store asks the server, and nothing is stored", async () => {
    const first = await ask("alice", path, control("no-store"));
    expect(first).toMatchObject({ cache: "caldav; fwd=request", asked: 1 });
    expect(await ask("alice", path)).toMatchObject({ cache: stored, asked: 1 });
  });

  test("max-age and min-fresh are kept to", async () => {
    await ask("alice", path);
    expect(await ask("alice", path, control("max-age=60"))).toMatchObject({ asked: 0 });
    expect(await ask("alice", path, control("min-fresh=60"))).toMatchObject({ asked: 0 });
    expect(await ask("alice", path, control("min-fresh=999999"))).toMatchObject({
      ...{ cache: "caldav; fwd=request; stored", asked: 1 },
    });
    await new Promise((done) => setTimeout(done, 20));
    expect(await ask("alice", path, control("max-age=0"))).toMatchObject({
      ...{ cache: "caldav; fwd=request; stored", asked: 1 },
    });
  });

  test("only-if-cached gets what is stored, and else 504", async () => {
    const nothing = await ask("alice", path, control("only-if-cached"));
    expect(nothing).toMatchObject({ status: 504, asked: 0, body: "Gateway Timeout\n" });
    await ask("alice", path);
    expect(await ask("alice", path, control("only-if-cached"))).toMatchObject({ status: 200, asked: 0 });
  });

  test("that cannot be read counts as no-cache", async () => {
    await ask("alice", path);
    for (const value of ["max-age=x", "max-age", "=", 'foo="', "no-cache=x;;"])
      expect(await ask("alice", path, control(value)), value).toMatchObject({ asked: 1 });
  });
});

describe("what an answer depends on", () => {
  const apart: [string, Record<string, string>, Record<string, string>][] = [
    ["Prefer", {}, { prefer: "return=minimal" }],
    ["Brief", {}, { brief: "t" }],
    ["Depth", { depth: "0" }, { depth: "1" }],
    ["Accept-Language", { "accept-language": "de" }, { "accept-language": "en" }],
    ["Accept", {}, { accept: "application/xml" }],
    ["CalDAV-Timezones", {}, { "caldav-timezones": "F" }],
    ["Host", { host: "a.example" }, { host: "b.example" }],
  ];
  for (const [name, one, other] of apart)
    test(`makes entries of their own: ${name}`, async () => {
      await ask("alice", "/alice/work/x.ics", { method: "PUT", body: event("x") });
      const by = (headers: Record<string, string>) => ({ ...poll, headers: { ...poll.headers, ...headers } });
      expect(await ask("alice", "/alice/work/", by(one))).toMatchObject({ asked: 1 });
      expect(await ask("alice", "/alice/work/", by(other))).toMatchObject({ asked: 1 });
      expect(await ask("alice", "/alice/work/", by(one))).toMatchObject({ asked: 0 });
      expect(await ask("alice", "/alice/work/", by(other))).toMatchObject({ asked: 0 });
    });

  test("is the cluster that the request is routed to as well", async () => {
    const other = await startOrigin();
    origin.version = 1;
    other.version = 1000;
    const config = {
      ...{ server: "radicale", identity: { header: { name: "x-caldav-user" } }, cache: { coherence: "exclusive" } },
      upstream: { authenticate: { header: "x-remote-user", as: "owner" } },
    };
    const routes = [
      { match: { prefix: "/", headers: [{ name: "x-site", present_match: true }] }, route: { cluster: "other" } },
      { match: { prefix: "/" }, route: { cluster: "caldav" } },
    ];
    const { url } = await startEnvoy({ config, routes, upstream: origin.url, clusters: { other: other.url } });
    const here = asking(url, origin);
    expect((await here("alice", path)).body).toContain("Version 1\r");
    expect((await here("alice", path, { headers: { "x-site": "other" } })).body).toContain("Version 1000\r");
    expect((await here("alice", "/alice/work/", poll)).body).toContain("ctag-1<");
    const there = await here("alice", "/alice/work/", { ...poll, headers: { ...poll.headers, "x-site": "other" } });
    expect(there.body).toContain("ctag-1000<");
  });

  test("is not how the XML is written", async () => {
    await ask("alice", "/alice/work/x.ics", { method: "PUT", body: event("x") });
    const body = '<?xml version="1.0"?>\n<propfind xmlns="DAV:" xmlns:y="http://calendarserver.org/ns/">\n <prop>\n';
    const other = `${body}  <y:getctag></y:getctag><!-- and --> <sync-token />\n </prop>\n</propfind>\n`;
    expect(await ask("alice", "/alice/work/", poll)).toMatchObject({ asked: 1 });
    expect(await ask("alice", "/alice/work/", { ...poll, body: other })).toMatchObject({ asked: 0 });
    // The order of properties may be that of the answer.
    expect(await ask("alice", "/alice/work/", propfind("0", "D:sync-token", "CS:getctag"))).toMatchObject({ asked: 1 });
  });

  test("is not how the path is written", async () => {
    expect(await ask("alice", path)).toMatchObject({ asked: 1 });
    expect(await ask("alice", path.replace("work", "%77ork"))).toMatchObject({ asked: 0 });
  });

  test("that the server names in Vary, and the key does not hold, is not stored", async () => {
    origin.respond((_asked, response) => {
      response.writeHead(200, { "content-type": "text/calendar", vary: "x-other" }).end(event("1"));
    });
    expect(await ask("alice", path)).toMatchObject({ cache: "caldav; fwd=miss", asked: 1 });
    const second = await ask("alice", path);
    expect(second).toMatchObject({ cache: "caldav; fwd=miss", asked: 1 });
    expect(second.headers.vary).toMatch(/x-other$/);
  });
});

describe("never stored", () => {
  const calendar = { "content-type": "text/calendar" };
  const answers: Record<string, [number, Record<string, string>]> = {
    "an error of the server": [500, calendar],
    "a 404": [404, calendar],
    "a redirect": [302, { ...calendar, location: "/elsewhere" }],
    "a 206": [206, { ...calendar, "content-range": "bytes 0-1/2" }],
    "a 203": [203, calendar],
    "an answer with no-store": [200, { ...calendar, "cache-control": "max-age=60, No-Store" }],
    "an answer with Vary: *": [200, { ...calendar, vary: "*" }],
    "an answer with a Content-Encoding": [200, { ...calendar, "content-encoding": "gzip" }],
    "an answer that another cache kept": [200, { ...calendar, age: "10" }],
    "an answer for one origin of scripts": [200, { ...calendar, "access-control-allow-origin": "https://a.example" }],
  };
  for (const [name, [status, headers]] of Object.entries(answers))
    test(`is ${name}`, async () => {
      origin.respond((_asked, response) => void response.writeHead(status, headers).end(event("1")));
      for (let i = 0; i < 2; i++)
        expect(await ask("alice", path)).toMatchObject({ status, cache: "caldav; fwd=miss", asked: 1 });
    });

  test("is an answer with a cookie for the client; where the filter takes the cookie out, the rest is", async () => {
    const header = (credentials: object) => ({
      ...{ server: "radicale", identity: { header: { name: "x-caldav-user" } }, cache: { coherence: "exclusive" } },
      upstream: { authenticate: credentials },
    });
    const service = { basic: { username: "service", password: "secret" } };
    const listeners = ["passthrough", service].map((one) => ({ config: header(one as object) }));
    const { urls } = await startEnvoy({ listeners, upstream: origin.url });
    origin.respond((_asked, response) => {
      response.writeHead(200, { "content-type": "text/calendar", "set-cookie": "session=1" }).end(event("1"));
    });
    const [passing, asService] = urls.map((url) => asking(url, origin)) as [Ask, Ask];
    for (let i = 0; i < 2; i++) {
      const answer = await passing("alice", path);
      expect(answer).toMatchObject({ cache: "caldav; fwd=miss", asked: 1 });
      expect(answer.headers["set-cookie"]).toBe("session=1");
    }
    expect(await asService("alice", path)).toMatchObject({ cache: stored, asked: 1 });
    const answer = await asService("alice", path);
    expect(answer.cache).toMatch(hit);
    expect(answer.headers["set-cookie"]).toBeUndefined();
  });

  test("is a 304 of the server", async () => {
    const given = { headers: { "if-none-match": `"v${origin.version}"` } };
    for (let i = 0; i < 2; i++)
      expect(await ask("alice", path, given)).toMatchObject({ status: 304, cache: "caldav; fwd=miss", asked: 1 });
    expect(await ask("alice", path)).toMatchObject({ status: 200, cache: stored, asked: 1 });
  });

  test("is an answer that is cut off, of a known length or in chunks", async () => {
    for (const length of [{ "content-length": "10000" }, {}] as Record<string, string>[])
      for (const [read, type] of [
        [{}, "text/calendar"],
        [poll, "application/xml"],
      ] as const) {
        const at = read === poll ? "/alice/work/" : path;
        const status = read === poll ? 207 : 200;
        origin.respond((_asked, response) => {
          response.writeHead(status, { "content-type": type, ...length });
          response.write(read === poll ? '<D:multistatus xmlns:D="DAV:">' : "BEGIN:VCALENDAR\r\n");
          setTimeout(() => response.destroy(), 20);
        });
        for (let i = 0; i < 2; i++) await expect(ask("alice", at, read)).rejects.toThrow();
        origin.reset();
        const whole = await ask("alice", at, { ...read, headers: { ...read.headers, prefer: `x=${++count}` } });
        expect(whole.asked).toBe(1);
        expect((await ask("alice", at, read)).asked).toBe(1);
        await ask("alice", "/alice/work/x.ics", { method: "PUT", body: event("x") });
      }
  });

  test("is a body without a length that does not end as one of its kind does", async () => {
    origin.respond((_asked, response) => {
      response.writeHead(200, {
        "content-type": "text/calendar",
        connection: "close",
        "transfer-encoding": "identity",
      });
      response.write("BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\n");
      response.end();
    });
    for (let i = 0; i < 2; i++) expect((await ask("alice", path)).asked).toBe(1);
  });

  test("is a body over max_entry, and the answer does not say so where its length is known", async () => {
    for (const [size, times] of [
      [7000, 1],
      [8200, 2],
    ] as const)
      for (const known of [true, false]) {
        const body = event("1", "Long", `DESCRIPTION:${"x".repeat(size)}`);
        origin.respond((_asked, response) => {
          const length = known ? { "content-length": String(body.length) } : {};
          response.writeHead(200, { ...calendar, ...length });
          response.write(body.slice(0, 100));
          response.end(body.slice(100));
        });
        const at = `/alice/work/${size}-${known}.ics`;
        let asked = 0;
        let answer = await small("alice", at);
        if (known) expect(answer.cache.includes("stored")).toBe(times === 1);
        asked += answer.asked;
        answer = await small("alice", at);
        expect(answer.body).toBe(body);
        expect(asked + answer.asked).toBe(times);
      }
  });

  test("is what Envoy answers itself", async () => {
    const config = {
      server: "radicale",
      identity: { header: { name: "x-caldav-user" } },
      cache: { coherence: "exclusive" },
    };
    const { url } = await startEnvoy({ config });
    const at = asking(url, origin);
    for (let i = 0; i < 2; i++)
      expect(await at("alice", path)).toMatchObject({ status: 503, cache: "caldav; fwd=miss" });
  });
});

describe("Cache-Status", () => {
  const bypass = "caldav; fwd=bypass";
  const passed: [string, string, Parameters<Ask>[2]][] = [
    ["a PROPFIND of all properties", "/alice/work/", { ...poll, body: '<propfind xmlns="DAV:"><allprop/></propfind>' }],
    ["a PROPFIND of locks", "/alice/work/", propfind("0", "D:lockdiscovery")],
    ["a PROPFIND without a body", "/alice/work/", { method: "PROPFIND", headers: { depth: "0" } }],
    ["WebDAV's If", "/alice/work/1.ics", { headers: { if: '(["v1"])' } }],
    [
      "two Prefer headers",
      "/alice/work/1.ics",
      {
        headers: [
          ["prefer", "a"],
          ["prefer", "b"],
        ],
      },
    ],
    ["an expand-property report", "/alice/", report("D:expand-property", "")],
  ];
  for (const [name, at, options] of passed)
    test(`says that it is passed by: ${name}`, async () => {
      for (let i = 0; i < 2; i++) expect(await ask("alice", at, options)).toMatchObject({ cache: bypass, asked: 1 });
    });

  test("comes after what caches behind have said", async () => {
    origin.respond((_asked, response) => {
      response.writeHead(200, { "content-type": "text/calendar", "cache-status": "inner; fwd=miss" }).end(event("1"));
    });
    expect(await ask("alice", path)).toMatchObject({ cache: `inner; fwd=miss, ${stored}` });
    expect((await ask("alice", path)).cache).toMatch(hit);
  });

  test("is not set on writes, and says stale after one", async () => {
    await ask("alice", path);
    const put = await ask("alice", path, { method: "PUT", body: event("1") });
    expect(put).toMatchObject({ status: 204, cache: "" });
    expect(await ask("alice", path)).toMatchObject({ cache: "caldav; fwd=stale; stored", asked: 1 });
  });

  test("tells nothing to who may not read", async () => {
    await ask("alice", path);
    const never = await ask("mallory", path);
    const missing = await ask("mallory", "/alice/work/missing.ics");
    expect(never.status).toBe(404);
    for (const answer of [never, missing]) for (const name of ["date"]) delete answer.headers[name];
    expect(never).toEqual(missing);
    expect(never.cache).toBe("");
  });
});
