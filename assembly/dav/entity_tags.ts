import { equal } from "../bytes/slice";
import { text, Text } from "../bytes/text";
import { Writer } from "../bytes/writer";
import { ViewTags } from "../policy/view_tag";

/** An entity tag that no server gives: what a foreign or outdated tag becomes, so that it never matches. */
const NEVER: Text = text('"caldav-no-match"');

/**
 * Writes the ETag that a view has for the server's (RFC 9110, 8.8.3), weak if that was weak. False when `ptr`/`len` is
 * no entity tag or a very long one: then there is none for the view.
 */
export function encodeEntityTag(tags: ViewTags, code: u32, ptr: usize, len: i32, out: Writer): bool {
  const weak = len > 2 && load<u8>(ptr) == 0x57 && load<u8>(ptr, 1) == 0x2f;
  const start = weak ? ptr + 2 : ptr;
  const size = weak ? len - 2 : len;
  if (size < 2 || load<u8>(start) != 0x22 || load<u8>(start + <usize>(size - 1)) != 0x22) return false;
  const mark = out.len;
  if (weak) {
    out.byte(0x57);
    out.byte(0x2f);
  }
  out.byte(0x22);
  if (!tags.encode(code, start + 1, size - 2, out)) {
    out.len = mark;
    return false;
  }
  out.byte(0x22);
  return !out.overflow;
}

/**
 * Writes the server's entity tag that the view's at `ptr`/`len` stands for, weak if that is weak. False, with a tag that
 * never matches written, when it is not of this view.
 */
export function decodeEntityTag(tags: ViewTags, code: u32, ptr: usize, len: i32, out: Writer): bool {
  const weak = len > 2 && load<u8>(ptr) == 0x57;
  const mark = out.len;
  if (weak) {
    out.byte(0x57);
    out.byte(0x2f);
  }
  const quote = weak ? 2 : 0;
  out.byte(0x22);
  if (tags.decode(code, ptr + <usize>(quote + 1), len - quote - 2, out)) {
    out.byte(0x22);
    return true;
  }
  out.len = mark;
  out.text(NEVER);
  return false;
}

/**
 * Maps the list of an If-Match or If-None-Match (RFC 9110, 13.1) from the view's tags to the server's. `*` stays; a tag
 * that is not of this view becomes one that never matches.
 */
export function decodeEntityTagList(tags: ViewTags, code: u32, ptr: usize, len: i32, out: Writer): void {
  let at = ptr;
  const end = ptr + <usize>len;
  let first = true;
  while (at < end) {
    const c = load<u8>(at);
    if (c == 0x20 || c == 0x09 || c == 0x2c) {
      at++;
      continue;
    }
    if (!first) {
      out.byte(0x2c);
      out.byte(0x20);
    }
    first = false;
    // `*` stands alone: in a list, a server that reads it all the same would take any tag.
    if (c == 0x2a && isAlone(ptr, len)) {
      out.byte(0x2a);
      at++;
      continue;
    }
    const start = at;
    if (c == 0x57 && at + 1 < end && load<u8>(at, 1) == 0x2f) at += 2;
    if (at >= end || load<u8>(at) != 0x22) {
      out.text(NEVER);
      while (at < end && load<u8>(at) != 0x2c) at++;
      continue;
    }
    do at++;
    while (at < end && load<u8>(at) != 0x22);
    at = min(at + 1, end);
    decodeEntityTag(tags, code, start, <i32>(at - start), out);
  }
  if (first) out.text(NEVER);
}

/** True when the list of an If-Match or If-None-Match has the tag, strong or weak as it is. */
export function listsEntityTag(list: usize, len: i32, tag: usize, tagLen: i32): bool {
  const end = list + <usize>len;
  let at = list;
  while (at < end) {
    const c = load<u8>(at);
    if (c == 0x20 || c == 0x09 || c == 0x2c) {
      at++;
      continue;
    }
    const start = at;
    while (at < end && load<u8>(at) != 0x22 && load<u8>(at) != 0x2c) at++;
    if (at < end && load<u8>(at) == 0x22) {
      do at++;
      while (at < end && load<u8>(at) != 0x22);
      if (at < end) at++;
    }
    if (equal(start, <i32>(at - start), tag, tagLen)) return true;
  }
  return false;
}

/** True when there is but one byte, and blanks. */
function isAlone(ptr: usize, len: i32): bool {
  let count = 0;
  for (let i = 0; i < len; i++) if (load<u8>(ptr + <usize>i) > 0x20) count++;
  return count == 1;
}
