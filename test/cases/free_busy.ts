import type { Case, Reply, Rule, Step } from "./case.ts";
import { as, configWith, freeBusy, multistatus, precondition, report, response, share, uncached } from "./support.ts";

const work = "/alice/work/";
const config = configWith([
  share("alice/work", "bob", "read"),
  share("alice/work", "frank", "free-busy"),
  share("alice/work", "gina", "read", { private: "hide" }),
]);

const vevent = (...lines: string[]) => [
  ...["BEGIN:VEVENT", "UID:u", "DTSTAMP:20260101T000000Z", "SUMMARY:Surgeon"],
  ...[...lines, "END:VEVENT"],
];
const object = (...lines: string[]) =>
  ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//test//EN", ...lines, "END:VCALENDAR", ""].join("\r\n");
const data = (name: string, ...lines: string[]) =>
  response(`${work}${name}`, `<D:getetag>"${name}"</D:getetag><C:calendar-data>${object(...lines)}</C:calendar-data>`);
const hour = (day: string, ...lines: string[]) => vevent(`DTSTART:${day}T090000Z`, `DTEND:${day}T100000Z`, ...lines);

const lacks: Reply = { status: 501, headers: { "content-type": "text/plain" }, body: "Not Implemented" };
const ask = (user: string, body = freeBusy, depth = "1"): Step["request"] => ({
  method: "REPORT",
  path: work,
  headers: as(user, { depth, "content-type": "application/xml", "x-test": "client" }),
  body,
});
/** The server has no free-busy-query, and answers the filter's own query. */
const server = (reply: Reply): Rule[] => [{ headers: { "x-test": "client" }, reply: lacks }, { reply }];
const busy = (...periods: string[]): Step["expect"] => ({
  status: 200,
  headers: { "content-type": "text/calendar; charset=utf-8", ...uncached },
  body: new RegExp(
    "^BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//caldav-proxy-wasm//Free-Busy//EN\r\nCALSCALE:GREGORIAN\r\nBEGIN:VFREEBUSY\r\n" +
      "UID:[0-9a-f]{32}\r\nDTSTAMP:\\d{8}T\\d{6}Z\r\nDTSTART:20260101T000000Z\r\nDTEND:20260201T000000Z\r\n" +
      `${periods.map((period) => `FREEBUSY;FBTYPE=${period}\r\n`).join("")}END:VFREEBUSY\r\nEND:VCALENDAR\r\n$`,
  ),
});
const everybody = ["alice", "bob", "frank", "gina"];
const unsupported: Step["expect"] = { status: 403, body: precondition("D:supported-report") };

