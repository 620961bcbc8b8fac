import { describe, expect, test } from "vitest-pool-assemblyscript/assembly";
import { Writer } from "../../../assembly/bytes/writer";
import { endLinesWithLineFeed } from "../../../assembly/ical/line_ends";

function ended(source: string, ceiling: i32 = 100): string {
  const text = new Writer(ceiling);
  text.string(source);
  return endLinesWithLineFeed(text) ? text.toString() : "(no room)";
}

describe("line ends", () => {
  test("become CRLF where they are carriage returns alone", () => {
    expect(ended("a\rbc\r\r d\r")).toBe("a\r\nbc\r\n\r\n d\r\n");
    expect(ended("\r")).toBe("\r\n");
  });

  test("stay in every other text", () => {
    expect(ended("")).toBe("");
    expect(ended("abc")).toBe("abc");
    expect(ended("a\nb\rc")).toBe("a\nb\rc");
    expect(ended("a\r\nb")).toBe("a\r\nb");
  });

  test("need room", () => {
    expect(ended("a\rb\r", 6)).toBe("a\r\nb\r\n");
    expect(ended("a\rb\r", 5)).toBe("(no room)");
  });
});
