import type { Case, Match } from "./case.ts";
import {
  as,
  calendarReply,
  configWith,
  event,
  host,
  multistatus,
  propfind,
  query,
  response,
  share,
} from "./support.ts";

const config = configWith([share("alice/work", "bob", "write"), share("alice/read", "bob", "read")]);
const refused = { status: 400, upstream: [] };
const pairs = (...more: [string, string][]): [string, string][] => [["x-caldav-user", "bob"], ...more];

/** Names under which some server would take a method, a path or a person. */
const overrides = [
  "X-HTTP-Method-Override",
  "X-HTTP-Method",
  "X-Method-Override",
  "X-Method",
  "X-Original-Method",
  "X-Original-URL",
  "X-Original-URI",
  "X-Rewrite-URL",
  "X-Script-Name",
  "X-Forwarded-Prefix",
  "x-http-method-OVERRIDE",
];
const identities = [
  "Remote-User",
  "X-Remote-User",
  "X-Forwarded-User",
  "X-Forwarded-Email",
  "X-Forwarded-Groups",
  "X-Forwarded-Preferred-Username",
  "X-Authenticated-User",
  "X-Auth-User",
  "X-Auth-Request-User",
  "X-Auth-Request-Email",
  "X-WebAuth-User",
  "X-User",
];
const underscored = [
  "x_http_method_override",
  "X_HTTP_Method",
  "x_remote_user",
  "X_Remote-User",
  "X-Remote_User",
  "remote_user",
  "REMOTE_USER",
  "HTTP_X_REMOTE_USER",
  "x_caldav_user",
  "x-caldav_user",
  "x_caldav-groups",
  "auth_user",
  "x_original_url",
  "de_pth",
  "if_match",
  "x_forwarded_user",
];
const gone = (name: string): Record<string, Match> => ({ [name.toLowerCase()]: null });

const once: [string, string, string][] = [
  ["Depth", "0", "0"],
  ["Depth", "0", "infinity"],
  ["Depth", "1", "0"],
  ["Destination", "/alice/work/2.ics", "/alice/work/2.ics"],
  ["Destination", "/alice/work/2.ics", "/alice/private/2.ics"],
  ["Overwrite", "F", "T"],
  ["Overwrite", "F", "F"],
  ["If", "(<urn:uuid:1>)", "(<urn:uuid:2>)"],
];

