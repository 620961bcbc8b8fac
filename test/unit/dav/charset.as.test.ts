import { describe, expect, test } from "vitest-pool-assemblyscript/assembly";
import { text } from "../../../assembly/bytes/text";
import { isUtf8Type } from "../../../assembly/dav/charset";

function isUtf8(type: string): bool {
  const bytes = text(type);
  return isUtf8Type(bytes.ptr, bytes.len);
}

describe("isUtf8Type", () => {
  test("takes UTF-8 and ASCII in any spelling, and no charset at all", () => {
    expect(isUtf8("")).toBe(true);
    expect(isUtf8("text/xml")).toBe(true);
    expect(isUtf8("text/xml; charset=utf-8")).toBe(true);
    expect(isUtf8('text/xml;Charset="UTF-8"; x=y')).toBe(true);
    expect(isUtf8("text/xml; charset=us-ascii")).toBe(true);
  });

  test("refuses every other, wherever a server may find it", () => {
    expect(isUtf8("text/xml; charset=utf-7")).toBe(false);
    expect(isUtf8("text/xml; charset=utf-8; charset=utf-7")).toBe(false);
    expect(isUtf8("text/xml; charset = utf-16")).toBe(false);
    expect(isUtf8("text/xml; xcharset=utf-7")).toBe(false);
    expect(isUtf8("text/xml; charset=utf-8,text/xml; charset=utf-7")).toBe(false);
    expect(isUtf8("text/xml; charset=")).toBe(false);
    expect(isUtf8("text/xml; charset")).toBe(false);
  });
});
