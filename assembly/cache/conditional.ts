import { equal, Slice } from "../bytes/slice";
import { skipBlanks } from "../bytes/http_token";

/** What comes of the conditions of a GET or HEAD. */
export namespace Condition {
  /** Answer as if there were none. */
  export const HOLDS: i32 = 0;
  /** 304. */
  export const NOT_MODIFIED: i32 = 1;
  /** 412. */
  export const FAILED: i32 = 2;
  /** Only the server can tell. */
  export const UNKNOWN: i32 = 3;
}

/** What comes of looking for an entity tag in a list. */
namespace Match {
  export const NO: i32 = 0;
  export const YES: i32 = 1;
  export const ANY: i32 = 2;
  export const MALFORMED: i32 = 3;
}

/**
 * The conditions of a GET or HEAD (RFC 9110, 13), evaluated on what is stored. Lines of one header are handed in as one
 * list. A header that is absent is a slice whose `ptr` is 0; the bytes belong to the caller. Reused.
 */
export class Conditions {
  readonly ifMatch: Slice = new Slice();
  readonly ifNoneMatch: Slice = new Slice();
  readonly ifModifiedSince: Slice = new Slice();
  readonly ifUnmodifiedSince: Slice = new Slice();

  clear(): void {
    this.ifMatch.clear();
    this.ifNoneMatch.clear();
    this.ifModifiedSince.clear();
    this.ifUnmodifiedSince.clear();
  }

  /**
   * A value of `Condition`, in the order of RFC 9110, 13.2.2, for an answer with these `ETag` and `Last-Modified`, empty
   * where it has none. Dates are not compared but for being the very same: whoever has another one gets the answer in
   * full (If-Modified-Since), or the server's word (If-Unmodified-Since).
   */
  evaluate(etag: Slice, lastModified: Slice): i32 {
    if (this.ifMatch.ptr != 0) {
      const match = findTag(this.ifMatch, etag, false);
      if (match == Match.MALFORMED) return Condition.UNKNOWN;
      if (match == Match.NO) return isEntityTag(etag) ? Condition.FAILED : Condition.UNKNOWN;
    } else if (this.ifUnmodifiedSince.ptr != 0 && !isSameDate(this.ifUnmodifiedSince, lastModified)) {
      return Condition.UNKNOWN;
    }
    if (this.ifNoneMatch.ptr != 0) {
      const match = findTag(this.ifNoneMatch, etag, true);
      return match == Match.YES || match == Match.ANY ? Condition.NOT_MODIFIED : Condition.HOLDS;
    }
    return isSameDate(this.ifModifiedSince, lastModified) ? Condition.NOT_MODIFIED : Condition.HOLDS;
  }
}

/** True when the run is one entity-tag (RFC 9110, 8.8.3), weak or strong. */
export function isEntityTag(tag: Slice): bool {
  return tag.len > 0 && tagEnd(tag.ptr, tag.end) == tag.end;
}

/** True when both are entity tags, neither is weak, and they are equal (RFC 9110, 8.8.3.2). */
export function isSameStrongTag(a: Slice, b: Slice): bool {
  return isEntityTag(a) && load<u8>(a.ptr) == 0x22 && equal(a.ptr, a.len, b.ptr, b.len);
}

/** Looks for a tag in the list of an If-Match or If-None-Match, by strong or weak comparison. */
function findTag(list: Slice, tag: Slice, weak: bool): i32 {
  const end = list.end;
  const first = skipBlanks(list.ptr, end);
  if (first < end && load<u8>(first) == 0x2a) {
    return skipBlanks(first + 1, end) == end ? Match.ANY : Match.MALFORMED;
  }
  const isTag = isEntityTag(tag);
  let found = Match.MALFORMED;
  let p = first;
  while (p < end) {
    const stop = tagEnd(p, end);
    if (stop == 0) return Match.MALFORMED;
    if (found == Match.MALFORMED) found = Match.NO;
    if (isTag && (weak ? isSameOpaque(p, stop, tag) : isSameStrong(p, stop, tag))) found = Match.YES;
    p = skipBlanks(stop, end);
    if (p < end && load<u8>(p) != 0x2c) return Match.MALFORMED;
    while (p < end && load<u8>(p) == 0x2c) p = skipBlanks(p + 1, end);
  }
  return found;
}

/** The end of the entity-tag that begins at `p`, or 0. */
function tagEnd(p: usize, end: usize): usize {
  if (p + 2 <= end && load<u16>(p) == 0x2f57) p += 2;
  if (p >= end || load<u8>(p) != 0x22) return 0;
  for (p++; p < end; p++) {
    const c = load<u8>(p);
    if (c == 0x22) return p + 1;
    if (c <= 0x20 || c == 0x7f) return 0;
  }
  return 0;
}

function isSameStrong(p: usize, end: usize, tag: Slice): bool {
  return load<u8>(p) == 0x22 && equal(p, <i32>(end - p), tag.ptr, tag.len);
}

function isSameOpaque(p: usize, end: usize, tag: Slice): bool {
  const opaque = load<u8>(p) == 0x22 ? p : p + 2;
  const skip = load<u8>(tag.ptr) == 0x22 ? 0 : 2;
  return equal(opaque, <i32>(end - opaque), tag.ptr + <usize>skip, tag.len - skip);
}

/** True when both are the same text, and that is a date such as `Sun, 06 Nov 1994 08:49:37 GMT` (RFC 9110, 5.6.7). */
function isSameDate(a: Slice, b: Slice): bool {
  return a.len == DATE.length && equal(a.ptr, a.len, b.ptr, b.len) && isDate(a.ptr);
}

/** A IMF-fixdate: `A` stands for a letter, `0` for a digit, all else for itself. */
const DATE = "AAA, 00 AAA 0000 00:00:00 GMT";

function isDate(ptr: usize): bool {
  for (let i = 0; i < DATE.length; i++) {
    const c = load<u8>(ptr + <usize>i);
    const kind = DATE.charCodeAt(i);
    if (kind == 0x41) {
      if ((c | 32) - 97 >= 26) return false;
    } else if (kind == 0x30) {
      if (c - 48 >= 10) return false;
    } else if (<i32>c != kind) return false;
  }
  return true;
}
