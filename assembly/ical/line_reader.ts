import { isTokenByte, NAME_READ, propertyName, PropertyName, tokenRun } from "./names";

const LF: u8 = 10;
const CR: u8 = 13;
const COLON: u8 = 58;
const SEMICOLON: u8 = 59;

/** Bytes that must follow the text: a line feed, and zeros that whole vectors may be read from. */
export const TEXT_TAIL: i32 = 48;

/** Writes the tail that `LineReader` needs after the `len` bytes of a text; `TEXT_TAIL` bytes must be there for it. */
export function writeTextTail(end: usize): void {
  memory.fill(end, 0, <usize>TEXT_TAIL);
  store<u8>(end, LF);
}

/**
 * Reads iCalendar as logical content lines (RFC 5545, section 3.1), leniently: a line may end with CRLF, LF, CR or CR CR
 * LF; empty lines are none; a line may be folded anywhere, with a space or a tab, also across empty lines. It says which
 * property a line has, and calls names that a more lenient reader could take for one of meaning `odd`.
 *
 * It reads in place and makes no garbage. Lines that are folded are put together in memory of its own, on demand; for
 * speed it is itself outside of garbage collection, so keep it as long as the module lives.
 */
// @ts-ignore: decorator
@unmanaged
export class LineReader {
  /** The `PropertyName` of the line. */
  name: i32 = PropertyName.OTHER;
  /** How long the name is at the begin of `text`; meaningless when `odd`. */
  nameLen: i32 = 0;
  /** The name is not clean (a group before it, blanks, no colon): `name` is what a lenient reader could see in it. */
  odd: bool = false;
  /** First byte of the line as it stands, and of the line after it. */
  start: usize = 0;
  next: usize = 0;
  /** A carriage return without a line feed stands before, in or after the line. */
  bareReturn: bool = false;

  /** Since `open`, there was a NUL byte in a line. */
  sawNul: bool = false;

  private limit: usize = 0;
  private firstEnd: usize = 0;
  private folded: bool = false;
  private joined: bool = false;
  private endedBare: bool = false;
  private unfolded: usize = 0;
  private unfoldedLen: i32 = 0;
  private capacity: i32 = 0;

  /** Starts to read `len` bytes, which must stay where they are, end a line or be followed by a text tail. */
  open(ptr: usize, len: i32): void {
    this.start = ptr;
    this.next = ptr;
    this.limit = ptr + <usize>len;
    this.sawNul = false;
    this.endedBare = false;
  }

  /** Steps over a byte order mark (U+FEFF) before the next line. */
  skipMark(): void {
    if (this.limit - this.next >= 3 && (load<u32>(this.next) & 0xffffff) == 0xbfbbef) this.next += 3;
  }

  /** Reads the next line; false at the end. */
  read(): bool {
    const start = this.next;
    if (start >= this.limit) return false;
    this.start = start;
    this.joined = false;
    this.folded = false;
    let bare = this.endedBare;
    this.firstEnd = this.lineEnd(start);
    let next = this.afterEnd(this.firstEnd);
    while (next < this.limit && isBlank(load<u8>(next))) {
      this.folded = true;
      bare = bare || this.endedBare;
      next = this.afterEnd(this.lineEnd(next + 1));
    }
    this.next = min(next, this.limit);
    this.bareReturn = bare || this.endedBare;
    this.identify();
    return true;
  }

  /** First byte of the line without folds. */
  get text(): usize {
    if (!this.folded) return this.start;
    this.join();
    return this.unfolded;
  }

  /** Length of the line without folds and line end. */
  get textLen(): i32 {
    if (!this.folded) return <i32>(this.firstEnd - this.start);
    this.join();
    return this.unfoldedLen;
  }

  /** True when there are only blanks in the line. */
  get isBlankLine(): bool {
    const len = this.textLen;
    const ptr = this.text;
    for (let i = 0; i < len; i++) if (!isBlank(load<u8>(ptr + <usize>i))) return false;
    return true;
  }

