import { XmlTag } from "./tag";

/** What lies outside of tags and text. */
export namespace XmlMisc {
  export const COMMENT: i32 = 0;
  /** A processing instruction. */
  export const INSTRUCTION: i32 = 1;
  /** The XML declaration, or a byte order mark. */
  export const PROLOG: i32 = 2;
  /** `<![CDATA[` or its `]]>`. */
  export const CDATA_MARK: i32 = 3;
  /** White space outside of the root. */
  export const SPACE: i32 = 4;
}

/**
 * Takes what an `XmlStream` finds, in order and without a gap: the raw bytes of all calls, one after the other, are the
 * document. Bytes are valid until `settle`.
 */
export abstract class XmlSink {
  /**
   * A number of the sink's own for a name, which comes back as `symbol` with every start tag of that name. It must
   * depend on nothing else.
   */
  abstract symbol(namespace: i32, local: usize, localLen: i32): i32;

  /**
   * A start tag, and the tag as written; the root has depth 1. No `end` follows an empty-element tag.
   */
  abstract start(tag: XmlTag, ptr: usize, len: i32, depth: i32): void;

  /** An end tag as written, and the depth of its element. */
  abstract end(ptr: usize, len: i32, depth: i32): void;

  /**
   * A piece of character data as written, or of what is in a CDATA section. One run of text may come in any number of
   * pieces, cut anywhere. `depth` is that of the element it stands in.
   */
  abstract text(ptr: usize, len: i32, depth: i32, cdata: bool): void;

  /** Anything else as written (`XmlMisc`). */
  abstract misc(kind: i32, ptr: usize, len: i32, depth: i32): void;

  /** The bytes given so far are about to go: what is still needed must be copied now. */
  abstract settle(): void;
}
