const SLOTS: i32 = 256;
/** A use of an entry is noted in its directory about so often (ms), so that long it need not be looked into. */
const LASTS: i64 = 1000;

/**
 * Where entries were found lately, by this worker: who finds one again need not read its bucket's directory. A place may
 * be out of date, so what stands there has to be looked at.
 */
export class FoundWays {
  private digests: StaticArray<u64> = new StaticArray<u64>(2 * SLOTS);
  private ways: StaticArray<i32> = new StaticArray<i32>(SLOTS);
  private since: StaticArray<i64> = new StaticArray<i64>(SLOTS);

  /** The way in which the entry of a digest (16 bytes) was found a short while before `now` (ms), or -1. */
  find(digest: usize, now: i64): i32 {
    const slot = slotOf(digest);
    const age = now - unchecked(this.since[slot]);
    if (age < 0 || age >= LASTS) return -1;
    const isSame =
      unchecked(this.digests[2 * slot]) == load<u64>(digest) &&
      unchecked(this.digests[2 * slot + 1]) == load<u64>(digest, 8);
    return isSame ? unchecked(this.ways[slot]) : -1;
  }

  /** Notes where an entry was found; -1: no longer where it was. */
  keep(digest: usize, way: i32, now: i64): void {
    const slot = slotOf(digest);
    unchecked((this.digests[2 * slot] = load<u64>(digest)));
    unchecked((this.digests[2 * slot + 1] = load<u64>(digest, 8)));
    unchecked((this.ways[slot] = way));
    unchecked((this.since[slot] = now));
  }
}

function slotOf(digest: usize): i32 {
  return <i32>load<u8>(digest);
}
