import { random_get } from "../abi/imports";

/** Fills `len` bytes with randomness of the host; false when it has none, and the caller must do without the feature. */
export function fillRandom(ptr: usize, len: i32): bool {
  return random_get(ptr, len) == 0;
}
