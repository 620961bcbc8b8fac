import { randomUUID } from "node:crypto";
import type { Emulator } from "./emulator.ts";
import type { HttpCall } from "./http-call.ts";
import type { Pair } from "./pairs.ts";
import type { Property } from "./properties.ts";
import type { LogLine } from "./process.ts";
import type { Message } from "./message.ts";
import type { Stream } from "./stream.ts";

/** Headers; an array of pairs may repeat a name. */
export type Headers = Record<string, string> | readonly (readonly [string, string])[];

/** A request as a client sends it. */
export interface RequestInput {
  /** Default GET. */
  method?: string;
  /** The request target, exactly as sent. */
  path: string;
  headers?: Headers;
  /** A body sent at once, with a Content-Length. */
  body?: string | Uint8Array;
  /** A body sent piece by piece, without a Content-Length. */
  chunks?: (string | Uint8Array)[];
  trailers?: Record<string, string>;
}

/** What the upstream does with a request. */
export interface UpstreamReply {
  /** Default 200. */
  status?: number;
  headers?: Headers;
  /** A body sent at once, with a Content-Length. */
  body?: string | Uint8Array;
  /** A body sent piece by piece, without a Content-Length. */
  chunks?: (string | Uint8Array)[];
  trailers?: Record<string, string>;
  /** Breaks the connection: instead of an answer, or after the last of `chunks`. */
  reset?: "before headers" | "after chunks";
}

/** A request that reached the upstream. */
export interface UpstreamRequest {
  method: string;
  path: string;
  /** By lower-case name; repeated ones are joined with ", ". */
  headers: Record<string, string>;
  body: string;
  trailers: Record<string, string>;
  /** A client's request, or one of the filter's own. */
  via: "route" | "call";
  /** Cluster that a call of the filter's own went to; "" for a client's request. */
  cluster: string;
  /** Whether all of it arrived. */
  complete: boolean;
}

export type UpstreamHandler = (request: UpstreamRequest) => UpstreamReply;

/** How an exchange is played; every setting has a default. */
export interface ExchangeOptions {
  /** The end comes with the last piece of body, as in HTTP/2, instead of in an empty piece after it. Default false. */
  http2?: boolean;
  /** When the filter's own requests are answered: at once, when nothing else can move, or not at all. Default late. */
  calls?: "early" | "late" | "never";
  /** The client goes away after so many of its own pieces (headers, chunks, end, trailers). */
  leavesAfter?: number;
  /** Attributes of the connection and from earlier filters. */
  properties?: Record<string, Property>;
  /** Name of the plugin; default the first one configured. */
  plugin?: string;
  worker?: number;
  /** Name of the authority. Default "calendar.example". */
  authority?: string;
}

/** All that came of an exchange; of the same shape as what the end-to-end tests get from a real Envoy. */
export interface Exchange {
  /** 0 when no response arrived. */
  status: number;
  /** By lower-case name, without pseudo-headers; repeated ones are joined with ", ". */
  headers: Record<string, string>;
  body: string;
  bodyBytes: Buffer;
  trailers: Record<string, string>;
  /** The connection was cut before the response was complete. */
  reset: boolean;
  /** Nobody had anything more to do and the exchange was not over; Envoy then ended it with a timeout. */
  hung: boolean;
  /** Requests that reached the upstream, in the order of their last byte. */
  upstreamRequests: UpstreamRequest[];
  /** Reply made by the filter or by Envoy itself: its status and details. */
  localReply: { status: number; details: string } | null;
  /** What the filter set, without the `wasm.` that Envoy puts before the names. */
  filterState: Record<string, string>;
  /** What was logged meanwhile. */
  logs: LogLine[];
  /** Why a VM failed, or null. */
  vmFailed: string | null;
  /** What would be wrong on the wire: a Content-Length that is not the body's. */
  faults: string[];
  /** For a closer look. */
  stream: Stream;
}

/** What a client says in these, Envoy's connection manager drops or replaces. */
const OVERWRITTEN = new Set(["x-forwarded-client-cert", "x-request-id"]);

