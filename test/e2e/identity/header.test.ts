/** identity.header: an earlier filter of Envoy says who asks, and no client can. */
import { createHash } from "node:crypto";
import { beforeAll, beforeEach, describe, expect, test } from "vitest";
import {
  documented,
  request,
  shown,
  startEnvoy,
  startUpstream,
  type TestEnvoy,
  type Upstream,
} from "../support/index.ts";

const config = {
  server: "radicale",
  groups: { team: ["carol"] },
  shares: [
    { calendar: "alice/work", with: ["bob"], access: "read", ...shown },
    { calendar: "alice/team", with: ["group:team"], access: "read", ...shown },
  ],
};
const everybody = ["alice", "bob", "carol", "dave"];
let upstream: Upstream;

beforeAll(async () => {
  upstream = await startUpstream();
});
beforeEach(() => void (upstream.requests.length = 0));

/** Names that a client may try to take. */
const spoofed: [string, string][] = [
  ["x-caldav-user", "alice"],
  ["X-Caldav-User", "alice"],
  ["x_caldav_user", "alice"],
  ["x-caldav-groups", "team"],
  ["x-remote-user", "alice"],
];

describe("with basic_auth", () => {
  let envoy: TestEnvoy;

  beforeAll(async () => {
    const line = (name: string) => `${name}:{SHA}${createHash("sha1").update(`${name}'s`).digest("base64")}\n`;
    const htpasswd = everybody.map(line).join("");
    envoy = await startEnvoy({
      ...documented("identity.md", ["header"], { config, files: { htpasswd } }),
      upstream: upstream.url,
    });
  });

  test("the name that it forwards is the person's", async () => {
    expect((await request(envoy.url, "/alice/home/1.ics", { auth: "alice:alice's" })).status).toBe(200);
    expect((await request(envoy.url, "/alice/work/1.ics", { auth: "bob:bob's" })).status).toBe(200);
    expect((await request(envoy.url, "/alice/home/1.ics", { auth: "bob:bob's" })).status).toBe(404);
    expect((await request(envoy.url, "/alice/work/1.ics", { auth: "bob:wrong" })).status).toBe(401);
    expect(upstream.requests).toHaveLength(2);
  });

  test("groups of the configuration count", async () => {
    expect((await request(envoy.url, "/alice/team/1.ics", { auth: "carol:carol's" })).status).toBe(200);
    expect((await request(envoy.url, "/alice/team/1.ics", { auth: "bob:bob's" })).status).toBe(404);
  });

  test("what the client says of itself counts for nothing and goes no further", async () => {
    const reply = await request(envoy.url, "/alice/home/1.ics", { auth: "bob:bob's", headers: spoofed });
    expect(reply.status).toBe(404);
    const passed = await request(envoy.url, "/bob/home/1.ics", { auth: "bob:bob's", headers: spoofed });
    expect(passed.status).toBe(200);
    const { headers = {} } = upstream.requests.at(-1) ?? {};
    expect(headers["x-remote-user"]).toBe("bob");
    expect(Object.keys(headers).filter((name) => /caldav|_/.test(name))).toEqual([]);
  });
});

describe("with an authorization service", () => {
  let envoy: TestEnvoy;

  beforeAll(async () => {
    // The token is the name, after a dash come the groups; without a token it lets everybody through as nobody.
    const service = await startUpstream(({ headers }, response) => {
      const [name = "", groups] = (headers.authorization ?? "").replace("Bearer ", "").split("-");
      if (name !== "") response.setHeader("x-caldav-user", name);
      if (groups !== undefined) response.setHeader("x-caldav-groups", groups);
      response.end();
    });
    const from = documented("identity.md", ["header from an authorization service"], { config });
    envoy = await startEnvoy({ ...from, upstream: upstream.url, clusters: { authz: service.url } });
  });
  const get = (path: string, token?: string, headers: [string, string][] = []) =>
    request(envoy.url, path, { headers: token ? [...headers, ["authorization", `Bearer ${token}`]] : headers });

  test("the service's name and groups are the person's", async () => {
    expect((await get("/alice/team/1.ics", "dave")).status).toBe(404);
    expect((await get("/alice/team/1.ics", "dave-team")).status).toBe(200);
    expect((await get("/alice/team/1.ics", "dave-other, team ,more")).status).toBe(200);
    expect((await get("/alice/team/1.ics", "dave-teams,tea")).status).toBe(404);
    expect((await get("/alice/team/1.ics", "carol-other")).status).toBe(200);
  });

  test("what the client says of itself counts for nothing, even where the service says nothing", async () => {
    expect((await get("/alice/home/1.ics", undefined, spoofed)).status).toBe(401);
    expect((await get("/alice/team/1.ics", "dave", spoofed)).status).toBe(404);
    expect(upstream.requests).toEqual([]);
  });
});

describe("names", () => {
  const header = { name: "x-caldav-user", groups: "x-caldav-groups" };
  const ways = {
    plain: { realm: "Our calendars (2026)" },
    lowercase: { lowercase: true },
    domain: { strip_domain: "example.com" },
  };
  const urls = {} as Record<keyof typeof ways, string>;

  beforeAll(async () => {
    const listeners = Object.values(ways).map((more) => ({ config: { ...config, identity: { header, ...more } } }));
    const envoy = await startEnvoy({ listeners, upstream: upstream.url });
    (Object.keys(ways) as (keyof typeof ways)[]).forEach((way, at) => (urls[way] = envoy.urls[at] ?? ""));
  });
  const as = async (way: keyof typeof ways, name: string, path = "/alice/home/1.ics") =>
    (await request(urls[way], path, { headers: { "x-caldav-user": name } })).status;

  test("are taken as they are", async () => {
    expect(await as("plain", "alice")).toBe(200);
    expect(await as("plain", "Alice")).toBe(404);
    expect(await as("plain", "alice@example.com")).toBe(404);
    expect(await as("plain", "alice@example.com", "/alice@example.com/home/1.ics")).toBe(200);
    expect(await as("plain", "alice@example.com", "/alice%40example.com/home/1.ics")).toBe(200);
    for (const nobody of ["", " ", "alice/home", "..", ".", "a;b", "a\\b"]) expect(await as("plain", nobody)).toBe(401);
  });

  test("are one in any case with lowercase", async () => {
    expect(await as("lowercase", "ALICE")).toBe(200);
    expect(await as("lowercase", "Bob", "/alice/work/1.ics")).toBe(200);
    expect(await as("lowercase", "Bob")).toBe(404);
  });

  test("lose the configured domain and no other with strip_domain", async () => {
    expect(await as("domain", "alice@example.com")).toBe(200);
    expect(await as("domain", "alice@EXAMPLE.com")).toBe(200);
    expect(await as("domain", "alice")).toBe(200);
    for (const other of ["alice@example.org", "alice@example.com.evil.org", "alice@sub.example.com", "@example.com"])
      expect(await as("domain", other)).not.toBe(200);
  });

  test("that come twice are refused", async () => {
    const headers: [string, string][] = [
      ["x-caldav-user", "bob"],
      ["x-caldav-user", "alice"],
    ];
    for (const path of ["/alice/home/1.ics", "/bob/home/1.ics"])
      expect((await request(urls.plain, path, { headers })).status).toBe(400);
  });

  test("the realm of the challenge is the configured one", async () => {
    const { status, headers } = await request(urls.plain, "/alice/home/1.ics");
    expect(status).toBe(401);
    expect(headers["www-authenticate"]).toBe('Basic realm="Our calendars (2026)", charset="UTF-8"');
  });
});
