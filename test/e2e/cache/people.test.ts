/** Who is served from the filter's cache: identity and policy are checked on every hit as on a miss. */
import { setTimeout as sleep } from "node:timers/promises";
import { beforeAll, beforeEach, describe, expect, test } from "vitest";
import {
  createIssuer,
  documented,
  event,
  propfind,
  type Recorded,
  shown,
  startEnvoy,
  type TestEnvoy,
} from "../support/index.ts";
import { type Ask, asking, hit, type Origin, startOrigin, stored } from "./origin.ts";

const cache = { coherence: "exclusive" };
const header = { header: { name: "x-caldav-user", groups: "x-caldav-groups" } };
const asOwner = { authenticate: { header: "x-remote-user", as: "owner" } };
const asUser = { authenticate: { header: "x-remote-user", as: "user" } };
const asService = { authenticate: { basic: { username: "service", password: "secret" } } };
const shares = [
  { calendar: "alice/work", with: ["bob"], access: "read", ...shown },
  { calendar: "alice/work", with: ["carol"], access: "busy" },
  { calendar: "alice/work", with: ["group:team"], access: "read", ...shown },
  { calendar: "alice/public", with: ["anyone"], access: "read", ...shown },
];
const base = { server: "radicale", shares, cache };
const poll = propfind("0", "CS:getctag", "D:current-user-privilege-set", "D:current-user-principal");

let origin: Origin;
let path: string;
let count = 0;
beforeAll(async () => {
  origin = await startOrigin();
});
beforeEach(() => {
  origin.reset();
  path = `/alice/work/${++count}.ics`;
});

for (const [name, upstream] of Object.entries({ passthrough: {}, "as user": asUser, "as owner": asOwner, asService }))
  describe(`identity from a header, upstream ${name}`, () => {
    let ask: Ask;
    beforeAll(async () => {
      const { url } = await startEnvoy({ config: { ...base, identity: header, upstream }, upstream: origin.url });
      ask = asking(url, origin);
    });

    test("everybody gets the own answer, and nobody another's", async () => {
      const people = ["alice", "bob", "carol"];
      const first = new Map<string, string>();
      for (const person of people) {
        const answer = await ask(person, "/alice/work/", poll);
        expect(answer).toMatchObject({ status: 207, cache: stored, asked: 1 });
        expect(answer.body).toContain(`/${person}/`);
        first.set(person, answer.body);
      }
      expect(new Set(first.values()).size).toBe(3);
      for (const person of people) {
        const answer = await ask(person, "/alice/work/", poll);
        expect(answer.cache).toMatch(hit);
        expect(answer).toMatchObject({ body: first.get(person), asked: 0 });
      }
      for (const stranger of ["mallory", ""]) {
        const answer = await ask(stranger, "/alice/work/", poll);
        expect(answer).toMatchObject({ status: stranger === "" ? 401 : 404, cache: "", asked: 0 });
      }
    });

    test("a view is a view in hits too", async () => {
      expect((await ask("alice", path)).body).toContain("SUMMARY:Version");
      for (let i = 0; i < 2; i++) {
        const { body } = await ask("carol", path);
        expect(body).toContain("SUMMARY:Busy");
        expect(body).not.toContain("Version");
      }
      expect((await ask("carol", path)).asked).toBe(0);
    });

    test("a group counts while the person is in it", async () => {
      const team = (groups: string) => ({ headers: { "x-caldav-groups": groups } });
      expect(await ask("dave", path, team("team"))).toMatchObject({ status: 200, asked: 1 });
      expect(await ask("dave", path, team("team"))).toMatchObject({ status: 200, asked: 0 });
      expect(await ask("dave", path, team("other"))).toMatchObject({ status: 404, asked: 0 });
      expect(await ask("dave", path)).toMatchObject({ status: 404, asked: 0 });
    });

    test("who is not signed in shares with others who are not, and with nobody who is", async () => {
      const at = `/alice/public/${count}.ics`;
      expect(await ask("", at)).toMatchObject({ status: 200, asked: 1 });
      expect(await ask("", at)).toMatchObject({ status: 200, asked: 0 });
      expect(await ask("bob", at)).toMatchObject({ status: 200, asked: 1 });
      const { headers } = await ask("", at);
      expect(headers["cache-control"]).toMatch(/^public, max-age=\d+$/);
    });
  });

test("with passthrough, another Authorization or Cookie of the same person is another's", async () => {
  const { url } = await startEnvoy({ config: { ...base, identity: header }, upstream: origin.url });
  const ask = asking(url, origin);
  const ways: Record<string, string>[] = [
    {},
    { authorization: "Bearer one" },
    { authorization: "Bearer two" },
    { cookie: "session=1" },
    { cookie: "session=2" },
  ];
  for (const headers of ways) expect(await ask("alice", path, { headers })).toMatchObject({ asked: 1 });
  for (const headers of ways) expect(await ask("alice", path, { headers })).toMatchObject({ asked: 0 });
});

