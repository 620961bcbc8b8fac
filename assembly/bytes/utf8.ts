/**
 * True when the run is valid UTF-8 (RFC 3629): no overlong forms, no surrogates, nothing over U+10FFFF.
 */
export function isUtf8(ptr: usize, len: i32): bool {
  let at = ptr;
  const end = ptr + <usize>len;
  while (at < end) {
    const c = load<u8>(at);
    if (c < 0x80) {
      at++;
      continue;
    }
    let size = 0;
    let low: u8 = 0x80;
    let high: u8 = 0xbf;
    if (c >= 0xc2 && c <= 0xdf) size = 2;
    else if (c >= 0xe0 && c <= 0xef) {
      size = 3;
      if (c == 0xe0) low = 0xa0;
      else if (c == 0xed) high = 0x9f;
    } else if (c >= 0xf0 && c <= 0xf4) {
      size = 4;
      if (c == 0xf0) low = 0x90;
      else if (c == 0xf4) high = 0x8f;
    } else return false;
    if (at + <usize>size > end) return false;
    const second = load<u8>(at, 1);
    if (second < low || second > high) return false;
    for (let i = 2; i < size; i++) if ((load<u8>(at + <usize>i) & 0xc0) != 0x80) return false;
    at += size;
  }
  return true;
}
