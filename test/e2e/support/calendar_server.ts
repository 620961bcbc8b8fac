/** The model as an HTTP server that delays, fails and cuts, and knows when it did what. */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { XMLParser } from "fast-xml-parser";
import { untilTheEnd } from "./cleanup.ts";
import { type History, ownerOf, type Write } from "./calendar_model.ts";
import { answerTo, type Query, render } from "./calendar_reads.ts";
import { Random } from "./random.ts";

/** What happens to a request. "late" is a connection that ends before the request is applied all the same. */
export type Fault =
  "none" | "500 before" | "500 after" | "503 before" | "503 after" | "reset before" | "reset after" | "cut" | "late";

export interface Trouble {
  seed: number;
  /** How often a fault hits a read, by weight. */
  reads: Partial<Record<Fault, number>>;
  /** The same for writes, but those that touch only `frail` owners. */
  writes: Partial<Record<Fault, number>>;
  frailWrites: Partial<Record<Fault, number>>;
  frail: string[];
  /** The longest delay before a request is applied, and between that and the answer, in ms; most are short. */
  delay: number;
}

/** What became of one request, by its `x-step`. */
export interface Applied {
  /** When it was applied (performance.now, ms), if it was. */
  at?: number;
  /** Whether it changed anything. */
  changed: boolean;
  fault: Fault;
}

export interface ModelServer {
  url: string;
  /** By the header x-step; the proxy's own requests have none. */
  log: Map<string, Applied>;
  /** How many requests came, with or without a step. */
  count(): number;
}

