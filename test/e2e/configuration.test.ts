/** The configuration in a real Envoy: both ways to write it, and what is said about a wrong one: contract, section 2. */
import { beforeAll, describe, expect, test } from "vitest";
import {
  event,
  freeBusy,
  multiget,
  propfind,
  request,
  type RequestOptions,
  shown,
  startEnvoy,
  startUpstream,
  type TestEnvoy,
  type Upstream,
} from "./support/index.ts";

const full = {
  server: "custom",
  layout: { principal: "/dav/who/{user}/", home: "/dav/cal/{user}/", calendar: "/dav/cal/{user}/{calendar}/" },
  identity: {
    header: { name: "X-Caldav-User", groups: "x-caldav-groups" },
    lowercase: true,
    strip_domain: "example.com",
    realm: "Kalender für alle",
  },
  upstream: { cluster: "caldav", authenticate: { header: "x-remote-user", as: "owner" } },
  groups: { team: ["alice", "bob"], größer: ["carol"], empty: [] },
  shares: [
    { calendar: "alice/work", with: ["bob", "group:größer"], access: "read", ...shown },
    { calendar: "alice/*", with: ["dave"], access: ["read", "bind"], ...shown },
    { calendar: "*/public", with: ["anyone"], access: "read", ...shown, until: "2099-01-01T00:00:00Z" },
    { calendar: "*/old", with: ["anyone"], access: "read", ...shown, until: "2020-01-01T00:00:00+01:00" },
    { calendar: "alice/free", with: ["authenticated"], access: "free-busy" },
    { calendar: "jörg/büro", with: ["group:team"], access: "write", ...shown },
  ],
  other_paths: { "/.web/": "authenticated", "/assets/": "anyone" },
  mounts: false,
  user_shares: { allow: [], with: ["authenticated"] },
  cache: { coherence: "off", max_age: "90s", validate_every: "5s", max_entry: "1MiB", max_bytes: "64MiB" },
  limits: {
    request_body: "64KiB",
    multiget_hrefs: 3,
    xml_depth: 10,
    auth_failures: { count: 10, per: "60s", block: "5m" },
  },
};

describe("a Struct and its JSON text", () => {
  let upstream: Upstream;
  let envoy: TestEnvoy;

  beforeAll(async () => {
    upstream = await startUpstream(({ method }, response) => {
      if (method === "PROPFIND" || method === "REPORT")
        response.writeHead(207, { "content-type": "application/xml" }).end('<multistatus xmlns="DAV:"/>');
      else response.writeHead(200, { "content-type": "text/calendar" }).end(event("1"));
    });
    const listeners = [full, JSON.stringify(full), JSON.stringify(full, null, 2)].map((config) => ({ config }));
    envoy = await startEnvoy({ listeners, upstream: upstream.url });
  });

  const deep = { ...propfind("0"), body: "<a>".repeat(11) + "</a>".repeat(11) };
  const paths = [
    ...["/dav/cal/alice/work/1.ics", "/dav/cal/alice/home/1.ics", "/dav/cal/alice/free/", "/dav/cal/bob/public/1.ics"],
    ...[
      "/dav/cal/bob/old/1.ics",
      "/dav/cal/j%C3%B6rg/b%C3%BCro/1.ics",
      "/dav/who/bob/",
      "/.web/",
      "/assets/1.js",
      "/alice/",
    ],
  ];
  const asked: [string, RequestOptions][] = [
    ...paths.map((path): [string, RequestOptions] => [path, {}]),
    ["/dav/cal/alice/work/", multiget("/dav/cal/alice/work/1.ics", "/dav/cal/alice/home/1.ics")],
    ["/dav/cal/alice/work/", multiget(...[1, 2, 3, 4].map((n) => `/dav/cal/alice/work/${n}.ics`))],
    ["/dav/cal/alice/free/", freeBusy],
    ["/dav/cal/alice/work/", deep],
    ["/dav/cal/alice/work/2.ics", { method: "PUT", body: event("2"), headers: { "content-type": "text/calendar" } }],
    ["/dav/cal/alice/work/2.ics", { method: "PUT", body: event("2", "x".repeat(70_000)) }],
    ["/.well-known/caldav", {}],
  ];
  const people: Record<string, string>[] = [
    {},
    ...["alice", "bob@Example.com", "CAROL", "dave", "eve"].map((name) => ({ "x-caldav-user": name })),
    { "x-caldav-user": "eve", "x-caldav-groups": "team" },
  ];

  test("decide the same for everything and everybody", async () => {
    const statuses = new Set<number>();
    for (const [path, options] of asked)
      for (const person of people) {
        const headers = { ...(options.headers as object), ...person };
        const outcomes = await Promise.all(
          envoy.urls.map(async (url) => {
            upstream.requests.length = 0;
            const { status, body, headers: got } = await request(url, path, { ...options, headers });
            for (const name of ["date", "x-envoy-upstream-service-time"]) delete got[name];
            statuses.add(status);
            return { status, body, headers: got };
          }),
        );
        const what = `${options.method ?? "GET"} ${path} of ${JSON.stringify(person)}`;
        expect(outcomes[1], what).toEqual(outcomes[0]);
        expect(outcomes[2], what).toEqual(outcomes[0]);
      }
    // So that "the same" is not just one refusal of everything.
    expect([...statuses].sort()).toEqual([200, 207, 301, 400, 401, 403, 404, 413]);
  });

  test("say what they mean", async () => {
    const get = async (path: string, user?: string) =>
      (await request(envoy.url, path, { headers: user ? { "x-caldav-user": user } : {} })).status;
    expect(await get("/dav/cal/alice/work/1.ics", "carol")).toBe(200);
    expect(await get("/dav/cal/alice/home/1.ics", "carol")).toBe(404);
    expect(await get("/dav/cal/alice/home/1.ics", "dave")).toBe(200);
    expect(await get("/dav/cal/bob/public/1.ics")).toBe(200);
    expect(await get("/dav/cal/bob/old/1.ics", "alice")).toBe(404);
    expect(await get("/dav/cal/j%C3%B6rg/b%C3%BCro/1.ics", "alice")).toBe(200);
    expect(await get("/.web/")).toBe(401);
    expect(await get("/assets/1.js")).toBe(200);
    const refused = await request(envoy.url, "/dav/cal/alice/home/1.ics");
    expect(Buffer.from(refused.headers["www-authenticate"] ?? "", "latin1").toString()).toContain("Kalender für alle");
  });
});

