/**
 * Stands in for assembly/host/clock.ts where the bench plays a day without waiting: the time is what the client says it
 * is, in x-bench-time, as ms since 1970. Where the host is calling for no request, it is that of the last one.
 */
import { Slice } from "../../assembly/bytes/slice";
import { propertyPath, readProperty } from "../../assembly/host/property";

const TIME = propertyPath(["request", "headers", "x-bench-time"]);
const value = new Slice();
let last: i64 = 1_767_225_600_000;

export function now(): i64 {
  if (!readProperty(TIME.ptr, TIME.len, value)) return last;
  let time: i64 = 0;
  for (let i = 0; i < value.len; i++) time = time * 10 + <i64>(load<u8>(value.ptr + <usize>i) - 48);
  last = max(last, time);
  return last;
}

/** Nobody waits for anybody here. */
export function tickEvery(period: u32): void {}
