import { Slice, startsWith } from "../bytes/slice";
import { Text, text } from "../bytes/text";
import { Writer } from "../bytes/writer";
import { checkCharacters, skipSpace } from "./chars";
import { Instruction, instruction, instructionError } from "./declaration";
import { MAX_DEPTH, OpenElements } from "./elements";
import { XmlError } from "./error";
import { isMarkupDeclaration } from "./markup";
import { XmlNamespace } from "./namespace";
import { decodeCdata, decodeText, reference } from "./references";
import { findPair } from "./scan";
import { NamespaceScopes } from "./scopes";
import { tagEnd, XmlTag } from "./tag";

/** What `XmlReader.next` found. */
export namespace XmlToken {
  export const START: i32 = 0;
  export const END: i32 = 1;
  export const TEXT: i32 = 2;
  export const EOF: i32 = 3;
  export const ERROR: i32 = 4;
}

const COMMENT_OPEN: Text = text("<!--");
const CDATA_OPEN: Text = text("<![CDATA[");

/**
 * A pull parser for a document that lies in memory as a whole: UTF-8, XML 1.0 with namespaces, no document type. It
 * checks well-formedness in full, but only as it goes: nothing read is to be trusted before EOF was reached. It takes
 * linear time, makes no garbage, and one object can read any number of documents, one after the other.
 *
 *     reader.open(ptr, len, 64);
 *     while (reader.next() < XmlToken.EOF) …
 *
 * Make few and use them again: some of their memory lies outside of garbage collection and is never freed.
 */
export class XmlReader {
  /** The last token's kind. */
  token: i32 = XmlToken.ERROR;
  /** `XmlError.NONE` until `next` gave ERROR. */
  error: i32 = XmlError.NONE;
  /** How deep the last token lies: 1 for START and END of the root, and for the text in it. */
  depth: i32 = 0;
  /** `XmlNamespace` of the element, after START and END. */
  namespace: i32 = XmlNamespace.NONE;
  /** Its local name, after START and END; valid until the next `next`. */
  local: Slice = new Slice();
  /** Its namespace's name, after START; valid until the next `next`. */
  uri: Slice = new Slice();
  /**
   * Where the token lies in the source, as offsets from the `ptr` that was opened. The END of an empty-element tag
   * is the empty place after it.
   */
  tokenStart: i32 = 0;
  tokenEnd: i32 = 0;
  private base: usize = 0;
  private position: usize = 0;
  private end: usize = 0;
  private maxDepth: i32 = 0;
  private cdata: bool = false;
  /** The element to leave before the next token: after END, and between START and END of an empty-element tag. */
  private leave: bool = false;
  private pendingEnd: bool = false;
  private rootSeen: bool = false;
  private scopes: NamespaceScopes = new NamespaceScopes();
  private elements: OpenElements = new OpenElements();
  private tag: XmlTag = new XmlTag(this.scopes);

  /**
   * Begins with a document. The caller owns the bytes and keeps them until it has finished reading. Elements nested
   * deeper than `maxDepth` (at most 1024) are an error.
   */
  open(ptr: usize, len: i32, maxDepth: i32): void {
    this.base = ptr;
    this.position = ptr;
    this.end = ptr + <usize>max(len, 0);
    this.maxDepth = min(maxDepth, MAX_DEPTH);
    this.token = XmlToken.TEXT;
    this.error = XmlError.NONE;
    this.depth = 0;
    this.leave = false;
    this.pendingEnd = false;
    this.rootSeen = false;
    this.scopes.open();
    this.elements.open();
    this.error = this.openProlog();
    if (this.error != XmlError.NONE) this.token = XmlToken.ERROR;
  }

  /** The byte order mark, the XML declaration, and the characters of the whole document. */
  private openProlog(): i32 {
    const left = this.end - this.position;
    if (left >= 2) {
      const mark = load<u16>(this.position);
      if (mark == 0xfeff || mark == 0xfffe) return XmlError.ENCODING;
    }
    if (left >= 3 && load<u16>(this.position) == 0xbbef && load<u8>(this.position + 2) == 0xbf) this.position += 3;
    let ascii = false;
    if (this.end - this.position >= 5 && load<u32>(this.position) == 0x6d783f3c) {
      const stop = findPair(this.position + 2, this.end, 0x3f, 0x3e);
      if (stop == 0) return XmlError.MALFORMED;
      const kind = instruction(this.position, stop, true);
      if (instructionError(kind) != XmlError.NONE) return instructionError(kind);
      ascii = kind == Instruction.DECLARATION_ASCII;
      this.position = stop;
    }
    return checkCharacters(this.position, <i32>(this.end - this.position), ascii);
  }

