import type { Random } from "../../xml/support/random.ts";
import type { SharedMap } from "./shared_map.ts";
import type { Key } from "./store_worker.ts";

const DIRECTORY = "caldav/b/";
/** Bytes of an entry that holds nothing. */
const EMPTIED = 32;

/** What the directories say that all entries occupy. */
export function bytesIn(map: SharedMap): number {
  let sum = 0;
  for (const [key, { value }] of map.values) {
    if (key.startsWith(DIRECTORY)) for (let way = 8; way < value.length; way += 20) sum += value.readUInt32LE(way + 8);
  }
  return sum;
}

/** The entries that hold more than their directory says. */
export function unaccounted(map: SharedMap): string[] {
  return [...map.values.keys()].filter((key) => {
    const [, bucket, way] = /^caldav\/e\/(.*)\/(....)$/.exec(key) ?? [];
    if (bucket === undefined || way === undefined) return false;
    const directory = map.get(DIRECTORY + bucket)?.value;
    const size = directory?.readUInt32LE(8 + 20 * parseInt(way, 16) + 8) ?? 0;
    return map.get(key)!.value.length > Math.max(size, EMPTIED);
  });
}

/** Keys, a few of them with digests that find the same way, or are all of zeros. */
export function keysOf(random: Random, count: number): Key[] {
  const digests: Buffer[] = [];
  return Array.from({ length: count }, (_, i) => {
    const digest = Buffer.from(Array.from({ length: 16 }, () => random.below(256)));
    if (random.once(40)) digest.fill(0);
    else if (digests.length > 0 && random.once(15)) random.pick(digests).copy(digest);
    digests.push(digest);
    const bytes = Buffer.alloc(8 + random.below(30), random.below(256));
    bytes.writeUInt32LE(i, 0);
    return { bytes, digest };
  });
}
