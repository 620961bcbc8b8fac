import { describe, expect, test } from "vitest-pool-assemblyscript/assembly";
import { ContentLine } from "../../../assembly/ical/content_line";
import { LineReader, TEXT_TAIL, writeTextTail } from "../../../assembly/ical/line_reader";

function part(name: string, ptr: usize, len: i32): string {
  return ptr == 0 ? "" : ` ${name}[${String.UTF8.decodeUnsafe(ptr, len)}]`;
}

/** The value of the first line of a text, and its parameters of meaning; "-" when it cannot be read. */
function parsed(source: string): string {
  const size = String.UTF8.byteLength(source);
  const ptr = heap.alloc(size + TEXT_TAIL);
  String.UTF8.encodeUnsafe(changetype<usize>(source), source.length, ptr);
  writeTextTail(ptr + size);
  const reader = new LineReader();
  reader.open(ptr, size);
  reader.read();
  const line = new ContentLine();
  if (!line.parse(reader)) return "-";
  const value = `[${String.UTF8.decodeUnsafe(line.value, line.valueLen)}]`;
  const zone = part("tzid", line.tzid, line.tzidLen);
  const range = part("range", line.range, line.rangeLen);
  return value + zone + range + part("fbtype", line.freeBusyType, line.freeBusyTypeLen);
}

describe("ContentLine", () => {
  test("finds the value after the parameters, without blanks around it", () => {
    expect(parsed("UID:a")).toBe("[a]");
    expect(parsed("UID: \ta:b;c \t")).toBe("[a:b;c]");
    expect(parsed("UID:")).toBe("[]");
    expect(parsed('UID;X-A=":;,";X-B=a,"b:",c;X-C=:d')).toBe("[d]");
    expect(parsed("UID;QUOTED-PRINTABLE;;X-A=b:c")).toBe("[c]");
  });

  test("gives the parameters of meaning without quotes, in any case and over folds", () => {
    expect(parsed("DTSTART;tzid=Europe/Berlin;VALUE=DATE-TIME:x")).toBe("[x] tzid[Europe/Berlin]");
    expect(parsed('DTSTART;TZ\r\n ID="Zone:\r\n\t;1":x')).toBe("[x] tzid[Zone:;1]");
    expect(parsed("RECURRENCE-ID;RANGE=THISANDFUTURE;TZID=:x")).toBe("[x] tzid[] range[THISANDFUTURE]");
    expect(parsed("FREEBUSY;FBTYPE=BUSY;XTZID=a;TZIDX=b:x")).toBe("[x] fbtype[BUSY]");
  });

  test("reads nothing that has two readings", () => {
    const wrong = [
      "UID",
      "UID;X-A=b",
      "UID;X-A",
      'UID;X-A="b:c',
      'UID;X-A=b"c:d',
      'UID;X-A="b"c:d',
      'UID;X-A="b" :d',
      "UID;X A=b:c",
      "UID;=b:c",
      "UID;TZID=a;TZID=a:b",
      "UID;TZID=a,b:c",
      "UID;TZID:a",
      "x.UID:a",
      "UID :a",
    ];
    for (let i = 0; i < wrong.length; i++) expect(parsed(wrong[i])).toBe("-");
  });
});
