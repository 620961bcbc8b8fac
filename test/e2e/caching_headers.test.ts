/** What caches are told: contract, section 6, first bullet. */
import { beforeAll, beforeEach, describe, expect, test } from "vitest";
import {
  event,
  propfind,
  request,
  type RequestOptions,
  shown,
  startEnvoy,
  startUpstream,
  type TestEnvoy,
  type Upstream,
} from "./support/index.ts";

const inSeconds = (seconds: number) => new Date(Date.now() + seconds * 1000).toISOString().replace(/\.\d+/, "");
const anyone = (calendar: string, more = {}) => ({ calendar, with: ["anyone"], access: "read", ...shown, ...more });
const config = {
  server: "radicale",
  identity: { header: { name: "x-caldav-user" } },
  upstream: { authenticate: { header: "x-remote-user", as: "owner" } },
  shares: [
    { calendar: "alice/work", with: ["bob"], access: "read", ...shown },
    anyone("alice/public"),
    anyone("alice/fair", { until: inSeconds(100) }),
    anyone("alice/past", { until: inSeconds(-10) }),
    { ...anyone("alice/free"), access: "free-busy" },
    { calendar: "alice/notices", with: ["anyone"], access: "read" },
    { calendar: "alice/notices", with: ["bob"], access: "read", ...shown },
    { calendar: "alice/members", with: ["authenticated"], access: "read", ...shown },
  ],
  other_paths: { "/.web/": "anyone", "/.app/": "authenticated" },
};

let upstream: Upstream;
let envoy: TestEnvoy;
let patient = "";
let passthrough = "";

beforeAll(async () => {
  upstream = await startUpstream();
  const listeners = [
    { config },
    { config: { ...config, cache: { max_age: "1h", coherence: "off" } } },
    { config: { ...config, identity: { basic: {} }, upstream: {} } },
  ];
  envoy = await startEnvoy({ listeners, upstream: upstream.url });
  [, patient = "", passthrough = ""] = envoy.urls;
});
beforeEach(() => answer(200));

/** What the server answers from now on, with headers that would let anybody keep it. */
function answer(status: number, headers: Record<string, string | string[]> = {}, body = "") {
  const careless: Record<string, string | string[]> = {
    "cache-control": ["public", "max-age=3600"],
    expires: "Thu, 01 Jan 2099 00:00:00 GMT",
    pragma: "public",
    "surrogate-control": "max-age=3600",
    "cdn-cache-control": "max-age=3600",
    etag: '"1"',
    "last-modified": "Thu, 01 Jan 2026 00:00:00 GMT",
  };
  upstream.respond((_request, response) => {
    response.writeHead(status, { ...careless, ...headers }).end(status === 304 ? undefined : body);
  });
}

const as = (user: string, more: RequestOptions = {}): RequestOptions => ({
  ...more,
  headers: { ...(more.headers as object), "x-caldav-user": user },
});
const stale = ["expires", "pragma", "surrogate-control", "cdn-cache-control"];
const dependsOn = ["authorization", "cookie", "depth", "prefer", "brief", "x-caldav-user"];
const varyOf = (headers: Record<string, string>) => (headers.vary ?? "").toLowerCase().split(/ *, */);

function expectPrivate({ headers }: { headers: Record<string, string> }) {
  expect(headers["cache-control"]).toBe("private, no-cache");
  for (const name of stale) expect(headers).not.toHaveProperty(name);
  expect(varyOf(headers)).toEqual(expect.arrayContaining(dependsOn));
}

const multistatus207 = `<D:multistatus xmlns:D="DAV:"><D:response><D:href>/alice/work/1.ics</D:href>
<D:propstat><D:prop><D:getetag>"1"</D:getetag></D:prop><D:status>HTTP/1.1 200 OK</D:status></D:propstat></D:response></D:multistatus>`;

