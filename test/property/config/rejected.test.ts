import { beforeAll, describe, expect, test } from "vitest";
import { BASE, REJECTED, type Rejected } from "./support/cases";
import { Reader } from "./support/reader";
import { compileSchema } from "./support/schema";
import type { Json } from "./support/struct";

let reader: Reader;
const validate = compileSchema();

beforeAll(() => {
  reader = Reader.compile();
});

describe.each(Object.entries(REJECTED))("A configuration that is wrong in %s", (_, cases) => {
  test.each(cases.map((one) => [one.faults[0], one] as [string, Rejected]))("is refused: %s", (_, one) => {
    const configuration = one.whole ? one.given : { ...BASE, ...one.given };
    expect(reader.readStruct(configuration)?.split("\n")).toEqual(one.faults);
    expect(reader.readJson(configuration)?.split("\n")).toEqual(one.faults);
    expect(validate(configuration), JSON.stringify(validate.errors)).toBe(one.beyondSchema ?? false);
  });
});

test("No password is ever shown", () => {
  const attempts: Json[] = [
    "s3cret",
    ["s3cret"],
    { basic: "s3cret" },
    { basic: { username: "svc", password: ["s3cret"] } },
    { basic: { username: "svc", password: "s3cret\n" } },
    { basic: { username: "svc", password: 53 } },
    { basic: { username: "svc", pasword: "s3cret" } },
  ];
  for (const authenticate of attempts) {
    const faults = reader.readStruct({ ...BASE, upstream: { authenticate } });
    expect(faults).not.toBeNull();
    expect(faults).not.toMatch(/s3cret|53/);
  }
});

test("The first 50 faults are listed, and the rest counted", () => {
  const lines = reader.readStruct({ ...BASE, shares: new Array(1000).fill("x") })?.split("\n") ?? [];
  expect(lines).toHaveLength(51);
  expect(lines[49]).toBe("shares[49]: must be an object, got a string");
  expect(lines[50]).toBe("and 950 more");
});

test("Long values and keys are clipped, and control characters made visible", () => {
  expect(reader.readStruct({ ...BASE, server: "ä".repeat(100) + "\u001b[31m" })).toMatch(
    /^server: unknown server "ä{30}…" \(it is /,
  );
  expect(reader.readStruct({ ...BASE, server: "\u001b[31m" })).toMatch(/^server: unknown server "\\u001b\[31m" /);
  expect(reader.readStruct({ ...BASE, ["k".repeat(500)]: 1 })).toMatch(/^\["k{60}…"\]: unknown key /);
});
