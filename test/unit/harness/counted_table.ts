import { SharedTable } from "../../../assembly/cache/shared_table";

/** Shared data inside of one test, which counts the calls. */
export class CountedTable extends SharedTable {
  reads: i32 = 0;
  writes: i32 = 0;
  /** When set, nothing can be read or written. */
  isBroken: bool = false;

  private keys: string[] = [];
  private values: StaticArray<u8>[] = [];
  private numbers: u32[] = [];
  private written: u32 = 0;

  /** Counts from here. */
  count(): void {
    this.reads = 0;
    this.writes = 0;
  }

  read(key: usize, keyLen: i32): bool {
    this.reads++;
    this.value.clear();
    const at = this.keys.indexOf(String.UTF8.decodeUnsafe(key, keyLen));
    if (at < 0 || this.isBroken) return false;
    // A copy, as the host gives one; what the reader does with it changes nothing.
    const copy = this.values[at].slice<StaticArray<u8>>();
    this.copies.push(copy);
    this.value.set(changetype<usize>(copy), copy.length);
    this.cas = this.numbers[at];
    return true;
  }

  write(key: usize, keyLen: i32, ptr: usize, len: i32, cas: u32): bool {
    this.writes++;
    const name = String.UTF8.decodeUnsafe(key, keyLen);
    const at = this.keys.indexOf(name);
    if (this.isBroken || (at >= 0 && cas != 0 && cas != this.numbers[at])) return false;
    const value = new StaticArray<u8>(len);
    memory.copy(changetype<usize>(value), ptr, <usize>len);
    this.written++;
    if (at < 0) {
      this.keys.push(name);
      this.values.push(value);
      this.numbers.push(this.written);
    } else {
      this.values[at] = value;
      this.numbers[at] = this.written;
    }
    return true;
  }

  /** The keys in use, in the order of their first write. */
  get names(): string {
    return this.keys.join(" ");
  }

  private copies: StaticArray<u8>[] = [];
}