describe("everything is private, with its ETag and Last-Modified, and says what it depends on", () => {
  for (const user of ["alice", "bob"]) {
    test(`200 for ${user}`, async () => {
      answer(200, { "content-type": "text/calendar" }, event("1"));
      const reply = await request(envoy.url, "/alice/work/1.ics", as(user));
      expect(reply).toMatchObject({
        status: 200,
        headers: { etag: '"1"', "last-modified": "Thu, 01 Jan 2026 00:00:00 GMT" },
      });
      expectPrivate(reply);
      const head = await request(envoy.url, "/alice/work/1.ics", as(user, { method: "HEAD" }));
      expect(head).toMatchObject({ status: 200, headers: { etag: '"1"' } });
      expectPrivate(head);
    });

    test(`207 for ${user}`, async () => {
      answer(207, { "content-type": "application/xml" }, multistatus207);
      const reply = await request(envoy.url, "/alice/work/", as(user, propfind("1", "D:getetag")));
      expect(reply.status).toBe(207);
      expectPrivate(reply);
    });

    test(`304 for ${user}`, async () => {
      answer(304);
      const reply = await request(envoy.url, "/alice/work/1.ics", as(user, { headers: { "if-none-match": '"1"' } }));
      expect(reply).toMatchObject({ status: 304, headers: { etag: '"1"' }, body: "" });
      expectPrivate(reply);
      expect(upstream.requests.at(-1)?.headers["if-none-match"]).toBe('"1"');
    });
  }

  test("201 and 204 of a PUT", async () => {
    for (const status of [201, 204]) {
      answer(status, { etag: '"2"' });
      const reply = await request(envoy.url, "/alice/work/1.ics", as("alice", { method: "PUT", body: event("1") }));
      expect(reply).toMatchObject({ status, headers: { etag: '"2"' } });
      expectPrivate(reply);
    }
  });

  test("redirects and the server's own errors", async () => {
    for (const status of [301, 302, 403, 404, 405, 410, 412, 500, 503]) {
      answer(status, { location: "/" });
      for (const user of ["alice", "bob"]) {
        const reply = await request(envoy.url, "/alice/work/1.ics", as(user));
        expect(reply.status).toBe(status);
        expectPrivate(reply);
      }
    }
  });

  test("the filter's own refusals", async () => {
    const replies = {
      401: await request(envoy.url, "/alice/work/1.ics"),
      404: await request(envoy.url, "/alice/home/1.ics", as("bob")),
      403: await request(envoy.url, "/alice/work/1.ics", as("bob", { method: "PUT", body: event("1") })),
      400: await request(envoy.url, "/alice//work/1.ics", as("bob")),
      301: await request(envoy.url, "/.well-known/caldav"),
      200: await request(envoy.url, "/alice/work/", as("bob", { method: "OPTIONS" })),
    };
    for (const [status, reply] of Object.entries(replies)) {
      expect(reply.status).toBe(Number(status));
      expectPrivate(reply);
    }
  });

  test("what Envoy itself says about the server", async () => {
    upstream.respond((_request, response) => void response.destroy());
    const reply = await request(envoy.url, "/alice/work/1.ics", as("alice"));
    expect(reply.status).toBe(503);
    expectPrivate(reply);
  });

  test("calendars for everyone who signs in, and for those who see only when somebody is busy", async () => {
    for (const path of ["/alice/members/1.ics", "/alice/past/1.ics"])
      expectPrivate(await request(envoy.url, path, as("alice")));
    expectPrivate(await request(envoy.url, "/alice/free/1.ics", as("alice")));
    expect((await request(envoy.url, "/alice/free/1.ics")).status).toBe(401);
    expect((await request(envoy.url, "/alice/past/1.ics")).status).toBe(401);
  });

  test("other paths, for those who are signed in; for all others they are as the server says", async () => {
    expectPrivate(await request(envoy.url, "/.app/1.js", as("bob")));
    expectPrivate(await request(envoy.url, "/.web/1.js", as("bob")));
    const reply = await request(envoy.url, "/.web/1.js");
    expect(reply.headers["cache-control"]).toBe("public,max-age=3600");
  });
});

