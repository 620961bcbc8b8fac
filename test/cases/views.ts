import type { Case, Headers, Reply, Rule, Step } from "./case.ts";
import { as, configWith, event, multiget, multistatus, precondition, report, response, share } from "./support.ts";

/** Words of a private event that who sees it as a Busy block must never get. */
const WORDS = "Surgeon";
const secret = event.replace("SUMMARY:Review", `SUMMARY:${WORDS}\r\nCLASS:PRIVATE`);
const calendar: Headers = { "content-type": "text/calendar; charset=utf-8", etag: '"1"' };
const config = configWith([
  { calendar: "alice/work", with: ["bob"], access: "read" },
  { calendar: "alice/work", with: ["dave"], access: "write" },
  share("alice/work", "erin", "read"),
]);
const object = "/alice/work/1.ics";
const names = 'xmlns:D="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav"';
const listing = (user: string, reply: Reply, expect: Step["expect"]): Step => ({
  request: {
    method: "PROPFIND",
    path: "/alice/work/",
    headers: as(user, { depth: "1", "content-type": "application/xml" }),
    body: `<D:propfind ${names}><D:allprop/></D:propfind>`,
  },
  upstream: reply,
  expect,
});
const hides = { status: 207, body: { has: [object], lacks: [WORDS] } };
const raw = (inside: string): Reply => multistatus(`<D:response><D:href>${object}</D:href>${inside}</D:response>`);
const data = `<C:calendar-data>${secret}</C:calendar-data>`;
const expand = '<C:expand start="20260101T000000Z" end="20260201T000000Z"/>';
const propstat = (inside: string): string => `<D:propstat>${inside}<D:status>HTTP/1.1 200 OK</D:status></D:propstat>`;
const write = (method: string, reply: Reply, seen: Rule["reply"] = { status: 404 }): Step => ({
  request: {
    method,
    path: object,
    headers: as("dave", { "content-type": "text/calendar", prefer: "return=representation" }),
    body: method === "PUT" ? event : "",
  },
  upstream: [{ method: "GET", reply: seen }, { reply }],
  expect: { status: reply.status, body: { lacks: [WORDS] } },
});

