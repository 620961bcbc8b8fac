import { hash, HASH_SEED } from "../bytes/slice";
import { Writer } from "../bytes/writer";

/** More objects of one calendar than this are not told apart: the caller refuses. */
const MAX_OBJECTS: i32 = 1 << 20;

/**
 * A set of object names of one calendar, by two hashes of 32 bits: an open-addressing table in one run of bytes. Two
 * names that meet in both hashes count as one, which hides one too many at worst.
 */
export class ObjectSet {
  private table: Writer = new Writer(MAX_OBJECTS * 16);
  private slots: i32 = 0;
  private count: i32 = 0;
  /** Names were left out for want of room: nothing can be said of any. */
  overflow: bool = false;

  clear(): void {
    this.table.release(1024);
    this.slots = 0;
    this.count = 0;
    this.overflow = false;
  }

  get size(): i32 {
    return this.count;
  }

  add(ptr: usize, len: i32): void {
    if (this.count * 2 >= this.slots && !this.grow()) return;
    this.insert(keyOf(ptr, len));
  }

  has(ptr: usize, len: i32): bool {
    if (this.overflow) return true;
    if (this.count == 0) return false;
    const key = keyOf(ptr, len);
    let at = this.home(key);
    let found = load<u64>(this.table.ptr + ((<usize>at) << 3));
    while (found != 0 && found != key) {
      at = (at + 1) & (this.slots - 1);
      found = load<u64>(this.table.ptr + ((<usize>at) << 3));
    }
    return found == key;
  }

  private home(key: u64): i32 {
    return (<i32>(key >> 32)) & (this.slots - 1);
  }

  private insert(key: u64): void {
    let at = this.home(key);
    for (;;) {
      const found = load<u64>(this.table.ptr + ((<usize>at) << 3));
      if (found == key) return;
      if (found == 0) break;
      at = (at + 1) & (this.slots - 1);
    }
    store<u64>(this.table.ptr + ((<usize>at) << 3), key);
    this.count++;
  }

  /** Twice the room, with all names moved; false (and `overflow`) when there is none. */
  private grow(): bool {
    const old = this.slots;
    const slots = old == 0 ? 64 : old * 2;
    const table = this.table;
    table.len = old << 3;
    // The old names wait behind the new table while they are moved.
    if (slots > MAX_OBJECTS || !table.reserve((slots << 3) + (old << 3))) {
      this.overflow = true;
      return false;
    }
    const aside = table.ptr + ((<usize>slots) << 3);
    memory.copy(aside, table.ptr, (<usize>old) << 3);
    memory.fill(table.ptr, 0, (<usize>slots) << 3);
    this.slots = slots;
    this.count = 0;
    for (let i = 0; i < old; i++) {
      const key = load<u64>(aside + ((<usize>i) << 3));
      if (key != 0) this.insert(key);
    }
    return true;
  }
}

/** Never 0, which marks an empty slot. */
function keyOf(ptr: usize, len: i32): u64 {
  const low = hash(ptr, len, HASH_SEED);
  const high = hash(ptr, len, low ^ 0x9e3779b1);
  const key = ((<u64>high) << 32) | (<u64>low);
  return key == 0 ? 1 : key;
}
