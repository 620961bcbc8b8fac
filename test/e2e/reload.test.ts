/** Changing the configuration under load, several configurations in one VM, and servers that misbehave. */
import { setTimeout as sleep } from "node:timers/promises";
import { beforeAll, beforeEach, describe, expect, test } from "vitest";
import { Agent, request as send } from "undici";
import {
  event,
  multiget,
  multistatus,
  propfind,
  request,
  type RequestOptions,
  shown,
  startEnvoy,
  startUpstream,
  type TestEnvoy,
  type Upstream,
} from "./support/index.ts";

/** Bob may read this calendar of Alice's. */
const sharing = (calendar: string, more = {}) => ({
  server: "radicale",
  identity: { header: { name: "x-caldav-user" } },
  shares: [{ calendar, with: ["bob"], access: "read", ...shown }],
  ...more,
});
const bob = { headers: { "x-caldav-user": "bob" } };

/** A server with every calendar that is asked for. */
function calendars(upstream: Upstream, delay = 0) {
  upstream.respond(async ({ method, path }, response) => {
    if (delay > 0) await sleep(delay);
    if (method === "GET") return void response.writeHead(200, { "content-type": "text/calendar" }).end(event("1"));
    response.writeHead(207, { "content-type": "application/xml" });
    const href = (name: string) =>
      `<response><href>${path}${name}</href><propstat><prop><getetag>"1"</getetag></prop><status>HTTP/1.1 200 OK</status></propstat></response>`;
    response.end(
      `<multistatus xmlns="DAV:">${href("")}${href("1.ics")}<response><href>/alice/secret/</href></response></multistatus>`,
    );
  });
}

describe("a reload", () => {
  let upstream: Upstream;
  let envoy: TestEnvoy;

  beforeAll(async () => {
    upstream = await startUpstream();
    envoy = await startEnvoy({ config: sharing("alice/work"), upstream: upstream.url, concurrency: 2 });
  });
  beforeEach(() => calendars(upstream));

  test("under load fails not one request, for headers, bodies and rewritten answers", async () => {
    calendars(upstream, 15);
    const agent = new Agent({ connections: 64, pipelining: 1 });
    interface Asked extends RequestOptions {
      path: string;
      expected: number;
    }
    const first: Asked = { path: "/alice/work/1.ics", expected: 200 };
    const requests: Asked[] = [
      first,
      { path: "/alice/secret/1.ics", expected: 404 },
      { path: "/alice/work/", ...propfind("1", "D:getetag"), expected: 207 },
      { path: "/alice/work/", ...multiget("/alice/work/1.ics", "/alice/secret/1.ics"), expected: 207 },
    ];
    let stopped = false;
    const seen = new Map<string, number>();
    const worker = async (at: number): Promise<void> => {
      for (let i = at; !stopped; i++) {
        const { path, method = "GET", expected, headers, body } = requests[i % requests.length] ?? first;
        const outcome = await send(`${envoy.url}${path}`, {
          method: method as "GET",
          headers: { ...(headers as object), ...bob.headers },
          body: body as string | undefined,
          dispatcher: agent,
        }).then(
          async ({ statusCode, body }) => {
            const text = await body.text();
            const leaks = statusCode === 207 && !text.includes("<D:status>HTTP/1.1 404") && text.includes("secret");
            const right = statusCode === expected && !leaks && (statusCode !== 207 || text.endsWith("</multistatus>"));
            return right ? "right" : `${method} ${path}: ${statusCode} ${text}`;
          },
          (error: unknown) => `${method} ${path}: ${String(error)}`,
        );
        seen.set(outcome, (seen.get(outcome) ?? 0) + 1);
      }
    };
    const workers = Array.from({ length: 64 }, (_, at) => worker(at));
    for (let version = 0; version < 6; version++) {
      await sleep(150);
      // A different text each time, or Envoy would see no change.
      const config = sharing("alice/work", { limits: { multiget_hrefs: 100 + version } });
      expect(await envoy.reload(config)).toEqual({ accepted: true, problem: "" });
    }
    await sleep(150);
    stopped = true;
    await Promise.all(workers);
    await agent.close();
    expect([...seen.keys()]).toEqual(["right"]);
    expect(seen.get("right")).toBeGreaterThan(500);
  });

  test("to a wrong configuration is refused with all its faults, and the old one stays", async () => {
    await envoy.reload(sharing("alice/work"));
    const wrong = sharing("alice/work", { groups: { team: "alice" }, mouts: true });
    wrong.shares = [];
    const refused = await envoy.reload(wrong);
    expect(refused.accepted).toBe(false);
    expect(refused.problem).toContain("groups.team: must be a list");
    expect(refused.problem).toContain('mouts: unknown key (did you mean "mounts"?)');
    for (let i = 0; i < 8; i++)
      expect(await request(envoy.url, "/alice/work/1.ics", bob)).toMatchObject({ status: 200 });
    expect((await envoy.reload(sharing("alice/home"))).accepted).toBe(true);
  });

  test("that takes something away takes effect on every worker, on open connections too", async () => {
    await envoy.reload(sharing("alice/work"));
    const agent = new Agent({ connections: 1 });
    const get = async (path: string) => {
      const { statusCode, body } = await send(`${envoy.url}${path}`, { ...bob, dispatcher: agent });
      await body.dump();
      return statusCode;
    };
    expect(await get("/alice/work/1.ics")).toBe(200);
    expect((await envoy.reload(sharing("alice/home"))).accepted).toBe(true);
    for (let i = 0; i < 8; i++) {
      expect(await request(envoy.url, "/alice/work/1.ics", bob)).toMatchObject({ status: 404 });
      expect(await request(envoy.url, "/alice/home/1.ics", bob)).toMatchObject({ status: 200 });
    }
    // The old connection is drained: it is told to close, and what it still asks is decided by the policy that it came with.
    await sleep(2500);
    expect(await get("/alice/work/1.ics")).toBe(404);
    await agent.close();
  });
});

