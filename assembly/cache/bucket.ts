import { Slice } from "../bytes/slice";

/** The most entries of one bucket. */
export const MAX_WAYS: i32 = 256;

const FORMAT: u32 = 0x31424443;
const HEADER: i32 = 8;
const WAY: i32 = 20;
/** Times of use are kept in units of 128 ms, 32 bits of them: compared by their difference, which wraps. */
const USE_SHIFT: i64 = 7;
/** A second or so: a use is noted again only when the one noted is older than this. */
const USE_STEP: i32 = 8;

/** Bytes of the directory of a bucket with so many ways. */
export function directorySize(ways: i32): i32 {
  return HEADER + ways * WAY;
}

/**
 * The directory of one bucket of the store: a view of its bytes, wherever they are. Each way is free or holds one
 * entry: its digest (8 bytes), how many bytes it may occupy, when it expires and when it was last used.
 *
 *     u32 format, u32 ways
 *     per way: u64 digest, u32 size (0: free), u32 expires (s, rounded up), u32 used (128 ms)
 */
export class Bucket {
  private at: usize = 0;

  /** `ways`: at most `MAX_WAYS`. */
  constructor(readonly ways: i32) {}

  get ptr(): usize {
    return this.at;
  }

  get len(): i32 {
    return directorySize(this.ways);
  }

  /** Looks at these bytes; false when they are no directory of so many ways. */
  open(value: Slice): bool {
    this.at = value.ptr;
    return value.len == this.len && load<u32>(this.at) == FORMAT && load<u32>(this.at, 4) == <u32>this.ways;
  }

  /** Makes an empty directory of the `len` bytes at `ptr`, and looks at it. */
  clear(ptr: usize): void {
    this.at = ptr;
    memory.fill(ptr, 0, <usize>this.len);
    store<u32>(ptr, FORMAT);
    store<u32>(ptr, <u32>this.ways, 4);
  }

  /** The way that holds the digest, or -1. */
  find(digest: u64): i32 {
    let way = this.at + HEADER;
    for (let i = 0, n = this.ways; i < n; i++) {
      if (load<u64>(way) == digest && load<u32>(way, 8) != 0) return i;
      way += WAY;
    }
    return -1;
  }

  /** A way that holds nothing, or -1. */
  findFree(): i32 {
    for (let i = 0; i < this.ways; i++) if (this.size(i) == 0) return i;
    return -1;
  }

  /** The way to give up first, or -1: one that expired, else the one not used for longest; never `but`. */
  findOldest(now: i64, but: i32): i32 {
    let oldest = -1;
    let oldestAge: i64 = -1;
    for (let i = 0; i < this.ways; i++) {
      if (i == but || this.size(i) == 0) continue;
      if (this.hasExpired(i, now)) return i;
      const age = <i64>this.age(i, now);
      if (age <= oldestAge) continue;
      oldest = i;
      oldestAge = age;
    }
    return oldest;
  }

  /** Bytes of all entries. */
  get bytes(): i64 {
    let sum: i64 = 0;
    for (let i = 0; i < this.ways; i++) sum += <i64>this.size(i);
    return sum;
  }

  size(i: i32): u32 {
    return load<u32>(this.way(i), 8);
  }

  /** By the second: false for up to a second too long. `now` in ms. */
  hasExpired(i: i32, now: i64): bool {
    return <i64>load<u32>(this.way(i), 12) * 1000 <= now;
  }

  /** Gives the way to an entry of `size` bytes. Times in ms. */
  take(i: i32, digest: u64, size: u32, expires: i64, now: i64): void {
    const way = this.way(i);
    store<u64>(way, digest);
    store<u32>(way, size, 8);
    store<u32>(way, <u32>min<i64>(<i64>u32.MAX_VALUE, (max<i64>(expires, 0) + 999) / 1000), 12);
    store<u32>(way, <u32>(now >> USE_SHIFT), 16);
  }

  free(i: i32): void {
    memory.fill(this.way(i), 0, WAY);
  }

  /** Notes that the way was used; false when that was noted a short while ago already, and nothing changed. */
  use(i: i32, now: i64): bool {
    if (this.age(i, now) < USE_STEP) return false;
    store<u32>(this.way(i), <u32>(now >> USE_SHIFT), 16);
    return true;
  }

  /** Since its last use, in units of 128 ms; 0 when the clock went back. */
  private age(i: i32, now: i64): i32 {
    return max(0, <i32>(<u32>(now >> USE_SHIFT) - load<u32>(this.way(i), 16)));
  }

  // @ts-ignore: decorator
  @inline
  private way(i: i32): usize {
    return this.at + HEADER + <usize>i * WAY;
  }
}
