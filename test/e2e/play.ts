/** Plays the requests and replies of the tables of cases over real HTTP/1.1, piece by piece. */
import { request as send } from "node:http";
import type { ServerResponse } from "node:http";
import type { Headers, Reply, Request } from "../cases/case.ts";

/** What a client got. */
export interface Played {
  /** 0 when there was no response. */
  status: number;
  /** By lower-case name; repeated ones are joined with ", ". */
  headers: Record<string, string>;
  body: string;
  trailers: Record<string, string>;
  /** The connection was cut before the response was complete. */
  reset: boolean;
}

/** The authority that clients ask for, in both rings. */
const AUTHORITY = "calendar.example";
/** Time between two pieces of a body, in ms: long enough for Envoy to read each by itself. */
const PACE = 25;
const pause = (ms: number): Promise<void> => new Promise((done) => setTimeout(done, ms));

/**
 * Sends a request on a connection of its own.
 * @param base scheme, host and port
 * @param more headers beside those of the request
 */
export function play(base: string, request: Request, more: [string, string][] = []): Promise<Played> {
  const { hostname, port } = new URL(base);
  const { method = "GET", path, body, chunks, trailers } = request;
  const given = pairs(request.headers);
  const host: [string, string][] = given.some(([name]) => name.toLowerCase() === "host") ? [] : [["host", AUTHORITY]];
  const headers: [string, string][] = [...host, ...more, ...given];
  if (trailers) headers.push(["trailer", Object.keys(trailers).join(", ")]);
  if (chunks || trailers) headers.push(["transfer-encoding", "chunked"]);
  else if (body !== undefined && !headers.some(([name]) => name.toLowerCase() === "content-length"))
    headers.push(["content-length", String(Buffer.byteLength(body))]);
  return new Promise((done) => {
    const cut = { status: 0, headers: {}, body: "", trailers: {}, reset: true };
    const outgoing = send({ hostname, port, method, path, headers: headers.flat(), agent: false }, (incoming) => {
      const received: Buffer[] = [];
      const finish = (reset: boolean): void =>
        done({
          status: incoming.statusCode ?? 0,
          headers: joined(incoming.rawHeaders),
          body: Buffer.concat(received).toString(),
          trailers: joined(incoming.rawTrailers),
          reset,
        });
      incoming.on("data", (chunk: Buffer) => received.push(chunk));
      incoming.on("error", () => finish(true));
      incoming.on("end", () => finish(!incoming.complete));
    });
    outgoing.on("error", () => done(cut));
    const pieces = chunks ?? (body ? [body] : []);
    void (async () => {
      if (pieces.length > 0 || trailers) outgoing.flushHeaders();
      for (const piece of pieces) {
        await pause(chunks ? PACE : 0);
        outgoing.write(piece);
      }
      if (chunks) await pause(PACE);
      if (trailers) outgoing.addTrailers(trailers);
      outgoing.end();
    })();
  });
}

/** Answers a request as a reply says. */
export async function answer(reply: Reply, response: ServerResponse): Promise<void> {
  if (reply.reset === "before headers") return void response.destroy();
  const { status = 200, body = "", chunks, trailers } = reply;
  const headers = pairs(reply.headers);
  const silent = status === 204 || status === 304;
  if (!chunks && !trailers && !silent && !headers.some(([name]) => name.toLowerCase() === "content-length"))
    headers.push(["content-length", String(Buffer.byteLength(body))]);
  if (trailers) headers.push(["trailer", Object.keys(trailers).join(", ")]);
  response.sendDate = false;
  response.writeHead(status, headers.flat());
  const pieces = silent || response.req.method === "HEAD" ? [] : (chunks ?? (body ? [body] : []));
  for (const piece of pieces) {
    response.write(piece);
    await pause(chunks ? PACE : 0);
  }
  if (reply.reset) return void response.destroy();
  if (trailers) response.addTrailers(trailers);
  response.end();
}

function pairs(headers: Headers | undefined): [string, string][] {
  return Array.isArray(headers) ? [...headers] : Object.entries(headers ?? {});
}

/** Raw headers by lower-case name; repeated ones are joined with ", ". */
export function joined(raw: string[]): Record<string, string> {
  const fields: Record<string, string> = {};
  for (let at = 0; at + 1 < raw.length; at += 2) {
    const name = (raw[at] ?? "").toLowerCase();
    fields[name] = name in fields ? `${fields[name]}, ${raw[at + 1]}` : (raw[at + 1] ?? "");
  }
  return fields;
}
