/** A scriptable HTTP server that remembers what it was sent: for servers that behave oddly, and to see what the proxy lets through. */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { untilTheEnd } from "./cleanup.ts";

/** A request as the server got it. */
export interface Recorded {
  method: string;
  /** The request target, undecoded. */
  path: string;
  /** By lower-case name; repeated ones are joined as Node does. */
  headers: IncomingMessage["headers"];
  /** Names and values one after the other, as sent. */
  rawHeaders: string[];
  body: string;
  trailers: Record<string, string | undefined>;
}

/** Answers a request whose body has arrived. */
export type Handler = (request: Recorded, response: ServerResponse) => void | Promise<void>;

export interface Upstream {
  url: string;
  port: number;
  /** All requests so far, in order. Clear it with `requests.length = 0`. */
  requests: Recorded[];
  /** Answers what comes from now on. */
  respond(handler: Handler): void;
  stop(): Promise<void>;
}

const ok: Handler = (_request, response) => void response.writeHead(200, { "content-type": "text/plain" }).end("ok");

/**
 * Starts the server on a free loopback port.
 * @param handler default: 200 and "ok" to everything
 */
export async function startUpstream(handler: Handler = ok): Promise<Upstream> {
  const requests: Recorded[] = [];
  let answer = handler;
  const server = createServer((message, response) => {
    const chunks: Buffer[] = [];
    message.on("data", (chunk: Buffer) => chunks.push(chunk));
    message.on("end", () => {
      const { method = "", url: path = "", headers, rawHeaders, trailers } = message;
      const request = { method, path, headers, rawHeaders, body: Buffer.concat(chunks).toString(), trailers };
      requests.push(request);
      Promise.resolve(answer(request, response)).catch((error: unknown) => response.destroy(error as Error));
    });
  });
  server.keepAliveTimeout = 0;
  server.requestTimeout = 0;
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const { port } = server.address() as AddressInfo;
  const stop = untilTheEnd(async () => {
    server.closeAllConnections();
    await new Promise((done) => server.close(done));
  });
  return { url: `http://127.0.0.1:${port}`, port, requests, respond: (next) => void (answer = next), stop };
}
