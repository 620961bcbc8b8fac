/** identity.client_certificate: TLS has checked the certificate, and one of its fields is the name. */
import { beforeAll, beforeEach, expect, test } from "vitest";
import {
  Authority,
  documented,
  request,
  shown,
  startEnvoy,
  startUpstream,
  type TestEnvoy,
  type Upstream,
} from "../support/index.ts";

type Subject = Parameters<Authority["client"]>[0];

const shares = [
  { calendar: "alice/work", with: ["bob"], access: "read", ...shown },
  { calendar: "alice/public", with: ["anyone"], access: "read", ...shown },
];
const more = (identity?: object) => ({ config: { server: "radicale", shares, ...(identity && { identity }) } });
const sections = ["client_certificate"];
const listeners = {
  uri: documented("identity.md", sections, more()),
  dns: documented("identity.md", sections, more({ client_certificate: { field: "dns_san" } })),
  subject: documented("identity.md", sections, more({ client_certificate: { field: "subject_cn" } })),
  email: documented("identity.md", [...sections, "client_certificate by e-mail address"], more()),
};
type Way = keyof typeof listeners;

let upstream: Upstream;
let envoy: TestEnvoy;
const urls = {} as Record<Way, string>;

beforeAll(async () => {
  upstream = await startUpstream();
  const [first] = Object.values(listeners);
  envoy = await startEnvoy({ listeners: Object.values(listeners), edit: first?.edit, upstream: upstream.url });
  (Object.keys(listeners) as Way[]).forEach((way, at) => (urls[way] = envoy.urls[at] ?? ""));
});
beforeEach(() => void (upstream.requests.length = 0));

/** The status of a GET with a certificate that says this, or without one. */
async function get(way: Way, path: string, subject?: Subject, headers: Record<string, string> = {}) {
  const { authority } = envoy;
  if (authority === undefined) throw new Error("the listeners have no TLS");
  const client = subject && (await authority.client(subject));
  return (await request(urls[way], path, { ca: authority.certificate, headers, ...client })).status;
}

test("uri_san: what comes after the prefix is the person", async () => {
  const spiffe = (name: string) => ({ uri: [`spiffe://example.com/user/${name}`] });
  expect(await get("uri", "/alice/home/1.ics", spiffe("alice"))).toBe(200);
  expect(await get("uri", "/alice/work/1.ics", spiffe("bob"))).toBe(200);
  expect(await get("uri", "/alice/home/1.ics", spiffe("bob"))).toBe(404);
  expect(upstream.requests.map(({ headers }) => headers["x-remote-user"])).toEqual(["alice", "alice"]);
  for (const uri of ["spiffe://example.com/service/alice", "alice", "spiffe://example.org/user/alice"])
    expect(await get("uri", "/alice/home/1.ics", { uri: [uri] })).toBe(401);
  for (const name of ["", "a/alice", "..", "alice;x"])
    expect(await get("uri", "/alice/home/1.ics", spiffe(name))).toBe(401);
  expect(await get("uri", "/alice/home/1.ics", { subject: "CN=alice", dns: ["alice"] })).toBe(401);
});

test("dns_san: the name is the person", async () => {
  expect(await get("dns", "/laptop.example.com/home/1.ics", { dns: ["laptop.example.com"] })).toBe(200);
  expect(await get("dns", "/alice/home/1.ics", { dns: ["laptop.example.com", "alice"] })).toBe(404);
  expect(await get("dns", "/alice/home/1.ics", { subject: "CN=alice" })).toBe(401);
});

test("subject_cn: the only common name is the person, its escapes resolved", async () => {
  expect(await get("subject", "/alice/home/1.ics", { subject: "CN=alice" })).toBe(200);
  expect(await get("subject", "/alice/home/1.ics", { subject: "O=Acme, OU=Calendars, CN=alice" })).toBe(200);
  const paths: [string, string][] = [
    ["CN=Doe\\, Jane,O=Acme", "/Doe%2C%20Jane/home/1.ics"],
    ['CN="Doe, Jane"', "/Doe%2C%20Jane/home/1.ics"],
    ["CN=a\\+b\\=c", "/a+b=c/home/1.ics"],
    ["CN=Jörg Müller", "/J%C3%B6rg%20M%C3%BCller/home/1.ics"],
  ];
  for (const [subject, path] of paths) expect(await get("subject", path, { subject }), subject).toBe(200);
});

test("subject_cn: nobody passes for another by what stands in another field", async () => {
  for (const subject of [
    "O=Acme\\,CN=alice",
    "O=alice",
    'O="x,CN=alice",OU=y',
    "O=x\\+CN=alice",
    "CN=mallory,CN=alice",
  ])
    expect(await get("subject", "/alice/home/1.ics", { subject }), subject).toBe(401);
  expect(await get("subject", "/alice/home/1.ics", { subject: "CN=x\\,CN=alice" })).toBe(404);
  expect(await get("subject", "/alice/home/1.ics", { dns: ["alice"] })).toBe(401);
});

test("email_san: the only address is the person", async () => {
  expect(await get("email", "/alice/home/1.ics", { email: ["alice@example.com"] })).toBe(200);
  expect(await get("email", "/alice/work/1.ics", { email: ["bob@example.com"] })).toBe(200);
  expect(await get("email", "/alice/home/1.ics", { email: ["alice@example.org"] })).toBe(404);
  for (const subject of [{ subject: "CN=alice" }, { dns: ["alice@example.com"] }, undefined])
    expect(await get("email", "/-/home/1.ics", subject)).toBe(401);
  const several = { email: ["mallory@evil.org", "alice@example.com"] };
  for (const path of ["/alice/home/1.ics", "/mallory@evil.org,alice/home/1.ics"])
    expect(await get("email", path, several)).toBe(401);
});

test("without a certificate: 401, and calendars for anyone; no header helps", async () => {
  const headers = {
    "x-caldav-user": "alice",
    "x-remote-user": "alice",
    "x-forwarded-client-cert": 'Subject="CN=alice"',
  };
  for (const way of Object.keys(listeners) as Way[]) {
    expect(await get(way, "/alice/home/1.ics", undefined, headers)).toBe(401);
    expect(await get(way, "/alice/public/1.ics", undefined, headers)).toBe(200);
  }
  const reply = await request(urls.uri, "/alice/home/1.ics");
  expect(reply.headers["www-authenticate"]).toBe('ClientCertificate realm="Calendars"');
});

test("a certificate of another authority, or one that has expired, does not even connect", async () => {
  const stranger = await Authority.create();
  const uri = ["spiffe://example.com/user/alice"];
  const clients = [
    await stranger.client({ uri }),
    await envoy.authority?.client({ uri, notAfter: new Date(Date.now() - 3600_000) }),
  ];
  for (const client of clients) await expect(request(urls.uri, "/alice/home/1.ics", { ...client })).rejects.toThrow();
  expect(upstream.requests).toEqual([]);
});
