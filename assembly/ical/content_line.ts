import { isBlank, LineReader } from "./line_reader";
import { isTokenByte } from "./names";
import { wordIndex, Words, words } from "./words";

/** The parameters of meaning, in the order of the constants below. */
const PARAMETERS: Words = words("TZID,RANGE,FBTYPE,VALUE");
const TZID: i32 = 0;
const RANGE: i32 = 1;
const FBTYPE: i32 = 2;

const QUOTE: u8 = 0x22;
const COMMA: u8 = 0x2c;
const COLON: u8 = 0x3a;
const SEMICOLON: u8 = 0x3b;
const EQUALS: u8 = 0x3d;

/**
 * The value of a content line and those of its parameters that have a meaning here (RFC 5545, section 3.1): pointers into
 * the line, 0 where a parameter is absent. Parameter values come without their quotes. Kept as `LineReader` is.
 */
// @ts-ignore: decorator
@unmanaged
export class ContentLine {
  /** Without blanks around it. */
  value: usize = 0;
  valueLen: i32 = 0;
  /** The value as it stands. */
  rawValue: usize = 0;
  rawValueLen: i32 = 0;
  tzid: usize = 0;
  tzidLen: i32 = 0;
  range: usize = 0;
  rangeLen: i32 = 0;
  freeBusyType: usize = 0;
  freeBusyTypeLen: i32 = 0;
  private seen: i32 = 0;

  /**
   * Parses the reader's line. False when there is more than one way to read it: no colon, a quote that is not closed or
   * stands inside a value, a parameter of meaning that is there twice or has several values.
   */
  parse(line: LineReader): bool {
    if (line.odd) return false;
    const text = line.text;
    const end = text + <usize>line.textLen;
    let at = text + <usize>line.nameLen;
    this.tzid = 0;
    this.tzidLen = 0;
    this.range = 0;
    this.freeBusyType = 0;
    this.seen = 0;
    while (at < end && load<u8>(at) == SEMICOLON) {
      at = this.parameter(at + 1, end);
      if (at == 0) return false;
    }
    if (at >= end || load<u8>(at) != COLON) return false;
    at++;
    this.rawValue = at;
    this.rawValueLen = <i32>(end - at);
    let last = end;
    while (at < last && isBlank(load<u8>(at))) at++;
    while (last > at && isBlank(load<u8>(last - 1))) last--;
    this.value = at;
    this.valueLen = <i32>(last - at);
    return true;
  }

  /** Reads a parameter at `from`; gives where it ends, or 0 when it cannot be read. */
  private parameter(from: usize, end: usize): usize {
    let at = from;
    while (at < end && isTokenByte(load<u8>(at))) at++;
    if (at >= end) return 0;
    const index = wordIndex(from, <i32>(at - from), PARAMETERS);
    const c = load<u8>(at);
    // vCalendar 1.0 has parameters that are a bare value.
    if (c == SEMICOLON || c == COLON) return index < 0 ? at : 0;
    if (c != EQUALS || at == from) return 0;
    if (index >= 0) {
      if ((this.seen & (1 << index)) != 0) return 0;
      this.seen |= 1 << index;
    }
    let count = 0;
    do {
      at++;
      let value = at;
      let len: i32;
      if (at < end && load<u8>(at) == QUOTE) {
        value = ++at;
        while (at < end && load<u8>(at) != QUOTE) at++;
        if (at >= end) return 0;
        len = <i32>(at - value);
        at++;
      } else {
        while (at < end && !isDelimiter(load<u8>(at))) at++;
        len = <i32>(at - value);
      }
      if (at >= end) return 0;
      const delimiter = load<u8>(at);
      if (delimiter == QUOTE || !isDelimiter(delimiter)) return 0;
      if (index >= 0 && count > 0) return 0;
      this.keep(index, value, len);
      count++;
    } while (load<u8>(at) == COMMA);
    return at;
  }

  // @ts-ignore: decorator
  @inline
  private keep(index: i32, value: usize, len: i32): void {
    if (index == TZID) {
      this.tzid = value;
      this.tzidLen = len;
    } else if (index == RANGE) {
      this.range = value;
      this.rangeLen = len;
    } else if (index == FBTYPE) {
      this.freeBusyType = value;
      this.freeBusyTypeLen = len;
    }
  }
}

// @ts-ignore: decorator
@inline
function isDelimiter(c: u8): bool {
  return c == COMMA || c == COLON || c == SEMICOLON || c == QUOTE;
}
