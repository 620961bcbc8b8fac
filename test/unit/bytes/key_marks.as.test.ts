import { describe, expect, test } from "vitest-pool-assemblyscript/assembly";
import { KeyMarks } from "../../../assembly/bytes/key_marks";

describe("KeyMarks", () => {
  test("keeps the marks of many keys, zero and keys that meet in one slot among them", () => {
    const marks = new KeyMarks(10000);
    for (let i: u64 = 0; i < 5000; i++) marks.add(i << 20, <u32>i + 1);
    for (let i: u64 = 0; i < 5000; i++) expect(marks.get(i << 20)).toBe(<u32>i + 1);
    expect(marks.get(17)).toBe(0);
  });

  test("adds marks, or puts others in their place", () => {
    const marks = new KeyMarks(10);
    marks.add(7, 1);
    marks.add(7, 4);
    expect(marks.get(7)).toBe(5);
    marks.put(7, 8);
    expect(marks.get(7)).toBe(8);
  });

  test("takes no more than its limit, and forgets on reset", () => {
    const marks = new KeyMarks(3);
    for (let i: u64 = 1; i <= 3; i++) expect(marks.add(i, 1)).toBe(true);
    expect(marks.add(4, 1)).toBe(false);
    expect(marks.add(3, 2)).toBe(true);
    marks.reset();
    expect(marks.get(3)).toBe(0);
    expect(marks.add(4, 1)).toBe(true);
    marks.free();
    expect(marks.get(4)).toBe(0);
  });
});
