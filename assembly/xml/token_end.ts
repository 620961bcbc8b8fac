/** Kinds of markup, once enough of it was seen. */
const UNKNOWN: i32 = 0;
const TAG: i32 = 1;
const END_TAG: i32 = 2;
const INSTRUCTION: i32 = 3;
const DECLARATION: i32 = 4;
const COMMENT: i32 = 5;
const CDATA: i32 = 6;

/** `<![CDATA[` */
const CDATA_DECIDED: i32 = 9;
/** `<!NOTATION`: bytes enough to tell what any `<!` is. */
export const DECLARATION_DECIDED: i32 = 10;

/**
 * Finds the end of a piece of markup that comes byte by byte: a tag, comment, instruction, or the beginning of a CDATA
 * section. It tells only where to cut; what was cut out may still be malformed.
 */
export class TokenEnd {
  private kind: i32 = UNKNOWN;
  private length: i32 = 0;
  private quote: u8 = 0;
  private last: u8 = 0;
  private beforeLast: u8 = 0;

  reset(): void {
    this.kind = UNKNOWN;
    this.length = 0;
    this.quote = 0;
  }

  /** Takes the next byte, beginning with the `<`; true when it is the last one. */
  isLast(c: u8): bool {
    const length = ++this.length;
    if (length == 1) return false;
    if (length == 2) this.kind = c == 0x2f ? END_TAG : c == 0x3f ? INSTRUCTION : c == 0x21 ? DECLARATION : TAG;
    if (length == 3 && this.kind == DECLARATION) this.kind = c == 0x2d ? COMMENT : c == 0x5b ? CDATA : DECLARATION;
    const done = this.ends(c, length);
    this.beforeLast = this.last;
    this.last = c;
    return done;
  }

  private ends(c: u8, length: i32): bool {
    switch (this.kind) {
      case TAG:
        if (this.quote != 0) {
          if (c == this.quote) this.quote = 0;
          return false;
        }
        if (c == 0x22 || c == 0x27) this.quote = c;
        return c == 0x3e;
      case END_TAG:
        return c == 0x3e;
      case INSTRUCTION:
        return c == 0x3e && length >= 4 && this.last == 0x3f;
      case COMMENT:
        return c == 0x3e && length >= 7 && this.last == 0x2d && this.beforeLast == 0x2d;
      case CDATA:
        return length == CDATA_DECIDED;
      default:
        return length == DECLARATION_DECIDED;
    }
  }
}
