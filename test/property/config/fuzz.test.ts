import { beforeAll, expect, test } from "vitest";
import { BASE, share } from "./support/cases";
import { Reader } from "./support/reader";
import { encodeStruct } from "./support/struct";

/* Whatever the bytes: no trap, and either a configuration or at least one fault (the reader checks that). */

let reader: Reader;

beforeAll(() => {
  reader = Reader.compile();
});

/** xorshift32: the same numbers in every run. */
function random(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % below;
  };
}

const configuration = {
  ...BASE,
  layout: { home: "/{user}/" },
  identity: { jwt: { metadata: "jwt_payload", claim: "email", groups: "groups" }, lowercase: true, realm: "Räume" },
  upstream: { authenticate: { basic: { username: "svc", password: 'p"\\\u0001😀' } } },
  groups: { team: ["alice", "bob"], "our team": [] },
  shares: [
    share(),
    share({ calendar: "*/*", with: ["group:team", "anyone"], access: ["read", "bind"], until: "2027-01-01T00:00:00Z" }),
  ],
  other_paths: { "/.web/": "anyone" },
  cache: { coherence: false, max_age: "1h", max_bytes: 1e9 },
  limits: { xml_depth: 64, auth_failures: { per: "60s" } },
  routing: {},
  mounts: false,
};
const seeds = [
  encodeStruct(configuration),
  encodeStruct(configuration, { unusual: true }),
  Buffer.from(JSON.stringify(configuration, null, 1)),
];
const pieces = [
  "{",
  "}",
  "[",
  "]",
  '"',
  "\\",
  ",",
  ":",
  "\\u",
  "\\ud800",
  "\u0000",
  "é",
  "\xff",
  "null",
  "-1e999",
  "*",
  "group:",
  "\n\n",
];

test("Random bytes never trap", () => {
  const next = random(1);
  for (let i = 0; i < 20_000; i++) {
    const bytes = Uint8Array.from({ length: next(40) }, () => next(256));
    if (i % 2 === 0) bytes[0] = i % 4 === 0 ? 0x0a : 0x7b;
    reader.readBytes(bytes);
  }
});

test("What is cut short is refused, but for a Struct after a whole entry", () => {
  const [struct, , text] = seeds as [Uint8Array, Uint8Array, Uint8Array];
  const ends = new Set<number>();
  let end = 0;
  for (const [key, value] of Object.entries(configuration)) ends.add((end += encodeStruct({ [key]: value }).length));
  for (let i = 0; i < struct.length; i++) {
    if (!ends.has(i)) expect(reader.readBytes(struct.subarray(0, i)), `after ${i} bytes`).not.toBeNull();
  }
  for (let i = 0; i < text.length; i++)
    expect(reader.readBytes(text.subarray(0, i)), `after ${i} bytes`).not.toBeNull();
});

test("Changed bytes never trap", () => {
  const next = random(2);
  for (let i = 0; i < 30_000; i++) {
    let bytes = Buffer.from(seeds[i % seeds.length] as Uint8Array);
    for (let changes = 1 + next(4); changes > 0; changes--) {
      const at = next(bytes.length);
      const kind = next(4);
      if (kind === 0) bytes[at] = next(256);
      else if (kind === 1) bytes = Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + 1 + next(8))]);
      else if (kind === 2)
        bytes = Buffer.concat([
          bytes.subarray(0, at),
          Buffer.from(pieces[next(pieces.length)] ?? "", "latin1"),
          bytes.subarray(at),
        ]);
      else bytes = Buffer.concat([bytes.subarray(0, at), bytes.subarray(next(bytes.length)), bytes.subarray(at)]);
      if (bytes.length === 0) break;
    }
    reader.readBytes(bytes);
  }
});

test("Deep nesting is refused in both forms", () => {
  for (const depth of [31, 32, 33, 100, 10_000]) {
    const text = '{"a":' + "[".repeat(depth) + "]".repeat(depth) + "}";
    expect(reader.readBytes(Buffer.from(text))).not.toBeNull();
    let bytes: Uint8Array = Buffer.alloc(0);
    for (let i = 0; i < Math.min(depth, 2000); i++) bytes = nest(bytes);
    expect(reader.readBytes(bytes)).not.toBeNull();
  }
  expect(reader.readBytes(Buffer.from('{"a":'.repeat(40)))).toBe(
    "configuration: is not JSON: line 1, column 162: nested too deeply",
  );
});

/** A Struct with one key, whose value is the Struct given. */
function nest(struct: Uint8Array): Uint8Array {
  const wrap = (tag: number, bytes: Uint8Array): Buffer => {
    const length: number[] = [];
    let rest = bytes.length;
    for (; rest > 127; rest >>>= 7) length.push((rest & 127) | 128);
    return Buffer.concat([Buffer.from([tag, ...length, rest]), bytes]);
  };
  return wrap(0x0a, Buffer.concat([Buffer.from([0x0a, 1, 0x61]), wrap(0x12, wrap(0x2a, struct))]));
}

test("Memory does not grow with what is refused", () => {
  const next = random(3);
  const before = reader.memoryBytes;
  for (let i = 0; i < 5000; i++) {
    const bytes = Buffer.from(seeds[i % seeds.length] as Uint8Array);
    bytes[next(bytes.length)] = next(256);
    reader.readBytes(bytes);
  }
  expect(reader.memoryBytes).toBeLessThanOrEqual(before + (1 << 20));
});
