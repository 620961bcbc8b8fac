import type { Found, Key } from "./store_worker.ts";

interface Held extends Found {
  key: Buffer;
  size: number;
}

/**
 * The store as one would write it with all the memory in the world: by bucket, the entries in the order of their last
 * use. True for uses that are more than a second apart.
 */
export class StoreModel {
  readonly buckets: number;
  readonly ways: number;
  readonly budget: number;
  private readonly held = new Map<number, Map<string, Held>>();

  constructor(
    private readonly maxEntry: number,
    maxBytes: number,
  ) {
    this.buckets = Math.min(1024, Math.max(1, Math.floor(maxBytes / Math.max(2 * (maxEntry + 24), 65536))));
    const share = Math.floor(maxBytes / this.buckets);
    this.ways = Math.min(256, Math.max(8, Math.floor(share / 2048)));
    this.budget = Math.max(0, share - (8 + 20 * this.ways) - 224 * (this.ways + 1));
  }

  bucketOf(key: Key): number {
    return Math.floor((key.digest.readUInt32LE(8) * this.buckets) / 2 ** 32);
  }

  find(key: Key, now: number): Found | null {
    const entries = this.entriesOf(key);
    const place = placeOf(key);
    const found = entries.get(place);
    if (!found?.key.equals(key.bytes) || found.expires <= now) return null;
    entries.delete(place);
    entries.set(place, found);
    return { payload: found.payload, expires: found.expires };
  }

  put(key: Key, payload: Buffer, expires: number, now: number): boolean {
    const size = 24 + key.bytes.length + payload.length;
    if (expires <= now || size > Math.min(this.maxEntry + 24, this.budget)) return false;
    const entries = this.entriesOf(key);
    entries.delete(placeOf(key));
    for (const [place, entry] of entries) if (Math.ceil(entry.expires / 1000) * 1000 <= now) entries.delete(place);
    const used = (): number => [...entries.values()].reduce((sum, entry) => sum + entry.size, 0);
    for (const [place] of entries) {
      if (entries.size < this.ways && used() + size <= this.budget) break;
      entries.delete(place);
    }
    entries.set(placeOf(key), { key: key.bytes, payload, expires, size });
    return true;
  }

  remove(key: Key): void {
    this.entriesOf(key).delete(placeOf(key));
  }

  private entriesOf(key: Key): Map<string, Held> {
    const bucket = this.bucketOf(key);
    let entries = this.held.get(bucket);
    if (!entries) this.held.set(bucket, (entries = new Map()));
    return entries;
  }
}

/** Two keys whose digests begin alike have one place. */
function placeOf(key: Key): string {
  return key.digest.subarray(0, 8).toString("hex");
}
