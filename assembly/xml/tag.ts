import { equal, hash, HASH_SEED, Slice } from "../bytes/slice";
import { Text, text } from "../bytes/text";
import { Writer } from "../bytes/writer";
import { nameEnd, skipSpace } from "./chars";
import { XmlNamespace, XML_URI, XMLNS_URI } from "./namespace";
import { checkReferences, decodeAttribute } from "./references";
import { NamespaceScopes } from "./scopes";

/** Attributes of one element, at most. It also bounds the cost of looking for the same one twice. */
const MAX_ATTRIBUTES: i32 = 256;

const XML: Text = text("xml");
const XMLNS: Text = text("xmlns");

@unmanaged
class Attribute {
  name: usize;
  prefixLen: i32;
  local: usize;
  localLen: i32;
  value: usize;
  valueLen: i32;
  /** Local name and namespace in 32 bits, to tell most attributes apart. */
  key: u32;
  identity: i32;
}

/** A start tag (or empty-element tag) taken apart and checked: XML 1.0, 3.1, and Namespaces in XML 1.0. */
export class XmlTag {
  /** The name as written. It and the attributes point into the tag that was parsed. */
  name: usize = 0;
  nameLen: i32 = 0;
  prefixLen: i32 = 0;
  local: usize = 0;
  localLen: i32 = 0;
  namespace: i32 = XmlNamespace.NONE;
  /** The number of the namespace's declaration in the scopes, or -1. */
  binding: i32 = -1;
  selfClosing: bool = false;
  /** What the sink of a stream takes the name for (`XmlSink.symbol`). */
  symbol: i32 = 0;
  private count: i32 = 0;
  private attributes: usize = 0;
  /** Attributes that there is room for. */
  private capacity: i32 = 0;
  private uri: Writer = new Writer(64 << 10);

  constructor(private scopes: NamespaceScopes) {}

  /**
   * Takes apart the tag from its `<` at `start` to after its `>` at `end`, and adds its declarations to the scopes.
   * False when it is not well-formed.
   */
  parse(start: usize, end: usize): bool {
    this.count = 0;
    this.selfClosing = false;
    const outside = this.scopes.count;
    const last = end - 1;
    let p = this.parseName(start + 1, last);
    if (p == 0) return false;
    while (true) {
      const next = skipSpace(p, last);
      if (next == last) break;
      if (load<u8>(next) == 0x2f && next + 1 == last) {
        this.selfClosing = true;
        break;
      }
      if (next == p) return false;
      p = this.parseAttribute(next, last, outside);
      if (p == 0) return false;
    }
    return this.resolve();
  }

  /**
   * As `parse`, for a tag without attributes whose end is not known yet: gives the place after it, or 0 when it has
   * attributes, is wrong, or does not end before `end`.
   */
  parsePlain(start: usize, end: usize): usize {
    const p = this.parseName(start + 1, end);
    if (p == 0 || p == end) return 0;
    this.count = 0;
    let stop = p;
    this.selfClosing = load<u8>(p) == 0x2f;
    if (this.selfClosing && ++stop == end) return 0;
    if (load<u8>(stop) != 0x3e) return 0;
    this.binding = this.scopes.find(this.name, this.prefixLen);
    if (this.prefixLen > 0 && this.binding < 0) return 0;
    this.namespace = this.scopes.namespace(this.binding);
    return stop + 1;
  }

  /** Takes the tag's name apart and gives its end, or 0. */
  private parseName(p: usize, end: usize): usize {
    const first = nameEnd(p, end);
    if (first == p) return 0;
    this.name = p;
    this.local = p;
    this.prefixLen = 0;
    let stop = first;
    if (first < end && load<u8>(first) == 0x3a) {
      this.prefixLen = <i32>(first - p);
      this.local = first + 1;
      stop = nameEnd(this.local, end);
      if (stop == this.local) return 0;
    }
    this.localLen = <i32>(stop - this.local);
    this.nameLen = <i32>(stop - p);
    return stop;
  }

  /** Takes `name = "value"` apart and gives its end, or 0. */
  private parseAttribute(p: usize, end: usize, outside: i32): usize {
    const name = p;
    let prefixLen = 0;
    let local = p;
    p = nameEnd(p, end);
    if (p == name) return 0;
    if (p < end && load<u8>(p) == 0x3a) {
      prefixLen = <i32>(p - name);
      local = p + 1;
      p = nameEnd(local, end);
      if (p == local) return 0;
    }
    const localLen = <i32>(p - local);
    p = skipSpace(p, end);
    if (p >= end || load<u8>(p) != 0x3d) return 0;
    p = skipSpace(p + 1, end);
    if (p >= end) return 0;
    const quote = load<u8>(p);
    if (quote != 0x22 && quote != 0x27) return 0;
    const value = ++p;
    let plain = true;
    for (; p < end; p++) {
      const c = load<u8>(p);
      if (c == quote) break;
      if (c == 0x3c) return 0;
      if (c == 0x26 || c < 0x20) plain = false;
    }
    if (p >= end || (!plain && !checkReferences(value, p))) return 0;
    const valueLen = <i32>(p - value);
    if (prefixLen == 0 && equal(local, localLen, XMLNS.ptr, XMLNS.len)) {
      if (!this.bind(name, 0, value, valueLen, plain, outside)) return 0;
    } else if (equal(name, prefixLen, XMLNS.ptr, XMLNS.len)) {
      if (!this.bind(local, localLen, value, valueLen, plain, outside)) return 0;
    } else {
      if (this.count == this.capacity && !this.grow()) return 0;
      const attribute = this.at(this.count++);
      attribute.name = name;
      attribute.prefixLen = prefixLen;
      attribute.local = local;
      attribute.localLen = localLen;
      attribute.value = value;
      attribute.valueLen = valueLen;
    }
    return p + 1;
  }

