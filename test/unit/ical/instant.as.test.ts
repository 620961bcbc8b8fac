import { describe, expect, test } from "vitest-pool-assemblyscript/assembly";
import { DurationValue } from "../../../assembly/ical/duration_value";
import {
  FIRST_INSTANT,
  instantOf,
  LAST_INSTANT,
  putInstant,
  weekdayOf,
  daysOf,
  yearOf,
} from "../../../assembly/ical/instant";

function bytes(value: string): usize {
  const ptr = heap.alloc(value.length + 32);
  String.UTF8.encodeUnsafe(changetype<usize>(value), value.length, ptr);
  return ptr;
}

function seconds(value: string): i64 {
  return instantOf(bytes(value), value.length);
}

function written(value: i64): string {
  const to = heap.alloc(16);
  return String.UTF8.decodeUnsafe(to, putInstant(to, value) - to);
}

function duration(value: string): string {
  const parts = new DurationValue();
  return parts.read(bytes(value), value.length) ? `${parts.days}d ${parts.seconds}s` : "-";
}

describe("an instant", () => {
  test("is seconds since 1970, of a date its begin, of a local time as if it were UTC", () => {
    expect(seconds("19700101T000000Z")).toBe(0);
    expect(seconds("20260105T090000Z")).toBe(1767603600);
    expect(seconds("20260105T090000")).toBe(1767603600);
    expect(seconds("20260105")).toBe(1767571200);
    expect(seconds("00010101T000000Z")).toBe(FIRST_INSTANT);
    expect(seconds("99991231T235959Z")).toBe(LAST_INSTANT);
  });

  test("is written as it is read", () => {
    const dates = ["00010101T000000Z", "16000229T235959Z", "19691231T235959Z", "20240229T000000Z", "20241231T120000Z"];
    for (let i = 0; i < dates.length; i++) expect(written(seconds(dates[i]))).toBe(dates[i]);
    expect(written(LAST_INSTANT)).toBe("99991231T235959Z");
  });

  test("has a year and a day of the week", () => {
    expect(yearOf(seconds("20251231T235959Z"))).toBe(2025);
    expect(yearOf(seconds("19000101"))).toBe(1900);
    expect(weekdayOf(daysOf(seconds("20260104")))).toBe(0);
    expect(weekdayOf(daysOf(seconds("19691231T235959Z")))).toBe(3);
  });
});

describe("a duration", () => {
  test("has nominal days and exact seconds", () => {
    expect(duration("PT1H30M5S")).toBe("0d 5405s");
    expect(duration("P1W")).toBe("7d 0s");
    expect(duration("-P2DT1M")).toBe("-2d -60s");
    expect(duration("+P1D")).toBe("1d 0s");
    expect(duration("1H")).toBe("-");
    expect(duration("")).toBe("-");
  });
});
