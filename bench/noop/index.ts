/**
 * The floor that every Wasm filter stands on: all callbacks of a stream, and nothing in them. The caldav filter leaves
 * out two of them, since Envoy calls what is exported and each call has its price.
 */
import "../../assembly/abi/abort";

const scratch = memory.data(65536);

// The configuration is never asked for, so the host allocates nothing.
export function malloc(size: i32): usize {
  return size <= 65536 ? scratch : 0;
}
export function proxy_abi_version_0_2_1(): void {}
export function proxy_on_vm_start(id: u32, size: i32): u32 {
  return 1;
}
export function proxy_on_configure(id: u32, size: i32): u32 {
  return 1;
}
export function proxy_on_context_create(id: u32, parent: u32): void {}
export function proxy_on_request_headers(id: u32, count: i32, end: u32): u32 {
  return 0;
}
export function proxy_on_request_body(id: u32, size: i32, end: u32): u32 {
  return 0;
}
export function proxy_on_request_trailers(id: u32, count: i32): u32 {
  return 0;
}
export function proxy_on_response_headers(id: u32, count: i32, end: u32): u32 {
  return 0;
}
export function proxy_on_response_body(id: u32, size: i32, end: u32): u32 {
  return 0;
}
export function proxy_on_response_trailers(id: u32, count: i32): u32 {
  return 0;
}
export function proxy_on_http_call_response(id: u32, token: u32, headers: i32, size: i32, trailers: i32): void {}
export function proxy_on_done(id: u32): u32 {
  return 1;
}
export function proxy_on_log(id: u32): void {}
export function proxy_on_delete(id: u32): void {}
