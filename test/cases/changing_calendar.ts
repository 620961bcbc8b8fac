/** A calendar that changes between the requests of one exchange: what is asked first need not hold for what comes next. */
import type { Reply, Request } from "./case.ts";
import { as, freeBusy, multistatus, response } from "./support.ts";

/** What the objects of `/alice/work/` say, by name: the CLASS of each, and which version of it it is. */
export type Objects = Record<string, { class: "PUBLIC" | "PRIVATE"; version: number }>;

/** One exchange, and how the calendar is when each of the requests of it comes to the server; the last stays. */
export interface Race {
  name: string;
  request: Request;
  states: Objects[];
  /** How many requests reach the server. */
  asked: number;
  status: number;
  /** The names in the answer. Default none. */
  names?: string[];
  /** Parts of the answer. */
  has?: string[];
  lacks?: string[];
  headers?: Record<string, string>;
}

export const calendar = "/alice/work/";
/** A server that sends no calendar-data in a sync-collection. */
export const config = {
  server: "custom",
  layout: { principal: "/{user}/", home: "/{user}/", calendar: "/{user}/{calendar}/" },
  identity: { header: { name: "x-caldav-user" } },
  upstream: { cluster: "caldav" },
  shares: [{ calendar: "alice/work", with: ["bob"], access: "read", private: "hide" }],
};

const text = (name: string, { class: kind, version }: Objects[string]) =>
  `BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//test//EN\r\nBEGIN:VEVENT\r\nUID:${name}\r\nDTSTAMP:20260101T000000Z\r\n` +
  `DTSTART:20260105T0${version}0000Z\r\nDURATION:PT1H\r\nSUMMARY:v${version}\r\nCLASS:${kind}\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n`;

/** What a server says to the request when its calendar is like this. */
export function replyOf(
  objects: Objects,
  { method, path, body }: { method: string; path: string; body: string },
): Reply {
  const asksTag = body === "" || /getetag|allprop/.test(body);
  const asksData = body.includes("calendar-data") && !body.includes("sync-collection");
  const one = path === calendar ? /<[^<>]*href>([^<]*)</.exec(body)?.[1] : path;
  const props = (name: string, object: Objects[string]) =>
    (asksTag ? `<D:getetag>"${name}-${object.version}"</D:getetag>` : "") +
    (asksData ? `<C:calendar-data>${text(name, object)}</C:calendar-data>` : "") +
    (/getcontenttype|allprop/.test(body) ? "<D:getcontenttype>text/calendar</D:getcontenttype>" : "");
  const all = Object.entries(objects).filter(([name]) => one === undefined || one === calendar + name);
  if (path !== calendar && all.length === 0) return { status: 404 };
  const reply = multistatus(
    ...(method === "PROPFIND" && path === calendar ? [response(calendar, "<D:sync-token>urn:t</D:sync-token>")] : []),
    ...all.map(([name, object]) => response(calendar + name, props(name, object))),
  );
  const token = body.includes("sync-collection") ? "<D:sync-token>urn:t</D:sync-token>" : "";
  return { ...reply, body: (reply.body ?? "").replace("</D:multistatus>", `${token}</D:multistatus>`) };
}

const xml = { "content-type": "application/xml; charset=utf-8" };
const propfind = (path: string, depth: string, inside: string): Request => ({
  method: "PROPFIND",
  path,
  headers: as("bob", { ...xml, depth }),
  body: `<D:propfind xmlns:D="DAV:">${inside}</D:propfind>`,
});
const tags = "<D:prop><D:getetag/></D:prop>";
const types = "<D:prop><D:getcontenttype/></D:prop>";
const list = propfind(calendar, "1", tags);
const sync: Request = {
  method: "REPORT",
  path: calendar,
  headers: as("bob", xml),
  body: `<D:sync-collection xmlns:D="DAV:"><D:sync-token/><D:sync-level>1</D:sync-level>${tags}</D:sync-collection>`,
};
const object = (inside = tags) => propfind(`${calendar}b.ics`, "0", inside);
const busyTime: Request = {
  method: "REPORT",
  path: calendar,
  headers: as("bob", { ...xml, depth: "1" }),
  body: freeBusy,
};
const open = (version = 1) => ({ class: "PUBLIC", version }) as const;
const secret = (version = 1) => ({ class: "PRIVATE", version }) as const;
const a = { "a.ics": open() };