test("a share that ends, ends hits at once", async () => {
  const until = new Date(Date.now() + 4000);
  const share = { calendar: "alice/work", with: ["bob"], access: "read", ...shown, until: until.toISOString() };
  const config = { ...base, shares: [share], identity: header, upstream: asOwner };
  const { url } = await startEnvoy({ config, upstream: origin.url });
  const ask = asking(url, origin);
  expect(await ask("bob", path)).toMatchObject({ status: 200, asked: 1 });
  expect(await ask("bob", path)).toMatchObject({ status: 200, asked: 0 });
  await sleep(until.getTime() - Date.now() + 1);
  expect(await ask("bob", path)).toMatchObject({ status: 404, asked: 0 });
  expect(await ask("alice", path)).toMatchObject({ status: 200 });
});

test("what a share that lasts longer allows is answered anew when another one has ended", async () => {
  const until = new Date(Date.now() + 3000);
  const share = (more: object) => ({ calendar: "alice/work", with: ["bob"], ...shown, ...more });
  const both = [share({ access: "read" }), share({ access: "write", until: until.toISOString() })];
  const config = { ...base, shares: both, identity: header, upstream: asOwner };
  const { url } = await startEnvoy({ config, upstream: origin.url });
  const ask = asking(url, origin);
  expect((await ask("bob", "/alice/work/", poll)).body).toContain("write-content");
  expect((await ask("bob", "/alice/work/", poll)).asked).toBe(0);
  await sleep(until.getTime() - Date.now() + 1);
  expect((await ask("bob", "/alice/work/", poll)).body).not.toContain("write-content");
});

test("another policy never gives what an old one stored", async () => {
  const config = { ...base, identity: header, upstream: asOwner };
  const envoy = await startEnvoy({ config, upstream: origin.url });
  const ask = asking(envoy.url, origin);
  expect((await ask("bob", path)).body).toContain("Version");
  expect((await ask("bob", path)).asked).toBe(0);
  const busy = [{ calendar: "alice/work", with: ["bob"], access: "busy" }];
  expect(await envoy.reload({ ...config, shares: busy })).toMatchObject({ accepted: true });
  const seen = await ask("bob", path);
  expect(seen.asked).toBe(1);
  expect(seen.body).not.toContain("Version");
  expect(await envoy.reload({ ...config, shares: [] })).toMatchObject({ accepted: true });
  expect(await ask("bob", path)).toMatchObject({ status: 404, asked: 0 });
});

test("two listeners of one VM with different policies share nothing, and with the same one all", async () => {
  const config = { ...base, identity: header, upstream: asOwner };
  const busy = { ...config, shares: [{ calendar: "alice/work", with: ["bob"], access: "busy" }] };
  const { urls } = await startEnvoy({
    listeners: [{ config }, { config: busy }, { config: structuredClone(config) }],
    upstream: origin.url,
  });
  const [open, closed, same] = urls.map((url) => asking(url, origin)) as [Ask, Ask, Ask];
  const host = { headers: { host: "calendars.example" } };
  expect((await open("bob", path, host)).body).toContain("Version");
  expect((await closed("bob", path, host)).body).not.toContain("Version");
  expect((await closed("alice", path, host)).asked).toBe(1);
  expect((await open("bob", path, host)).body).toContain("Version");
  const third = await same("bob", path, host);
  expect(third).toMatchObject({ asked: 0 });
  expect(third.body).toContain("Version");
});

test("a token that Envoy does not accept gets nothing, whoever it names", async () => {
  const issuer = await createIssuer("https://login.example.com");
  const files = { "jwks.json": issuer.keySet };
  for (const upstream of [{}, asOwner]) {
    const options = documented("identity.md", ["jwt"], { config: { ...base, upstream }, files });
    const { url } = await startEnvoy({ ...options, upstream: origin.url });
    const ask = asking(url, origin);
    const bearer = (token: string) => ({ headers: { authorization: `Bearer ${token}` } });
    const alice = bearer(await issuer.token({ aud: "calendars", email: "alice@example.com" }));
    const late = bearer(await issuer.token({ aud: "calendars", email: "alice@example.com", exp: 1 }));
    const bob = bearer(await issuer.token({ aud: "calendars", email: "bob@example.com" }));
    const at = path.replace("work", "home");
    expect(await ask("", at, alice)).toMatchObject({ status: 200, asked: 1 });
    expect(await ask("", at, alice)).toMatchObject({ status: 200, asked: 0 });
    expect(await ask("", at, late)).toMatchObject({ status: 401, asked: 0 });
    expect(await ask("", at, bob)).toMatchObject({ status: 404, asked: 0 });
    expect(await ask("", at)).toMatchObject({ status: 401, asked: 0 });
  }
});

