import { Writer } from "../bytes/writer";

/** Octets of a line, without its line end (RFC 5545, section 3.1). */
const LINE_OCTETS: i32 = 75;
/** Room beyond a line: its line end, and what whole vectors may be written to. */
const SLACK: i32 = 64;

/**
 * Writes content lines in the one canonical form: CRLF, folded at 75 octets, no character of UTF-8 split. A line is put
 * into the room that `begin` gives, with `put` and `putUpper`; then `end` makes it a line. Until then it can be dropped.
 */
export class LineWriter {
  private long: Writer;

  /** `ceiling`: the longest line, in bytes; a longer one is not written, and `out` is marked as overflown. */
  constructor(ceiling: i32) {
    this.long = new Writer(ceiling);
  }

  /** Room for a line of `len` bytes without its line end; 0, with `out` marked as overflown, when there is none. */
  begin(len: i32, out: Writer): usize {
    return out.reserve(len + SLACK) ? out.ptr + <usize>out.len : 0;
  }

  /** Ends the line that was put into the room up to `at`. */
  end(at: usize, out: Writer): void {
    const start = out.ptr + <usize>out.len;
    const len = <i32>(at - start);
    if (len > LINE_OCTETS) {
      this.fold(start, len, out);
      return;
    }
    store<u16>(at, 0x0a0d);
    out.len += len + 2;
  }

  release(keep: i32): void {
    this.long.release(keep);
  }

  private fold(ptr: usize, len: i32, out: Writer): void {
    const long = this.long;
    long.reset();
    long.bytes(ptr, len);
    if (long.overflow) {
      out.overflow = true;
      return;
    }
    let at = long.ptr;
    const end = at + <usize>len;
    let room = LINE_OCTETS;
    while (<i32>(end - at) > room) {
      let cut = at + <usize>room;
      while (cut > at + 1 && (load<u8>(cut) & 0xc0) == 0x80) cut--;
      out.bytes(at, <i32>(cut - at));
      out.byte(0x0d);
      out.byte(0x0a);
      out.byte(0x20);
      at = cut;
      room = LINE_OCTETS - 1;
    }
    out.bytes(at, <i32>(end - at));
    out.byte(0x0d);
    out.byte(0x0a);
  }
}

/** Copies `len` bytes to `at`; gives where they end. Up to 15 bytes more are read and written. */
// @ts-ignore: decorator
@inline
export function put(at: usize, ptr: usize, len: i32): usize {
  for (let i = 0; i < len; i += 16) v128.store(at + <usize>i, v128.load(ptr + <usize>i));
  return at + <usize>len;
}

/** As `put`, with ASCII letters in upper case. */
// @ts-ignore: decorator
@inline
export function putUpper(at: usize, ptr: usize, len: i32): usize {
  for (let i = 0; i < len; i += 16) {
    const bytes = v128.load(ptr + <usize>i);
    const lower = i8x16.lt_u(i8x16.sub(bytes, i8x16.splat(0x61)), i8x16.splat(26));
    v128.store(at + <usize>i, v128.xor(bytes, v128.and(lower, i8x16.splat(0x20))));
  }
  return at + <usize>len;
}

/** Puts one byte; gives where it ends. */
// @ts-ignore: decorator
@inline
export function putByte(at: usize, c: u8): usize {
  store<u8>(at, c);
  return at + 1;
}
