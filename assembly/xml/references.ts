import { Writer } from "../bytes/writer";
import { byteLength, isChar } from "./chars";

const AMPERSAND: u8 = 0x26;
const LESS_THAN: u8 = 0x3c;
const CARRIAGE_RETURN: u8 = 13;
const LINE_FEED: u8 = 10;

/**
 * Reads the reference that begins with the `&` at `p`: one of the five predefined entities or a character reference
 * (XML 1.0, 4.1, 4.6). Gives its length in the upper and its code point in the lower 32 bits, or 0 when it is neither.
 */
export function reference(p: usize, end: usize): u64 {
  const start = p++;
  if (p < end && load<u8>(p) == 0x23) return numeric(start, end);
  const left = end - p;
  if (left >= 3 && load<u8>(p + 1) == 0x74 && load<u8>(p + 2) == 0x3b) {
    if (load<u8>(p) == 0x6c) return (4 << 32) | 0x3c;
    if (load<u8>(p) == 0x67) return (4 << 32) | 0x3e;
  }
  if (left >= 4 && load<u32>(p) == 0x3b706d61) return (5 << 32) | 0x26;
  if (left >= 5 && load<u8>(p + 4) == 0x3b) {
    const name = load<u32>(p);
    if (name == 0x746f7571) return (6 << 32) | 0x22;
    if (name == 0x736f7061) return (6 << 32) | 0x27;
  }
  return 0;
}

/** `&#10;`, `&#xA;` */
function numeric(start: usize, end: usize): u64 {
  let p = start + 2;
  const hex = p < end && load<u8>(p) == 0x78;
  if (hex) p++;
  const digits = p;
  let point = 0;
  for (; p < end; p++) {
    const c = load<u8>(p);
    if (c == 0x3b) break;
    const digit = digitOf(c, hex);
    if (digit < 0) return 0;
    point = min(point * (hex ? 16 : 10) + digit, 0x110000);
  }
  if (p == digits || p >= end || !isChar(point)) return 0;
  return ((<u64>(p + 1 - start)) << 32) | (<u64>point);
}

/** The value of a decimal or hexadecimal digit, or -1. */
export function digitOf(c: u8, hex: bool): i32 {
  if (c - 48 < 10) return <i32>c - 48;
  if (hex && (c | 32) - 97 < 6) return <i32>(c | 32) - 87;
  return -1;
}

/** Writes one code point as UTF-8. */
export function writePoint(point: i32, out: Writer): void {
  const size = byteLength(point);
  if (size == 1) {
    out.byte(<u8>point);
    return;
  }
  if (!out.reserve(size)) return;
  const p = out.ptr + <usize>out.len;
  for (let i = size - 1; i > 0; i--) {
    store<u8>(p + <usize>i, <u8>(0x80 | (point & 0x3f)));
    point >>= 6;
  }
  store<u8>(p, <u8>((0xf00 >> size) | point));
  out.len += size;
}

/**
 * Writes character data with its references resolved and line ends made LF (XML 1.0, 2.11). False when a reference is
 * wrong; what stands before it is written.
 */
export function decodeText(ptr: usize, len: i32, out: Writer): bool {
  return decode(ptr, len, false, out);
}

/** As `decodeText`, for an attribute's value: white space becomes spaces (XML 1.0, 3.3.3), and `<` is wrong. */
export function decodeAttribute(ptr: usize, len: i32, out: Writer): bool {
  return decode(ptr, len, true, out);
}

function decode(ptr: usize, len: i32, attribute: bool, out: Writer): bool {
  const end = ptr + <usize>len;
  let run = ptr;
  let p = ptr;
  while (p < end) {
    const c = load<u8>(p);
    if (c > AMPERSAND && c != LESS_THAN) {
      p++;
      continue;
    }
    if (c == AMPERSAND) {
      out.bytes(run, <i32>(p - run));
      const found = reference(p, end);
      if (found == 0) return false;
      writePoint(<i32>found, out);
      p += <usize>(found >> 32);
      run = p;
    } else if (c == CARRIAGE_RETURN || (attribute && (c == LINE_FEED || c == 9))) {
      out.bytes(run, <i32>(p - run));
      out.byte(attribute ? 32 : LINE_FEED);
      p++;
      if (c == CARRIAGE_RETURN && p < end && load<u8>(p) == LINE_FEED) p++;
      run = p;
    } else if (c == LESS_THAN && attribute) return false;
    else p++;
  }
  out.bytes(run, <i32>(p - run));
  return true;
}

/** Writes the text of a CDATA section: only its line ends change. */
export function decodeCdata(ptr: usize, len: i32, out: Writer): void {
  const end = ptr + <usize>len;
  let run = ptr;
  for (let p = ptr; p < end; p++) {
    if (load<u8>(p) != CARRIAGE_RETURN) continue;
    out.bytes(run, <i32>(p - run));
    out.byte(LINE_FEED);
    if (p + 1 < end && load<u8>(p + 1) == LINE_FEED) p++;
    run = p + 1;
  }
  out.bytes(run, <i32>(end - run));
}

/** True when every `&` of an attribute's value or of text begins a right reference. */
export function checkReferences(p: usize, end: usize): bool {
  while (p < end) {
    if (load<u8>(p) != AMPERSAND) {
      p++;
      continue;
    }
    const found = reference(p, end);
    if (found == 0) return false;
    p += <usize>(found >> 32);
  }
  return true;
}
