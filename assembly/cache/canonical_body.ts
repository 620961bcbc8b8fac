import { equal, Slice } from "../bytes/slice";
import { Writer } from "../bytes/writer";
import { isSpace } from "../xml/chars";
import { XmlNamespace } from "../xml/namespace";
import { XmlReader, XmlToken } from "../xml/reader";
import { SeenBodies } from "./seen_bodies";

/** More attributes than any element of CalDAV has. */
const MAX_ATTRIBUTES: i32 = 16;
const seen = new SeenBodies();

/** What stands between names, values and text. XML allows none of these bytes in a document, so nothing can forge them. */
namespace Mark {
  export const ELEMENT: u8 = 1;
  /** Ends the name of a namespace, or the local name of an attribute. */
  export const NAME_END: u8 = 2;
  export const ATTRIBUTE: u8 = 3;
  export const TEXT: u8 = 4;
  export const END: u8 = 5;
  /** Plus `XmlNamespace`: stands for the name of a namespace that has a number. */
  export const NAMESPACE: u8 = 0x10;
}

/**
 * The canonical form of XML request bodies: two bodies that mean the same to a reader of RFC 4918, section 17, have the
 * same one, and no others do. It is no XML; what it keeps is the elements in their order, by namespace and local name;
 * their attributes, sorted; and the decoded text. Prefixes, declarations, comments, instructions, the difference
 * between `<a/>` and `<a></a>`, and white space between elements make no difference. White space that is all that an
 * element holds is kept, since it may be a value. Reused.
 */
export class CanonicalBody {
  private reader: XmlReader = new XmlReader();
  private uri: Slice = new Slice();
  private local: Slice = new Slice();
  private otherUri: Slice = new Slice();
  private otherLocal: Slice = new Slice();

  /**
   * Adds the canonical form of a body to `out`. False when there is none, and then nothing was added: the body is not
   * well-formed, nested deeper than `maxDepth`, too large for `out`, or nothing that a CalDAV client sends (text beside
   * elements, more than 16 attributes).
   */
  write(ptr: usize, len: i32, maxDepth: i32, out: Writer): bool {
    const start = out.len;
    if (seen.find(ptr, len, maxDepth)) {
      out.bytes(seen.found.ptr, seen.found.len);
      return !out.overflow;
    }
    if (this.elements(ptr, len, maxDepth, out)) {
      seen.keep(ptr, len, maxDepth, out.ptr + <usize>start, out.len - start);
      return true;
    }
    out.len = start;
    return false;
  }

  private elements(ptr: usize, len: i32, maxDepth: i32, out: Writer): bool {
    const reader = this.reader;
    reader.open(ptr, len, maxDepth);
    /** Where the text of the innermost element begins; of use as long as no element was seen in it. */
    let text = out.len;
    let hasElements = false;
    while (reader.next() < XmlToken.EOF) {
      if (reader.token == XmlToken.START) {
        if (!dropBlank(out, text)) return false;
        if (!this.start(out)) return false;
        text = out.len;
        hasElements = false;
      } else if (reader.token == XmlToken.TEXT) {
        if (out.len == text && !hasElements) out.byte(Mark.TEXT);
        const from = out.len;
        reader.appendText(out);
        if (hasElements) {
          if (!isBlank(out, from)) return false;
          out.len = from;
        }
      } else {
        if (!hasElements && out.len == text + 1) out.len = text;
        out.byte(Mark.END);
        text = out.len;
        hasElements = true;
      }
      if (out.overflow) return false;
    }
    return reader.token == XmlToken.EOF;
  }

  private start(out: Writer): bool {
    const reader = this.reader;
    const count = reader.attributeCount;
    if (count > MAX_ATTRIBUTES) return false;
    out.byte(Mark.ELEMENT);
    writeNamespace(out, reader.namespace, reader.uri);
    out.bytes(reader.local.ptr, reader.local.len);
    let last = -1;
    for (let i = 0; i < count; i++) {
      last = this.following(last, count);
      reader.attributeName(last, this.uri, this.local);
      out.byte(Mark.ATTRIBUTE);
      out.bytes(this.uri.ptr, this.uri.len);
      out.byte(Mark.NAME_END);
      out.bytes(this.local.ptr, this.local.len);
      out.byte(Mark.NAME_END);
      reader.attributeValue(last, out);
    }
    return true;
  }

  /** The attribute that comes next after attribute `last` (-1: the first) in the order of their names. */
  private following(last: i32, count: i32): i32 {
    let best = -1;
    for (let i = 0; i < count; i++) {
      if ((last < 0 || this.isBefore(last, i)) && (best < 0 || this.isBefore(i, best))) best = i;
    }
    return best;
  }

  private isBefore(a: i32, b: i32): bool {
    this.reader.attributeName(a, this.uri, this.local);
    this.reader.attributeName(b, this.otherUri, this.otherLocal);
    const isSame = equal(this.uri.ptr, this.uri.len, this.otherUri.ptr, this.otherUri.len);
    return isSame ? compare(this.local, this.otherLocal) < 0 : compare(this.uri, this.otherUri) < 0;
  }
}

/** Takes back the text that ends `out`, if it is but white space; false when it is more. */
function dropBlank(out: Writer, from: i32): bool {
  if (out.len == from) return true;
  // The first byte says that it is text.
  if (!isBlank(out, from + 1)) return false;
  out.len = from;
  return true;
}

function isBlank(out: Writer, from: i32): bool {
  for (let i = from; i < out.len; i++) if (!isSpace(load<u8>(out.ptr + <usize>i))) return false;
  return true;
}

function writeNamespace(out: Writer, namespace: i32, uri: Slice): void {
  if (namespace != XmlNamespace.OTHER) {
    out.byte(<u8>(Mark.NAMESPACE + namespace));
    return;
  }
  out.bytes(uri.ptr, uri.len);
  out.byte(Mark.NAME_END);
}

/** The order of the bytes; a run comes before those that it begins. */
function compare(a: Slice, b: Slice): i32 {
  const shorter = min(a.len, b.len);
  const order = shorter > 0 ? memory.compare(a.ptr, b.ptr, <usize>shorter) : 0;
  return order != 0 ? order : a.len - b.len;
}
