import { describe, expect, test } from "vitest-pool-assemblyscript/assembly";
import { text } from "../../../assembly/bytes/text";
import { closest, editDistance } from "../../../assembly/config/suggest";

function distance(a: string, b: string): i32 {
  const x = text(a);
  const y = text(b);
  return editDistance(x.ptr, x.len, y.ptr, y.len);
}

describe("editDistance", () => {
  test("counts letters put in, left out, changed and swapped", () => {
    expect(distance("read", "read")).toBe(0);
    expect(distance("raed", "read")).toBe(1);
    expect(distance("rea", "read")).toBe(1);
    expect(distance("reead", "read")).toBe(1);
    expect(distance("road", "read")).toBe(1);
    expect(distance("", "read")).toBe(4);
    expect(distance("kitten", "sitting")).toBe(3);
    expect(distance("HEADER", "header")).toBe(0);
  });

  test("is the same both ways", () => {
    expect(distance("confidential", "confidental")).toBe(distance("confidental", "confidential"));
  });

  test("gives up on long words", () => {
    expect(distance("x".repeat(41), "x")).toBe(i32.MAX_VALUE);
  });
});

describe("closest", () => {
  test("finds the word that was meant, or none", () => {
    const words = [text("read"), text("append"), text("write"), text("busy")];
    const near = text("raed");
    expect(closest(near.ptr, near.len, words)).toBe("read");
    const upper = text("WRITE");
    expect(closest(upper.ptr, upper.len, words)).toBe("write");
    const far = text("everything");
    expect(closest(far.ptr, far.len, words)).toBe("");
    const none = text("");
    expect(closest(none.ptr, none.len, words)).toBe("");
  });
});
