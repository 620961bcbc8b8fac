/** The headers of RFC 9111, 9110 and 9211 that concern a cache, against slow references. */
import { beforeAll, describe, expect, test } from "vitest";
import { Random } from "../xml/support/random.ts";
import { compileCacheRequest, giveAll, written, type RequestModule } from "./support/request_module.ts";

let module: RequestModule;
beforeAll(async () => {
  module = await compileCacheRequest();
});

const TCHAR = "[!#$%&'*+\\-.^_`|~0-9A-Za-z]";
const QUOTED = '"(?:[\\t \\x21\\x23-\\x5b\\x5d-\\x7e\\x80-\\xff]|\\\\[\\t \\x21-\\x7e\\x80-\\xff])*"';
const TAG = '(?:W/)?"[\\x21\\x23-\\x7e\\x80-\\xff]*"';

/** Pieces one after the other. */
function soup(random: Random, pieces: readonly string[], most: number): string {
  return Array.from({ length: random.below(most + 1) }, () => random.pick(pieces)).join("");
}

interface Wishes {
  flags: number;
  maxAge: bigint;
  minFresh: bigint;
}

/** RFC 9111, 5.2.1, with what is malformed counted as no-cache. */
function slowCacheControl(lines: string[]): Wishes {
  const wishes = { flags: 0, maxAge: -1n, minFresh: 0n };
  const directive = new RegExp(`^(${TCHAR}+)(?:=(${TCHAR}+|${QUOTED}))?[ \\t]*(?=,|$)`);
  for (const line of lines) {
    for (let rest = line.replace(/^[ \t,]+/, ""); rest !== ""; rest = rest.replace(/^[ \t,]+/, "")) {
      const found = directive.exec(rest);
      rest = found ? rest.slice(found[0].length) : rest.replace(/^[^,]*/, "");
      if (!found) wishes.flags |= 1;
      const name = found?.[1]?.toLowerCase() ?? "";
      wishes.flags |= { "no-cache": 1, "no-store": 2, "only-if-cached": 4 }[name] ?? 0;
      if (name !== "max-age" && name !== "min-fresh") continue;
      const digits = (found?.[2] ?? "").replace(/^"(.*)"$/, "$1");
      if (!/^\d+$/.test(digits)) {
        wishes.flags |= 1;
        continue;
      }
      const seconds = BigInt(digits) > 2147483648n ? 2147483648n : BigInt(digits);
      if (name === "min-fresh") wishes.minFresh = seconds > wishes.minFresh ? seconds : wishes.minFresh;
      else if (wishes.maxAge < 0n || seconds < wishes.maxAge) wishes.maxAge = seconds;
    }
  }
  return wishes;
}

test("Cache-Control of a request is read as the reference does", () => {
  const random = new Random(31);
  const pieces = [
    ...["no-cache", "No-Store", "only-if-cached", "max-age", "MAX-AGE=", "min-fresh=", "max-stale", "x", "community="],
    ...["0", "5", "60", "3600", "2147483648", "2147483649", "99999999999999999999", "-1", "1.5", '"60"', '"6\\0"', '"'],
    ...[",", ", ", ",", "=", " ", "\t", ",,", '"a, no-store"', '"\\""', "\\", "é", "\x7f", "\x01", ";", "(", "/"],
    ...['x="\x7f"', 'x="\\\x01"', 'x="\t\xe9"'],
  ];
  for (let i = 0; i < 40_000; i++) {
    const lines = Array.from({ length: random.below(3) + 1 }, () => soup(random, pieces, 7));
    const begin = (line: number, ptr: number, len: number): void => module.wasm.cacheControl(line === 0, ptr, len);
    const read = giveAll(module, lines, begin, () => ({
      flags: module.wasm.controlFlags(),
      maxAge: module.wasm.controlMaxAge(),
      minFresh: module.wasm.controlMinFresh(),
    }));
    expect(read, JSON.stringify(lines)).toEqual(slowCacheControl(lines));
  }
});

const DATE = /^[A-Za-z]{3}, \d\d [A-Za-z]{3} \d{4} \d\d:\d\d:\d\d GMT$/;

