/** What many cases share: a configuration, bodies of requests and answers of a server. */
import type { Json } from "../host/emulator/struct.ts";
import type { Match, Reply, Rule } from "./case.ts";

/** The host that clients know the calendars by, in either ring. */
export const host = "calendar.example";

type Members = { [name: string]: Json };

/** A share that shows events as they are. */
export const share = (
  calendar: string,
  who: string | string[],
  access: string | string[],
  more: Members = {},
): Json => ({
  calendar,
  with: [who].flat(),
  access,
  private: "show",
  confidential: "show",
  alarms: "keep",
  ...more,
});

/** Radicale behind a sign-in that says who it is in x-caldav-user and x-caldav-groups. */
export const configWith = (shares: Json[], more: Members = {}): Json => ({
  server: "radicale",
  identity: { header: { name: "x-caldav-user", groups: "x-caldav-groups" }, realm: "Calendars" },
  upstream: { cluster: "caldav" },
  shares,
  ...more,
});

/** Headers of a signed-in person; nobody's with "". */
export const as = (user: string, more: Record<string, string> = {}): Record<string, string> =>
  user === "" ? more : { "x-caldav-user": user, ...more };

export const xml = (body: string): string => `<?xml version="1.0" encoding="utf-8"?>\n${body}`;
const namespaces = 'xmlns:D="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav"';

export const propfind = (...props: string[]): string =>
  xml(`<D:propfind ${namespaces}><D:prop>${props.map((name) => `<${name}/>`).join("")}</D:prop></D:propfind>`);
export const multiget = (...hrefs: string[]): string =>
  xml(
    `<C:calendar-multiget ${namespaces}><D:prop><D:getetag/></D:prop>` +
      `${hrefs.map((href) => `<D:href>${href}</D:href>`).join("")}</C:calendar-multiget>`,
  );
export const query = xml(
  `<C:calendar-query ${namespaces}><D:prop><D:getetag/></D:prop>` +
    `<C:filter><C:comp-filter name="VCALENDAR"/></C:filter></C:calendar-query>`,
);
export const freeBusy = xml(
  `<C:free-busy-query ${namespaces}><C:time-range start="20260101T000000Z" end="20260201T000000Z"/></C:free-busy-query>`,
);
export const sync = xml(
  `<D:sync-collection ${namespaces}><D:sync-token/><D:sync-level>1</D:sync-level>` +
    `<D:prop><D:getetag/></D:prop></D:sync-collection>`,
);
export const proppatch = xml(
  `<D:propertyupdate ${namespaces}><D:set><D:prop><D:displayname>Work</D:displayname></D:prop></D:set></D:propertyupdate>`,
);
export const mkcalendar = xml(
  `<C:mkcalendar ${namespaces}><D:set><D:prop><D:displayname>Work</D:displayname></D:prop></D:set></C:mkcalendar>`,
);
export const lockinfo = xml(
  `<D:lockinfo ${namespaces}><D:lockscope><D:exclusive/></D:lockscope><D:locktype><D:write/></D:locktype></D:lockinfo>`,
);
export const acl = xml(
  `<D:acl ${namespaces}><D:ace><D:principal><D:href>/carol/</D:href></D:principal>` +
    `<D:grant><D:privilege><D:read/></D:privilege></D:grant></D:ace></D:acl>`,
);
export const csShare = xml(
  `<CS:share xmlns:CS="http://calendarserver.org/ns/" xmlns:D="DAV:">` +
    `<CS:set><D:href>/carol/</D:href><CS:read/></CS:set></CS:share>`,
);
export const report = (root: string, more = ""): string =>
  xml(`<${root} ${namespaces}>${more}</${root.split(" ")[0]}>`);

export const event = [
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

/** A DAV:response with one property. */
export const response = (href: string, prop = '<D:getetag>"1"</D:getetag>'): string =>
  `<D:response><D:href>${href}</D:href><D:propstat><D:prop>${prop}</D:prop>` +
  `<D:status>HTTP/1.1 200 OK</D:status></D:propstat></D:response>`;
export const multistatusBody = (...responses: string[]): string =>
  xml(`<D:multistatus ${namespaces}>${responses.join("")}</D:multistatus>`);
/** A 207 of a server. */
export const multistatus = (...responses: string[]): Reply => ({
  status: 207,
  headers: { "content-type": "application/xml; charset=utf-8" },
  body: multistatusBody(...responses),
});
export const calendarReply: Reply = {
  headers: { "content-type": "text/calendar; charset=utf-8", etag: '"1"' },
  body: event,
};

export const freeBusyAnswer =
  "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//test//EN\r\nBEGIN:VFREEBUSY\r\nUID:2\r\nDTSTAMP:20260101T000000Z\r\n" +
  "FREEBUSY:20260105T090000Z/PT1H\r\nEND:VFREEBUSY\r\nEND:VCALENDAR\r\n";

/** A server that does what it is asked to. */
export const willing: Rule[] = [
  { method: "PROPFIND", reply: multistatus(response("/alice/work/"), response("/alice/work/1.ics")) },
  { method: "PROPPATCH", reply: multistatus(response("/alice/work/", "<D:displayname/>")) },
  {
    method: "REPORT",
    headers: { "x-test": "free-busy" },
    reply: { headers: { "content-type": "text/calendar" }, body: freeBusyAnswer },
  },
  {
    method: "REPORT",
    reply: multistatus(
      response("/alice/work/1.ics", `<D:getetag>"1"</D:getetag><C:calendar-data>${event}</C:calendar-data>`),
    ),
  },
  { method: "GET", reply: calendarReply },
  { method: "HEAD", reply: { headers: { "content-type": "text/calendar; charset=utf-8", etag: '"1"' } } },
  { method: "OPTIONS", reply: { headers: { dav: "1, 2, 3, access-control, calendar-access" } } },
  { method: "PUT", reply: { status: 201, headers: { etag: '"2"' } } },
  { method: "MKCALENDAR", reply: { status: 201 } },
  { method: "MKCOL", reply: { status: 201 } },
  { method: "COPY", reply: { status: 201 } },
  { method: "MOVE", reply: { status: 201 } },
  { method: "POST", reply: { status: 201 } },
  { reply: { status: 204 } },
];

const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");

/** The whole body of a 403 that names one missing privilege on one resource, and nothing else (RFC 3744, 7.1.1). */
export const needPrivileges = (href: string, privilege: string): RegExp =>
  new RegExp(
    `^<\\?xml version="1\\.0" encoding="utf-8"\\?>\\s*<D:error(?: xmlns:\\w+="[^"]+")+><D:need-privileges><D:resource>` +
      `<D:href>${escaped(href)}</D:href><D:privilege><${privilege}/></D:privilege>` +
      `</D:resource></D:need-privileges></D:error>\\s*$`,
  );
/** The whole body of a 403 that names a precondition. */
export const precondition = (element: string): RegExp =>
  new RegExp(
    `^<\\?xml version="1\\.0" encoding="utf-8"\\?>\\s*<D:error(?: xmlns:\\w+="[^"]+")+><${element}/></D:error>\\s*$`,
  );

/** How every answer of the filter's own to a DAV request is marked for caches. */
export const uncached: Record<string, Match> = { "cache-control": "private, no-cache" };
