import { Slice, startsWithFolded } from "../bytes/slice";
import { text, Text } from "../bytes/text";
import { skipBlanks } from "../bytes/http_token";
import { Writer } from "../bytes/writer";
import { isSameStrongTag } from "./conditional";

/** What comes of the `Range` of a GET. */
export namespace RangeResult {
  /** 200 with all of it. */
  export const WHOLE: i32 = 0;
  /** 206 with one part. */
  export const PART: i32 = 1;
  /** 416: it begins after the end. */
  export const UNSATISFIABLE: i32 = 2;
}

const BYTES_EQUAL: Text = text("bytes=");
const BYTES: Text = text("bytes ");
const BYTES_ALL: Text = text("bytes */");

/** No length of anything that is stored has more digits than this; more bytes than they can say count as many. */
const MANY: i64 = 1 << 40;

/**
 * The part of a stored answer that a `Range` asks for (RFC 9110, 14). A server may ignore it, and it is ignored unless
 * it is for exactly one range of bytes. Reused.
 */
export class ByteRange {
  /** With PART: the first byte, and the last one, counted from 0. */
  first: i32 = 0;
  last: i32 = 0;
  private number: i64 = 0;

  /**
   * Evaluates the `Range` of a GET whose other conditions hold, for `length` bytes with this `ETag`, empty where there
   * is none. Headers that are absent have a slice whose `ptr` is 0. An `If-Range` (13.1.5) that is no strong entity tag
   * never matches: a date is a strong validator only with knowledge that is not kept.
   */
  evaluate(range: Slice, ifRange: Slice, etag: Slice, length: i32): i32 {
    if (range.ptr == 0 || (ifRange.ptr != 0 && !isSameStrongTag(ifRange, etag))) return RangeResult.WHOLE;
    if (!startsWithFolded(range.ptr, range.len, BYTES_EQUAL)) return RangeResult.WHOLE;
    const end = range.end;
    let p = skipBlanks(range.ptr + <usize>BYTES_EQUAL.len, end);
    const afterFirst = this.digits(p, end);
    const hasFirst = afterFirst != p;
    const first = this.number;
    if (afterFirst >= end || load<u8>(afterFirst) != 0x2d) return RangeResult.WHOLE;
    p = afterFirst + 1;
    const afterLast = this.digits(p, end);
    const hasLast = afterLast != p;
    const last = this.number;
    if (skipBlanks(afterLast, end) != end || (!hasFirst && !hasLast)) return RangeResult.WHOLE;
    if (!hasFirst) return this.suffix(last, length);
    if (hasLast && last < first) return RangeResult.WHOLE;
    if (first >= <i64>length) return RangeResult.UNSATISFIABLE;
    this.first = <i32>first;
    this.last = hasLast ? <i32>min(last, <i64>length - 1) : length - 1;
    return RangeResult.PART;
  }

  /** The last `count` bytes. Of nothing there is no part that a Content-Range could name. */
  private suffix(count: i64, length: i32): i32 {
    if (count == 0) return RangeResult.UNSATISFIABLE;
    if (length <= 0) return RangeResult.WHOLE;
    this.first = <i32>max<i64>(<i64>length - count, 0);
    this.last = length - 1;
    return RangeResult.PART;
  }

  /** Reads decimal digits into `number`; gives where they end, which is `p` when there are none. */
  private digits(p: usize, end: usize): usize {
    let number: i64 = 0;
    while (p < end && load<u8>(p) - 48 < 10) {
      number = min(number * 10 + <i64>(load<u8>(p) - 48), MANY);
      p++;
    }
    this.number = number;
    return p;
  }

  /** After PART: writes the value of `Content-Range`, such as `bytes 0-9/100`. */
  writeContentRange(length: i32, out: Writer): void {
    out.text(BYTES);
    out.decimal(this.first);
    out.byte(0x2d);
    out.decimal(this.last);
    out.byte(0x2f);
    out.decimal(length);
  }
}

/** Writes the `Content-Range` of a 416: `bytes *` and the length. */
export function writeUnsatisfiedRange(length: i32, out: Writer): void {
  out.text(BYTES_ALL);
  out.decimal(length);
}
