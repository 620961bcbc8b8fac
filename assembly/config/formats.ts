import { isTokenByte } from "../bytes/http_token";
import { equalFolded, indexOf, startsWith } from "../bytes/slice";
import { Text, text } from "../bytes/text";
import { Format } from "./shape";

const GROUP = text("group:");
const MAX_NAME: i32 = 255;
const MAX_TEXT: i32 = 1024;

/** Fields that HTTP, WebDAV, CalDAV or Envoy give a meaning of their own: none of them can carry an identity. */
const RESERVED: Text[] = [
  "accept",
  "accept-charset",
  "accept-encoding",
  "accept-language",
  "authorization",
  "brief",
  "cache-control",
  "connection",
  "content-encoding",
  "content-language",
  "content-length",
  "content-location",
  "content-type",
  "cookie",
  "dav",
  "date",
  "depth",
  "destination",
  "etag",
  "expect",
  "forwarded",
  "host",
  "if",
  "if-match",
  "if-modified-since",
  "if-none-match",
  "if-range",
  "if-schedule-tag-match",
  "if-unmodified-since",
  "keep-alive",
  "lock-token",
  "origin",
  "overwrite",
  "prefer",
  "proxy-authenticate",
  "proxy-authorization",
  "proxy-connection",
  "range",
  "referer",
  "schedule-reply",
  "set-cookie",
  "te",
  "timeout",
  "trailer",
  "transfer-encoding",
  "upgrade",
  "user-agent",
  "vary",
  "via",
  "www-authenticate",
  "x-forwarded-for",
  "x-forwarded-host",
  "x-forwarded-port",
  "x-forwarded-proto",
  "x-http-method",
  "x-http-method-override",
  "x-method-override",
  "x-request-id",
].map<Text>((name: string) => text(name));

/** What is wrong with a text that must be of that format, as the end of a sentence; null when it is right. */
export function formatFault(format: i32, ptr: usize, len: i32): string | null {
  if (len == 0) return "must not be empty";
  if (hasControl(ptr, len)) return "must not hold control characters";
  if (len > MAX_TEXT) return "is longer than 1024 bytes";
  if (format == Format.NAME) return nameFault(ptr, len);
  if (format == Format.HEADER) return headerFault(ptr, len);
  if (format == Format.CALENDAR) return calendarFault(ptr, len);
  if (format == Format.SUBJECT) return subjectFault(ptr, len);
  if (format == Format.REALM) {
    if (len > MAX_NAME) return "is longer than 255 bytes";
    if (indexOf(ptr, len, 34) >= 0 || indexOf(ptr, len, 92) >= 0) return "must not hold quotes or backslashes";
    return null;
  }
  if (format == Format.DOMAIN) return domainFault(ptr, len);
  if (format == Format.USER_ID) return indexOf(ptr, len, 58) >= 0 ? 'must not hold ":" (RFC 7617)' : null;
  return null;
}

/** True when a subject is a group: then its name begins after `GROUP_PREFIX` bytes. */
export function isGroup(ptr: usize, len: i32): bool {
  return startsWith(ptr, len, GROUP);
}
export const GROUP_PREFIX: i32 = 6;

function nameFault(ptr: usize, len: i32): string | null {
  if (len == 0) return "must not be empty";
  if (len > MAX_NAME) return "is longer than 255 bytes";
  if (indexOf(ptr, len, 47) >= 0) return 'must not hold "/"';
  if (isDots(ptr, len)) return 'must not be "." or ".."';
  return null;
}

function subjectFault(ptr: usize, len: i32): string | null {
  if (isGroup(ptr, len)) {
    const fault = nameFault(ptr + GROUP_PREFIX, len - GROUP_PREFIX);
    return fault === null ? null : "the group's name " + fault;
  }
  if (len == 1 && load<u8>(ptr) == 42) return '"*" is nobody (write "authenticated" or "anyone")';
  return nameFault(ptr, len);
}

function calendarFault(ptr: usize, len: i32): string | null {
  const slash = indexOf(ptr, len, 47);
  const rest = ptr + <usize>(slash + 1);
  const restLen = len - slash - 1;
  if (slash < 0 || indexOf(rest, restLen, 47) >= 0) {
    return "must be OWNER/CALENDAR, as in alice/work" + (slash >= 0 ? ", with one slash" : "");
  }
  if (slash > 0 && load<u8>(ptr) == 46) return 'the owner can never match: no user\'s name begins with "."';
  const fault = segmentFault(ptr, slash);
  if (fault !== null) return "the owner " + fault;
  const second = segmentFault(rest, restLen);
  return second === null ? null : "the calendar " + second;
}

/** A segment of a path, decoded, or `*`. */
function segmentFault(ptr: usize, len: i32): string | null {
  if (len != 1 && indexOf(ptr, len, 42) >= 0) return 'has a "*" in it: "*" stands for one whole segment';
  if (indexOf(ptr, len, 92) >= 0 || indexOf(ptr, len, 59) >= 0) return 'can never match: no path holds "\\" or ";"';
  return nameFault(ptr, len);
}

/** A field name (RFC 9110, 5.1) that may carry an identity. */
function headerFault(ptr: usize, len: i32): string | null {
  if (load<u8>(ptr) == 58) return "must not be a pseudo header";
  for (let i = 0; i < len; i++) if (!isTokenByte(load<u8>(ptr + <usize>i))) return "is no name of an HTTP header";
  if (len > MAX_NAME) return "is longer than 255 bytes";
  for (let i = 0; i < RESERVED.length; i++) {
    if (equalFolded(ptr, len, RESERVED[i].ptr, RESERVED[i].len))
      return "must not be a header that means something else";
  }
  return null;
}

function domainFault(ptr: usize, len: i32): string | null {
  if (indexOf(ptr, len, 64) >= 0) return 'must be a domain without "@"';
  if (len > MAX_NAME) return "is longer than 255 bytes";
  for (let i = 0; i < len; i++) {
    const c = load<u8>(ptr + <usize>i);
    const inside = i > 0 && i < len - 1 && (c == 45 || c == 46);
    if (!isAlphanumeric(c) && !inside) return "must be a domain such as example.com";
  }
  return null;
}

function hasControl(ptr: usize, len: i32): bool {
  for (let i = 0; i < len; i++) {
    const c = load<u8>(ptr + <usize>i);
    if (c < 32 || c == 127) return true;
  }
  return false;
}

function isDots(ptr: usize, len: i32): bool {
  return len <= 2 && load<u8>(ptr) == 46 && load<u8>(ptr + <usize>(len - 1)) == 46;
}

function isAlphanumeric(c: u8): bool {
  return c - 48 < 10 || (c | 32) - 97 < 26;
}
