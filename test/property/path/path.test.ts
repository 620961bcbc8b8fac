/** Resource paths against a slow reference, and against all the ways in which servers may read them. */
import { beforeAll, describe, expect, test } from "vitest";
import { Module } from "../xml/support/module.ts";
import { Random } from "../xml/support/random.ts";
import { readSlowly, servers } from "./servers.ts";

interface PathReader {
  parse(ptr: number, len: number): number;
  segmentPtr(i: number): number;
  segmentLen(i: number): number;
  flags(): number;
}

let module: Module<PathReader>;
beforeAll(async () => {
  module = await Module.compile<PathReader>("path");
});

function read(target: string): ReturnType<typeof readSlowly> {
  return module.give(Buffer.from(target, "latin1"), (ptr, len) => {
    const count = module.wasm.parse(ptr, len);
    if (count < 0) return null;
    const segments = Array.from({ length: count }, (_, i) =>
      module.take(module.wasm.segmentPtr(i), module.wasm.segmentLen(i)).toString("latin1"),
    );
    const flags = module.wasm.flags();
    return { segments, collection: (flags & 1) !== 0, query: (flags & 2) !== 0 };
  });
}

/** What a path may be made of, the dangerous far more often than by chance. */
const pieces = [
  ..."/////..;\\%?#a1-é \0\n".split(""),
  ...[
    "%2f",
    "%2F",
    "%5c",
    "%2e",
    "%2E",
    "%25",
    "%252e",
    "%252f",
    "%3b",
    "%3B",
    "%00",
    "%0a",
    "%7f",
    "%41",
    "%c3%a9",
    "%C3",
    "%A9",
  ],
  ...["%c0%af", "%e2%82%ac", "%ff", "%2", "%g0", "%%", "%25%32%66", "%u002f", "%3f", "%23", "%20", "%26"],
  ...[
    "alice",
    "work",
    "1.ics",
    "..",
    "/../",
    "/./",
    "//",
    "/alice/work/",
    "..;",
    ";x=1",
    "%2e%2e%2f",
    "%25%36%62",
    "6b",
  ],
];

function randomPath(random: Random): string {
  let path = random.once(20) ? "" : "/";
  const harmless = random.once(3);
  for (let left = random.below(10); left > 0; left--) {
    path += harmless ? random.pick(["a", "/a", "%41", ".b", "/c%20", "%c3%a9", "%25", "z"]) : random.pick(pieces);
  }
  return Buffer.from(path, "utf8").toString("latin1");
}

/** Every path of up to `length` pieces of a few that matter most. */
function* allPaths(length: number): Generator<string> {
  const alphabet = ["/", ".", "%2e", "%2f", "%25", "2e", "a", ";", "\\", "%5c"];
  const open = [""];
  for (let path = open.shift(); path !== undefined && path.length < 40; path = open.shift()) {
    yield `/${path}`;
    if (path.split("\u0001").length <= length) for (const piece of alphabet) open.push(`${path}\u0001${piece}`);
  }
}

function mustBeUnambiguous(target: string): number {
  const fast = read(target);
  expect(fast, JSON.stringify(target)).toEqual(readSlowly(target));
  if (fast === null) return 0;
  const path = target.replace(/\?.*$/s, "");
  for (const [name, reading] of Object.entries(servers)) {
    const segments = reading(path);
    expect(
      segments.length === 1 && segments[0] === "" ? [] : segments,
      `${JSON.stringify(target)}: a server that ${name}`,
    ).toEqual(fast.segments);
  }
  return 1;
}

describe("a resource path", () => {
  test("is read as the slow reference does, and no server could resolve an accepted one to another resource", () => {
    const random = new Random(7);
    let accepted = 0;
    for (let i = 0; i < 60_000; i++) accepted += mustBeUnambiguous(randomPath(random));
    expect(accepted).toBeGreaterThan(10_000);
  });

  test("is so for every short combination of what matters most", () => {
    let count = 0;
    for (const path of allPaths(4)) {
      mustBeUnambiguous(path.replaceAll("\u0001", ""));
      count++;
    }
    expect(count).toBeGreaterThan(10_000);
  });

  test("is so for every single byte, as it is and encoded", () => {
    for (let c = 0; c < 256; c++) {
      const byte = String.fromCharCode(c);
      const hex = c.toString(16).padStart(2, "0");
      for (const piece of [byte, `%${hex}`, `%${hex.toUpperCase()}`, `%25${hex}`, `%2525${hex}`])
        for (const path of [`/${piece}`, `/a${piece}b/c`, `/a/${piece}/b`, `/a/b${piece}`, `/a?${piece}`])
          mustBeUnambiguous(path);
    }
  });

  test("is so for long ones", () => {
    for (const path of [
      `/${"a".repeat(8191)}`,
      `/${"a".repeat(8192)}`,
      "/a".repeat(32),
      "/a".repeat(33),
      `${"/a".repeat(32)}/`,
      `/${"%41".repeat(2730)}`,
    ])
      mustBeUnambiguous(path);
  });
});
