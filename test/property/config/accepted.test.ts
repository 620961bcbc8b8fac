import { beforeAll, describe, expect, test } from "vitest";
import { BASE, share } from "./support/cases";
import { Reader, Subject } from "./support/reader";
import { compileSchema } from "./support/schema";
import { encodeStruct, type Json } from "./support/struct";

type Configuration = { [key: string]: Json };

let reader: Reader;
const validate = compileSchema();

beforeAll(() => {
  reader = Reader.compile();
});

/** Reads it in every form that there is, and gives what it compiles to: always the same. */
function accepted(configuration: Configuration): Record<string, string | number> {
  const text = JSON.stringify(configuration);
  const forms = [
    encodeStruct(configuration),
    encodeStruct(configuration, { unusual: true }),
    Buffer.from(text),
    Buffer.from("\n \r\n\t" + JSON.stringify(configuration, null, "\t") + "\n"),
    Buffer.from(text.replace(/"[^"\\]*"/g, (string) => '"' + string.slice(1, -1).split("").map(escape).join("") + '"')),
  ];
  let first: Record<string, string | number> | undefined;
  for (const bytes of forms) {
    expect(reader.readBytes(bytes)).toBeNull();
    const summary = reader.summary();
    first ??= summary;
    expect(summary).toEqual(first);
  }
  expect(validate(configuration), JSON.stringify(validate.errors)).toBe(true);
  return first ?? {};
}

/** A UTF-16 code unit as JSON may escape it. */
function escape(unit: string): string {
  return "\\u" + unit.charCodeAt(0).toString(16).padStart(4, "0");
}

describe("A configuration that is right", () => {
  test("needs no more than a server and an identity", () => {
    expect(accepted(BASE)).toEqual({
      server: 1,
      principal: "/u/",
      home: "/u/",
      calendar: "/u/c/",
      source: 0,
      header: "x-user",
      groupsHeader: "",
      remember: 60_000,
      metadata: "",
      claim: "sub",
      groupsClaim: "",
      field: 0,
      prefix: "",
      lowercase: 0,
      stripDomain: "",
      realm: "Calendars",
      cluster: "",
      authenticate: 0,
      upstreamHeader: "",
      username: "",
      password: "",
      requestBody: 1 << 20,
      multigetHrefs: 5000,
      xmlDepth: 64,
      authFailureCount: 10,
      authFailurePer: 60_000,
      authFailureBlock: 300_000,
      publicMaxAge: 300,
      shares: 0,
      groups: 0,
      otherPaths: 0,
    });
  });

  test.each([
    ["radicale", "/u/", "/u/", "/u/c/"],
    ["xandikos", "/u/", "/u/calendars/", "/u/calendars/c/"],
    ["davical", "/caldav.php/u/", "/caldav.php/u/", "/caldav.php/u/c/"],
    ["baikal", "/dav.php/principals/u/", "/dav.php/calendars/u/", "/dav.php/calendars/u/c/"],
    [
      "nextcloud",
      "/remote.php/dav/principals/users/u/",
      "/remote.php/dav/calendars/u/",
      "/remote.php/dav/calendars/u/c/",
    ],
    ["cyrus", "/dav/principals/user/u/", "/dav/calendars/user/u/", "/dav/calendars/user/u/c/"],
    ["sogo", "/SOGo/dav/u/", "/SOGo/dav/u/Calendar/", "/SOGo/dav/u/Calendar/c/"],
    ["stalwart", "/dav/pal/u/", "/dav/cal/u/", "/dav/cal/u/c/"],
  ])("has the layout of %s", (server, principal, home, calendar) => {
    expect(accepted({ ...BASE, server })).toMatchObject({ principal, home, calendar });
  });

  test("may change parts of a preset, or give a layout of its own", () => {
    expect(accepted({ ...BASE, layout: { principal: "/users/{user}/" } })).toMatchObject({
      principal: "/users/u/",
      home: "/u/",
      calendar: "/u/c/",
    });
    const layout = { principal: "/p/{user}/", home: "/h/{user}/", calendar: "/h/{user}/c/{calendar}/" };
    expect(accepted({ ...BASE, server: "custom", layout })).toMatchObject({ server: 0, calendar: "/h/u/c/c/" });
  });

  test("takes an identity from a header, with header names in lower case", () => {
    const identity = { header: { name: "X-CalDAV-User", groups: "X-Groups" }, lowercase: true };
    expect(accepted({ ...BASE, identity })).toMatchObject({
      source: 0,
      header: "x-caldav-user",
      groupsHeader: "x-groups",
      lowercase: 1,
    });
  });

  test("takes an identity from a password", () => {
    expect(accepted({ ...BASE, identity: { basic: {} } })).toMatchObject({ source: 1, remember: 60_000 });
    const identity = { basic: { remember: "500ms" }, strip_domain: "Example.com", realm: "Kalender für alle" };
    expect(accepted({ ...BASE, identity })).toMatchObject({
      remember: 500,
      stripDomain: "Example.com",
      realm: "Kalender für alle",
    });
  });

  test("takes an identity from a token or a certificate", () => {
    const jwt = { metadata: "jwt_payload", claim: "email", groups: "groups" };
    expect(accepted({ ...BASE, identity: { jwt } })).toMatchObject({
      source: 2,
      metadata: "jwt_payload",
      claim: "email",
      groupsClaim: "groups",
    });
    const client_certificate = { field: "subject_cn", prefix: "spiffe://example.com/user/" };
    expect(accepted({ ...BASE, identity: { client_certificate } })).toMatchObject({
      source: 3,
      field: 3,
      prefix: "spiffe://example.com/user/",
    });
  });

  test("says what the server is told", () => {
    expect(accepted({ ...BASE, upstream: { cluster: "caldav", authenticate: "passthrough" } })).toMatchObject({
      cluster: "caldav",
      authenticate: 0,
    });
    const authenticate = { header: "X-Remote-User", as: "user" };
    expect(accepted({ ...BASE, upstream: { authenticate } })).toMatchObject({
      authenticate: 1,
      upstreamHeader: "x-remote-user",
    });
    expect(accepted({ ...BASE, upstream: { authenticate: { ...authenticate, as: "owner" } } })).toMatchObject({
      authenticate: 2,
    });
    const basic = { username: "svc", password: "a:b c" };
    expect(accepted({ ...BASE, upstream: { authenticate: { basic } } })).toMatchObject({
      authenticate: 3,
      username: "svc",
      password: "a:b c",
    });
  });

  test("has limits in the units that people write", () => {
    const limits = {
      request_body: "64MiB",
      multiget_hrefs: 1,
      xml_depth: 1024,
      auth_failures: { count: 3, per: "1h", block: "1d" },
    };
    expect(accepted({ ...BASE, limits })).toMatchObject({
      requestBody: 64 << 20,
      multigetHrefs: 1,
      xmlDepth: 1024,
      authFailureCount: 3,
      authFailurePer: 3_600_000,
      authFailureBlock: 86_400_000,
    });
    const sizes: [Json, number][] = [
      ["2048B", 2048],
      ["64kB", 64_000],
      ["1MB", 1_000_000],
      ["2KiB", 2048],
      [4096, 4096],
      ["4096", 4096],
    ];
    for (const [size, bytes] of sizes) {
      expect(accepted({ ...BASE, limits: { request_body: size } })).toMatchObject({ requestBody: bytes });
    }
  });

  test("may say what is off anyway", () => {
    const off = {
      mounts: false,
      routing: {},
      user_shares: { allow: [], with: ["bob"] },
      shares: [],
      groups: {},
      other_paths: {},
    };
    for (const coherence of ["off", false, "validate", "exclusive"]) {
      const cache = { coherence, validate_every: "5s", max_age: "1h", max_entry: "1MiB", max_bytes: "64MiB" };
      expect(accepted({ ...BASE, ...off, cache })).toMatchObject({ publicMaxAge: 3600 });
    }
    accepted({ ...BASE, user_shares: {}, cache: {}, limits: { auth_failures: {} }, upstream: {}, layout: {} });
  });

  test("names prefixes outside the layout", () => {
    expect(accepted({ ...BASE, other_paths: { "/.web/": "authenticated", "/": "anyone" } })).toMatchObject({
      otherPaths: 2,
    });
  });

  test("has groups, with members in several", () => {
    const groups = { team: ["alice", "bob"], "our team": ["bob"], empty: [] };
    expect(accepted({ ...BASE, groups })).toMatchObject({ groups: 3 });
    expect(reader.groupsOf("bob").sort()).toEqual(["our team", "team"]);
    expect(reader.groupsOf("alice")).toEqual(["team"]);
    expect(reader.groupsOf("carol")).toEqual([]);
  });
});

describe("A share", () => {
  const READ = 1 | 128 | 512;
  const WRITE = READ | 4 | 8 | 16 | 32;

  test.each([
    ["free-busy", 512],
    ["busy", 512 | 1024 | 128],
    ["read", READ],
    ["append", READ | 8],
    ["write", WRITE],
    ["manage", WRITE | 2],
    ["owner", 0b101111111111],
    [["read", "bind"], READ | 8],
    [["write"], 2 | 4 | 8 | 16],
    [["unlock", "unlock"], 32],
  ] as [Json, number][])("gives what its access %j stands for", (access, privileges) => {
    accepted({ ...BASE, shares: [share({ access })] });
    expect(reader.grant("alice", "work", Subject.user, "bob")).toEqual([privileges, 1, 1, 0, 0]);
  });

  test("is with each of its subjects, and with nobody else", () => {
    const subjects = ["bob", "group:team", "authenticated", "anyone"];
    const configuration = { ...BASE, groups: { team: ["carol"] }, shares: [share({ with: subjects })] };
    expect(accepted(configuration)).toMatchObject({ shares: 4 });
    expect(reader.grant("alice", "work", Subject.user, "bob")[0]).toBe(READ);
    expect(reader.grant("alice", "work", Subject.group, "team")[0]).toBe(READ);
    expect(reader.grant("alice", "work", Subject.authenticated)[0]).toBe(READ);
    expect(reader.grant("alice", "work", Subject.anyone)[0]).toBe(READ);
    expect(reader.grant("alice", "work", Subject.user, "carol")[0]).toBe(0);
    expect(reader.grant("alice", "work", Subject.user, "team")[0]).toBe(0);
    expect(reader.grant("alice", "home", Subject.user, "bob")[0]).toBe(0);
    expect(reader.grant("bob", "work", Subject.user, "bob")[0]).toBe(0);
  });

  test.each([
    ["alice/*", [true, true, false, false]],
    ["*/work", [true, false, true, false]],
    ["*/*", [true, true, true, true]],
  ])("may stand for many calendars: %s", (calendar, expected) => {
    accepted({ ...BASE, shares: [share({ calendar })] });
    const places = [
      ["alice", "work"],
      ["alice", "home"],
      ["carol", "work"],
      ["carol", "home"],
    ];
    expect(places.map(([owner, name]) => reader.grant(owner ?? "", name ?? "", Subject.user, "bob")[0] !== 0)).toEqual(
      expected,
    );
  });

  test.each([
    ["2027-01-01T00:00:00Z", Date.UTC(2027, 0, 1)],
    ["2027-01-01t00:00:00.25z", Date.UTC(2027, 0, 1) + 250],
    ["2028-02-29T23:59:59+02:00", Date.UTC(2028, 1, 29, 21, 59, 59)],
    ["2026-12-31T23:59:60-08:00", Date.UTC(2027, 0, 1, 8)],
  ])("ends at the time it names: %s", (until, ms) => {
    accepted({ ...BASE, shares: [share({ until })] });
    expect(reader.grant("alice", "work", Subject.user, "bob", ms - 1)).toEqual([READ, 1, 1, 0, ms]);
    expect(reader.grant("alice", "work", Subject.user, "bob", ms)[0]).toBe(0);
  });

  test("that ended long ago gives nothing, not everything", () => {
    for (const until of ["1970-01-01T00:00:00Z", "1900-01-01T00:00:00Z", "0000-01-01T00:00:00Z"]) {
      accepted({ ...BASE, shares: [share({ until })] });
      expect(reader.grant("alice", "work", Subject.user, "bob", 1)[0]).toBe(0);
    }
  });

  test("has names as people have them: spaces, other scripts", () => {
    accepted({ ...BASE, shares: [share({ calendar: "ålice/мой календарь", with: ["Böb O'Neil"] })] });
    expect(reader.grant("ålice", "мой календарь", Subject.user, "Böb O'Neil")[0]).toBe(READ);
  });

  test("with groups that the identity brings along names no group of the configuration", () => {
    const shares = [share({ with: ["group:elsewhere"] })];
    accepted({ ...BASE, identity: { header: { name: "x-user", groups: "x-groups" } }, shares });
    accepted({ ...BASE, identity: { jwt: { metadata: "m", groups: "g" } }, shares });
    expect(reader.grant("alice", "work", Subject.group, "elsewhere")[0]).toBe(READ);
  });

  test("keeps an owner with capitals, since paths have them whatever identities have", () => {
    accepted({ ...BASE, identity: { basic: {}, lowercase: true }, shares: [share({ calendar: "Rooms/Blue" })] });
    expect(reader.grant("Rooms", "Blue", Subject.user, "bob")[0]).toBe(READ);
  });

  test.each([
    [{}, [1, 1, 0]],
    [{ private: "show", confidential: "show", alarms: "keep" }, [2, 2, 1]],
    [{ private: "show", confidential: "busy", alarms: "strip" }, [2, 1, 0]],
  ])("shows events as it says: %j", (view, expected) => {
    accepted({ ...BASE, shares: [share(view)] });
    expect(reader.grant("alice", "work", Subject.user, "bob").slice(1, 4)).toEqual(expected);
  });

  test("under SOGo may write, if not only add", () => {
    accepted({
      ...BASE,
      server: "sogo",
      shares: [share({ access: "write" }), share({ access: ["bind", "write-content"] })],
    });
  });
});
