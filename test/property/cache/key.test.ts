/** Keys of reads, and their digests, against slow references: no two different reads share a key. */
import { beforeAll, describe, expect, test } from "vitest";
import { Random } from "../xml/support/random.ts";
import { compileCacheRequest, giveAll, written, type RequestModule } from "./support/request_module.ts";
import { canonical, FEW_WORDS, meaning, randomElement, type Element } from "./support/xml_model.ts";
import { writeXml } from "./support/xml_writer.ts";

const Method = { GET: 2, HEAD: 3, PUT: 4, PROPFIND: 7, REPORT: 9 };

interface Read {
  policy: Buffer;
  person: Buffer | null;
  /** identity, scheme, authority, prefer, brief, accept, accept-encoding, accept-language, timezones */
  fields: Buffer[];
  method: number;
  segments: Buffer[];
  isCollection: boolean;
  depth: number;
  body: Element | null;
}

let module: RequestModule;
beforeAll(async () => {
  module = await compileCacheRequest();
});

/** The filter's key, or null. */
function keyOf(read: Read, path = pathOf(read), body = ""): Buffer | null {
  const { wasm } = module;
  const values = [read.person ?? Buffer.from("nobody"), ...read.fields, Buffer.from(body)];
  return module.give(read.policy, (policy) => {
    wasm.keyBegin(policy, read.person !== null);
    const take = (i: number, ptr: number, len: number): void => wasm.keyField(i, ptr, len);
    return giveAll(module, values, take, () =>
      module.give(Buffer.from(path), (ptr, len) => {
        const made = wasm.keyWrite(read.method, ptr, len, read.depth) !== 0;
        return made ? written(module) : null;
      }),
    );
  });
}

function pathOf(read: Read): string {
  const encode = (segment: Buffer): string => [...segment].map((c) => `%${c.toString(16).padStart(2, "0")}`).join("");
  const path = read.segments.map((segment) => `/${encode(segment)}`).join("");
  return read.isCollection ? `${path}/` : path;
}

/** The key, by the rules of assembly/cache/key.ts. */
function slowKey(read: Read): Buffer {
  const size = (n: number): Buffer => Buffer.from(Uint32Array.of(n).buffer);
  const sized = (bytes: Buffer): Buffer => Buffer.concat([size(bytes.length), bytes]);
  const [identity = Buffer.alloc(0), scheme = identity, authority = identity, ...headers] = read.fields;
  const isGet = read.method === Method.GET || read.method === Method.HEAD;
  return Buffer.concat([
    Buffer.of(1, isGet ? 1 : read.method === Method.PROPFIND ? 2 : 3),
    read.policy,
    read.person === null ? Buffer.of(0) : Buffer.concat([Buffer.of(1), sized(read.person)]),
    ...[identity, scheme, authority].map(sized),
    Buffer.of(read.isCollection ? 1 : 0),
    size(read.segments.length),
    ...read.segments.map(sized),
    isGet ? Buffer.alloc(0) : Buffer.of(read.depth),
    ...headers.map(sized),
    read.body === null ? Buffer.alloc(0) : canonical(read.body),
  ]);
}

/** What a read is, as a text that is the same for no other read. */
function identityOf(read: Read): string {
  const hex = (bytes: Buffer | null): string | null => bytes?.toString("hex") ?? null;
  const isGet = read.method === Method.GET || read.method === Method.HEAD;
  return JSON.stringify([
    hex(read.policy),
    hex(read.person),
    read.fields.map(hex),
    isGet ? "GET" : read.method,
    read.segments.map(hex),
    read.isCollection,
    isGet ? "" : read.depth,
    read.body === null ? null : meaning(read.body),
  ]);
}

/** Few and short values, of bytes that the key itself is made of, so that one only just differs from another. */
function randomRead(random: Random, alphabet: number[]): Read {
  const bytes = (longest: number): Buffer =>
    Buffer.from(Array.from({ length: random.below(longest + 1) }, () => random.pick(alphabet)));
  const method = random.pick([Method.GET, Method.HEAD, Method.PROPFIND, Method.REPORT]);
  const isGet = method === Method.GET || method === Method.HEAD;
  const hasBody = !isGet && (method === Method.REPORT || random.once(2));
  const segments = Array.from({ length: random.below(3) }, () => Buffer.from(random.pick(["a", "ab", "b", "é", "~"])));
  return {
    policy: Buffer.alloc(16, random.below(2)),
    person: random.once(3) ? null : bytes(2),
    fields: Array.from({ length: 9 }, () => (random.once(5) ? bytes(2) : Buffer.alloc(0))),
    method,
    segments,
    isCollection: segments.length === 0 || random.once(2),
    depth: random.below(4),
    body: hasBody ? randomElement(random, FEW_WORDS, 2) : null,
  };
}

