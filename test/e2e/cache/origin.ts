/** A small calendar server that counts: what reaches it is what the cache did not answer. */
import type { ServerResponse } from "node:http";
import {
  event,
  type Handler,
  type Recorded,
  request,
  type RequestOptions,
  type Response,
  startUpstream,
  type Upstream,
} from "../support/index.ts";

export interface Origin extends Upstream {
  /** What all that it has is a version of. Every write makes a new one; a test may too, as a write past the proxy. */
  version: number;
  /** How it answers by itself; for handlers that answer only some requests in another way. */
  normal: Handler;
  /** Begins anew: nothing was asked, and it answers by itself. */
  reset(): void;
}

/** An answer, and what the cache did. */
export interface Answer extends Response {
  /** `Cache-Status`. */
  cache: string;
  /** How many requests reached the server meanwhile. */
  asked: number;
}

export const hit = /^caldav; hit; ttl=\d+$/;
export const stored = "caldav; fwd=miss; stored";

/** Starts the server. */
export async function startOrigin(): Promise<Origin> {
  const normal: Handler = (asked, response) => answer(origin, asked, response);
  const upstream = await startUpstream(normal);
  const reset = (): void => {
    upstream.requests.length = 0;
    upstream.respond(normal);
  };
  const origin: Origin = Object.assign(upstream, { version: 1, normal, reset });
  return origin;
}

export type Ask = (person: string, path: string, options?: RequestOptions) => Promise<Answer>;

/** Asks one listener, as somebody whom `x-caldav-user` names; "" for nobody. */
export function asking(url: string, { requests }: Upstream): Ask {
  return async (person, path, options = {}) => {
    const before = requests.length;
    const signed = person === "" ? {} : { "x-caldav-user": person };
    const headers = [...Object.entries(signed), ...pairsOf(options.headers)] as [string, string][];
    const answer = await request(url, path, { ...options, headers });
    return { ...answer, cache: answer.headers["cache-status"] ?? "", asked: requests.length - before };
  };
}

const pairsOf = (headers: RequestOptions["headers"] = {}) =>
  Array.isArray(headers) ? headers : Object.entries(headers);

const calendars = ["work", "home"];
const objects = ["1.ics", "2.ics"];
const multistatusType = { "content-type": "application/xml; charset=utf-8" };

function answer(origin: Origin, { method, path, headers, body }: Recorded, response: ServerResponse): void {
  const tag = `"v${origin.version}"`;
  switch (method) {
    case "GET":
    case "HEAD":
      if (headers["if-none-match"] === tag) return void response.writeHead(304, { etag: tag }).end();
      response.writeHead(200, { "content-type": "text/calendar; charset=utf-8", etag: tag });
      return void response.end(method === "HEAD" ? undefined : event("1", `Version ${origin.version}`));
    case "PROPFIND":
    case "REPORT":
      if (body.includes("free-busy-query")) {
        response.writeHead(200, { "content-type": "text/calendar; charset=utf-8" });
        return void response.end(busyTime(origin.version));
      }
      response.writeHead(207, multistatusType);
      return void response.end(multistatus(origin.version, named(path, headers.depth, method, body), body));
    case "PROPPATCH":
      origin.version++;
      response.writeHead(207, multistatusType);
      return void response.end(multistatus(origin.version, [path], body));
    default:
      origin.version++;
      response.writeHead(/^MK|COPY|MOVE/.test(method) ? 201 : 204).end();
  }
}

/** What a PROPFIND of this depth, or a report, is about. */
function named(path: string, depth: unknown, method: string, body: string): string[] {
  const isCalendar = path.split("/").length === 4 && path.endsWith("/");
  if (body.includes("multiget")) return [...body.matchAll(/href>([^<]*)</g)].map(([, href = ""]) => href);
  if (method === "REPORT") return objects.map((name) => path + name);
  if (depth === "0" || !path.endsWith("/")) return [path];
  return [path, ...(isCalendar ? objects : calendars.map((name) => `${name}/`)).map((name) => path + name)];
}

function multistatus(version: number, hrefs: string[], body: string): string {
  const names = [...body.matchAll(/<(?:\w+:)?(\w[\w-]*)\s*\/?>/g)].map(([, name = ""]) => name);
  const responses = hrefs.map((href) => {
    const props = names.map((name) => property(name, href, version)).join("");
    const propstat = `<D:propstat><D:prop>${props}</D:prop><D:status>HTTP/1.1 200 OK</D:status></D:propstat>`;
    return `<D:response><D:href>${href}</D:href>${propstat}</D:response>`;
  });
  const token = body.includes("sync-collection") ? `<D:sync-token>token-${version}</D:sync-token>` : "";
  return (
    '<?xml version="1.0"?><D:multistatus xmlns:D="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav" ' +
    `xmlns:S="http://calendarserver.org/ns/">${responses.join("")}${token}</D:multistatus>\n`
  );
}

function property(name: string, href: string, version: number): string {
  switch (name) {
    case "getctag":
      return `<S:getctag>ctag-${version}</S:getctag>`;
    case "sync-token":
      return `<D:sync-token>token-${version}</D:sync-token>`;
    case "resourcetype":
      return `<D:resourcetype>${href.endsWith("/") ? "<D:collection/>" : ""}${/^\/\w+\/\w+\/$/.test(href) ? "<C:calendar/>" : ""}</D:resourcetype>`;
    case "calendar-data":
      return `<C:calendar-data>${event("1", `Version ${version}`)}</C:calendar-data>`;
    case "getetag":
      return href.endsWith("/") ? "" : `<D:getetag>"v${version}"</D:getetag>`;
    case "displayname":
      return `<D:displayname>Version ${version}</D:displayname>`;
    default:
      return "";
  }
}

function busyTime(version: number): string {
  const period = `20260105T0900${String(version % 60).padStart(2, "0")}Z/PT1H`;
  const lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//test//EN", "BEGIN:VFREEBUSY", `FREEBUSY:${period}`];
  return [...lines, "END:VFREEBUSY", "END:VCALENDAR", ""].join("\r\n");
}
