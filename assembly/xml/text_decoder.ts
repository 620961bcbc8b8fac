import { Writer } from "../bytes/writer";
import { reference, writePoint } from "./references";
import { findEither } from "./scan";

/** The longest reference that is taken: `&#` with leading zeros could go on for ever. */
const MAX_REFERENCE: i32 = 32;

const CARRIAGE_RETURN: u8 = 13;
const LINE_FEED: u8 = 10;
const AMPERSAND: u8 = 0x26;
const SEMICOLON: u8 = 0x3b;
/** `&#13` as a little-endian word. */
const REFERENCE_TO_CR: u32 = 0x33312326;

/** What a decoder puts together, one buffer for all of them; a vector and a character may reach beyond it. */
const DECODED_SIZE: usize = 4096;
const DECODED: usize = heap.alloc(DECODED_SIZE + 32);

/**
 * Decodes character data that comes in pieces, cut anywhere: resolves references and makes line ends LF (XML 1.0, 2.11).
 *
 *     decoder.begin();
 *     decoder.feed(ptr, len, cdata);
 *     while (decoder.next()) use(decoder.ptr, decoder.len);
 *
 * What it gives is cut where it pleases, even inside a UTF-8 sequence, and valid until the next call of any decoder.
 */
export class TextDecoder {
  ptr: usize = 0;
  len: i32 = 0;
  /** A reference was wrong. */
  bad: bool = false;
  private at: usize = 0;
  private end: usize = 0;
  /** What begins a reference: in CDATA nothing does, and there it is another CR. */
  private mark: u8 = AMPERSAND;
  /** A CR was given as LF: an LF that follows belongs to it. */
  private skipLineFeed: bool = false;
  /** A reference as far as it came. */
  private pending: Writer = new Writer(MAX_REFERENCE);
  private resolved: Writer = new Writer(4);

  begin(): void {
    this.boundary();
    this.bad = false;
    this.at = 0;
    this.end = 0;
  }

  /** Says that a mark, a comment or a tag stands here: no reference or line end reaches across it. */
  boundary(): void {
    if (this.pending.len > 0) {
      this.pending.reset();
      this.bad = true;
    }
    this.skipLineFeed = false;
  }

  /** Takes a piece as written; `next` must have been called until it gave false. */
  // @ts-ignore: decorator
  @inline
  feed(ptr: usize, len: i32, cdata: bool): void {
    this.at = ptr;
    this.end = ptr + <usize>len;
    this.mark = cdata ? CARRIAGE_RETURN : AMPERSAND;
  }

  /** Decodes on; false when the piece is used up, or a reference was wrong. */
  next(): bool {
    if (this.at == this.end || this.bad) return false;
    if (this.skipLineFeed) {
      this.skipLineFeed = false;
      if (load<u8>(this.at) == LINE_FEED) this.at++;
    }
    let to = DECODED;
    if (this.pending.len > 0) to = this.readReference(to);
    else {
      const start = this.at;
      const stop = findEither(start, this.end, this.mark, CARRIAGE_RETURN);
      // What stands for itself is given where it is, unless it is short.
      if (stop == this.end || stop - start >= DECODED_SIZE) {
        this.at = stop;
        return this.give(start, stop);
      }
    }
    return this.give(DECODED, this.decode(to));
  }

  /** Puts what comes next to `to`, as much as there is room for; gives where it ends. */
  private decode(to: usize): usize {
    const mark = this.mark;
    const marks = i8x16.splat(<i8>mark);
    const returns = i8x16.splat(<i8>CARRIAGE_RETURN);
    const limit = DECODED + DECODED_SIZE;
    const end = this.end;
    let at = this.at;
    while (at < end && to < limit && !this.bad) {
      if (end - at >= 16) {
        const bytes = v128.load(at);
        v128.store(to, bytes);
        const hits = v128.bitmask<i8>(v128.or(i8x16.eq(bytes, marks), i8x16.eq(bytes, returns)));
        const plain = <usize>ctz(hits | 0x10000);
        at += plain;
        to += plain;
        if (hits == 0) continue;
      }
      const c = load<u8>(at);
      if (c == CARRIAGE_RETURN) {
        store<u8>(to++, LINE_FEED);
        at++;
        if (at == end) this.skipLineFeed = true;
        else if (load<u8>(at) == LINE_FEED) at++;
      } else if (c != mark) {
        store<u8>(to++, c);
        at++;
      } else if (end - at >= 5 && load<u32>(at) == REFERENCE_TO_CR && load<u8>(at, 4) == SEMICOLON) {
        // So most lines of iCalendar end.
        store<u8>(to++, CARRIAGE_RETURN);
        at += 5;
      } else {
        to = this.readWhole(at, to);
        at = this.at;
      }
    }
    this.at = at;
    return to;
  }

  /** Resolves the reference at `start`, when all of it is there; else notes its beginning. */
  private readWhole(start: usize, to: usize): usize {
    const limit = start + min<usize>(this.end - start, <usize>MAX_REFERENCE);
    for (let p = start + 1; p < limit; p++) {
      if (load<u8>(p) != SEMICOLON) continue;
      this.at = p + 1;
      return this.resolve(start, <i32>(this.at - start), to);
    }
    this.at = start;
    return this.readReference(to);
  }

  /** Takes more of a reference, and resolves it once it is complete. */
  private readReference(to: usize): usize {
    const pending = this.pending;
    while (this.at < this.end) {
      const c = load<u8>(this.at++);
      pending.byte(c);
      if (pending.overflow) {
        this.bad = true;
        break;
      }
      if (c != SEMICOLON) continue;
      const len = pending.len;
      pending.reset();
      return this.resolve(pending.ptr, len, to);
    }
    return to;
  }

  /** Puts what the reference stands for to `to`; gives where it ends. */
  private resolve(ptr: usize, len: i32, to: usize): usize {
    const found = reference(ptr, ptr + <usize>len);
    this.bad = <i32>(found >> 32) != len;
    if (this.bad) return to;
    const resolved = this.resolved;
    resolved.reset();
    writePoint(<i32>found, resolved);
    memory.copy(to, resolved.ptr, <usize>resolved.len);
    return to + <usize>resolved.len;
  }

  /** False when there is nothing to give. */
  // @ts-ignore: decorator
  @inline
  private give(start: usize, stop: usize): bool {
    this.ptr = start;
    this.len = <i32>(stop - start);
    return stop > start;
  }
}
