import { Text } from "../bytes/text";
import { Writer } from "../bytes/writer";

/** More than Envoy takes of a server by default (100). */
const MAX_HEADERS: i32 = 128;

/** Builds the serialized header list that the host takes for local replies and calls. Reused: `clear` first. */
export class HeaderBlock {
  private values: Writer = new Writer(64 << 10);
  private sizes: StaticArray<i32> = new StaticArray<i32>(MAX_HEADERS * 2);
  private count: i32 = 0;
  private isFull: bool = false;
  private block: Writer = new Writer(64 << 10);

  clear(): void {
    this.values.reset();
    this.block.reset();
    this.count = 0;
    this.isFull = false;
  }

  /** Gives back memory that is outside of garbage collection, when the configuration is no longer used. */
  free(): void {
    this.values.release(0);
    this.block.release(0);
  }

  /** Adds one header; more than 128 are dropped. */
  add(name: Text, ptr: usize, len: i32): void {
    this.addPair(name.ptr, name.len, ptr, len);
  }

  /** As `add`, with a name that is no constant. */
  addPair(name: usize, nameLen: i32, ptr: usize, len: i32): void {
    if (this.count >= MAX_HEADERS) {
      this.isFull = true;
      return;
    }
    this.sizes[this.count * 2] = nameLen;
    this.sizes[this.count * 2 + 1] = len;
    this.count++;
    this.values.bytes(name, nameLen);
    this.values.byte(0);
    this.values.bytes(ptr, len);
    this.values.byte(0);
  }

  addText(name: Text, value: Text): void {
    this.add(name, value.ptr, value.len);
  }

  /** True when a header did not fit: the block is of no use. */
  get overflow(): bool {
    return this.isFull || this.values.overflow || this.block.overflow;
  }

  /** The finished block; valid until the next `clear`. */
  seal(): Writer {
    const block = this.block;
    block.reset();
    block.word(this.count);
    for (let i = 0; i < this.count * 2; i++) block.word(this.sizes[i]);
    block.bytes(this.values.ptr, this.values.len);
    return block;
  }
}
