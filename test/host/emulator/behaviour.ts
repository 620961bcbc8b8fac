/**
 * Behaviours of the host: what the scripted probe (test/host/probes/scripted.ts) sees in one exchange. `recorded.json` holds
 * what a real Envoy 1.40 did; behaviours.test.ts holds the emulator to it, test/e2e/behaviours.test.ts Envoy itself.
 */
import { readFileSync } from "node:fs";
import type { Reply, Request, Rule } from "../../cases/case.ts";

/** Which Envoy it is played in. */
export type Flavour = "default" | "no hold" | "small buffer";

export interface Behaviour {
  /** A sentence. */
  name: string;
  script: string;
  /** Default: GET / */
  request?: Partial<Request>;
  /** Default: 200 with "ok", for the filter's own requests as well. */
  upstream?: Reply | Rule[];
  flavour?: Flavour;
}

/** What was seen. Of an exchange that was cut only the filter's side counts. */
export interface Seen {
  /** The lines of the probe. */
  trace: string[];
  status?: number;
  headers?: Record<string, string>;
  body?: string;
  trailers?: Record<string, string>;
  reset?: true | undefined;
  upstream: { method: string; path: string; headers: Record<string, string>; body: string }[];
}

/** The settings of a flavour, as the emulator and Envoy's configuration call them. */
export const flavours: Record<Flavour, { holdHeaders: boolean; bufferLimit: number }> = {
  default: { holdHeaders: true, bufferLimit: 1 << 20 },
  "no hold": { holdHeaders: false, bufferLimit: 1 << 20 },
  "small buffer": { holdHeaders: true, bufferLimit: 1024 },
};

/** The probe's configuration. */
export const configuration = "on_configure: level";

/** Dynamic metadata that a filter in front of the probe has set. */
export const metadata = {
  jwt: {
    payload: { sub: "alice", groups: ["a", "bb"], n: 5, ok: true, nested: { l: [1, "x"] }, nothing: null },
  },
};

const file = new URL("recorded.json", import.meta.url);

/** What Envoy did, by the behaviour's name. */
export function recorded(): Record<string, Seen> {
  return JSON.parse(readFileSync(file, "utf8")) as Record<string, Seen>;
}

/** Path of the recording. */
export const recording = file.pathname;

const VOLATILE = new Set(
  "connection date keep-alive server trailer x-envoy-upstream-service-time x-request-id host x-envoy-expected-rq-timeout-ms".split(
    " ",
  ),
);

/** Takes out what differs between two runs, and between the emulated client and server and real ones. */
export function comparable(seen: Seen): Seen {
  const headers = (fields: Record<string, string>): Record<string, string> =>
    Object.fromEntries(Object.entries(fields).filter(([name]) => !VOLATILE.has(name)));
  const upstream = seen.upstream.map((request) => ({
    ...request,
    headers: headers(request.headers),
    body: short(request.body),
  }));
  const trace = seen.trace.map(line).filter((text) => !/root on_(context|vm|configure)|» {3}level/.test(text));
  if (seen.reset) return { trace, reset: seen.reset, upstream };
  const { status, trailers } = seen;
  return { trace, status, headers: headers(seen.headers ?? {}), body: short(seen.body ?? ""), trailers, upstream };
}

function line(text: string): string {
  return text
    .slice(text.indexOf("»"))
    .replace(/x-request-id=\S+/g, "x-request-id=ID")
    .replace(/(:authority=|host = 0 )\S+/g, "$1HOST")
    .replace(/x-envoy-upstream-service-time=\d+/g, "x-envoy-upstream-service-time=N")
    .replace(/ (connection=keep-alive|trailer=\S+)/g, "");
}

function short(body: string): string {
  return body.length > 200 ? `${body.length} bytes` : body;
}
