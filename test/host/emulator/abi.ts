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
