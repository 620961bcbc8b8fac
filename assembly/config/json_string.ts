import { hexValue } from "../bytes/percent";

/**
 * Writes what the inside of a JSON string (RFC 8259, section 7) stands for to `out`, which must have room for as many
 * bytes: an escape is never shorter than what it stands for. Gives the bytes written, or -1 for an escape that is none,
 * half a surrogate pair included. A backslash is never the last byte.
 */
export function unescapeJson(from: usize, to: usize, out: usize): i32 {
  let write = out;
  for (let at = from; at < to; at++) {
    let c = load<u8>(at);
    if (c == 92) {
      c = load<u8>(++at);
      if (c == 117) {
        let code = hex4(at + 1, to);
        at += 4;
        if (code >= 0xd800 && code < 0xdc00) {
          const low = at + 2 < to && load<u8>(at, 1) == 92 && load<u8>(at, 2) == 117 ? hex4(at + 3, to) : -1;
          code = low >= 0xdc00 && low < 0xe000 ? 0x10000 + ((code - 0xd800) << 10) + (low - 0xdc00) : -1;
          at += 6;
        } else if (code >= 0xdc00 && code < 0xe000) code = -1;
        if (code < 0) return -1;
        write = writeUtf8(write, code);
        continue;
      }
      c = unescaped(c);
      if (c == 0) return -1;
    }
    store<u8>(write++, c);
  }
  return <i32>(write - out);
}

function hex4(at: usize, end: usize): i32 {
  if (at + 4 > end) return -1;
  let code = 0;
  for (let i = 0; i < 4; i++) {
    const digit = hexValue(load<u8>(at + <usize>i));
    if (digit < 0) return -1;
    code = (code << 4) | digit;
  }
  return code;
}

/** What the letter after a backslash stands for; 0 when nothing. */
function unescaped(c: u8): u8 {
  switch (c) {
    case 34:
    case 47:
    case 92:
      return c;
    case 98:
      return 8;
    case 102:
      return 12;
    case 110:
      return 10;
    case 114:
      return 13;
    case 116:
      return 9;
    default:
      return 0;
  }
}

function writeUtf8(at: usize, code: i32): usize {
  if (code < 0x80) {
    store<u8>(at, <u8>code);
    return at + 1;
  }
  if (code < 0x800) {
    store<u8>(at, <u8>(0xc0 | (code >> 6)));
    store<u8>(at, <u8>(0x80 | (code & 63)), 1);
    return at + 2;
  }
  if (code < 0x10000) {
    store<u8>(at, <u8>(0xe0 | (code >> 12)));
    store<u8>(at, <u8>(0x80 | ((code >> 6) & 63)), 1);
    store<u8>(at, <u8>(0x80 | (code & 63)), 2);
    return at + 3;
  }
  store<u8>(at, <u8>(0xf0 | (code >> 18)));
  store<u8>(at, <u8>(0x80 | ((code >> 12) & 63)), 1);
  store<u8>(at, <u8>(0x80 | ((code >> 6) & 63)), 2);
  store<u8>(at, <u8>(0x80 | (code & 63)), 3);
  return at + 4;
}
