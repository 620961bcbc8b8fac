import { Writer } from "../../../assembly/bytes/writer";
import { XmlReader, XmlToken } from "../../../assembly/xml/reader";
import { XmlMisc, XmlSink } from "../../../assembly/xml/sink";
import { XmlStream } from "../../../assembly/xml/stream";
import { XmlTag } from "../../../assembly/xml/tag";
import { TextDecoder } from "../../../assembly/xml/text_decoder";

/** The parsers for tests in Node: what they find is written down as lines, `S name`, `E name`, `T text`. */

const log = new Writer(64 << 20);
const text = new Writer(64 << 20);
const reader = new XmlReader();
const stream = new XmlStream();

export function alloc(len: i32): usize {
  return heap.alloc(<usize>len);
}

export function free(ptr: usize): void {
  heap.free(ptr);
}

export function logPtr(): usize {
  return log.ptr;
}

export function logLen(): i32 {
  return log.len;
}

function line(kind: u8, namespace: usize, namespaceLen: i32, local: usize, localLen: i32): void {
  log.byte(kind);
  log.byte(32);
  log.bytes(namespace, namespaceLen);
  log.byte(32);
  log.bytes(local, localLen);
  log.byte(10);
}

/** Reads a document to its end; gives its `XmlError`. */
export function read(ptr: usize, len: i32, maxDepth: i32): i32 {
  log.reset();
  let inText = false;
  reader.open(ptr, len, maxDepth);
  while (reader.next() < XmlToken.EOF) {
    if (reader.token == XmlToken.TEXT) {
      text.reset();
      reader.appendText(text);
      if (!inText && text.len > 0) log.string("T ");
      if (text.len > 0) inText = true;
      log.bytes(text.ptr, text.len);
      continue;
    }
    if (inText) log.byte(10);
    inText = false;
    const uri = reader.uri;
    const isStart = reader.token == XmlToken.START;
    line(isStart ? 83 : 69, uri.ptr, isStart ? uri.len : 0, reader.local.ptr, reader.local.len);
  }
  return reader.error;
}

/** Reads without writing anything down. */
export function readOnly(ptr: usize, len: i32, maxDepth: i32): i32 {
  reader.open(ptr, len, maxDepth);
  while (reader.next() < XmlToken.EOF);
  return reader.error;
}

/** Writes events down as `read` does, and keeps the raw bytes of the document. */
class Log extends XmlSink {
  raw: Writer = new Writer(64 << 20);
  decoder: TextDecoder = new TextDecoder();
  badText: bool = false;
  inText: bool = false;

  begin(): void {
    this.raw.reset();
    this.decoder.begin();
    this.badText = false;
    this.inText = false;
  }

  symbol(namespace: i32, local: usize, localLen: i32): i32 {
    return 0;
  }

  start(tag: XmlTag, ptr: usize, len: i32, depth: i32): void {
    this.endText();
    this.raw.bytes(ptr, len);
    line(83, 0, 0, tag.local, tag.localLen);
    if (tag.selfClosing) line(69, 0, 0, tag.local, tag.localLen);
  }

  end(ptr: usize, len: i32, depth: i32): void {
    this.endText();
    this.raw.bytes(ptr, len);
    let local = ptr + 2;
    let stop = local;
    for (; ; stop++) {
      const c = load<u8>(stop);
      if (c == 0x3a) local = stop + 1;
      else if (c == 0x3e || c <= 32) break;
    }
    line(69, 0, 0, local, <i32>(stop - local));
  }

  text(ptr: usize, len: i32, depth: i32, cdata: bool): void {
    this.raw.bytes(ptr, len);
    this.decoder.feed(ptr, len, cdata);
    while (this.decoder.next()) {
      if (!this.inText) log.string("T ");
      this.inText = true;
      log.bytes(this.decoder.ptr, this.decoder.len);
    }
  }

  misc(kind: i32, ptr: usize, len: i32, depth: i32): void {
    this.raw.bytes(ptr, len);
    this.decoder.boundary();
    if (this.decoder.bad) this.badText = true;
  }

  settle(): void {}

  private endText(): void {
    this.decoder.boundary();
    if (this.decoder.bad) this.badText = true;
    if (this.inText) log.byte(10);
    this.inText = false;
  }
}

const sink = new Log();

export function streamBegin(): void {
  log.reset();
  sink.begin();
  stream.begin();
}

export function streamWrite(ptr: usize, len: i32): bool {
  return stream.write(ptr, len, sink);
}

/** Bit 0: the document is complete. Bit 1: a reference in its text is wrong. */
export function streamFinish(): i32 {
  return (stream.finish() ? 1 : 0) | (sink.badText ? 2 : 0);
}

export function streamError(): i32 {
  return stream.error;
}

export function rawPtr(): usize {
  return sink.raw.ptr;
}

export function rawLen(): i32 {
  return sink.raw.len;
}

class Nothing extends XmlSink {
  count: i32 = 0;
  symbol(namespace: i32, local: usize, localLen: i32): i32 {
    return 0;
  }

  start(tag: XmlTag, ptr: usize, len: i32, depth: i32): void {
    this.count++;
  }
  end(ptr: usize, len: i32, depth: i32): void {
    this.count++;
  }
  text(ptr: usize, len: i32, depth: i32, cdata: bool): void {
    this.count++;
  }
  misc(kind: i32, ptr: usize, len: i32, depth: i32): void {
    if (kind == XmlMisc.COMMENT) this.count++;
  }
  settle(): void {}
}

const nothing = new Nothing();

/** A stream that is read for nothing but to measure it. */
export function quietBegin(): void {
  stream.begin();
}

export function quietWrite(ptr: usize, len: i32): bool {
  return stream.write(ptr, len, nothing);
}

export function quietFinish(): bool {
  return stream.finish();
}
