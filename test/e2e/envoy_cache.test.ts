/**
 * Envoy's own cache filter never mixes two people, behind the caldav filter or in an Envoy in front of it: contract,
 * section 6. (In front of it in one chain there is nothing to test: that cache calls the server by itself, past all
 * filters that come after it.)
 */
import { beforeAll, beforeEach, describe, expect, test } from "vitest";
import {
  type Authority,
  createIssuer,
  documented,
  type EnvoyOptions,
  event,
  type HttpFilter,
  type Issuer,
  request,
  type RequestOptions,
  shown,
  startEnvoy,
  startUpstream,
  type TestEnvoy,
  type Upstream,
} from "./support/index.ts";

/** Envoy's cache. It keeps nothing that has a Vary; told to (allowed_vary_headers), Envoy 1.40 crashes when it does. */
const cache: HttpFilter = {
  name: "envoy.filters.http.cache",
  typed_config: {
    "@type": "type.googleapis.com/envoy.extensions.filters.http.cache.v3.CacheConfig",
    typed_config: {
      "@type": "type.googleapis.com/envoy.extensions.http.cache.simple_http_cache.v3.SimpleHttpCacheConfig",
    },
  },
};
const config = {
  server: "radicale",
  shares: [
    { calendar: "alice/work", with: ["bob"], access: "read", ...shown },
    { calendar: "alice/busy", with: ["bob"], access: "busy" },
    { calendar: "alice/public", with: ["anyone"], access: "read", ...shown },
  ],
  other_paths: { "/.web/": "anyone" },
};
const asUser = { upstream: { authenticate: { header: "x-remote-user", as: "user" } } };
const asOwner = { upstream: { authenticate: { header: "x-remote-user", as: "owner" } } };

let upstream: Upstream;
let envoy: TestEnvoy;
let issuer: Issuer;

/** The ways to say who asks: the listener that believes it, and a request of that person. */
interface Way {
  listener: () => EnvoyOptions;
  sign: (name: string) => RequestOptions | Promise<RequestOptions>;
}
const header = { identity: { header: { name: "x-caldav-user" } } };
const byHeader = (name: string) => ({ headers: { "x-caldav-user": name } });
const byPassword = (name: string) => ({ auth: `${name}:${name}'s` });
const ways: Record<string, Way> = {
  "a header, the server told the user": {
    listener: () => ({ config: { ...config, ...header, ...asUser } }),
    sign: byHeader,
  },
  "a header, the server told the owner": {
    listener: () => ({ config: { ...config, ...header, ...asOwner } }),
    sign: byHeader,
  },
  "a password": { listener: () => ({ config: { ...config, identity: { basic: {} } } }), sign: byPassword },
  "a password, and service credentials": {
    listener: () => {
      const service = { authenticate: { basic: { username: "svc", password: "svc's" } } };
      return { config: { ...config, identity: { basic: {} }, upstream: service } };
    },
    sign: byPassword,
  },
  "a token": {
    listener: () =>
      documented("identity.md", ["jwt"], { config: { ...config, ...asUser }, files: { "jwks.json": issuer.keySet } }),
    sign: async (name) => {
      const token = await issuer.token({ aud: "calendars", email: `${name}@example.com` });
      return { headers: { authorization: `Bearer ${token}` } };
    },
  },
  "a client certificate": {
    listener: () => documented("identity.md", ["client_certificate"], { config: { ...config, ...asUser } }),
    sign: async (name) => (envoy.authority as Authority).client({ uri: [`spiffe://example.com/user/${name}`] }),
  },
};
/** Where one of the ways listens, with the cache behind the filter or in front. */
const urls = { behind: new Map<string, string>(), "in front": new Map<string, string>() };

