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
  is(constant: Text): bool {
    return equal(this.ptr, this.len, constant.ptr, constant.len);
  }

  /** As `is`, with ASCII letters compared without case. */
  isFolded(constant: Text): bool {
    return equalFolded(this.ptr, this.len, constant.ptr, constant.len);
  }

  /** Decodes to a string: for logs, faults and tests, never on the hot path. */
  toString(): string {
    return this.len > 0 ? String.UTF8.decodeUnsafe(this.ptr, this.len) : "";
  }
}

/** True when both runs hold the same bytes. */
export function equal(a: usize, aLen: i32, b: usize, bLen: i32): bool {
  return aLen == bLen && (aLen <= 0 || memory.compare(a, b, <usize>aLen) == 0);
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
