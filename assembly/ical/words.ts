import { tokenRun } from "./names";

/** A list of words of at most 16 letters, digits and hyphens: two numbers of eight bytes a word, in lower case. */
export type Words = StaticArray<u64>;

/** The list of the words that are split at commas in `list`; meant for module constants. */
export function words(list: string): Words {
  const names = list.split(",");
  const packed = new StaticArray<u64>(names.length * 2);
  for (let i = 0; i < names.length; i++) {
    const name = names[i].toLowerCase();
    packed[i * 2] = pack(name.slice(0, 8));
    packed[i * 2 + 1] = pack(name.slice(8, 16));
  }
  return packed;
}

/** Which word of the list the run is, in any case; -1 when none. 16 bytes at `ptr` must be readable. */
export function wordIndex(ptr: usize, len: i32, list: Words): i32 {
  if (len < 1 || len > 16 || tokenRun(ptr) < len) return -1;
  const low = foldedWord(ptr, len);
  const high = len > 8 ? foldedWord(ptr + 8, len - 8) : 0;
  for (let i = 0, n = list.length; i < n; i += 2) {
    if (unchecked(list[i]) == low && unchecked(list[i + 1]) == high) return i >> 1;
  }
  return -1;
}

/** True when the run is one of the words of the list, in any case. */
// @ts-ignore: decorator
@inline
export function isWordOf(ptr: usize, len: i32, list: Words): bool {
  return wordIndex(ptr, len, list) >= 0;
}

/** The first `len`, at most 8, bytes of a token as one number, in lower case: digits and hyphens have bit 0x20 too. */
// @ts-ignore: decorator
@inline
export function foldedWord(ptr: usize, len: i32): u64 {
  const all = load<u64>(ptr) | 0x2020202020202020;
  return len >= 8 ? all : all & (((<u64>1) << (len << 3)) - 1);
}

/** The number that `foldedWord` gives for a name of at most 8 letters in lower case, digits and hyphens. */
export function pack(name: string): u64 {
  let value: u64 = 0;
  for (let i = name.length - 1; i >= 0; i--) value = (value << 8) | (<u64>name.charCodeAt(i));
  return value;
}
