import { Writer } from "../bytes/writer";
import { isSpace, skipSpace } from "../xml/chars";
import { TextDecoder } from "../xml/text_decoder";
import { MAX_NESTED } from "./multistatus_frame";

/** The longest href that is taken, in bytes. */
export const MAX_HREF: i32 = 64 << 10;

/**
 * The text of a DAV:href (RFC 4918, 14.7), which comes in pieces, decoded and trimmed. It is kept after those of the
 * responses around it, which are needed once more when the ones inside have ended.
 */
export class HrefText {
  /** The trimmed text, once `finish` was called; valid until the next `text`. */
  ptr: usize = 0;
  len: i32 = 0;
  /** Where it lies among those kept. */
  at: i32 = 0;
  private kept: Writer = new Writer(MAX_NESTED * MAX_HREF);
  private decoder: TextDecoder = new TextDecoder();

  /** Begins a text after the first `base` bytes of those kept. */
  begin(base: i32): void {
    this.length = base;
    this.at = base;
    this.decoder.begin();
  }

  /** Takes a piece as written. */
  text(ptr: usize, len: i32, cdata: bool): void {
    this.decoder.feed(ptr, len, cdata);
    while (this.decoder.next()) this.kept.bytes(this.decoder.ptr, this.decoder.len);
  }

  /** A comment or the mark of a CDATA section stands here. */
  boundary(): void {
    this.decoder.boundary();
  }

  /** The text is complete. False when it is empty, malformed or too long. */
  finish(): bool {
    this.decoder.boundary();
    const base = this.kept.ptr;
    const end = base + <usize>this.kept.len;
    const start = skipSpace(base + <usize>this.at, end);
    let stop = end;
    while (stop > start && isSpace(load<u8>(stop - 1))) stop--;
    this.ptr = start;
    this.at = <i32>(start - base);
    this.len = <i32>(stop - start);
    return this.len > 0 && !this.decoder.bad && !this.kept.overflow;
  }

  /** How many bytes are kept. */
  get length(): i32 {
    return this.kept.len;
  }

  set length(length: i32) {
    this.kept.len = length;
    this.kept.overflow = false;
  }

  ptrAt(at: i32): usize {
    return this.kept.ptr + <usize>at;
  }

  /** Gives memory back that is larger than `keep` bytes. */
  release(keep: i32): void {
    this.kept.release(keep);
  }
}
