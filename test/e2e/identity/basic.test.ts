/** identity.basic: the CalDAV server checks the password, and nobody learns anything without the right one. */
import { setTimeout as sleep } from "node:timers/promises";
import { beforeAll, beforeEach, describe, expect, test } from "vitest";
import {
  type CalendarServer,
  documented,
  event,
  multiget,
  propfind,
  request,
  shown,
  startEnvoy,
  startRadicale,
  startUpstream,
  type TestEnvoy,
  type Upstream,
} from "../support/index.ts";

const passwords = { alice: "alice's", bob: "bob's", svc: "service" };
const shares = [{ calendar: "alice/work", with: ["bob"], access: "read", ...shown }];
const config = { server: "radicale", shares };

describe("with Radicale", () => {
  let radicale: CalendarServer;
  let envoy: TestEnvoy;

  beforeAll(async () => {
    radicale = await startRadicale({ auth: "htpasswd", users: passwords, rights: "authenticated" });
    // Without the page's service account: here the server sees the person's own password.
    const more = { ...config, upstream: {}, limits: { auth_failures: { count: 1000 } } };
    envoy = await startEnvoy({ ...documented("identity.md", ["basic"], { config: more }), upstream: radicale.url });
    for (const calendar of ["work", "home"]) {
      const as = { auth: "alice:alice's" };
      expect((await request(envoy.url, `/alice/${calendar}/`, { ...as, method: "MKCALENDAR" })).status).toBe(201);
      const put = { ...as, method: "PUT", body: event("1"), headers: { "content-type": "text/calendar" } };
      expect((await request(envoy.url, `/alice/${calendar}/1.ics`, put)).status).toBe(201);
    }
  });

  const get = (path: string, auth?: string) => request(envoy.url, path, { auth });

  test("the right password lets in, a wrong one and none get 401", async () => {
    expect((await get("/alice/work/1.ics", "alice:alice's")).status).toBe(200);
    expect((await get("/alice/work/1.ics", "bob:bob's")).status).toBe(200);
    for (const auth of ["alice:wrong", "bob:alice's", "bob:", "nobody:x", undefined]) {
      const reply = await get("/alice/work/1.ics", auth);
      expect(reply.status).toBe(401);
      expect(reply.headers["www-authenticate"]).toBe('Basic realm="Calendars", charset="UTF-8"');
    }
  });

  test("without the right password, what is hidden looks like what is shared and like what is not there", async () => {
    const all = ["/alice/work/1.ics", "/alice/home/1.ics", "/alice/nothing/1.ics", "/nobody/work/"];
    const replies = await Promise.all(all.map((path) => get(path, "bob:wrong")));
    for (const reply of replies) {
      expect(reply.status).toBe(401);
      expect(reply).toEqual({ ...replies[0], headers: { ...replies[0]?.headers, date: reply.headers.date } });
    }
    const methods = ["PUT", "DELETE", "PROPPATCH", "MKCALENDAR", "LOCK", "ACL", "MOVE"];
    for (const method of methods)
      expect(await request(envoy.url, "/alice/work/1.ics", { method, auth: "bob:wrong" })).toMatchObject({
        status: 401,
      });
    const asked = { ...multiget("/alice/home/1.ics", "/alice/work/1.ics"), auth: "bob:wrong" };
    expect((await request(envoy.url, "/alice/work/", asked)).status).toBe(401);
  });

  test("with the right password, what is hidden is not there", async () => {
    const hidden = await get("/alice/home/1.ics", "bob:bob's");
    const missing = await get("/alice/work/none.ics", "bob:bob's");
    expect(hidden).toMatchObject({ status: 404, body: missing.body });
  });

  test("a name is what stands before the first colon, in UTF-8, and what is no Basic is nobody", async () => {
    for (const authorization of [
      "Basic",
      "Basic !!!!",
      "Bearer YWxpY2U6YWxpY2Uncw==",
      "Basic YWxpY2U=",
      "YWxpY2U6YWxpY2Uncw==",
    ])
      expect((await request(envoy.url, "/alice/home/1.ics", { headers: { authorization } })).status).toBe(401);
    const authorization = `bAsIc ${Buffer.from("alice:alice's").toString("base64")}`;
    // Radicale itself knows the scheme by "Basic" only.
    expect([200, 401]).toContain(
      (await request(envoy.url, "/alice/home/1.ics", { headers: { authorization } })).status,
    );
  });
});

