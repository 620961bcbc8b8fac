/** What the server of the model answers to a read, in a form that can be compared, and the same as XML or iCalendar. */
import { type Calendar, type History, splitPath, type State } from "./calendar_model.ts";

/** A request that changes nothing. Properties are local names. */
export type Query =
  | { kind: "get" | "head"; path: string; ifNoneMatch?: string; range?: Range }
  | { kind: "propfind"; path: string; depth: "0" | "1"; props: string[] }
  | { kind: "calendar-query"; path: string; props: string[]; component?: "VFREEBUSY" }
  | { kind: "calendar-multiget"; path: string; props: string[]; hrefs: string[] }
  | { kind: "sync-collection"; path: string; props: string[]; token: string }
  | { kind: "free-busy-query"; path: string };

/** The first and the last byte (RFC 9110, 14.1.2). The server ignores it, as it may; a cache need not. */
export type Range = [number, number];

/** One DAV:response: the properties it has, by local name; or a status. */
export interface AnswerEntry {
  status: number;
  props: Record<string, string>;
}

/** All that an answer says. What a status has none of is undefined. */
export interface Answer {
  status: number;
  etag?: string;
  /** Of GET. */
  text?: string;
  /** Of a 207, by href. */
  entries?: Record<string, AnswerEntry>;
  token?: string;
  /** Of a free-busy-query: when the objects are, by path; and the same as the person gets it, in order. */
  periods?: Record<string, string>;
  busy?: string[];
}

/** What the server says to `person` in this state. */
export function answerTo(query: Query, state: State, history: History, person: string): Answer {
  const { calendar: path, name } = splitPath(query.path);
  if (query.kind === "propfind" && path === `${query.path}/`) return home(query, state, person);
  const calendar = state.calendars.get(path);
  if (!calendar) return { status: 404 };
  switch (query.kind) {
    case "get":
    case "head": {
      const object = calendar.objects.get(name);
      if (!object) return { status: 404 };
      const { etag, text } = object;
      if (query.ifNoneMatch === etag) return { status: 304, etag };
      return query.kind === "head" ? { status: 200, etag } : { status: 200, etag, text };
    }
    case "propfind": {
      if (name !== "") {
        const entry = objectEntry(calendar, name, query.props);
        return entry.status === 404 ? { status: 404 } : { status: 207, entries: { [query.path]: entry } };
      }
      const entries = { [path]: { status: 200, props: calendarProps(calendar, person, query.props) } };
      return { status: 207, entries: query.depth === "0" ? entries : { ...entries, ...all(path, calendar, query) } };
    }
    case "calendar-query":
      // Nobody here puts one.
      if (query.component) return { status: 207, entries: {} };
      return { status: 207, entries: all(path, calendar, query) };
    case "calendar-multiget": {
      const entries = query.hrefs.map((href) => [href, objectEntry(calendar, splitPath(href).name, query.props)]);
      return { status: 207, entries: Object.fromEntries(entries) };
    }
    case "sync-collection":
      return changes(query, path, calendar, history);
    case "free-busy-query":
      return { status: 200, periods: periodsOf(path, calendar) };
  }
}

/** What has changed since a sync-token (RFC 6578, 3); all there is, without one. */
function changes(
  query: Extract<Query, { kind: "sync-collection" }>,
  path: string,
  calendar: Calendar,
  history: History,
): Answer {
  const { token } = calendar;
  if (query.token === "") return { status: 207, entries: all(path, calendar, query), token };
  const before = history.atToken(query.token);
  if (before?.id !== calendar.id) return { status: 403 };
  const names = new Set([...before.objects.keys(), ...calendar.objects.keys()]);
  const changed = [...names].filter((name) => before.objects.get(name)?.etag !== calendar.objects.get(name)?.etag);
  const entries = changed.map((name) => [path + name, objectEntry(calendar, name, query.props)]);
  return { status: 207, entries: Object.fromEntries(entries), token };
}

/** A calendar home: itself and, to a depth of 1, its calendars. */
function home(query: Extract<Query, { kind: "propfind" }>, state: State, person: string): Answer {
  const own = pick({ resourcetype: "collection", displayname: query.path, ...known(person) }, query.props);
  const entries: Record<string, AnswerEntry> = { [query.path]: { status: 200, props: own } };
  for (const [path, calendar] of query.depth === "1" ? state.calendars : [])
    if (path.startsWith(query.path))
      entries[path] = { status: 200, props: calendarProps(calendar, person, query.props) };
  return { status: 207, entries };
}

