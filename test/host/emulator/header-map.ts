import type { Pair } from "./pairs.ts";

/**
 * Headers for which Envoy has one slot: a second one is appended to the first with a comma instead of becoming an entry
 * of its own, so a filter cannot tell a repeated header from a list. Seen on 1.40; see docs/host-behaviour.md.
 */
const ONE_SLOT = {
  request: slots(
    "accept accept-encoding access-control-request-headers access-control-request-method authorization cache-control",
    "cdn-loop connection content-encoding content-length content-type expect grpc-accept-encoding grpc-timeout if-match",
    "if-modified-since if-none-match if-range if-unmodified-since keep-alive origin pragma proxy-connection proxy-status",
    "referer te transfer-encoding upgrade user-agent via x-client-trace-id x-envoy-attempt-count",
    "x-envoy-decorator-operation x-envoy-external-address x-envoy-original-path x-forwarded-for x-forwarded-host",
    "x-forwarded-port x-forwarded-proto x-request-id :authority :method :path :scheme",
  ),
  response: slots(
    "access-control-allow-origin age cache-control connection content-encoding content-length content-type date etag",
    "expires grpc-status keep-alive last-modified location proxy-connection proxy-status server transfer-encoding upgrade",
    "vary via x-envoy-attempt-count x-envoy-decorator-operation x-envoy-upstream-service-time x-request-id :status",
  ),
  other: slots(),
};

/** Whose headers they are; trailers are other. */
export type Kind = keyof typeof ONE_SLOT;

/** Headers or trailers with the rules of Envoy's `HeaderMapImpl`. Names are kept in lower case. */
export class HeaderMap {
  private entries: Pair[] = [];

  constructor(
    readonly kind: Kind,
    pairs: Iterable<readonly [string, string]> = [],
  ) {
    for (const [name, value] of pairs) this.add(name, value);
  }

  /** A map of its own with the same entries. */
  copy(): HeaderMap {
    return new HeaderMap(this.kind, this.entries);
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
    const existing = ONE_SLOT[this.kind].has(key) ? this.entries.find(([n]) => n === key) : undefined;
    if (existing) {
      existing[1] += `,${value}`;
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

function slots(...names: string[]): ReadonlySet<string> {
  return new Set(names.join(" ").split(" "));
}

function canonical(name: string): string {
  const lower = name.toLowerCase();
  return lower === "host" ? ":authority" : lower;
}