/** Headers that decide, that would deceive, and that never reach the server. */
export const headers: Case[] = [
  ...once.map(([name, first, second]): Case => ({
    name: `${name} twice (${first} and ${second}) is refused: who takes which?`,
    config,
    steps: ["MOVE", "COPY", "PROPFIND", "PUT", "DELETE", "GET"].map((method) => ({
      request: {
        method,
        path: "/alice/work/1.ics",
        headers: pairs(
          ...(name === "Destination" ? [] : ([["destination", "/alice/work/2.ics"]] as [string, string][])),
          [name, first],
          [name.toLowerCase(), second],
        ),
      },
      expect: refused,
    })),
  })),
  {
    name: "Content-Type twice is refused",
    config,
    steps: [
      {
        request: {
          method: "POST",
          path: "/alice/work/",
          headers: pairs(["content-type", "text/calendar"], ["content-type", "application/xml"]),
          body: event,
        },
        expect: { upstream: [] },
      },
      {
        request: {
          method: "REPORT",
          path: "/alice/work/",
          headers: pairs(["content-type", "text/xml; charset=utf-8"], ["content-type", "text/xml; charset=utf-7"]),
          body: query,
        },
        expect: refused,
      },
    ],
  },
  {
    name: "Authorization twice is refused",
    config: configWith([share("alice/work", "bob", "read")], { identity: { basic: {} } }),
    upstream: calendarReply,
    steps: [
      {
        request: {
          path: "/alice/work/1.ics",
          headers: [
            ["authorization", `Basic ${btoa("bob:x")}`],
            ["authorization", `Basic ${btoa("alice:y")}`],
          ],
        },
        expect: refused,
      },
    ],
  },
  {
    name: "a Content-Length that is no number is refused",
    config,
    steps: [
      {
        request: {
          method: "PUT",
          path: "/alice/work/1.ics",
          headers: as("bob", { "content-length": "1e3" }),
          body: "x",
        },
        expect: refused,
      },
      {
        request: {
          method: "PUT",
          path: "/alice/work/1.ics",
          headers: as("bob", { "content-length": "-1" }),
          body: "x",
        },
        expect: refused,
      },
    ],
    except: { ring: "envoy", why: "Node does not send a length that is not the body's" },
  },
  ...[...overrides, ...identities].map((name): Case => ({
    name: `${name} never reaches the server with a client's value`,
    config,
    upstream: calendarReply,
    steps: [
      {
        request: { path: "/alice/work/1.ics", headers: as("bob", { [name]: "DELETE", "x-other": "stays" }) },
        expect: {
          status: 200,
          upstream: [{ method: "GET", path: "/alice/work/1.ics", headers: { ...gone(name), "x-other": "stays" } }],
        },
      },
      {
        request: { path: "/alice/work/1.ics", headers: pairs([name, "alice"], [name, "/alice/private/1.ics"]) },
        expect: { status: 200, upstream: [{ method: "GET", headers: gone(name) }] },
      },
      {
        request: { path: "/alice/work/1.ics", headers: as("alice", { [name]: "carol" }) },
        expect: { status: 200, upstream: [{ headers: gone(name) }] },
      },
    ],
  })),
  {
    name: "names with underscores, which some servers take for hyphens, never reach the server",
    config,
    upstream: calendarReply,
    steps: underscored.map((name) => ({
      request: { path: "/alice/work/1.ics", headers: as("bob", { [name]: "alice" }) },
      expect: { status: 200, upstream: [{ method: "GET", path: "/alice/work/1.ics", headers: gone(name) }] },
    })),
  },
  {
    name: "an overriding method is not what is decided by",
    config,
    upstream: { status: 204 },
    steps: [
      {
        request: { method: "POST", path: "/alice/read/1.ics", headers: as("bob", { "x-http-method-override": "GET" }) },
        expect: { status: 403, upstream: [] },
      },
      {
        request: {
          method: "DELETE",
          path: "/alice/read/1.ics",
          headers: as("bob", { "x-http-method-override": "GET" }),
        },
        expect: { status: 403, upstream: [] },
      },
    ],
  },
  {
    name: "the identity headers that are configured never reach the server",
    config,
    upstream: calendarReply,
    steps: [
      {
        request: { path: "/alice/work/1.ics", headers: as("bob", { "x-caldav-groups": "team" }) },
        expect: { status: 200, upstream: [{ headers: { "x-caldav-user": null, "x-caldav-groups": null } }] },
      },
    ],
  },
  {
    name: "the identity headers that are configured never reach the server, by whatever name",
    config: {
      server: "radicale",
      identity: { header: { name: "x-who", groups: "x-teams" } },
      upstream: { cluster: "caldav", authenticate: { header: "x-server-user", as: "user" } },
      shares: [share("alice/work", "bob", "read")],
    },
    upstream: calendarReply,
    steps: [
      {
        request: {
          path: "/alice/work/1.ics",
          headers: { "x-who": "bob", "x-teams": "a", "x-server-user": "alice", "X-Server-User": "carol" },
        },
        expect: { status: 200, upstream: [{ headers: { "x-who": null, "x-teams": null, "x-server-user": "bob" } }] },
      },
      {
        request: { path: "/alice/work/1.ics", headers: { "x-server-user": "alice" } },
        expect: { status: 401, upstream: [] },
      },
    ],
  },
  {
    name: "the server is told who asks, as user or as owner, and never by the client",
    config: configWith([share("alice/work", "bob", "read")], {
      upstream: { cluster: "caldav", authenticate: { header: "x-remote-user", as: "owner" } },
    }),
    upstream: calendarReply,
    steps: [
      {
        request: {
          path: "/alice/work/1.ics",
          headers: as("bob", { "x-remote-user": "carol", authorization: "Basic x", cookie: "session=1" }),
        },
        expect: {
          status: 200,
          upstream: [{ headers: { "x-remote-user": "alice", authorization: null, cookie: null } }],
        },
      },
      {
        request: { path: "/bob/home/1.ics", headers: as("bob") },
        expect: { status: 200, upstream: [{ headers: { "x-remote-user": "bob" } }] },
      },
    ],
  },
  {
    name: "an identity header twice: 400",
    config,
    steps: [
      {
        request: {
          path: "/alice/work/1.ics",
          headers: [
            ["x-caldav-user", "alice"],
            ["X-Caldav-User", "bob"],
          ],
        },
        expect: refused,
      },
      {
        request: { path: "/alice/work/1.ics", headers: pairs(["x-caldav-groups", "a"], ["x-caldav-groups", "b"]) },
        expect: refused,
      },
    ],
  },
  {
    name: "If: a resource in a tag that the person may not see does not exist for them: 412",
    config,
    steps: ["PUT", "DELETE", "GET", "LOCK", "PROPFIND"].flatMap((method) =>
      [
        "</alice/private/1.ics> (<urn:uuid:1>)",
        `<http://${host}/alice/private/1.ics> (["1"])`,
        "</alice/work/1.ics> (<urn:uuid:1>) </alice/private/1.ics> (Not <DAV:no-lock>)",
        "<http://other.example/alice/work/1.ics> (<urn:uuid:1>)",
        "</alice/work/../private/1.ics> (<urn:uuid:1>)",
        "</alice/work%2F1.ics> (<urn:uuid:1>)",
        "</carol/> (<urn:uuid:1>)",
        "<private/1.ics> (<urn:uuid:1>)",
      ].flatMap((value) =>
        ["bob"].map((user) => ({
          request: { method, path: "/alice/work/1.ics", headers: as(user, { if: value, depth: "0" }) },
          expect: { status: 412, body: "Precondition Failed\n", upstream: [] },
        })),
      ),
    ),
  },
  {
    name: "If: tags of what the person may see, and what stands in lists, pass",
    config,
    upstream: { status: 204 },
    steps: [
      "(<urn:uuid:1>)",
      "</alice/work/1.ics> (<urn:uuid:1>)",
      `<http://${host}/alice/read/1.ics> (<urn:uuid:1> ["</alice/private/>"])`,
      "(<urn:uuid:1>) (Not <DAV:no-lock>)",
      '(["1"] ["2"])',
      "</bob/home/1.ics> (<http://other.example/lock/1>)",
    ].map((value) => ({
      request: { method: "DELETE", path: "/alice/work/1.ics", headers: as("bob", { if: value }) },
      expect: { status: 204, upstream: [{ headers: { if: value } }] },
    })),
  },
  {
    name: "If: the owner's tags are decided as well",
    config,
    upstream: { status: 204 },
    steps: [
      {
        request: {
          method: "DELETE",
          path: "/alice/work/1.ics",
          headers: as("alice", { if: "</carol/x/1.ics> (<urn:uuid:1>)" }),
        },
        expect: { status: 412, upstream: [] },
      },
      {
        request: {
          method: "DELETE",
          path: "/alice/work/1.ics",
          headers: as("alice", { if: "</alice/home/> (<urn:uuid:1>)" }),
        },
        expect: { status: 204, upstream: [{}] },
      },
    ],
  },
  {
    name: "If: one that does not end is refused",
    config,
    steps: [
      {
        request: { method: "DELETE", path: "/alice/work/1.ics", headers: as("bob", { if: "</alice/work/1.ics" }) },
        expect: refused,
      },
    ],
  },
  {
    name: "Accept-Encoding of a sharee does not reach the server, so that its 207 can be read",
    config,
    upstream: multistatus(response("/alice/work/")),
    steps: [
      {
        request: {
          method: "PROPFIND",
          path: "/alice/work/",
          headers: as("bob", { depth: "0", "accept-encoding": "gzip, br" }),
          body: propfind("D:getetag"),
        },
        expect: { status: 207, upstream: [{ headers: { "accept-encoding": null } }] },
      },
      {
        request: {
          method: "PROPFIND",
          path: "/alice/work/",
          headers: as("alice", { depth: "0", "accept-encoding": "gzip, br" }),
          body: propfind("D:getetag"),
        },
        expect: { status: 207, upstream: [{ headers: { "accept-encoding": "gzip, br" } }] },
      },
    ],
  },
];
