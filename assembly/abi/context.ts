/** One plugin configuration in the VM. There may be any number: two listeners, or an old and a new configuration. */
export abstract class RootContext {
  id: u32 = 0;
  /** Reads the configuration of `size` bytes; false refuses it, and Envoy keeps the old one. */
  abstract onConfigure(size: i32): bool;
  abstract createStream(id: u32): StreamContext | null;
  abstract onTick(): void;
  abstract onQueueReady(): void;
  abstract onDelete(): void;
}

/** One request and its response. */
export abstract class StreamContext {
  id: u32 = 0;
  abstract onRequestHeaders(endOfStream: bool): u32;
  /** `size` is what is readable now: cumulative while the body is buffered. */
  abstract onRequestBody(size: i32, endOfStream: bool): u32;
  abstract onRequestTrailers(): u32;
  abstract onResponseHeaders(endOfStream: bool): u32;
  abstract onResponseBody(size: i32, endOfStream: bool): u32;
  abstract onResponseTrailers(): u32;
  /** An answer to a call of this stream; the call's headers and body are readable. 0 headers: the call failed. */
  abstract onCallResponse(token: u32, headers: i32, bodySize: i32): void;
  /** Another stream has what this one waited for, or gave up; `isLast`: it is not to wait once more. */
  abstract onWake(isLast: bool): void;
  abstract onDelete(): void;
}
