/** What a write empties, in `exclusive`: contract, section 6. */
import { setTimeout as sleep } from "node:timers/promises";
import { beforeAll, beforeEach, describe, expect, test } from "vitest";
import { event, propfind, type RequestOptions, shown, startEnvoy, type TestEnvoy } from "../support/index.ts";
import { type Ask, asking, type Origin, startOrigin } from "./origin.ts";

const config = {
  server: "radicale",
  identity: { header: { name: "x-caldav-user" } },
  upstream: { authenticate: { header: "x-remote-user", as: "owner" } },
  shares: [{ calendar: "alice/work", with: ["bob"], access: "write", ...shown }],
  other_paths: { "/.web/": "authenticated" },
  cache: { coherence: "exclusive" },
};

let origin: Origin;
let envoy: TestEnvoy;
let ask: Ask;
/** Of another listener of the same VM, and of one without a cache. */
let elsewhere: Ask;
let uncached: Ask;
/** In front of a server where one owner's write may change what others have. */
let shared: Ask;

beforeAll(async () => {
  origin = await startOrigin();
  envoy = await startEnvoy({
    listeners: [
      { config },
      { config: { ...config, limits: { multiget_hrefs: 10 } } },
      { config: { ...config, cache: { coherence: "off" } } },
      { config: { ...config, server: "baikal" } },
    ],
    upstream: origin.url,
  });
  [ask, elsewhere, uncached, shared] = envoy.urls.map((url) => asking(url, origin)) as [Ask, Ask, Ask, Ask];
});
beforeEach(() => origin.reset());

const poll = propfind("0", "CS:getctag", "D:sync-token");
const listing = propfind("1", "D:getetag", "CS:getctag");
/** All that may be stored, by name; every write empties some of it. */
const reads: Record<string, [string, string, RequestOptions]> = {
  object: ["alice", "/alice/work/1.ics", {}],
  other: ["alice", "/alice/work/2.ics", {}],
  poll: ["alice", "/alice/work/", poll],
  listing: ["alice", "/alice/work/", listing],
  shared: ["bob", "/alice/work/1.ics", {}],
  home: ["alice", "/alice/", listing],
  "other calendar": ["alice", "/alice/home/1.ics", {}],
  "other's": ["carol", "/carol/work/1.ics", {}],
  "other's home": ["carol", "/carol/", listing],
};
type Name = keyof typeof reads;
const inWork: Name[] = ["object", "other", "poll", "listing", "shared"];
const ofAlice: Name[] = [...inWork, "home", "other calendar"];
const everything: Name[] = [...ofAlice, "other's", "other's home"];

/** Reads everything, and which of it reached the server. */
async function readAll(by: Ask): Promise<Name[]> {
  const asked: Name[] = [];
  for (const [name, [person, path, options]] of Object.entries(reads)) {
    const answer = await by(person, path, options);
    expect(answer.status, name).toBeLessThan(300);
    if (answer.asked > 0) asked.push(name);
  }
  return asked;
}

const ics = { "content-type": "text/calendar" };
const xml = { "content-type": "application/xml; charset=utf-8" };
const put = { method: "PUT", body: event("1"), headers: ics };
const to = (destination: string, method = "MOVE") => ({ method, headers: { destination } });
const proppatch = {
  method: "PROPPATCH",
  headers: xml,
  body: '<D:propertyupdate xmlns:D="DAV:"><D:set><D:prop><D:displayname>x</D:displayname></D:prop></D:set></D:propertyupdate>',
};
const lock = {
  method: "LOCK",
  headers: xml,
  body: '<D:lockinfo xmlns:D="DAV:"><D:lockscope><D:exclusive/></D:lockscope><D:locktype><D:write/></D:locktype></D:lockinfo>',
};