describe("identity.basic", () => {
  const open = { ...base, shares: shares.slice(0, 2) };
  const passwords: Record<string, string> = {};
  let envoy: TestEnvoy;
  let strict: TestEnvoy;

  /** What checks passwords, as a server does that keeps calendars for people with one. */
  const checked = ({ headers }: Recorded): boolean => {
    const [name = "", password = ""] = Buffer.from((headers.authorization ?? "").slice(6), "base64")
      .toString()
      .split(":");
    return password !== "" && passwords[name] === password;
  };
  const basic = { basic: { remember: "2s" } };
  const limits = { auth_failures: { count: 1000 } };

  beforeAll(async () => {
    envoy = await startEnvoy({ config: { ...open, identity: basic, limits }, upstream: origin.url });
    const validate = { coherence: "validate", validate_every: "300ms" };
    strict = await startEnvoy({
      config: { ...open, cache: validate, identity: { basic: { remember: "1h" } }, limits },
      upstream: origin.url,
    });
  });
  beforeEach(() => {
    Object.assign(passwords, { alice: "right", bob: "bob's" });
    origin.respond((asked, response) =>
      checked(asked)
        ? origin.normal(asked, response)
        : void response.writeHead(401, { "www-authenticate": "Basic" }).end(),
    );
  });
  const as = (auth: string) => ({ auth });
  const kinds = () => origin.requests.map(({ method, path }) => `${method} ${path}`);

  test("a hit needs a password that the server has accepted", async () => {
    const ask = asking(envoy.url, origin);
    expect(await ask("", path, as("alice:right"))).toMatchObject({ status: 200 });
    const before = kinds().length;
    expect(await ask("", path, as("alice:right"))).toMatchObject({ status: 200, asked: 0 });
    for (const auth of ["alice:wrong", "alice:", "bob:right", "bob:bobs"]) {
      const answer = await ask("", path, as(auth));
      expect(answer.status).toBe(401);
      expect(answer.body).not.toContain("Version");
    }
    expect(await ask("", path)).toMatchObject({ status: 401, asked: 0 });
    // Who was refused was asked for in a check, never for the object.
    expect(
      kinds()
        .slice(before)
        .filter((kind) => kind.startsWith("GET")),
    ).toEqual([]);
    expect(await ask("", path, as("alice:right"))).toMatchObject({ status: 200, asked: 0 });
    expect(await ask("", path, as("bob:bob's"))).toMatchObject({ status: 200 });
  });

  test("a wrong password poisons no entry: not even where the server answers it", async () => {
    const ask = asking(envoy.url, origin);
    origin.respond((asked, response) => {
      const isGood = checked(asked);
      if (asked.method === "GET") {
        const summary = isGood ? "Good" : "Bad";
        return void response.writeHead(200, { "content-type": "text/calendar" }).end(event("1", summary));
      }
      return isGood ? origin.normal(asked, response) : void response.writeHead(401).end();
    });
    expect(await ask("", path, as("alice:wrong"))).toMatchObject({ status: 401 });
    expect((await ask("", path, as("alice:right"))).body).toContain("Good");
  });

  test("a password is taken from memory for as long as remember says, then the server is asked again", async () => {
    const ask = asking(envoy.url, origin);
    await ask("", path, as("alice:right"));
    passwords.alice = "new";
    await sleep(2100);
    const answer = await ask("", path, as("alice:right"));
    expect(answer).toMatchObject({ status: 401, asked: 1 });
    expect(await ask("", path, as("alice:new"))).toMatchObject({ status: 200, asked: 1 });
    expect(kinds().at(-1)).toBe("PROPFIND /alice/");
  });

  test("a 401 to any request forgets the password", async () => {
    const ask = asking(envoy.url, origin);
    for (const [person, auth] of [
      ["alice", "alice:right"],
      ["bob", "bob:bob's"],
    ] as const) {
      const first = await ask("", path, as(auth));
      expect(first.status, person).toBe(200);
      expect((await ask("", path, as(auth))).asked).toBe(0);
      passwords[person] = "new";
      expect((await ask("", `/alice/work/other-${count}.ics`, as(auth))).status).toBe(401);
      expect((await ask("", path, as(auth))).status).toBe(401);
    }
  });

  test("a 401 to the filter's own check of a collection forgets it too", async () => {
    const ask = asking(strict.url, origin);
    expect((await ask("", path, as("alice:right"))).status).toBe(200);
    await sleep(350);
    expect((await ask("", path, as("alice:right"))).status).toBe(200);
    passwords.alice = "new";
    await sleep(350);
    expect((await ask("", path, as("alice:right"))).status).toBe(401);
    expect((await ask("", path, as("alice:right"))).status).toBe(401);
    // With the new one there is an answer, and still none with the old one.
    expect((await ask("", path, as("alice:new"))).status).toBe(200);
    expect((await ask("", path, as("alice:right"))).status).toBe(401);
  });

  test("a server that cannot check passwords gets nobody an answer", async () => {
    const ask = asking(envoy.url, origin);
    await ask("", path, as("alice:right"));
    await sleep(2100);
    origin.respond((_asked, response) => void response.writeHead(500).end());
    expect((await ask("", path, as("alice:right"))).status).toBe(503);
  });
});
