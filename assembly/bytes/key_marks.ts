const EMPTY: usize = 64;
const SLOT: usize = 16;

/**
 * Bit marks kept by 64-bit key, in a hash table of bounded size. Keys are hashes that the caller made: two texts with
 * one hash share their marks, so use it only where sharing errs on the safe side. Memory is outside of garbage
 * collection; `reset` keeps a small table for reuse, `free` gives everything back.
 */
export class KeyMarks {
  private slots: usize = 0;
  private capacity: u32 = 0;
  private used: u32 = 0;

  /** `limit`: the most keys it takes. */
  constructor(private limit: u32) {}

  /** The marks of `key`, 0 when it has none. */
  get(key: u64): u32 {
    if (this.capacity == 0) return 0;
    const at = this.find(key);
    return load<u64>(at) == 0 ? 0 : load<u32>(at, 8);
  }

  /** Adds `marks` to those of `key`; false when the table is full. */
  add(key: u64, marks: u32): bool {
    return this.put(key, this.get(key) | marks);
  }

  /** Gives `key` these marks and no others; false when the table is full. */
  put(key: u64, marks: u32): bool {
    if (this.used * 2 >= this.capacity && !this.grow()) return false;
    const at = this.find(key);
    if (load<u64>(at) == 0) {
      if (this.used >= this.limit) return false;
      store<u64>(at, stored(key));
      this.used++;
    }
    store<u32>(at, marks, 8);
    return true;
  }

  /** Forgets every key. */
  reset(): void {
    if (this.capacity > 4096) this.free();
    else if (this.used > 0) memory.fill(this.slots, 0, <usize>this.capacity * SLOT);
    this.used = 0;
  }

  free(): void {
    if (this.slots != 0) heap.free(this.slots);
    this.slots = 0;
    this.capacity = 0;
    this.used = 0;
  }

  /** The slot of `key`, or the empty one where it would stand. At most half of the slots are taken. */
  private find(key: u64): usize {
    const wanted = stored(key);
    const mask = this.capacity - 1;
    // The step depends on other bits than the start, so that keys made to meet in one slot part again.
    const step = (<u32>(wanted >> 32)) | 1;
    let i = (<u32>wanted) & mask;
    while (true) {
      const at = this.slots + <usize>i * SLOT;
      const found = load<u64>(at);
      if (found == wanted || found == 0) return at;
      i = (i + step) & mask;
    }
  }

  private grow(): bool {
    const old = this.slots;
    const oldCapacity = this.capacity;
    if (oldCapacity >= 1 << 26) return false;
    const capacity = oldCapacity == 0 ? <u32>EMPTY : oldCapacity * 2;
    this.slots = heap.alloc(<usize>capacity * SLOT);
    this.capacity = capacity;
    memory.fill(this.slots, 0, <usize>capacity * SLOT);
    for (let i: u32 = 0; i < oldCapacity; i++) {
      const from = old + <usize>i * SLOT;
      const key = load<u64>(from);
      if (key == 0) continue;
      const to = this.find(key);
      store<u64>(to, key);
      store<u32>(to, load<u32>(from, 8), 8);
    }
    if (old != 0) heap.free(old);
    return true;
  }
}

/** 0 says that a slot is empty. */
// @ts-ignore: decorator
@inline
function stored(key: u64): u64 {
  return key == 0 ? 1 : key;
}