describe("the key of a read", () => {
  test("is what the reference says", () => {
    const random = new Random(21);
    const all = Array.from({ length: 256 }, (_, i) => i);
    for (let i = 0; i < 4000; i++) {
      const read = randomRead(random, all);
      const body = read.body === null ? "" : writeXml(random, read.body);
      expect(keyOf(read, undefined, body)?.toString("hex")).toBe(slowKey(read).toString("hex"));
    }
  });

  test("is shared by no two different reads", () => {
    const random = new Random(22);
    const reads = new Map<string, string>();
    for (let i = 0; i < 40_000; i++) {
      const read = randomRead(random, [0, 1, 2, 97]);
      const body = read.body === null ? "" : writeXml(random, read.body);
      const key = keyOf(read, undefined, body)?.toString("hex") ?? "";
      const known = reads.get(key) ?? identityOf(read);
      expect(known).toBe(identityOf(read));
      reads.set(key, known);
    }
    expect(reads.size).toBeGreaterThan(20_000);
  });

  test("does not tell apart two spellings of one path, and does tell a collection from what is in it", () => {
    const read: Read = { ...randomRead(new Random(23), [97]), method: Method.GET, person: null, body: null };
    const key = (path: string): string | undefined => keyOf(read, path)?.toString("hex");
    expect(key("/alice/w%6frk/%7E")).toBe(key("/alice/work/~"));
    expect(key("/alice/work/")).not.toBe(key("/alice/work"));
    expect(key("/alice/work")).not.toBe(key("/alicework"));
    expect(key("/")).toBeDefined();
  });

  test("exists for nothing else", () => {
    const base = { ...randomRead(new Random(24), [97]), depth: 0, body: null };
    const read = (method: number, depth = 0): Read => ({ ...base, method, depth });
    expect(keyOf(read(Method.GET), "/a?b")).toBeNull();
    expect(keyOf(read(Method.GET), "/a/../b")).toBeNull();
    expect(keyOf(read(Method.GET), "a")).toBeNull();
    expect(keyOf(read(Method.GET), "/a", "<a/>")).toBeNull();
    expect(keyOf(read(Method.PUT), "/a")).toBeNull();
    expect(keyOf(read(Method.PROPFIND), "/a")).not.toBeNull();
    expect(keyOf(read(Method.PROPFIND), "/a", " ")).toBeNull();
    expect(keyOf(read(Method.PROPFIND, 4), "/a")).toBeNull();
    expect(keyOf(read(Method.REPORT), "/a")).toBeNull();
    expect(keyOf(read(Method.REPORT), "/a", "<a>")).toBeNull();
    expect(keyOf(read(Method.REPORT), "/a", "<a/>")).not.toBeNull();
  });
});

const MASK = (1n << 64n) - 1n;

/** SipHash-2-4 with 128 bits, as in the paper. */
function slowDigest(secret: Buffer, message: Buffer): Buffer {
  const rotl = (x: bigint, n: bigint): bigint => ((x << n) | (x >> (64n - n))) & MASK;
  const [k0, k1] = [secret.readBigUInt64LE(0), secret.readBigUInt64LE(8)];
  let [v0, v1] = [k0 ^ 0x736f6d6570736575n, k1 ^ 0x646f72616e646f6dn ^ 0xeen];
  let [v2, v3] = [k0 ^ 0x6c7967656e657261n, k1 ^ 0x7465646279746573n];
  const rounds = (count: number): void => {
    for (let i = 0; i < count; i++) {
      v0 = (v0 + v1) & MASK;
      v1 = rotl(v1, 13n) ^ v0;
      v0 = rotl(v0, 32n);
      v2 = (v2 + v3) & MASK;
      v3 = rotl(v3, 16n) ^ v2;
      v0 = (v0 + v3) & MASK;
      v3 = rotl(v3, 21n) ^ v0;
      v2 = (v2 + v1) & MASK;
      v1 = rotl(v1, 17n) ^ v2;
      v2 = rotl(v2, 32n);
    }
  };
  const padded = Buffer.alloc((message.length & ~7) + 8);
  message.copy(padded);
  padded[padded.length - 1] = message.length & 255;
  for (let at = 0; at < padded.length; at += 8) {
    const word = padded.readBigUInt64LE(at);
    v3 ^= word;
    rounds(2);
    v0 ^= word;
  }
  const out = Buffer.alloc(16);
  v2 ^= 0xeen;
  rounds(4);
  out.writeBigUInt64LE(v0 ^ v1 ^ v2 ^ v3, 0);
  v1 ^= 0xddn;
  rounds(4);
  out.writeBigUInt64LE(v0 ^ v1 ^ v2 ^ v3, 8);
  return out;
}

test("the digest of a key is its SipHash", () => {
  const random = new Random(25);
  for (let len = 0; len < 700; len++) {
    const message = Buffer.from(Array.from({ length: len }, () => random.below(256)));
    const secret = Buffer.from(Array.from({ length: 16 }, () => random.below(256)));
    module.give(secret, (at) => module.give(message, (ptr, size) => module.wasm.digestOf(at, ptr, size)));
    expect(written(module).toString("hex"), `${len} bytes`).toBe(slowDigest(secret, message).toString("hex"));
  }
});
