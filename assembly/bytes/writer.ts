import { Text } from "./text";

const HEX: Text = new Text("0123456789ABCDEF");

/**
 * What all writers of one VM may hold together, in bytes: well under the memory that the VM may have at all
 * (asconfig.json, maximumMemory), since running out of that would be a trap, and with it the end of every request.
 */
export const MAX_TOTAL: i64 = 96 << 20;
let total: i64 = 0;

/** Copies runs that do not overlap. Most are short: a call of the engine's own copy would cost more than the bytes. */
// @ts-ignore: decorator
@inline
function copy(to: usize, from: usize, len: i32): void {
  if (len > 32) memory.copy(to, from, <usize>len);
  else if (len >= 16) {
    v128.store(to, v128.load(from));
    v128.store(to + <usize>len - 16, v128.load(from + <usize>len - 16));
  } else if (len >= 8) {
    store<u64>(to, load<u64>(from));
    store<u64>(to + <usize>len - 8, load<u64>(from + <usize>len - 8));
  } else if (len >= 4) {
    store<u32>(to, load<u32>(from));
    store<u32>(to + <usize>len - 4, load<u32>(from + <usize>len - 4));
  } else for (let i = 0; i < len; i++) store<u8>(to + <usize>i, load<u8>(from + <usize>i));
}

/**
 * A growable run of bytes with a ceiling. Writing past it, or past the ceiling of all writers
 * together, writes nothing more and sets `overflow`; the caller
 * turns that into a refusal. Memory is taken from the heap outside of garbage collection and kept for reuse: `reset`
 * empties it, `release` gives it back.
 */
export class Writer {
  ptr: usize = 0;
  len: i32 = 0;
  overflow: bool = false;
  private capacity: i32 = 0;

  constructor(private limit: i32) {}

  reset(): void {
    this.len = 0;
    this.overflow = false;
  }

  /** Gives the memory back when it is larger than `keep` bytes; empties it in any case. */
  release(keep: i32): void {
    this.reset();
    if (this.capacity <= keep) return;
    heap.free(this.ptr);
    total -= <i64>this.capacity;
    this.ptr = 0;
    this.capacity = 0;
  }

  /** Makes room for `extra` more bytes; false (and `overflow`) when that would pass the ceiling. */
  reserve(extra: i32): bool {
    if (this.overflow || extra < 0) return false;
    const need = <i64>this.len + <i64>extra;
    if (need <= <i64>this.capacity) return true;
    if (need > <i64>this.limit) {
      this.overflow = true;
      return false;
    }
    let size = max<i64>(<i64>this.capacity * 2, 256);
    while (size < need) size *= 2;
    if (size > <i64>this.limit) size = <i64>this.limit;
    if (total - <i64>this.capacity + size > MAX_TOTAL) {
      this.overflow = true;
      return false;
    }
    total += size - <i64>this.capacity;
    this.ptr = this.ptr == 0 ? heap.alloc(<usize>size) : heap.realloc(this.ptr, <usize>size);
    this.capacity = <i32>size;
    return true;
  }

  byte(c: u8): void {
    if ((this.overflow || this.len == this.capacity) && !this.reserve(1)) return;
    store<u8>(this.ptr + <usize>this.len, c);
    this.len++;
  }

  bytes(ptr: usize, len: i32): void {
    if (len <= 0) return;
    if ((this.overflow || len > this.capacity - this.len) && !this.reserve(len)) return;
    copy(this.ptr + <usize>this.len, ptr, len);
    this.len += len;
  }

  /** Writes 32 bits, little endian. */
  word(value: u32): void {
    if (!this.reserve(4)) return;
    store<u32>(this.ptr + <usize>this.len, value);
    this.len += 4;
  }

  text(constant: Text): void {
    this.bytes(constant.ptr, constant.len);
  }

  /** Writes `%XX`, as percent-coding does. */
  percent(c: u8): void {
    this.byte(37);
    this.byte(load<u8>(HEX.ptr + <usize>(c >> 4)));
    this.byte(load<u8>(HEX.ptr + <usize>(c & 15)));
  }

  /** Writes a number in decimal digits. */
  decimal(value: i64): void {
    if (value < 0) {
      this.byte(45);
      value = -value;
    }
    let unit: i64 = 1;
    while (value / unit >= 10) unit *= 10;
    for (; unit > 0; unit /= 10) this.byte(<u8>(48 + ((value / unit) % 10)));
  }

  /** Writes a string as UTF-8: for configuration and logs, never on the hot path. */
  string(value: string): void {
    const size = String.UTF8.byteLength(value);
    if (size == 0 || !this.reserve(size)) return;
    String.UTF8.encodeUnsafe(changetype<usize>(value), value.length, this.ptr + <usize>this.len);
    this.len += size;
  }

  toString(): string {
    return this.len > 0 ? String.UTF8.decodeUnsafe(this.ptr, this.len) : "";
  }
}
