import type { Case, Reply } from "./case.ts";
import {
  as,
  calendarReply,
  configWith,
  event,
  freeBusy,
  freeBusyAnswer,
  lockinfo,
  mkcalendar,
  multistatus,
  needPrivileges,
  precondition,
  propfind,
  proppatch,
  query,
  report,
  response,
  share,
  sync,
  willing,
  xml,
} from "./support.ts";

const config = configWith([
  share("alice/work", "bob", "write"),
  share("alice/drop", "bob", ["bind"]),
  share("alice/notes", "bob", ["read", "bind"]),
  share("alice/fixed", "bob", ["read", "write-content"]),
  share("alice/clear", "bob", ["read", "unbind"]),
  share("alice/props", "bob", ["read", "write-properties"]),
  share("alice/all", "bob", ["all"]),
  share("alice/aggregate", "bob", ["read", "write"]),
  share("alice/blind", "bob", ["write"]),
  share("alice/busy-only", "bob", ["read-free-busy"]),
  share("alice/set", "bob", ["read-current-user-privilege-set"]),
  share("alice/acl", "bob", ["read", "write-acl"]),
]);
const calendar = { "content-type": "text/calendar; charset=utf-8" };
const put = (path: string, more: Record<string, string> = {}) => ({
  method: "PUT",
  path,
  headers: as("bob", { ...calendar, ...more }),
  body: event,
});
const created: Reply = { status: 201 };
const missing = { status: 404, upstream: [] };