/** Objects that are made or changed between a look of the filter's own and what the server lists next (contract, section 5). */
export const races: Race[] = [
  {
    name: "nothing changes: two requests",
    request: list,
    states: [{ ...a, "b.ics": secret() }],
    asked: 2,
    status: 207,
    names: ["a.ics"],
  },
  ...[
    { what: "PROPFIND", request: list },
    {
      what: "PROPFIND without getetag",
      request: propfind(calendar, "1", types),
      lacks: ["getetag"],
      has: ["getcontenttype"],
    },
    { what: "PROPFIND of all properties", request: propfind(calendar, "1", "<D:allprop/>"), has: ["getetag"] },
    {
      what: "PROPFIND of the names of properties",
      request: propfind(calendar, "1", "<D:propname></D:propname>"),
      has: ["getetag"],
      lacks: ["text/calendar", "v1"],
    },
    { what: "PROPFIND without a body", request: { ...list, body: "" }, has: ["getetag"] },
    { what: "sync-collection", request: sync, has: ["sync-token"] },
    {
      what: "sync-collection without getetag",
      request: { ...sync, body: sync.body?.replace(tags, types) },
      has: ["sync-token"],
      lacks: ["getetag"],
    },
  ].flatMap(({ what, request, has = [], lacks = [] }): Race[] => [
    {
      name: `${what}: a private object that is made after the look is not named`,
      ...{ request, has, status: 207, names: ["a.ics"], asked: 3 },
      states: [a, { ...a, "b.ics": secret() }],
      lacks: [...lacks, "b.ics"],
    },
    {
      name: `${what}: a public object that is made after the look is named`,
      ...{ request, has, lacks, status: 207, names: ["a.ics", "b.ics"], asked: 3 },
      states: [a, { ...a, "b.ics": open() }],
    },
    {
      name: `${what}: an object that becomes private after the look is not named`,
      ...{ request, has, status: 207, names: ["a.ics"], asked: 3 },
      states: [
        { ...a, "b.ics": open() },
        { ...a, "b.ics": secret(2) },
      ],
      lacks: [...lacks, "b.ics"],
    },
    {
      name: `${what}: an object that becomes public after the look is named`,
      ...{ request, has, lacks, status: 207, names: ["a.ics", "b.ics"], asked: 3 },
      states: [
        { ...a, "b.ics": secret() },
        { ...a, "b.ics": open(2) },
      ],
    },
    {
      name: `${what}: of an object that changes before and after it is listed nothing is known, and the client asks again`,
      ...{ request, status: 503, asked: 3, lacks: ["b.ics"], headers: { "retry-after": "1" } },
      states: [
        { ...a, "b.ics": open() },
        { ...a, "b.ics": secret(2) },
        { ...a, "b.ics": open(3) },
      ],
    },
    {
      name: `${what}: an object that is made and removed between two looks is not named`,
      ...{ request, has, status: 207, names: ["a.ics"], asked: 3 },
      states: [a, { ...a, "b.ics": secret() }, a],
      lacks: [...lacks, "b.ics"],
    },
    {
      name: `${what}: what is removed after the look is not there`,
      ...{ request, has, lacks, status: 207, names: ["a.ics"], asked: 2 },
      states: [{ ...a, "b.ics": open() }, a],
    },
  ]),
  ...[
    { what: "PROPFIND of an object", request: object() },
    { what: "PROPFIND of an object, without getetag", request: object(types) },
  ].flatMap(({ what, request }): Race[] => [
    {
      name: `${what} that is shown`,
      ...{ request, status: 207, names: ["b.ics"], asked: 2 },
      states: [{ "b.ics": open() }],
    },
    { name: `${what} that is hidden`, request, states: [{ "b.ics": secret() }], asked: 1, status: 404 },
    { name: `${what} that is missing`, request, states: [a], asked: 2, status: 404 },
    {
      name: `${what} that is made private after the look`,
      ...{ request, status: 404, asked: 3 },
      states: [a, { "b.ics": secret() }],
    },
    {
      name: `${what} that becomes private after the look`,
      ...{ request, status: 404, asked: 3 },
      states: [{ "b.ics": open() }, { "b.ics": secret(2) }],
    },
    {
      name: `${what} that is changed after the look, and still public`,
      ...{ request, status: 207, names: ["b.ics"], asked: 3 },
      states: [{ "b.ics": open() }, { "b.ics": open(2) }],
    },
    {
      name: `${what} that changes before and after it is asked for`,
      ...{ request, status: 503, asked: 3 },
      states: [{ "b.ics": open() }, { "b.ics": secret(2) }, { "b.ics": open(3) }],
    },
  ]),
];

/** The same for busy time: an event of which only instances in the range were seen may have a private override elsewhere. */
const busyRaces: Race[] = [
  {
    name: "busy time: nothing changes",
    ...{ request: busyTime, status: 200, asked: 3 },
    states: [{ ...a, "b.ics": secret(2) }],
    has: ["FREEBUSY;FBTYPE=BUSY:20260105T010000Z/20260105T020000Z\r\nEND"],
  },
  {
    name: "busy time: what is removed after the look does not count",
    ...{ request: busyTime, status: 200, asked: 3 },
    states: [{ ...a, "b.ics": open(5) }, a],
    has: ["FREEBUSY;FBTYPE=BUSY:20260105T010000Z/20260105T020000Z\r\nEND"],
  },
  ...[a, { ...a, "b.ics": open() }].map((before, at): Race => ({
    name: `busy time: an event that is ${at === 0 ? "made" : "changed"} after the look makes the client ask again`,
    ...{ request: busyTime, status: 503, asked: 2, lacks: ["FREEBUSY"] },
    states: [before, { ...a, "b.ics": open(2) }],
  })),
];
races.push(...busyRaces);

/** The names of objects that the answer gives. */
export const namesIn = (body: string): string[] =>
  [...body.matchAll(/<[^<>]*href>\/alice\/work\/([^<]+)</g)].map(([, name]) => name as string).sort();
