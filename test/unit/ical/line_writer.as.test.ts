import { describe, expect, test } from "vitest-pool-assemblyscript/assembly";
import { Writer } from "../../../assembly/bytes/writer";
import { LineWriter, put } from "../../../assembly/ical/line_writer";

function written(line: string): string {
  const size = String.UTF8.byteLength(line);
  const bytes = heap.alloc(size + 16);
  String.UTF8.encodeUnsafe(changetype<usize>(line), line.length, bytes);
  const out = new Writer(4096);
  const writer = new LineWriter(4096);
  out.string("before|");
  writer.end(put(writer.begin(size, out), bytes, size), out);
  return out.toString();
}

function repeat(text: string, count: i32): string {
  let all = "";
  for (let i = 0; i < count; i++) all += text;
  return all;
}

describe("LineWriter", () => {
  test("ends a line with CRLF", () => {
    expect(written("")).toBe("before|\r\n");
    expect(written("UID:a")).toBe("before|UID:a\r\n");
  });

  test("folds at 75 octets", () => {
    expect(written(repeat("a", 75))).toBe("before|" + repeat("a", 75) + "\r\n");
    expect(written(repeat("a", 76))).toBe("before|" + repeat("a", 75) + "\r\n a\r\n");
    expect(written(repeat("a", 75 + 74 + 1))).toBe(
      "before|" + repeat("a", 75) + "\r\n " + repeat("a", 74) + "\r\n a\r\n",
    );
  });

  test("splits no character", () => {
    expect(written(repeat("€", 26))).toBe("before|" + repeat("€", 25) + "\r\n €\r\n");
    expect(written("a" + repeat("€", 26))).toBe("before|a" + repeat("€", 24) + "\r\n €€\r\n");
    expect(written("abc" + repeat("😀", 19))).toBe("before|abc" + repeat("😀", 18) + "\r\n 😀\r\n");
  });

  test("marks what has no room", () => {
    const out = new Writer(8);
    const writer = new LineWriter(100);
    expect(<i32>writer.begin(10, out)).toBe(0);
    expect(out.overflow).toBe(true);
  });
});
