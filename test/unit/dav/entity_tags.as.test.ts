import { describe, expect, test } from "vitest-pool-assemblyscript/assembly";
import { text } from "../../../assembly/bytes/text";
import { listsEntityTag } from "../../../assembly/dav/entity_tags";

function lists(list: string, tag: string): bool {
  const all = text(list);
  const one = text(tag);
  return listsEntityTag(all.ptr, all.len, one.ptr, one.len);
}

describe("listsEntityTag", () => {
  test("finds a tag among others", () => {
    expect(lists('"a"', '"a"')).toBe(true);
    expect(lists('"b", W/"c","a,b" ', '"a,b"')).toBe(true);
    expect(lists('"b" , W/"c"', 'W/"c"')).toBe(true);
  });

  test("finds no part of a tag, no weak one for a strong one, and none in what is no list", () => {
    expect(lists('"ab"', '"a"')).toBe(false);
    expect(lists('W/"a"', '"a"')).toBe(false);
    expect(lists('"a, "b"', '"b"')).toBe(false);
    expect(lists("", '"a"')).toBe(false);
    expect(lists("a", '"a"')).toBe(false);
    expect(lists("*", '"a"')).toBe(false);
  });
});
