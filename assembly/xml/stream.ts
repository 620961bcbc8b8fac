import { startsWith } from "../bytes/slice";
import { Text, text } from "../bytes/text";
import { Writer } from "../bytes/writer";
import { nameEnd, skipSpace } from "./chars";
import { Instruction, instruction, instructionError } from "./declaration";
import { OpenElements, MAX_DEPTH } from "./elements";
import { XmlError } from "./error";
import { isMarkupDeclaration } from "./markup";
import { find, findPair } from "./scan";
import { NamespaceScopes } from "./scopes";
import { XmlMisc, XmlSink } from "./sink";
import { tagEnd, XmlTag } from "./tag";
import { highBytes, lowBytes, TagCache } from "./tag_cache";
import { DECLARATION_DECIDED, TokenEnd } from "./token_end";

/** The longest tag, comment or instruction that is taken. */
const MAX_TOKEN: i32 = 64 << 10;

const COMMENT_OPEN: Text = text("<!--");
const CDATA_OPEN: Text = text("<![CDATA[");
const CDATA_CLOSE: Text = text("]]>");
const BYTE_ORDER_MARK: Text = text("\ufeff");

/**
 * A push parser for a document that comes in chunks, cut anywhere, in constant memory: UTF-8, XML 1.0 with namespaces,
 * no document type. Tags, nesting and namespaces are checked as strictly as `XmlReader` does it; text is not looked at
 * (its characters and references are its reader's business). The first fault ends it.
 *
 * Make few and use them again: some of their memory lies outside of garbage collection and is never freed.
 */
export class XmlStream {
  error: i32 = XmlError.NONE;
  private sink: XmlSink | null = null;
  private rootSeen: bool = false;
  /** How much of a byte order mark was seen; -1 once that is settled. */
  private mark: i32 = 0;
  /** Only a byte order mark was seen before the root: the XML declaration may stand here. */
  private first: bool = true;
  private inCdata: bool = false;
  /** `]` at the end of the last chunk that may begin a `]]>`. */
  private brackets: i32 = 0;
  /** The markup that the last chunk ended in, and where that markup ends. */
  private carried: Writer = new Writer(MAX_TOKEN);
  private carriedEnd: TokenEnd = new TokenEnd();
  private scopes: NamespaceScopes = new NamespaceScopes();
  private elements: OpenElements = new OpenElements();
  private tag: XmlTag = new XmlTag(this.scopes);
  private cache: TagCache = new TagCache();

  /** Gives memory back that is larger than `keep` bytes. */
  release(keep: i32): void {
    this.carried.release(keep);
  }

  /** Begins with a document. */
  begin(): void {
    this.error = XmlError.NONE;
    this.rootSeen = false;
    this.mark = 0;
    this.first = true;
    this.inCdata = false;
    this.brackets = 0;
    this.carried.reset();
    this.scopes.open();
    this.elements.open();
  }

  /** Takes the next chunk. False when the document is at fault, now or before: `error` says how. */
  write(ptr: usize, len: i32, sink: XmlSink): bool {
    const end = ptr + <usize>max(len, 0);
    let p = ptr;
    if (this.mark >= 0) p = this.readMark(p, end, sink);
    if (this.carried.len > 0) p = this.readCarried(p, end, sink);
    while (p < end && this.error == XmlError.NONE) {
      if (this.inCdata) p = this.readCdata(p, end, sink);
      else if (load<u8>(p) != 0x3c) p = this.readText(p, end, sink);
      else {
        const next = this.readMarkup(p, end, sink);
        if (next - p <= <usize>MAX_TOKEN) p = next;
        else if (next != 0) this.fail(XmlError.MALFORMED);
        else if (this.error == XmlError.NONE) {
          this.carriedEnd.reset();
          p = this.readCarried(p, end, sink);
        }
      }
    }
    sink.settle();
    return this.error == XmlError.NONE;
  }

  /** True when the document is complete. */
  finish(): bool {
    return this.error == XmlError.NONE && this.rootSeen && this.elements.depth == 0 && this.carried.len == 0;
  }

  /** Tells a byte order mark from the first bytes, and other encodings too. */
  private readMark(p: usize, end: usize, sink: XmlSink): usize {
    for (; p < end; p++) {
      const c = load<u8>(p);
      if (this.mark < 3 && c == load<u8>(BYTE_ORDER_MARK.ptr + <usize>this.mark)) {
        this.mark++;
        continue;
      }
      if (this.mark == 3) sink.misc(XmlMisc.PROLOG, BYTE_ORDER_MARK.ptr, 3, this.elements.depth);
      else if (this.mark > 0 || c == 0 || c >= 0xfe) this.error = XmlError.ENCODING;
      this.mark = -1;
      break;
    }
    return p;
  }

