import { isUtf8 } from "../bytes/utf8";

/**
 * True when the run is valid UTF-8 with nothing in it that a reader could take for a line end or not show at all: no
 * control characters (C0, DEL, C1) and no line or paragraph separator (U+2028, U+2029).
 */
export function isPlainText(ptr: usize, len: i32): bool {
  let ascii = true;
  for (let i = 0; i < len; i++) {
    const c = load<u8>(ptr + <usize>i);
    if (c < 0x20 || c == 0x7f) return false;
    if (c >= 0x80) ascii = false;
  }
  if (ascii) return true;
  if (!isUtf8(ptr, len)) return false;
  for (let i = 0; i + 1 < len; i++) {
    const at = ptr + <usize>i;
    const c = load<u8>(at);
    if (c == 0xc2 && load<u8>(at, 1) < 0xa0) return false;
    if (c == 0xe2 && i + 2 < len && load<u8>(at, 1) == 0x80 && (load<u8>(at, 2) & 0xfe) == 0xa8) return false;
  }
  return true;
}

/**
 * A 64-bit hash of a text without backslashes, so that an escaped and an unescaped form of one text have one hash. Not
 * secret: whoever wants two texts of one hash can find them.
 */
export function textKey(ptr: usize, len: i32): u64 {
  let h: u64 = 0xcbf29ce484222325;
  for (let i = 0; i < len; i++) {
    const c = load<u8>(ptr + <usize>i);
    if (c != 0x5c) h = (h ^ (<u64>c)) * 0x100000001b3;
  }
  h = (h ^ (h >> 33)) * 0xff51afd7ed558ccd;
  return h ^ (h >> 33);
}