test("listeners with one vm_id and different policies stay apart", async () => {
  const upstream = await startUpstream();
  calendars(upstream);
  const names = ["work", "home", "team"];
  const envoy = await startEnvoy({
    listeners: names.map((name) => ({ config: sharing(`alice/${name}`), vmId: "one" })),
    upstream: upstream.url,
    concurrency: 2,
  });
  const check = async (mine: (at: number) => string) => {
    for (let round = 0; round < 4; round++)
      for (const [at, url] of envoy.urls.entries()) {
        const entries = await Promise.all(names.map((name) => request(url, `/alice/${name}/1.ics`, bob)));
        expect(entries.map(({ status }) => status)).toEqual(names.map((name) => (name === mine(at) ? 200 : 404)));
        const listing = await request(url, `/alice/${mine(at)}/`, {
          ...propfind("1", "D:getetag"),
          headers: { ...propfind("1").headers, ...bob.headers },
        });
        expect(multistatus(listing.body).hrefs).toEqual([`/alice/${mine(at)}/`, `/alice/${mine(at)}/1.ics`]);
      }
  };
  await check((at) => names[at] ?? "");
  // One of them changes, the others do not notice.
  expect((await envoy.reload(sharing("alice/team"))).accepted).toBe(true);
  await check((at) => (at === 0 ? "team" : (names[at] ?? "")));
});

describe("the check of a password", () => {
  let upstream: Upstream;
  let envoy: TestEnvoy;
  let unanswered: Promise<number>;

  beforeAll(async () => {
    upstream = await startUpstream();
    const silent = await startUpstream(() => {});
    const config = sharing("alice/work", { identity: { basic: { remember: "0s" } } });
    envoy = await startEnvoy({
      listeners: [{ config }, { config: { ...config, upstream: { cluster: "silent" } } }],
      upstream: upstream.url,
      clusters: { silent: silent.url },
      concurrency: 2,
    });
    // It takes ten seconds: the other tests run meanwhile.
    const asked = request(envoy.urls[1] ?? "", "/alice/home/1.ics", { auth: "bob:bob's" });
    unanswered = asked.then(({ status }) => status);
  });
  beforeEach(() => void (upstream.requests.length = 0));
  const hidden = (more: RequestOptions = {}) => request(envoy.url, "/alice/home/1.ics", { auth: "bob:bob's", ...more });
  const accept = () =>
    upstream.respond((_request, response) => {
      response.writeHead(207, { "content-type": "application/xml" }).end('<multistatus xmlns="DAV:"/>');
    });

  test("outlives a client that goes away while it runs", async () => {
    let asked = 0;
    upstream.respond(async (_request, response) => {
      asked++;
      await sleep(200);
      response.writeHead(207, { "content-type": "application/xml" }).end('<multistatus xmlns="DAV:"/>');
    });
    const left = Array.from({ length: 20 }, () =>
      hidden({ signal: AbortSignal.timeout(100) }).catch((error: Error) => error.name),
    );
    expect(new Set(await Promise.all(left))).toEqual(new Set(["AbortError"]));
    await sleep(400);
    expect(asked).toBe(20);
    accept();
    for (let i = 0; i < 4; i++) expect((await hidden()).status).toBe(404);
  });

  test("outlives a reload while it runs", async () => {
    upstream.respond(async (_request, response) => {
      await sleep(500);
      response.writeHead(207, { "content-type": "application/xml" }).end('<multistatus xmlns="DAV:"/>');
    });
    const waiting = Array.from({ length: 10 }, () => hidden());
    await sleep(100);
    const config = sharing("alice/work", { identity: { basic: { remember: "1s" } } });
    expect((await envoy.reload(config)).accepted).toBe(true);
    for (const { status } of await Promise.all(waiting)) expect(status).toBe(404);
    accept();
    expect((await hidden()).status).toBe(404);
  });

  test("that breaks off, or is no HTTP at all, lets nobody in", async () => {
    upstream.respond((_request, response) => void response.destroy());
    expect((await hidden({ auth: "bob:1" })).status).toBe(503);
    upstream.respond((_request, response) => void response.socket?.end("SSH-2.0-nonsense\r\n\r\n"));
    expect((await hidden({ auth: "bob:2" })).status).toBe(503);
    upstream.respond((_request, response) => {
      response.writeHead(207, { "content-length": "1000" }).write("<multi");
      setTimeout(() => response.destroy(), 50);
    });
    expect([502, 503]).toContain((await hidden({ auth: "bob:3" })).status);
  });

  test("that is never answered lets nobody in", async () => {
    expect(await unanswered).toBe(503);
  });
});