  // @ts-ignore: decorator
  @inline
  private readText(p: usize, end: usize, sink: XmlSink): usize {
    const stop = find(p, end, 0x3c);
    if (this.elements.depth > 0) sink.text(p, <i32>(stop - p), this.elements.depth, false);
    else if (skipSpace(p, stop) == stop) sink.misc(XmlMisc.SPACE, p, <i32>(stop - p), this.elements.depth);
    else this.error = XmlError.MALFORMED;
    this.first = false;
    return stop;
  }

  /** Reads on in a CDATA section, up to its end at most. */
  private readCdata(p: usize, end: usize, sink: XmlSink): usize {
    let run = p;
    while (p < end) {
      const c = load<u8>(p);
      if (c == 0x5d) {
        // Brackets are held back: they may belong to the mark. All look alike, so they can be given from a constant.
        if (p > run) sink.text(run, <i32>(p - run), this.elements.depth, true);
        if (this.brackets == 2) sink.text(CDATA_CLOSE.ptr, 1, this.elements.depth, true);
        else this.brackets++;
        run = ++p;
      } else if (c == 0x3e && this.brackets == 2) {
        this.brackets = 0;
        this.inCdata = false;
        sink.misc(XmlMisc.CDATA_MARK, CDATA_CLOSE.ptr, CDATA_CLOSE.len, this.elements.depth);
        return p + 1;
      } else {
        if (this.brackets > 0) sink.text(CDATA_CLOSE.ptr, this.brackets, this.elements.depth, true);
        this.brackets = 0;
        p = find(p, end, 0x5d);
      }
    }
    if (p > run) sink.text(run, <i32>(p - run), this.elements.depth, true);
    return p;
  }

  /**
   * Keeps markup that the chunk ends in, and reads it once its end is there. Gives the place after what was taken.
   */
  private readCarried(p: usize, end: usize, sink: XmlSink): usize {
    const carried = this.carried;
    const start = p;
    let done = false;
    while (p < end && !done) done = this.carriedEnd.isLast(load<u8>(p++));
    carried.bytes(start, <i32>(p - start));
    if (carried.overflow) this.error = XmlError.MALFORMED;
    else if (done) {
      const stop = carried.ptr + <usize>carried.len;
      if (this.readMarkup(carried.ptr, stop, sink) != stop) this.fail(XmlError.MALFORMED);
      sink.settle();
      carried.reset();
    }
    return p;
  }

  /** Reads the markup at `p`; gives its end, or 0 when the bytes end before, or `error` is set. */
  // @ts-ignore: decorator
  @inline
  private readMarkup(p: usize, end: usize, sink: XmlSink): usize {
    if (end - p < 2) return 0;
    const c = load<u8>(p + 1);
    if (c == 0x2f) return this.readEnd(p, end, sink);
    if (c == 0x21) return this.readDeclared(p, end, sink);
    if (c == 0x3f) return this.readInstruction(p, end, sink);
    return this.readStart(p, end, sink);
  }

  // @ts-ignore: decorator
  @inline
  private readStart(p: usize, end: usize, sink: XmlSink): usize {
    if (end - p > 16) {
      const bytes = v128.load(p, 1);
      const brackets = v128.bitmask<i8>(i8x16.eq(bytes, i8x16.splat(0x3e)));
      if (brackets != 0) {
        const len = ctz(brackets);
        const lo = lowBytes(v128.extract_lane<u64>(bytes, 0), len);
        const hi = highBytes(v128.extract_lane<u64>(bytes, 1), len);
        return this.readShortStart(p, p + <usize>(len + 2), end, lo, hi, sink);
      }
    }
    return this.readAnyStart(p, end, sink);
  }

  /** Reads a tag that may be a plain one from `p` to `stop`, with up to 15 bytes between its brackets. */
  // @ts-ignore: decorator
  @inline
  private readShortStart(p: usize, stop: usize, end: usize, lo: u64, hi: u64, sink: XmlSink): usize {
    const tag = this.tag;
    const version = this.scopes.version;
    if (!this.cache.recall(p, lo, hi, version, tag)) {
      if (tag.parsePlain(p, stop) != stop) return this.readAnyStart(p, end, sink);
      tag.symbol = sink.symbol(tag.namespace, tag.local, tag.localLen);
      this.cache.remember(lo, hi, version, tag);
    }
    if (tag.selfClosing) return this.enter(p, stop, this.scopes.count, sink);
    if (!this.mayEnter()) return 0;
    this.elements.pushShort(lo, hi, tag.nameLen, tag.prefixLen, tag.namespace, this.scopes.count);
    sink.start(tag, p, <i32>(stop - p), this.elements.depth);
    return stop;
  }

