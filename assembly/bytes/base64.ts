import { Writer } from "./writer";

const ALPHABET = String.UTF8.encode("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/");

/**
 * Decodes base64 (RFC 4648, section 4), padded or not, into `out`. False for anything else: a stray character,
 * misplaced padding, or bits left over that are not zero (two spellings of one value would be two keys).
 */
export function decodeBase64(ptr: usize, len: i32, out: Writer): bool {
  let end = len;
  if ((end & 3) == 0) {
    for (let i = 0; i < 2; i++) if (end > 0 && load<u8>(ptr + <usize>(end - 1)) == 61) end--;
  }
  if ((end & 3) == 1) return false;
  let bits: u32 = 0;
  let count = 0;
  for (let i = 0; i < end; i++) {
    const value = valueOf(load<u8>(ptr + <usize>i));
    if (value < 0) return false;
    bits = (bits << 6) | (<u32>value);
    count += 6;
    if (count >= 8) {
      count -= 8;
      out.byte(<u8>(bits >> count));
      bits &= (1 << count) - 1;
    }
  }
  return bits == 0 && !out.overflow;
}

/** Encodes to padded base64. */
export function encodeBase64(ptr: usize, len: i32, out: Writer): void {
  const alphabet = changetype<usize>(ALPHABET);
  for (let i = 0; i < len; i += 3) {
    const left = len - i;
    const a = <u32>load<u8>(ptr + <usize>i);
    const b = left > 1 ? <u32>load<u8>(ptr + <usize>(i + 1)) : 0;
    const c = left > 2 ? <u32>load<u8>(ptr + <usize>(i + 2)) : 0;
    out.byte(load<u8>(alphabet + <usize>(a >> 2)));
    out.byte(load<u8>(alphabet + <usize>(((a & 3) << 4) | (b >> 4))));
    out.byte(left > 1 ? load<u8>(alphabet + <usize>(((b & 15) << 2) | (c >> 6))) : 61);
    out.byte(left > 2 ? load<u8>(alphabet + <usize>(c & 63)) : 61);
  }
}

function valueOf(c: u8): i32 {
  if (c - 65 < 26) return <i32>c - 65;
  if (c - 97 < 26) return <i32>c - 71;
  if (c - 48 < 10) return <i32>c + 4;
  return c == 43 ? 62 : c == 47 ? 63 : -1;
}