  /** Goes on to the next token. After EOF or ERROR it stays there. Comments and instructions are passed over. */
  next(): i32 {
    if (this.token >= XmlToken.EOF) return this.token;
    if (this.pendingEnd) {
      this.pendingEnd = false;
      this.leave = true;
      return this.found(XmlToken.END, this.position, this.position);
    }
    if (this.leave) {
      this.leave = false;
      this.scopes.close(this.elements.pop());
    }
    while (this.position < this.end) {
      const start = this.position;
      if (load<u8>(start) != 0x3c) {
        if (this.elements.depth > 0) return this.scanText(start);
        this.position = skipSpace(start, this.end);
        if (this.position == start) return this.fail(XmlError.MALFORMED);
        continue;
      }
      const c: u8 = start + 1 < this.end ? load<u8>(start + 1) : 0;
      if (c == 0x2f) return this.readEnd(start);
      if (c != 0x21 && c != 0x3f) return this.readStart(start);
      const isText = c == 0x21 && this.elements.depth > 0 && startsWith(start, <i32>(this.end - start), CDATA_OPEN);
      if (isText) return this.readCdata(start);
      const error = c == 0x3f ? this.skipInstruction(start) : this.skipComment(start);
      if (error != XmlError.NONE) return this.fail(error);
    }
    if (this.elements.depth > 0 || !this.rootSeen) return this.fail(XmlError.MALFORMED);
    return this.found(XmlToken.EOF, this.end, this.end);
  }

  private readStart(start: usize): i32 {
    const elements = this.elements;
    if (this.rootSeen && elements.depth == 0) return this.fail(XmlError.MALFORMED);
    const stop = tagEnd(start, this.end);
    const scope = this.scopes.count;
    const tag = this.tag;
    if (stop == 0 || !tag.parse(start, stop)) return this.fail(XmlError.MALFORMED);
    if (elements.depth >= this.maxDepth) return this.fail(XmlError.TOO_DEEP);
    if (!elements.push(tag.name, tag.nameLen, tag.prefixLen, tag.namespace, scope)) {
      return this.fail(XmlError.MALFORMED);
    }
    this.rootSeen = true;
    this.namespace = tag.namespace;
    this.local.set(tag.local, tag.localLen);
    this.uri.set(this.scopes.uriPtr(tag.binding), this.scopes.uriLen(tag.binding));
    this.pendingEnd = tag.selfClosing;
    return this.found(XmlToken.START, start, stop);
  }

  private readEnd(start: usize): i32 {
    const elements = this.elements;
    const name = start + 2;
    if (elements.depth == 0 || <i32>(this.end - name) < elements.nameLen) return this.fail(XmlError.MALFORMED);
    if (!elements.isName(name, elements.nameLen)) return this.fail(XmlError.MALFORMED);
    const stop = skipSpace(name + <usize>elements.nameLen, this.end);
    if (stop >= this.end || load<u8>(stop) != 0x3e) return this.fail(XmlError.MALFORMED);
    this.leave = true;
    return this.found(XmlToken.END, start, stop + 1);
  }

  private scanText(start: usize): i32 {
    let p = start;
    while (p < this.end) {
      const c = load<u8>(p);
      if (c == 0x3c) break;
      if (c == 0x26) {
        const found = reference(p, this.end);
        if (found == 0) return this.fail(XmlError.MALFORMED);
        p += <usize>(found >> 32);
      } else if (c == 0x5d && this.end - p >= 3 && load<u16>(p + 1) == 0x3e5d) return this.fail(XmlError.MALFORMED);
      else p++;
    }
    this.cdata = false;
    return this.found(XmlToken.TEXT, start, p);
  }

