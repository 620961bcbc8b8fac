import { text, Text } from "../bytes/text";

/** Header names and values, encoded once. */
export const PATH: Text = text(":path");
export const METHOD: Text = text(":method");
export const AUTHORITY: Text = text(":authority");
export const SCHEME: Text = text(":scheme");
export const STATUS: Text = text(":status");
export const ACCEPT_ENCODING: Text = text("accept-encoding");
export const ALLOW: Text = text("allow");
export const AUTHORIZATION: Text = text("authorization");
export const CACHE_CONTROL: Text = text("cache-control");
export const CONTENT_ENCODING: Text = text("content-encoding");
export const CONTENT_LENGTH: Text = text("content-length");
export const CONTENT_TYPE: Text = text("content-type");
export const COOKIE: Text = text("cookie");
export const DAV: Text = text("dav");
export const DEPTH: Text = text("depth");
export const DESTINATION: Text = text("destination");
export const ETAG: Text = text("etag");
export const IF: Text = text("if");
export const IF_MATCH: Text = text("if-match");
export const IF_MODIFIED_SINCE: Text = text("if-modified-since");
export const IF_NONE_MATCH: Text = text("if-none-match");
export const IF_SCHEDULE_TAG_MATCH: Text = text("if-schedule-tag-match");
export const IF_UNMODIFIED_SINCE: Text = text("if-unmodified-since");
export const LOCATION: Text = text("location");
export const OVERWRITE: Text = text("overwrite");
export const PREFER: Text = text("prefer");
export const RANGE: Text = text("range");
export const RETRY_AFTER: Text = text("retry-after");
export const SCHEDULE_TAG: Text = text("schedule-tag");
export const SET_COOKIE: Text = text("set-cookie");
export const TRANSFER_ENCODING: Text = text("transfer-encoding");
export const VARY: Text = text("vary");
export const WWW_AUTHENTICATE: Text = text("www-authenticate");

export const GET: Text = text("GET");
export const NO: Text = text("F");
export const ZERO: Text = text("0");
export const ANY_ETAG: Text = text("*");
export const EMPTY: Text = text("");
export const NO_CACHE_NO_STORE: Text = text("no-cache, no-store");
export const PRIVATE_NO_CACHE: Text = text("private, no-cache");
export const PLAIN_TEXT: Text = text("text/plain; charset=utf-8");
export const CACHE_STATUS: Text = text("cache-status");
export const CALENDAR: Text = text("text/calendar; charset=utf-8");
export const ONE: Text = text("1");
export const PROPFIND: Text = text("PROPFIND");
export const REPORT: Text = text("REPORT");
export const XML: Text = text("application/xml; charset=utf-8");

/**
 * Headers by which a client could make the server see another method, path or person than the filter judged. They
 * never reach the server with a client's value.
 */
export const STRIPPED: Text[] = [
  text("x-http-method-override"),
  text("x-http-method"),
  text("x-method-override"),
  text("x-method"),
  text("x-original-method"),
  text("x-original-url"),
  text("x-original-uri"),
  text("x-rewrite-url"),
  text("x-script-name"),
  text("x-forwarded-prefix"),
  text("remote-user"),
  text("x-remote-user"),
  text("x-forwarded-user"),
  text("x-forwarded-email"),
  text("x-forwarded-groups"),
  text("x-forwarded-preferred-username"),
  text("x-authenticated-user"),
  text("x-auth-user"),
  text("x-auth-request-user"),
  text("x-auth-request-email"),
  text("x-webauth-user"),
  text("x-user"),
  text("x-caldav-user"),
  text("x-caldav-groups"),
  text("x-webobjects-remote-user"),
  text("x-proxy-user"),
  text("authorize-as"),
];
