import type { Json } from "./struct";

type Configuration = { [key: string]: Json };

/** What every case starts from; a case's own keys replace these. */
export const BASE: Configuration = { server: "radicale", identity: { header: { name: "x-user" } } };

/** A share that is right, with what a case says instead. */
export function share(over: Configuration = {}): Configuration {
  return { calendar: "alice/work", with: ["bob"], access: "read", ...over };
}

export interface Rejected {
  given: Configuration;
  faults: string[];
  /** envoy/schema.json cannot tell: it takes more than one look at the text, or a look elsewhere. */
  beyondSchema?: boolean;
  /** Replaces BASE altogether. */
  whole?: boolean;
}

function rejected(given: Configuration, ...faults: string[]): Rejected {
  return { given, faults };
}

function beyond(given: Configuration, ...faults: string[]): Rejected {
  return { given, faults, beyondSchema: true };
}

function whole(given: Configuration, ...faults: string[]): Rejected {
  return { given, faults, whole: true };
}

const identity = (over: Configuration): Configuration => ({ identity: over });
const header = (name: string, over: Configuration = {}): Configuration => ({ identity: { header: { name, ...over } } });
const shares = (...list: Configuration[]): Configuration => ({ shares: list });
const SERVERS = "custom, radicale, xandikos, davical, baikal, nextcloud, cyrus, sogo or stalwart";
const KEYS =
  "server, layout, identity, upstream, groups, shares, other_paths, user_shares, mounts, cache, limits, routing, views";

