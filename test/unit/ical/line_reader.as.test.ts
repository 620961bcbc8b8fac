import { describe, expect, test } from "vitest-pool-assemblyscript/assembly";
import { LineReader, TEXT_TAIL, writeTextTail } from "../../../assembly/ical/line_reader";

/** The lines of a text: name, `?` when it is odd, and the text, split at bars. */
function lines(source: string): string {
  const size = String.UTF8.byteLength(source);
  const ptr = heap.alloc(size + TEXT_TAIL);
  String.UTF8.encodeUnsafe(changetype<usize>(source), source.length, ptr);
  writeTextTail(ptr + size);
  const reader = new LineReader();
  reader.open(ptr, size);
  const out: string[] = [];
  while (reader.read()) {
    const text = String.UTF8.decodeUnsafe(reader.text, reader.textLen);
    out.push(`${reader.name}${reader.odd ? "?" : ""} ${text}`);
  }
  return out.join(" | ");
}

describe("LineReader", () => {
  test("reads lines that end with CRLF, LF, CR, CR CR LF or not at all", () => {
    const expected = "3 UID:a | 4 CLASS:b | 6 DTSTART:c";
    expect(lines("UID:a\r\nCLASS:b\r\nDTSTART:c\r\n")).toBe(expected);
    expect(lines("UID:a\nCLASS:b\nDTSTART:c")).toBe(expected);
    expect(lines("UID:a\rCLASS:b\rDTSTART:c\r")).toBe(expected);
    expect(lines("UID:a\r\r\nCLASS:b\r\r\nDTSTART:c\r\r\n")).toBe(expected);
    expect(lines("UID:a\r\n\r\n\nCLASS:b\r\n\r\nDTSTART:c\n\n")).toBe(expected);
  });

  test("joins lines that are folded anywhere, in a name and in a character too", () => {
    expect(lines("CLA\r\n SS:PRI\n\tVATE\r\nUID\r\n :\r\n a")).toBe("4 CLASS:PRIVATE | 3 UID:a");
    expect(lines("C\r L\r A\r S\r S\r :x")).toBe("4 CLASS:x");
    expect(lines("CLA\r\n\r\n SS:x")).toBe("4 CLASS:x");
    expect(lines("UID:a\r\n  b\r\n \r\nCLASS:x")).toBe("3 UID:a b | 4 CLASS:x");
  });

  test("knows names in any case, and longer ones as others", () => {
    expect(lines("begin:x\nEnd:x\nuId;A=b:x")).toBe("1 begin:x | 2 End:x | 3 uId;A=b:x");
    expect(lines("RECURRENCE-ID:x\ntzoffsetfrom:x\nTZOFFSETTO:x")).toBe(
      "12 RECURRENCE-ID:x | 19 tzoffsetfrom:x | 20 TZOFFSETTO:x",
    );
    expect(lines("RECURRENCE-IDX:x\nX-CLASS:x\nUIDS:x\nUI:x\n:x")).toBe(
      "0 RECURRENCE-IDX:x | 0 X-CLASS:x | 0 UIDS:x | 0 UI:x | 0 :x",
    );
    expect(lines("X-ABCDEFGHIJKLMN:x\nX-ABCDEFGHIJKLM:x\nX-ABCDEFGHIJKLMNO;A=B:x")).toBe(
      "0 X-ABCDEFGHIJKLMN:x | 0 X-ABCDEFGHIJKLM:x | 0 X-ABCDEFGHIJKLMNO;A=B:x",
    );
  });

  test("says what a lenient reader could see in a name that is not clean", () => {
    expect(lines("item1.CLASS:x\nCLASS :x\nCLASS\nCLASS=x\nCL ASS:x")).toBe(
      "4? item1.CLASS:x | 4? CLASS :x | 4? CLASS | 4? CLASS=x | 4? CL ASS:x",
    );
    expect(lines("BEGIN x\na.b.END:x\nSUMMARY=x\nä:x\nEND")).toBe(
      "0? BEGIN x | 2? a.b.END:x | 0? SUMMARY=x | 0? ä:x | 2? END",
    );
  });

  test("reads long lines in whole vectors", () => {
    let long = "";
    for (let i = 0; i < 100; i++) long += "0123456789".charAt(i % 10);
    for (let i = 0; i < 40; i++) {
      const value = long.slice(0, i);
      expect(lines(`UID:${value}\r\nCLASS:${value}`)).toBe(`3 UID:${value} | 4 CLASS:${value}`);
      expect(lines(`UID:\t${value}\r\n ${value}`)).toBe(`3 UID:\t${value}${value}`);
    }
  });

  test("reads nothing from nothing", () => {
    expect(lines("")).toBe("");
  });
});