const writes: [string, [string, string, RequestOptions], Name[]][] = [
  ["PUT", ["alice", "/alice/work/1.ics", put], [...inWork, "home"]],
  ["PUT by a sharee", ["bob", "/alice/work/3.ics", put], [...inWork, "home"]],
  ["DELETE", ["alice", "/alice/work/1.ics", { method: "DELETE" }], [...inWork, "home"]],
  ["LOCK", ["alice", "/alice/work/1.ics", lock], [...inWork, "home"]],
  ["MOVE within a calendar", ["alice", "/alice/work/1.ics", to("/alice/work/2.ics")], [...inWork, "home"]],
  ["MOVE to another calendar", ["alice", "/alice/work/1.ics", to("/alice/home/1.ics")], ofAlice],
  ["MOVE from another calendar", ["alice", "/alice/home/1.ics", to("/alice/work/1.ics")], ofAlice],
  ["COPY from another calendar", ["alice", "/alice/spare/1.ics", to("/alice/work/1.ics", "COPY")], [...inWork, "home"]],
  ["COPY to another calendar", ["alice", "/alice/work/1.ics", to("/alice/spare/1.ics", "COPY")], ["home"]],
  ["PROPPATCH of a calendar", ["alice", "/alice/work/", proppatch], ofAlice],
  ["MKCALENDAR", ["alice", "/alice/new/", { method: "MKCALENDAR" }], ofAlice],
  ["DELETE of a calendar", ["alice", "/alice/work/", { method: "DELETE" }], ofAlice],
  ["PUT of a calendar", ["alice", "/alice/work/", put], ofAlice],
  ["a write outside of the layout", ["alice", "/.web/x", { method: "POST", body: "x" }], everything],
];

describe("where owners' calendars have nothing to do with each other", () => {
  for (const [name, [person, path, options], emptied] of writes)
    test(`${name} empties just what it may have changed`, async () => {
      await readAll(ask);
      expect(await readAll(ask)).toEqual([]);
      expect((await ask(person, path, options)).status).toBeLessThan(300);
      expect((await readAll(ask)).sort()).toEqual([...emptied].sort());
      expect(await readAll(ask)).toEqual([]);
    });
});

test("where one owner's write may change what others have, every write empties everybody's", async () => {
  for (const [name, [person, path, options]] of writes) {
    const at = (url: string) => `/dav.php/calendars${url}`;
    const all = ["/alice/work/1.ics", "/alice/home/1.ics", "/carol/work/1.ics"];
    const owners = ["alice", "alice", "carol"];
    for (const [i, url] of all.entries()) await shared(owners[i] as string, at(url));
    for (const [i, url] of all.entries()) expect((await shared(owners[i] as string, at(url))).asked).toBe(0);
    const headers = { ...(options.headers as Record<string, string>) };
    if (headers.destination) headers.destination = at(headers.destination);
    const written = await shared(person, path.startsWith("/.web") ? path : at(path), { ...options, headers });
    expect(written.status, name).toBeLessThan(300);
    for (const [i, url] of all.entries()) expect((await shared(owners[i] as string, at(url))).asked, name).toBe(1);
  }
});

test("a write through another listener of the same VM counts, with or without a cache of its own", async () => {
  for (const other of [elsewhere, uncached, shared]) {
    await readAll(ask);
    const at = other === shared ? "/dav.php/calendars/alice/work/1.ics" : "/alice/work/1.ics";
    expect((await other("alice", at, put)).status).toBe(204);
    expect(await readAll(ask)).toContain("object");
    expect(await readAll(ask)).toEqual([]);
  }
});

test("a refused write empties nothing", async () => {
  await readAll(ask);
  expect((await ask("mallory", "/alice/work/1.ics", put)).status).toBe(404);
  expect((await ask("bob", "/alice/work/", proppatch)).status).toBe(403);
  expect((await ask("", "/alice/work/1.ics", put)).status).toBe(401);
  expect(await readAll(ask)).toEqual([]);
});

test("a write that failed counts as a write, and so does one of which the server says it changed nothing", async () => {
  for (const status of [500, 412, 404, 304, 423]) {
    await readAll(ask);
    origin.respond((asked, response) => {
      if (asked.method !== "PUT") return origin.normal(asked, response);
      origin.version++;
      response.writeHead(status).end();
    });
    expect((await ask("alice", "/alice/work/1.ics", put)).status).toBe(status);
    expect(await readAll(ask), String(status)).toEqual(expect.arrayContaining(inWork));
    expect(await readAll(ask)).toEqual([]);
  }
});

/** Nothing is given or stored for a calendar that may still change. */
async function expectPause(person: string): Promise<void> {
  const at = `/${person}/work/1.ics`;
  for (let i = 0; i < 3; i++) {
    const answer = await ask(person, at);
    expect(answer).toMatchObject({ status: 200, asked: 1 });
    expect(answer.cache).toMatch(/^caldav; fwd=(miss|stale)$/);
  }
  expect(await ask(person, `/${person}/elsewhere/1.ics`)).toMatchObject({ status: 200 });
  expect(await ask(person, `/${person}/elsewhere/1.ics`)).toMatchObject({ asked: 0 });
}

