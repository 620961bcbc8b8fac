import { describe, expect, test } from "vitest-pool-assemblyscript/assembly";
import { Slice } from "../../../assembly/bytes/slice";
import { text } from "../../../assembly/bytes/text";
import { Writer } from "../../../assembly/bytes/writer";
import { ByteRange, RangeResult, writeUnsatisfiedRange } from "../../../assembly/cache/range";

const part = new ByteRange();
const out = new Writer(100);

/** What a client gets of 100 bytes: the Content-Range, "all", or the one of a 416. */
function get(range: string, length: i32 = 100, ifRange: string = "-", etag: string = '"a"'): string {
  const values = [text(range), text(ifRange), text(etag)];
  const slices = [new Slice(), new Slice(), new Slice()];
  for (let i = 0; i < 3; i++) if (i != 1 || ifRange != "-") slices[i].set(values[i].ptr, values[i].len);
  const result = part.evaluate(slices[0], slices[1], slices[2], length);
  out.reset();
  if (result == RangeResult.WHOLE) return "all";
  if (result == RangeResult.PART) part.writeContentRange(length, out);
  else writeUnsatisfiedRange(length, out);
  return out.toString();
}

describe("ByteRange", () => {
  test("finds one range", () => {
    expect(get("bytes=0-9")).toBe("bytes 0-9/100");
    expect(get("Bytes=90-")).toBe("bytes 90-99/100");
    expect(get("bytes=-5")).toBe("bytes 95-99/100");
    expect(get("bytes=-500")).toBe("bytes 0-99/100");
    expect(get("bytes=99-99999999999999999999")).toBe("bytes 99-99/100");
  });

  test("says where it is beyond the end", () => {
    expect(get("bytes=100-")).toBe("bytes */100");
    expect(get("bytes=-0")).toBe("bytes */100");
    expect(get("bytes=0-", 0)).toBe("bytes */0");
    expect(get("bytes=-1", 0)).toBe("all");
  });

  test("ignores what is malformed, of another unit, or more than one", () => {
    const others = [
      "",
      "bytes",
      "bytes=",
      "bytes=-",
      "bytes=5-4",
      "bytes=a-b",
      "bytes=1-2,5-6",
      "lines=1-2",
      "bytes=1 -2",
    ];
    for (let i = 0; i < others.length; i++) expect(get(others[i])).toBe("all");
  });

  test("goes by If-Range only when it is the same strong tag", () => {
    expect(get("bytes=0-9", 100, '"a"')).toBe("bytes 0-9/100");
    expect(get("bytes=0-9", 100, '"b"')).toBe("all");
    expect(get("bytes=0-9", 100, 'W/"a"', 'W/"a"')).toBe("all");
    expect(get("bytes=0-9", 100, "Sun, 06 Nov 1994 08:49:37 GMT")).toBe("all");
    expect(get("bytes=0-9", 100, "", "")).toBe("all");
  });
});
