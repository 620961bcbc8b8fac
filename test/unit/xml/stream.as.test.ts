import { describe, expect, test } from "vitest-pool-assemblyscript/assembly";
import { XmlError } from "../../../assembly/xml/error";
import { XmlMisc, XmlSink } from "../../../assembly/xml/sink";
import { XmlStream } from "../../../assembly/xml/stream";
import { XmlTag } from "../../../assembly/xml/tag";

/** Writes down what it is given, each call in brackets. */
class Log extends XmlSink {
  all: string = "";

  symbol(namespace: i32, local: usize, localLen: i32): i32 {
    return namespace * 100 + localLen;
  }

  start(tag: XmlTag, ptr: usize, len: i32, depth: i32): void {
    const local = String.UTF8.decodeUnsafe(tag.local, tag.localLen);
    this.all += `[${depth} ${tag.namespace}:${local} ${tag.symbol} ${String.UTF8.decodeUnsafe(ptr, len)}]`;
  }

  end(ptr: usize, len: i32, depth: i32): void {
    this.all += `[${depth} ${String.UTF8.decodeUnsafe(ptr, len)}]`;
  }

  text(ptr: usize, len: i32, depth: i32, cdata: bool): void {
    this.all += `[${depth} ${cdata ? "cdata" : "text"} ${String.UTF8.decodeUnsafe(ptr, len)}]`;
  }

  misc(kind: i32, ptr: usize, len: i32, depth: i32): void {
    this.all += `[misc ${kind}]`;
  }

  settle(): void {}
}

function write(stream: XmlStream, sink: XmlSink, chunk: string): bool {
  const bytes = String.UTF8.encode(chunk);
  return stream.write(changetype<usize>(bytes), bytes.byteLength, sink);
}

function errorOf(document: string): i32 {
  const stream = new XmlStream();
  stream.begin();
  write(stream, new Log(), document);
  return stream.error;
}

describe("XmlStream", () => {
  test("gives tags with their names, and text as written", () => {
    const log = new Log();
    const stream = new XmlStream();
    stream.begin();
    expect(write(stream, log, `<D:a xmlns:D="DAV:"><b/>&lt;<![CDATA[x]]></D:a>`)).toBe(true);
    expect(stream.finish()).toBe(true);
    expect(log.all).toBe(
      `[1 1:a 101 <D:a xmlns:D="DAV:">][2 0:b 1 <b/>][1 text &lt;]` +
        `[misc ${XmlMisc.CDATA_MARK}][1 cdata x][misc ${XmlMisc.CDATA_MARK}][1 </D:a>]`,
    );
  });

  test("puts tags together that lie in several chunks", () => {
    const log = new Log();
    const stream = new XmlStream();
    stream.begin();
    write(stream, log, "<");
    write(stream, log, `a b='>`);
    write(stream, log, `<'`);
    expect(stream.error).toBe(XmlError.NONE);
    write(stream, log, "");
    write(stream, log, "></");
    expect(stream.error).toBe(XmlError.MALFORMED);
    stream.begin();
    log.all = "";
    write(stream, log, `<a b='>`);
    write(stream, log, `'></`);
    write(stream, log, `a`);
    expect(stream.finish()).toBe(false);
    write(stream, log, ` >`);
    expect(stream.finish()).toBe(true);
    expect(log.all).toBe("[1 0:a 1 <a b='>'>][1 </a >]");
  });

  test("knows a tag that it has met by the declarations in scope", () => {
    const log = new Log();
    const stream = new XmlStream();
    stream.begin();
    write(
      stream,
      log,
      "<a><b/> some text, long enough<c xmlns='DAV:'><b/>  some text, long enough</c><b/>  the end </a>",
    );
    expect(log.all.includes("[2 0:b 1 <b/>]")).toBe(true);
    expect(log.all.includes("[3 1:b 101 <b/>]")).toBe(true);
    expect(log.all.lastIndexOf("[2 0:b 1 <b/>]")).toBeGreaterThan(log.all.indexOf("[3 1:b"));
  });

  test("refuses what is malformed, a document type, another encoding, and what is nested too deep", () => {
    expect(errorOf("<a></b>")).toBe(XmlError.MALFORMED);
    expect(errorOf("<a/><a/>")).toBe(XmlError.MALFORMED);
    expect(errorOf("<a/>x")).toBe(XmlError.MALFORMED);
    expect(errorOf("<b:a/>")).toBe(XmlError.MALFORMED);
    expect(errorOf("<a b='1' b='2'/>")).toBe(XmlError.MALFORMED);
    expect(errorOf("<!DOCTYPE a []><a/>")).toBe(XmlError.DOCTYPE);
    expect(errorOf("<?xml version='1.0' encoding='latin1'?><a/>")).toBe(XmlError.ENCODING);
    expect(errorOf("\0<\0a")).toBe(XmlError.ENCODING);
    expect(errorOf("<a>".repeat(1024) + "</a>".repeat(1024))).toBe(XmlError.NONE);
    expect(errorOf("<a>".repeat(1025))).toBe(XmlError.TOO_DEEP);
    expect(errorOf("<a>".repeat(1024) + "<b/>")).toBe(XmlError.TOO_DEEP);
  });

  test("stays refused", () => {
    const stream = new XmlStream();
    const log = new Log();
    stream.begin();
    expect(write(stream, log, "<a></b>")).toBe(false);
    expect(write(stream, log, "</a>")).toBe(false);
    expect(stream.finish()).toBe(false);
    stream.begin();
    expect(write(stream, log, "<a/>")).toBe(true);
    expect(stream.finish()).toBe(true);
  });
});
