/** What clients send while they wait for changes, and a server with enough events to make it dear. */
import { request } from "undici";
import { type CalendarServer, startRadicale } from "../../test/e2e/support/servers.ts";
import { by } from "../context.ts";
import type { Shot } from "../load.ts";

const crlf = "\r\n";
const xml = "application/xml; charset=utf-8";

/** One event of an hour, as it stands in a calendar. `day`: counted from the first of January 2026. */
export function event(uid: string, day: number, summary: string): string {
  const date = new Date(Date.UTC(2026, 0, 1 + day)).toISOString().slice(0, 10).replaceAll("-", "");
  return [
    ...["BEGIN:VEVENT", `UID:${uid}@example.com`, "DTSTAMP:20260101T000000Z"],
    ...[`DTSTART:${date}T090000Z`, `DTEND:${date}T100000Z`, `SUMMARY:${summary}`, "LOCATION:Room 3"],
    ...["DESCRIPTION:What we do next week\\, and the week after that.", "END:VEVENT"],
  ].join(crlf);
}

/** Makes an iCalendar object of events. */
export function calendarOf(events: string[]): string {
  return ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//bench//EN", ...events, "END:VCALENDAR", ""].join(crlf);
}

/** A poll: has anything changed in this calendar? */
export function poll(user: string, path: string, headers: Record<string, string> = {}): Shot {
  const prop = "<prop><S:getctag/><sync-token/></prop>";
  const body = `<?xml version="1.0" encoding="utf-8"?>\n<propfind xmlns="DAV:" xmlns:S="http://calendarserver.org/ns/">${prop}</propfind>`;
  return by(user, "PROPFIND", path, { headers: { depth: "0", "content-type": xml, ...headers }, body });
}

/** All events of a calendar in a range of time. */
export function query(user: string, path: string): Shot {
  const range = '<C:time-range start="20260101T000000Z" end="20260201T000000Z"/>';
  const filter = `<C:filter><C:comp-filter name="VCALENDAR"><C:comp-filter name="VEVENT">${range}</C:comp-filter></C:comp-filter></C:filter>`;
  const body = `<?xml version="1.0" encoding="utf-8"?>\n<C:calendar-query xmlns="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav"><prop><getetag/><C:calendar-data/></prop>${filter}</C:calendar-query>`;
  return by(user, "REPORT", path, { headers: { depth: "1", "content-type": xml }, body });
}

/** A 207 of about so many bytes with one event in each response. */
export function multistatusOf(bytes: number): string {
  const open =
    '<?xml version="1.0" encoding="utf-8"?>\n<multistatus xmlns="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav">';
  const parts = [open];
  for (let size = open.length, at = 0; size < bytes - 600; at++) {
    const data = `<C:calendar-data>${calendarOf([event(String(at), at % 31, "Planning")])}</C:calendar-data>`;
    const prop = `<prop><getetag>"${at}-5f3c81"</getetag>${data}</prop><status>HTTP/1.1 200 OK</status>`;
    parts.push(`<response><href>/alice/work/${at}.ics</href><propstat>${prop}</propstat></response>`);
    size += parts.at(-1)?.length ?? 0;
  }
  return [...parts, "</multistatus>"].join("\n");
}

/** Radicale with calendars of so many events each. `calendars`: their paths. */
export async function startFilledRadicale(calendars: Record<string, number>): Promise<CalendarServer> {
  const server = await startRadicale();
  for (const [path, count] of Object.entries(calendars)) {
    const body = calendarOf(Array.from({ length: count }, (_, at) => event(String(at), at % 365, `Planning ${at}`)));
    const owner = path.split("/")[1] ?? "";
    const headers = { "x-remote-user": owner, "content-type": "text/calendar" };
    const reply = await request(server.url + path, { method: "PUT", headers, body });
    if (reply.statusCode !== 201) throw new Error(`PUT of ${path}: ${reply.statusCode} ${await reply.body.text()}`);
    await reply.body.dump();
  }
  return server;
}