/** Plays a whole exchange as Envoy would, the upstream included. Returns when it is over or nothing can move any more. */
export function exchange(
  host: Emulator,
  input: RequestInput,
  upstream: UpstreamHandler,
  options: ExchangeOptions,
): Exchange {
  const stream = host.openStream(options.plugin, options);
  const logged = host.logs.length;
  const requests: UpstreamRequest[] = [];
  const ask = (request: UpstreamRequest): UpstreamReply => {
    requests.push(request);
    return upstream(request);
  };
  const calls = options.calls ?? "late";
  const answer = (): boolean => {
    const call = calls === "never" ? undefined : host.httpCalls[0];
    if (call) answerCall(call, ask);
    return call !== undefined;
  };
  const client = clientSteps(stream, input, options);
  let server: (() => void)[] | null = null;
  const move = (): boolean => {
    if (client.length > 0 && !stream.request.paused) client.shift()?.();
    else if (server === null && stream.upstream.complete)
      server = serverSteps(stream, ask(routed(stream.upstream)), options);
    else if (server && server.length > 0 && !stream.response.paused) server.shift()?.();
    else return answer();
    while (calls === "early" && answer());
    return true;
  };
  while (!stream.done && move());
  const hung = !stream.done;
  if (hung) stream.idle();
  for (let i = 0; i < 1000 && answer(); i++);
  if (stream.upstream.headers && !stream.upstream.complete) requests.push(routed(stream.upstream));
  return outcome(host, stream, requests, hung, logged);
}

function clientSteps(stream: Stream, input: RequestInput, options: ExchangeOptions): (() => void)[] {
  const given = pairsOf(input.headers).filter(([name]) => !OVERWRITTEN.has(name.toLowerCase()));
  const pieces = input.chunks ?? (input.body === undefined || input.body.length === 0 ? [] : [input.body]);
  const method = input.method ?? "GET";
  const own: Pair[] = [
    [":authority", options.authority ?? "calendar.example"],
    [":path", input.path],
    [":method", method],
    [":scheme", "http"],
    ...given,
  ];
  if (input.body !== undefined && !input.trailers && !given.some(([name]) => name.toLowerCase() === "content-length"))
    own.push(["content-length", String(Buffer.from(input.body).length)]);
  // What Envoy's connection manager adds before any filter sees the request.
  if (!given.some(([name]) => name.toLowerCase() === "x-forwarded-proto")) own.push(["x-forwarded-proto", "http"]);
  own.push(["x-request-id", randomUUID()]);
  const bare = input.chunks === undefined && pieces.length === 0 && !input.trailers;
  const steps = [() => stream.requestHeaders(own, bare)];
  if (!bare) steps.push(...bodySteps(pieces, input.trailers, options.http2, (c, end) => stream.requestBody(c, end)));
  if (input.trailers) steps.push(() => stream.requestTrailers(Object.entries(input.trailers ?? {})));
  return options.leavesAfter === undefined ? steps : [...steps.slice(0, options.leavesAfter), () => stream.close()];
}

function serverSteps(stream: Stream, reply: UpstreamReply, options: ExchangeOptions): (() => void)[] {
  if (reply.reset === "before headers") return [() => stream.upstreamReset()];
  const status = reply.status ?? 200;
  const noBody = status === 204 || status === 304 || stream.upstream.header(":method") === "HEAD";
  const pieces = noBody
    ? []
    : (reply.chunks ?? (reply.body === undefined || reply.body.length === 0 ? [] : [reply.body]));
  const counted = reply.chunks === undefined && !reply.trailers;
  const own: Pair[] = [
    [":status", String(status)],
    ...replyPairs(reply, counted, Buffer.from(reply.body ?? "").length),
  ];
  const bare = noBody || (counted && pieces.length === 0);
  const steps = [() => stream.responseHeaders(own, bare)];
  if (bare) return steps;
  if (reply.reset === "after chunks")
    return [...steps, ...pieces.map((piece) => () => stream.responseBody(piece, false)), () => stream.upstreamReset()];
  steps.push(...bodySteps(pieces, reply.trailers, options.http2, (c, end) => stream.responseBody(c, end)));
  if (reply.trailers) steps.push(() => stream.responseTrailers(Object.entries(reply.trailers ?? {})));
  return steps;
}