describe("a server that misbehaves", () => {
  let upstream: Upstream;
  let envoy: TestEnvoy;
  let timeouts = "";

  beforeAll(async () => {
    upstream = await startUpstream();
    const route = { match: { prefix: "/" }, route: { cluster: "caldav", timeout: "0.5s" } };
    const config = sharing("alice/work");
    envoy = await startEnvoy({ listeners: [{ config }, { config, routes: [route] }], upstream: upstream.url });
    [, timeouts = ""] = envoy.urls;
  });

  const requests: [string, RequestOptions][] = [
    ["/alice/work/1.ics", bob],
    ["/alice/work/", { ...propfind("1", "D:getetag"), headers: { ...propfind("1").headers, ...bob.headers } }],
    ["/alice/work/", { ...multiget("/alice/work/1.ics"), headers: { ...multiget().headers, ...bob.headers } }],
    ["/alice/work/1.ics", { headers: { "x-caldav-user": "alice" } }],
  ];
  /** What comes of each of them: a status, or "broken off". */
  const outcomes = (url = envoy.url) =>
    Promise.all(
      requests.map(([path, options]) =>
        request(url, path, options).then(
          ({ status }) => status,
          () => "broken off",
        ),
      ),
    );

  test("by never answering gets 504 from Envoy", async () => {
    upstream.respond(() => {});
    expect(await outcomes(timeouts)).toEqual([504, 504, 504, 504]);
  });

  test("by closing at once gets 503", async () => {
    upstream.respond((_request, response) => void response.destroy());
    expect(await outcomes()).toEqual([503, 503, 503, 503]);
  });

  test("by closing in the middle of an answer breaks the answer off, and nothing passes for whole", async () => {
    upstream.respond(({ method }, response) => {
      const body = method === "GET" ? event("1") : '<multistatus xmlns="DAV:"><response><href>/alice/work/1.ics</href>';
      const type = method === "GET" ? "text/calendar" : "application/xml";
      response.writeHead(method === "GET" ? 200 : 207, { "content-length": "5000", "content-type": type }).write(body);
      setTimeout(() => response.destroy(), 50);
    });
    for (const outcome of await outcomes()) expect(["broken off", 502, 503]).toContain(outcome);
  });

  test("by ending a multistatus early breaks it off", async () => {
    upstream.respond((_request, response) => {
      const half = '<multistatus xmlns="DAV:"><response><href>/alice/work/1.ics</href>';
      response.writeHead(207, { "content-type": "application/xml" }).end(half);
    });
    for (const outcome of (await outcomes()).slice(1, 3)) expect(["broken off", 502]).toContain(outcome);
  });

  test("by answering what nobody asked for gives nothing away", async () => {
    upstream.respond((_request, response) => {
      response.writeHead(200, { "content-type": "text/html" }).end("<p>all of alice/secret</p>");
    });
    expect((await outcomes()).slice(1, 3)).toEqual([502, 502]);
  });

  test("is forgiven: the next answer is as it should be", async () => {
    calendars(upstream);
    expect(await outcomes()).toEqual([200, 207, 207, 200]);
  });
});
