/** The numbers of the Proxy-Wasm ABI 0.2.1, as proxy-wasm-cpp-host defines them (`proxy_wasm_common.h`, `proxy_wasm_enums.h`). */

/** What a host function answers. */
export const Status = {
  Ok: 0,
  NotFound: 1,
  BadArgument: 2,
  SerializationFailure: 3,
  ParseFailure: 4,
  BadExpression: 5,
  InvalidMemoryAccess: 6,
  Empty: 7,
  CasMismatch: 8,
  ResultMismatch: 9,
  InternalFailure: 10,
  BrokenConnection: 11,
  Unimplemented: 12,
} as const;

export const MapType = {
  RequestHeaders: 0,
  RequestTrailers: 1,
  ResponseHeaders: 2,
  ResponseTrailers: 3,
  GrpcReceiveInitialMetadata: 4,
  GrpcReceiveTrailingMetadata: 5,
  HttpCallResponseHeaders: 6,
  HttpCallResponseTrailers: 7,
} as const;
export const MAP_TYPE_MAX = 7;

export const BufferType = {
  HttpRequestBody: 0,
  HttpResponseBody: 1,
  NetworkDownstreamData: 2,
  NetworkUpstreamData: 3,
  HttpCallResponseBody: 4,
  GrpcReceiveBuffer: 5,
  VmConfiguration: 6,
  PluginConfiguration: 7,
  CallData: 8,
} as const;
export const BUFFER_TYPE_MAX = 8;

export const StreamType = { Request: 0, Response: 1, Downstream: 2, Upstream: 3 } as const;
export const STREAM_TYPE_MAX = 3;

export const MetricType = { Counter: 0, Gauge: 1, Histogram: 2 } as const;
export const METRIC_TYPE_MAX = 2;

/** Log levels by their number. */
export const LEVELS = ["trace", "debug", "info", "warn", "error", "critical"] as const;
export type Level = (typeof LEVELS)[number];

/** What `on_request_headers` and `on_response_headers` may answer. */
export const HeadersAction = {
  Continue: 0,
  StopIteration: 1,
  /** Envoy has dropped it from its filter API and treats it as Continue. */
  ContinueAndEndStream: 2,
  StopAllIterationAndBuffer: 3,
  StopAllIterationAndWatermark: 4,
} as const;

/** What `on_request_body` and `on_response_body` may answer. */
export const DataAction = {
  Continue: 0,
  StopIterationAndBuffer: 1,
  StopIterationAndWatermark: 2,
  StopIterationNoBuffer: 3,
} as const;

/** What `on_request_trailers` and `on_response_trailers` may answer. */
export const TrailersAction = { Continue: 0, StopIteration: 1 } as const;

/** Largest serialized list of pairs that the host reads from a guest; a larger one counts as empty (`limits.h`). */
export const PAIRS_MAX_BYTES = 1024 * 1024;
/** Most pairs in such a list; more count as none. */
export const PAIRS_MAX_COUNT = 1024;
/** Most bytes that one `random_get` gives. */
export const RANDOM_MAX_BYTES = 64 * 1024;
/** Ceiling of a guest's linear memory in Envoy, in bytes. */
export const MEMORY_MAX_BYTES = 1024 * 1024 * 1024;

/** Functions of `env` that Envoy links for ABI 0.2.1. Any other import makes it refuse the module. */
export const HOST_FUNCTIONS = [
  "log",
  "get_status",
  "set_property",
  "get_property",
  "send_local_response",
  "get_shared_data",
  "set_shared_data",
  "register_shared_queue",
  "resolve_shared_queue",
  "dequeue_shared_queue",
  "enqueue_shared_queue",
  "get_header_map_value",
  "add_header_map_value",
  "replace_header_map_value",
  "remove_header_map_value",
  "get_header_map_pairs",
  "set_header_map_pairs",
  "get_header_map_size",
  "get_buffer_status",
  "get_buffer_bytes",
  "set_buffer_bytes",
  "http_call",
  "grpc_call",
  "grpc_stream",
  "grpc_close",
  "grpc_cancel",
  "grpc_send",
  "set_tick_period_milliseconds",
  "get_current_time_nanoseconds",
  "define_metric",
  "increment_metric",
  "record_metric",
  "get_metric",
  "set_effective_context",
  "done",
  "call_foreign_function",
  "continue_stream",
  "close_stream",
  "get_log_level",
].map((name) => `proxy_${name}`);
