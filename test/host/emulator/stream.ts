import { CONNECTION, requestAttributes, responseAttributes } from "./attributes.ts";
import { BodyBuffer } from "./body-buffer.ts";
import type { RootContext } from "./context.ts";
import { Direction, type Target } from "./direction.ts";
import { HeaderMap } from "./header-map.ts";
import { CONNECTION_BROKEN, replyHeaders, routerRefusal, type LocalReply } from "./local-reply.ts";
import { Message } from "./message.ts";
import type { Pair } from "./pairs.ts";
import type { Property } from "./properties.ts";
import { StreamContext } from "./stream-context.ts";
import type { Vm } from "./vm.ts";

/** What a request may be given besides its headers. */
export interface StreamOptions {
  /** Attributes, as in Envoy's list of attributes: `connection`, `metadata`, `source`, … They win over what the emulator makes. */
  properties?: Record<string, Property>;
}

/**
 * One HTTP request and its response through the filter. What the client and the upstream do is fed in; `upstream` and
 * `client` hold what came out on either side.
 */
export class Stream {
  /** The client asked with HEAD, whatever the filter makes of the request: Envoy remembers it. */
  isHead = false;
  /** What went on to the upstream. */
  readonly upstream = new Message();
  /** What went back to the client. */
  readonly client = new Message();
  /** The last local reply, or null. */
  localReply: LocalReply | null = null;
  /** Filter state by its full name, `wasm.…` for what the filter sets. */
  readonly filterState = new Map<string, Buffer>();
  /** How often the filter had the route chosen anew. */
  routeCacheCleared = 0;
  /** Called when the stream is over. */
  onClosed: () => void = () => {};

  readonly request: Direction;
  readonly response: Direction;
  /** The filter's part in it. */
  readonly context: StreamContext;
  private preparedReply: (() => void) | null = null;
  private closed = false;
  private forwarded = false;

  constructor(
    private readonly vm: Vm,
    readonly root: RootContext,
    private readonly options: StreamOptions = {},
  ) {
    this.context = new StreamContext(vm, root, this);
    const bypass = vm.failed && vm.process.options.failurePolicy === "FAIL_OPEN";
    const { bufferLimit } = vm.process.options;
    this.request = new Direction(
      {
        bufferLimit,
        canContinue: () => !this.request.aborted,
        onAborted: () => this.executePreparedReply(),
        onTooLarge: () => this.reply(413, "Payload Too Large", "request_payload_too_large"),
      },
      bypass ? passThrough : this.context.decoder,
      this.router(),
      false,
    );
    this.response = new Direction(
      {
        bufferLimit,
        canContinue: () => !this.client.complete && !this.response.aborted,
        onAborted: () => {},
        onTooLarge: () => this.reply(500, "Internal Server Error", "response_payload_too_large"),
      },
      bypass ? passThrough : this.context.encoder,
      this.codec(),
      true,
    );
  }

  /** Whether the exchange is over, one way or the other. */
  get done(): boolean {
    return this.closed;
  }

  /** The client sends its headers, pseudo-headers included. */
  requestHeaders(headers: Iterable<readonly [string, string]>, end: boolean): this {
    return this.event(() => {
      const map = new HeaderMap("request", headers);
      this.isHead = map.get(":method") === "HEAD";
      this.forwarded = map.get("x-forwarded-proto") !== null;
      this.request.observedEnd = end;
      this.request.sendHeaders(map, end);
    });
  }

  /** The client sends a piece of its body. */
  requestBody(chunk: string | Uint8Array, end: boolean): this {
    return this.event(() => {
      this.request.observedEnd ||= end;
      this.request.sendData(new BodyBuffer(Buffer.from(chunk)), end);
    });
  }

  /** The client sends trailers, and with them the end. */
  requestTrailers(trailers: Iterable<readonly [string, string]>): this {
    return this.event(() => {
      this.request.observedEnd = true;
      this.request.sendTrailers(new HeaderMap("other", trailers));
    });
  }

  /** The upstream answers; `:status` is among the headers. */
  responseHeaders(headers: Iterable<readonly [string, string]>, end: boolean): this {
    return this.event(() => this.encodeHeaders(new HeaderMap("response", headers), end));
  }

  /** The upstream sends a piece of body. */
  responseBody(chunk: string | Uint8Array, end: boolean): this {
    return this.event(() => this.encodeData(Buffer.from(chunk), end));
  }

  /** The upstream sends trailers, and with them the end. */
  responseTrailers(trailers: Iterable<readonly [string, string]>): this {
    return this.event(() => {
      this.markResponseEnd(true);
      this.response.sendTrailers(new HeaderMap("other", trailers));
    });
  }

  /** The upstream breaks off: 503 before its headers, else the client's response is cut off. */
  upstreamReset(): this {
    return this.event(() => {
      this.upstream.reset = true;
      if (this.response.headersMap) return this.end(true);
      this.sendLocalReply(CONNECTION_BROKEN);
    });
  }

  /** The client goes away, or the exchange is simply over: `on_log`, `on_done`, `on_delete`. */
  close(): this {
    return this.event(() => this.end(true));
  }

