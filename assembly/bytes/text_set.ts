import { equal } from "./slice";
import { Text } from "./text";

const MAX_LENGTH: i32 = 64;

/** A set of constants, found by their length first: what has no length of theirs costs one look. */
export class TextSet {
  /** The constants, the short ones first. */
  private texts: Text[] = [];
  /** Where those of each length begin in `texts`; one more entry for the end. */
  private starts: StaticArray<u8> = new StaticArray<u8>(MAX_LENGTH + 1);

  /** Of at most 255 constants of fewer than 64 bytes; others are left out. */
  constructor(constants: Text[]) {
    for (let len = 0; len < MAX_LENGTH; len++) {
      this.starts[len] = <u8>this.texts.length;
      for (let i = 0; i < constants.length; i++) if (constants[i].len == len) this.texts.push(constants[i]);
    }
    this.starts[MAX_LENGTH] = <u8>this.texts.length;
  }

  /** True when the bytes are those of one of the constants. */
  has(ptr: usize, len: i32): bool {
    if (<u32>len >= <u32>MAX_LENGTH) return false;
    const end = <i32>unchecked(this.starts[len + 1]);
    for (let i = <i32>unchecked(this.starts[len]); i < end; i++) {
      if (equal(ptr, len, unchecked(this.texts[i]).ptr, len)) return true;
    }
    return false;
  }
}
