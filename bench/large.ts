/** Large bodies that a server may send, and what a filter has to do with each: for the bench and the profile. */

const MEGABYTE = 1_000_000;
const crlf = "\r\n";

const event = (at: number, more: string[]): string =>
  [
    ...[
      "BEGIN:VCALENDAR",
      "VERSION:2.0",
      "PRODID:-//bench//EN",
      "BEGIN:VEVENT",
      `UID:${at}-20260105T090000Z@example.com`,
    ],
    ...["DTSTAMP:20260101T000000Z", "DTSTART:20260105T090000Z", "DTEND:20260105T100000Z", "SUMMARY:Planning"],
    ...[
      "LOCATION:Room 3",
      "RRULE:FREQ=WEEKLY;COUNT=10",
      "DESCRIPTION:What we do next week\\, and the week after that.",
    ],
    ...["ORGANIZER;CN=Alice:mailto:alice@example.com", "ATTENDEE;CN=Bob;PARTSTAT=ACCEPTED:mailto:bob@example.com"],
    ...[...more, "END:VEVENT", "END:VCALENDAR", ""],
  ].join(crlf);

/** One DAV:response; of every fourth the object lies where the sharee may not look. */
function response(at: number, text?: string): string {
  const home = at % 4 === 3 ? "alice/secret" : "alice/work";
  const data = text === undefined ? "" : `<C:calendar-data>${text.replaceAll("\r", "&#13;")}</C:calendar-data>`;
  const props = `<getetag>"${at}-5f3c81"</getetag><getcontenttype>text/calendar;charset=utf-8</getcontenttype>${data}`;
  return `<response><href>/${home}/${at}.ics</href><propstat><prop>${props}</prop><status>HTTP/1.1 200 OK</status></propstat></response>\n`;
}

/** What stands before the responses of a 207, and after. */
export const open =
  '<?xml version="1.0" encoding="utf-8"?>\n<multistatus xmlns="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav">\n';
export const close = "</multistatus>\n";

/** As many pieces as make up that many bytes. */
function filled(bytes: number, piece: (at: number) => string, before = "", after = ""): Buffer {
  const pieces = [before];
  for (let size = before.length, at = 0; size < bytes; at++) {
    const text = piece(at);
    pieces.push(text);
    size += text.length;
  }
  return Buffer.from([...pieces, after].join(""));
}

const block = 4 * MEGABYTE;
const busy = ["CLASS:PRIVATE"];
/** What the server has, by its path. */
export const served: Record<string, { status: number; type: string; body: Buffer; times?: number }> = {
  "/listing/": { status: 207, type: "application/xml", body: filled(block, (at) => response(at), open, close) },
  "/events/": {
    ...{ status: 207, type: "application/xml" },
    body: filled(block, (at) => response(at, event(at, [])), open, close),
  },
  "/private/": {
    ...{ status: 207, type: "application/xml" },
    body: filled(block, (at) => response(at * 4, event(at, busy)), open, close),
  },
  "/calendar/": { status: 200, type: "text/calendar", body: filled(block, (at) => event(at, busy)) },
  // The middle part is sent 25 times.
  "/large/": { status: 207, type: "application/xml", body: filled(block, (at) => response(at)), times: 25 },
};

const share = (user: string, more: object) => ({ calendar: "alice/work", with: [user], access: "read", ...more });
/** The shares that the works need. */
export const config = {
  server: "radicale",
  identity: { header: { name: "x-caldav-user" } },
  upstream: { authenticate: { header: "x-remote-user", as: "owner" } },
  shares: [
    share("full", { private: "show", confidential: "show", alarms: "keep" }),
    share("bob", {}),
    share("hiding", { private: "hide" }),
  ],
};

const query = `<C:calendar-query xmlns:C="urn:ietf:params:xml:ns:caldav" xmlns:D="DAV:"><D:prop><D:getetag/><C:calendar-data/></D:prop><C:filter><C:comp-filter name="VCALENDAR"/></C:filter></C:calendar-query>`;
/** Lists a calendar. */
export const propfind = `<D:propfind xmlns:D="DAV:"><D:prop><D:getetag/></D:prop></D:propfind>`;

/** What is measured: who asks for which body, and how. */
export const works = [
  { name: "a listing, filtered", user: "full", body: "/listing/", method: "PROPFIND", text: propfind },
  { name: "events in a 207, filtered", user: "full", body: "/events/", method: "REPORT", text: query },
  { name: "public events in a 207, looked at", user: "bob", body: "/events/", method: "REPORT", text: query },
  { name: "private events in a 207, redacted", user: "bob", body: "/private/", method: "REPORT", text: query },
  { name: "a whole calendar, redacted", user: "bob", body: "/calendar/", method: "GET", text: undefined },
];
