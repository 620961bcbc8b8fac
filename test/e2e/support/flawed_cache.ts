/** A caching proxy in front of the one under test: right, or wrong in one way, to see that the checker would notice. */
import {
  Agent,
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  request as send,
  type ServerResponse,
} from "node:http";
import type { AddressInfo } from "node:net";
import { untilTheEnd } from "./cleanup.ts";
import { ownerOf, splitPath } from "./calendar_model.ts";
import { type Reply } from "./observed.ts";

/** The mistakes that caches make. */
export const flaws = {
  none: "is right",
  "ignores writes": "keeps what it has, whatever is written",
  "keeps racing reads": "keeps a read that began before a write ended",
  "serves while writing": "empties when a write is answered, not when it begins",
  "trusts failures": "takes a write that failed for one that did nothing",
  "trusts silence": "takes a write without an answer for one that is over",
  "forgets the destination": "empties the source of a MOVE or COPY only",
  "forgets the home": "keeps the listing of the home when a calendar in it changes",
  "mixes people": "gives one person's answer to another",
  "ignores the body": "gives the answer to one REPORT or PROPFIND for another",
  "joins old reads": "lets a read wait for an equal one that began before a write ended",
  "knows half": "is one of two, and a write empties only the one that it came through",
} as const;

export type Flaw = keyof typeof flaws;

export interface FlawedCache {
  url: string;
  stop(): Promise<void>;
}

/** How long after a write without an answer its effect may still come, in ms. */
const UNCERTAIN = 400;

/** One calendar, or the listing of a home: each write makes a new generation of it. */
interface Shelf {
  generation: number;
  running: number;
  quietFrom: number;
  answers: Map<string, { generation: number; since: number; reply: Reply }>;
  underWay: Map<string, { generation: number; reply: Promise<Reply> }>;
}

/**
 * Starts the cache on a free loopback port.
 * @param target the proxy behind it
 * @param lifetime how long an answer is kept at most, in ms
 */
