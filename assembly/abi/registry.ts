/**
 * Objects by the id the host gave them: open addressing, linear probing, backward-shift deletion. It makes no garbage
 * as long as the number of live ids does not grow. An unknown id gives null: it is nobody's business, never a trap.
 */
export class Registry<T> {
  private ids: StaticArray<u32> = new StaticArray<u32>(64);
  private values: StaticArray<T | null> = new StaticArray<T | null>(64);
  private mask: u32 = 63;
  private count: i32 = 0;

  get size(): i32 {
    return this.count;
  }

  get(id: u32): T | null {
    let at = this.home(id);
    while (unchecked(this.ids[at]) != 0) {
      if (unchecked(this.ids[at]) == id) return unchecked(this.values[at]);
      at = (at + 1) & this.mask;
    }
    return null;
  }

  /** Ids are never 0 (the host starts at 1); a 0 is ignored. */
  set(id: u32, value: T): void {
    if (id == 0) return;
    if (<u32>this.count * 2 > this.mask) this.grow();
    let at = this.home(id);
    for (; unchecked(this.ids[at]) != 0; at = (at + 1) & this.mask) {
      if (unchecked(this.ids[at]) == id) {
        unchecked((this.values[at] = value));
        return;
      }
    }
    unchecked((this.ids[at] = id));
    unchecked((this.values[at] = value));
    this.count++;
  }

  delete(id: u32): void {
    if (id == 0) return;
    let at = this.home(id);
    for (; unchecked(this.ids[at]) != id; at = (at + 1) & this.mask) {
      if (unchecked(this.ids[at]) == 0) return;
    }
    this.count--;
    let hole = at;
    for (;;) {
      at = (at + 1) & this.mask;
      const next = unchecked(this.ids[at]);
      if (next == 0) break;
      if (((at - this.home(next)) & this.mask) < ((at - hole) & this.mask)) continue;
      unchecked((this.ids[hole] = next));
      unchecked((this.values[hole] = this.values[at]));
      hole = at;
    }
    unchecked((this.ids[hole] = 0));
    unchecked((this.values[hole] = null));
  }

  // @ts-ignore: decorator
  @inline
  private home(id: u32): u32 {
    return (id * 0x9e3779b1) & this.mask;
  }

  private grow(): void {
    const ids = this.ids;
    const values = this.values;
    const size = ids.length * 2;
    this.ids = new StaticArray<u32>(size);
    this.values = new StaticArray<T | null>(size);
    this.mask = <u32>size - 1;
    this.count = 0;
    for (let i = 0; i < ids.length; i++) {
      const value = unchecked(values[i]);
      if (unchecked(ids[i]) != 0 && value !== null) this.set(unchecked(ids[i]), value as T);
    }
  }
}
