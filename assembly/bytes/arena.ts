/** Bytes that live as long as the module (or their owner) and never move: an arena that only grows. */
export class Arena {
  private block: usize = 0;
  private used: usize = 0;
  private size: usize = 0;
  private blocks: usize[] = [];

  /** Room for `len` bytes. The address stays valid until `free`. */
  take(len: i32): usize {
    const need = (<usize>max(len, 0) + 7) & ~7;
    if (this.used + need > this.size) {
      this.size = max<usize>(64 << 10, need);
      this.block = heap.alloc(this.size);
      this.blocks.push(this.block);
      this.used = 0;
    }
    const at = this.block + this.used;
    this.used += need;
    return at;
  }

  /** A copy of the run. */
  copy(ptr: usize, len: i32): usize {
    const at = this.take(len);
    if (len > 0) memory.copy(at, ptr, <usize>len);
    return at;
  }

  /** Gives all memory back. Nothing taken before may be used again. */
  free(): void {
    for (let i = 0; i < this.blocks.length; i++) heap.free(unchecked(this.blocks[i]));
    this.blocks.length = 0;
    this.block = 0;
    this.used = 0;
    this.size = 0;
  }
}