/** Starts the server on a free loopback port. Who asks is in `x-remote-user`. */
export async function startCalendarServer(history: History, trouble: Trouble): Promise<ModelServer> {
  const log = new Map<string, Applied>();
  let count = 0;
  const server = createServer((message, response) => {
    const chunks: Buffer[] = [];
    message.on("data", (chunk: Buffer) => chunks.push(chunk));
    message.on("error", () => response.destroy());
    message.on("end", () => {
      const step = message.headers["x-step"];
      const random = new Random(trouble.seed, ++count && step ? Math.round(Number(step) * 10) : -count);
      const body = Buffer.concat(chunks).toString();
      handle(message, body, response, { history, trouble, log, random }).catch((error: unknown) => {
        console.error(error);
        response.destroy();
      });
    });
  });
  server.keepAliveTimeout = 0;
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  untilTheEnd(async () => {
    server.closeAllConnections();
    await new Promise((done) => server.close(done));
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, log, count: () => count };
}

interface Context {
  history: History;
  trouble: Trouble;
  log: Map<string, Applied>;
  random: Random;
}

async function handle(message: IncomingMessage, body: string, response: ServerResponse, context: Context) {
  const { history, trouble, log, random } = context;
  const write = writeOf(message, body);
  const query = write ? undefined : queryOf(message, body);
  if (!write && !query) return void response.writeHead(501).end();
  const touched = write ? [write.path, "to" in write ? write.to : write.path] : [];
  const frail = touched.every((path) => trouble.frail.includes(ownerOf(path)));
  const fault = random.weighted<Fault>(!write ? trouble.reads : frail ? trouble.frailWrites : trouble.writes);
  const applied: Applied = { changed: false, fault };
  const step = message.headers["x-step"];
  if (typeof step === "string") log.set(step, applied);
  await delay(random, trouble.delay);
  if (fault === "500 before" || fault === "503 before") return refuse(response, fault);
  if (fault === "reset before") return void response.destroy();
  if (fault === "late") {
    response.destroy();
    await sleep(random.below(5 * trouble.delay));
  }
  applied.at = performance.now();
  const person = String(message.headers["x-remote-user"]);
  let status: number;
  let headers: Record<string, string> = {};
  let content = { type: "text/plain", body: "" };
  if (write) ({ status, changed: applied.changed } = history.write(write, applied.at));
  else {
    const answer = answerTo(query as Query, history.present, history, person);
    status = answer.status;
    if (answer.etag !== undefined) headers = { etag: answer.etag };
    content = render(answer);
  }
  if (status === 207 && write) content = proppatched(write.path);
  await delay(random, trouble.delay);
  if (fault === "500 after" || fault === "503 after") return refuse(response, fault);
  if (fault === "reset after") return void response.destroy();
  const bytes = Buffer.from(content.body);
  if (bytes.length > 0) headers["content-type"] = content.type;
  const silent = status === 204 || status === 304 || message.method === "HEAD";
  if (!silent && random.chance(0.5)) headers["content-length"] = String(bytes.length);
  response.writeHead(status, headers);
  if (silent) return void response.end();
  const middle = Math.max(1, random.below(bytes.length));
  response.write(bytes.subarray(0, middle));
  if (random.chance(0.2)) await delay(random, trouble.delay);
  if (fault === "cut") return void response.destroy();
  response.end(bytes.subarray(middle));
}

/** Mostly none or short, now and then as long as may be. */
async function delay(random: Random, longest: number): Promise<void> {
  const kind = random.next();
  if (kind < 0.4) return;
  await sleep(kind < 0.9 ? random.below(longest / 6) : random.below(longest));
}

function refuse(response: ServerResponse, fault: Fault): void {
  response.writeHead(Number(fault.slice(0, 3)), { "content-type": "text/plain" }).end("in trouble");
}

function proppatched(path: string) {
  const propstat = "<propstat><prop><displayname/></prop><status>HTTP/1.1 200 OK</status></propstat>";
  const response = `<response><href>${path}</href>${propstat}</response>`;
  return { type: "application/xml", body: `<multistatus xmlns="DAV:">${response}</multistatus>` };
}

const parser = new XMLParser({ removeNSPrefix: true, parseTagValue: false, ignoreAttributes: true });

function writeOf({ method, url: path = "", headers }: IncomingMessage, body: string): Write | undefined {
  switch (method) {
    case "PUT":
      return { kind: "put", path, text: body, ifMatch: headers["if-match"], ifNoneMatch: headers["if-none-match"] };
    case "DELETE":
      return { kind: "delete", path };
    case "MOVE":
    case "COPY": {
      const to = new URL(String(headers.destination), "http://any").pathname;
      return { kind: method === "MOVE" ? "move" : "copy", path, to, overwrite: headers.overwrite !== "F" };
    }
    case "MKCALENDAR":
      return { kind: "mkcalendar", path };
    case "PROPPATCH":
      return { kind: "proppatch", path, displayname: /displayname[^>]*>([^<]*)</.exec(body)?.[1] ?? "" };
    default:
      return undefined;
  }
}

/* eslint-disable-next-line @typescript-eslint/no-explicit-any -- the parser's trees have no types. */
type Tree = any;

function queryOf({ method, url: path = "", headers }: IncomingMessage, body: string): Query | undefined {
  if (method === "GET" || method === "HEAD")
    return { kind: method === "GET" ? "get" : "head", path, ifNoneMatch: headers["if-none-match"] };
  if (method !== "PROPFIND" && method !== "REPORT") return undefined;
  const tree: Tree = parser.parse(body);
  const kind = Object.keys(tree).find((name) => !name.startsWith("?")) ?? "propfind";
  const root: Tree = tree[kind] || {};
  const props = Object.keys(root.prop || {});
  if (method === "PROPFIND") return { kind: "propfind", path, depth: headers.depth === "0" ? "0" : "1", props };
  switch (kind) {
    case "calendar-query":
      return { kind, path, props, component: body.includes('"VFREEBUSY"') ? "VFREEBUSY" : undefined };
    case "calendar-multiget":
      return { kind, path, props, hrefs: [root.href ?? []].flat() };
    case "sync-collection":
      return { kind, path, props, token: root["sync-token"] ?? "" };
    case "free-busy-query":
      return { kind, path };
    default:
      return undefined;
  }
}