  /** Nothing has moved for `stream_idle_timeout`: 504, or 408 while the client has not sent everything, or a cut response. */
  idle(): this {
    return this.event(() => this.reply(this.request.observedEnd ? 504 : 408, "stream timeout", "stream_idle_timeout"));
  }

  /** `proxy_continue_stream` for the request. */
  continueRequest(): void {
    if (!this.closed) this.request.continue();
  }

  /** `proxy_continue_stream` for the response. */
  continueResponse(): void {
    if (!this.closed) this.response.continue();
  }

  /** The filter resets the stream; the client gets no answer, or a cut one. */
  resetByFilter(): void {
    this.abort();
    this.end(true);
  }

  /**
   * A reply of Envoy's own or the filter's (`FilterManager::sendLocalReply`). Before there is a response it goes through
   * the response callbacks; while one is held it goes past them to the client; after that the stream is reset.
   * @param added headers, behind which status and length are put
   */
  sendLocalReply(reply: LocalReply, added: readonly Pair[] = []): void {
    if (this.closed) return;
    this.abort();
    if (this.client.headers) return this.end(true);
    const headers = replyHeaders(reply, added);
    const headersOnly = reply.body.length === 0 || this.isHead;
    if (this.response.headersMap) {
      this.localReply = reply;
      this.response.headersMap = headers;
      const codec = this.codec();
      codec.headers(headers, headersOnly);
      if (!headersOnly) codec.data(new BodyBuffer(reply.body), true);
      return;
    }
    const send = (): void => {
      this.localReply = reply;
      this.encodeHeaders(headers, headersOnly);
      if (!headersOnly) this.encodeData(reply.body, true);
    };
    if (this.request.calling) this.preparedReply ??= send;
    else send();
  }

  /** Looks up an attribute that belongs to the request. Header attributes need headers that can be read now. */
  findProperty(name: string, request: HeaderMap | null, response: HeaderMap | null): Property | undefined {
    if (name === "filter_state") return Object.fromEntries(this.filterState);
    const given = this.options.properties?.[name];
    const status = this.response.headersMap?.get(":status") ?? null;
    const made: Record<string, Property> | undefined =
      name === "request"
        ? requestAttributes(request)
        : name === "response"
          ? responseAttributes(response, status)
          : CONNECTION[name];
    if (made) return { ...made, ...(given as Record<string, Property> | undefined) };
    return given ?? this.filterState.get(`wasm.${name}`);
  }

  private router(): Target<void> {
    const { upstream } = this;
    return {
      headers: (headers, end) => {
        const refusal = routerRefusal(headers, this.forwarded);
        if (refusal) {
          this.request.aborted = true;
          return this.sendLocalReply(refusal);
        }
        upstream.startRequest(headers, end);
        upstream.complete = end;
      },
      data: (data, end) => {
        upstream.append(data.drain());
        upstream.complete = end;
      },
      trailers: (trailers) => {
        upstream.finish(trailers);
      },
    };
  }

  private codec(): Target<void> {
    const { client } = this;
    return {
      headers: (headers, end) => {
        if (!/^\d+$/.test(headers.get(":status") ?? "")) {
          const details = "filter_removed_required_response_headers{missing_required_header:_:status}";
          return this.reply(502, "missing required header: :status", details);
        }
        client.startResponse(headers, end, this.isHead, this.vm.process.now);
        if (end) this.finishResponse();
      },
      data: (data, end) => {
        client.append(data.drain());
        if (end) this.finishResponse();
      },
      trailers: (trailers) => {
        client.finish(trailers);
        this.end(false);
      },
    };
  }

  private encodeHeaders(headers: HeaderMap, end: boolean): void {
    this.markResponseEnd(end);
    this.response.sendHeaders(headers, end);
  }

  private encodeData(bytes: Buffer, end: boolean): void {
    this.markResponseEnd(end);
    this.response.sendData(new BodyBuffer(bytes), end);
  }

  /** Once a whole response has begun its way, nobody waits for the rest of the request. */
  private markResponseEnd(end: boolean): void {
    if (!end) return;
    this.response.observedEnd = true;
    this.request.aborted = true;
  }

  private reply(status: number, body: string, details: string): void {
    this.sendLocalReply({ status, body: Buffer.from(body), details });
  }

  private executePreparedReply(): void {
    const reply = this.preparedReply;
    this.preparedReply = null;
    reply?.();
  }

  private abort(): void {
    if (this.request.calling) this.request.aborted = true;
    else if (this.response.calling) this.response.aborted = true;
  }

  private finishResponse(): void {
    this.client.complete = true;
    this.end(false);
  }

  private end(cut: boolean): void {
    if (this.closed) return;
    this.closed = true;
    this.client.reset = cut && !this.client.complete;
    if (this.upstream.headers && !this.upstream.complete) this.upstream.reset = true;
    this.context.log();
    this.context.destroy();
    this.onClosed();
  }

  private event(run: () => void): this {
    if (!this.closed) this.vm.process.event(run);
    return this;
  }
}

/** A chain without the filter, for a failed VM under FAIL_OPEN. */
const passThrough: Target<number> = { headers: () => 0, data: () => 0, trailers: () => 0 };
