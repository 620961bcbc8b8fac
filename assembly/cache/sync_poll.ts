import { Text, text } from "../bytes/text";
import { Writer } from "../bytes/writer";
import { escapeText } from "../xml/escape";

const BEFORE: Text = text('<?xml version="1.0" encoding="utf-8"?>\n<D:multistatus xmlns:D="DAV:"><D:sync-token>');
const AFTER: Text = text("</D:sync-token></D:multistatus>\n");
const SYNC_TOKEN: Text = text("sync-token>");
/** A server that does not tell of all changes at once says so with this status (RFC 6578, 3.6). No token has a blank. */
const INSUFFICIENT_STORAGE: Text = text(" 507");
const MAX_TOKEN: i32 = 2048;

/**
 * The sync-token that the answer to a sync-collection, or to a PROPFIND of one calendar, says the calendar has now, as
 * it stands there, escaped: where it begins, with its length in `tokenLength`; 0 when there is none, or when it may not
 * be the present one.
 */
export function findToken(ptr: usize, len: i32): usize {
  tokenLength = 0;
  if (find(ptr, 0, len, INSUFFICIENT_STORAGE) >= 0) return 0;
  const opens = find(ptr, 0, len, SYNC_TOKEN);
  if (opens < 0) return 0;
  const start = opens + SYNC_TOKEN.len;
  const closes = find(ptr, start, len, SYNC_TOKEN);
  if (closes < 0 || find(ptr, closes + SYNC_TOKEN.len, len, SYNC_TOKEN) >= 0) return 0;
  let end = start;
  while (end < closes && load<u8>(ptr + <usize>end) != 0x3c) {
    // White space would stand in the token or beside it, and nobody can say which.
    if (load<u8>(ptr + <usize>end) <= 0x20) return 0;
    end++;
  }
  if (end == start || end >= closes || load<u8>(ptr + <usize>(end + 1)) != 0x2f || end - start > MAX_TOKEN) return 0;
  // What stands between has to be the prefix of the end tag: elsewhere, such a text may be anybody's.
  for (let at = end + 2; at < closes; at++) {
    const c = load<u8>(ptr + <usize>at);
    if (c == 0x3c || c == 0x3e || c == 0x2f) return 0;
  }
  tokenLength = end - start;
  return ptr + <usize>start;
}

/** Of the token that `findToken` found. */
export let tokenLength: i32 = 0;

/** Writes the answer to a sync-collection from this token on (as it stands in XML) when nothing has changed since. */
export function writeNoChange(token: usize, len: i32, out: Writer): void {
  out.text(BEFORE);
  out.bytes(token, len);
  out.text(AFTER);
}

/** As `writeNoChange`, for a token that is not escaped. */
export function writeNoChangeSince(token: usize, len: i32, out: Writer): void {
  out.text(BEFORE);
  escapeText(token, len, out);
  out.text(AFTER);
}

/** Where `what` stands from `from` on, or -1. */
function find(ptr: usize, from: i32, len: i32, what: Text): i32 {
  const first = load<u8>(what.ptr);
  for (let at = from; at + what.len <= len; at++) {
    if (load<u8>(ptr + <usize>at) != first) continue;
    if (memory.compare(ptr + <usize>at, what.ptr, <usize>what.len) == 0) return at;
  }
  return -1;
}