function all(path: string, calendar: Calendar, { props }: { props: string[] }): Record<string, AnswerEntry> {
  return Object.fromEntries(
    [...calendar.objects.keys()].map((name) => [path + name, objectEntry(calendar, name, props)]),
  );
}

function objectEntry(calendar: Calendar, name: string, props: string[]): AnswerEntry {
  const object = calendar.objects.get(name);
  if (!object) return { status: 404, props: {} };
  return { status: 200, props: pick({ getetag: object.etag, "calendar-data": object.text, resourcetype: "" }, props) };
}

function calendarProps({ displayname, ctag, token }: Calendar, person: string, props: string[]) {
  return pick({ displayname, resourcetype: "calendar", getctag: ctag, "sync-token": token, ...known(person) }, props);
}

/** What depends on who asks; `asked-by` is the server's own. */
const known = (person: string) => ({
  "asked-by": person,
  "current-user-principal": `/${person}/`,
  "current-user-privilege-set": "write",
});

function pick(all: Record<string, string>, props: string[]): Record<string, string> {
  return Object.fromEntries(Object.entries(all).filter(([name]) => props.includes(name)));
}

const property = (text: string, name: string) => new RegExp(`^${name}:(.*?)\r?$`, "m").exec(text)?.[1] ?? "";
const periodsOf = (path: string, { objects }: Calendar) =>
  Object.fromEntries([...objects].map(([name, { text }]) => [path + name, period(text)]));
const period = (text: string) => `${property(text, "DTSTART")}/${property(text, "DTEND")}`;

const escaped = (text: string) =>
  text.replace(/[&<>\r]/g, (c) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;" })[c] ?? "&#13;");

const written: Record<string, (value: string) => string> = {
  resourcetype: (value) =>
    `<D:resourcetype>${value && "<D:collection/>"}${value === "calendar" ? "<C:calendar/>" : ""}</D:resourcetype>`,
  "calendar-data": (value) => `<C:calendar-data>${escaped(value)}</C:calendar-data>`,
  getctag: (value) => `<CS:getctag>${value}</CS:getctag>`,
  "asked-by": (value) => `<T:asked-by>${value}</T:asked-by>`,
  "current-user-principal": (value) => `<D:current-user-principal><D:href>${value}</D:href></D:current-user-principal>`,
  "current-user-privilege-set": () =>
    "<D:current-user-privilege-set><D:privilege><D:all/></D:privilege></D:current-user-privilege-set>",
};

/** The body of an answer, and its type. */
export function render(answer: Answer): { type: string; body: string } {
  const calendar = "text/calendar; charset=utf-8";
  if (answer.text !== undefined) return { type: calendar, body: answer.text };
  if (answer.periods) {
    const lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//test//EN", "BEGIN:VFREEBUSY", "UID:free-busy"];
    lines.push("DTSTAMP:20260101T000000Z", "DTSTART:20260101T000000Z", "DTEND:20360101T000000Z");
    lines.push(
      ...Object.values(answer.periods).map((value) => `FREEBUSY:${value}`),
      "END:VFREEBUSY",
      "END:VCALENDAR",
      "",
    );
    return { type: calendar, body: lines.join("\r\n") };
  }
  const type = "application/xml; charset=utf-8";
  if (answer.status === 403) return { type, body: '<D:error xmlns:D="DAV:"><D:valid-sync-token/></D:error>' };
  if (!answer.entries) return { type: "text/plain", body: `${answer.status}` };
  const entries = Object.entries(answer.entries).map(([href, { status, props }]) => {
    if (status !== 200) return `<D:response><D:href>${href}</D:href>${statusLine(status)}</D:response>`;
    const content = Object.entries(props).map(
      ([name, value]) => written[name]?.(value) ?? `<D:${name}>${escaped(value)}</D:${name}>`,
    );
    const propstat = `<D:propstat><D:prop>${content.join("")}</D:prop>${statusLine(200)}</D:propstat>`;
    return `<D:response><D:href>${href}</D:href>${propstat}</D:response>`;
  });
  const token = answer.token === undefined ? "" : `<D:sync-token>${answer.token}</D:sync-token>`;
  return {
    type,
    body: `<?xml version="1.0"?>\n<D:multistatus ${namespaces}>${entries.join("\n")}${token}</D:multistatus>`,
  };
}

const namespaces =
  'xmlns:D="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav" xmlns:CS="http://calendarserver.org/ns/" xmlns:T="urn:test"';
const statusLine = (status: number) => `<D:status>HTTP/1.1 ${status} ${status === 200 ? "OK" : "Not Found"}</D:status>`;
