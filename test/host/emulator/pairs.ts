import { PAIRS_MAX_BYTES, PAIRS_MAX_COUNT } from "./abi.ts";

/** A header: name in lower case, value; both UTF-8 on the wire. */
export type Pair = [name: string, value: string];

/** One pair of raw bytes, as serialized maps and lists of properties hold them. */
export type BytePair = [Buffer, Buffer];

/**
 * Serializes pairs as the host hands them to a guest: count, then both sizes of each, then each name and value with a
 * NUL after it; all numbers u32 little endian (`pairs_util.cc`).
 */
export function encodeBytePairs(pairs: BytePair[]): Buffer {
  const sizes = Buffer.alloc(4 + 8 * pairs.length);
  sizes.writeUInt32LE(pairs.length, 0);
  const parts: Buffer[] = [sizes];
  const nul = Buffer.alloc(1);
  pairs.forEach(([name, value], i) => {
    sizes.writeUInt32LE(name.length, 4 + 8 * i);
    sizes.writeUInt32LE(value.length, 8 + 8 * i);
    parts.push(name, nul, value, nul);
  });
  return Buffer.concat(parts);
}

/** Serializes headers; see `encodeBytePairs`. */
export function encodePairs(pairs: readonly Pair[]): Buffer {
  return encodeBytePairs(pairs.map(([name, value]) => [Buffer.from(name), Buffer.from(value)]));
}

/**
 * Reads pairs that a guest serialized. As in Envoy anything malformed, over 1 MiB or over 1024 pairs gives an empty
 * list and no error.
 */
export function decodePairs(bytes: Buffer): Pair[] {
  if (bytes.length < 4 || bytes.length > PAIRS_MAX_BYTES) return [];
  const count = bytes.readUInt32LE(0);
  let at = 4 + 8 * count;
  if (count > PAIRS_MAX_COUNT || at > bytes.length) return [];
  const pairs: Pair[] = [];
  const take = (size: number): string | null => {
    if (at + size + 1 > bytes.length || bytes[at + size] !== 0) return null;
    const text = bytes.toString("utf8", at, at + size);
    at += size + 1;
    return text;
  };
  for (let i = 0; i < count; i++) {
    const name = take(bytes.readUInt32LE(4 + 8 * i));
    const value = name === null ? null : take(bytes.readUInt32LE(8 + 8 * i));
    if (name === null || value === null) return [];
    pairs.push([name, value]);
  }
  return at === bytes.length ? pairs : [];
}