/** Configurations that are refused, each with exactly what is said. */
export const REJECTED: Record<string, Rejected[]> = {
  "the whole": [
    whole({}, "server: is required", "identity: is required"),
    whole({ server: "radicale" }, "identity: is required"),
    rejected({ servr: "radicale" }, 'servr: unknown key (did you mean "server"?)'),
    rejected({ "": 1 }, `[""]: unknown key (known here: ${KEYS})`),
    rejected({ plugins: [] }, `plugins: unknown key (known here: ${KEYS})`),
    rejected({ 'a"b\n': [] }, `["a\\"b\\u000a"]: unknown key (known here: ${KEYS})`),
    rejected({ identity: null }, "identity: must be an object, got nothing"),
    rejected({ identity: [] }, "identity: must be an object, got a list"),
    rejected({ identity: "header" }, "identity: must be an object, got a string"),
  ],
  "server and layout": [
    rejected({ server: "radicle" }, 'server: unknown server "radicle" (did you mean "radicale"?)'),
    rejected({ server: "Radicale" }, 'server: unknown server "Radicale" (did you mean "radicale"?)'),
    rejected({ server: "exchange" }, `server: unknown server "exchange" (it is ${SERVERS})`),
    rejected({ server: "" }, `server: unknown server "" (it is ${SERVERS})`),
    rejected({ server: true }, "server: must be a string, got a bool (write it in quotes)"),
    rejected({ server: 7 }, 'server: must be a string, got a number (quote it: "7")'),
    rejected({ server: "custom" }, 'layout: is required with "server: custom" (principal, home and calendar)'),
    rejected(
      { server: "custom", layout: { home: "/{user}/" } },
      'layout.principal: is required with "server: custom"',
      'layout.calendar: is required with "server: custom"',
    ),
    rejected({ layout: { princpal: "/{user}/" } }, 'layout.princpal: unknown key (did you mean "principal"?)'),
    beyond({ layout: { principal: "{user}/" } }, 'layout.principal: must begin with "/"'),
    beyond(
      { layout: { principal: "/p/", home: "/{user}", calendar: "/{user}/" } },
      "layout.principal: needs {user} exactly once",
      'layout.home: must end with "/"',
      "layout.calendar: needs {calendar} exactly once",
    ),
    rejected({ layout: { home: "" } }, "layout.home: must not be empty"),
    rejected({ layout: { home: 1.5 } }, 'layout.home: must be a string, got a number (quote it: "1.5")'),
  ],
  identity: [
    rejected(identity({}), "identity: needs exactly one of header, basic, jwt and client_certificate"),
    rejected(
      identity({ hedaer: { name: "x-user" } }),
      'identity.hedaer: unknown key (did you mean "header"?)',
      "identity: needs exactly one of header, basic, jwt and client_certificate",
    ),
    rejected(
      identity({ header: { name: "x-user" }, basic: {} }),
      "identity: has header and basic: exactly one source says who somebody is",
    ),
    rejected(
      identity({ basic: {}, jwt: { metadata: "m" }, client_certificate: { field: "uri_san" } }),
      "identity: has basic and jwt and client_certificate: exactly one source says who somebody is",
    ),
    rejected(identity({ header: {} }), "identity.header.name: is required"),
    rejected(identity({ header: "x-user" }), "identity.header: must be an object, got a string"),
    rejected(header(""), "identity.header.name: must not be empty"),
    rejected(header(":path"), "identity.header.name: must not be a pseudo header"),
    rejected(header("x user"), "identity.header.name: is no name of an HTTP header"),
    rejected(header("x-benutzer-ä"), "identity.header.name: is no name of an HTTP header"),
    rejected(header("authorization"), "identity.header.name: must not be a header that means something else"),
    beyond(header("Destination"), "identity.header.name: must not be a header that means something else"),
    rejected(
      header("x-user", { groups: "depth" }),
      "identity.header.groups: must not be a header that means something else",
    ),
    beyond(header("x-user", { groups: "X-User" }), "identity.header.groups: is the header of the name already"),
    rejected(header("x".repeat(256)), "identity.header.name: is longer than 255 bytes"),
    rejected(identity({ basic: true }), "identity.basic: must be an object, got a bool"),
    rejected(
      identity({ basic: { remember: 60 } }),
      'identity.basic.remember: must be a duration such as "60s", got a number (with a unit)',
    ),
    rejected(
      identity({ basic: { remember: "60" } }),
      'identity.basic.remember: must be a duration such as "60s", got "60"',
    ),
    rejected(
      identity({ basic: { remember: "1.5h" } }),
      'identity.basic.remember: must be a duration such as "60s", got "1.5h"',
    ),
    rejected(
      identity({ basic: { remember: "-5s" } }),
      'identity.basic.remember: must be a duration such as "60s", got "-5s"',
    ),
    beyond(identity({ basic: { remember: "25h" } }), "identity.basic.remember: must be from 0s to 1d"),
    rejected(identity({ jwt: {} }), "identity.jwt.metadata: is required"),
    rejected(identity({ jwt: { metadata: "m", claim: "" } }), "identity.jwt.claim: must not be empty"),
    rejected(
      identity({ jwt: { metadata: "m", claims: "sub" } }),
      'identity.jwt.claims: unknown key (did you mean "claim"?)',
    ),
    rejected(identity({ client_certificate: {} }), "identity.client_certificate.field: is required"),
    rejected(
      identity({ client_certificate: { field: "uri" } }),
      'identity.client_certificate.field: unknown field "uri" (it is uri_san, dns_san, email_san or subject_cn)',
    ),
    rejected(
      identity({ client_certificate: { field: "url_san" } }),
      'identity.client_certificate.field: unknown field "url_san" (did you mean "uri_san"?)',
    ),
    rejected(identity({ basic: {}, lowercase: "yes" }), "identity.lowercase: must be true or false, got a string"),
    rejected(
      identity({ basic: {}, strip_domain: "@example.com" }),
      'identity.strip_domain: must be a domain without "@"',
    ),
    rejected(
      identity({ basic: {}, strip_domain: "example.com." }),
      "identity.strip_domain: must be a domain such as example.com",
    ),
    rejected(identity({ basic: {}, realm: 'My "calendars"' }), "identity.realm: must not hold quotes or backslashes"),
    rejected(identity({ basic: {}, realm: "a\r\nb" }), "identity.realm: must not hold control characters"),
    rejected(identity({ basic: {}, realm: "" }), "identity.realm: must not be empty"),
  ],
  upstream: [
    rejected({ upstream: { cluster: "" } }, "upstream.cluster: must not be empty"),
    rejected(
      { upstream: { authenticate: "passthru" } },
      "upstream.authenticate: must be passthrough, { header, as } or { basic }",
    ),
    rejected(
      { upstream: { authenticate: "passthrough " } },
      'upstream.authenticate: must be passthrough, { header, as } or { basic } (did you mean "passthrough"?)',
    ),
    rejected(
      { upstream: { authenticate: "svc:s3cret" } },
      "upstream.authenticate: must be passthrough, { header, as } or { basic }",
    ),
    rejected(
      { upstream: { authenticate: 12345 } },
      "upstream.authenticate: must be passthrough, { header, as } or { basic }, got a number (write it in quotes)",
    ),
    rejected({ upstream: { authenticate: {} } }, "upstream.authenticate: needs exactly one of header and basic"),
    rejected(
      { upstream: { authenticate: { header: "x-remote-user" } } },
      'upstream.authenticate.as: is required: "user" or "owner"',
    ),
    rejected(
      { upstream: { authenticate: { header: "x-remote-user", as: "ower" } } },
      'upstream.authenticate.as: unknown word "ower" (did you mean "owner"?)',
    ),
    rejected(
      { upstream: { authenticate: { header: "content-length", as: "user" } } },
      "upstream.authenticate.header: must not be a header that means something else",
    ),
    rejected(
      { upstream: { authenticate: { basic: { username: "svc", password: "s3cret" }, as: "user" } } },
      'upstream.authenticate.as: goes with "header" only',
    ),
    rejected(
      { upstream: { authenticate: { basic: { username: "svc", password: "s3cret" }, header: "x-a", as: "user" } } },
      "upstream.authenticate: needs exactly one of header and basic",
    ),
    rejected(
      { upstream: { authenticate: { basic: { username: "svc" } } } },
      "upstream.authenticate.basic.password: is required",
    ),
    rejected(
      { upstream: { authenticate: { basic: { username: "s:vc", password: "" } } } },
      'upstream.authenticate.basic.username: must not hold ":" (RFC 7617)',
      "upstream.authenticate.basic.password: must not be empty",
    ),
    rejected(
      { upstream: { authenticate: { basic: { username: "svc", password: 123456 } } } },
      "upstream.authenticate.basic.password: must be a string, got a number (write it in quotes)",
    ),
    rejected(
      { upstream: { authenticate: { basic: "svc:s3cret" } } },
      "upstream.authenticate.basic: must be an object, got a string",
    ),
    rejected(
      { identity: { basic: {} }, upstream: { authenticate: { header: "x-remote-user", as: "user" } } },
      "upstream.authenticate.header: with identity.basic nobody would check passwords: a server that trusts a header does not",
    ),
  ],
  groups: [
    rejected({ groups: ["alice"] }, "groups: must be an object, got a list"),
    rejected({ groups: { team: "alice" } }, 'groups.team: must be a list, got a string (write ["alice"])'),
    rejected({ groups: { team: ["alice", 42] } }, 'groups.team[1]: must be a string, got a number (quote it: "42")'),
    rejected(
      { groups: { "our team": [false] } },
      'groups["our team"][0]: must be a string, got a bool (write it in quotes)',
    ),
    rejected({ groups: { "a/b": [] } }, 'groups["a/b"]: this name must not hold "/"'),
    rejected(
      { groups: { team: ["a/b", ""] } },
      'groups.team[0]: must not hold "/"',
      "groups.team[1]: must not be empty",
    ),
    rejected({ groups: { team: [".."] } }, 'groups.team[0]: must not be "." or ".."'),
    rejected({ groups: { team: ["x".repeat(256)] } }, "groups.team[0]: is longer than 255 bytes"),
    beyond({ groups: { team: ["ä".repeat(128)] } }, "groups.team[0]: is longer than 255 bytes"),
    beyond(
      { groups: { team: [".hidden"] } },
      'groups.team[0]: can never match: no user\'s name begins with "." or holds "\\" or ";"',
    ),
    beyond({ groups: { team: ["bob "] } }, "groups.team[0]: can never match: no user's name has white space around it"),
    beyond({ groups: { team: ["group:other"] } }, "groups.team[0]: must be a user: a group cannot hold a group"),
    beyond({ groups: { team: ["authenticated"] } }, "groups.team[0]: must be a user: it goes in the `with` of a share"),
    beyond(
      { identity: { basic: {}, lowercase: true }, groups: { team: ["Alice"] } },
      'groups.team[0]: can never match: identity.lowercase makes every name lower case (write "alice")',
    ),
    beyond(
      { identity: { basic: {}, lowercase: true, strip_domain: "example.com" }, groups: { team: ["Bob@Example.COM"] } },
      'groups.team[0]: can never match: identity.strip_domain takes "@example.com" off (write "bob")',
    ),
  ],
  shares: [
    rejected({ shares: {} }, "shares: must be a list, got an object"),
    rejected({ shares: [null] }, "shares[0]: must be an object, got nothing"),
    rejected(
      { shares: [{}] },
      "shares[0].calendar: is required",
      "shares[0].with: is required",
      "shares[0].access: is required",
    ),
    rejected(
      shares(share(), share(), share({ access: "raed" })),
      'shares[2].access: unknown role "raed" (did you mean "read"?)',
    ),
    rejected(
      shares(share({ access: "everything" })),
      'shares[0].access: unknown role "everything" (it is free-busy, busy, read, append, write, manage or owner)',
    ),
    rejected(shares(share({ access: "bind" })), 'shares[0].access: unknown role "bind" (a privilege goes in a list)'),
    rejected(
      shares(share({ access: ["manage"] })),
      'shares[0].access[0]: unknown privilege "manage" (a role stands alone, not in a list)',
    ),
    rejected(
      shares(share({ access: ["read", "unbnid"] })),
      'shares[0].access[1]: unknown privilege "unbnid" (did you mean "unbind"?)',
    ),
    rejected(shares(share({ access: [] })), "shares[0].access: must not be empty"),
    rejected(
      shares(share({ access: false })),
      "shares[0].access: must be a role or a list of privileges, got a bool (write it in quotes)",
    ),
    rejected(shares(share({ with: [] })), "shares[0].with: must not be empty"),
    rejected(shares(share({ with: "bob" })), 'shares[0].with: must be a list, got a string (write ["bob"])'),
    rejected(
      shares(share({ with: ["bob", 123] })),
      'shares[0].with[1]: must be a string, got a number (quote it: "123")',
    ),
    rejected(shares(share({ with: [true] })), "shares[0].with[0]: must be a string, got a bool (write it in quotes)"),
    rejected(shares(share({ with: ["*"] })), 'shares[0].with[0]: "*" is nobody (write "authenticated" or "anyone")'),
    rejected(shares(share({ with: ["group:"] })), "shares[0].with[0]: the group's name must not be empty"),
    rejected(shares(share({ with: ["a/b"] })), 'shares[0].with[0]: must not hold "/"'),
    beyond(
      { groups: { team: ["alice"] }, ...shares(share({ with: ["group:taem"] })) },
      'shares[0].with[0]: unknown group "taem" (did you mean "team"?)',
    ),
    beyond(shares(share({ with: ["group:team"] })), 'shares[0].with[0]: unknown group "team"'),
    beyond(
      { identity: { basic: {}, lowercase: true }, ...shares(share({ with: ["Bob"] })) },
      'shares[0].with[0]: can never match: identity.lowercase makes every name lower case (write "bob")',
    ),
    beyond(
      { identity: { basic: {}, strip_domain: "example.com" }, ...shares(share({ with: ["bob@example.com"] })) },
      'shares[0].with[0]: can never match: identity.strip_domain takes "@example.com" off (write "bob")',
    ),
    rejected(shares(share({ calendar: "work" })), "shares[0].calendar: must be OWNER/CALENDAR, as in alice/work"),
    rejected(
      shares(share({ calendar: "/alice/work/" })),
      "shares[0].calendar: must be OWNER/CALENDAR, as in alice/work, with one slash",
    ),
    rejected(shares(share({ calendar: "/work" })), "shares[0].calendar: the owner must not be empty"),
    rejected(shares(share({ calendar: "alice/" })), "shares[0].calendar: the calendar must not be empty"),
    rejected(
      shares(share({ calendar: "alice/wo*" })),
      'shares[0].calendar: the calendar has a "*" in it: "*" stands for one whole segment',
    ),
    rejected(
      shares(share({ calendar: "**/work" })),
      'shares[0].calendar: the owner has a "*" in it: "*" stands for one whole segment',
    ),
    rejected(shares(share({ calendar: "alice/.." })), 'shares[0].calendar: the calendar must not be "." or ".."'),
    rejected(
      shares(share({ calendar: ".web/work" })),
      'shares[0].calendar: the owner can never match: no user\'s name begins with "."',
    ),
    rejected(
      shares(share({ calendar: "alice/a;b" })),
      'shares[0].calendar: the calendar can never match: no path holds "\\" or ";"',
    ),
    rejected(shares(share({ calendar: "alice/a\tb" })), "shares[0].calendar: must not hold control characters"),
    rejected(shares(share({ private: "shwo" })), 'shares[0].private: unknown word "shwo" (did you mean "show"?)'),
    rejected(
      shares(share({ confidential: "none" })),
      'shares[0].confidential: unknown word "none" (it is hide, busy or show)',
    ),
    rejected(shares(share({ alarms: true })), "shares[0].alarms: must be a string, got a bool (write it in quotes)"),
    rejected(shares(share({ alarm: "keep" })), 'shares[0].alarm: unknown key (did you mean "alarms"?)'),
    rejected(
      shares(share({ until: "2027-01-01" })),
      'shares[0].until: must be a time with its zone such as 2027-01-01T00:00:00Z, got "2027-01-01"',
    ),
    rejected(
      shares(share({ until: "2027-01-01T00:00:00" })),
      'shares[0].until: must be a time with its zone such as 2027-01-01T00:00:00Z, got "2027-01-01T00:00:00"',
    ),
    beyond(
      shares(share({ until: "2027-02-29T00:00:00Z" })),
      'shares[0].until: must be a time with its zone such as 2027-01-01T00:00:00Z, got "2027-02-29T00:00:00Z"',
    ),
    rejected(
      shares(share({ until: "2027-13-01T00:00:00Z" })),
      'shares[0].until: must be a time with its zone such as 2027-01-01T00:00:00Z, got "2027-13-01T00:00:00Z"',
    ),
    beyond(
      { server: "sogo", ...shares(share({ access: "append" })) },
      "shares[0].access: SOGo cannot keep who may only add from overwriting: it ignores If-None-Match (write is possible)",
    ),
    beyond(
      { server: "sogo", ...shares(share({ access: ["read", "bind"] })) },
      "shares[0].access: SOGo cannot keep who may only add from overwriting: it ignores If-None-Match (write is possible)",
    ),
  ],
  "other paths": [
    rejected({ other_paths: ["/.web/"] }, "other_paths: must be an object, got a list"),
    rejected(
      { other_paths: { "/.web/": "everyone" } },
      'other_paths["/.web/"]: unknown word "everyone" (it is authenticated or anyone)',
    ),
    rejected({ other_paths: { ".web": "anyone" } }, 'other_paths[".web"]: must begin and end with "/"'),
    beyond({ other_paths: { "/a//b/": "anyone" } }, 'other_paths["/a//b/"]: is not a plain path'),
    beyond(
      { other_paths: { "/alice/": "anyone" } },
      'other_paths["/alice/"]: lies in the layout, so it would have no effect',
    ),
  ],
  "user shares": [
    rejected(
      { user_shares: { allow: ["raed"] } },
      'user_shares.allow[0]: unknown role "raed" (did you mean "read"?)',
      "user_shares.allow: does not work yet in this version (leave it empty)",
    ),
    beyond(
      { user_shares: { allow: ["read"] } },
      "user_shares.allow: does not work yet in this version (leave it empty)",
    ),
    beyond(
      { user_shares: { with: ["anyone"] } },
      "user_shares.with[0]: must be users, groups or authenticated: who is not signed in takes no part",
    ),
    beyond({ user_shares: { with: ["group:x"] } }, 'user_shares.with[0]: unknown group "x"'),
    beyond(
      { server: "sogo", user_shares: { allow: ["append"] } },
      "user_shares.allow[0]: SOGo cannot keep who may only add from overwriting: it ignores If-None-Match (write is possible)",
      "user_shares.allow: does not work yet in this version (leave it empty)",
    ),
  ],
  "mounts and cache": [
    rejected({ mounts: "true" }, "mounts: must be true or false, got a string"),
    beyond({ mounts: true }, "mounts: true does not work yet in this version (write false)"),
    rejected({ cache: { coherence: true } }, "cache.coherence: must be off, validate or exclusive, got true"),
    rejected(
      { cache: { coherence: "exclusve" } },
      'cache.coherence: unknown word "exclusve" (did you mean "exclusive"?)',
    ),
    beyond({ cache: { validate_every: "2h" } }, "cache.validate_every: must be from 0s to 1h"),
    beyond({ cache: { stale_if_error: "2d" } }, "cache.stale_if_error: must be from 0s to 1d"),
    rejected({ cache: { max_age: "1y" } }, 'cache.max_age: must be a duration such as "60s", got "1y"'),
    rejected({ cache: { max_entry: "1 MiB" } }, 'cache.max_entry: must be a size such as "1MiB", got "1 MiB"'),
    beyond({ cache: { max_entry: "2MiB", max_bytes: "1MiB" } }, "cache.max_entry: is more than max_bytes"),
  ],
  views: [
    rejected({ views: { secret: "hunter2" } }, "views.secret: must be at least 16 bytes long"),
    rejected(
      { views: { secret: 12345678901234567890 } },
      "views.secret: must be a string, got a number (write it in quotes)",
    ),
    rejected({ views: { secrt: "0123456789abcdef" } }, 'views.secrt: unknown key (did you mean "secret"?)'),
  ],
  limits: [
    rejected({ limits: { request_body: "1Mb" } }, 'limits.request_body: must be a size such as "1MiB", got "1Mb"'),
    rejected({ limits: { request_body: -1 } }, "limits.request_body: must be from 1KiB to 64MiB"),
    rejected({ limits: { request_body: 1024.5 } }, "limits.request_body: must be a whole number"),
    beyond({ limits: { request_body: "65MiB" } }, "limits.request_body: must be from 1KiB to 64MiB"),
    beyond({ limits: { request_body: 100 } }, "limits.request_body: must be from 1KiB to 64MiB"),
    rejected({ limits: { request_body: true } }, 'limits.request_body: must be a size such as "1MiB", got a bool'),
    rejected({ limits: { multiget_hrefs: 0 } }, "limits.multiget_hrefs: must be from 1 to 1000000"),
    rejected({ limits: { multiget_hrefs: "5000" } }, "limits.multiget_hrefs: must be a whole number, got a string"),
    rejected({ limits: { xml_depth: 1025 } }, "limits.xml_depth: must be from 1 to 1024"),
    rejected({ limits: { xml_depth: 2.5 } }, "limits.xml_depth: must be a whole number"),
    beyond({ limits: { auth_failures: { per: "0s" } } }, "limits.auth_failures.per: must be from 1s to 1d"),
    beyond({ limits: { auth_failures: { block: "8d" } } }, "limits.auth_failures.block: must be from 1s to 7d"),
    rejected(
      { limits: { auth_failures: { cuont: 1 } } },
      'limits.auth_failures.cuont: unknown key (did you mean "count"?)',
    ),
  ],
  routing: [
    beyond(
      { routing: { shard_header: "x-caldav-owner" } },
      "routing: does not work yet in this version (leave it out)",
    ),
    rejected(
      { routing: { default: "main" } },
      'routing.default: needs "backends"',
      "routing: does not work yet in this version (leave it out)",
    ),
    rejected(
      { routing: { backends: { main: "caldav" } } },
      'routing.backend_header: is required with "backends"',
      'routing.default: is required with "backends"',
      "routing: does not work yet in this version (leave it out)",
    ),
    beyond(
      {
        groups: { team: ["alice"] },
        routing: {
          backend_header: "x-user",
          shard_header: "X-USER",
          backends: { main: "caldav", east: "caldav-east" },
          default: "mian",
          users: { alice: "est" },
          groups: { teem: "main" },
        },
      },
      'routing.default: unknown backend "mian" (did you mean "main"?)',
      'routing.users.alice: unknown backend "est" (did you mean "east"?)',
      'routing.groups.teem: unknown group "teem" (did you mean "team"?)',
      "routing.shard_header: is the header of the backend already",
      'routing.backend_header: is "x-user", which says who somebody is already',
      'routing.shard_header: is "x-user", which says who somebody is already',
      "routing: does not work yet in this version (leave it out)",
    ),
  ],
};
