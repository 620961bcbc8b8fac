import { beforeAll, expect, test } from "vitest";
import { BASE, share } from "./support/cases";
import { Reader, Subject } from "./support/reader";
import { encodeStruct } from "./support/struct";

let reader: Reader;

beforeAll(() => {
  reader = Reader.compile();
});

const SHARES = 100_000;
const shares = Array.from({ length: SHARES }, (_, i) =>
  share({ calendar: `user${i}/work`, with: [`user${i + 1}`, "group:team"], until: "2027-01-01T00:00:00Z" }),
);
const configuration = { ...BASE, groups: { team: ["alice"] }, shares };

test("100,000 shares are read within 128 MiB, again and again", () => {
  const forms = [encodeStruct(configuration), Buffer.from(JSON.stringify(configuration))];
  for (const bytes of [...forms, ...forms]) {
    expect(reader.readBytes(bytes)).toBeNull();
    expect(reader.summary()).toMatchObject({ shares: 2 * SHARES });
    expect(reader.grant("user99999", "work", Subject.user, "user100000")[0]).toBe(641);
    expect(reader.grant("user99999", "work", Subject.user, "user99999")[0]).toBe(0);
  }
  expect(reader.memoryBytes).toBeLessThan(128 << 20);
});

test("100,000 groups and users are read, and a key that comes twice is found among them", () => {
  const groups = Object.fromEntries(Array.from({ length: SHARES }, (_, i) => [`group${i}`, [`user${i}`]]));
  const whole = { ...BASE, groups, shares: [share({ with: ["group:group99999"] })] };
  expect(reader.readStruct(whole)).toBeNull();
  expect(reader.groupsOf("user77777")).toEqual(["group77777"]);
  const twice = JSON.stringify(whole).replace('"group70000"', '"group7"');
  expect(reader.readBytes(Buffer.from(twice))).toBe("groups.group7: duplicate key");
});

test("A configuration that is too large is refused, not half read", () => {
  expect(reader.readBytes(Buffer.alloc((32 << 20) + 1, " "))).toBe("configuration: is longer than 32 MiB");
  const many = Buffer.from('{"shares":[' + "0,".repeat(1 << 21) + "0]}");
  expect(reader.readBytes(many)).toMatch(/^configuration: is not JSON: line 1, column \d+: too many values$/);
});
