/** What a host function answers (proxy-wasm ABI 0.2.1, `proxy_status_t`). */
export namespace Status {
  export const OK: u32 = 0;
  export const NOT_FOUND: u32 = 1;
  export const BAD_ARGUMENT: u32 = 2;
  export const CAS_MISMATCH: u32 = 8;
}

/** What a headers, body or trailers callback tells the host. */
export namespace Action {
  export const CONTINUE: u32 = 0;
  /** On headers: hold them. On a body: hold and buffer it. */
  export const PAUSE: u32 = 1;
}

export namespace HeaderMap {
  export const REQUEST: i32 = 0;
  export const REQUEST_TRAILERS: i32 = 1;
  export const RESPONSE: i32 = 2;
  export const RESPONSE_TRAILERS: i32 = 3;
  export const CALL_RESPONSE: i32 = 6;
}

export namespace BufferKind {
  export const REQUEST_BODY: i32 = 0;
  export const RESPONSE_BODY: i32 = 1;
  export const CALL_RESPONSE_BODY: i32 = 4;
  export const VM_CONFIGURATION: i32 = 6;
  export const PLUGIN_CONFIGURATION: i32 = 7;
}

export namespace StreamKind {
  export const REQUEST: i32 = 0;
  export const RESPONSE: i32 = 1;
}

export namespace LogLevel {
  export const TRACE: u32 = 0;
  export const DEBUG: u32 = 1;
  export const INFO: u32 = 2;
  export const WARN: u32 = 3;
  export const ERROR: u32 = 4;
  export const CRITICAL: u32 = 5;
}

export namespace MetricKind {
  export const COUNTER: i32 = 0;
  export const GAUGE: i32 = 1;
  export const HISTOGRAM: i32 = 2;
}
