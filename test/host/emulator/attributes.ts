import type { HeaderMap } from "./header-map.ts";
import { int, type Property } from "./properties.ts";

/** Attributes that every plain HTTP/1.1 connection has; a test adds more. */
export const CONNECTION: Record<string, Record<string, Property>> = {
  connection: { mtls: false, requested_server_name: "" },
  source: { address: "127.0.0.1:50000", port: int(50000) },
  destination: { address: "127.0.0.1:10000", port: int(10000) },
};

/**
 * `request.*`. What comes from headers is only there while the guest could read the headers.
 * @param headers those that can be read now, or null
 */
export function requestAttributes(headers: HeaderMap | null): Record<string, Property> {
  if (!headers) return { protocol: "HTTP/1.1" };
  const path = headers.get(":path") ?? "";
  const query = path.indexOf("?");
  const found: Record<string, string | null> = {
    path,
    url_path: query < 0 ? path : path.slice(0, query),
    query: query < 0 ? "" : path.slice(query + 1),
    host: headers.get(":authority"),
    scheme: headers.get(":scheme"),
    method: headers.get(":method"),
    id: headers.get("x-request-id"),
    referer: headers.get("referer"),
    useragent: headers.get("user-agent"),
  };
  const present = Object.entries(found).filter(([, value]) => value !== null);
  return { protocol: "HTTP/1.1", ...Object.fromEntries(present), headers: Object.fromEntries(headers.pairs()) };
}

/**
 * `response.*`. The code is there as soon as there is a response.
 * @param headers those that can be read now, or null
 * @param status of the response, or null before there is one
 */
export function responseAttributes(headers: HeaderMap | null, status: string | null): Record<string, Property> {
  return {
    ...(status === null ? {} : { code: int(Number(status)) }),
    ...(headers ? { headers: Object.fromEntries(headers.pairs()) } : {}),
  };
}