  /** Gives memory of folded lines back when it is more than `keep` bytes. */
  release(keep: i32): void {
    if (this.capacity <= keep) return;
    heap.free(this.unfolded);
    this.unfolded = 0;
    this.capacity = 0;
  }

  /** The first line end at or after `ptr`. The text's tail makes sure that there is one. */
  private lineEnd(ptr: usize): usize {
    let at = ptr;
    while (true) {
      // CR is 13 and LF is 10; the few other control bytes below 14 are looked at one by one.
      const hits = i8x16.bitmask(i8x16.lt_u(v128.load(at), i8x16.splat(14)));
      if (hits == 0) {
        at += 16;
        continue;
      }
      at += <usize>ctz(hits);
      const c = load<u8>(at);
      if (c == LF || c == CR) return at;
      if (c == 0) this.sawNul = true;
      at++;
    }
  }

  /** The first byte after the line end, and the empty lines, at `ptr`. Notes whether one is a bare carriage return. */
  private afterEnd(ptr: usize): usize {
    this.endedBare = false;
    if (load<u16>(ptr) == 0x0a0d && load<u8>(ptr, 2) > CR) return ptr + 2;
    let at = ptr;
    while (true) {
      const c = load<u8>(at);
      if (c == CR) {
        const after = load<u8>(at, 1);
        if ((after != LF || at + 1 == this.limit) && after != CR) this.endedBare = true;
      } else if (c != LF) return at;
      at++;
    }
  }

  private join(): void {
    if (this.joined) return;
    this.joined = true;
    // What is joined is never longer than what it is joined from.
    const size = <i32>(this.next - this.start) + TEXT_TAIL;
    if (size > this.capacity) {
      if (this.unfolded != 0) heap.free(this.unfolded);
      this.unfolded = heap.alloc(<usize>size);
      this.capacity = size;
    }
    let to = this.unfolded;
    let from = this.start;
    while (true) {
      const end = this.lineEnd(from);
      memory.copy(to, from, end - from);
      to += end - from;
      let after = end;
      while (load<u8>(after) == LF || load<u8>(after) == CR) after++;
      if (after >= this.next) break;
      from = after + 1;
    }
    writeTextTail(to);
    this.unfoldedLen = <i32>(to - this.unfolded);
  }

  private identify(): void {
    this.odd = false;
    const start = this.start;
    const len = tokenRun(start);
    const c = load<u8>(start + <usize>len);
    if ((c == COLON || c == SEMICOLON) && len < NAME_READ) {
      this.nameLen = len;
      this.name = propertyName(start, len);
      return;
    }
    this.identifySlowly();
  }

  /** A name that is long, folded, or not clean. */
  private identifySlowly(): void {
    const len = this.textLen;
    const ptr = this.text;
    let at = 0;
    while (at < len && isTokenByte(load<u8>(ptr + <usize>at))) at++;
    this.nameLen = at;
    if (at < len && (load<u8>(ptr + <usize>at) == COLON || load<u8>(ptr + <usize>at) == SEMICOLON)) {
      this.name = propertyName(ptr, at);
      return;
    }
    this.odd = true;
    this.name = lenientName(ptr, len);
  }
}

/** What a lenient reader could see: the name without group, blanks and other bytes that no name has. */
function lenientName(ptr: usize, len: i32): i32 {
  const name = memory.data(NAME_READ + 16);
  let used = 0;
  for (let i = 0; i < len; i++) {
    const c = load<u8>(ptr + <usize>i);
    if (c == COLON || c == SEMICOLON || c == 0x3d) break;
    if (c == 0x2e) used = 0;
    else if (isTokenByte(c) && used <= NAME_READ) {
      store<u8>(name + <usize>used, c);
      used++;
    }
  }
  return propertyName(name, used);
}

/** True for a space or a tab. */
// @ts-ignore: decorator
@inline
export function isBlank(c: u8): bool {
  return c == 0x20 || c == 0x09;
}