/** An answer's headers with its framing, as they come from the server and the router hands them on. */
function replyPairs(reply: UpstreamReply, counted: boolean, length: number): Pair[] {
  const pairs = pairsOf(reply.headers);
  const silent = reply.status === 204 || reply.status === 304;
  if (!counted) pairs.push(["transfer-encoding", "chunked"]);
  else if (!silent && !pairs.some(([name]) => name.toLowerCase() === "content-length"))
    pairs.push(["content-length", String(length)]);
  return [...pairs, ["x-envoy-upstream-service-time", "0"]];
}

function bodySteps<T>(
  pieces: (string | Uint8Array)[],
  trailers: object | undefined,
  http2: boolean | undefined,
  send: (chunk: string | Uint8Array, end: boolean) => T,
): (() => T)[] {
  if (trailers) return pieces.map((piece) => () => send(piece, false));
  if (http2 && pieces.length > 0) return pieces.map((piece, i) => () => send(piece, i === pieces.length - 1));
  return [...pieces.map((piece) => () => send(piece, false)), () => send("", true)];
}

function answerCall(call: HttpCall, ask: UpstreamHandler): void {
  const { cluster, headers, body, trailers } = call.request;
  const reply = ask({
    method: call.header(":method") ?? "",
    path: call.header(":path") ?? "",
    headers: { host: call.header(":authority") ?? "", ...joined(headers), "x-envoy-internal": "true" },
    body: body.toString(),
    trailers: joined(trailers),
    via: "call",
    cluster,
    complete: true,
  });
  if (reply.reset === "before headers") return call.refuse();
  if (reply.reset) return call.fail();
  const answer = Buffer.concat((reply.chunks ?? [reply.body ?? ""]).map((chunk) => Buffer.from(chunk)));
  const counted = reply.chunks === undefined && !reply.trailers;
  call.respond(
    reply.status ?? 200,
    replyPairs(reply, counted, answer.length),
    answer,
    reply.trailers ? Object.entries(reply.trailers) : null,
  );
}

function routed(message: Message): UpstreamRequest {
  return {
    method: message.header(":method"),
    path: message.header(":path"),
    headers: { host: message.header(":authority"), ...joined(message.headers?.pairs() ?? []) },
    body: message.body.toString(),
    trailers: joined(message.trailers?.pairs() ?? []),
    via: "route",
    cluster: "",
    complete: message.complete,
  };
}

function outcome(host: Emulator, stream: Stream, requests: UpstreamRequest[], hung: boolean, logged: number): Exchange {
  const { client, upstream, localReply } = stream;
  const noBody = stream.isHead || client.status === 304 || client.status === 204;
  return {
    status: client.status,
    headers: joined(client.headers?.pairs() ?? []),
    body: client.body.toString(),
    bodyBytes: client.body,
    trailers: joined(client.trailers?.pairs() ?? []),
    reset: client.reset,
    hung,
    upstreamRequests: requests,
    localReply: localReply && { status: localReply.status, details: localReply.details },
    filterState: Object.fromEntries(
      [...stream.filterState].map(([name, value]) => [name.replace(/^wasm\./, ""), value.toString()]),
    ),
    logs: host.logs.slice(logged),
    vmFailed: host.vmFailed,
    faults: [...lengthFault("request", upstream), ...(noBody ? [] : lengthFault("response", client))],
    stream,
  };
}

function lengthFault(what: string, message: Message): string[] {
  const said = message.header("content-length");
  if (said === "" || !message.complete || Number(said) === message.body.length) return [];
  return [`${what}: content-length is ${said} and the body has ${message.body.length} bytes`];
}

function pairsOf(headers: Headers | undefined): Pair[] {
  const entries = Array.isArray(headers)
    ? (headers as Pair[])
    : Object.entries((headers ?? {}) as Record<string, string>);
  return entries.map(([name, value]) => [name, value]);
}

function joined(pairs: Pair[]): Record<string, string> {
  const fields: Record<string, string> = {};
  for (const [name, value] of pairs) {
    if (name.startsWith(":")) continue;
    fields[name] = name in fields ? `${fields[name]}, ${value}` : value;
  }
  return fields;
}