describe("Vary", () => {
  const ask = () => request(envoy.url, "/alice/work/1.ics", as("alice"));

  test("keeps what the server says, in one line or several", async () => {
    answer(200, { vary: "Accept-Encoding, Origin" });
    expect(varyOf((await ask()).headers)).toEqual(expect.arrayContaining([...dependsOn, "accept-encoding", "origin"]));
    answer(200, { vary: ["Accept-Encoding", "Origin"] });
    expect(varyOf((await ask()).headers)).toEqual(expect.arrayContaining([...dependsOn, "accept-encoding", "origin"]));
  });

  test("keeps a star", async () => {
    answer(200, { vary: "*" });
    expect(varyOf((await ask()).headers)).toContain("*");
  });
});

describe("a calendar for anyone", () => {
  const ages = async (url: string, path: string, options: RequestOptions = {}) => {
    const { headers } = await request(url, path, options);
    for (const name of stale) expect(headers).not.toHaveProperty(name);
    const [, age] = /^public, max-age=(\d+)$/.exec(headers["cache-control"] ?? "") ?? [];
    return Number(age);
  };

  test("may be kept by anybody, for GET and HEAD, as long as cache.max_age says", async () => {
    for (const options of [{}, { method: "HEAD" }, as("alice"), as("bob")]) {
      expect(await ages(envoy.url, "/alice/public/1.ics", options)).toBe(300);
      expect(await ages(patient, "/alice/public/1.ics", options)).toBe(3600);
    }
    answer(304);
    expect(await ages(envoy.url, "/alice/public/", { headers: { "if-none-match": '"1"' } })).toBe(300);
    expect(await ages(passthrough, "/alice/public/")).toBe(300);
  });

  test("may be kept no longer than it is shared", async () => {
    for (const url of [envoy.url, patient]) {
      const age = await ages(url, "/alice/fair/1.ics");
      expect(age).toBeGreaterThan(30);
      expect(age).toBeLessThanOrEqual(100);
    }
  });

  test("is private for every other method and outcome", async () => {
    answer(207, { "content-type": "application/xml" }, multistatus207);
    expectPrivate(await request(envoy.url, "/alice/public/", as("alice", propfind("1", "D:getetag"))));
    expectPrivate(await request(envoy.url, "/alice/public/", propfind("1", "D:getetag")));
    answer(204);
    expectPrivate(await request(envoy.url, "/alice/public/1.ics", as("alice", { method: "DELETE" })));
    for (const status of [403, 404, 500]) {
      answer(status);
      expectPrivate(await request(envoy.url, "/alice/public/none.ics"));
    }
  });

  test("is private where the server opens a session with it", async () => {
    answer(200, { "set-cookie": "session=alice" });
    const reply = await request(passthrough, "/alice/public/1.ics", { auth: "alice:x" });
    expect(reply.headers["set-cookie"]).toBe("session=alice");
    expect(reply.headers["cache-control"]).toBe("private, no-cache");
    // Elsewhere the session goes, so it may be kept.
    const without = await request(envoy.url, "/alice/public/1.ics");
    expect(without.headers).not.toHaveProperty("set-cookie");
    expect(without.headers["cache-control"]).toBe("public, max-age=300");
  });

  test("of which everybody sees a view, is public for all who see just that, and nobody else", async () => {
    answer(200, { "content-type": "text/calendar" }, event("1", "Notice"));
    for (const options of [{}, as("carol")]) {
      const reply = await request(envoy.url, "/alice/notices/1.ics", options);
      expect(reply.headers["cache-control"]).toBe("public, max-age=300");
      // The owner gets another representation.
      expect(varyOf(reply.headers)).toEqual(expect.arrayContaining(dependsOn));
    }
    for (const user of ["alice", "bob"]) expectPrivate(await request(envoy.url, "/alice/notices/1.ics", as(user)));
  });
});
