import { Text } from "./text";

/**
 * A run of bytes that somebody else owns: a pointer and a length. The owner says how long it stays valid (for host
 * data: until the next host callback begins).
 */
export class Slice {
  ptr: usize = 0;
  len: i32 = 0;

  set(ptr: usize, len: i32): void {
    this.ptr = ptr;
    this.len = len;
  }

  clear(): void {
    this.ptr = 0;
    this.len = 0;
  }

  get isEmpty(): bool {
    return this.len <= 0;
  }

  get end(): usize {
    return this.ptr + <usize>this.len;
  }

  /** True when the bytes are those of `constant`. */
  // @ts-ignore: decorator
  @inline
  is(constant: Text): bool {
    return equal(this.ptr, this.len, constant.ptr, constant.len);
  }

  /** As `is`, with ASCII letters compared without case. */
  isFolded(constant: Text): bool {
    return this.len == constant.len && equalFolded(this.ptr, this.len, constant.ptr, constant.len);
  }

  /** Decodes to a string: for logs, faults and tests, never on the hot path. */
  toString(): string {
    return this.len > 0 ? String.UTF8.decodeUnsafe(this.ptr, this.len) : "";
  }
}

/** True when both runs hold the same bytes. */
// @ts-ignore: decorator
@inline
export function equal(a: usize, aLen: i32, b: usize, bLen: i32): bool {
  return aLen == bLen && same(a, b, aLen);
}

/** True when `len` bytes are alike. Names are short: words that may overlap, instead of a loop over bytes. */
function same(a: usize, b: usize, len: i32): bool {
  if (len < 8) {
    if (len >= 4) return load<u32>(a) == load<u32>(b) && load<u32>(a + <usize>len - 4) == load<u32>(b + <usize>len - 4);
    if (len >= 2) return load<u16>(a) == load<u16>(b) && load<u8>(a + <usize>len - 1) == load<u8>(b + <usize>len - 1);
    return len <= 0 || load<u8>(a) == load<u8>(b);
  }
  const last = a + <usize>len - 8;
  for (; a < last; a += 8, b += 8) if (load<u64>(a) != load<u64>(b)) return false;
  return load<u64>(last) == load<u64>(b - (a - last));
}

/** The ASCII lower case of one byte; bytes over 0x7f are left alone. */
// @ts-ignore: decorator
@inline
export function lower(c: u8): u8 {
  return c - 65 < 26 ? c | 32 : c;
}

/** True when both runs hold the same bytes, ASCII letters compared without case. */
export function equalFolded(a: usize, aLen: i32, b: usize, bLen: i32): bool {
  if (aLen != bLen) return false;
  for (let i = 0; i < aLen; i++) {
    if (lower(load<u8>(a + <usize>i)) != lower(load<u8>(b + <usize>i))) return false;
  }
  return true;
}

/** True when the run begins with `prefix`. */
export function startsWith(ptr: usize, len: i32, prefix: Text): bool {
  return len >= prefix.len && memory.compare(ptr, prefix.ptr, <usize>prefix.len) == 0;
}

/** True when the run begins with `prefix`, ASCII letters compared without case. */
export function startsWithFolded(ptr: usize, len: i32, prefix: Text): bool {
  return len >= prefix.len && equalFolded(ptr, prefix.len, prefix.ptr, prefix.len);
}

/** The offset of the first byte `c`, or -1. */
export function indexOf(ptr: usize, len: i32, c: u8): i32 {
  for (let i = 0; i < len; i++) if (load<u8>(ptr + <usize>i) == c) return i;
  return -1;
}

/** FNV-1a over the run, going on from `seed` (start with `HASH_SEED`); for tables inside one VM, not for secrets. */
export function hash(ptr: usize, len: i32, seed: u32): u32 {
  let h = seed;
  for (let i = 0; i < len; i++) h = (h ^ (<u32>load<u8>(ptr + <usize>i))) * 16777619;
  return h;
}

export const HASH_SEED: u32 = 2166136261;
