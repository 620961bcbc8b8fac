import { describe, expect, test } from "vitest-pool-assemblyscript/assembly";
import { text } from "../../../assembly/bytes/text";
import { Writer } from "../../../assembly/bytes/writer";
import { CanonicalBody } from "../../../assembly/cache/canonical_body";

const canonical = new CanonicalBody();
const out = new Writer(4096);

/** The canonical form, or "none". */
function form(xml: string): string {
  const bytes = text(xml);
  out.reset();
  return canonical.write(bytes.ptr, bytes.len, 64, out) ? out.toString() : "none";
}

const SHORT = '<D:propfind xmlns:D="DAV:"><D:prop><D:getetag/></D:prop></D:propfind>';

describe("CanonicalBody", () => {
  test("knows no prefixes", () => {
    expect(form('<propfind xmlns="DAV:"><prop><getetag/></prop></propfind>')).toBe(form(SHORT));
    expect(form('<a:propfind xmlns:a="DAV:"><b:prop xmlns:b="DAV:"><a:getetag/></b:prop></a:propfind>')).toBe(
      form(SHORT),
    );
    expect(form("<propfind><prop><getetag/></prop></propfind>")).not.toBe(form(SHORT));
  });

  test("drops what stands between elements but white space that is all there is", () => {
    const spaced = '<?xml version="1.0"?>\n<D:propfind xmlns:D="DAV:">\n <D:prop><!-- x -->\r\n<D:getetag></D:getetag>';
    expect(form(spaced + " </D:prop>\n</D:propfind>\n")).toBe(form(SHORT));
    expect(form("<a> </a>")).not.toBe(form("<a/>"));
    expect(form("<a> </a>")).not.toBe(form("<a>  </a>"));
    expect(form("<a> <!-- x --> </a>")).toBe(form("<a>  </a>"));
  });

  test("decodes text and merges its pieces", () => {
    expect(form("<a>&lt;b&#62;</a>")).toBe(form("<a><![CDATA[<]]>b<!-- x -->></a>"));
    expect(form("<a>\r\n</a>")).toBe(form("<a>\n</a>"));
    expect(form("<a><![CDATA[]]></a>")).toBe(form("<a/>"));
  });

  test("sorts attributes, and tells them apart by namespace", () => {
    expect(form("<a c='1' b='&#50;'/>")).toBe(form('<a b="2"   c="1"></a>'));
    expect(form("<a c='1' b='2'/>")).not.toBe(form("<a c='2' b='1'/>"));
    expect(form("<a xmlns:x='u' xmlns:y='v' x:b='1' y:b='2'/>")).toBe(
      form("<a xmlns:y='u' xmlns:x='v' x:b='2' y:b='1'/>"),
    );
    expect(form("<a xmlns:x='u' x:b='1'/>")).not.toBe(form("<a b='1'/>"));
  });

  test("keeps the order of elements and what is in what", () => {
    expect(form("<a><b/><c/></a>")).not.toBe(form("<a><c/><b/></a>"));
    expect(form("<a><b/><c/></a>")).not.toBe(form("<a><b><c/></b></a>"));
  });

  test("has none for what is not well-formed, or has text beside elements", () => {
    expect(form("<a>")).toBe("none");
    expect(form("")).toBe("none");
    expect(form("<!DOCTYPE a><a/>")).toBe("none");
    expect(form("<a>x<b/></a>")).toBe("none");
    expect(form("<a><b/>x</a>")).toBe("none");
    expect(form("<a><b/></a>x")).toBe("none");
  });
});
