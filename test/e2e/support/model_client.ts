/** The requests of the model on the wire, over kept connections. */
import { Agent, request as send } from "node:http";
import { type Write } from "./calendar_model.ts";
import { type Query } from "./calendar_reads.ts";
import { type Reply } from "./observed.ts";
import { type Random } from "./random.ts";

export interface Wire {
  method: string;
  path: string;
  headers: Record<string, string>;
  body?: string;
}

const calendarType = { "content-type": "text/calendar; charset=utf-8" };
const xmlType = { "content-type": "application/xml; charset=utf-8" };

/** The same question in one of the ways in which XML can put it. */
export function wireOfQuery(query: Query, random: Random): Wire {
  const { kind, path } = query;
  if (kind === "get" || kind === "head") {
    const { ifNoneMatch, range } = query;
    const headers = {
      ...(ifNoneMatch !== undefined && { "if-none-match": ifNoneMatch }),
      ...(range && { range: `bytes=${range.join("-")}` }),
    };
    return { method: kind.toUpperCase(), path, headers };
  }
  const [dav, caldav, gap] = random.chance(0.8) ? ["D:", "C:", ""] : ["", "cal:", "\n  "];
  const prefixes: Record<string, string> = { "calendar-data": caldav, getctag: "CS:", "asked-by": "T:" };
  const element = (name: string, content: string, prefix: string = dav) =>
    `<${prefix}${name}>${content}</${prefix}${name}>`;
  const props = "props" in query ? query.props.map((name) => `<${prefixes[name] ?? dav}${name}/>`) : [];
  const prop = element("prop", gap + props.join(gap) + gap);
  const open = (name: string, prefix: string) => {
    const [d, c] = [dav, caldav].map((each) => (each === "" ? "xmlns" : `xmlns:${each.slice(0, -1)}`));
    const own = `${d}="DAV:" ${c}="urn:ietf:params:xml:ns:caldav" xmlns:T="urn:test"`;
    return `<${prefix}${name} ${own} xmlns:CS="http://calendarserver.org/ns/">${gap}`;
  };
  const whole = (name: string, prefix: string, content: string) =>
    `${open(name, prefix)}${content}${gap}</${prefix}${name}>`;
  const report = (depth: string, body: string) => ({ method: "REPORT", path, headers: { ...xmlType, depth }, body });
  switch (kind) {
    case "propfind":
      return { method: "PROPFIND", path, headers: { ...xmlType, depth: query.depth }, body: whole(kind, dav, prop) };
    case "calendar-query": {
      const filter = element("filter", `<${caldav}comp-filter name="VCALENDAR"/>`, caldav);
      return report("1", whole(kind, caldav, prop + gap + filter));
    }
    case "calendar-multiget":
      return report("1", whole(kind, caldav, prop + query.hrefs.map((href) => element("href", href)).join(gap)));
    case "sync-collection": {
      const asked = element("sync-token", query.token) + gap + element("sync-level", "1") + gap + prop;
      return report("0", whole(kind, dav, asked));
    }
    case "free-busy-query":
      return report("1", whole(kind, caldav, `<${caldav}time-range start="20260101T000000Z" end="20360101T000000Z"/>`));
  }
}

/** @param base scheme, host and port, for Destination */
export function wireOfWrite(write: Write, base: string): Wire {
  const { kind, path } = write;
  switch (kind) {
    case "put": {
      const conditions = {
        ...(write.ifMatch !== undefined && { "if-match": write.ifMatch }),
        ...(write.ifNoneMatch !== undefined && { "if-none-match": write.ifNoneMatch }),
      };
      return { method: "PUT", path, headers: { ...calendarType, ...conditions }, body: write.text };
    }
    case "delete":
    case "mkcalendar":
      return { method: kind.toUpperCase(), path, headers: {} };
    case "move":
    case "copy": {
      const headers = { destination: base + write.to, overwrite: write.overwrite ? "T" : "F" };
      return { method: kind.toUpperCase(), path, headers };
    }
    case "proppatch": {
      const set = `<D:set><D:prop><D:displayname>${write.displayname}</D:displayname></D:prop></D:set>`;
      const body = `<D:propertyupdate xmlns:D="DAV:">${set}</D:propertyupdate>`;
      return { method: "PROPPATCH", path, headers: xmlType, body };
    }
  }
}

/** How long an answer may take, in ms. */
export const PATIENCE = 20_000;

/** Clients with some connections each. */
export class ModelClients {
  private readonly agents = new Map<string, Agent>();

  /**
   * Sends a request. What fails has status 0; what takes too long, -1.
   * @param cancelAfter leaves after so many ms, if the answer is not there by then
   */
  ask(base: string, person: string, { method, path, headers, body }: Wire, cancelAfter?: number): Promise<Reply> {
    const { hostname, port } = new URL(base);
    const key = `${person} ${base}`;
    const agent = this.agents.get(key) ?? new Agent({ keepAlive: true, maxSockets: 4 });
    this.agents.set(key, agent);
    return new Promise((done) => {
      const timer = setTimeout(() => finish(-1), PATIENCE);
      const cancel = cancelAfter === undefined ? undefined : setTimeout(() => finish(0), cancelAfter);
      const finish = (status: number, fields: Reply["headers"] = {}, text = "") => {
        clearTimeout(timer);
        clearTimeout(cancel);
        if (status <= 0) outgoing.destroy();
        done({ status, headers: fields, body: text });
      };
      const length = body === undefined ? {} : { "content-length": String(Buffer.byteLength(body)) };
      const outgoing = send({ hostname, port, method, path, agent, headers: { ...headers, ...length } }, (incoming) => {
        const chunks: Buffer[] = [];
        incoming.on("data", (chunk: Buffer) => chunks.push(chunk));
        incoming.on("error", () => finish(0));
        incoming.on("end", () => {
          const status = incoming.complete ? (incoming.statusCode ?? 0) : 0;
          finish(status, incoming.headers, Buffer.concat(chunks).toString());
        });
      });
      outgoing.on("error", () => finish(0));
      outgoing.end(body);
    });
  }

  close(): void {
    for (const agent of this.agents.values()) agent.destroy();
  }
}
