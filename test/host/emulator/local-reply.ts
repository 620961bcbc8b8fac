import { HeaderMap } from "./header-map.ts";
import type { Pair } from "./pairs.ts";

/** A reply that Envoy or the filter makes instead of the upstream's. */
export interface LocalReply {
  status: number;
  body: Buffer;
  /** What the access log calls response code details. */
  details: string;
}

/** What Envoy says when the upstream breaks the connection before its headers. */
export const CONNECTION_BROKEN: LocalReply = {
  status: 503,
  body: Buffer.from("upstream connect error or disconnect/reset before headers. reset reason: connection termination"),
  details: "upstream_reset_before_response_started{connection_termination}",
};

/**
 * The headers of a local reply, as `Utility::prepareLocalReply` makes them: the filter's own first, but status and length
 * are the host's, and without a body there is no type.
 */
export function replyHeaders(reply: LocalReply, added: readonly Pair[]): HeaderMap {
  const { status, body } = reply;
  const length = String(body.length);
  const own = added
    .filter(([name]) => name !== ":status")
    .map(([name, value]): Pair => [name, name.toLowerCase() === "content-length" ? length : value]);
  const headers = new HeaderMap("response", [[":status", String(status)], ...own]);
  if (body.length > 0) {
    if (headers.get("content-length") === null) headers.set("content-length", length);
    if (headers.get("content-type") === null) headers.set("content-type", "text/plain");
  } else {
    headers.remove("content-length");
    headers.remove("content-type");
  }
  return headers;
}

/**
 * What the router refuses a request for, after the filter changed its headers; null when it may go on.
 * @param headers as the filter left them
 * @param forwarded whether Envoy had put `x-forwarded-proto` there: without it, it finds no route
 */
export function routerRefusal(headers: HeaderMap, forwarded: boolean): LocalReply | null {
  const noRoute = !headers.get(":path")?.startsWith("/") || (forwarded && headers.get("x-forwarded-proto") === null);
  if (noRoute) return { status: 404, body: Buffer.alloc(0), details: "route_not_found" };
  if (headers.get(":method") !== null) return null;
  const body = Buffer.from("missing required header: :method");
  return { status: 503, body, details: "filter_removed_required_request_headers{missing_required_header:_:method}" };
}
