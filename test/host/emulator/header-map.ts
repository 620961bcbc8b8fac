import type { Pair } from "./pairs.ts";

/**
 * Headers that Envoy keeps in one slot: a second one is appended to the first with a comma (cookie: a semicolon)
 * instead of becoming an entry of its own. Measured on 1.40; see docs/host-behaviour.md.
 */
const SINGLE = new Set([":authority", ":method", ":path", ":scheme", ":status"]);

/** Headers, trailers, or metadata of a call, with the rules of Envoy's `HeaderMapImpl`. Names are kept in lower case. */
export class HeaderMap {
  private entries: Pair[] = [];

  constructor(pairs: Iterable<readonly [string, string]> = []) {
    for (const [name, value] of pairs) this.add(name, value);
  }

  /** Number of entries, repeated headers counted each. */
  get size(): number {
    return this.entries.length;
  }

  /** Bytes of all names and values, which is what `proxy_get_header_map_size` answers. */
  get byteSize(): number {
    return this.entries.reduce((sum, [name, value]) => sum + Buffer.byteLength(name) + Buffer.byteLength(value), 0);
  }

  /** First value of a header, or null. */
  get(name: string): string | null {
    const wanted = canonical(name);
    return this.entries.find(([n]) => n === wanted)?.[1] ?? null;
  }

  /** Adds an entry behind the others; pseudo-headers stay in front. A header with one slot is appended to. */
  add(name: string, value: string): void {
    const key = canonical(name);
    const existing = SINGLE.has(key) ? this.entries.find(([n]) => n === key) : undefined;
    if (existing) {
      existing[1] += (key === "cookie" ? "; " : ",") + value;
      return;
    }
    if (!key.startsWith(":")) this.entries.push([key, value]);
    else this.entries.splice(this.entries.filter(([n]) => n.startsWith(":")).length, 0, [key, value]);
  }

  /** Removes all entries of a name, then adds one. */
  set(name: string, value: string): void {
    this.remove(name);
    this.add(name, value);
  }

  /** Removes all entries of a name; none is fine. */
  remove(name: string): void {
    const key = canonical(name);
    this.entries = this.entries.filter(([n]) => n !== key);
  }

  /** Replaces everything. */
  replaceAll(pairs: Iterable<readonly [string, string]>): void {
    this.entries = [];
    for (const [name, value] of pairs) this.add(name, value);
  }

  /** A copy of all entries in order. */
  pairs(): Pair[] {
    return this.entries.map(([name, value]) => [name, value]);
  }
}

function canonical(name: string): string {
  const lower = name.toLowerCase();
  return lower === "host" ? ":authority" : lower;
}
