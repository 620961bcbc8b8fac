import { describe, expect, test } from "vitest-pool-assemblyscript/assembly";
import { Arena } from "../../../assembly/bytes/arena";
import { text } from "../../../assembly/bytes/text";

describe("Arena", () => {
  test("gives places that do not overlap and never move", () => {
    const arena = new Arena();
    const places: usize[] = [];
    for (let i = 0; i < 5000; i++) {
      const at = arena.take(40);
      memory.fill(at, <u8>(i & 255), 40);
      places.push(at);
    }
    let wrong = 0;
    for (let i = 0; i < 5000; i++)
      if (load<u8>(places[i]) != <u8>(i & 255) || load<u8>(places[i], 39) != <u8>(i & 255)) wrong++;
    expect(wrong).toBe(0);
  });

  test("takes what is larger than a block", () => {
    const arena = new Arena();
    const at = arena.take(1 << 20);
    memory.fill(at, 7, 1 << 20);
    const after = arena.take(8);
    expect(after < at || after >= at + (1 << 20)).toBe(true);
  });

  test("copies bytes, and nothing for nothing", () => {
    const arena = new Arena();
    const value = text("work");
    const at = arena.copy(value.ptr, value.len);
    expect(String.UTF8.decodeUnsafe(at, 4)).toBe("work");
    expect(arena.copy(0, 0) != 0).toBe(true);
  });

  test("can be used again after it was freed", () => {
    const arena = new Arena();
    arena.take(100);
    arena.free();
    const at = arena.take(100);
    memory.fill(at, 1, 100);
    expect(load<u8>(at, 99)).toBe(1);
  });
});