/** Routes by which an event could leave that a view redacts (contract, section 5). */
export const views: Case[] = [
  {
    name: "view: a property of an object that may hold the words of the event is left out",
    config,
    steps: [
      listing(
        "bob",
        raw(propstat(`<D:prop><D:displayname>${WORDS}</D:displayname><D:getetag>"1"</D:getetag></D:prop>`)),
        hides,
      ),
      listing(
        "bob",
        raw(propstat(`<D:prop><X:note xmlns:X="urn:x">${WORDS}</X:note><D:resourcetype/></D:prop>`)),
        hides,
      ),
      listing(
        "bob",
        raw(propstat(`<D:prop><X:calendar-data xmlns:X="urn:x">${secret}</X:calendar-data></D:prop>`)),
        hides,
      ),
      listing("bob", raw(propstat(`<D:prop><X:w xmlns:X="urn:x">${data}</X:w></D:prop>`)), hides),
      listing("bob", raw(propstat(`<D:prop><D:prop>${data}</D:prop></D:prop>`)), hides),
      listing(
        "bob",
        raw(
          propstat(
            `<D:prop><V:address-data xmlns:V="urn:ietf:params:xml:ns:carddav">${secret}</V:address-data></D:prop>`,
          ),
        ),
        hides,
      ),
    ],
  },
  {
    name: "view: who sees all gets all properties, and a calendar keeps its own",
    config,
    steps: [
      listing("erin", raw(propstat(`<D:prop><D:displayname>${WORDS}</D:displayname></D:prop>`)), {
        status: 207,
        body: { has: [WORDS] },
      }),
      listing("bob", multistatus(response("/alice/work/", "<D:displayname>Work</D:displayname>")), {
        status: 207,
        body: { has: ["<D:displayname>Work</D:displayname>"] },
      }),
    ],
  },
  {
    name: "view: an answer to a write, an error or a redirect that holds the event holds what the view shows of it",
    config,
    steps: [
      write("PUT", { status: 412, headers: calendar, body: secret }),
      write("PUT", { status: 201, headers: calendar, body: secret }),
      write("DELETE", { status: 412, headers: calendar, body: secret }),
      write("LOCK", { status: 200, headers: calendar, body: secret }),
      ...[300, 409, 500].map((status): Step => ({
        request: { path: object, headers: as("bob") },
        upstream: { status, headers: calendar, body: secret },
        expect: { status, body: { lacks: [WORDS] } },
      })),
    ],
  },
  {
    name: "view: XML that is neither a multistatus nor an error is not shown, whatever its status",
    config,
    steps: [300, 412, 500].map((status): Step => ({
      request: {
        method: "REPORT",
        path: "/alice/work/",
        headers: as("bob", { "content-type": "application/xml" }),
        body: multiget(object),
      },
      upstream: { ...multistatus(response(object, data)), status },
      expect: { status, body: { lacks: [WORDS] } },
    })),
  },
  {
    name: "view: an error that names what may be seen is shown, as is the answer to LOCK",
    config,
    steps: [
      {
        request: { method: "DELETE", path: object, headers: as("dave") },
        upstream: [
          { method: "GET", reply: { status: 404 } },
          {
            reply: { status: 409, headers: { "content-type": "text/xml" }, body: `<D:error ${names}><D:x/></D:error>` },
          },
        ],
        expect: { status: 409, body: { has: ["<D:x/>"] } },
      },
      {
        request: { method: "LOCK", path: object, headers: as("dave") },
        upstream: [
          { method: "GET", reply: { status: 404 } },
          { reply: { headers: { "content-type": "text/xml" }, body: `<D:prop ${names}><D:lockdiscovery/></D:prop>` } },
        ],
        expect: { status: 200, body: { has: ["lockdiscovery"] } },
      },
    ],
  },
  {
    name: "view: reports about principals, which may list the objects of a calendar, are refused there",
    config,
    steps: [
      {
        request: {
          method: "REPORT",
          path: "/alice/work/",
          headers: as("bob", { depth: "1", "content-type": "application/xml" }),
          body: report("D:expand-property", '<D:property name="owner"/>'),
        },
        upstream: multistatus(response(object)),
        expect: { status: 403, upstream: [] },
      },
    ],
  },
  {
    name: "view: nobody asks for a representation of what they wrote",
    config,
    steps: ["PUT", "DELETE"].map((method) => ({
      ...write(method, { status: 204 }),
      expect: { status: 204, upstream: [{ method: "GET" }, { method, headers: { prefer: null } }] },
    })),
  },
  {
    name: "view: a CardDAV report does not get round the filters of CalDAV",
    config,
    steps: [
      {
        request: {
          method: "REPORT",
          path: "/alice/work/",
          headers: as("bob", { depth: "1", "content-type": "application/xml" }),
          body:
            `<V:addressbook-query xmlns:V="urn:ietf:params:xml:ns:carddav" xmlns:D="DAV:"><D:prop><V:address-data/></D:prop>` +
            `<V:filter><V:prop-filter name="SUMMARY"><V:text-match>${WORDS}</V:text-match></V:prop-filter></V:filter></V:addressbook-query>`,
        },
        upstream: multistatus(response(object)),
        expect: { status: 403, upstream: [] },
      },
      {
        request: {
          method: "REPORT",
          path: "/bob/home/",
          headers: as("bob", { "content-type": "application/xml" }),
          body: report(
            'V:addressbook-multiget xmlns:V="urn:ietf:params:xml:ns:carddav"',
            `<D:prop><V:address-data/></D:prop><D:href>${object}</D:href>`,
          ),
        },
        upstream: multistatus(response(object)),
        expect: { status: 403, upstream: [] },
      },
    ],
  },
  {
    name: "view: a report that names another's calendar from one's own is answered in the clear, so that it can be read",
    config,
    steps: [
      {
        request: {
          method: "REPORT",
          path: "/bob/home/",
          headers: as("bob", { "content-type": "application/xml", "accept-encoding": "gzip" }),
          body: multiget(object),
        },
        upstream: multistatus(response(object, data)),
        expect: {
          status: 207,
          body: { has: ["Busy"], lacks: [WORDS] },
          upstream: [{ headers: { "accept-encoding": null } }],
        },
      },
    ],
  },
  {
    name: "view: a report for all properties or none is judged by calendar-data that the client does not get",
    config,
    steps: (
      [
        ["<D:allprop/>", "<x-d:getetag/>"],
        ["<D:allprop></D:allprop>", "<x-d:getetag/>"],
        ["", '<x-d:prop xmlns:x-d="DAV:"><x-c:calendar-data'],
        ["<D:prop/>", '<x-d:prop xmlns:x-d="DAV:"><x-c:calendar-data'],
      ] as const
    ).map(([asked, has]) => ({
      request: {
        method: "REPORT",
        path: "/alice/work/",
        headers: as("bob", { depth: "1", "content-type": "application/xml" }),
        body: report("C:calendar-query", `${asked}<C:filter><C:comp-filter name="VCALENDAR"/></C:filter>`),
      },
      upstream: raw(propstat(`<D:prop><D:getetag>"1"</D:getetag>${data}</D:prop>`)),
      expect: {
        status: 207,
        body: { has: [object, "getetag"], lacks: [WORDS, "Busy", "calendar-data"] },
        upstream: [{ body: { has: [has, "<x-c:calendar-data", "</x-d:prop><C:filter>"], lacks: ["<D:allprop"] } }],
      },
    })),
  },
  {
    name: "view: instances are expanded for who sees all as busy, and refused to who sees by CLASS",
    config: configWith([
      { calendar: "alice/work", with: ["bob"], access: "busy", private: "show" },
      { calendar: "alice/work", with: ["carol"], access: "busy", confidential: "hide" },
      { calendar: "alice/work", with: ["dave"], access: "read" },
    ]),
    steps: ["calendar-query", "calendar-multiget"].flatMap((kind) =>
      ["bob", "carol", "dave"].map((user) => ({
        request: {
          method: "REPORT",
          path: "/alice/work/",
          headers: as(user, { depth: "1", "content-type": "application/xml" }),
          body: report(
            `C:${kind}`,
            `<D:prop><C:calendar-data>${expand}</C:calendar-data></D:prop>` +
              (kind === "calendar-query"
                ? '<C:filter><C:comp-filter name="VCALENDAR"/></C:filter>'
                : `<D:href>${object}</D:href>`),
          ),
        },
        upstream: raw(propstat(`<D:prop>${data}</D:prop>`)),
        expect:
          user === "bob"
            ? { status: 207, body: { has: ["SUMMARY:Busy"], lacks: [WORDS] }, upstream: [{ body: { has: [expand] } }] }
            : { status: 403, body: precondition("C:supported-calendar-data"), upstream: [] },
      })),
    ),
  },
  {
    name: "view: a report for names of properties is refused",
    config,
    steps: [
      {
        request: {
          method: "REPORT",
          path: "/alice/work/",
          headers: as("bob", { depth: "1", "content-type": "application/xml" }),
          body: report("C:calendar-query", '<D:propname/><C:filter><C:comp-filter name="VCALENDAR"/></C:filter>'),
        },
        expect: { status: 403, body: precondition("C:supported-calendar-data"), upstream: [] },
      },
    ],
  },
  {
    name: "view: no Schedule-Tag can be guessed (RFC 6638, 8.3)",
    config: configWith([{ calendar: "alice/work", with: ["dave"], access: "write", alarms: "keep" }]),
    steps: [
      {
        request: {
          method: "PUT",
          path: object,
          headers: as("dave", { "content-type": "text/calendar", "if-schedule-tag-match": '"guess"' }),
          body: event,
        },
        upstream: [{ method: "GET", reply: { headers: calendar, body: event } }, { reply: { status: 412 } }],
        expect: {
          status: 412,
          upstream: [{ method: "GET" }, { method: "PUT", headers: { "if-schedule-tag-match": '"caldav-no-match"' } }],
        },
      },
    ],
  },
  {
    name: "view: * in a list of entity tags is none",
    config: configWith([{ calendar: "alice/work", with: ["dave"], access: "write", alarms: "keep" }]),
    steps: [
      {
        request: {
          method: "PUT",
          path: object,
          headers: as("dave", { "content-type": "text/calendar", "if-match": '"other", *' }),
          body: event,
        },
        upstream: [{ method: "GET", reply: { headers: calendar, body: event } }, { reply: { status: 204 } }],
        expect: { upstream: [{ method: "GET" }, { method: "PUT", headers: { "if-match": { lacks: ["*"] } } }] },
      },
    ],
  },
  {
    name: "if: an entity tag that is not of the view matches nothing, wherever it stands",
    config,
    steps: [
      ['(["1"])', 412],
      ['(["1"] Not <urn:uuid:1>) (Not ["2"] ["1"])', 412],
      ['(["1"]) (<urn:uuid:1>)', '(["caldav-no-match"]) (<urn:uuid:1>)'],
      ['(Not ["1"] <urn:uuid:1>) (W/["a"])', 400],
      [
        '(Not ["1"]  [W/"a,]b"] <urn:uuid:1>) (<urn:uuid:2>)',
        '(Not ["caldav-no-match"]  ["caldav-no-match"] <urn:uuid:1>) (<urn:uuid:2>)',
      ],
      [
        `</bob/home/1.ics> (["1"]) <${object}> (["1"] ["2"])`,
        `</bob/home/1.ics> (["1"]) <${object}> (["caldav-no-match"] ["caldav-no-match"])`,
      ],
      [`(["1"]) </bob/home/1.ics> (["1"])`, `(["caldav-no-match"]) </bob/home/1.ics> (["1"])`],
      ["(<urn:uuid:1>)", "(<urn:uuid:1>)"],
    ].map(([value, goesOn]) => ({
      request: { path: object, headers: as("bob", { if: String(value) }) },
      upstream: { headers: calendar, body: event },
      expect:
        typeof goesOn === "number"
          ? { status: goesOn, upstream: [] }
          : { status: 200, upstream: [{ headers: { if: String(goesOn) } }] },
    })),
  },
  {
    name: "if: a condition on an entity tag tells nobody whether there is a hidden event",
    config: configWith([{ calendar: "alice/work", with: ["bob"], access: "read", private: "hide" }]),
    steps: [`(["1"])`, `(Not ["1"])`, `</bob/home/1.ics> (["1"]) <${object}> (["1"])`].map((value) => ({
      request: { path: object, headers: as("bob", { if: value }) },
      upstream: { headers: calendar, body: secret },
      expect: { status: 412, upstream: [] },
    })),
  },
  {
    name: "if: a resource behind an odd entity tag is looked at too, and what can be read in two ways is refused",
    config: configWith([share("alice/work", "bob", "write")]),
    upstream: { status: 204 },
    steps: [
      ['(["a]<b"]) </alice/private/1.ics> (["e"])', 412],
      ['</alice/work/1.ics> (["a]b"]) (Not ["e"])', 204],
      ['(["a"]) x </alice/work/1.ics> (["e"])', 400],
      ['(["a"]', 400],
      ["([a]) (<urn:uuid:1>)", 400],
      ['([a]) </alice/private/1.ics> (["e"])', 400],
      ['(W/["a"])', 400],
      ["(<urn:uuid:1>) (Not <DAV:no-lock>)", 204],
    ].map(([value, status]) => ({
      request: {
        method: "PUT",
        path: object,
        headers: as("bob", { if: String(value), "content-type": "text/calendar" }),
        body: event,
      },
      expect: { status: Number(status) },
    })),
  },
];
