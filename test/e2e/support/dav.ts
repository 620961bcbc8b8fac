/** CalDAV in few words: the bodies that tests send, and what a 207 says. */
import { XMLParser } from "fast-xml-parser";

/** How a share shows events when the test is not about that. */
export const shown = { private: "show", confidential: "show", alarms: "keep" };

/** An iCalendar object with one event of an hour on 5 January 2026. */
export function event(uid: string, summary = "Review", ...more: string[]): string {
  const lines = [
    ...["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//test//EN", "BEGIN:VEVENT", `UID:${uid}`],
    ...["DTSTAMP:20260101T000000Z", "DTSTART:20260105T090000Z", "DTEND:20260105T100000Z", `SUMMARY:${summary}`],
    ...[...more, "END:VEVENT", "END:VCALENDAR", ""],
  ];
  return lines.join("\r\n");
}

const namespaces = 'xmlns:D="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav" xmlns:CS="http://calendarserver.org/ns/"';
const xml = { "content-type": "application/xml; charset=utf-8" };

/** A PROPFIND for properties such as "D:getetag", for `request`. */
export function propfind(depth: "0" | "1" | "infinity", ...names: string[]) {
  const props = names.map((name) => `<${name}/>`).join("");
  const body = `<D:propfind ${namespaces}><D:prop>${props}</D:prop></D:propfind>`;
  return { method: "PROPFIND", headers: { ...xml, depth }, body };
}

/** A REPORT with this element and content, for `request`. */
export function report(name: string, content: string, depth: "0" | "1" = "1") {
  return { method: "REPORT", headers: { ...xml, depth }, body: `<${name} ${namespaces}>${content}</${name}>` };
}

export const multiget = (...hrefs: string[]) =>
  report(
    "C:calendar-multiget",
    `<D:prop><D:getetag/><C:calendar-data/></D:prop>${hrefs.map((href) => `<D:href>${href}</D:href>`).join("")}`,
  );

/** The free-busy-query for January 2026. */
export const freeBusy = report("C:free-busy-query", '<C:time-range start="20260101T000000Z" end="20260201T000000Z"/>');

export const calendarQuery = report(
  "C:calendar-query",
  '<D:prop><D:getetag/><C:calendar-data/></D:prop><C:filter><C:comp-filter name="VCALENDAR"/></C:filter>',
);

/** A sync-collection (RFC 6578); the first has an empty token. */
export const sync = (token = "") =>
  report(
    "D:sync-collection",
    `<D:sync-token>${token}</D:sync-token><D:sync-level>1</D:sync-level><D:prop><D:getetag/></D:prop>`,
    "0",
  );

/** One DAV:response: its status, and the properties of every propstat of status 200 as XML text without namespaces. */
export interface Entry {
  href: string;
  status: number;
  props: Record<string, string>;
}

const parser = new XMLParser({
  removeNSPrefix: true,
  parseTagValue: false,
  isArray: (name) => name === "response" || name === "propstat",
});

interface Parsed {
  multistatus?: {
    response?: { href: string; status?: string; propstat?: { status: string; prop: Record<string, unknown> }[] }[];
    "sync-token"?: string;
  };
}

/** The entries of a 207 in their order, and its sync-token. */
export function multistatus(body: string): { entries: Entry[]; hrefs: string[]; token: string } {
  const { multistatus: root = {} } = parser.parse(body) as Parsed;
  const entries = (root.response ?? []).map(({ href, status, propstat = [] }): Entry => {
    const found = propstat.filter((stat) => statusOf(stat.status) === 200).flatMap(({ prop }) => Object.entries(prop));
    const props = found.map(([name, value]) => [name, typeof value === "string" ? value : JSON.stringify(value)]);
    return { href, status: statusOf(status), props: Object.fromEntries(props) };
  });
  return { entries, hrefs: entries.map(({ href }) => href), token: root["sync-token"] ?? "" };
}

/** The code of a status line; a response without one is fine. */
const statusOf = (line = "HTTP/1.1 200 OK") => Number(line.split(" ")[1]);