  private readAnyStart(p: usize, end: usize, sink: XmlSink): usize {
    const scope = this.scopes.count;
    const stop = tagEnd(p, end);
    if (stop == 0) return 0;
    const tag = this.tag;
    if (!tag.parse(p, stop)) return this.fail(XmlError.MALFORMED);
    tag.symbol = sink.symbol(tag.namespace, tag.local, tag.localLen);
    return this.enter(p, stop, scope, sink);
  }

  /** Gives the tag on, outside of which `scope` declarations are in scope. */
  private enter(p: usize, stop: usize, scope: i32, sink: XmlSink): usize {
    if (!this.mayEnter()) return 0;
    const tag = this.tag;
    const elements = this.elements;
    const len = <i32>(stop - p);
    if (tag.selfClosing) {
      sink.start(tag, p, len, elements.depth + 1);
      this.scopes.close(scope);
      return stop;
    }
    if (!elements.push(tag.name, tag.nameLen, tag.prefixLen, tag.namespace, scope)) {
      return this.fail(XmlError.MALFORMED);
    }
    sink.start(tag, p, len, elements.depth);
    return stop;
  }

  /** Whether one more element may begin here. */
  // @ts-ignore: decorator
  @inline
  private mayEnter(): bool {
    const depth = this.elements.depth;
    if (depth == 0 && this.rootSeen) this.fail(XmlError.MALFORMED);
    else if (depth >= MAX_DEPTH) this.fail(XmlError.TOO_DEEP);
    this.rootSeen = true;
    return this.error == XmlError.NONE;
  }

  // @ts-ignore: decorator
  @inline
  private readEnd(p: usize, end: usize, sink: XmlSink): usize {
    const elements = this.elements;
    const depth = elements.depth;
    if (depth == 0) return this.fail(XmlError.MALFORMED);
    const name = p + 2;
    const len = <usize>elements.nameLen;
    if (end - name <= len) return 0;
    const isName = end - name >= 16 && elements.isShortName(name);
    if (!isName && !elements.isName(name, <i32>len)) return this.fail(XmlError.MALFORMED);
    const stop = skipSpace(name + len, end);
    if (stop == end) return 0;
    if (load<u8>(stop) != 0x3e) return this.fail(XmlError.MALFORMED);
    sink.end(p, <i32>(stop + 1 - p), depth);
    this.scopes.close(elements.pop());
    return stop + 1;
  }

  /** What begins with `<!`: a comment or a CDATA section; anything else is refused. */
  private readDeclared(p: usize, end: usize, sink: XmlSink): usize {
    const left = <i32>(end - p);
    if (startsWith(p, left, COMMENT_OPEN)) {
      const dashes = findPair(p + 4, end, 0x2d, 0x2d);
      if (dashes == 0 || dashes == end) return 0;
      if (load<u8>(dashes) != 0x3e) return this.fail(XmlError.MALFORMED);
      this.first = false;
      sink.misc(XmlMisc.COMMENT, p, <i32>(dashes + 1 - p), this.elements.depth);
      return dashes + 1;
    }
    if (this.elements.depth > 0 && startsWith(p, left, CDATA_OPEN)) {
      sink.misc(XmlMisc.CDATA_MARK, p, CDATA_OPEN.len, this.elements.depth);
      this.inCdata = true;
      return p + <usize>CDATA_OPEN.len;
    }
    if (left < DECLARATION_DECIDED) return 0;
    return this.fail(isMarkupDeclaration(p, left) ? XmlError.DOCTYPE : XmlError.MALFORMED);
  }

  private readInstruction(p: usize, end: usize, sink: XmlSink): usize {
    const stop = findPair(p + 2, end, 0x3f, 0x3e);
    if (stop == 0) return 0;
    const kind = instruction(p, stop, this.first && !this.rootSeen);
    const error = instructionError(kind);
    if (error != XmlError.NONE) return this.fail(error);
    this.first = false;
    sink.misc(
      kind == Instruction.OTHER ? XmlMisc.INSTRUCTION : XmlMisc.PROLOG,
      p,
      <i32>(stop - p),
      this.elements.depth,
    );
    return stop;
  }

  /** Keeps the first fault; gives 0. */
  private fail(error: i32): usize {
    if (this.error == XmlError.NONE) this.error = error;
    return 0;
  }
}
