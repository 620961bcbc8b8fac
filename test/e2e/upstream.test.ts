/** What the server is told about who asks, and what of the client it never sees: contract, section 2, `upstream`. */
import { beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { Bootstrap } from "../../cli/local.ts";
import {
  propfind,
  request,
  type RequestOptions,
  shown,
  startEnvoy,
  startUpstream,
  type Upstream,
} from "./support/index.ts";

const header = { identity: { header: { name: "x-caldav-user" } } };
const shares = [
  { calendar: "alice/work", with: ["bob"], access: "read", ...shown },
  { calendar: "alice/public", with: ["anyone"], access: "read", ...shown },
];
const service = { basic: { username: "svc", password: "sécret" } };
/** Each on a listener of its own. */
const configs = {
  passthrough: { identity: { basic: { remember: "0s" } } },
  user: { ...header, upstream: { authenticate: { header: "X-Remote-User", as: "user" } } },
  owner: { ...header, upstream: { authenticate: { header: "x-remote-user", as: "owner" } } },
  service: { ...header, upstream: { authenticate: service } },
};
type Way = keyof typeof configs;

let upstream: Upstream;
const urls = {} as Record<Way, string>;

beforeAll(async () => {
  upstream = await startUpstream();
  const listeners = Object.values(configs).map((config) => ({ config: { server: "radicale", shares, ...config } }));
  const allowUnderscores = (bootstrap: Bootstrap) => {
    for (const {
      filter_chains: [chain],
    } of bootstrap.static_resources.listeners)
      chain.filters[0].typed_config.common_http_protocol_options.headers_with_underscores_action = "ALLOW";
  };
  const envoy = await startEnvoy({ upstream: upstream.url, listeners, edit: allowUnderscores });
  Object.keys(configs).forEach((way, at) => (urls[way as Way] = envoy.urls[at] ?? ""));
});
beforeEach(() => {
  upstream.requests.length = 0;
  upstream.respond((_request, response) => void response.writeHead(200, { "content-type": "text/calendar" }).end("ok"));
});

const bob = { "x-caldav-user": "bob" };
const alice = { "x-caldav-user": "alice" };
/** Sends a request, and gives the reply with the headers of what reached the server last. */
async function send(way: Way, path: string, options: RequestOptions = {}) {
  const reply = await request(urls[way], path, options);
  return { ...reply, seen: upstream.requests.at(-1)?.headers };
}

describe("passthrough", () => {
  test("leaves the client's Authorization as it is, and lets no session stand for a password", async () => {
    upstream.respond((_request, response) => void response.writeHead(200, { "set-cookie": "session=1" }).end("ok"));
    const reply = await send("passthrough", "/alice/work/1.ics", {
      auth: "alice:pässword",
      headers: { cookie: "a=b" },
    });
    expect(reply).toMatchObject({ status: 200, headers: { "set-cookie": "session=1" } });
    const authorization = `Basic ${Buffer.from("alice:pässword").toString("base64")}`;
    expect(reply.seen).toMatchObject({ authorization });
    expect(reply.seen).not.toHaveProperty("cookie");
  });

  test("answers the server's 401 with a challenge of its own", async () => {
    upstream.respond((_request, response) => {
      response.writeHead(401, { "www-authenticate": ['Digest realm="theirs"', "Negotiate"] }).end("who?");
    });
    const reply = await send("passthrough", "/alice/work/1.ics", { auth: "alice:wrong" });
    expect(reply.status).toBe(401);
    expect(reply.headers["www-authenticate"]).toBe('Basic realm="Calendars", charset="UTF-8"');
  });
});

describe("a trusted header", () => {
  test("names the user, or with `as: owner` the calendar's owner", async () => {
    expect((await send("user", "/alice/work/1.ics", { headers: bob })).seen?.["x-remote-user"]).toBe("bob");
    expect((await send("owner", "/alice/work/1.ics", { headers: bob })).seen?.["x-remote-user"]).toBe("alice");
    expect((await send("owner", "/bob/own/1.ics", { headers: bob })).seen?.["x-remote-user"]).toBe("bob");
  });

  test("names the one who asks where there is no owner", async () => {
    const reply = await send("owner", "/", {
      ...propfind("0", "D:current-user-principal"),
      headers: { ...bob, depth: "0" },
    });
    expect(reply.seen?.["x-remote-user"]).toBe("bob");
  });

  test("takes the client's credentials, cookies and session away", async () => {
    upstream.respond((_request, response) => {
      response.writeHead(200, { "set-cookie": ["session=1", "other=2"] }).end("ok");
    });
    for (const way of ["user", "owner", "service"] as const) {
      const headers = { ...bob, cookie: "session=alice" };
      const reply = await send(way, "/alice/work/1.ics", { auth: "alice:password", headers });
      expect(reply.headers).not.toHaveProperty("set-cookie");
      expect(reply.seen).not.toHaveProperty("cookie");
      if (way !== "service") expect(reply.seen).not.toHaveProperty("authorization");
    }
  });

  test("is absent, not empty, for someone who is not signed in and needs not be", async () => {
    const reply = await send("user", "/alice/public/1.ics", { headers: { "x-remote-user": "alice" } });
    expect(reply.status).toBe(200);
    expect(reply.seen).not.toHaveProperty("x-remote-user");
    const asOwner = await send("owner", "/alice/public/1.ics", { headers: { "x-remote-user": "carol" } });
    expect(asOwner.seen?.["x-remote-user"]).toBe("alice");
  });
});

test("service credentials go in the place of the client's", async () => {
  const reply = await send("service", "/alice/work/1.ics", { auth: "bob:password", headers: bob });
  expect(reply.seen?.authorization).toBe(`Basic ${Buffer.from("svc:sécret").toString("base64")}`);
});

describe("what a client claims in headers never reaches the server", () => {
  const spoofed: [string, string][] = [
    ...["x-remote-user", "X-Remote-User", "X_Remote_User", "x_remote-user", "Remote-User", "REMOTE_USER"].map(
      (name): [string, string] => [name, "mallory"],
    ),
    ...["x-forwarded-user", "x-auth-request-user", "x-webauth-user", "x-authenticated-user"].map(
      (name): [string, string] => [name, "mallory"],
    ),
    ...["x-http-method-override", "x-http-method", "x-method-override"].map((name): [string, string] => [
      name,
      "DELETE",
    ]),
    ...["x-original-url", "x-rewrite-url"].map((name): [string, string] => [name, "/alice/home/1.ics"]),
  ];

  for (const way of Object.keys(configs) as Way[])
    test(`with ${way}`, async () => {
      const reply = await send(way, "/alice/work/1.ics", {
        headers: [...spoofed, ["x-caldav-user", "bob"]],
        auth: "bob:b",
      });
      expect(reply.status).toBe(200);
      expect(JSON.stringify(upstream.requests.at(-1)?.rawHeaders)).not.toMatch(/mallory|DELETE|home/);
      const names = Object.keys(reply.seen ?? {});
      expect(names.filter((name) => name.includes("_"))).toEqual([]);
      expect(names).not.toContain("x-caldav-user");
    });
});

test("a server that does not accept the proxy's own word is a bad gateway, not a sign-in", async () => {
  upstream.respond((_request, response) => {
    response
      .writeHead(401, { "www-authenticate": 'Basic realm="theirs"', "set-cookie": "a=b" })
      .end("secret of the server");
  });
  for (const way of ["user", "owner", "service"] as const) {
    const reply = await send(way, "/alice/work/1.ics", { headers: alice });
    expect(reply.status).toBe(502);
    expect(reply.headers).not.toHaveProperty("www-authenticate");
    expect(reply.headers).not.toHaveProperty("set-cookie");
    expect(reply.body).not.toContain("secret");
  }
});

describe("anyone", () => {
  for (const way of ["passthrough", "user", "owner", "service"] as const)
    test(`reads a calendar shared with anyone, with ${way}`, async () => {
      expect((await send(way, "/alice/public/1.ics")).status).toBe(200);
      expect(upstream.requests).toHaveLength(1);
      expect(await send(way, "/alice/work/1.ics")).toMatchObject({
        status: 401,
        headers: { "www-authenticate": 'Basic realm="Calendars", charset="UTF-8"' },
      });
      expect((await send(way, "/alice/public/1.ics", { method: "PUT", body: "x" })).status).toBe(401);
      expect(upstream.requests).toHaveLength(1);
    });
});
