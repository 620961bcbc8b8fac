import { hexByte } from "../bytes/percent";
import { indexOf, Slice, startsWithFolded } from "../bytes/slice";
import { text, Text } from "../bytes/text";
import { isUtf8 } from "../bytes/utf8";
import { writeSegment } from "../bytes/percent";
import { Writer } from "../bytes/writer";

/** More segments than any layout has, and a longer path than any server takes: refused. */
export const MAX_SEGMENTS: i32 = 32;
export const MAX_PATH: i32 = 8192;

/** What a byte of a path is: 0 plain, 1 slash, 2 percent, 3 query, 4 over 0x7f, 5 never allowed. */
const CLASSES: usize = memory.data(256);
for (let c = 0; c < 256; c++) {
  let kind: u8 = 0;
  if (c < 0x20 || c == 0x7f || c == 0x5c /* \ */ || c == 0x3b /* ; */ || c == 0x23 /* # */) kind = 5;
  else if (c == 0x2f) kind = 1;
  else if (c == 0x25) kind = 2;
  else if (c == 0x3f) kind = 3;
  else if (c >= 0x80) kind = 4;
  store<u8>(CLASSES + <usize>c, kind);
}

/**
 * A path as its decoded segments, so that two spellings of one resource are one. Whatever a server behind could read
 * differently is refused, not repaired (contract, section 3): an encoded slash or backslash, `.` and `..`, an empty
 * segment, `;`, control characters, invalid UTF-8, a fragment, and percent-coding inside percent-coding, which would be
 * another name when decoded twice.
 */
export class ResourcePath {
  count: i32 = 0;
  /** The path ended in a slash. */
  isCollection: bool = false;
  hasQuery: bool = false;
  /** Length of the raw path before `?`. */
  rawLength: i32 = 0;
  private bytes: usize = 0;
  private room: Writer = new Writer(MAX_PATH);
  private starts: StaticArray<u16> = new StaticArray<u16>(MAX_SEGMENTS);
  private lengths: StaticArray<u16> = new StaticArray<u16>(MAX_SEGMENTS);

  /**
   * Reads an absolute path with an optional query (`/a/b%20c/?q`). The decoded bytes are the object's own. False when
   * the path is ambiguous, too long or no path at all; then it has no segments.
   */
  parse(ptr: usize, len: i32): bool {
    this.count = 0;
    this.isCollection = false;
    this.hasQuery = false;
    this.rawLength = len;
    if (len <= 0 || len > MAX_PATH || load<u8>(ptr) != 0x2f) return false;
    // Decoded, a path is never longer than it was.
    this.room.reset();
    if (!this.room.reserve(len)) return false;
    this.bytes = this.room.ptr;
    const out = this.bytes;
    const end = ptr + <usize>len;
    let count = 0;
    let at = ptr + 1;
    let write: usize = out;
    let segment: usize = out;
    let high: bool = false;
    let percent: bool = false;
    let ended: bool = false;
    while (!ended) {
      let kind: u8 = 1;
      let c: u8 = 0x2f;
      if (at < end) {
        c = load<u8>(at);
        kind = load<u8>(CLASSES + <usize>c);
      } else ended = true;
      at++;
      if (kind == 0) {
        store<u8>(write++, c);
      } else if (kind == 4) {
        high = true;
        store<u8>(write++, c);
      } else if (kind == 2) {
        const value = hexByte(at, end);
        if (value < 0 || isForbidden(<u8>value)) return false;
        if (value == 0x25) percent = true;
        if (value >= 0x80) high = true;
        store<u8>(write++, <u8>value);
        at += 2;
      } else if (kind == 5) {
        return false;
      } else {
        if (kind == 3) {
          this.hasQuery = true;
          this.rawLength = <i32>(at - 1 - ptr);
          ended = true;
        }
        const size = <i32>(write - segment);
        if (size == 0) {
          // The end right after a slash is a collection; an empty segment anywhere else is `//`.
          if (!ended) return false;
          this.isCollection = true;
          break;
        }
        if (load<u8>(segment) == 0x2e && (size == 1 || (size == 2 && load<u8>(segment, 1) == 0x2e))) return false;
        if (high && !isUtf8(segment, size)) return false;
        if (percent && isEncoded(segment, write)) return false;
        if (count == MAX_SEGMENTS) return false;
        unchecked((this.starts[count] = <u16>(segment - out)));
        unchecked((this.lengths[count] = <u16>size));
        count++;
        segment = write;
        high = false;
        percent = false;
      }
    }
    // A query is not looked into, but what would end the request line or hide a fragment is refused.
    if (this.hasQuery) {
      for (; at < end; at++) if (load<u8>(at) <= 0x20 || load<u8>(at) == 0x23) return false;
    }
    this.count = count;
    return true;
  }

  /** Gives the memory back; the path has no segments then. */
  free(): void {
    this.release(0);
  }

  /** Gives memory back that is more than `keep` bytes; the path has no segments then. */
  release(keep: i32): void {
    this.room.release(keep);
    this.bytes = this.room.ptr;
    this.count = 0;
  }

  /** True when the path that was parsed last was refused for want of memory only. */
  get lacksMemory(): bool {
    return this.room.overflow;
  }

  /** The decoded bytes of segment `i`; 0 when there is none. */
  ptr(i: i32): usize {
    return i >= 0 && i < this.count ? this.bytes + <usize>unchecked(this.starts[i]) : 0;
  }

  len(i: i32): i32 {
    return i >= 0 && i < this.count ? <i32>unchecked(this.lengths[i]) : 0;
  }

  slice(i: i32, into: Slice): void {
    into.set(this.ptr(i), this.len(i));
  }

  /** Writes the path of the first `segments` segments, encoded anew, with a slash at the end for a collection. */
  write(writer: Writer, segments: i32, collection: bool): void {
    for (let i = 0; i < segments && i < this.count; i++) {
      writer.byte(0x2f);
      writeSegment(writer, this.ptr(i), this.len(i));
    }
    if (collection || segments == 0) writer.byte(0x2f);
  }
}

/** True when what was decoded could be decoded once more. */
function isEncoded(at: usize, end: usize): bool {
  for (; at < end; at++) if (load<u8>(at) == 0x25 && hexByte(at + 1, end) >= 0) return true;
  return false;
}

function isForbidden(c: u8): bool {
  return c < 0x20 || c == 0x7f || c == 0x2f || c == 0x5c || c == 0x3b;
}

const SCHEME_END: Text = text("://");

/** Where the path begins in a reference: a server may write its own scheme and host in front. */
export function pathOfReference(ptr: usize, len: i32): i32 {
  if (len > 0 && load<u8>(ptr) == 0x2f) return 0;
  const colon = indexOf(ptr, len, 0x3a);
  if (colon < 0 || !startsWithFolded(ptr + <usize>colon, len - colon, SCHEME_END)) return 0;
  const host = colon + SCHEME_END.len;
  const slash = indexOf(ptr + <usize>host, len - host, 0x2f);
  return slash < 0 ? 0 : host + slash;
}