  private readCdata(start: usize): i32 {
    let p = start + <usize>CDATA_OPEN.len;
    do {
      p = findPair(p, this.end, 0x5d, 0x5d);
      if (p == 0) return this.fail(XmlError.MALFORMED);
      if (p < this.end && load<u8>(p) == 0x3e) break;
      p--;
    } while (true);
    this.cdata = true;
    return this.found(XmlToken.TEXT, start, p + 1);
  }

  /** A comment, or a declaration, which is refused. */
  private skipComment(start: usize): i32 {
    const left = <i32>(this.end - start);
    if (!startsWith(start, left, COMMENT_OPEN)) {
      return isMarkupDeclaration(start, left) ? XmlError.DOCTYPE : XmlError.MALFORMED;
    }
    const stop = findPair(start + 4, this.end, 0x2d, 0x2d);
    if (stop == 0 || stop >= this.end || load<u8>(stop) != 0x3e) return XmlError.MALFORMED;
    this.position = stop + 1;
    return XmlError.NONE;
  }

  private skipInstruction(start: usize): i32 {
    const stop = findPair(start + 2, this.end, 0x3f, 0x3e);
    if (stop == 0) return XmlError.MALFORMED;
    this.position = stop;
    return instructionError(instruction(start, stop, false));
  }

  private found(token: i32, start: usize, stop: usize): i32 {
    this.token = token;
    this.depth = this.elements.depth;
    if (token == XmlToken.END) {
      this.namespace = this.elements.namespace;
      this.local.set(this.elements.localPtr, this.elements.localLen);
    }
    this.position = stop;
    this.tokenStart = <i32>(start - this.base);
    this.tokenEnd = <i32>(stop - this.base);
    return token;
  }

  private fail(error: i32): i32 {
    this.error = error;
    this.token = XmlToken.ERROR;
    return XmlToken.ERROR;
  }

  /** True when the START or END just read is of this element. */
  is(namespace: i32, local: Text): bool {
    return this.namespace == namespace && this.local.is(local);
  }

  /** After START: writes the decoded value of an attribute without a prefix; false when there is none. */
  attribute(local: Text, out: Writer): bool {
    return this.token == XmlToken.START && this.tag.attribute(local, out);
  }

  /** After START: how many attributes it has, namespace declarations not counted. */
  get attributeCount(): i32 {
    return this.token == XmlToken.START ? this.tag.attributeCount : 0;
  }

  /** After START: the namespace's name (empty: none) and the local name of attribute `i`; valid until the next `next`. */
  attributeName(i: i32, uri: Slice, local: Slice): void {
    this.tag.attributeName(i, uri, local);
  }

  /** After START: writes the decoded value of attribute `i`. */
  attributeValue(i: i32, out: Writer): void {
    this.tag.attributeValue(i, out);
  }

  /** After TEXT: writes the text with references resolved. */
  appendText(out: Writer): void {
    if (this.token != XmlToken.TEXT) return;
    const ptr = this.base + <usize>this.tokenStart;
    const len = this.tokenEnd - this.tokenStart;
    if (this.cdata) decodeCdata(ptr + <usize>CDATA_OPEN.len, len - CDATA_OPEN.len - 3, out);
    else decodeText(ptr, len, out);
  }

  /** True after TEXT that is nothing but white space as written. */
  get isBlank(): bool {
    if (this.token != XmlToken.TEXT || this.cdata) return false;
    const p = this.base + <usize>this.tokenStart;
    const end = this.base + <usize>this.tokenEnd;
    return skipSpace(p, end) == end;
  }

  /** True after the START of an empty-element tag. */
  get isEmptyTag(): bool {
    return this.token == XmlToken.START && this.pendingEnd;
  }

  /** After START: goes to the END of the same element. False when the document ends in an error before. */
  skip(): bool {
    const depth = this.depth;
    while (this.next() < XmlToken.EOF) if (this.token == XmlToken.END && this.depth == depth) return true;
    return false;
  }

  /**
   * After START: writes all text directly in the element and goes to its END. False when it holds elements, or the
   * document ends in an error before.
   */
  readText(out: Writer): bool {
    while (this.next() == XmlToken.TEXT) this.appendText(out);
    return this.token == XmlToken.END;
  }
}