describe("of a write whose end nobody knows, the calendar is not kept for a while", () => {
  for (const status of [502, 503, 504])
    test(`since a gateway said ${status}`, async () => {
      const person = `gateway${status}`;
      await ask(person, `/${person}/work/1.ics`);
      origin.respond((asked, response) =>
        asked.method === "PUT" ? void response.writeHead(status).end() : origin.normal(asked, response),
      );
      expect((await ask(person, `/${person}/work/1.ics`, put)).status).toBe(status);
      await expectPause(person);
    });

  test("since the server broke the connection", async () => {
    await ask("broken", "/broken/work/1.ics");
    origin.respond((asked, response) =>
      asked.method === "PUT" ? void response.destroy() : origin.normal(asked, response),
    );
    expect((await ask("broken", "/broken/work/1.ics", put)).status).toBe(503);
    await expectPause("broken");
  });

  test("since the answer was cut off", async () => {
    origin.respond((asked, response) => {
      if (asked.method !== "PUT") return void origin.normal(asked, response);
      response.writeHead(201, { "content-length": "100" }).write("x");
      setTimeout(() => response.destroy(), 20);
    });
    await expect(ask("cut", "/cut/work/1.ics", put)).rejects.toThrow();
    await expectPause("cut");
  });

  test("since the client went away", async () => {
    await ask("gone", "/gone/work/1.ics");
    origin.respond((asked, response) => (asked.method === "PUT" ? undefined : origin.normal(asked, response)));
    const signal = AbortSignal.timeout(100);
    await expect(ask("gone", "/gone/work/1.ics", { ...put, signal })).rejects.toThrow();
    await sleep(50);
    await expectPause("gone");
  });
});

describe("races", () => {
  test("while a slow write is on its way nothing is a hit and nothing stored; after it both", async () => {
    const at = "/slow/work/1.ics";
    await ask("slow", at);
    let finish = (): void => {};
    origin.respond((asked, response) => {
      if (asked.method !== "PUT") return origin.normal(asked, response);
      finish = () => void response.writeHead(204).end();
      origin.version++;
    });
    const writing = ask("slow", at, put);
    await expect.poll(() => origin.requests.at(-1)?.method).toBe("PUT");
    for (let i = 0; i < 3; i++) {
      const answer = await elsewhere("slow", at);
      expect(answer).toMatchObject({ status: 200, asked: 1 });
      expect(answer.cache).not.toContain("stored");
    }
    finish();
    expect((await writing).status).toBe(204);
    expect(await ask("slow", at)).toMatchObject({ asked: 1 });
    expect(await ask("slow", at)).toMatchObject({ asked: 0 });
  });

  test("a read that began before a write ended is not stored, whenever it ends", async () => {
    for (const when of ["during", "after"]) {
      const at = `/race-${when}/work/1.ics`;
      const person = `race-${when}`;
      let answerRead = (): void => {};
      let answerWrite = (): void => {};
      origin.respond((asked, response) => {
        if (asked.method === "GET") {
          const version = origin.version;
          answerRead = () =>
            void response.writeHead(200, { "content-type": "text/calendar" }).end(event("1", `Old ${version}`));
        } else
          answerWrite = () => {
            origin.version++;
            response.writeHead(204).end();
          };
      });
      const count = origin.requests.length;
      const reading = ask(person, at);
      await expect.poll(() => origin.requests.length).toBe(count + 1);
      const writing = ask(person, at, put);
      await expect.poll(() => origin.requests.length).toBe(count + 2);
      if (when === "during") {
        answerRead();
        expect((await reading).body).toContain("Old");
        answerWrite();
        await writing;
      } else {
        answerWrite();
        await writing;
        answerRead();
        expect((await reading).body).toContain("Old");
      }
      origin.respond(origin.normal);
      const after = await ask(person, at);
      expect(after.asked).toBe(1);
      expect(after.body).toContain(`Version ${origin.version}`);
    }
    const stats = await envoy.stats("caldav\\.cache\\.outdated");
    expect([...stats.values()][0]).toBeGreaterThan(0);
  });

  test("who reads after the answer to the own write sees it, every time", async () => {
    for (let i = 0; i < 50; i++) {
      const [written] = await Promise.all([
        ask("alice", "/alice/work/1.ics", put),
        ask("alice", "/alice/work/1.ics"),
        ask("bob", "/alice/work/", poll),
      ]);
      expect(written.status).toBe(204);
      expect((await ask("alice", "/alice/work/1.ics")).body).toContain(`Version ${origin.version}\r`);
      expect((await ask("bob", "/alice/work/", poll)).body).toContain(`ctag-${origin.version}<`);
    }
  });
});