/** The tags of a list, "*", or null for what is no list of entity tags or is empty. */
function tagsOf(list: string): string[] | "*" | null {
  if (/^[ \t]*\*[ \t]*$/.test(list)) return "*";
  if (!new RegExp(`^[ \\t]*${TAG}[ \\t]*(,[ \\t]*(${TAG}[ \\t]*)?)*$`).test(list)) return null;
  return list.match(new RegExp(TAG, "g"));
}

/** RFC 9110, 13.2.2: 0 holds, 1 not modified, 2 failed, 3 only the server knows. */
function slowCondition(values: (string | undefined)[]): number {
  const [ifMatch, ifNoneMatch, ifModified, ifUnmodified, etag = "", lastModified = ""] = values;
  const isTag = new RegExp(`^${TAG}$`).test(etag);
  const opaque = (tag: string): string => tag.replace(/^W\//, "");
  const isDate = (value: string | undefined): boolean => value === lastModified && DATE.test(lastModified);
  if (ifMatch !== undefined) {
    const tags = tagsOf(ifMatch);
    if (tags === null) return 3;
    if (tags !== "*" && !isTag) return 3;
    if (tags !== "*" && (etag.startsWith("W/") || !tags.includes(etag))) return 2;
  } else if (ifUnmodified !== undefined && !isDate(ifUnmodified)) return 3;
  if (ifNoneMatch !== undefined) {
    const tags = tagsOf(ifNoneMatch);
    if (tags === "*") return 1;
    return tags !== null && isTag && tags.some((tag) => opaque(tag) === opaque(etag)) ? 1 : 0;
  }
  return isDate(ifModified) ? 1 : 0;
}

test("conditions are evaluated as the reference does", () => {
  const random = new Random(32);
  const pieces = [
    '"a"',
    '"a"',
    '"b"',
    'W/"a"',
    'W/"b"',
    '""',
    '"a,b"',
    ",",
    ", ",
    " ",
    "*",
    '"',
    "W/",
    "w/",
    "a",
    "\t",
  ];
  const dates = [
    "Sun, 06 Nov 1994 08:49:37 GMT",
    "Sun, 06 Nov 1994 08:49:38 GMT",
    "Sunday, 06-Nov-94 08:49:37 GMT",
    "Sun, 06 Nov 1994 08:49:3x GMT",
    "",
  ];
  const results = [0, 0, 0, 0];
  const maybe = (value: () => string): string | undefined => (random.once(2) ? undefined : value());
  const list = (): string => (random.once(2) ? random.pick(pieces.slice(0, 7)) : soup(random, pieces, 5));
  for (let i = 0; i < 40_000; i++) {
    const values = [
      maybe(list),
      maybe(list),
      maybe(() => random.pick(dates)),
      maybe(() => random.pick(dates)),
      maybe(() => (random.once(4) ? list() : random.pick(['"a"', 'W/"a"', '"a,b"', '"é"']))),
      maybe(() => random.pick(dates)),
    ];
    const take = (at: number, ptr: number, len: number): void => module.wasm.slice(at, ptr, len);
    const result = giveAll(module, values, take, () => module.wasm.condition());
    expect(result, JSON.stringify(values)).toBe(slowCondition(values));
    results[result]!++;
  }
  for (const count of results) expect(count).toBeGreaterThan(400);
});

/** RFC 9110, 14, for one range of bytes: its Content-Range, "416", or "200". */
function slowRange(range: string | undefined, ifRange: string | undefined, etag: string, length: number): string {
  const isStrong = new RegExp(`^(?!W)${TAG}$`).test(etag);
  if (ifRange !== undefined && !(isStrong && ifRange === etag)) return "200";
  const spec = /^bytes=[ \t]*(\d*)-(\d*)[ \t]*$/i.exec(range ?? "");
  const [, from = "", to = ""] = spec ?? [];
  if (from === "" && to === "") return "200";
  const big = BigInt(length);
  if (from === "") {
    if (BigInt(to) === 0n) return "416";
    if (length === 0) return "200";
    return `bytes ${BigInt(to) >= big ? 0n : big - BigInt(to)}-${length - 1}/${length}`;
  }
  if (to !== "" && BigInt(to) < BigInt(from)) return "200";
  if (BigInt(from) >= big) return "416";
  return `bytes ${BigInt(from)}-${to === "" || BigInt(to) >= big ? big - 1n : BigInt(to)}/${length}`;
}

test("ranges are evaluated as the reference does", () => {
  const random = new Random(33);
  const pieces = ["0", "1", "9", "10", "11", "99", "0010", "4294967296", "-", "-", "-", ",", " ", "\t", "x", "+", "="];
  const tags = [undefined, undefined, '"a"', '"a"', 'W/"a"', '"b"', "", "a", "Sun, 06 Nov 1994 08:49:37 GMT"];
  const counts: Record<string, number> = { "200": 0, "206": 0, "416": 0 };
  const numbers = ["", "0", "1", "9", "10", "11", "99", "0010", "4294967296", "99999999999999999999"];
  for (let i = 0; i < 40_000; i++) {
    const unit = random.pick(["bytes=", "bytes=", "bytes=", "Bytes=", "bytes= ", "bytes", "items=", ""]);
    const spec = random.once(2) ? `${random.pick(numbers)}-${random.pick(numbers)}` : soup(random, pieces, 4);
    const range = random.once(10) ? undefined : unit + spec;
    const values = [range, random.pick(tags), random.pick(tags)];
    const length = random.pick([0, 1, 10, 11, 100, 2147483647]);
    const take = (at: number, ptr: number, len: number): void => module.wasm.slice(at, ptr, len);
    const result = giveAll(module, values, take, () => module.wasm.byteRange(length));
    const shown = ["200", written(module).toString(), "416"][result]!;
    expect(shown, JSON.stringify([values, length])).toBe(slowRange(range, values[1], values[2] ?? "", length));
    counts[shown.length === 3 ? shown : "206"]!++;
  }
  for (const count of Object.values(counts)) expect(count).toBeGreaterThan(400);
});

/** The members of a structured-fields List of Items without inner lists (RFC 8941), or null when it is none. */
function listOf(value: string): string[] | null {
  const bare = `(?:-?\\d{1,15}|-?\\d{1,12}\\.\\d{1,3}|[A-Za-z*][!#$%&'*+\\-.^_\`|~0-9A-Za-z:/]*|"(?:[ !#-[\\]-~]|\\\\["\\\\])*"|\\?[01]|:[A-Za-z0-9+/=]*:)`;
  const member = new RegExp(`^${bare}(?:; *[a-z*][a-z0-9_\\-.*]*(?:=${bare})?)*`);
  const members: string[] = [];
  let rest = value.replace(/^ +/, "").replace(/ +$/, "");
  if (rest === "") return members;
  while (true) {
    const found = member.exec(rest);
    if (!found) return null;
    members.push(found[0]);
    rest = rest.slice(found[0].length).replace(/^[ \t]+/, "");
    if (rest === "") return members;
    if (!rest.startsWith(",")) return null;
    rest = rest.slice(1).replace(/^[ \t]+/, "");
  }
}

describe("Cache-Status", () => {
  test("adds this cache to what others said, and can be read whenever that could", () => {
    const random = new Random(34);
    const pieces = ["ExampleCache", "; hit", "; ttl=5", "; fwd=miss", ", ", ",", '"a, b"', '"\\""', '"', "\\", " ", "=", "é", "?1", "1.5", "\t"]; // prettier-ignore
    let kept = 0;
    for (let i = 0; i < 40_000; i++) {
      const upstream = random.once(8) ? "" : soup(random, pieces, 6);
      const take = (at: number, ptr: number, len: number): void => module.wasm.slice(at, ptr, len);
      giveAll(module, [upstream], take, () => module.wasm.cacheStatus(5, 60n));
      const out = written(module).toString();
      const before = listOf(upstream);
      expect(out.endsWith("caldav; fwd=miss; ttl=60"), out).toBe(true);
      if (before !== null) {
        expect(listOf(out), out).toEqual([...before, "caldav; fwd=miss; ttl=60"]);
        if (before.length > 0) kept++;
      } else if (listOf(out) !== null) expect(listOf(out)).toEqual(["caldav; fwd=miss; ttl=60"]);
      // Whatever it is, what was added does not stand in somebody else's string.
      expect(out.replace(/"(?:\\.|[^"\\])*"/g, "s")).toMatch(/^([^"]*, )?caldav; fwd=miss; ttl=60$/);
    }
    expect(kept).toBeGreaterThan(1000);
  });
});
