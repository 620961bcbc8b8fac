import { equal, Slice } from "../bytes/slice";
import { wordHash } from "../bytes/word_hash";
import { Writer } from "../bytes/writer";

/** What clients send again and again is short: a list of properties, a range of time. */
const MAX_BODY: i32 = 4 << 10;
const MAX_FOUND: i32 = 8 << 10;
const BITS: u64 = 6;
const SLOTS: i32 = 1 << (<i32>BITS);

class Seen {
  maxDepth: i32 = 0;
  readonly body: Writer = new Writer(MAX_BODY);
  readonly found: Writer = new Writer(MAX_FOUND);
}

/**
 * What was found out about request bodies by reading them, for those that come again byte by byte, as polls do. Only for
 * what depends on nothing but the body and `maxDepth`. Bounded: a body takes the place of another.
 */
export class SeenBodies {
  /** What `find` found; valid until the next `keep`. */
  readonly found: Slice = new Slice();
  private slots: StaticArray<Seen> = new StaticArray<Seen>(SLOTS);

  constructor() {
    for (let i = 0; i < SLOTS; i++) this.slots[i] = new Seen();
  }

  /** Looks for what was kept of this very body. */
  find(ptr: usize, len: i32, maxDepth: i32): bool {
    if (len <= 0 || len > MAX_BODY) return false;
    const seen = this.slotOf(ptr, len);
    if (seen.maxDepth != maxDepth || !equal(seen.body.ptr, seen.body.len, ptr, len)) return false;
    this.found.set(seen.found.ptr, seen.found.len);
    return true;
  }

  /** Keeps what was found out about a body, if both are short enough. */
  keep(ptr: usize, len: i32, maxDepth: i32, found: usize, foundLen: i32): void {
    if (len <= 0 || len > MAX_BODY || foundLen > MAX_FOUND) return;
    const seen = this.slotOf(ptr, len);
    seen.maxDepth = maxDepth;
    seen.body.reset();
    seen.found.reset();
    seen.body.bytes(ptr, len);
    seen.found.bytes(found, foundLen);
    // Half a body or half of what was found must not be found.
    if (seen.body.overflow || seen.found.overflow) seen.body.reset();
  }

  private slotOf(ptr: usize, len: i32): Seen {
    return unchecked(this.slots[<i32>(wordHash(ptr, len) >> (64 - BITS))]);
  }
}
