import { describe, expect, test } from "vitest-pool-assemblyscript/assembly";
import { text, Text } from "../../../assembly/bytes/text";
import { TextSet } from "../../../assembly/bytes/text_set";

function has(set: TextSet, value: string): bool {
  const bytes = text(value);
  return set.has(bytes.ptr, bytes.len);
}

describe("TextSet", () => {
  test("has what it was made of, in any order of lengths, and nothing else", () => {
    const set = new TextSet([text("x-user"), text("x"), text("remote-user"), text("x-http"), text("abc")]);
    expect(has(set, "x-user")).toBe(true);
    expect(has(set, "x")).toBe(true);
    expect(has(set, "remote-user")).toBe(true);
    expect(has(set, "x-http")).toBe(true);
    expect(has(set, "abc")).toBe(true);
    expect(has(set, "x-usex")).toBe(false);
    expect(has(set, "y")).toBe(false);
    expect(has(set, "remote-users")).toBe(false);
    expect(has(set, "")).toBe(false);
    expect(has(set, "a".repeat(63))).toBe(false);
    expect(has(set, "a".repeat(64))).toBe(false);
    expect(has(set, "a".repeat(1000))).toBe(false);
  });

  test("has the longest constants that it takes, and none when made of none", () => {
    expect(has(new TextSet([text("a".repeat(63))]), "a".repeat(63))).toBe(true);
    expect(has(new TextSet([text("a".repeat(64))]), "a".repeat(64))).toBe(false);
    expect(has(new TextSet(new Array<Text>()), "a")).toBe(false);
  });
});
