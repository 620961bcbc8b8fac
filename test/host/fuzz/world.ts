/** Calendars whose every secret is a word of its own, a server that tells all it knows, and who may see which word. */
import type { UpstreamReply, UpstreamRequest } from "../emulator/index.ts";
import type { Random } from "../../property/xml/support/random.ts";
import { rights, type Who } from "./model.ts";

export interface Item {
  owner: string;
  calendar: string;
  href: string;
  text: string;
  class: "PUBLIC" | "PRIVATE" | "CONFIDENTIAL";
  /** Its file name, what it says, and what its alarm says. */
  name: string;
  word: string;
  alarm: string;
}

const CLASSES = ["", "CLASS:PRIVATE", "CLASS:CONFIDENTIAL", "CLASS:X-SECRET"];
const meaning = ["PUBLIC", "PRIVATE", "CONFIDENTIAL", "PRIVATE"] as const;

export const items: Item[] = ["alice", "carol"].flatMap((owner) =>
  ["work", "home", "public", "secret"].flatMap((calendar) =>
    CLASSES.map((line, i): Item => {
      const id = `${owner}${calendar}${i}`.toUpperCase();
      const [name, word, alarm] = [`FILE${id}N`, `WORD${id}W`, `ALARM${id}A`];
      const lines = [
        "BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//test//EN", "BEGIN:VEVENT", `UID:${owner}-${calendar}-${i}`,
        "DTSTAMP:20260101T000000Z", "DTSTART:20260105T090000Z", "DTEND:20260105T100000Z", `SUMMARY:${word}`,
        `DESCRIPTION:a & b < c ${word}`, ...(line ? [line] : []),
        "BEGIN:VALARM", "ACTION:DISPLAY", `DESCRIPTION:${alarm}`, "TRIGGER:-PT15M", "END:VALARM",
        "END:VEVENT", "END:VCALENDAR", "",
      ]; // prettier-ignore
      const href = `/${owner}/${calendar}/${name}.ics`;
      return { owner, calendar, href, text: lines.join("\r\n"), class: meaning[i]!, name, word, alarm };
    }),
  ),
);

/**
 * Words of the world that a client must not have got, given what it said itself. Names of hidden objects count where
 * the server told only of what it was asked about (`scoped`).
 */
export function leaks(who: Who, said: string, got: string, now: number, scoped: boolean): string[] {
  return items.flatMap((item) => {
    const has = rights(who, item.owner, item.calendar, now);
    const shown = item.class === "PUBLIC" ? "show" : item.class === "PRIVATE" ? has.private : has.confidential;
    const reads = has.can.has("text") && shown === "show";
    const listed = has.can.has("see") && (shown !== "hide" || !scoped);
    const hidden = [
      ...(reads ? [] : [item.word]),
      ...(reads && has.alarms ? [] : [item.alarm]),
      ...(listed ? [] : [item.name]),
    ];
    return hidden.filter((word) => got.includes(word) && !said.includes(word));
  });
}

const escaped = (text: string): string => text.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/\r/g, "&#13;");
const data = (random: Random, text: string): string =>
  random.once(6) ? `<![CDATA[${text.replace(/\r/g, "")}]]>` : escaped(text);

/** One DAV:response with all that a talkative server may say of an object. */
function response(random: Random, item: Item): string {
  const odd = random.below(14);
  const calendarData = `<C:calendar-data>${data(random, item.text)}</C:calendar-data>`;
  const props =
    `<D:getetag>"${item.name.length}"</D:getetag><D:displayname>${item.word}</D:displayname>` +
    `<X:note xmlns:X="urn:x">${item.word}</X:note><D:getcontentlength>${item.text.length}</D:getcontentlength>` +
    calendarData;
  const propstat = `<D:propstat><D:prop>${props}</D:prop><D:status>HTTP/1.1 200 OK</D:status></D:propstat>`;
  const inside =
    odd === 0 ? `<D:prop>${calendarData}</D:prop>${propstat}`
    : odd === 1 ? `${item.word}${propstat}`
    : odd === 2 ? `<D:propstat><D:prop><X:w xmlns:X="urn:x">${calendarData}</X:w></D:prop></D:propstat>`
    : odd === 3 ? `<D:propstat>${calendarData}<D:prop><D:resourcetype/></D:prop></D:propstat>`
    : odd === 4 ? `${propstat}<X:extra xmlns:X="urn:x">${item.word}</X:extra>`
    : odd === 5 ? `<D:propstat><D:prop><A:address-data xmlns:A="urn:ietf:params:xml:ns:carddav">${escaped(item.text)}</A:address-data></D:prop></D:propstat>`
    : propstat; // prettier-ignore
  const href =
    odd === 6 ? `http://calendar.example${item.href}` : odd === 7 ? item.href.replace("w", "%77") : item.href;
  return `<D:response><D:href>${href}</D:href>${inside}</D:response>`;
}