describe("a wrong configuration", () => {
  const wrong = {
    ...full,
    server: "radicle",
    identity: { header: { name: "x-caldav-user" }, basic: {} },
    shares: [
      full.shares[0],
      full.shares[1],
      { calendar: "alice/work", with: ["bob"], access: "raed" },
      { calender: "alice/work", with: [], access: "read" },
    ],
    limits: { request_body: "lots" },
  };
  const faults = [
    'server: unknown server "radicle" (did you mean "radicale"?)',
    "identity: has header and basic: exactly one source says who somebody is",
    'shares[2].access: unknown role "raed" (did you mean "read"?)',
    'shares[3].calender: unknown key (did you mean "calendar"?)',
    "shares[3].with: must",
    "limits.request_body: must",
  ];

  for (const [kind, config] of [
    ["Struct", wrong],
    ["JSON", JSON.stringify(wrong)],
  ] as const)
    test(`as ${kind} is refused at load, with every fault by its path in Envoy's log`, async () => {
      const message = await startEnvoy({ config }).then(
        () => "accepted",
        (error: Error) => error.message,
      );
      for (const fault of faults) expect(message).toContain(fault);
    });

  test("that is no JSON is refused by line and column or by what is wrong", async () => {
    for (const config of [
      "",
      "{",
      '{"server": "radicale",}',
      "server: radicale",
      '{"server": "radicale", "server": "radicale"}',
    ])
      await expect(startEnvoy({ config }), config).rejects.toThrow(/refused/);
  });

  test("never shows a password", async () => {
    const upstream = { authenticate: { basic: { username: "svc", password: 123456789 } } };
    const message = await startEnvoy({ config: { ...full, upstream } }).catch((error: Error) => error.message);
    expect(message).toContain("upstream.authenticate.basic.password");
    expect(message).not.toContain("123456789");
  });
});

test("what does not work yet is refused by name, not ignored", async () => {
  const parts: [object, string][] = [
    [{ mounts: true }, "mounts"],
    [{ user_shares: { allow: ["read"] } }, "user_shares.allow"],
    [{ routing: { backends: { main: "caldav" }, default: "main" } }, "routing"],
  ];
  const envoy = await startEnvoy({ config: full });
  for (const [part, path] of parts) {
    const { accepted, problem } = await envoy.reload({ ...full, ...part });
    expect(accepted).toBe(false);
    expect(problem).toContain(`${path}: `);
    expect(problem).toContain("does not work yet");
  }
});
