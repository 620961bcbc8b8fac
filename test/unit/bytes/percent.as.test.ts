import { describe, expect, test } from "vitest-pool-assemblyscript/assembly";
import { hexByte, hexValue, writeSegment } from "../../../assembly/bytes/percent";
import { text } from "../../../assembly/bytes/text";
import { Writer } from "../../../assembly/bytes/writer";

function byteOf(hex: string): i32 {
  const bytes = text(hex);
  return hexByte(bytes.ptr, bytes.ptr + <usize>bytes.len);
}

describe("percent-coding", () => {
  test("reads hexadecimal digits of either case, and nothing else", () => {
    let digits = 0;
    for (let c = 0; c < 256; c++) if (hexValue(<u8>c) >= 0) digits++;
    expect(digits).toBe(22);
    expect(byteOf("2f")).toBe(0x2f);
    expect(byteOf("Ff")).toBe(0xff);
    expect(byteOf("fg")).toBe(-1);
    expect(byteOf("@0")).toBe(-1);
  });

  test("never reads past the end", () => {
    expect(byteOf("2")).toBe(-1);
    expect(byteOf("")).toBe(-1);
  });

  test("writes a segment that is safe in a path, a header and XML", () => {
    const out = new Writer(4096);
    const raw = text("aZ09-._~@:$+=,!()* %/?#[]&'\"<>;\\\u00e9");
    writeSegment(out, raw.ptr, raw.len);
    expect(out.toString()).toBe("aZ09-._~@:$+=,!()*%20%25%2F%3F%23%5B%5D%26%27%22%3C%3E%3B%5C%C3%A9");
  });
});
