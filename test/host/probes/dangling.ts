/**
 * A filter with a fault that only shows when the garbage collector runs inside a host call: it keeps an object by its address
 * alone while the host calls `malloc`.
 */
import { abort, answered, clear, log, malloc, out, proxy_get_header_map_value, ptr, utf8 } from "./host";
export { abort, malloc };

export function proxy_abi_version_0_2_1(): void {}

export function proxy_on_request_headers(_id: u32, _count: u32, _end: u32): u32 {
  const address = allocate();
  const name = utf8(":path");
  clear();
  proxy_get_header_map_value(0, ptr(name), name.byteLength, out, out + 4);
  // The next object takes the place of what was freed.
  const other = new Uint8Array(64).fill(7);
  log(load<u8>(address) == 42 && other[0] == 7 && answered() == "/" ? "still there" : "gone");
  return 0;
}

/** Gives the address of bytes that nothing else refers to. */
function allocate(): usize {
  const bytes = new ArrayBuffer(64);
  memory.fill(ptr(bytes), 42, 64);
  return ptr(bytes);
}
