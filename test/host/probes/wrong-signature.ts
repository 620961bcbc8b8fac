/** A filter whose idea of proxy_get_metric is not the host's: Envoy refuses to load it. */
import { abort, malloc } from "./host";
export { abort, malloc };

@external("env", "proxy_get_metric")
declare function proxy_get_metric(id: u32): u32;

export function proxy_abi_version_0_2_1(): void {}

export function proxy_on_request_headers(_id: u32, _count: u32, _end: u32): u32 {
  return proxy_get_metric(0);
}
