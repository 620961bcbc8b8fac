import { proxy_log } from "./imports";
import { LogLevel } from "./types";

/**
 * What a trap of AssemblyScript's runtime calls. Nothing in the filter traps on purpose; should it happen all the
 * same, Envoy's log says where. Envoy then fails the request closed and, with FAIL_RELOAD, starts a new VM.
 */
export function abort(message: string | null, file: string | null, line: u32, column: u32): void {
  const where = (file ? file : "?") + ":" + line.toString() + ":" + column.toString();
  const text = String.UTF8.encode("abort: " + (message ? message : "") + " at " + where);
  proxy_log(LogLevel.CRITICAL, changetype<usize>(text), text.byteLength);
  unreachable();
}
