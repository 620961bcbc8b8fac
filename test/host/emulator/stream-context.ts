import { BufferType, DataAction, HeadersAction, MapType, Status, StreamType, TrailersAction } from "./abi.ts";
import { readOnly, type BodyBuffer, type GuestBuffer } from "./body-buffer.ts";
import { Context, type RootContext } from "./context.ts";
import type { Target } from "./direction.ts";
import type { HeaderMap } from "./header-map.ts";
import type { Pair } from "./pairs.ts";
import type { Property } from "./properties.ts";
import type { Stream } from "./stream.ts";
import type { Vm } from "./vm.ts";

/** What a callback of either direction needs to know of it. */
interface Side {
  headers: HeaderMap | null;
  body: BodyBuffer | null;
  trailers: HeaderMap | null;
  /** The last answer was to stop and buffer, so the guest now sees the whole held body. */
  buffering: boolean;
}

/** Which callback last ran, for tests that look at single steps. */
export interface CallbackAnswer {
  callback: string;
  /** The raw number that the guest answered. */
  answer: number;
}

/** A request's context in a VM: the HTTP part of Envoy's `Context` (`source/extensions/common/wasm/context.cc`). */
export class StreamContext extends Context {
  readonly answers: CallbackAnswer[] = [];
  private readonly request: Side = { headers: null, body: null, trailers: null, buffering: false };
  private readonly response: Side = { headers: null, body: null, trailers: null, buffering: false };
  private endOfStream = false;
  private logging = false;
  /** The callback, while the stream is ending: to end it again from there brings Envoy down. */
  private ending: string | null = null;
  private destroyed = false;
  private streamFailed = false;
  private failureReplySent = false;

  /** The request's callbacks, as the filter chain calls them. */
  readonly decoder: Target<number> = {
    headers: (headers, end) => {
      this.create();
      return this.onHeaders(this.request, "proxy_on_request_headers", headers, end);
    },
    data: (data, end) => {
      if (!this.created) return DataAction.Continue;
      return this.onData(this.request, "proxy_on_request_body", data, end);
    },
    trailers: (trailers) => {
      if (!this.created) return TrailersAction.Continue;
      return this.onTrailers(this.request, "proxy_on_request_trailers", trailers);
    },
  };

  /** The response's callbacks. After the host failed the stream the guest is left alone. */
  readonly encoder: Target<number> = {
    headers: (headers, end) =>
      this.bypassed ? HeadersAction.Continue : this.onHeaders(this.response, "proxy_on_response_headers", headers, end),
    data: (data, end) =>
      this.bypassed ? DataAction.Continue : this.onData(this.response, "proxy_on_response_body", data, end),
    trailers: (trailers) =>
      this.bypassed ? TrailersAction.Continue : this.onTrailers(this.response, "proxy_on_response_trailers", trailers),
  };

  constructor(
    vm: Vm,
    private readonly rootContext: RootContext,
    private readonly stream: Stream,
  ) {
    super(vm, vm.allocateContextId(), rootContext.plugin);
  }

  override get root(): RootContext {
    return this.rootContext;
  }

  /** Runs `on_log`, during which request and response headers can be read once more. */
  log(): void {
    this.create();
    this.ending = "on_log";
    this.logging = true;
    if (!this.vm.failed && this.vm.has("proxy_on_log"))
      this.vm.defer(() => this.vm.call(this, "proxy_on_log", this.id));
    this.logging = false;
    this.ending = null;
  }

  /** Runs `on_done` and `on_delete`, once. The id stays valid until the present event has been handled. */
  destroy(): void {
    if (this.destroyed || !this.created) return;
    this.destroyed = true;
    this.ending = "on_done";
    this.onDone();
    this.ending = "on_delete";
    this.onDelete();
    this.vm.process.atEndOfEvent(() => this.vm.contexts.delete(this.id));
  }

  override readMap(type: number): HeaderMap | null {
    const { stream, logging } = this;
    if (type === MapType.RequestHeaders) return logging ? stream.request.headersMap : this.request.headers;
    if (type === MapType.RequestTrailers) return logging ? null : this.request.trailers;
    if (type === MapType.ResponseHeaders) return logging ? stream.response.headersMap : this.response.headers;
    if (type === MapType.ResponseTrailers) return logging ? stream.response.trailersMap : this.response.trailers;
    return super.readMap(type);
  }

  override writeMap(type: number): HeaderMap | null {
    const { request, response, stream } = this;
    if (type === MapType.RequestHeaders) return request.headers;
    if (type === MapType.ResponseHeaders) return response.headers;
    if (type === MapType.RequestTrailers) {
      if (!request.trailers && request.body && this.endOfStream) request.trailers = stream.request.addTrailers();
      return request.trailers;
    }
    if (type === MapType.ResponseTrailers) {
      if (!response.trailers && response.body && this.endOfStream) response.trailers = stream.response.addTrailers();
      return response.trailers;
    }
    return super.writeMap(type);
  }

  override getHeader(type: number, name: string): string | number {
    const answer = super.getHeader(type, name);
    return answer === Status.BadArgument && this.logging ? Status.NotFound : answer;
  }

