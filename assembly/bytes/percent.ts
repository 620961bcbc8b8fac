import { Writer } from "./writer";

/** The value of a hexadecimal digit, or -1. */
export function hexValue(c: u8): i32 {
  if (c >= 48 && c <= 57) return <i32>c - 48;
  const folded = c | 32;
  return folded >= 97 && folded <= 102 ? <i32>folded - 87 : -1;
}

/** The byte that the two hexadecimal digits at `ptr` stand for, or -1; never reads at or past `end`. */
export function hexByte(ptr: usize, end: usize): i32 {
  if (ptr + 2 > end) return -1;
  const high = hexValue(load<u8>(ptr));
  const low = hexValue(load<u8>(ptr, 1));
  return high < 0 || low < 0 ? -1 : (high << 4) | low;
}

/** Writes a path segment percent-encoded: all but unreserved characters and
 * those of pchar (RFC 3986) that need no escaping in XML either. */
export function writeSegment(writer: Writer, ptr: usize, len: i32): void {
  for (let i = 0; i < len; i++) {
    const c = load<u8>(ptr + <usize>i);
    if (isPlain(c)) writer.byte(c);
    else writer.percent(c);
  }
}

function isPlain(c: u8): bool {
  if (c - 97 < 26 || c - 65 < 26 || c - 48 < 10) return true;
  // - . _ ~ @ : $ + = , ! ( ) *   (not & and ', which would need escaping in XML)
  return (
    c == 45 ||
    c == 46 ||
    c == 95 ||
    c == 126 ||
    c == 64 ||
    c == 58 ||
    c == 36 ||
    c == 43 ||
    c == 61 ||
    c == 44 ||
    c == 33 ||
    c == 40 ||
    c == 41 ||
    c == 42
  );
}
