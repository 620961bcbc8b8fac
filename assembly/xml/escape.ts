import { Writer } from "../bytes/writer";

/** The references as little-endian words, `&amp;` to `&#13;`. */
const AMP: u64 = 0x3b706d6126;
const LT: u64 = 0x3b746c26;
const GT: u64 = 0x3b746726;
const QUOT: u64 = 0x3b746f757126;
const CR: u64 = 0x3b33312326;

/** How many bytes are escaped before more room is asked for; each becomes up to six. */
const BLOCK: usize = 64;
/** Room beyond what is written, for whole vectors and words. */
const SLACK: i32 = 16;

/**
 * Writes text so that an XML parser reads the very same: `&`, `<`, `>` and `"` as entities, and CR as a character
 * reference, since parsers take a bare one for a line end (XML 1.0, 2.11). It fits content and quoted values.
 */
export function escapeText(ptr: usize, len: i32, out: Writer): void {
  const end = ptr + <usize>max(len, 0);
  let from = ptr;
  while (from < end) {
    const stop = min(end, from + BLOCK);
    if (!out.reserve(<i32>(stop - from) * 6 + SLACK)) return;
    let to = out.ptr + <usize>out.len;
    while (stop - from >= 16) {
      const bytes = v128.load(from);
      v128.store(to, bytes);
      const hits = specials(bytes);
      const plain = <usize>ctz(hits | 0x10000);
      from += plain;
      to += plain;
      if (hits != 0) to = putReference(to, load<u8>(from++));
    }
    while (from < stop) to = putEscaped(to, load<u8>(from++));
    out.len = <i32>(to - out.ptr);
  }
}

/** A bit for each byte that must be escaped. */
// @ts-ignore: decorator
@inline
function specials(bytes: v128): i32 {
  const one = v128.or(i8x16.eq(bytes, i8x16.splat(0x26)), i8x16.eq(bytes, i8x16.splat(0x3c)));
  const two = v128.or(i8x16.eq(bytes, i8x16.splat(0x3e)), i8x16.eq(bytes, i8x16.splat(13)));
  return v128.bitmask<i8>(v128.or(v128.or(one, two), i8x16.eq(bytes, i8x16.splat(0x22))));
}

/** Puts one byte, escaped if it must be; gives where it ends. Up to eight bytes are written. */
function putEscaped(to: usize, c: u8): usize {
  if (c == 13 || c == 0x22 || c == 0x26 || c == 0x3c || c == 0x3e) return putReference(to, c);
  store<u8>(to, c);
  return to + 1;
}

/** Puts the reference to a byte that must be escaped; gives where it ends. Eight bytes are written. */
// @ts-ignore: decorator
@inline
function putReference(to: usize, c: u8): usize {
  if (c == 13) {
    store<u64>(to, CR);
    return to + 5;
  }
  if (c == 0x26) {
    store<u64>(to, AMP);
    return to + 5;
  }
  if (c == 0x22) {
    store<u64>(to, QUOT);
    return to + 6;
  }
  store<u64>(to, c == 0x3c ? LT : GT);
  return to + 4;
}
