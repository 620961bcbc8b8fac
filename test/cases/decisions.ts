import type { Case } from "./case.ts";

const config = {
  server: "radicale",
  identity: { header: { name: "x-caldav-user" }, realm: "Calendars" },
  upstream: { cluster: "caldav" },
  shares: [
    { calendar: "alice/work", with: ["bob"], access: "read", private: "show", confidential: "show", alarms: "keep" },
  ],
};

const event = [
  "BEGIN:VCALENDAR",
  "VERSION:2.0",
  "PRODID:-//test//EN",
  "BEGIN:VEVENT",
  "UID:1",
  "DTSTAMP:20260101T000000Z",
  "DTSTART:20260105T090000Z",
  "SUMMARY:Review",
  "END:VEVENT",
  "END:VCALENDAR",
  "",
].join("\r\n");

const upstream = { headers: { "content-type": "text/calendar; charset=utf-8", etag: '"1"' }, body: event };

/** Who may do what: contract, section 3. */
export const decisions: Case[] = [
  {
    name: "an owner reads their own event",
    config,
    upstream,
    steps: [
      {
        request: { path: "/alice/work/1.ics", headers: { "x-caldav-user": "alice" } },
        expect: { status: 200, body: event, upstream: [{ method: "GET", path: "/alice/work/1.ics" }] },
      },
    ],
  },
  {
    name: "someone with a read share reads an event, and the server is not asked for anything else",
    config,
    upstream,
    steps: [
      {
        request: { path: "/alice/work/1.ics", headers: { "x-caldav-user": "bob" } },
        expect: { status: 200, body: { has: ["SUMMARY:Review"] }, upstream: [{ method: "GET" }] },
      },
    ],
  },
  {
    name: "what is not shared does not exist",
    config,
    upstream,
    steps: [
      {
        request: { path: "/alice/home/1.ics", headers: { "x-caldav-user": "bob" } },
        expect: { status: 404, upstream: [] },
      },
    ],
  },
  {
    name: "someone who is not signed in is asked to",
    config,
    upstream,
    steps: [
      {
        request: { path: "/alice/work/1.ics" },
        expect: { status: 401, headers: { "www-authenticate": /realm="Calendars"/ }, upstream: [] },
      },
    ],
  },
  {
    name: "an unknown method is not allowed",
    config,
    upstream,
    steps: [
      {
        request: { method: "TRACE", path: "/alice/work/1.ics", headers: { "x-caldav-user": "alice" } },
        expect: { status: 405, upstream: [] },
      },
    ],
  },
  {
    name: "a configuration with an unknown role is refused by name",
    config: { ...config, shares: [{ calendar: "alice/work", with: ["bob"], access: "raed" }] },
    refused: { has: ["shares[0].access", "raed", "read"] },
  },
];