/** free-busy-query (RFC 4791, 7.10) that the filter answers itself. */
export const freeBusyAnswers: Case[] = [
  {
    name: "free-busy-query: where the server has none, the filter answers from the events in the range",
    config,
    steps: everybody.map((user) => ({
      request: ask(user),
      upstream: server(
        multistatus(
          data("1.ics", ...hour("20260106"), ...hour("20260105", "STATUS:TENTATIVE")),
          data("2.ics", ...vevent("DTSTART:20260106T093000Z", "DURATION:PT1H")),
          data("3.ics", ...vevent("DTSTART;VALUE=DATE:20260131")),
          data("4.ics", ...hour("20260107", "TRANSP:TRANSPARENT"), ...hour("20260108", "STATUS:CANCELLED")),
        ),
      ),
      expect: busy(
        "BUSY-TENTATIVE:20260105T090000Z/20260105T100000Z",
        "BUSY:20260106T090000Z/20260106T103000Z",
        "BUSY:20260131T000000Z/20260201T000000Z",
      ),
    })),
  },
  {
    name: "free-busy-query: the filter asks for a day more at either end, with recurring events expanded",
    config,
    steps: [
      {
        request: ask("frank"),
        upstream: server(multistatus()),
        expect: {
          ...busy(),
          upstream: [
            { body: freeBusy, headers: { "x-test": "client" } },
            {
              method: "REPORT",
              path: work,
              headers: { depth: "1", "x-test": null, "content-type": "application/xml; charset=utf-8" },
              body: {
                has: [
                  '<C:expand start="20251231T000000Z" end="20260202T000000Z"/>',
                  '<C:comp-filter name="VEVENT"><C:time-range start="20251231T000000Z" end="20260202T000000Z"/>',
                ],
              },
            },
            { body: { has: ['<C:comp-filter name="VFREEBUSY"/>'], lacks: ["expand"] } },
          ],
        },
      },
      {
        request: ask("bob"),
        upstream: server(multistatus()),
        expect: { ...busy(), upstream: [{ body: { has: ["expand"] } }, { body: { has: ["VFREEBUSY"] } }] },
      },
    ],
  },
  {
    name: "free-busy-query: what the server did not expand, or nobody understands, makes for a refusal and no wrong answer",
    config,
    steps: [
      hour("20260105", "RRULE:FREQ=DAILY"),
      hour("20260105", "RDATE:20260107T090000Z"),
      vevent("DTSTART;TZID=Europe/Berlin:20260105T090000"),
      vevent("DTSTART:2026-01-05T09:00:00Z"),
      vevent("SUMMARY:no start"),
      hour("20260105").slice(0, -1),
    ].flatMap((lines) =>
      ["alice", "frank"].map((user): Step => ({
        request: ask(user),
        upstream: server(multistatus(data("1.ics", ...hour("20260110")), data("2.ics", ...lines))),
        expect: unsupported,
      })),
    ),
  },
  {
    name: "free-busy-query: hidden events do not count, nor does what cannot be understood of them",
    config,
    steps: [
      [...hour("20260105", "CLASS:PRIVATE")],
      [...hour("20260105", "CLASS:X-SECRET", "RRULE:FREQ=DAILY")],
      [...vevent("CLASS:PRIVATE", "DTSTART;TZID=nowhere:20260105T090000")],
      [...hour("20260105", "CLASS:CONFIDENTIAL"), ...hour("20260107", "CLASS:PRIVATE")],
    ].map((lines) => ({
      request: ask("gina"),
      upstream: server(multistatus(data("1.ics", ...hour("20260110")), data("2.ics", ...lines))),
      expect: busy("BUSY:20260110T090000Z/20260110T100000Z"),
    })),
  },
  {
    name: "free-busy-query: for who must not learn of hidden events the whole events in the range are looked at too",
    config,
    steps: [
      {
        request: ask("gina"),
        upstream: [{ reply: multistatus() }],
        expect: {
          ...busy(),
          upstream: [
            { body: { has: ["<C:calendar-data/>", '<C:time-range start="20251231T000000Z"'], lacks: ["expand"] } },
            { body: { has: ['<C:expand start="20251231T000000Z" end="20260202T000000Z"/>'] } },
            { body: { has: ['<C:comp-filter name="VFREEBUSY"/>'] } },
          ],
        },
      },
    ],
  },
  {
    name: "free-busy-query: what the server says when it cannot be asked",
    config,
    steps: (
      [
        [404, 404],
        [500, 503],
        [503, 503],
        [401, 401],
        [403, 403],
        [400, 403],
        [200, 503],
      ] as const
    ).map(([status, expected]) => ({
      request: ask("frank"),
      upstream: server({ status, headers: { "content-type": "text/plain" }, body: "Surgeon" }),
      expect: { status: expected, body: { lacks: ["Surgeon", "VFREEBUSY"] } },
    })),
  },
  {
    name: "free-busy-query: an answer that is cut short is none",
    config,
    steps: [
      {
        request: ask("frank"),
        upstream: server(multistatus(data("1.ics", ...hour("20260105")), response(work))),
        expect: { status: 403, body: precondition("D:number-of-matches-within-limits") },
      },
      {
        request: ask("frank"),
        upstream: server({ ...multistatus(), body: "<D:multistatus xmlns:D='DAV:'><D:response>" }),
        expect: { status: 503 },
      },
      {
        request: ask("frank"),
        upstream: server(multistatus(response(`${work}1.ics`))),
        expect: unsupported,
      },
    ],
  },
  {
    name: "free-busy-query: Depth 0, or none, is the calendar without what is in it",
    config,
    steps: [
      { request: ask("frank", freeBusy, "0") },
      { request: { ...ask("frank"), headers: as("frank", { "x-test": "client" }) } },
    ].map(({ request }) => ({
      request,
      upstream: server(multistatus(data("1.ics", ...hour("20260105")))),
      expect: busy(),
    })),
  },
  {
    name: "free-busy-query needs one time-range, and it has to be one",
    config,
    steps: (
      [
        ["", 400, ""],
        ['<C:time-range start="20260101T000000Z" end="20260201T000000Z"/>'.repeat(2), 400, ""],
        ["<C:time-range/>", 403, "C:valid-filter"],
        ['<C:time-range start="20260101T000000" end="20260201T000000Z"/>', 403, "C:valid-filter"],
        ['<C:time-range start="20260101" end="20260201"/>', 403, "C:valid-filter"],
        ['<C:time-range start="20260230T000000Z" end="20260301T000000Z"/>', 403, "C:valid-filter"],
        ['<C:time-range start="20260201T000000Z" end="20260101T000000Z"/>', 403, "C:valid-filter"],
        ['<C:time-range start="20260101T000000Z" end="20260101T000000Z"/>', 403, "C:valid-filter"],
      ] as const
    ).flatMap(([range, status, element]) =>
      everybody.map((user): Step => ({
        request: ask(user, report("C:free-busy-query", range)),
        expect: { status, upstream: [], ...(element === "" ? {} : { body: precondition(element) }) },
      })),
    ),
  },
  {
    name: "free-busy-query without an end goes to the server, and is refused where the filter would have to answer",
    config,
    steps: [
      {
        request: ask("bob", report("C:free-busy-query", '<C:time-range start="20260101T000000Z"/>')),
        upstream: server(multistatus()),
        expect: { status: 403, body: precondition("D:number-of-matches-within-limits"), upstream: [{}] },
      },
      {
        request: ask("gina", report("C:free-busy-query", '<C:time-range end="20260101T000000Z"/>')),
        expect: { status: 403, body: precondition("D:number-of-matches-within-limits"), upstream: [] },
      },
    ],
  },
  {
    name: "free-busy-query: the filter asks with the credentials of who asks, the owner too",
    config: configWith([share("alice/work", "bob", "free-busy")], { identity: { basic: { remember: "60s" } } }),
    steps: ["alice", "bob"].map((user): Step => {
      const authorization = `Basic ${Buffer.from(`${user}:right`).toString("base64")}`;
      const asked = { method: "REPORT", headers: { authorization } };
      return {
        request: {
          ...ask(user),
          headers: { authorization, depth: "1", "content-type": "application/xml", "x-test": "client" },
        },
        upstream: server(multistatus()),
        // The second time it is known that the server has no such report.
        expect: { ...busy(), upstream: user === "alice" ? [asked, asked, asked] : [asked, asked] },
      };
    }),
  },
  {
    name: "free-busy-query: the owner's other errors are the server's",
    config,
    steps: [
      {
        request: ask("alice"),
        upstream: { status: 409, headers: { "content-type": "text/plain" }, body: "as the server says" },
        expect: { status: 409, body: "as the server says", upstream: [{}] },
      },
      {
        request: ask("alice"),
        upstream: { status: 507 },
        expect: { status: 507, upstream: [{}] },
      },
    ],
  },
];
