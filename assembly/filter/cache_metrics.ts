import { Forward } from "../cache/cache_status";
import { Counter, Gauge } from "../host/metric";

/** What the cache does, in Envoy's stats: `caldav.cache.hit`, `caldav.cache.bypass`, … */
export class CacheMetrics {
  readonly stored: Counter = new Counter("caldav.cache.stored");
  readonly evicted: Counter = new Counter("caldav.cache.evicted");
  /** The server was asked, and nothing had changed. */
  readonly validated: Counter = new Counter("caldav.cache.validated");
  /** The server was asked, and something had. */
  readonly changed: Counter = new Counter("caldav.cache.changed");
  /** Another request that was under way did for this one. */
  readonly coalesced: Counter = new Counter("caldav.cache.coalesced");
  /** The server failed, and an answer was given that was no longer fresh. */
  readonly rescued: Counter = new Counter("caldav.cache.stale_if_error");
  /** An answer was not stored, since something was written while it was read. */
  readonly outdated: Counter = new Counter("caldav.cache.outdated");
  readonly bytes: Gauge = new Gauge("caldav.cache.bytes");
  private hit: Counter = new Counter("caldav.cache.hit");
  private miss: Counter = new Counter("caldav.cache.miss");
  private stale: Counter = new Counter("caldav.cache.stale");
  /** The client asked for an answer of the server's own. */
  private request: Counter = new Counter("caldav.cache.bypass.request");
  /** The cache does not handle such reads. */
  private bypass: Counter = new Counter("caldav.cache.bypass.kind");

  /** Counts what became of a read; a value of `Forward`. */
  count(forward: i32): void {
    switch (forward) {
      case Forward.NONE:
        return this.hit.add(1);
      case Forward.MISS:
        return this.miss.add(1);
      case Forward.STALE:
        return this.stale.add(1);
      case Forward.REQUEST:
        return this.request.add(1);
      default:
        return this.bypass.add(1);
    }
  }
}
