import { describe, expect, test } from "vitest-pool-assemblyscript/assembly";
import { durationText, parseDuration, parseSize, sizeText } from "../../../assembly/config/units";

function duration(value: string): i64 {
  const bytes = String.UTF8.encode(value);
  return parseDuration(changetype<usize>(bytes), bytes.byteLength);
}

function size(value: string): i64 {
  const bytes = String.UTF8.encode(value);
  return parseSize(changetype<usize>(bytes), bytes.byteLength);
}

describe("Durations", () => {
  test("have each unit", () => {
    expect(duration("500ms")).toBe(500);
    expect(duration("60s")).toBe(60_000);
    expect(duration("5m")).toBe(300_000);
    expect(duration("1h")).toBe(3_600_000);
    expect(duration("2d")).toBe(172_800_000);
    expect(duration("0s")).toBe(0);
  });

  test("are a whole number and a unit", () => {
    const wrong = ["", "s", "60", "1.5h", "-1s", "1 s", "1S", "1w", "1h30m", "9999999999999s"];
    for (let i = 0; i < wrong.length; i++) expect(duration(wrong[i])).toBe(-1);
  });

  test("are written in the largest unit that fits", () => {
    expect(durationText(0)).toBe("0s");
    expect(durationText(1)).toBe("1ms");
    expect(durationText(90_000)).toBe("90s");
    expect(durationText(604_800_000)).toBe("7d");
  });
});

describe("Sizes", () => {
  test("have each unit, and none", () => {
    expect(size("10B")).toBe(10);
    expect(size("10")).toBe(10);
    expect(size("64KiB")).toBe(65_536);
    expect(size("1MiB")).toBe(1_048_576);
    expect(size("2GiB")).toBe(2_147_483_648);
    expect(size("64kB")).toBe(64_000);
    expect(size("1MB")).toBe(1_000_000);
    expect(size("1GB")).toBe(1_000_000_000);
  });

  test("are a whole number and a unit", () => {
    const wrong = ["", "B", "1Mb", "1M", "1kb", "1.5MiB", "-1B", "1 MiB", "0x10"];
    for (let i = 0; i < wrong.length; i++) expect(size(wrong[i])).toBe(-1);
  });

  test("are written in the largest unit that fits", () => {
    expect(sizeText(100)).toBe("100B");
    expect(sizeText(1536)).toBe("1536B");
    expect(sizeText(67_108_864)).toBe("64MiB");
  });
});
