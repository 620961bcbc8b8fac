import { describe, expect, test } from "vitest-pool-assemblyscript/assembly";
import { text } from "../../../assembly/bytes/text";
import { Writer } from "../../../assembly/bytes/writer";
import { XmlError } from "../../../assembly/xml/error";
import { XmlNamespace } from "../../../assembly/xml/namespace";
import { XmlReader, XmlToken } from "../../../assembly/xml/reader";

/** Opens a document; the encoded bytes must be kept by the caller. */
function open(reader: XmlReader, bytes: ArrayBuffer, maxDepth: i32 = 64): void {
  reader.open(changetype<usize>(bytes), bytes.byteLength, maxDepth);
}

/** Writes down all tokens, as `<1:local>`, `</1:local>` and `"text"`. */
function tokens(document: string): string {
  const bytes = String.UTF8.encode(document);
  const reader = new XmlReader();
  const value = new Writer(4096);
  open(reader, bytes);
  let out = "";
  while (true) {
    const token = reader.next();
    if (token == XmlToken.START) out += `<${reader.namespace}:${reader.local.toString()}>`;
    else if (token == XmlToken.END) out += `</${reader.namespace}:${reader.local.toString()}>`;
    else if (token == XmlToken.TEXT) {
      value.reset();
      reader.appendText(value);
      out += `"${value.toString()}"`;
    } else return token == XmlToken.EOF ? out : out + `!${reader.error}`;
  }
}

describe("XmlReader", () => {
  test("gives the tokens of a document with their namespaces", () => {
    expect(tokens(`<?xml version="1.0"?><D:a xmlns:D="DAV:"><b xmlns="urn:ietf:params:xml:ns:caldav"/>x</D:a>`)).toBe(
      `<1:a><2:b></2:b>"x"</1:a>`,
    );
  });

  test("knows the namespaces of calendar servers", () => {
    expect(
      tokens(
        `<a xmlns:b="http://calendarserver.org/ns/" xmlns:c="urn:ietf:params:xml:ns:carddav" ` +
          `xmlns:d="http://apple.com/ns/ical/" xmlns:e="dav:"><b:x/><c:x/><d:x/><e:x/><xml:x/></a>`,
      ),
    ).toBe("<0:a><3:x></3:x><4:x></4:x><5:x></5:x><7:x></7:x><6:x></6:x></0:a>");
  });

  test("lets the innermost declaration win and takes it back afterwards", () => {
    expect(tokens(`<a xmlns="DAV:"><a xmlns=""><a/></a><a/></a>`)).toBe("<1:a><0:a><0:a></0:a></0:a><1:a></1:a></1:a>");
  });

  test("resolves references, CDATA and line ends", () => {
    expect(tokens("<a>&lt;&amp;&gt;&quot;&apos;&#228;&#x1F600;\r\nb\rc<![CDATA[<&lt;\r\n]]>]]</a>")).toBe(
      `<0:a>"<&>"'ä😀\nb\nc""<&lt;\n""]]"</0:a>`,
    );
  });

  test("decodes attributes and normalizes their white space", () => {
    const bytes = String.UTF8.encode(`<a one="a&#10;b" two='x\n\ty\r\n"' z:one="no" xmlns:z="u"/>`);
    const reader = new XmlReader();
    open(reader, bytes);
    expect(reader.next()).toBe(XmlToken.START);
    const out = new Writer(100);
    expect(reader.attribute(text("one"), out)).toBe(true);
    expect(reader.attribute(text("two"), out)).toBe(true);
    expect(out.toString()).toBe(`a\nbx  y "`);
    expect(reader.attribute(text("three"), out)).toBe(false);
    expect(reader.attribute(text("xmlns"), out)).toBe(false);
  });

  test("says where each token lies, so that pieces can be cut out", () => {
    const source = `<a>x<b c=">"/></a>`;
    const bytes = String.UTF8.encode(source);
    const reader = new XmlReader();
    open(reader, bytes);
    let out = "";
    while (reader.next() < XmlToken.EOF)
      out += source.substring(reader.tokenStart, reader.tokenEnd) + `@${reader.depth} `;
    expect(out).toBe(`<a>@1 x@1 <b c=">"/>@2 @2 </a>@1 `);
  });

  test("skips an element and reads an element's text", () => {
    const bytes = String.UTF8.encode("<a><b><b/>x</b><c> y<!-- --><![CDATA[z]]></c></a>");
    const reader = new XmlReader();
    const out = new Writer(100);
    open(reader, bytes);
    reader.next();
    reader.next();
    expect(reader.skip()).toBe(true);
    expect(reader.local.toString()).toBe("b");
    expect(reader.next()).toBe(XmlToken.START);
    expect(reader.readText(out)).toBe(true);
    expect(out.toString()).toBe(" yz");
    expect(reader.next()).toBe(XmlToken.END);
    expect(reader.next()).toBe(XmlToken.EOF);
    expect(reader.next()).toBe(XmlToken.EOF);
  });

  test("refuses what is nested deeper than allowed", () => {
    const bytes = String.UTF8.encode("<a>".repeat(5) + "</a>".repeat(5));
    const reader = new XmlReader();
    open(reader, bytes, 4);
    while (reader.next() < XmlToken.EOF);
    expect(reader.error).toBe(XmlError.TOO_DEEP);
    open(reader, bytes, 5);
    while (reader.next() < XmlToken.EOF);
    expect(reader.error).toBe(XmlError.NONE);
    const deep = String.UTF8.encode("<a>".repeat(1025) + "</a>".repeat(1025));
    open(reader, deep, 5000);
    while (reader.next() < XmlToken.EOF);
    expect(reader.error).toBe(XmlError.TOO_DEEP);
  });

  test("takes 256 attributes and no more", () => {
    let attributes = "";
    for (let i = 0; i < 256; i++) attributes += ` a${i}=''`;
    expect(tokens(`<a${attributes}/>`)).toBe("<0:a></0:a>");
    expect(tokens(`<a${attributes} b=''/>`)).toBe("!1");
  });

  test("tells encodings and document types from other faults", () => {
    expect(tokens(`<?xml version="1.0" encoding="ISO-8859-1"?><a/>`)).toBe("!3");
    expect(tokens(`<?xml version="1.0" encoding="us-ASCII"?><a>ä</a>`)).toBe("!3");
    expect(tokens(`<?xml version="1.0" encoding="uTf-8" standalone='yes' ?>\n<a>ä</a>`)).toBe(`<0:a>"ä"</0:a>`);
    expect(tokens(`\ufeff<a/>`)).toBe("<0:a></0:a>");
    expect(tokens("<a>\0</a>")).toBe("!3");
    expect(tokens("<!DOCTYPE a><a/>")).toBe("!2");
    expect(tokens(`<a><!ENTITY b "c"></a>`)).toBe("<0:a>!2");
    expect(tokens("<!doctype a><a/>")).toBe("!1");
    const wide = String.UTF16.encode("\ufeff<a/>");
    const reader = new XmlReader();
    open(reader, wide);
    expect(reader.next()).toBe(XmlToken.ERROR);
    expect(reader.error).toBe(XmlError.ENCODING);
  });

  test("reads nothing out of nothing", () => {
    expect(tokens("")).toBe("!1");
    expect(tokens(" \n")).toBe("!1");
  });
});