/** The table of requests and what they need, where roles.ts does not say it: lists of privileges, homes, principals. */
export const methods: Case[] = [
  {
    name: "PUT needs write-content and bind: who has both sends what they like",
    config,
    upstream: created,
    steps: [
      {
        request: put("/alice/work/1.ics"),
        expect: { status: 201, upstream: [{ headers: { "if-match": null, "if-none-match": null }, body: event }] },
      },
      {
        request: put("/alice/work/1.ics", { "if-none-match": "*" }),
        expect: { status: 201, upstream: [{ headers: { "if-none-match": "*" } }] },
      },
      {
        request: put("/alice/work/1.ics", { "if-match": '"1"' }),
        expect: { status: 201, upstream: [{ headers: { "if-match": '"1"' } }] },
      },
    ],
  },
  {
    name: "PUT with only bind: forced If-None-Match: *",
    config,
    upstream: created,
    steps: [
      {
        request: put("/alice/notes/1.ics"),
        expect: { status: 201, upstream: [{ headers: { "if-none-match": "*" } }] },
      },
      {
        request: put("/alice/notes/1.ics", { "if-none-match": "*" }),
        expect: { status: 201, upstream: [{ headers: { "if-none-match": "*" } }] },
      },
      {
        request: put("/alice/notes/1.ics", { "if-none-match": '"7"' }),
        expect: { status: 201, upstream: [{ headers: { "if-none-match": "*" } }] },
      },
      { request: put("/alice/drop/1.ics"), expect: { status: 201, upstream: [{ headers: { "if-none-match": "*" } }] } },
    ],
  },
  {
    name: "PUT with only write-content: forced If-Match: * where the client sent no If-Match",
    config,
    upstream: created,
    steps: [
      { request: put("/alice/fixed/1.ics"), expect: { status: 201, upstream: [{ headers: { "if-match": "*" } }] } },
      {
        request: put("/alice/fixed/1.ics", { "if-match": '"1"' }),
        expect: { status: 201, upstream: [{ headers: { "if-match": '"1"' } }] },
      },
      {
        request: put("/alice/fixed/1.ics", { "if-none-match": "*" }),
        expect: { upstream: [{ headers: { "if-match": "*" } }] },
      },
    ],
  },
  {
    name: "PUT with neither is refused",
    config,
    steps: [
      {
        request: put("/alice/clear/1.ics"),
        expect: { status: 403, body: needPrivileges("/alice/clear/1.ics", "D:write-content"), upstream: [] },
      },
      {
        request: put("/alice/props/1.ics"),
        expect: { status: 403, body: needPrivileges("/alice/props/1.ics", "D:write-content"), upstream: [] },
      },
    ],
  },
  {
    name: "PUT of a whole calendar is the owner's",
    config,
    upstream: created,
    steps: [
      {
        request: put("/alice/work/"),
        expect: { status: 403, body: needPrivileges("/alice/", "D:bind"), upstream: [] },
      },
      {
        request: { ...put("/alice/work/"), headers: as("alice", calendar) },
        expect: { status: 201, upstream: [{ method: "PUT" }] },
      },
    ],
  },
  {
    name: "DELETE needs unbind on the parent",
    config,
    upstream: { status: 204 },
    steps: [
      {
        request: { method: "DELETE", path: "/alice/clear/1.ics", headers: as("bob") },
        expect: { status: 204, upstream: [{}] },
      },
      {
        request: { method: "DELETE", path: "/alice/fixed/1.ics", headers: as("bob") },
        expect: { status: 403, body: needPrivileges("/alice/fixed/", "D:unbind"), upstream: [] },
      },
      {
        request: { method: "DELETE", path: "/alice/clear/", headers: as("bob") },
        expect: { status: 403, body: needPrivileges("/alice/", "D:unbind"), upstream: [] },
      },
    ],
  },
  {
    name: "a whole calendar is deleted by its owner, even where a share names all objects",
    config,
    upstream: { status: 204 },
    steps: [
      {
        request: { method: "DELETE", path: "/alice/aggregate/", headers: as("bob") },
        expect: { status: 403, upstream: [] },
      },
      {
        request: { method: "DELETE", path: "/alice/aggregate/", headers: as("alice") },
        expect: { status: 204, upstream: [{}] },
      },
      {
        request: { method: "DELETE", path: "/alice/aggregate", headers: as("bob") },
        expect: { status: 403, upstream: [] },
      },
    ],
  },
  {
    name: "a home and a principal are nobody's to delete, to move or to write over",
    config,
    steps: [
      {
        request: { method: "DELETE", path: "/alice/", headers: as("alice") },
        expect: { status: 403, body: needPrivileges("/", "D:unbind"), upstream: [] },
      },
      {
        request: { method: "MOVE", path: "/alice/", headers: as("alice", { destination: "/alice/x/" }) },
        expect: { status: 403, upstream: [] },
      },
      {
        request: { method: "MOVE", path: "/alice/work/", headers: as("alice", { destination: "/alice/" }) },
        expect: { status: 403, upstream: [] },
      },
      { request: { ...put("/alice/"), headers: as("alice", calendar) }, expect: { status: 405, upstream: [] } },
    ],
  },
  {
    name: "MKCALENDAR and MKCOL need bind on the home: the owner",
    config: configWith([share("alice/*", "bob", "owner")]),
    upstream: created,
    steps: [
      {
        request: { method: "MKCALENDAR", path: "/alice/new/", headers: as("alice"), body: mkcalendar },
        expect: { status: 201, upstream: [{ body: mkcalendar }] },
      },
      {
        request: { method: "MKCALENDAR", path: "/alice/new/", headers: as("alice") },
        expect: { status: 201, upstream: [{}] },
      },
      {
        request: { method: "MKCOL", path: "/alice/new/", headers: as("alice") },
        expect: { status: 201, upstream: [{}] },
      },
      {
        request: { method: "MKCALENDAR", path: "/alice/new/", headers: as("bob"), body: mkcalendar },
        expect: { status: 403, body: needPrivileges("/alice/", "D:bind"), upstream: [] },
      },
      {
        request: { method: "MKCOL", path: "/alice/new/", headers: as("bob") },
        expect: { status: 403, body: needPrivileges("/alice/", "D:bind"), upstream: [] },
      },
      { request: { method: "MKCALENDAR", path: "/carol/new/", headers: as("bob"), body: mkcalendar }, expect: missing },
      { request: { method: "MKCOL", path: "/carol/", headers: as("bob") }, expect: missing },
    ],
  },
  {
    name: "PROPPATCH needs write-properties",
    config,
    upstream: multistatus(response("/alice/props/", "<D:displayname/>")),
    steps: [
      {
        request: { method: "PROPPATCH", path: "/alice/props/", headers: as("bob"), body: proppatch },
        expect: { status: 207, upstream: [{ body: proppatch }] },
      },
      {
        request: { method: "PROPPATCH", path: "/alice/work/", headers: as("bob"), body: proppatch },
        expect: { status: 403, body: needPrivileges("/alice/work/", "D:write-properties"), upstream: [] },
      },
      {
        request: { method: "PROPPATCH", path: "/alice/blind/", headers: as("bob"), body: proppatch },
        expect: { status: 207, upstream: [{}] },
      },
    ],
  },
  {
    name: "LOCK and UNLOCK need write-content",
    config,
    upstream: { status: 204 },
    steps: [
      {
        request: { method: "LOCK", path: "/alice/fixed/1.ics", headers: as("bob"), body: lockinfo },
        expect: { upstream: [{ body: lockinfo }] },
      },
      {
        request: { method: "LOCK", path: "/alice/fixed/1.ics", headers: as("bob", { if: "(<urn:uuid:1>)" }) },
        expect: { upstream: [{}] },
      },
      {
        request: { method: "UNLOCK", path: "/alice/fixed/1.ics", headers: as("bob", { "lock-token": "<urn:uuid:1>" }) },
        expect: { upstream: [{}] },
      },
      {
        request: { method: "LOCK", path: "/alice/notes/1.ics", headers: as("bob"), body: lockinfo },
        expect: { status: 403, body: needPrivileges("/alice/notes/1.ics", "D:write-content"), upstream: [] },
      },
      {
        request: { method: "UNLOCK", path: "/alice/notes/1.ics", headers: as("bob", { "lock-token": "<urn:uuid:1>" }) },
        expect: { status: 403, body: needPrivileges("/alice/notes/1.ics", "D:write-content"), upstream: [] },
      },
    ],
  },
  {
    name: "a list of privilege names is taken literally, with RFC 3744 aggregates: write without read may not read",
    config,
    upstream: willing,
    steps: [
      { request: { path: "/alice/blind/1.ics", headers: as("bob") }, expect: missing },
      { request: { method: "PROPFIND", path: "/alice/blind/", headers: as("bob", { depth: "0" }) }, expect: missing },
      { request: { method: "REPORT", path: "/alice/blind/", headers: as("bob"), body: query }, expect: missing },
      { request: { method: "REPORT", path: "/alice/blind/", headers: as("bob"), body: freeBusy }, expect: missing },
      {
        request: put("/alice/blind/1.ics"),
        expect: { status: 201, upstream: [{ headers: { "if-none-match": null } }] },
      },
      {
        request: { method: "DELETE", path: "/alice/blind/1.ics", headers: as("bob") },
        expect: { status: 204, upstream: [{}] },
      },
    ],
  },
  {
    name: "read-free-busy alone is for free-busy-query: the calendar is not listed and not readable",
    config,
    upstream: { headers: { "content-type": "text/calendar" }, body: freeBusyAnswer },
    steps: [
      {
        request: { method: "REPORT", path: "/alice/busy-only/", headers: as("bob", { depth: "1" }), body: freeBusy },
        expect: { status: 200, upstream: [{ body: freeBusy }] },
      },
      { request: { method: "REPORT", path: "/alice/busy-only/", headers: as("bob"), body: query }, expect: missing },
      { request: { method: "REPORT", path: "/alice/busy-only/", headers: as("bob"), body: sync }, expect: missing },
      { request: { path: "/alice/busy-only/1.ics", headers: as("bob") }, expect: missing },
      {
        request: { method: "PROPFIND", path: "/alice/busy-only/", headers: as("bob", { depth: "0" }) },
        expect: missing,
      },
    ],
  },
  {
    name: "a privilege that says nothing about events gives none",
    config,
    steps: [
      { request: { path: "/alice/set/1.ics", headers: as("bob") }, expect: missing },
      { request: { method: "REPORT", path: "/alice/set/", headers: as("bob"), body: freeBusy }, expect: missing },
    ],
  },
  {
    name: "anything in an inbox, and POST to an outbox, is the owner's, whatever a share says",
    config: configWith([
      share("alice/*", "bob", "owner"),
      share("alice/inbox", "bob", "owner"),
      share("*/outbox", "bob", "write"),
    ]),
    upstream: willing,
    steps: [
      ...["/alice/inbox/", "/alice/inbox/1.ics", "/alice/outbox/", "/alice/Inbox/1.ics"].flatMap((path) => [
        { request: { path, headers: as("bob") }, expect: missing },
        { request: { method: "DELETE", path, headers: as("bob") }, expect: missing },
        { request: { method: "POST", path, headers: as("bob", calendar), body: event }, expect: missing },
        { request: { method: "PROPFIND", path, headers: as("bob", { depth: "0" }) }, expect: missing },
      ]),
      {
        request: { method: "POST", path: "/alice/outbox/", headers: as("alice", calendar), body: event },
        expect: { status: 201, upstream: [{ body: event }] },
      },
      {
        request: { method: "PROPFIND", path: "/alice/inbox/", headers: as("alice", { depth: "1" }) },
        expect: { status: 207, upstream: [{}] },
      },
      {
        request: { method: "DELETE", path: "/alice/inbox/1.ics", headers: as("alice") },
        expect: { status: 204, upstream: [{}] },
      },
    ],
  },
  {
    name: "ACL and POST of CS:share are the owner's or manage's, within user_shares; else 403 with a DAV precondition",
    config: configWith([share("alice/work", "bob", "manage"), share("alice/work", "carol", "write")]),
    steps: [
      ...["alice", "bob"].flatMap((user) => [
        {
          request: { method: "ACL", path: "/alice/work/", headers: as(user), body: xml('<D:acl xmlns:D="DAV:"/>') },
          expect: { status: 403, body: precondition("D:allowed-principal"), upstream: [] },
        },
        ...["application/davsharing+xml", "text/xml; charset=utf-8", "application/xml"].map((type) => ({
          request: {
            method: "POST",
            path: "/alice/work/",
            headers: as(user, { "content-type": type }),
            body: xml('<CS:share xmlns:CS="http://calendarserver.org/ns/"/>'),
          },
          expect: { status: 403, body: precondition("D:allowed-principal"), upstream: [] },
        })),
      ]),
      {
        request: { method: "ACL", path: "/alice/work/", headers: as("carol"), body: xml('<D:acl xmlns:D="DAV:"/>') },
        expect: { status: 403, body: needPrivileges("/alice/work/", "D:write-acl"), upstream: [] },
      },
    ],
  },
  {
    name: "a POST whose effect is unknown is refused",
    config,
    steps: ["alice", "bob"].flatMap((user) => [
      {
        request: {
          method: "POST",
          path: "/alice/work/?sabreAction=mkcol",
          headers: as(user, { "content-type": "application/x-www-form-urlencoded" }),
          body: "sabreAction=mkcol&name=x",
        },
        expect: { status: 415, upstream: [] },
      },
      {
        request: { method: "POST", path: "/alice/work/", headers: as(user), body: "x" },
        expect: { status: 415, upstream: [] },
      },
      {
        request: {
          method: "POST",
          path: "/alice/work/",
          headers: as(user, { "content-type": "multipart/form-data; boundary=x" }),
          body: "--x--",
        },
        expect: { status: 415, upstream: [] },
      },
    ]),
  },
  {
    name: "anything else is 405, wherever and whoever",
    config: configWith([], { other_paths: { "/.web/": "anyone" } }),
    steps: ["TRACE", "PATCH", "SEARCH", "MERGE", "CHECKOUT", "BIND", "REBIND", "UNBIND", "NOTIFY", "PURGE"].flatMap(
      (method) =>
        ["/alice/work/1.ics", "/", "/.web/", "/carol/"].map((path) => ({
          request: { method, path, headers: as("alice") },
          expect: { status: 405, headers: { allow: /^OPTIONS, GET, .*REPORT, MKCALENDAR/ }, upstream: [] },
        })),
    ),
  },
  {
    name: "a method that nobody knows is 405",
    config,
    steps: ["BREW", "ORDERPATCH", "MKREDIRECTREF", "GETT", "MKCALENDARS", "_"].map((method) => ({
      request: { method, path: "/alice/work/1.ics", headers: as("bob") },
      expect: { status: 405, upstream: [] },
    })),
    except: { ring: "envoy", why: "its HTTP/1 parser answers 400 to methods that it does not know" },
  },
  {
    name: "a method's name is case-sensitive",
    config,
    steps: [
      {
        request: { method: "get", path: "/alice/work/1.ics", headers: as("bob") },
        expect: { status: 405, upstream: [] },
      },
    ],
    except: { ring: "envoy", why: "Node's client sends methods in upper case" },
  },
  {
    name: "OPTIONS needs nothing and tells nothing: it is the same for what is shared, hidden and missing",
    config,
    upstream: { status: 404 },
    steps: ["/alice/work/", "/alice/private/", "/alice/private/1.ics", "/nobody/x/", "/"].flatMap((path) =>
      ["bob", ""].map((user) => ({
        request: { method: "OPTIONS", path, headers: as(user) },
        expect: {
          status: 200,
          headers: { dav: "1, 3, access-control, calendar-access", allow: /^OPTIONS, GET/ },
          body: "",
          upstream: [],
        },
      })),
    ),
  },
  {
    name: "the owner's OPTIONS is passed on",
    config,
    upstream: { headers: { dav: "1, 2, calendar-schedule" } },
    steps: [
      {
        request: { method: "OPTIONS", path: "/alice/work/", headers: as("alice") },
        expect: { status: 200, headers: { dav: "1, 2, calendar-schedule" }, upstream: [{}] },
      },
    ],
  },
  {
    name: "a home, a principal and what lies above are read by whom they are of",
    config,
    upstream: willing,
    steps: [
      {
        request: {
          method: "PROPFIND",
          path: "/alice/",
          headers: as("alice", { depth: "1" }),
          body: propfind("D:resourcetype"),
        },
        expect: { status: 207, upstream: [{}] },
      },
      { request: { method: "PROPFIND", path: "/alice/", headers: as("bob", { depth: "1" }) }, expect: missing },
      { request: { method: "PROPFIND", path: "/alice/", headers: as("bob", { depth: "0" }) }, expect: missing },
      { request: { path: "/alice/", headers: as("bob") }, expect: missing },
      {
        request: {
          method: "PROPFIND",
          path: "/",
          headers: as("bob", { depth: "0" }),
          body: propfind("D:current-user-principal"),
        },
        expect: { status: 207, upstream: [{}] },
      },
      { request: { method: "PROPFIND", path: "/", headers: { depth: "0" } }, expect: { status: 401, upstream: [] } },
      { request: { method: "DELETE", path: "/", headers: as("alice") }, expect: { status: 403, upstream: [] } },
      {
        request: { method: "PROPPATCH", path: "/", headers: as("alice"), body: proppatch },
        expect: { status: 403, upstream: [] },
      },
      { request: { method: "MKCOL", path: "/", headers: as("alice") }, expect: { status: 403, upstream: [] } },
    ],
  },
  {
    name: "HEAD is decided as GET",
    config,
    upstream: { ...calendarReply, body: undefined },
    steps: [
      {
        request: { method: "HEAD", path: "/alice/work/1.ics", headers: as("bob") },
        expect: { status: 200, body: "", upstream: [{ method: "HEAD" }] },
      },
      {
        request: { method: "HEAD", path: "/alice/private/1.ics", headers: as("bob") },
        expect: { status: 404, body: "", upstream: [] },
      },
    ],
  },
  {
    name: "principal-property-search, expand-property and acl-principal-prop-set need to be signed in",
    config: configWith([share("alice/public", "anyone", "read")]),
    upstream: multistatus(response("/alice/"), response("/bob/"), response("/carol/")),
    steps: [
      ...[
        "D:principal-property-search",
        "D:expand-property",
        "D:acl-principal-prop-set",
        "D:principal-match",
        "D:principal-search-property-set",
      ].flatMap((root) => [
        {
          request: { method: "REPORT", path: "/alice/public/", headers: { depth: "0" }, body: report(root) },
          expect: { status: 401, upstream: [] },
        },
        {
          request: { method: "REPORT", path: "/alice/public/", headers: as("bob", { depth: "0" }), body: report(root) },
          expect: {
            status: 207,
            body: { has: ["<D:href>/bob/</D:href>"], lacks: ["/alice/</", "carol"] },
            upstream: [{}],
          },
        },
      ]),
      {
        request: { method: "REPORT", path: "/", headers: { depth: "0" }, body: report("D:principal-property-search") },
        expect: { status: 401, upstream: [] },
      },
      {
        request: {
          method: "REPORT",
          path: "/",
          headers: as("bob", { depth: "0" }),
          body: report("D:principal-property-search"),
        },
        expect: { status: 207, body: { has: ["/bob/"], lacks: ["alice", "carol"] }, upstream: [{}] },
      },
      {
        request: {
          method: "REPORT",
          path: "/bob/",
          headers: as("bob", { depth: "0" }),
          body: report("D:principal-property-search"),
        },
        expect: { status: 207, body: { has: ["/bob/"], lacks: ["alice", "carol"] }, upstream: [{}] },
      },
    ],
  },
];