  private grow(): bool {
    if (this.capacity == MAX_ATTRIBUTES) return false;
    this.capacity = this.capacity == 0 ? 8 : this.capacity * 2;
    const size = <usize>this.capacity * offsetof<Attribute>();
    this.attributes = this.attributes == 0 ? heap.alloc(size) : heap.realloc(this.attributes, size);
    return true;
  }

  /** Adds a namespace declaration; false when it is not allowed (Namespaces in XML 1.0, 3) or repeated. */
  private bind(prefix: usize, prefixLen: i32, uri: usize, uriLen: i32, plain: bool, outside: i32): bool {
    if (!plain) {
      this.uri.reset();
      decodeAttribute(uri, uriLen, this.uri);
      if (this.uri.overflow) return false;
      uri = this.uri.ptr;
      uriLen = this.uri.len;
    }
    if (prefixLen > 0 && uriLen == 0) return false;
    if (equal(prefix, prefixLen, XMLNS.ptr, XMLNS.len)) return false;
    if (equal(uri, uriLen, XMLNS_URI.ptr, XMLNS_URI.len)) return false;
    const isXml = equal(uri, uriLen, XML_URI.ptr, XML_URI.len);
    if (isXml != equal(prefix, prefixLen, XML.ptr, XML.len)) return false;
    if (this.scopes.declaredSince(outside, prefix, prefixLen)) return false;
    return this.scopes.bind(prefix, prefixLen, uri, uriLen);
  }

  /** Looks up the prefixes of the name and of the attributes, and refuses an attribute that stands there twice. */
  private resolve(): bool {
    this.binding = this.scopes.find(this.name, this.prefixLen);
    if (this.prefixLen > 0 && this.binding < 0) return false;
    this.namespace = this.scopes.namespace(this.binding);
    for (let i = 0; i < this.count; i++) {
      const attribute = this.at(i);
      attribute.identity = -1;
      if (attribute.prefixLen > 0) {
        const binding = this.scopes.find(attribute.name, attribute.prefixLen);
        if (binding < 0) return false;
        attribute.identity = this.scopes.identity(binding);
      }
      attribute.key = hash(attribute.local, attribute.localLen, HASH_SEED ^ (<u32>attribute.identity));
      for (let j = 0; j < i; j++) {
        const other = this.at(j);
        if (other.key != attribute.key || other.identity != attribute.identity) continue;
        if (equal(other.local, other.localLen, attribute.local, attribute.localLen)) return false;
      }
    }
    return true;
  }

  /** Leaves the tag without attributes. */
  // @ts-ignore: decorator
  @inline
  forgetAttributes(): void {
    this.count = 0;
  }

  /** Writes the decoded value of the attribute of this name that has no prefix; false when there is none. */
  attribute(name: Text, out: Writer): bool {
    for (let i = 0; i < this.count; i++) {
      const attribute = this.at(i);
      if (attribute.prefixLen > 0 || !equal(attribute.local, attribute.localLen, name.ptr, name.len)) continue;
      return decodeAttribute(attribute.value, attribute.valueLen, out);
    }
    return false;
  }

  /** How many attributes there are, namespace declarations not counted. */
  get attributeCount(): i32 {
    return this.count;
  }

  /** The names of attribute `i`: its namespace's (empty: none) and the local one. Valid as long as tag and scopes. */
  attributeName(i: i32, uri: Slice, local: Slice): void {
    if (<u32>i >= <u32>this.count) return;
    const attribute = this.at(i);
    uri.set(this.scopes.uriPtr(attribute.identity), this.scopes.uriLen(attribute.identity));
    local.set(attribute.local, attribute.localLen);
  }

  /** Writes the decoded value of attribute `i`. */
  attributeValue(i: i32, out: Writer): void {
    if (<u32>i >= <u32>this.count) return;
    const attribute = this.at(i);
    decodeAttribute(attribute.value, attribute.valueLen, out);
  }

  // @ts-ignore: decorator
  @inline
  private at(i: i32): Attribute {
    return changetype<Attribute>(this.attributes + <usize>i * offsetof<Attribute>());
  }
}

/**
 * The end of the tag that begins at `start`: after the first `>` that stands in no quotes. 0 when the bytes end before.
 */
export function tagEnd(start: usize, end: usize): usize {
  let quote: u8 = 0;
  for (let p = start; p < end; p++) {
    const c = load<u8>(p);
    if (quote != 0) {
      if (c == quote) quote = 0;
    } else if (c == 0x3e) return p + 1;
    else if (c == 0x22 || c == 0x27) quote = c;
  }
  return 0;
}
