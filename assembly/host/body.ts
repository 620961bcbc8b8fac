import { proxy_get_buffer_bytes, proxy_set_buffer_bytes } from "../abi/imports";
import { holdGarbage } from "../abi/garbage";
import { answerAddress, answeredLen, answeredPtr, beginWindow, endWindow } from "../abi/memory";
import { Status } from "../abi/types";
import { Slice } from "../bytes/slice";
import { Writer } from "../bytes/writer";

/** What is read in one call, so that a large body never needs as much scratch memory. */
export const WINDOW: i32 = 64 << 10;

/**
 * Reads up to `len` bytes from `start` into scratch memory, where they stay until the next call of this function; false
 * when the host gives none.
 */
export function readBody(kind: i32, start: i32, len: i32, into: Slice): bool {
  into.clear();
  const answer = answerAddress();
  beginWindow();
  const status = proxy_get_buffer_bytes(kind, start, len, answer, answer + 4);
  endWindow();
  if (status != Status.OK || answeredPtr() == 0) return false;
  into.set(answeredPtr(), answeredLen());
  return into.len > 0;
}

/** Appends the first `size` bytes to `into`; false when less came or it did not fit. */
export function copyBody(kind: i32, size: i32, into: Writer): bool {
  let at = 0;
  while (at < size) {
    const len = min(WINDOW, size - at);
    if (!readBody(kind, at, len, window)) return false;
    into.bytes(window.ptr, window.len);
    at += window.len;
  }
  return !into.overflow;
}

/**
 * Replaces the first `size` bytes, all that is readable now, by others; with `len` 0 they are taken away. When a held
 * body gets larger than the host's buffer, the host answers with an error, and the stream has ended on return.
 */
export function replaceBody(kind: i32, size: i32, ptr: usize, len: i32): bool {
  holdGarbage(true);
  const status = proxy_set_buffer_bytes(kind, 0, size, ptr, len);
  holdGarbage(false);
  return status == Status.OK;
}

const window = new Slice();