/** What a server answers: with what it was asked about (`scoped`), or to all but the owner with everything. */
export function serve(random: Random, who: Who, request: UpstreamRequest, scoped: boolean): UpstreamReply {
  const path = decodeURIComponent(request.path.split("?")[0]!);
  const mine = who.user !== "" && `${path}/`.startsWith(`/${who.user}/`);
  const isDeep = request.headers.depth !== "0" && path !== "/" && !request.body.includes("multiget");
  const isAsked = (item: Item): boolean =>
    request.body.includes(item.href) || item.href === path || (isDeep && item.href.startsWith(path));
  const told = items.filter((item) => (scoped || mine ? isAsked(item) : true));
  const calendar = { "content-type": "text/calendar; charset=utf-8", etag: '"1"' };
  // Outside of the layout there are no calendars.
  if (path.startsWith("/.web")) return { body: "a page" };
  const found = items.find((item) => item.href === path);
  if (request.via === "call" && request.method === "REPORT") {
    const inside = items.filter((item) => item.href.startsWith(path));
    const body = inside.map(
      (item) => `<D:response><D:href>${item.href}</D:href><D:propstat><D:prop><C:calendar-data>${escaped(item.text)}</C:calendar-data></D:prop><D:status>HTTP/1.1 200 OK</D:status></D:propstat></D:response>`,
    ); // prettier-ignore
    return multistatus(body.join(""));
  }
  if (request.method === "PROPFIND" || request.method === "REPORT") {
    if (request.body.includes("free-busy-query"))
      return {
        headers: calendar,
        body: "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nBEGIN:VFREEBUSY\r\nEND:VFREEBUSY\r\nEND:VCALENDAR\r\n",
      };
    return multistatus(told.map((item) => response(random, item)).join(""));
  }
  if (request.method === "GET" || request.method === "HEAD") {
    if (found) return { headers: calendar, body: found.text };
    const whole = items.filter((item) => item.href.startsWith(path));
    return whole.length === 0 ? { status: 404 } : { headers: calendar, body: whole.map(({ text }) => text).join("") };
  }
  // As a server might that honours Prefer without being asked: with what is there now.
  if (found && random.once(3))
    return { status: random.pick([200, 201, 409, 412]), headers: calendar, body: found.text };
  return { status: random.pick([201, 204, 204, 403, 412]) };
}

const multistatus = (responses: string): UpstreamReply => ({
  status: 207,
  headers: { "content-type": "application/xml; charset=utf-8" },
  body: `<?xml version="1.0"?>\n<D:multistatus xmlns:D="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav">${responses}<D:sync-token>urn:1</D:sync-token></D:multistatus>`,
});

/** Does to an answer what networks and bad servers do. */
export function spoil(random: Random, reply: UpstreamReply): UpstreamReply {
  const bytes = Buffer.from(reply.body ?? "");
  const rest = { ...reply, body: undefined };
  const headers = { ...(reply.headers as Record<string, string>) };
  switch (random.below(16)) {
    case 0:
      return { ...rest, chunks: random.cut(bytes, 6) };
    case 1:
      return { ...rest, chunks: random.cut(bytes, 40), trailers: { "x-end": "1" } };
    case 2:
      return { ...rest, chunks: random.cut(bytes, 4), reset: "after chunks" };
    case 3:
      return { reset: "before headers" };
    case 4:
      return { ...reply, headers: { ...headers, "content-encoding": random.pick(["gzip", "identity", "br, identity"]) } };
    case 5:
      return { ...reply, status: random.pick([200, 201, 203, 204, 206, 207, 300, 304, 401, 404, 409, 412, 423, 500, 503, 507]) };
    case 6:
      return { ...reply, body: bytes.subarray(0, random.below(bytes.length + 1)) };
    case 7: {
      const mutated = Buffer.from(bytes);
      for (let i = random.below(4); i >= 0 && mutated.length > 0; i--) mutated[random.below(mutated.length)] = random.below(256);
      return { ...reply, body: mutated };
    }
    case 8:
      return { ...reply, headers: { ...headers, "x-large": "x".repeat(random.pick([1000, 60_000])) } };
    case 9:
      return { ...reply, headers: { ...headers, "content-type": random.pick(["", "text/plain", "application/xml", "text/calendar; charset=utf-16"]) } };
    default:
      return reply;
  } // prettier-ignore
}
