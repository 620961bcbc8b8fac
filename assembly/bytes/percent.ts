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

/** Bytes that a written segment has as they are: unreserved characters, and those of pchar that XML does not escape. */
const PLAIN: usize = memory.data(256);
const SIGNS: string = "-._~@:$+=,!()*";
for (let c: u8 = 1; c < 0x80; c++) {
  const isPlain = c - 97 < 26 || c - 65 < 26 || c - 48 < 10 || SIGNS.includes(String.fromCharCode(<i32>c));
  store<u8>(PLAIN + <usize>c, isPlain ? 1 : 0);
}

/** Writes a path segment percent-encoded: all but unreserved characters and
 * those of pchar (RFC 3986) that need no escaping in XML either. */
export function writeSegment(writer: Writer, ptr: usize, len: i32): void {
  const end = ptr + <usize>len;
  while (ptr < end) {
    let at = ptr;
    while (at < end && load<u8>(PLAIN + <usize>load<u8>(at))) at++;
    writer.bytes(ptr, <i32>(at - ptr));
    if (at < end) writer.percent(load<u8>(at++));
    ptr = at;
  }
}
