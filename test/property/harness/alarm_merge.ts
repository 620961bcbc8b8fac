import { Writer } from "../../../assembly/bytes/writer";
import { AlarmMerge } from "../../../assembly/policy/alarm_merge";

/** The merge of alarms for tests in Node: an old text, a new one, and what goes on in its place. */

const merger = new AlarmMerge();
const old = new Writer(16 << 20);
const sent = new Writer(16 << 20);
const out = new Writer(16 << 20);

export function alloc(len: i32): usize {
  return heap.alloc(<usize>len);
}

export function free(ptr: usize): void {
  heap.free(ptr);
}

/** Sets the object as it is now; empty for none. */
export function giveOld(ptr: usize, len: i32): void {
  old.reset();
  old.bytes(ptr, len);
}

/** Sets the text that is to take its place. */
export function giveSent(ptr: usize, len: i32): void {
  sent.reset();
  sent.bytes(ptr, len);
}

/** Merges; gives the `Merge`. */
export function merge(limit: i32): i32 {
  return merger.merge(old, sent, limit, out);
}

export function outPtr(): usize {
  return out.ptr;
}

export function outLen(): i32 {
  return out.len;
}
