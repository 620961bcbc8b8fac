import { XmlError } from "./error";

const NAME_START: u8 = 1;
const NAME: u8 = 2;
const SPACE: u8 = 4;
const BEYOND_ASCII: u8 = 8;

/** What each byte may be. The colon is no name character here: names are taken apart at it. */
// prettier-ignore
const CLASS: usize = memory.data<u8>([
  0, 0, 0, 0, 0, 0, 0, 0, 0, 4, 4, 0, 0, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
  4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2, 2, 0, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 0, 0, 0, 0, 0, 0,
  0, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 0, 0, 0, 0, 3,
  0, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 0, 0, 0, 0, 0,
  8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8,
  8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8,
  8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8,
  8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8,
]);

export function isSpace(c: u8): bool {
  return (load<u8>(CLASS + <usize>c) & SPACE) != 0;
}

/** The first byte at or after `p` that is not white space, or `end`. */
export function skipSpace(p: usize, end: usize): usize {
  while (p < end && isSpace(load<u8>(p))) p++;
  return p;
}

/** The end of the NCName (Namespaces in XML, 3) that begins at `p`; `p` itself when none does. */
export function nameEnd(p: usize, end: usize): usize {
  if (p >= end) return p;
  let kind = load<u8>(CLASS + <usize>load<u8>(p));
  if (kind & NAME_START) p++;
  else if (kind & BEYOND_ASCII) {
    const point = codePoint(p, end);
    if (!startsName(point)) return p;
    p += <usize>byteLength(point);
  } else return p;
  while (p < end) {
    kind = load<u8>(CLASS + <usize>load<u8>(p));
    if (kind & NAME) {
      p++;
      continue;
    }
    if (!(kind & BEYOND_ASCII)) break;
    const point = codePoint(p, end);
    if (!continuesName(point)) break;
    p += <usize>byteLength(point);
  }
  return p;
}

/** NameStartChar beyond ASCII (XML 1.0, 5th edition, 2.3). */
function startsName(c: i32): bool {
  return (
    (c >= 0xc0 && c <= 0x2ff && c != 0xd7 && c != 0xf7) ||
    (c >= 0x370 && c <= 0x1fff && c != 0x37e) ||
    c == 0x200c ||
    c == 0x200d ||
    (c >= 0x2070 && c <= 0x218f) ||
    (c >= 0x2c00 && c <= 0x2fef) ||
    (c >= 0x3001 && c <= 0xd7ff) ||
    (c >= 0xf900 && c <= 0xfdcf) ||
    (c >= 0xfdf0 && c <= 0xfffd) ||
    (c >= 0x10000 && c <= 0xeffff)
  );
}

/** NameChar beyond ASCII (XML 1.0, 5th edition, 2.3). */
function continuesName(c: i32): bool {
  return startsName(c) || c == 0xb7 || (c >= 0x300 && c <= 0x36f) || c == 0x203f || c == 0x2040;
}

/** Char (XML 1.0, 2.2): the code points that a document may hold, as they are or by reference. */
export function isChar(c: i32): bool {
  if (c < 0x20) return c == 9 || c == 10 || c == 13;
  return c <= 0xd7ff || (c >= 0xe000 && c <= 0xfffd) || (c >= 0x10000 && c <= 0x10ffff);
}

/** How many bytes the code point takes in UTF-8. */
export function byteLength(point: i32): i32 {
  return point < 0x80 ? 1 : point < 0x800 ? 2 : point < 0x10000 ? 3 : 4;
}

/** The code point whose UTF-8 begins at `p`; -1 when it is cut short, overlong, a surrogate or beyond U+10FFFF. */
export function codePoint(p: usize, end: usize): i32 {
  const first = <i32>load<u8>(p);
  if (first < 0x80) return first;
  const left = <i32>(end - p);
  if (first < 0xc2 || first > 0xf4 || left < 2) return -1;
  const second = follow(p, 1);
  if (second < 0) return -1;
  if (first < 0xe0) return ((first & 0x1f) << 6) | second;
  if (left < 3) return -1;
  const third = follow(p, 2);
  if (third < 0) return -1;
  if (first < 0xf0) {
    const point = ((first & 0x0f) << 12) | (second << 6) | third;
    return point < 0x800 || (point >= 0xd800 && point <= 0xdfff) ? -1 : point;
  }
  if (left < 4) return -1;
  const fourth = follow(p, 3);
  if (fourth < 0) return -1;
  const point = ((first & 0x07) << 18) | (second << 12) | (third << 6) | fourth;
  return point < 0x10000 || point > 0x10ffff ? -1 : point;
}

/** The six bits of a continuation byte, or -1. */
function follow(p: usize, at: usize): i32 {
  const c = <i32>load<u8>(p + at);
  return (c & 0xc0) == 0x80 ? c & 0x3f : -1;
}

/**
 * Looks through a whole document for bytes that are no UTF-8 (ENCODING), NUL, which speaks of UTF-16 (ENCODING), and
 * code points that XML forbids (MALFORMED). With `ascii`, any byte beyond ASCII is ENCODING.
 */
export function checkCharacters(ptr: usize, len: i32, ascii: bool): i32 {
  const end = ptr + <usize>len;
  let p = ptr;
  while (p < end) {
    // Sixteen bytes of 0x20..0x7f at once: as signed bytes, those are the ones above 0x1f.
    if (end - p >= 16 && v128.bitmask<i8>(i8x16.gt_s(v128.load(p), i8x16.splat(0x1f))) == 0xffff) {
      p += 16;
      continue;
    }
    const stop = min(end, p + 16);
    while (p < stop) {
      const c = load<u8>(p);
      if (c >= 0x20 && c < 0x80) {
        p++;
        continue;
      }
      if (c == 0) return XmlError.ENCODING;
      const point = codePoint(p, end);
      if (point < 0 || (ascii && point >= 0x80)) return XmlError.ENCODING;
      if (!isChar(point)) return XmlError.MALFORMED;
      p += <usize>byteLength(point);
    }
  }
  return XmlError.NONE;
}