/** A server that knows the passwords, and says whom it believed. */
describe("the check", () => {
  let server: Upstream;
  let envoy: TestEnvoy;
  const current = new Map<string, string>();
  const urls = { short: "", never: "", service: "", blocking: "" };
  const listeners = {
    short: { identity: { basic: { remember: "1s" } } },
    never: { identity: { basic: { remember: "0s" } } },
    service: documented("identity.md", ["basic"]).config as object,
    blocking: { identity: { basic: {} }, limits: { auth_failures: { count: 3, per: "60s", block: "2s" } } },
  };

  beforeAll(async () => {
    server = await startUpstream();
    const all = Object.values(listeners).map((more, at) => ({
      vmId: `caldav${at}`,
      config: { ...config, limits: { auth_failures: { count: 1000 } }, ...more },
    }));
    envoy = await startEnvoy({ listeners: all, upstream: server.url, concurrency: 2 });
    Object.keys(urls).forEach((name, at) => (urls[name as keyof typeof urls] = envoy.urls[at] ?? ""));
  });
  beforeEach(() => {
    Object.entries({ ...passwords, proxy: "its password" }).forEach(([name, password]) => current.set(name, password));
    server.requests.length = 0;
    server.respond(({ method, headers }, response) => {
      const [name = "", password] = Buffer.from((headers.authorization ?? "").slice(6), "base64")
        .toString()
        .split(":");
      if (current.get(name) !== password) return void response.writeHead(401).end("no");
      if (method === "PROPFIND" || method === "REPORT")
        response.writeHead(207, { "content-type": "application/xml" }).end('<multistatus xmlns="DAV:"/>');
      else response.writeHead(200, { "x-as": name }).end("ok");
    });
  });
  const get = (url: string, path: string, auth: string, from?: string) => request(url, path, { auth, from });

  test("asks for the person's principal, with the person's password", async () => {
    expect((await get(urls.never, "/alice/home/1.ics", "bob:bob's")).status).toBe(404);
    expect(server.requests).toMatchObject([{ method: "PROPFIND", path: "/bob/", headers: { depth: "0" } }]);
    expect(server.requests[0]?.body).toContain("current-user-principal");
    expect(server.requests[0]?.headers.authorization).toBe(`Basic ${Buffer.from("bob:bob's").toString("base64")}`);
  });

  test("is not needed where the server sees the password anyway", async () => {
    expect((await get(urls.never, "/alice/work/1.ics", "bob:bob's")).status).toBe(200);
    expect(server.requests).toMatchObject([{ method: "GET" }]);
  });

  test("is made each time with `remember: 0s`", async () => {
    for (let i = 0; i < 3; i++) expect((await get(urls.never, "/alice/home/1.ics", "bob:bob's")).status).toBe(404);
    expect(server.requests).toHaveLength(3);
  });

  test("is not repeated within `remember`, and a changed password is noticed after it", async () => {
    // Each worker remembers for itself.
    for (let i = 0; i < 20; i++) expect((await get(urls.short, "/alice/home/1.ics", "bob:bob's")).status).toBe(404);
    expect(server.requests.length).toBeLessThanOrEqual(2);
    expect((await get(urls.short, "/alice/home/1.ics", "bob:wrong")).status).toBe(401);
    current.set("bob", "changed");
    await sleep(1100);
    for (let i = 0; i < 4; i++) expect((await get(urls.short, "/alice/home/1.ics", "bob:bob's")).status).toBe(401);
    expect((await get(urls.short, "/alice/home/1.ics", "bob:changed")).status).toBe(404);
  });

  test("a password that the server refuses is forgotten at once", async () => {
    await get(urls.short, "/bob/own/1.ics", "bob:bob's");
    current.set("bob", "changed");
    // The same worker's connection for both.
    for (let i = 0; i < 8; i++) expect((await get(urls.short, "/bob/own/1.ics", "bob:bob's")).status).toBe(401);
    for (let i = 0; i < 8; i++) expect((await get(urls.short, "/alice/home/1.ics", "bob:bob's")).status).toBe(401);
  });

  test("is not spared by an answer that the server gives to anybody", async () => {
    const checks = server.requests;
    server.respond(({ method, headers }, response) => {
      const [name = "", password] = Buffer.from((headers.authorization ?? "").slice(6), "base64")
        .toString()
        .split(":");
      if (method === "OPTIONS" || method === "GET") return void response.writeHead(200, { dav: "1" }).end();
      response.writeHead(current.get(name) === password ? 207 : 401, { "content-type": "application/xml" }).end();
    });
    for (const method of ["OPTIONS", "GET"])
      for (let i = 0; i < 4; i++)
        expect((await request(urls.short, "/bob/own/", { method, auth: "bob:guess" })).status).toBe(200);
    checks.length = 0;
    for (let i = 0; i < 4; i++) expect((await get(urls.short, "/alice/home/1.ics", "bob:guess")).status).toBe(401);
    expect(checks).toHaveLength(4);
  });

  test("comes before service credentials: the right password passes with them, a wrong one never", async () => {
    const right = await get(urls.service, "/alice/work/1.ics", "bob:bob's");
    expect(right).toMatchObject({ status: 200, headers: { "x-as": "proxy" } });
    expect(server.requests).toMatchObject([{ method: "PROPFIND" }, { method: "GET" }]);
    server.requests.length = 0;
    for (const auth of ["bob:wrong", "proxy:wrong", "alice:bob's"]) {
      const wrong = await get(urls.service, "/alice/work/1.ics", auth);
      expect(wrong.status).toBe(401);
      expect(wrong.headers).toHaveProperty("www-authenticate");
      const put = { method: "PUT", body: event("2"), auth };
      expect((await request(urls.service, "/alice/work/2.ics", put)).status).toBe(401);
    }
    expect(new Set(server.requests.map(({ method }) => method))).toEqual(new Set(["PROPFIND"]));
  });

  test("holds a body until the password is known", async () => {
    const put = { method: "PUT", body: event("2", "x".repeat(200_000)), headers: { "content-type": "text/calendar" } };
    const right = await request(urls.service, "/alice/home/2.ics", { ...put, auth: "alice:alice's" });
    expect(right.status).toBe(200);
    expect(server.requests.at(-1)).toMatchObject({ method: "PUT", body: put.body });
    const chunked = { ...put, body: [event("2").slice(0, 50), event("2").slice(50)] };
    current.set("alice", "other");
    await request(urls.service, "/alice/home/2.ics", { ...chunked, auth: "alice:other" });
    expect(server.requests.at(-1)).toMatchObject({ method: "PUT", body: event("2") });
    const report = { ...multiget("/alice/home/2.ics"), auth: "alice:other" };
    expect((await request(urls.service, "/alice/home/", report)).status).toBe(207);
  });

  test("that gets no answer lets nobody in", async () => {
    server.respond((_request, response) => void response.writeHead(500).end());
    const broken = await get(urls.never, "/alice/home/1.ics", "bob:bob's");
    expect(broken.status).toBe(503);
    server.respond((_request, response) => void response.writeHead(200).end());
    expect((await get(urls.never, "/alice/home/1.ics", "bob:bob's")).status).toBe(502);
    server.respond((_request, response) => void response.destroy());
    expect((await get(urls.never, "/alice/home/1.ics", "bob:bob's")).status).toBe(503);
  });

  test("failed too often blocks that user from that address, on every worker, and nobody else", async () => {
    for (let i = 0; i < 3; i++) expect((await get(urls.blocking, "/alice/home/1.ics", "bob:wrong")).status).toBe(401);
    server.requests.length = 0;
    for (let i = 0; i < 10; i++) {
      const reply = await get(urls.blocking, "/alice/work/1.ics", i % 2 ? "bob:wrong" : "bob:bob's");
      expect(reply.status).toBe(429);
      expect(Number(reply.headers["retry-after"])).toBeGreaterThan(0);
    }
    expect(server.requests).toEqual([]);
    expect((await get(urls.blocking, "/alice/home/1.ics", "alice:alice's")).status).toBe(200);
    expect((await get(urls.blocking, "/alice/work/1.ics", "bob:bob's", "127.0.0.2")).status).toBe(200);
    await sleep(2100);
    expect((await get(urls.blocking, "/alice/work/1.ics", "bob:bob's")).status).toBe(200);
  });

  test("failed sign-ins that the server itself refuses count too", async () => {
    const from = "127.0.0.3";
    for (let i = 0; i < 3; i++)
      expect((await get(urls.blocking, "/alice/home/1.ics", "alice:wrong", from)).status).toBe(401);
    expect((await get(urls.blocking, "/alice/home/1.ics", "alice:alice's", from)).status).toBe(429);
  });

  test("goes where the request's own route leads, or to upstream.cluster", async () => {
    const [main, east] = [await startUpstream(), await startUpstream()];
    const routes = [
      { match: { prefix: "/alice/" }, route: { cluster: "east" } },
      { match: { prefix: "/" }, route: { cluster: "caldav" } },
    ];
    const more = { ...config, identity: { basic: {} } };
    const { urls } = await startEnvoy({
      listeners: [
        { config: more, routes },
        { config: { ...more, upstream: { cluster: "caldav" } }, routes },
      ],
      upstream: main.url,
      clusters: { east: east.url },
    });
    const asked = async (url = "") => {
      main.requests.length = east.requests.length = 0;
      await get(url, "/alice/home/1.ics", "bob:bob's");
      return { main: main.requests.length, east: east.requests.length };
    };
    expect(await asked(urls[0])).toEqual({ main: 0, east: 1 });
    expect(await asked(urls[1])).toEqual({ main: 1, east: 0 });
  });

  test("discovery works without a password, and signing in with one", async () => {
    const asked = propfind("0", "D:current-user-principal");
    expect((await request(urls.never, "/.well-known/caldav", asked)).status).toBe(301);
    expect((await request(urls.never, "/", asked)).status).toBe(401);
    expect((await request(urls.never, "/", { ...asked, auth: "bob:bob's" })).status).toBe(207);
  });
});
