import { describe, expect, test } from "vitest-pool-assemblyscript/assembly";
import { text } from "../../../assembly/bytes/text";
import { Writer } from "../../../assembly/bytes/writer";
import { decodeEntityTagList, encodeEntityTag } from "../../../assembly/dav/entity_tags";
import { ViewTags } from "../../../assembly/policy/view_tag";

function encode(tags: ViewTags, code: u32, value: string): string {
  const bytes = text(value);
  const out = new Writer(8192);
  return encodeEntityTag(tags, code, bytes.ptr, bytes.len, out) ? out.toString() : "";
}

function decode(tags: ViewTags, code: u32, value: string): string {
  const bytes = text(value);
  const out = new Writer(8192);
  decodeEntityTagList(tags, code, bytes.ptr, bytes.len, out);
  return out.toString();
}

describe("a view's entity tags", () => {
  test("stand for the server's and lead back to them", () => {
    const tags = new ViewTags(text("secret"));
    const values = ['""', '"1"', 'W/"abc"', '"' + "0123456789abcdef".repeat(20) + '"', '"ü€😀"'];
    for (let i = 0; i < values.length; i++) {
      const encoded = encode(tags, 5, values[i]);
      expect(encoded).not.toBe(values[i]);
      expect(encoded.startsWith("W/")).toBe(values[i].startsWith("W/"));
      expect(decode(tags, 5, encoded)).toBe(values[i]);
    }
  });

  test("are the same every time, and others for another view, key or content", () => {
    const tags = new ViewTags(text("secret"));
    expect(encode(tags, 5, '"1"')).toBe(encode(new ViewTags(text("secret")), 5, '"1"'));
    expect(encode(tags, 5, '"1"')).not.toBe(encode(tags, 6, '"1"'));
    expect(encode(tags, 5, '"1"')).not.toBe(encode(new ViewTags(text("other")), 5, '"1"'));
    expect(encode(tags, 5, '"1"')).not.toBe(encode(tags, 5, '"2"'));
  });

  test("never match when they are another view's, the server's own, or changed", () => {
    const tags = new ViewTags(text("secret"));
    const other = encode(tags, 6, '"1"');
    expect(decode(tags, 5, other)).toBe('"caldav-no-match"');
    expect(decode(tags, 5, '"1"')).toBe('"caldav-no-match"');
    const own = encode(tags, 5, '"1"');
    expect(decode(tags, 5, own.replace(own.charAt(1), own.charAt(1) == "A" ? "B" : "A"))).toBe('"caldav-no-match"');
    expect(decode(tags, 5, "rubbish")).toBe('"caldav-no-match"');
    expect(decode(tags, 5, "")).toBe('"caldav-no-match"');
  });

  test("are mapped one by one in a list, and a star stays", () => {
    const tags = new ViewTags(text("secret"));
    const list = encode(tags, 5, '"a"') + ' ,"x", ' + encode(tags, 5, 'W/"b,c"');
    expect(decode(tags, 5, list)).toBe('"a", "caldav-no-match", W/"b,c"');
    expect(decode(tags, 5, "*")).toBe("*");
  });

  test("do not exist for a tag of the server's that is none, or too long", () => {
    const tags = new ViewTags(text("secret"));
    expect(encode(tags, 5, "abc")).toBe("");
    expect(encode(tags, 5, '"' + "x".repeat(1025) + '"')).toBe("");
  });
});
