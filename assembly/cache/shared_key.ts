const DIGITS: usize = memory.data<u8>([48, 49, 50, 51, 52, 53, 54, 55, 56, 57, 97, 98, 99, 100, 101, 102]);
const NUMBER: i32 = 5;

/**
 * Keys of shared data that differ in one or two numbers: the texts of a fixed set are written into one buffer, so that
 * making one costs no garbage.
 */
export class SharedKey {
  readonly ptr: usize;
  readonly len: i32;
  private first: usize;

  /** `prefix`: ASCII; `numbers`: how many follow, each below 65536, as `/` and four hexadecimal digits. */
  constructor(prefix: string, numbers: i32) {
    const size = String.UTF8.byteLength(prefix);
    this.len = size + numbers * NUMBER;
    this.ptr = heap.alloc(<usize>this.len);
    this.first = this.ptr + <usize>size;
    memory.fill(this.ptr, 47, <usize>this.len);
    if (size > 0) String.UTF8.encodeUnsafe(changetype<usize>(prefix), prefix.length, this.ptr);
  }

  /** Sets number `place`, counted from 0. */
  set(place: i32, value: i32): void {
    const at = this.first + <usize>(place * NUMBER) + 1;
    for (let i = 0; i < 4; i++) {
      store<u8>(at + <usize>i, load<u8>(DIGITS + ((<usize>(value >> (12 - 4 * i))) & 15)));
    }
  }

  /** Gives the memory back; the key may not be used any more. */
  free(): void {
    heap.free(this.ptr);
  }
}
