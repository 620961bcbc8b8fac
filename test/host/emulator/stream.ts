import { BodyBuffer } from "./body-buffer.ts";
import type { RootContext } from "./context.ts";
import { Direction, type Target } from "./direction.ts";
import { HeaderMap } from "./header-map.ts";
import type { Pair } from "./pairs.ts";
import { int, type Property } from "./properties.ts";
import { StreamContext } from "./stream-context.ts";
import type { Vm } from "./vm.ts";

/** A request or response as it left the filter, as far as it has. */
export class Message {
  /** Null until the headers have been let through. */
  headers: HeaderMap | null = null;
  private readonly chunks: Buffer[] = [];
  trailers: HeaderMap | null = null;
  /** Whether its end has been sent. */
  complete = false;
  /** Whether it was cut off. */
  reset = false;

  get body(): Buffer {
    return Buffer.concat(this.chunks);
  }

  /** A header's first value; "" when there is none. */
  header(name: string): string {
    return this.headers?.get(name) ?? "";
  }

  /** Value of `:status` as a number; 0 before there is one. */
  get status(): number {
    return Number(this.header(":status"));
  }

  append(bytes: Buffer): void {
    if (bytes.length > 0) this.chunks.push(bytes);
  }
}

/** A reply that Envoy or the filter makes instead of the upstream's. */
export interface LocalReply {
  status: number;
  body: Buffer;
  details: string;
}

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
        onTooLarge: () => this.sendLocalReply(413, Buffer.from("Payload Too Large"), [], "request_payload_too_large"),
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
        onTooLarge: () =>
          this.sendLocalReply(500, Buffer.from("Internal Server Error"), [], "response_payload_too_large"),
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
      this.request.observedEnd = end;
      this.request.sendHeaders(new HeaderMap(headers), end);
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
      this.request.sendTrailers(new HeaderMap(trailers));
    });
  }

  /** The upstream answers; `:status` is among the headers. */
  responseHeaders(headers: Iterable<readonly [string, string]>, end: boolean): this {
    return this.event(() => this.encodeHeaders(new HeaderMap(headers), end));
  }

  /** The upstream sends a piece of body. */
  responseBody(chunk: string | Uint8Array, end: boolean): this {
    return this.event(() => this.encodeData(Buffer.from(chunk), end));
  }

  /** The upstream sends trailers, and with them the end. */
  responseTrailers(trailers: Iterable<readonly [string, string]>): this {
    return this.event(() => {
      this.markResponseEnd(true);
      this.response.sendTrailers(new HeaderMap(trailers));
    });
  }

  /** The upstream breaks off: 503 before its headers, else the client's response is cut off. */
  upstreamReset(): this {
    return this.event(() => {
      this.upstream.reset = true;
      if (this.response.headersMap) return this.end(true);
      const reason = "upstream connect error or disconnect/reset before headers. reset reason: connection termination";
      this.sendLocalReply(
        503,
        Buffer.from(reason),
        [],
        "upstream_reset_before_response_started{connection_termination}",
      );
    });
  }

  /** The client goes away, or the exchange is simply over: `on_log`, `on_done`, `on_delete`. */
  close(): this {
    return this.event(() => this.end(true));
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
  resetByFilter(_details: string): void {
    this.abort();
    this.end(true);
  }

  /** A reply of Envoy's own or the filter's: through the response callbacks, past them, or a reset (`sendLocalReply`). */
  sendLocalReply(status: number, body: Buffer, headers: Pair[], details: string): void {
    if (this.closed) return;
    this.abort();
    if (this.client.headers) return this.end(true);
    const reply = new HeaderMap([[":status", String(status)], ...headers]);
    if (body.length > 0) {
      reply.set("content-length", String(body.length));
      if (reply.get("content-type") === null) reply.set("content-type", "text/plain");
    } else {
      reply.remove("content-length");
      reply.remove("content-type");
    }
    const headersOnly = body.length === 0 || this.request.headersMap?.get(":method") === "HEAD";
    if (this.response.headersMap) {
      this.localReply = { status, body, details };
      this.response.headersMap = reply;
      const codec = this.codec();
      codec.headers(reply, headersOnly);
      if (!headersOnly) codec.data(new BodyBuffer(body), true);
      return;
    }
    const send = (): void => {
      this.localReply = { status, body, details };
      this.encodeHeaders(reply, headersOnly);
      if (!headersOnly) this.encodeData(body, true);
    };
    if (this.request.calling) this.preparedReply ??= send;
    else send();
  }

  /** Looks up an attribute that belongs to the request. Header attributes need headers that can be read now. */
  findProperty(name: string, request: HeaderMap | null, response: HeaderMap | null): Property | undefined {
    const given = this.options.properties?.[name];
    const state = this.filterState.get(`wasm.${name}`);
    if (name === "filter_state") return Object.fromEntries(this.filterState);
    if (name === "request") return { ...requestAttributes(request), ...(given as object | undefined) };
    if (name === "response") return { ...responseAttributes(response), ...(given as object | undefined) };
    return given ?? state;
  }

  private router(): Target<void> {
    const { upstream } = this;
    return {
      headers: (headers, end) => {
        if ([":method", ":path", ":authority"].some((name) => headers.get(name) === null)) {
          this.request.aborted = true;
          return this.sendLocalReply(
            503,
            Buffer.from("missing required header"),
            [],
            "filter_removed_required_request_headers",
          );
        }
        upstream.headers = new HeaderMap(headers.pairs());
        upstream.complete = end;
      },
      data: (data, end) => {
        upstream.append(data.drain());
        upstream.complete = end;
      },
      trailers: (trailers) => {
        upstream.trailers = new HeaderMap(trailers.pairs());
        upstream.complete = true;
      },
    };
  }

  private codec(): Target<void> {
    const { client } = this;
    return {
      headers: (headers, end) => {
        if (headers.get(":status") === null) {
          const reason = "missing required header: :status";
          return this.sendLocalReply(502, Buffer.from(reason), [], "filter_removed_required_response_headers");
        }
        client.headers = new HeaderMap(headers.pairs());
        if (end) this.finishResponse();
      },
      data: (data, end) => {
        client.append(data.drain());
        if (end) this.finishResponse();
      },
      trailers: (trailers) => {
        client.trailers = new HeaderMap(trailers.pairs());
        this.finishResponse();
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

function requestAttributes(headers: HeaderMap | null): Record<string, Property> {
  if (!headers) return {};
  const get = (name: string): string => headers.get(name) ?? "";
  const path = get(":path");
  const query = path.indexOf("?");
  return {
    path,
    url_path: query < 0 ? path : path.slice(0, query),
    query: query < 0 ? "" : path.slice(query + 1),
    host: get(":authority"),
    scheme: get(":scheme"),
    method: get(":method"),
    headers: Object.fromEntries(headers.pairs()),
    id: get("x-request-id"),
    referer: get("referer"),
    useragent: get("user-agent"),
  };
}

function responseAttributes(headers: HeaderMap | null): Record<string, Property> {
  if (!headers) return {};
  return { code: int(Number(headers.get(":status"))), headers: Object.fromEntries(headers.pairs()) };
}
