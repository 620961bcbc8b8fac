import type { Case, Match, Reply, Step } from "./case.ts";
import { as, configWith, event, precondition, share } from "./support.ts";

/** What somebody writes who sees a calendar without its alarms. */
const config = configWith(
  [
    { calendar: "alice/work", with: ["dave"], access: "write" },
    { calendar: "alice/work", with: ["erin"], access: "append" },
    share("alice/work", "gina", "write", { alarms: "strip" }),
    share("alice/work", "henry", "write"),
  ],
  { limits: { request_body: "2KiB" } },
);
const object = "/alice/work/1.ics";
const alarm = (words: string) =>
  ["BEGIN:VALARM", "ACTION:DISPLAY", `DESCRIPTION:${words}`, "TRIGGER:-PT15M", "END:VALARM", ""].join("\r\n");
const own = alarm("of the owner");
const before = (text: string, line: string, more: string): string => text.replace(line, more + line);
const ringing = before(event, "END:VEVENT", own);
const edited = event.replace("Review", "Retrospective");
const stored: Reply = { headers: { "content-type": "text/calendar; charset=utf-8", etag: '"1"' }, body: ringing };
const absent: Reply = { status: 404 };

interface Put {
  user?: string;
  body?: string;
  chunks?: string[];
  headers?: Record<string, string>;
}
/** A PUT while the server has `seen`, and what is to become of it. */
const put = (what: Put, seen: Reply, expect: Step["expect"], reply: Reply = { status: 204 }): Step => ({
  request: {
    method: "PUT",
    path: object,
    headers: as(what.user ?? "dave", { "content-type": "text/calendar", ...what.headers }),
    ...(what.chunks ? { chunks: what.chunks } : { body: what.body ?? edited }),
  },
  upstream: [{ method: "GET", reply: seen }, { reply: { headers: { etag: '"2"' }, ...reply } }],
  expect,
});
const goesOn = (body: Match, headers: Record<string, Match> = {}): Step["expect"] => ({
  status: 204,
  upstream: [
    { method: "GET", path: object },
    { method: "PUT", body, headers },
  ],
});
const isRefused = (status: number, body?: Match): Step["expect"] => ({
  status,
  ...(body === undefined ? {} : { body }),
  upstream: [{ method: "GET" }],
});
const length = (text: string): Record<string, Match> => ({ "content-length": String(Buffer.byteLength(text)) });
const merged = before(edited, "END:VEVENT", own);

const series = [
  "BEGIN:VCALENDAR",
  "BEGIN:VEVENT",
  "UID:1",
  "DTSTART;TZID=Europe/Berlin:20260105T090000",
  "RRULE:FREQ=DAILY",
  "{0}END:VEVENT",
  "BEGIN:VEVENT",
  "UID:1",
  "RECURRENCE-ID;TZID=Europe/Berlin:20260106T090000",
  "DTSTART;TZID=Europe/Berlin:20260106T100000",
  "{1}END:VEVENT",
  "BEGIN:VEVENT",
  "UID:1",
  "RECURRENCE-ID;TZID=Europe/Berlin:20260107T090000",
  "DTSTART;TZID=Europe/Berlin:20260107T100000",
  "{2}END:VEVENT",
  "END:VCALENDAR",
  "",
].join("\r\n");
const withAlarms = (...alarms: string[]): string =>
  series.replace(/\{(\d)\}/g, (_, at: string) => alarms[Number(at)] ?? "");

