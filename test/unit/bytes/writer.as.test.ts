import { describe, expect, test } from "vitest-pool-assemblyscript/assembly";
import { Writer } from "../../../assembly/bytes/writer";

describe("Writer", () => {
  test("keeps what was written, across growth", () => {
    const writer = new Writer(4096);
    for (let i = 0; i < 1000; i++) writer.decimal(7);
    writer.string("ä€😀");
    expect(writer.len).toBe(1009);
    expect(writer.overflow).toBe(false);
    expect(writer.toString().endsWith("7ä€😀")).toBe(true);
  });

  test("stops at its ceiling and says so", () => {
    const writer = new Writer(10);
    writer.string("0123456789");
    expect(writer.overflow).toBe(false);
    writer.byte(48);
    expect(writer.overflow).toBe(true);
    expect(writer.len).toBe(10);
  });

  test("stops at the ceiling of all writers together, and goes on when another gave its memory back", () => {
    const first = new Writer(i32.MAX_VALUE);
    const second = new Writer(i32.MAX_VALUE);
    expect(first.reserve(64 << 20)).toBe(true);
    expect(second.reserve(64 << 20)).toBe(false);
    expect(second.overflow).toBe(true);
    first.release(0);
    second.reset();
    expect(second.reserve(64 << 20)).toBe(true);
  });

  test("writes numbers and percent-codes", () => {
    const writer = new Writer(100);
    writer.decimal(0);
    writer.byte(32);
    writer.decimal(-120);
    writer.byte(32);
    writer.percent(0x2f);
    expect(writer.toString()).toBe("0 -120 %2F");
  });
});
