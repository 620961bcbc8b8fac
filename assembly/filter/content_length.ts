import { Slice } from "../bytes/slice";

/** A Content-Length, or -2 when it is none. */
export function contentLengthOf(value: Slice): i64 {
  if (value.len == 0 || value.len > 18) return -2;
  let n: i64 = 0;
  for (let i = 0; i < value.len; i++) {
    const digit = load<u8>(value.ptr + <usize>i) - 48;
    if (digit > 9) return -2;
    n = n * 10 + <i64>digit;
  }
  return n;
}
