import { Text, text } from "../bytes/text";
import { Writer } from "../bytes/writer";
import { reference, writePoint } from "./references";
import { find, findEither } from "./scan";

/** The longest reference that is taken: `&#` with leading zeros could go on for ever. */
const MAX_REFERENCE: i32 = 32;

const CARRIAGE_RETURN: u8 = 13;
const LINE_FEED: u8 = 10;
const AMPERSAND: u8 = 0x26;
const SEMICOLON: u8 = 0x3b;
/** `&#13` as a little-endian word. */
const REFERENCE_TO_CR: u32 = 0x33312326;
const NEW_LINE: Text = text("\n");
const LINE_END: Text = text("\r\n");

/**
 * Decodes character data that comes in pieces, cut anywhere: resolves references and makes line ends LF (XML 1.0, 2.11).
 *
 *     decoder.begin();
 *     decoder.feed(ptr, len, cdata);
 *     while (decoder.next()) use(decoder.ptr, decoder.len);
 *
 * What it gives is cut where it pleases, even inside a UTF-8 sequence, and valid until the next call.
 */
export class TextDecoder {
  ptr: usize = 0;
  len: i32 = 0;
  /** A reference was wrong. */
  bad: bool = false;
  private at: usize = 0;
  private end: usize = 0;
  private cdata: bool = false;
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
    this.cdata = cdata;
  }

  /** Decodes on; false when the piece is used up, or a reference was wrong. */
  next(): bool {
    while (this.at < this.end && !this.bad) {
      if (this.skipLineFeed) {
        this.skipLineFeed = false;
        if (load<u8>(this.at) == LINE_FEED) this.at++;
        continue;
      }
      if (this.pending.len > 0) {
        if (this.readReference()) return true;
        continue;
      }
      const start = this.at;
      const stop = this.cdata
        ? find(start, this.end, CARRIAGE_RETURN)
        : findEither(start, this.end, AMPERSAND, CARRIAGE_RETURN);
      this.at = stop;
      if (stop > start) return this.give(start, <i32>(stop - start));
      this.at++;
      if (load<u8>(stop) == AMPERSAND) {
        if (this.readWhole(stop)) return true;
      } else {
        this.skipLineFeed = true;
        return this.give(NEW_LINE.ptr, NEW_LINE.len);
      }
    }
    return false;
  }

  /**
   * Gives the reference at `start` when all of it is there, and with it the LF after the CR that ends most lines of
   * iCalendar; else notes its beginning.
   */
  private readWhole(start: usize): bool {
    const left = this.end - start;
    if (left > 5 && load<u32>(start) == REFERENCE_TO_CR && load<u8>(start, 4) == SEMICOLON) {
      const isLineEnd = load<u8>(start, 5) == LINE_FEED;
      this.at = start + (isLineEnd ? 6 : 5);
      return this.give(LINE_END.ptr, isLineEnd ? 2 : 1);
    }
    const limit = start + min<usize>(left, <usize>MAX_REFERENCE);
    for (let p = start + 1; p < limit; p++) {
      if (load<u8>(p) != SEMICOLON) continue;
      this.at = p + 1;
      return this.resolve(start, <i32>(this.at - start));
    }
    this.pending.byte(AMPERSAND);
    return false;
  }

  /** Takes one more byte of a reference; true when it is complete, and given. */
  private readReference(): bool {
    const pending = this.pending;
    const c = load<u8>(this.at++);
    pending.byte(c);
    this.bad = pending.overflow;
    if (c != SEMICOLON || this.bad) return false;
    const len = pending.len;
    pending.reset();
    return this.resolve(pending.ptr, len);
  }

  /** Gives what the reference stands for; false when it is wrong. */
  private resolve(ptr: usize, len: i32): bool {
    const found = reference(ptr, ptr + <usize>len);
    this.bad = <i32>(found >> 32) != len;
    if (this.bad) return false;
    this.resolved.reset();
    writePoint(<i32>found, this.resolved);
    return this.give(this.resolved.ptr, this.resolved.len);
  }

  // @ts-ignore: decorator
  @inline
  private give(ptr: usize, len: i32): bool {
    this.ptr = ptr;
    this.len = len;
    return true;
  }
}
