import { describe, expect, test } from "vitest-pool-assemblyscript/assembly";
import { text } from "../../../assembly/bytes/text";
import { RequestBody } from "../../../assembly/dav/request_body";

const body = new RequestBody();

function read(ranges: string): i32 {
  const xml = text(`<C:free-busy-query xmlns:C="urn:ietf:params:xml:ns:caldav">${ranges}</C:free-busy-query>`);
  expect(body.read(xml.ptr, xml.len, 64, 100)).toBe(true);
  return body.timeRanges;
}

describe("the time-range of a free-busy-query", () => {
  test("is read as seconds since 1970", () => {
    expect(read('<C:time-range start="20260105T090000Z" end="20260105T100000Z"/>')).toBe(1);
    expect(body.timeRange.isValid).toBe(true);
    expect(body.timeRange.start).toBe(1767603600);
    expect(body.timeRange.end).toBe(1767607200);
  });

  test("may be open at one end", () => {
    read('<C:time-range start="20260105T090000Z"/>');
    expect(body.timeRange.isValid).toBe(true);
    expect(body.timeRange.end).toBe(i64.MAX_VALUE);
    read('<C:time-range end="20260105T090000Z"/>');
    expect(body.timeRange.isValid).toBe(true);
    expect(body.timeRange.start).toBe(i64.MIN_VALUE);
  });

  test("is none without an end, with dates that are none in UTC, or that ends before it begins", () => {
    const wrong = [
      "<C:time-range/>",
      '<C:time-range start=""/>',
      '<C:time-range start="20260105"/>',
      '<C:time-range start="20260105T090000"/>',
      '<C:time-range start="20260105t090000z"/>',
      '<C:time-range start="20260132T090000Z"/>',
      '<C:time-range start="20260105T090000Z" end="soon"/>',
      '<C:time-range start="20260105T090000Z" end="20260105T090000Z"/>',
      `<C:time-range start="${"2".repeat(2000)}"/>`,
    ];
    for (let i = 0; i < wrong.length; i++) {
      expect(read(wrong[i])).toBe(1);
      expect(body.timeRange.isValid).toBe(false);
    }
  });

  test("is counted, and only where it belongs", () => {
    const range = '<C:time-range start="20260105T090000Z"/>';
    expect(read("")).toBe(0);
    expect(read(range + range)).toBe(2);
    expect(read(`<C:x>${range}</C:x>`)).toBe(0);
    expect(read('<x:time-range xmlns:x="DAV:" start="20260105T090000Z"/>')).toBe(0);
  });
});