beforeAll(async () => {
  issuer = await createIssuer("https://login.example.com");
  upstream = await startUpstream();
  const names = Object.keys(ways);
  const options = Object.values(ways).map(({ listener }) => listener());
  const edit = options.find(({ transport }) => transport === "mtls")?.edit;
  const listeners = [...options.map((each) => ({ ...each, after: [cache] })), ...options];
  envoy = await startEnvoy({ listeners, edit, upstream: upstream.url });
  names.forEach((name, at) => urls.behind.set(name, envoy.urls[at] ?? ""));
  const plain = names.filter((_, at) => options[at]?.transport !== "mtls");
  const target = (name: string) => envoy.urls[names.length + names.indexOf(name)] ?? "";
  const front = await startEnvoy({
    listeners: plain.map((name) => ({
      module: false,
      before: [cache],
      routes: [{ match: { prefix: "/" }, route: { cluster: name } }],
    })),
    clusters: Object.fromEntries(plain.map((name) => [name, target(name)])),
  });
  plain.forEach((name, at) => urls["in front"].set(name, front.urls[at] ?? ""));
});

/** A server that lets everybody keep everything, and says for whom it was. */
beforeEach(() => {
  upstream.requests.length = 0;
  upstream.respond(({ headers, method, path }, response) => {
    const name = Buffer.from((headers.authorization ?? "").replace("Basic ", ""), "base64")
      .toString()
      .split(":")[0];
    const whom = headers["x-remote-user"] ?? (name || "nobody");
    const forAll = { "cache-control": "public, max-age=3600", etag: '"1"', date: new Date().toUTCString() };
    const xml = method === "PROPFIND";
    response.writeHead(xml ? 207 : 200, { ...forAll, "content-type": xml ? "application/xml" : "text/calendar" });
    response.end(xml ? '<multistatus xmlns="DAV:"/>' : event(path, `For ${[whom].flat().join()}`));
  });
});

const gets = () => upstream.requests.filter(({ method }) => method === "GET").length;

for (const [name, { sign }] of Object.entries(ways))
  for (const place of ["behind", "in front"] as const) {
    // A proxy in front ends TLS, so the certificate would be the proxy's.
    if (place === "in front" && name === "a client certificate") continue;
    describe(`with the cache ${place}, and ${name}`, () => {
      const get = async (path: string, person?: string) =>
        request(urls[place].get(name) ?? "", path, person === undefined ? {} : await sign(person));
      const owner = name.includes("owner");
      const seenAs = (person: string) => (name.includes("service") ? "svc" : owner ? "alice" : person);

      test("what one person read is nobody else's", async () => {
        for (let round = 0; round < 2; round++) {
          const alice = await get("/alice/home/1.ics", "alice");
          expect(alice).toMatchObject({ status: 200, body: expect.stringContaining(`For ${seenAs("alice")}\r`) });
          expect((await get("/alice/home/1.ics", "bob")).status).toBe(404);
          expect((await get("/alice/home/1.ics")).status).toBe(401);
        }
      });

      test("a shared calendar comes from the server for each of them, in each one's view", async () => {
        for (let round = 0; round < 2; round++)
          for (const person of ["alice", "bob"]) {
            const work = await get("/alice/work/1.ics", person);
            expect(work).toMatchObject({ status: 200, body: expect.stringContaining(`For ${seenAs(person)}\r`) });
            const busy = await get("/alice/busy/1.ics", person);
            expect(busy.body).toContain(person === "alice" ? `For ${seenAs("alice")}\r` : "SUMMARY:Busy");
          }
        expect(gets()).toBe(8);
        expect((await get("/alice/work/1.ics")).status).toBe(401);
        expect((await get("/alice/work/1.ics", "carol")).status).toBe(404);
        expect((await get("/alice/busy/1.ics", "carol")).status).toBe(404);
      });

      test("a calendar for anyone is for each of them what anyone sees", async () => {
        for (const person of [undefined, undefined, "bob", undefined])
          expect(await get("/alice/public/1.ics", person)).toMatchObject({ status: 200 });
        expect((await get("/alice/public/1.ics", "alice")).headers["cache-control"]).toBe("public, max-age=300");
      });

      if (place === "in front")
        test("what is no calendar is kept as the server says, so the cache works", async () => {
          for (let round = 0; round < 3; round++) expect((await get("/.web/app.js")).status).toBe(200);
          expect(gets()).toBe(1);
        });
    });
  }
