/**
 * One table of cases runs in two rings: the built filter in the emulated host (test/host/cases.test.ts), and in a real
 * Envoy (test/e2e/cases.test.ts). A case is data only and says what is seen from outside, so both must agree.
 */
import type { Json } from "../host/emulator/struct.ts";

/** Names and values; an array of pairs may repeat a name. */
export type Headers = Record<string, string> | [string, string][];

/** What a text is to be: just this, something like this, with and without some parts, or absent (null). */
export type Match = string | RegExp | { has?: string[]; lacks?: string[] } | null;

/** A request as a client sends it, over HTTP/1.1. */
export interface Request {
  /** Default GET. */
  method?: string;
  /** The request target, exactly as sent. */
  path: string;
  headers?: Headers;
  /** Sent at once, with a Content-Length. */
  body?: string;
  /** Sent piece by piece, without a Content-Length. */
  chunks?: string[];
  trailers?: Record<string, string>;
}

/** An answer of the CalDAV server. */
export interface Reply {
  /** Default 200. */
  status?: number;
  headers?: Headers;
  body?: string;
  /** Sent piece by piece, without a Content-Length. */
  chunks?: string[];
  trailers?: Record<string, string>;
  /** Breaks the connection: instead of an answer, or after the last of `chunks`. */
  reset?: "before headers" | "after chunks";
}

/** What the server does with some requests, clients' and the filter's own alike. The first rule that fits counts; without one: 404. */
export interface Rule {
  /** Default any. */
  method?: string;
  /** Default any. */
  path?: string | RegExp;
  /** Default any. */
  headers?: Record<string, Match>;
  reply: Reply;
}

/** A request that is to reach the server. What is not named may be anything. */
export interface ExpectedRequest {
  method?: string;
  path?: string;
  headers?: Record<string, Match>;
  body?: Match;
}

/** What is to come of a request. What is not named may be anything, except that the filter must not crash and lengths must be right. */
export interface Expectation {
  status?: number;
  headers?: Record<string, Match>;
  body?: Match;
  trailers?: Record<string, Match>;
  /** The connection is cut before the response is complete; then nothing else of it is looked at. */
  reset?: true;
  /** All requests that reach the server, in order; [] for none. */
  upstream?: ExpectedRequest[];
  /** What the filter tells the access log, by the names that it uses. */
  filterState?: Record<string, Match>;
}

export interface Step {
  request: Request;
  /** What the server does during this step; in front of the case's own rules. A single reply is for every request. */
  upstream?: Reply | Rule[];
  expect: Expectation;
  /** Time that passes before it, in ms. */
  after?: number;
}

export interface Case {
  /** A sentence. */
  name: string;
  /** The filter's configuration: an object goes as a Struct, a text as it is. */
  config: Json;
  /** Faults that are named when the configuration is refused; then there are no steps. */
  refused?: Match;
  /** Dynamic metadata as an earlier filter leaves it, by the filter's name. */
  metadata?: Record<string, { [name: string]: Json }>;
  /** What the server does in every step. */
  upstream?: Reply | Rule[];
  steps?: Step[];
  /** A ring that cannot play it, and why. */
  except?: { ring: "emulator" | "envoy"; why: string };
}

/** What came of a step, in either ring. */
export interface Outcome {
  status: number;
  headers: Record<string, string>;
  body: string;
  trailers: Record<string, string>;
  reset: boolean;
  upstream: { method: string; path: string; headers: Record<string, string>; body: string }[];
  filterState: Record<string, string>;
  /** What must never be: a crash, a wrong length, an exchange that hangs. */
  faults: string[];
}

/** The reply of the first rule that fits a request. */
export function replyTo(
  request: { method: string; path: string; headers: Record<string, string> },
  ...rules: (Reply | Rule[] | undefined)[]
): Reply {
  const flat = rules.flatMap((entry): Rule[] =>
    entry === undefined ? [] : Array.isArray(entry) ? entry : [{ reply: entry }],
  );
  const fitting = flat.find(
    ({ method, path, headers }) =>
      (method === undefined || method === request.method) &&
      (path === undefined || (typeof path === "string" ? path === request.path : path.test(request.path))) &&
      differences("", headers ?? {}, request.headers).length === 0,
  );
  return fitting?.reply ?? { status: 404, headers: { "content-type": "text/plain" }, body: "no rule of the case fits" };
}

/** What of an outcome is not as expected, one line each. */
export function check(expected: Expectation, outcome: Outcome): string[] {
  if (expected.reset) return outcome.reset ? outcome.faults : ["reset: expected, but the response was complete"];
  const wrong = [...outcome.faults, ...(outcome.reset ? ["the connection was cut"] : [])];
  if (expected.status !== undefined && expected.status !== outcome.status)
    wrong.push(`status: expected ${expected.status}, got ${outcome.status}`);
  wrong.push(...differences("header ", expected.headers ?? {}, outcome.headers));
  wrong.push(...differences("trailer ", expected.trailers ?? {}, outcome.trailers));
  wrong.push(...differences("filter state ", expected.filterState ?? {}, outcome.filterState));
  if (expected.body !== undefined) wrong.push(...differences("", { body: expected.body }, { body: outcome.body }));
  if (expected.upstream) {
    if (expected.upstream.length !== outcome.upstream.length) {
      const got = outcome.upstream.map(({ method, path }) => `${method} ${path}`).join(", ");
      wrong.push(
        `requests to the server: expected ${expected.upstream.length}, got ${outcome.upstream.length}: ${got}`,
      );
    }
    expected.upstream.forEach((request, i) => wrong.push(...requestDifferences(i, request, outcome.upstream[i])));
  }
  return wrong;
}

function requestDifferences(
  at: number,
  expected: ExpectedRequest,
  got: Outcome["upstream"][number] | undefined,
): string[] {
  if (!got) return [];
  const { headers = {}, ...rest } = expected;
  const where = `request ${at + 1} to the server: `;
  const { method, path, body } = got;
  return [...differences(where, rest, { method, path, body }), ...differences(`${where}header `, headers, got.headers)];
}

function differences(
  where: string,
  expected: Record<string, Match | undefined>,
  got: Record<string, string>,
): string[] {
  return Object.entries(expected)
    .filter(([name, match]) => match !== undefined && !fits(match, got[name.toLowerCase()] ?? got[name]))
    .map(
      ([name, match]) =>
        `${where}${name}: expected ${describe(match)}, got ${JSON.stringify(got[name.toLowerCase()] ?? got[name])}`,
    );
}

function fits(match: Match, text: string | undefined): boolean {
  if (match === null || text === undefined) return match === null && text === undefined;
  if (typeof match === "string") return match === text;
  if (match instanceof RegExp) return match.test(text);
  return (
    (match.has ?? []).every((part) => text.includes(part)) && !(match.lacks ?? []).some((part) => text.includes(part))
  );
}

function describe(match: Match | undefined): string {
  return match instanceof RegExp ? String(match) : JSON.stringify(match);
}
