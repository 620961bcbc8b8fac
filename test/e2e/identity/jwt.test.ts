/** identity.jwt: Envoy's jwt_authn checks the token, and a claim is the name. */
import { beforeAll, beforeEach, expect, test } from "vitest";
import {
  createIssuer,
  documented,
  type Issuer,
  request,
  shown,
  startEnvoy,
  startUpstream,
  type Upstream,
} from "../support/index.ts";

const config = {
  server: "radicale",
  shares: [
    { calendar: "alice/work", with: ["bob"], access: "read", ...shown },
    { calendar: "alice/team", with: ["group:team"], access: "read", ...shown },
    { calendar: "alice/public", with: ["anyone"], access: "read", ...shown },
  ],
};
const upstreamAs = { authenticate: { header: "x-remote-user", as: "owner" } };
const metadata = "jwt_payload";
const identities = {
  documented: {},
  nested: { identity: { jwt: { metadata, claim: "profile.login", groups: "realm_access.roles" }, realm: "Tokens" } },
  url: { identity: { jwt: { metadata, claim: "https://example.com/name", groups: "https://example.com/groups" } } },
  subject: { identity: { jwt: { metadata } }, shares: [] },
};
type Way = keyof typeof identities;

let upstream: Upstream;
let issuer: Issuer;
let stranger: Issuer;
const urls = {} as Record<Way, string>;

beforeAll(async () => {
  upstream = await startUpstream();
  issuer = await createIssuer("https://login.example.com");
  stranger = await createIssuer("https://login.example.com");
  const files = { "jwks.json": issuer.keySet };
  const listeners = Object.values(identities).map((more) =>
    documented("identity.md", ["jwt"], { config: { ...config, upstream: upstreamAs, ...more }, files }),
  );
  const envoy = await startEnvoy({ listeners, upstream: upstream.url });
  (Object.keys(identities) as Way[]).forEach((way, at) => (urls[way] = envoy.urls[at] ?? ""));
});
beforeEach(() => void (upstream.requests.length = 0));

/** The status of a GET with a token of these claims. */
async function get(way: Way, path: string, claims?: object, by = issuer, headers: Record<string, string> = {}) {
  const authorization = claims && `Bearer ${await by.token({ aud: "calendars", ...claims })}`;
  return (await request(urls[way], path, { headers: { ...headers, ...(authorization && { authorization }) } })).status;
}

test("the claim is the person, without the domain and in lower case where so configured", async () => {
  expect(await get("documented", "/alice/home/1.ics", { email: "Alice@Example.com" })).toBe(200);
  expect(await get("documented", "/alice/work/1.ics", { email: "bob@example.com" })).toBe(200);
  expect(await get("documented", "/alice/home/1.ics", { email: "bob@example.com" })).toBe(404);
  expect(await get("documented", "/alice/home/1.ics", { email: "alice@elsewhere.com" })).toBe(404);
  expect(upstream.requests.map(({ headers }) => headers["x-remote-user"])).toEqual(["alice", "alice"]);
  expect(upstream.requests[0]?.headers).not.toHaveProperty("authorization");
});

test("the default claim is sub", async () => {
  expect(await get("subject", "/alice/home/1.ics", { sub: "alice" })).toBe(200);
  expect(await get("subject", "/alice/home/1.ics", { email: "alice" })).toBe(401);
});

test("without a token: 401 with a Bearer challenge, and calendars for anyone", async () => {
  const reply = await request(urls.nested, "/alice/home/1.ics");
  expect(reply.status).toBe(401);
  expect(reply.headers["www-authenticate"]).toBe('Bearer realm="Tokens"');
  expect(await get("nested", "/alice/public/1.ics")).toBe(200);
});

test("a token that has expired, was signed by another, or is for another audience is refused", async () => {
  const email = "alice@example.com";
  expect(await get("documented", "/alice/home/1.ics", { email, exp: Math.floor(Date.now() / 1000) - 3600 })).toBe(401);
  expect(await get("documented", "/alice/home/1.ics", { email }, stranger)).toBe(401);
  expect([401, 403]).toContain(await get("documented", "/alice/home/1.ics", { email, aud: "other" }));
  expect(upstream.requests).toEqual([]);
});

test("a claim that is missing, empty or no text signs nobody in", async () => {
  for (const email of [undefined, "", null, 42, true, ["alice"], { alice: 1 }, "alice/home", ".."])
    expect([401, 404]).toContain(await get("documented", "/alice/home/1.ics", { email }));
  expect(await get("documented", "/alice/home/1.ics", { sub: "alice" })).toBe(401);
  expect(await get("documented", "/alice/home/1.ics", { email: ["alice"] })).toBe(401);
  expect(upstream.requests).toEqual([]);
});

test("groups are a list, or one text", async () => {
  const email = "carol@example.com";
  for (const groups of [["team"], ["other", "team"], "team", "other team", "other, team", ["a", "team", "c"]])
    expect(await get("documented", "/alice/team/1.ics", { email, groups }), JSON.stringify(groups)).toBe(200);
  for (const groups of [[], ["teams"], "teams", "", ["other team"], [["team"]], { team: true }, 1, null, undefined])
    expect(await get("documented", "/alice/team/1.ics", { email, groups }), JSON.stringify(groups)).toBe(404);
});

test("a name with dots is a path of nested claims, but first a claim of that name", async () => {
  const claims = { profile: { login: "carol" }, realm_access: { roles: ["team"] } };
  expect(await get("nested", "/carol/home/1.ics", claims)).toBe(200);
  expect(await get("nested", "/alice/team/1.ics", claims)).toBe(200);
  expect(await get("nested", "/dave/home/1.ics", { ...claims, "profile.login": "dave" })).toBe(200);
  const named = { "https://example.com/name": "carol", "https://example.com/groups": ["team"] };
  expect(await get("url", "/alice/team/1.ics", named)).toBe(200);
});

test("no header says who asks", async () => {
  const headers = { "x-caldav-user": "alice", "x-remote-user": "alice", "x-jwt-payload": "alice" };
  expect(await get("nested", "/alice/home/1.ics", undefined, issuer, headers)).toBe(401);
  expect(await get("nested", "/alice/home/1.ics", { profile: { login: "bob" } }, issuer, headers)).toBe(404);
  expect(await get("nested", "/bob/home/1.ics", { profile: { login: "bob" } }, issuer, headers)).toBe(200);
  expect(upstream.requests[0]?.headers["x-remote-user"]).toBe("bob");
  expect(upstream.requests[0]?.headers).not.toHaveProperty("x-caldav-user");
});