  override getBuffer(type: number): GuestBuffer | null {
    if (type === BufferType.HttpRequestBody) return this.body(this.request, this.stream.request.buffered);
    if (type === BufferType.HttpResponseBody) return this.body(this.response, this.stream.response.buffered);
    return super.getBuffer(type);
  }

  override setProperty(path: string, value: Buffer): number {
    this.stream.filterState.set(`wasm.${path}`, value);
    return Status.Ok;
  }

  override continueStream(type: number): number {
    if (type === StreamType.Request) this.vm.afterCall(() => this.stream.continueRequest());
    else if (type === StreamType.Response) this.vm.afterCall(() => this.stream.continueResponse());
    else return super.continueStream(type);
    // The host forgets the request whichever direction goes on.
    Object.assign(this.request, { headers: null, body: null, trailers: null });
    return Status.Ok;
  }

  override closeStream(type: number): number {
    if (this.ending) this.vm.fail(`Envoy would crash: proxy_close_stream in ${this.ending}`);
    if (type === StreamType.Request || type === StreamType.Response)
      this.vm.afterCall(() => this.stream.resetByFilter());
    return Status.Ok;
  }

  override sendLocalResponse(code: number, details: string, body: Buffer, headers: Pair[]): void {
    if (this.ending) this.vm.fail(`Envoy would crash: proxy_send_local_response in ${this.ending}`);
    const reply = { status: code, body, details: details.replace(/\s/g, "_") };
    this.vm.afterCall(() => this.stream.sendLocalReply(reply, headers));
  }

  override clearRouteCache(): void {
    this.stream.routeCacheCleared++;
  }

  protected override findProperty(name: string): Property | undefined {
    const requestHeaders = this.request.headers ?? (this.logging ? this.stream.request.headersMap : null);
    const responseHeaders = this.response.headers ?? (this.logging ? this.stream.response.headersMap : null);
    return this.stream.findProperty(name, requestHeaders, responseHeaders) ?? super.findProperty(name);
  }

  private get bypassed(): boolean {
    return !this.created || this.failureReplySent;
  }

  private onHeaders(side: Side, callback: string, headers: HeaderMap, end: boolean): number {
    side.headers = headers;
    this.endOfStream = end;
    const answer = this.guarded(
      callback,
      [headers.size, end ? 1 : 0],
      HeadersAction.StopAllIterationAndWatermark,
      (raw) => {
        const { Continue, StopIteration, ContinueAndEndStream, StopAllIterationAndWatermark } = HeadersAction;
        if (this.vm.stopNextIteration || raw > StopAllIterationAndWatermark) return StopAllIterationAndWatermark;
        if (raw === StopIteration && !this.vm.process.options.holdHeaders) return StopAllIterationAndWatermark;
        return raw === ContinueAndEndStream ? Continue : raw;
      },
    );
    if (answer === HeadersAction.Continue) side.headers = null;
    return answer;
  }

  private onData(side: Side, callback: string, data: BodyBuffer, end: boolean): number {
    const direction = side === this.request ? this.stream.request : this.stream.response;
    if (side.buffering) {
      direction.addData(data);
      // Going over the limit has ended the stream.
      if (this.destroyed) return DataAction.StopIterationAndBuffer;
    }
    side.body = data;
    this.endOfStream = end;
    const size = this.body(side, direction.buffered).bytes.length;
    const answer = this.guarded(callback, [size, end ? 1 : 0], DataAction.StopIterationNoBuffer, (raw) =>
      this.vm.stopNextIteration || raw > DataAction.StopIterationNoBuffer ? DataAction.StopIterationNoBuffer : raw,
    );
    side.buffering = answer === DataAction.StopIterationAndBuffer;
    if (answer === DataAction.Continue) side.body = null;
    return answer;
  }

  private onTrailers(side: Side, callback: string, trailers: HeaderMap): number {
    side.trailers = trailers;
    const answer = this.guarded(callback, [trailers.size], TrailersAction.StopIteration, (raw) =>
      this.vm.stopNextIteration || raw > TrailersAction.StopIteration ? TrailersAction.StopIteration : raw,
    );
    if (answer === TrailersAction.Continue) side.trailers = null;
    return answer;
  }

  /** Calls the guest, unless the VM has failed; a failure before or during it fails the stream (`CHECK_FAIL_HTTP`). */
  private guarded(callback: string, args: number[], stopped: number, convert: (raw: number) => number): number {
    if (this.vm.failed) return this.fail(stopped);
    if (!this.vm.has(callback)) return 0;
    return this.vm.defer(() => {
      const raw = this.vm.call(this, callback, this.id, ...args);
      if (this.vm.failed) return this.fail(stopped);
      this.answers.push({ callback: callback.replace("proxy_", ""), answer: raw });
      return convert(raw);
    });
  }

  private fail(stopped: number): number {
    if (!this.streamFailed) {
      this.streamFailed = true;
      this.stream.sendLocalReply({ status: 503, body: Buffer.alloc(0), details: "wasm_fail_stream" });
      this.failureReplySent = true;
    }
    return stopped;
  }

  private body(side: Side, held: BodyBuffer | null): GuestBuffer {
    return (side.buffering ? held : side.body) ?? readOnly(Buffer.alloc(0));
  }
}
