/** The answers that clients of the model got, in the form of the model's own. */
import { type Answer, type AnswerEntry, type Query } from "./calendar_reads.ts";
import { splitPath } from "./calendar_model.ts";
import { multistatus } from "./dav.ts";
import { isHidden, shownText, sightOf } from "./policy_model.ts";

/** What a client has of an answer. */
export interface Reply {
  /** 0: there was no whole answer. */
  status: number;
  headers: Record<string, string | string[] | undefined>;
  body: string;
}

/** True for an answer that says something about calendars; failures of the server say nothing. */
export const tells = ({ status }: Reply) => status > 0 && status < 500;

/** What a person's answer says, as `seenBy` has it, but with the tags as they came. */
export function observed(person: string, query: Query, { status, headers, body }: Reply): Answer {
  const sight = sightOf(person, query.path);
  const etag = headers.etag === undefined ? undefined : String(headers.etag);
  if (status === 304) return { status, etag };
  if (query.kind === "head" && status === 200) return { status, etag };
  if (query.kind === "get" && status === 200) return { status, etag, text: shownText(body, sight) };
  if (status === 206) return { status, etag, text: `${String(headers["content-range"])}: ${body}` };
  if (query.kind === "free-busy-query" && status === 200) return { status, busy: busyTimes(body) };
  if (status !== 207) return { status };
  const read = multistatus(body);
  const entries: Record<string, AnswerEntry> = {};
  for (const { href, status, props } of read.entries) {
    if (href in entries) return { status: -1 };
    // A sync tells that what is hidden is gone; to whom it was never there, that is nothing new.
    if (query.kind === "sync-collection" && status === 404 && isHidden(href, sight)) continue;
    const known = Object.entries(props).map(([name, value]) => [name, plain(name, value)]);
    entries[href] = { status, props: Object.fromEntries(known) };
    const data = entries[href].props["calendar-data"];
    if (data !== undefined && splitPath(href).name) entries[href].props["calendar-data"] = shownText(data, sight);
  }
  return query.kind === "sync-collection" ? { status, entries, token: read.token } : { status, entries };
}

/** A property's value without its XML. */
function plain(name: string, value: string): string {
  switch (name) {
    case "resourcetype":
      return value.includes('"calendar"') ? "calendar" : value.includes('"collection"') ? "collection" : "";
    case "current-user-principal":
      return /"href":"(.*?)"/.exec(value)?.[1] ?? value;
    case "current-user-privilege-set":
      return /"(write-content|all)"/.test(value) ? "write" : "read";
    default:
      return value.replaceAll("&#13;", "").replaceAll("\r", "");
  }
}

/** Of equal periods one is enough. */
function busyTimes(body: string): string[] {
  const lines = body.matchAll(/^FREEBUSY(?:;[^:]*)?:(.*?)\r?$/gm);
  return [...new Set([...lines].map(([, value = ""]) => value))].sort();
}