export async function startFlawedCache(target: string, flaw: Flaw, lifetime = Infinity): Promise<FlawedCache> {
  const cache = new Cache(target, flaw, lifetime);
  const server = createServer((message, response) => {
    const chunks: Buffer[] = [];
    message.on("data", (chunk: Buffer) => chunks.push(chunk));
    message.on("end", () => {
      const isRead = ["GET", "HEAD", "PROPFIND", "REPORT"].includes(message.method ?? "");
      const body = Buffer.concat(chunks).toString();
      void (isRead ? cache.read(message, body) : cache.write(message, body)).then((reply) => answer(reply, response));
    });
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const stop = untilTheEnd(async () => {
    cache.close();
    server.closeAllConnections();
    await new Promise((done) => server.close(done));
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, stop };
}

class Cache {
  private readonly shelves = new Map<string, Shelf>();
  private readonly agent = new Agent({ keepAlive: true, maxSockets: 32 });

  constructor(
    private readonly target: string,
    private readonly flaw: Flaw,
    private readonly lifetime: number,
  ) {}

  /** A read, from the shelf when it is there. */
  async read(message: IncomingMessage, body: string): Promise<Reply> {
    const { flaw } = this;
    const { method, url = "", headers } = message;
    const { calendar } = splitPath(url);
    const shelf = this.shelf(message, calendar === `${url}/` ? url : calendar);
    const person = flaw === "mixes people" ? "" : headers["x-caldav-user"];
    const asked = flaw === "ignores the body" ? "" : body;
    const key = JSON.stringify([person, method, url, headers.depth, headers["if-none-match"], headers.range, asked]);
    const kept = shelf.answers.get(key);
    const isFresh = kept !== undefined && performance.now() - kept.since < this.lifetime;
    if (isFresh && this.isQuiet(shelf) && this.isCurrent(kept, shelf)) return kept.reply;
    const ahead = shelf.underWay.get(key);
    if (ahead && (flaw === "joins old reads" || (this.isQuiet(shelf) && this.isCurrent(ahead, shelf))))
      return ahead.reply;
    const pending = { generation: shelf.generation, reply: this.forward(message, body) };
    const since = performance.now();
    shelf.underWay.set(key, pending);
    const reply = await pending.reply;
    if (shelf.underWay.get(key) === pending) shelf.underWay.delete(key);
    const isSafe = flaw === "keeps racing reads" || this.isCurrent(pending, shelf);
    if ((reply.status === 200 || reply.status === 207) && this.isQuiet(shelf) && isSafe)
      shelf.answers.set(key, { generation: shelf.generation, since, reply });
    return reply;
  }

  async write(message: IncomingMessage, body: string): Promise<Reply> {
    const { flaw } = this;
    const { url = "", headers } = message;
    const to = headers.destination === undefined ? url : new URL(String(headers.destination)).pathname;
    const places = flaw === "forgets the destination" ? [url] : [url, to];
    const touched = places.flatMap((path) => [
      splitPath(path).calendar,
      ...(flaw === "forgets the home" ? [] : [`/${ownerOf(path)}/`]),
    ]);
    const shelves = [...new Set(touched)].map((place) => this.shelf(message, place));
    const isLate = flaw === "serves while writing" || flaw === "trusts failures";
    for (const shelf of shelves) {
      shelf.running++;
      if (!isLate) shelf.generation++;
    }
    const reply = await this.forward(message, body);
    const isLost = reply.status === 0 || [502, 503, 504].includes(reply.status);
    for (const shelf of shelves) {
      shelf.running--;
      if (flaw === "trusts failures" && (reply.status === 0 || reply.status >= 400)) continue;
      shelf.generation++;
      if (isLost && flaw !== "trusts silence") shelf.quietFrom = performance.now() + UNCERTAIN;
    }
    return reply;
  }

  close(): void {
    this.agent.destroy();
  }

  private shelf({ socket }: IncomingMessage, place: string): Shelf {
    // Linux gives even ports only.
    const half = this.flaw === "knows half" ? ((socket.remotePort ?? 0) >> 1) % 2 : 0;
    const key = `${half} ${place}`;
    const fresh = { generation: 0, running: 0, quietFrom: 0, answers: new Map(), underWay: new Map() };
    const shelf = this.shelves.get(key) ?? fresh;
    this.shelves.set(key, shelf);
    return shelf;
  }

  /** No write is under way, or may be. */
  private isQuiet({ running, quietFrom }: Shelf): boolean {
    if (this.flaw === "ignores writes") return true;
    return (running === 0 || this.flaw === "serves while writing") && performance.now() >= quietFrom;
  }

  private isCurrent({ generation }: { generation: number }, shelf: Shelf): boolean {
    return generation === shelf.generation || this.flaw === "ignores writes";
  }

  private forward({ method, url, headers }: IncomingMessage, body: string): Promise<Reply> {
    return new Promise((done) => {
      const failed = () => done({ status: 0, headers: {}, body: "" });
      const options = { method, headers: without(headers, "connection"), agent: this.agent };
      const outgoing = send(this.target + url, options, (incoming) => {
        const chunks: Buffer[] = [];
        incoming.on("data", (chunk: Buffer) => chunks.push(chunk));
        incoming.on("error", failed);
        incoming.on("end", () =>
          done({ status: incoming.statusCode ?? 0, headers: incoming.headers, body: Buffer.concat(chunks).toString() }),
        );
      });
      outgoing.on("error", failed);
      outgoing.end(body);
    });
  }
}

function answer({ status, headers, body }: Reply, response: ServerResponse): void {
  if (status === 0) return void response.destroy();
  const silent = status === 204 || status === 304 || response.req.method === "HEAD";
  response.writeHead(status, without(headers, "connection", "transfer-encoding", "content-length"));
  response.end(silent ? undefined : body);
}

function without(headers: IncomingHttpHeaders, ...names: string[]): IncomingHttpHeaders {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !names.includes(name)));
}
