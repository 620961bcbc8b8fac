import type { Case } from "./case.ts";
import {
  as,
  configWith,
  event,
  freeBusy,
  freeBusyAnswer,
  multistatus,
  precondition,
  propfind,
  proppatch,
  query,
  report,
  response,
  share,
  sync,
  xml,
} from "./support.ts";

const config = configWith([share("alice/work", "bob", "read"), share("alice/times", "bob", "free-busy")]);
const unsupported = { status: 403, body: precondition("D:supported-report"), upstream: [] };
const ask = (body: string | undefined, user = "bob", path = "/alice/work/") => ({
  method: "REPORT",
  path,
  headers: as(user, { depth: "1" }),
  body,
});

/** REPORTs by their kind. */
export const reports: Case[] = [
  {
    name: "an unknown REPORT is refused, not passed",
    config,
    steps: [
      report("D:version-tree"),
      report("D:unknown"),
      report("C:calendar-querry"),
      report("C:sync-collection"),
      report("D:calendar-multiget"),
      report("D:free-busy-query"),
      report("calendar-query"),
      xml('<calendar-query xmlns="urn:ietf:params:xml:ns:caldav:"/>'),
      xml('<calendar-query xmlns="urn:IETF:params:xml:ns:caldav"/>'),
      xml('<x:calendar-search xmlns:x="http://calendarserver.org/ns/"/>'),
      propfind("D:getetag"),
      proppatch,
    ].flatMap((body) => ["bob", "alice"].map((user) => ({ request: ask(body, user), expect: unsupported }))),
  },
  {
    name: "a server without free-busy-query that cannot be asked for events either makes for a clear refusal, however it says so",
    config,
    steps: [400, 405, 415, 422, 501].map((status) => ({
      request: ask(freeBusy, "bob", "/alice/times/"),
      upstream: { status, body: "No such thing" },
      expect: { status: 403, body: precondition("D:supported-report") },
    })),
  },
  {
    name: "a REPORT without a body is refused",
    config,
    steps: ["bob", "alice"].flatMap((user) => [
      { request: ask(undefined, user), expect: { status: 403, upstream: [] } },
      { request: ask("", user), expect: { status: 403, upstream: [] } },
    ]),
  },
  {
    name: "a body of another method is refused",
    config: configWith([share("alice/work", "bob", "manage")]),
    steps: ["bob", "alice"].flatMap((user) => [
      ...[query, sync, proppatch].map((body) => ({
        request: { ...ask(body, user), method: "PROPFIND" },
        expect: { status: 400, upstream: [] },
      })),
      ...[query, propfind("D:getetag"), undefined].map((body) => ({
        request: { ...ask(body, user), method: "PROPPATCH" },
        expect: { status: 400, upstream: [] },
      })),
      { request: { ...ask(query, user), method: "LOCK" }, expect: { status: 400, upstream: [] } },
    ]),
  },
  {
    name: "REPORT free-busy-query needs read-free-busy, and its answer is a calendar",
    config,
    upstream: { headers: { "content-type": "text/calendar; charset=utf-8" }, body: freeBusyAnswer },
    steps: ["/alice/times/", "/alice/work/"].map((path) => ({
      request: ask(freeBusy, "bob", path),
      expect: { status: 200, body: { has: ["BEGIN:VFREEBUSY"] }, upstream: [{ path, body: freeBusy }] },
    })),
  },
  {
    name: "free-busy: CALDAV:free-busy-query only",
    config,
    steps: [
      ...[
        query,
        sync,
        report("D:expand-property"),
        report("D:acl-principal-prop-set"),
        report("D:principal-match"),
      ].map((body) => ({
        request: ask(body, "bob", "/alice/times/"),
        expect: { status: 404, upstream: [] },
      })),
      { request: { path: "/alice/times/1.ics", headers: as("bob") }, expect: { status: 404, upstream: [] } },
      {
        request: { ...ask(undefined, "bob", "/alice/times/"), method: "PROPFIND" },
        expect: { status: 404, upstream: [] },
      },
    ],
  },
  {
    name: "free-busy: the calendar is not listed",
    config,
    upstream: multistatus(response("/alice/work/"), response("/alice/times/"), response("/alice/times/1.ics")),
    steps: [
      {
        request: { ...ask(propfind("D:getetag")), method: "PROPFIND" },
        expect: { status: 207, body: { has: ["/alice/work/"], lacks: ["times"] } },
      },
    ],
  },
  {
    name: "an answer to free-busy-query that is no calendar does not pass",
    config,
    upstream: { headers: { "content-type": "text/html" }, body: event },
    steps: [{ request: ask(freeBusy, "bob", "/alice/times/"), expect: { body: { lacks: ["Review"] } } }],
  },
  {
    name: "an answer to free-busy-query that holds events gives none of them away",
    config,
    upstream: { headers: { "content-type": "text/calendar" }, body: event },
    steps: [{ request: ask(freeBusy, "bob", "/alice/times/"), expect: { body: { lacks: ["Review"] } } }],
  },
  {
    name: "calendar-query and sync-collection of the home are the owner's",
    config,
    upstream: multistatus(response("/alice/work/1.ics")),
    steps: [query, sync].flatMap((body) => [
      { request: ask(body, "alice", "/alice/"), expect: { status: 207, upstream: [{}] } },
      { request: ask(body, "bob", "/alice/"), expect: { status: 404, upstream: [] } },
      { request: ask(body, "bob", "/"), expect: unsupported },
    ]),
  },
  {
    name: "a DAV:href in a report that has none is refused",
    config,
    steps: [
      report("C:calendar-query", "<D:prop><D:href>/alice/private/</D:href></D:prop>"),
      report("D:sync-collection", "<D:sync-token/><D:prop/><D:href>/alice/private/</D:href>"),
      report("D:expand-property", "<D:href>/alice/private/</D:href>"),
    ].map((body) => ({ request: ask(body), expect: { status: 400, upstream: [] } })),
  },
];
