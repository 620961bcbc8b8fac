/**
 * What a Proxy-Wasm 0.2.1 module may import from Envoy 1.40: names that the host does not register make Envoy refuse the
 * module ("missing import"). Source: proxy-wasm-cpp-host, `exports.h` and `WasmBase::registerCallbacks`.
 */
const proxy = [
  "log get_log_level get_status get_property set_property send_local_response continue_stream close_stream",
  "get_shared_data set_shared_data register_shared_queue resolve_shared_queue dequeue_shared_queue enqueue_shared_queue",
  "get_header_map_value add_header_map_value replace_header_map_value remove_header_map_value",
  "get_header_map_pairs set_header_map_pairs get_header_map_size",
  "get_buffer_status get_buffer_bytes set_buffer_bytes",
  "http_call grpc_call grpc_stream grpc_close grpc_cancel grpc_send",
  "set_tick_period_milliseconds get_current_time_nanoseconds",
  "define_metric increment_metric record_metric get_metric",
  "set_effective_context done call_foreign_function",
];
const wasi = [
  "fd_write fd_read fd_seek fd_close fd_fdstat_get environ_get environ_sizes_get args_get args_sizes_get",
  "proc_exit clock_time_get random_get",
];
const words = (lines: string[]): string[] => lines.join(" ").split(" ");

/** Every allowed import, as `module.name`. */
export const hostImports: ReadonlySet<string> = new Set([
  ...words(proxy).map((name) => `env.proxy_${name}`),
  ...words(wasi).map((name) => `wasi_snapshot_preview1.${name}`),
]);

/**
 * The imports of a module that Envoy does not provide.
 * @param module the bytes of a WebAssembly module
 * @returns their names as `module.name`; empty when Envoy will link it
 */
export function foreignImports(module: BufferSource): string[] {
  return WebAssembly.Module.imports(new WebAssembly.Module(module))
    .map(({ module, name }) => `${module}.${name}`)
    .filter((name) => !hostImports.has(name));
}
