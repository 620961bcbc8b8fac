import { proxy_get_current_time_nanoseconds, proxy_set_tick_period_milliseconds } from "../abi/imports";
import { Status } from "../abi/types";

const TIME: usize = memory.data(8, 8);

/** Milliseconds since 1970; 0 when the host has no clock, which the policy takes as "every share has ended". */
export function now(): i64 {
  store<u64>(TIME, 0);
  return proxy_get_current_time_nanoseconds(TIME) == Status.OK ? <i64>(load<u64>(TIME) / 1_000_000) : 0;
}

/** Nanoseconds of the same clock, to measure by; 0 when there is none. */
export function nanoseconds(): u64 {
  store<u64>(TIME, 0);
  return proxy_get_current_time_nanoseconds(TIME) == Status.OK ? load<u64>(TIME) : 0;
}

/** Asks for `onTick` every `period` ms; for the root that the host is calling. */
export function tickEvery(period: u32): void {
  proxy_set_tick_period_milliseconds(period);
}
