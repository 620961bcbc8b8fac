import { Slice } from "../bytes/slice";

/**
 * What `write` takes for the CAS of a key that `read` did not find. The host compares no CAS when a key is absent, and
 * 0 would overwrite what somebody else wrote since; a number that it never reaches makes the key only if it is still
 * absent. (It counts all writes from 1; after 2^32 of them, one key in 2^32 would be overwritten.)
 */
export const ABSENT: u32 = u32.MAX_VALUE;

/** What `write` takes to overwrite a key whatever it holds. */
export const ANY: u32 = 0;

/**
 * Keys and values that all workers share, as Proxy-Wasm's shared data: no delete, each call by itself is atomic, and
 * nothing is atomic over two calls.
 */
export abstract class SharedTable {
  /** The value read last. Scratch: valid until the next host callback begins, and the reader may change it in place. */
  readonly value: Slice = new Slice();
  /** The number of the write that the value is from. */
  cas: u32 = 0;

  /**
   * Reads a key into `value` and `cas`. False when it was never set, and also when it could not be read: only a write
   * with `ABSENT` tells the two apart.
   */
  abstract read(key: usize, keyLen: i32): bool;

  /**
   * Writes a key if its value is still the one that `cas` came with (`ABSENT`: if it has none; `ANY`: in any case);
   * false when it is not, and nothing was written.
   */
  abstract write(key: usize, keyLen: i32, ptr: usize, len: i32, cas: u32): bool;
}
