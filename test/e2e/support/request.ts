/** HTTP requests of any shape. */
import { request as httpRequest } from "node:http";
import { connect as connectHttp2 } from "node:http2";
import { request as httpsRequest } from "node:https";
import { connect } from "node:net";
import { connect as connectTls } from "node:tls";

/** Names and values; an array of pairs may repeat a name. */
export type Headers = Record<string, string> | [string, string][];

export interface RequestOptions {
  method?: string;
  headers?: Headers;
  /** A user for `Authorization: Basic`, as "name:password". */
  auth?: string;
  /** An array is sent chunk by chunk, without a Content-Length. */
  body?: string | Buffer | (string | Buffer)[];
  trailers?: Record<string, string>;
  /** TLS: the authority's certificate (PEM); without it any certificate is accepted. */
  ca?: string;
  /** TLS: the client's certificate and key (PEM). */
  certificate?: string;
  key?: string;
  http2?: boolean;
  /** The address to come from, such as 127.0.0.2; HTTP/1.1 only. */
  from?: string;
  /** Gives up after this time, and throws; HTTP/1.1 only. */
  signal?: AbortSignal;
}

export interface Response {
  status: number;
  /** By lower-case name; repeated ones are joined with ", ". */
  headers: Record<string, string>;
  body: string;
  trailers: Record<string, string>;
}

/**
 * Sends a request on a connection of its own.
 * @param base scheme, host and port
 * @param target the request target exactly as it is to be sent, from "/" on
 */
export async function request(base: string, target: string, options: RequestOptions = {}): Promise<Response> {
  const pairs = Array.isArray(options.headers) ? [...options.headers] : Object.entries(options.headers ?? {});
  if (options.auth) pairs.push(["authorization", `Basic ${Buffer.from(options.auth).toString("base64")}`]);
  const chunks = options.body === undefined ? [] : Array.isArray(options.body) ? options.body : [options.body];
  const counted = options.body !== undefined && !Array.isArray(options.body) && !options.trailers;
  if (counted && !pairs.some(([name]) => name.toLowerCase() === "content-length"))
    pairs.push(["content-length", String(Buffer.byteLength(chunks[0] ?? ""))]);
  return options.http2
    ? overHttp2(base, target, options, pairs, chunks)
    : overHttp1(base, target, options, pairs, chunks);
}

type Chunks = (string | Buffer)[];
const tlsOptions = ({ ca, certificate, key }: RequestOptions) => ({
  ca,
  cert: certificate,
  key,
  rejectUnauthorized: !!ca,
});

function overHttp1(base: string, target: string, options: RequestOptions, pairs: [string, string][], chunks: Chunks) {
  const { protocol, hostname, port, host } = new URL(base);
  if (!pairs.some(([name]) => name.toLowerCase() === "host")) pairs.unshift(["host", host]);
  if (options.trailers) pairs.push(["trailer", Object.keys(options.trailers).join(", ")]);
  if (options.trailers || Array.isArray(options.body)) pairs.push(["transfer-encoding", "chunked"]);
  const send = protocol === "https:" ? httpsRequest : httpRequest;
  return new Promise<Response>((done, failed) => {
    const outgoing = send(
      {
        host: hostname.replace(/^\[|\]$/g, ""),
        port,
        path: target,
        method: options.method ?? "GET",
        headers: pairs.flat(),
        agent: false,
        localAddress: options.from,
        signal: options.signal,
        ...tlsOptions(options),
      },
      (incoming) => {
        const received: Buffer[] = [];
        incoming.on("data", (chunk: Buffer) => received.push(chunk));
        incoming.on("error", failed);
        incoming.on("end", () =>
          done({
            status: incoming.statusCode ?? 0,
            headers: joined(incoming.rawHeaders),
            body: Buffer.concat(received).toString(),
            trailers: joined(incoming.rawTrailers),
          }),
        );
      },
    );
    outgoing.on("error", failed);
    for (const chunk of chunks) outgoing.write(chunk);
    if (options.trailers) outgoing.addTrailers(options.trailers);
    outgoing.end();
  });
}

async function overHttp2(
  base: string,
  target: string,
  options: RequestOptions,
  pairs: [string, string][],
  chunks: Chunks,
) {
  const session = connectHttp2(base, tlsOptions(options));
  try {
    return await new Promise<Response>((done, failed) => {
      session.on("error", failed);
      const headers: Record<string, string | string[]> = { ":method": options.method ?? "GET", ":path": target };
      for (const [name, value] of pairs) {
        const before = headers[name];
        headers[name] = before === undefined ? value : [before, value].flat();
      }
      const stream = session.request(headers, {
        endStream: chunks.length === 0 && !options.trailers,
        waitForTrailers: true,
      });
      const response: Response = { status: 0, headers: {}, body: "", trailers: {} };
      const received: Buffer[] = [];
      const text = (fields: object) =>
        Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, [value].flat().join(", ")]));
      stream.on("response", (fields) => {
        response.status = fields[":status"] ?? 0;
        response.headers = text(fields);
      });
      stream.on("trailers", (fields) => (response.trailers = text(fields)));
      stream.on("data", (chunk: Buffer) => received.push(chunk));
      stream.on("wantTrailers", () => stream.sendTrailers(options.trailers ?? {}));
      stream.on("error", failed);
      stream.on("close", () => done({ ...response, body: Buffer.concat(received).toString() }));
      for (const chunk of chunks) stream.write(chunk);
      if (chunks.length > 0 || options.trailers) stream.end();
    });
  } finally {
    session.close();
  }
}

function joined(raw: string[]): Record<string, string> {
  const fields: Record<string, string> = {};
  for (let at = 0; at + 1 < raw.length; at += 2) {
    const name = (raw[at] ?? "").toLowerCase();
    const value = raw[at + 1] ?? "";
    fields[name] = name in fields ? `${fields[name]}, ${value}` : value;
  }
  return fields;
}

/**
 * Sends bytes just as they are and gives what comes back until the other side closes or is silent for `quiet` milliseconds.
 * @param base scheme, host and port; https connects with TLS and HTTP/1.1
 */
export function sendRaw(base: string, bytes: string | Buffer, quiet = 1000): Promise<string> {
  const { protocol, hostname, port } = new URL(base);
  const to = { host: hostname.replace(/^\[|\]$/g, ""), port: Number(port) };
  const socket =
    protocol === "https:" ? connectTls({ ...to, rejectUnauthorized: false, ALPNProtocols: ["http/1.1"] }) : connect(to);
  return new Promise((done, failed) => {
    const received: Buffer[] = [];
    socket.setTimeout(quiet, () => socket.destroy());
    socket.on("data", (chunk: Buffer) => received.push(chunk));
    socket.on("error", (error: Error) => (received.length > 0 ? socket.destroy() : failed(error)));
    socket.on("close", () => done(Buffer.concat(received).toString("latin1")));
    socket.write(bytes);
  });
}
