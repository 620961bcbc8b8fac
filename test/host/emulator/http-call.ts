import { Status } from "./abi.ts";
import type { RootContext } from "./context.ts";
import { HeaderMap } from "./header-map.ts";
import type { Pair } from "./pairs.ts";

/** What the guest asked `proxy_http_call` for. */
export interface HttpCallRequest {
  cluster: string;
  headers: Pair[];
  body: Buffer;
  trailers: Pair[];
  /** Milliseconds; 0 for none. */
  timeout: number;
}

/** A request of the filter's own that waits for its answer. Answering a second time, or after the root is gone, does nothing. */
export class HttpCall {
  /** When it began, in ms. */
  readonly started: number;

  constructor(
    private readonly root: RootContext,
    readonly token: number,
    readonly request: HttpCallRequest,
  ) {
    this.started = root.vm.process.now;
  }

  /** Whether it still waits. */
  get pending(): boolean {
    return this.root.calls.get(this.token) === this;
  }

  /** First value of one of the request's headers, or null. */
  header(name: string): string | null {
    return new HeaderMap("request", this.request.headers).get(name);
  }

  /** Hands an answer to the guest. `:status` is put in front of the headers. */
  respond(
    status: number,
    headers: Iterable<Pair> = [],
    body: string | Uint8Array = "",
    trailers: Iterable<Pair> | null = null,
  ): void {
    if (!this.pending) return;
    const { root } = this;
    const answer = {
      headers: new HeaderMap("response", [[":status", String(status)], ...headers]),
      body: Buffer.from(body),
      trailers: trailers === null ? null : new HeaderMap("other", trailers),
    };
    root.callResponse = answer;
    this.finish(answer.headers.size, answer.body.length, answer.trailers?.size ?? 0);
  }

  /** The server cannot be reached, or breaks the connection before it answers: Envoy answers for it. */
  refuse(): void {
    const reason = "upstream connect error or disconnect/reset before headers. reset reason: connection termination";
    this.respond(
      503,
      [
        ["content-length", "95"],
        ["content-type", "text/plain"],
      ],
      reason,
    );
  }

  /** The connection breaks in the middle of an answer: the callback sees no headers, and status 11. */
  fail(): void {
    if (!this.pending) return;
    this.root.callStatus = { code: Status.BrokenConnection, message: "reset" };
    this.finish(0, 0, 0);
  }

  /** No answer in time: Envoy answers for the server. */
  timeOut(): void {
    this.respond(
      504,
      [
        ["content-length", "24"],
        ["content-type", "text/plain"],
      ],
      "upstream request timeout",
    );
  }

  private finish(headers: number, bodySize: number, trailers: number): void {
    const { root } = this;
    const { vm } = root;
    const forget = (): void => {
      root.calls.delete(this.token);
      root.callResponse = null;
      root.callStatus.message = "";
    };
    if (vm.failed || !vm.has("proxy_on_http_call_response")) return forget();
    // Before whatever the guest puts off, such as continuing its stream: by then the answer can no longer be read.
    vm.afterCall(forget);
    vm.defer(() => vm.call(root, "proxy_on_http_call_response", root.id, this.token, headers, bodySize, trailers));
  }
}
