/** The harness itself: what it starts runs, reloads and ends. No test here depends on what the filter decides. */
import { existsSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { isAlive } from "../../tools/lock.mjs";
import {
  Authority,
  createIssuer,
  request,
  sendRaw,
  startEnvoy,
  startRadicale,
  startUpstream,
  startXandikos,
} from "./support/index.ts";

const echoHeader = (value: string) => ({
  name: "envoy.filters.http.header_mutation",
  typed_config: {
    "@type": "type.googleapis.com/envoy.extensions.filters.http.header_mutation.v3.HeaderMutation",
    mutations: { response_mutations: [{ append: { header: { key: "x-seen", value } } }] },
  },
});

describe("startEnvoy", () => {
  test("passes requests of any shape to a scriptable server", async () => {
    const upstream = await startUpstream();
    const envoy = await startEnvoy({ module: false, upstream: upstream.url });
    const reply = await request(envoy.url, "/a%20b/?q=1", {
      method: "PROPFIND",
      headers: [
        ["x-twice", "1"],
        ["x-twice", "2"],
      ],
      body: ["<a>", "</a>"],
    });
    expect(reply).toMatchObject({ status: 200, body: "ok" });
    expect(upstream.requests).toMatchObject([{ method: "PROPFIND", path: "/a%20b/?q=1", body: "<a></a>" }]);
    expect(upstream.requests[0]?.headers["x-twice"]).toBe("1, 2");
    expect(await sendRaw(envoy.url, "GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")).toMatch(
      /^HTTP\/1.1 200/,
    );
  });

  test("serves TLS with HTTP/1.1 and HTTP/2, and asks for client certificates", async () => {
    const upstream = await startUpstream();
    const envoy = await startEnvoy({
      upstream: upstream.url,
      listeners: [
        { module: false, transport: "tls" },
        { module: false, transport: "mtls" },
      ],
    });
    const { authority } = envoy;
    const [tls = "", mtls = ""] = envoy.urls;
    if (authority === undefined) throw new Error("no authority");
    expect(await request(tls, "/", { ca: authority.certificate })).toMatchObject({ status: 200 });
    const trailers = { "x-end": "1" };
    expect(
      await request(tls, "/", { ca: authority.certificate, http2: true, method: "PUT", body: "x", trailers }),
    ).toMatchObject({
      status: 200,
      body: "ok",
    });
    await expect(request(mtls, "/", { ca: authority.certificate })).rejects.toThrow();
    const client = await authority.client({ subject: "CN=alice", uri: ["spiffe://example.com/user/alice"] });
    expect(await request(mtls, "/", { ca: authority.certificate, ...client })).toMatchObject({ status: 200 });
  });

  test("adds filters before and after the caldav filter, and clusters", async () => {
    const [main, east] = await Promise.all([
      startUpstream((_request, response) => void response.end("main")),
      startUpstream((_request, response) => void response.end("east")),
    ]);
    const envoy = await startEnvoy({
      module: false,
      upstream: main.url,
      clusters: { "caldav-east": east.url },
      before: [echoHeader("before")],
      after: [echoHeader("after")],
      routes: [
        { match: { prefix: "/east" }, route: { cluster: "caldav-east" } },
        { match: { prefix: "/" }, route: { cluster: "caldav" } },
      ],
    });
    const reply = await request(envoy.url, "/east");
    expect(reply.body).toBe("east");
    expect(reply.headers["x-seen"]).toBe("after, before");
    expect((await request(envoy.url, "/")).body).toBe("main");
  });

  test("reloads listeners while it runs, and says why when Envoy refuses", async () => {
    const upstream = await startUpstream();
    let value = "one";
    const envoy = await startEnvoy({
      module: false,
      upstream: upstream.url,
      concurrency: 2,
      edit: (bootstrap) => {
        const [manager] = bootstrap.static_resources.listeners[0].filter_chains[0].filters;
        manager.typed_config.http_filters.unshift(echoHeader(value));
      },
    });
    expect((await request(envoy.url, "/")).headers["x-seen"]).toBe("one");
    value = "two";
    expect(await envoy.reload()).toEqual({ accepted: true, problem: "" });
    expect((await request(envoy.url, "/")).headers["x-seen"]).toBe("two");
    value = "%NONSENSE%";
    const refused = await envoy.reload();
    expect(refused.accepted).toBe(false);
    expect(refused.problem).toMatch(/NONSENSE/);
    expect((await request(envoy.url, "/")).headers["x-seen"]).toBe("two");
  });

  test("throws what Envoy says when the first configuration is wrong, with and without LDS", async () => {
    for (const isStatic of [true, false]) {
      const start = startEnvoy({ module: false, static: isStatic, before: [echoHeader("%NONSENSE%")] });
      await expect(start).rejects.toThrow(/NONSENSE/);
    }
  });

  test("stops for good, and keeps what Envoy said", async () => {
    const envoy = await startEnvoy({ module: false });
    expect(isAlive(envoy.pid)).toBe(true);
    await envoy.stop();
    expect(isAlive(envoy.pid)).toBe(false);
    expect(envoy.lines.join("\n")).toMatch(/starting workers/);
  });
});

describe("servers", () => {
  test("Radicale believes X-Remote-User", async () => {
    const { url } = await startRadicale();
    expect((await request(url, "/alice/", { method: "PROPFIND", headers: { depth: "0" } })).status).toBe(403);
    const asAlice = { depth: "0", "x-remote-user": "alice" };
    expect((await request(url, "/alice/", { method: "PROPFIND", headers: asAlice })).status).toBe(207);
    expect((await request(url, "/bob/", { method: "PROPFIND", headers: asAlice })).status).toBe(403);
  });

  test("Radicale checks passwords", async () => {
    const { url } = await startRadicale({ auth: "htpasswd", users: { alice: "a" } });
    const propfind = { method: "PROPFIND", headers: { depth: "0" } };
    expect((await request(url, "/alice/", { ...propfind, auth: "alice:wrong" })).status).toBe(401);
    expect((await request(url, "/alice/", { ...propfind, auth: "alice:a" })).status).toBe(207);
  });

  test("Xandikos has a calendar of the principal", async () => {
    const { url } = await startXandikos();
    const reply = await request(url, "/alice/calendars/calendar/", { method: "PROPFIND", headers: { depth: "0" } });
    expect(reply.status).toBe(207);
  });
});

describe("credentials", () => {
  test("an authority writes certificates into files", async () => {
    const authority = await Authority.create();
    const { certificateFile, keyFile } = await authority.client({ email: ["alice@example.com"] });
    expect(existsSync(certificateFile) && existsSync(keyFile)).toBe(true);
  });

  test("Envoy's jwt_authn accepts an issuer's tokens", async () => {
    const issuer = await createIssuer();
    const upstream = await startUpstream();
    const envoy = await startEnvoy({
      module: false,
      upstream: upstream.url,
      before: [
        {
          name: "envoy.filters.http.jwt_authn",
          typed_config: {
            "@type": "type.googleapis.com/envoy.extensions.filters.http.jwt_authn.v3.JwtAuthentication",
            providers: { test: { issuer: issuer.name, local_jwks: { inline_string: issuer.keySet } } },
            rules: [{ match: { prefix: "/" }, requires: { provider_name: "test" } }],
          },
        },
      ],
    });
    expect((await request(envoy.url, "/")).status).toBe(401);
    const headers = { authorization: `Bearer ${await issuer.token({ sub: "alice" })}` };
    expect((await request(envoy.url, "/", { headers })).status).toBe(200);
  });
});
