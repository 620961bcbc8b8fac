/** A filter that calls what ABI 0.2.1 does not have: Envoy refuses to load it. */
import { abort, malloc } from "./host";
export { abort, malloc };

@external("env", "proxy_clear_route_cache")
declare function proxy_clear_route_cache(): u32;

export function proxy_abi_version_0_2_1(): void {}

export function proxy_on_request_headers(_id: u32, _count: u32, _end: u32): u32 {
  return proxy_clear_route_cache();
}
