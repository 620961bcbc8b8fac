import { describe, expect, test } from "vitest-pool-assemblyscript/assembly";
import { Slice } from "../../../assembly/bytes/slice";
import { text } from "../../../assembly/bytes/text";
import { Seen, SeenObjects } from "../../../assembly/policy/seen_objects";

function slice(value: string): Slice {
  const bytes = text(value);
  const slice = new Slice();
  slice.set(bytes.ptr, bytes.len);
  return slice;
}

function find(seen: SeenObjects, name: string, tag: string): i32 {
  return seen.find(slice(name), slice(tag));
}

describe("SeenObjects", () => {
  test("knows an object in the version that it was seen in, and no other", () => {
    const seen = new SeenObjects();
    seen.note(slice("a"), slice('"1"'), true);
    seen.note(slice("b"), slice('"1"'), false);
    expect(find(seen, "a", '"1"')).toBe(Seen.SHOWN);
    expect(find(seen, "b", '"1"')).toBe(Seen.HIDDEN);
    expect(find(seen, "a", '"2"')).toBe(Seen.OTHER);
    expect(find(seen, "b", '"2"')).toBe(Seen.OTHER);
    expect(find(seen, "c", '"1"')).toBe(Seen.NOTHING);
    expect(find(seen, "a", "")).toBe(Seen.OTHER);
  });

  test("takes a weak tag for the strong one, and blanks for nothing", () => {
    const seen = new SeenObjects();
    seen.note(slice("a"), slice(' W/"1"\n'), true);
    expect(find(seen, "a", '"1"')).toBe(Seen.SHOWN);
    expect(find(seen, "a", 'W/"1"')).toBe(Seen.SHOWN);
    seen.note(slice("b"), slice("  "), true);
    expect(find(seen, "b", " ")).toBe(Seen.OTHER);
    expect(find(seen, "b", "")).toBe(Seen.OTHER);
  });

  test("adds up what several looks saw, and hides by name what any look found hidden", () => {
    const seen = new SeenObjects();
    seen.note(slice("a"), slice('"1"'), true);
    expect(seen.shows(slice("a"))).toBe(true);
    expect(seen.hides(slice("a"))).toBe(false);
    seen.note(slice("a"), slice('"2"'), false);
    expect(find(seen, "a", '"1"')).toBe(Seen.SHOWN);
    expect(find(seen, "a", '"2"')).toBe(Seen.HIDDEN);
    expect(seen.shows(slice("a"))).toBe(false);
    expect(seen.hides(slice("a"))).toBe(true);
    expect(seen.shows(slice("b"))).toBe(false);
    expect(seen.hides(slice("b"))).toBe(false);
  });

  test("does not mistake a name and a tag for another name and tag, nor for a name", () => {
    const seen = new SeenObjects();
    seen.note(slice("ab"), slice("c"), true);
    expect(find(seen, "a", "bc")).toBe(Seen.NOTHING);
    expect(find(seen, "abc", "")).toBe(Seen.NOTHING);
  });

  test("says nothing of any object once there was no room, until it is cleared", () => {
    const seen = new SeenObjects();
    for (let i = 0; i < 300000 && !seen.overflow; i++) seen.note(slice(i.toString()), slice('"1"'), true);
    expect(seen.overflow).toBe(true);
    expect(find(seen, "1", '"1"')).toBe(Seen.OTHER);
    expect(seen.shows(slice("1"))).toBe(false);
    seen.clear();
    expect(seen.overflow).toBe(false);
    expect(find(seen, "1", '"1"')).toBe(Seen.NOTHING);
  });
});
