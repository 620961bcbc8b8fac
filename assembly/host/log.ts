import { letGo } from "../abi/garbage";
import { proxy_get_log_level, proxy_log } from "../abi/imports";
import { LogLevel } from "../abi/types";

/** True when Envoy would print messages of this level: ask before building a string. */
export function logs(level: u32): bool {
  store<u32>(LEVEL, LogLevel.INFO);
  proxy_get_log_level(LEVEL);
  return level >= load<u32>(LEVEL);
}

/** Writes to Envoy's log. Never pass passwords, tokens or the text of events. */
export function log(level: u32, message: string): void {
  const bytes = String.UTF8.encode(message);
  proxy_log(level, changetype<usize>(bytes), bytes.byteLength);
  // The message, what it was put together from, and its copy.
  letGo(8 * bytes.byteLength);
}

const LEVEL: usize = memory.data(4);
