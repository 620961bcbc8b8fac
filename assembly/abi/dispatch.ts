import { collect, collectWhenDue, letGo } from "./garbage";
import { proxy_set_effective_context } from "./imports";
import { rewind } from "./memory";
import { RootContext, StreamContext } from "./context";
import { Registry } from "./registry";
import { Action, Status } from "./types";

/**
 * Everything the host may call, by context id. The registries are the filter's only globals, so any number of root
 * contexts live side by side in one VM; Envoy makes a second one, in the same VM, for each new configuration.
 */
const roots = new Registry<RootContext>();
const streams = new Registry<StreamContext>();
/** Calls under way: token -> stream id. The host answers to the root even when the stream is long gone. */
const calls = new Registry<Call>();

class Call {
  constructor(
    public stream: u32,
    public handler: CallHandler | null,
  ) {}
}

/** Takes the answer to a call that no stream waits for. */
export abstract class CallHandler {
  /** As `StreamContext.onCallResponse`. */
  abstract onAnswer(headers: i32, bodySize: i32): void;
}

let newRoot: (() => RootContext) | null = null;

/** Registers how a root context is made; `index.ts` does it once, when the module starts. */
export function registerRoot(factory: () => RootContext): void {
  newRoot = factory;
}

/** Remembers that the answer to the call `token` goes to the stream. */
export function expectCall(token: u32, stream: u32): void {
  calls.set(token, new Call(stream, null));
}

/** Remembers that the answer to the call `token` goes to `handler`, whatever becomes of the stream that sent it. */
export function handAnswerTo(token: u32, handler: CallHandler): void {
  calls.set(token, new Call(0, handler));
}

/** Drops a call whose answer nobody waits for any more. */
export function forgetCall(token: u32): void {
  calls.delete(token);
}

export function proxy_abi_version_0_2_1(): void {}

export function proxy_on_vm_start(id: u32, size: i32): u32 {
  return 1;
}

export function proxy_on_context_create(id: u32, parent: u32): void {
  rewind();
  if (parent == 0) {
    const factory = newRoot;
    if (factory === null) return;
    const root = factory();
    root.id = id;
    roots.set(id, root);
    return;
  }
  const root = roots.get(parent);
  if (root === null) return;
  const stream = root.createStream(id);
  if (stream === null) return;
  stream.id = id;
  streams.set(id, stream);
}

export function proxy_on_configure(id: u32, size: i32): u32 {
  rewind();
  const accepted = configure(id, size);
  collect();
  return accepted ? 1 : 0;
}

function configure(id: u32, size: i32): bool {
  const root = roots.get(id);
  return root !== null && root.onConfigure(size);
}

export function proxy_on_tick(id: u32): void {
  rewind();
  const root = roots.get(id);
  if (root !== null) root.onTick();
}

export function proxy_on_request_headers(id: u32, count: i32, end: u32): u32 {
  rewind();
  const stream = streams.get(id);
  // A stream whose root is unknown has no policy: it is held, never let through.
  return stream === null ? Action.PAUSE : stream.onRequestHeaders(end != 0);
}

export function proxy_on_request_body(id: u32, size: i32, end: u32): u32 {
  rewind();
  const stream = streams.get(id);
  return stream === null ? Action.PAUSE : stream.onRequestBody(size, end != 0);
}

export function proxy_on_request_trailers(id: u32, count: i32): u32 {
  rewind();
  const stream = streams.get(id);
  return stream === null ? Action.PAUSE : stream.onRequestTrailers();
}

export function proxy_on_response_headers(id: u32, count: i32, end: u32): u32 {
  rewind();
  const stream = streams.get(id);
  return stream === null ? Action.CONTINUE : stream.onResponseHeaders(end != 0);
}

export function proxy_on_response_body(id: u32, size: i32, end: u32): u32 {
  rewind();
  const stream = streams.get(id);
  return stream === null ? Action.CONTINUE : stream.onResponseBody(size, end != 0);
}

export function proxy_on_response_trailers(id: u32, count: i32): u32 {
  rewind();
  const stream = streams.get(id);
  return stream === null ? Action.CONTINUE : stream.onResponseTrailers();
}

export function proxy_on_http_call_response(id: u32, token: u32, headers: i32, size: i32, trailers: i32): void {
  rewind();
  const call = calls.get(token);
  if (call === null) return;
  calls.delete(token);
  const handler = call.handler;
  if (handler !== null) return handler.onAnswer(headers, size);
  const stream = streams.get(call.stream);
  if (stream === null) return;
  stream.onCallResponse(token, headers, size);
}

/**
 * Makes the stream the one that host functions speak of; false when the host no longer knows it. Needed inside an
 * answer to a call, which the host delivers to the root: read the answer first, then switch.
 */
export function enter(stream: u32): bool {
  return proxy_set_effective_context(stream) == Status.OK;
}

export function proxy_on_queue_ready(id: u32, token: u32): void {
  rewind();
  const root = roots.get(id);
  if (root !== null) root.onQueueReady();
}

/**
 * Wakes a stream that waits for another one; in a tick or when a queue is ready only. In a stream's own callback an
 * answer to another stream would stop the stream whose callback it is. Forgets all host data.
 */
export function wakeStream(id: u32, isLast: bool): void {
  const stream = streams.get(id);
  if (stream === null || !enter(id)) return;
  rewind();
  stream.onWake(isLast);
}

// There is no proxy_on_done and no proxy_on_log: the host calls what is exported, and each call has its price.

export function proxy_on_delete(id: u32): void {
  rewind();
  if (deleteStream(id)) {
    letGo(SMALL);
    collectWhenDue();
  } else if (deleteRoot(id)) collect();
}

/** What a stream leaves behind at most: an entry for a call, say. Streams themselves are used again. */
const SMALL: i32 = 64;

function deleteStream(id: u32): bool {
  const stream = streams.get(id);
  if (stream === null) return false;
  streams.delete(id);
  stream.onDelete();
  return true;
}

function deleteRoot(id: u32): bool {
  const root = roots.get(id);
  if (root === null) return false;
  roots.delete(id);
  root.onDelete();
  return true;
}