export const alarms: Case[] = [
  {
    name: "alarms: who sees none and writes an event keeps its owner's, and what they see then has the ETag",
    config,
    steps: [
      put({}, stored, {
        ...goesOn(merged, { ...length(merged), "if-match": '"1"' }),
        headers: { etag: /^"[\w-]{6,}"$/ },
      }),
      put({ user: "gina" }, stored, goesOn(merged, length(merged))),
      put({ chunks: [edited.slice(0, 50), edited.slice(50)] }, stored, goesOn(merged, length(merged))),
      put({ body: event }, stored, goesOn(ringing)),
    ],
  },
  {
    name: "alarms: those of somebody who would not see them are left out, and the ETag with them",
    config,
    steps: [
      put({ body: before(edited, "END:VEVENT", alarm("mine")) }, stored, {
        ...goesOn(merged, length(merged)),
        headers: { etag: null },
      }),
      put(
        { body: before(edited, "SUMMARY", alarm("mine")) },
        { ...stored, body: event },
        {
          ...goesOn(edited, length(edited)),
          headers: { etag: null },
        },
      ),
      put({ body: ringing }, absent, { ...goesOn(event, { "if-none-match": "*" }), headers: { etag: null } }),
      put({ body: ringing, user: "erin" }, absent, {
        status: 204,
        upstream: [{ method: "PUT", body: event, headers: { ...length(event), "if-none-match": "*" } }],
      }),
      put({ body: edited.replace("SUMMARY", "CLASS:PRIVATE\r\nSUMMARY") }, stored, { headers: { etag: null } }),
    ],
  },
  {
    name: "alarms: a body without them goes on as it is where there are none",
    config,
    steps: [
      put({}, { ...stored, body: event }, { ...goesOn(edited, length(edited)), headers: { etag: /./ } }),
      put({}, absent, { ...goesOn(edited, length(edited)), headers: { etag: /./ } }),
      put({ body: "no calendar" }, { ...stored, body: event }, { ...goesOn("no calendar"), headers: { etag: null } }),
      put({ body: "" }, absent, goesOn("")),
    ],
  },
  {
    name: "alarms: who sees them writes them",
    config,
    steps: [
      { user: "henry", body: ringing },
      { user: "henry", body: edited },
    ].map((what): Step => ({
      ...put(what, stored, { status: 204, upstream: [{ method: "PUT", body: what.body }] }),
    })),
  },
  {
    name: "alarms: each override keeps its own, and a new one gets those of the series",
    config,
    steps: [
      put(
        { body: withAlarms() },
        { ...stored, body: withAlarms(own, alarm("a") + alarm("b"), "") },
        goesOn(withAlarms(own, alarm("a") + alarm("b"), "")),
      ),
      put(
        { body: withAlarms() },
        {
          ...stored,
          body: withAlarms(own, "", "").replace(/BEGIN:VEVENT\r\nUID:1\r\nRECURRENCE-ID[^]*(?=END:VCALENDAR)/, ""),
        },
        goesOn(withAlarms(own, own, own)),
      ),
      put(
        { body: withAlarms().replaceAll("TZID=Europe/Berlin", "TZID=Berlin") },
        { ...stored, body: withAlarms("", own, alarm("b")) },
        goesOn(withAlarms("", own, alarm("b")).replaceAll("TZID=Europe/Berlin", "TZID=Berlin")),
      ),
    ],
  },
  {
    name: "alarms: a body that they cannot be put into is refused, and so is one over what is hidden",
    config,
    steps: [
      put({ body: "no calendar" }, stored, isRefused(403, precondition("C:valid-calendar-data"))),
      put({ body: "" }, stored, isRefused(403, precondition("C:valid-calendar-data"))),
      put({ body: edited.replace("UID:1", "UID:1\r\nUID:2") }, stored, isRefused(403)),
      put(
        { headers: { "content-type": "text/calendar; charset=iso-8859-1" } },
        stored,
        isRefused(403, precondition("C:valid-calendar-data")),
      ),
      put({ user: "gina" }, { ...stored, body: `BEGIN:VEVENT\r\n${own}` }, isRefused(403)),
      put({ user: "gina" }, { ...stored, body: before(ringing, "END:VCALENDAR", own) }, isRefused(403)),
    ],
  },
  {
    name: "alarms: with them a body may become too large",
    config,
    steps: [put({}, { ...stored, body: before(event, "END:VEVENT", alarm("x".repeat(2000))) }, isRefused(413))],
  },
  {
    name: "alarms: the client's own condition is kept to what was looked at",
    config,
    steps: [
      put({ headers: { "if-match": "*" } }, stored, goesOn(merged, { "if-match": '"1"' })),
      put({ headers: { "if-match": '"other"' } }, stored, isRefused(412)),
      put({ headers: { "if-none-match": "*" } }, stored, goesOn(merged, { "if-none-match": "*", "if-match": '"1"' })),
      put({ headers: { "if-match": '"other"' } }, absent, { upstream: [{ method: "GET" }, { method: "PUT" }] }),
    ],
  },
  {
    name: "alarms: nothing is written while the server does not say what is there",
    config,
    steps: [put({}, { status: 500 }, isRefused(503)), put({}, { reset: "before headers" }, isRefused(503))],
  },
  {
    name: "alarms: a new object by POST has none of somebody who would not see them",
    config,
    steps: [
      {
        request: {
          method: "POST",
          path: "/alice/work/",
          headers: as("dave", { "content-type": "text/calendar" }),
          body: ringing,
        },
        upstream: { status: 201 },
        expect: { status: 201, upstream: [{ method: "POST", body: event, headers: length(event) }] },
      },
    ],
  },
  {
    name: "alarms: what is moved or copied there takes the place of nothing",
    config,
    steps: ["MOVE", "COPY"].map((method) => ({
      request: { method, path: "/gina/home/1.ics", headers: as("gina", { destination: object }) },
      upstream: { status: 412 },
      expect: { status: 412, upstream: [{ method, headers: { overwrite: "F" } }] },
    })),
  },
];
