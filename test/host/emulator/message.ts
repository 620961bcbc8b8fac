import type { HeaderMap } from "./header-map.ts";

/** Methods whose requests Envoy's HTTP/1 codec leaves without a Content-Length when they have no body. */
export const BODILESS: ReadonlySet<string> = new Set(["GET", "HEAD", "DELETE", "TRACE", "CONNECT"]);
const HOP_BY_HOP = ["connection", "keep-alive", "proxy-connection", "transfer-encoding", "upgrade"];

/** A request or response as it left Envoy over HTTP/1.1, as far as it has. */
export class Message {
  /** Null until the headers have been let through. */
  headers: HeaderMap | null = null;
  trailers: HeaderMap | null = null;
  /** Whether its end has been sent. */
  complete = false;
  /** Whether it was cut off. */
  reset = false;
  private readonly chunks: Buffer[] = [];

  /** All of the body so far. */
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

  /** Takes trailers; HTTP/1.1 has a place for them only behind a chunked body. */
  finish(trailers: HeaderMap): void {
    if (this.header("transfer-encoding") === "chunked") this.trailers = trailers.copy();
    this.complete = true;
  }

  /** Takes a request's headers and says how long the body is, as the codec to the upstream does. */
  startRequest(headers: HeaderMap, end: boolean): void {
    this.headers = headers.copy();
    if (this.header("content-length") !== "") return;
    if (!end) this.headers.set("transfer-encoding", "chunked");
    else if (!BODILESS.has(this.header(":method"))) this.headers.set("content-length", "0");
  }

  /** Takes a response's headers, sets those that are Envoy's own, and says how long the body is. */
  startResponse(headers: HeaderMap, end: boolean, toHead: boolean, now: number): void {
    this.headers = headers.copy();
    for (const name of HOP_BY_HOP) this.headers.remove(name);
    this.headers.set("server", "envoy");
    this.headers.set("date", new Date(now).toUTCString());
    if (this.header("content-length") !== "" || this.status === 204 || this.status === 304 || toHead) return;
    if (end) this.headers.set("content-length", "0");
    else this.headers.set("transfer-encoding", "chunked");
  }
}
