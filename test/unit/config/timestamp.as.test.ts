import { describe, expect, test } from "vitest-pool-assemblyscript/assembly";
import { NO_TIMESTAMP, parseTimestamp } from "../../../assembly/config/timestamp";

function parse(value: string): i64 {
  const bytes = String.UTF8.encode(value);
  return parseTimestamp(changetype<usize>(bytes), bytes.byteLength);
}

describe("parseTimestamp", () => {
  test("knows the examples of RFC 3339, 5.8", () => {
    expect(parse("1985-04-12T23:20:50.52Z")).toBe(482196050520);
    expect(parse("1996-12-19T16:39:57-08:00")).toBe(851042397000);
    expect(parse("1990-12-31T23:59:60Z")).toBe(662688000000);
    expect(parse("1990-12-31T15:59:60-08:00")).toBe(662688000000);
    expect(parse("1937-01-01T12:00:27.87+00:20")).toBe(-1041337172130);
  });

  test("knows leap years", () => {
    expect(parse("2000-02-29T00:00:00Z")).toBe(951782400000);
    expect(parse("2024-02-29T00:00:00Z")).toBe(1709164800000);
    expect(parse("1900-02-29T00:00:00Z")).toBe(NO_TIMESTAMP);
    expect(parse("2027-02-29T00:00:00Z")).toBe(NO_TIMESTAMP);
  });

  test("drops what is finer than a ms", () => {
    expect(parse("1970-01-01T00:00:00.0019999Z")).toBe(1);
  });

  test("takes nothing else for a time", () => {
    const wrong = [
      "",
      "2027-01-01",
      "2027-01-01T00:00:00",
      "2027-01-01 00:00:00Z",
      "2027-1-01T00:00:00Z",
      "2027-01-01T24:00:00Z",
      "2027-01-01T00:60:00Z",
      "2027-01-01T00:00:61Z",
      "2027-00-01T00:00:00Z",
      "2027-04-31T00:00:00Z",
      "2027-01-01T00:00:00.Z",
      "2027-01-01T00:00:00+0200",
      "2027-01-01T00:00:00+24:00",
      "2027-01-01T00:00:00ZZ",
      "+027-01-01T00:00:00Z",
      "2027-01-01T00:00:00,5Z",
      "20270101T000000Z",
    ];
    for (let i = 0; i < wrong.length; i++) expect(parse(wrong[i])).toBe(NO_TIMESTAMP);
  });
});
