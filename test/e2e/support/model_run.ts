/** A run of the model: several people at work at once, and every answer checked. */
import { setTimeout as sleep } from "node:timers/promises";
import { AnswerChecker, type Promised } from "./answer_checker.ts";
import { type History, splitPath, type Write } from "./calendar_model.ts";
import { type Query } from "./calendar_reads.ts";
import { type ModelServer } from "./calendar_server.ts";
import { ModelClients, wireOfQuery, wireOfWrite } from "./model_client.ts";
import { observed, type Reply, tells } from "./observed.ts";
import { sightOf } from "./policy_model.ts";
import { Random } from "./random.ts";
import { frail, type Memory, randomStep } from "./random_steps.ts";

export interface RunOptions {
  /** Where the clients ask. */
  url: string;
  /** Other writers go past the proxy: how many of the writes do, from 0 to 1. Default none. */
  pastTheProxy?: number;
  seed: number;
  steps: number;
  /** Steps under way at once; default 12. */
  atOnce?: number;
  promised?: Promised;
  /** How many different events are written under a name; default as many as there are steps. */
  contents?: number;
}

export interface Outcome {
  /** The first wrong answer, and the number of its step. */
  fault?: string;
  faultAt?: number;
  /** Whole answers to reads, all of them checked; and those that failed or were cancelled. */
  reads: number;
  failedReads: number;
  /** Reads of 200, 206, 207 and 304 that the server never saw. */
  withoutServer: number;
  writes: number;
  changes: number;
  failedWrites: number;
  /** How many of which status, by kind of request. */
  statuses: Record<string, number>;
}

/** Runs the steps until they are done or an answer is wrong. */
export async function runModel(history: History, server: ModelServer, options: RunOptions): Promise<Outcome> {
  const run = new Run(history, server, options);
  return run.all();
}

/** The filter makes this answer of its own requests. */
const asksItself = (person: string, { kind, path }: Query) =>
  kind === "free-busy-query" && sightOf(person, path) === "hidden";

class Run {
  private readonly clients = new ModelClients();
  private readonly checker: AnswerChecker;
  private readonly memory: Memory;
  private readonly outcome: Outcome = {
    ...{ reads: 0, failedReads: 0, withoutServer: 0, writes: 0, changes: 0, failedWrites: 0, statuses: {} },
  };
  private step = 0;

  constructor(
    history: History,
    private readonly server: ModelServer,
    private readonly options: RunOptions,
  ) {
    this.checker = new AnswerChecker(history, options.promised);
    this.memory = { tokens: new Map(), etags: new Map(), recent: [], contents: options.contents ?? options.steps + 1 };
    server.log.clear();
  }

  async all(): Promise<Outcome> {
    const { atOnce = 12 } = this.options;
    await Promise.all(Array.from({ length: atOnce }, () => this.work()));
    this.clients.close();
    return this.outcome;
  }

  private async work(): Promise<void> {
    const { seed, steps } = this.options;
    while (this.step < steps && this.outcome.fault === undefined) {
      const number = ++this.step;
      const random = new Random(seed, number);
      const step = randomStep(random, number, this.memory);
      if ("reads" in step)
        await Promise.all(step.reads.map(({ person, query }, at) => this.read(number, at, person, query, random)));
      else {
        const { person, write, around } = step;
        const [first] = around;
        // What is read before is what a cache may keep too long.
        if (first && random.chance(0.5))
          await this.read(number, around.length, first.read.person, first.read.query, random);
        const later = around.map(({ read, after }, at) =>
          sleep(after).then(() => this.read(number, at, read.person, read.query, random)),
        );
        await Promise.all([this.write(number, person, write, random), ...later]);
      }
      if (random.chance(0.1)) await sleep(random.below(5));
    }
  }

  private async read(number: number, at: number, person: string, query: Query, random: Random): Promise<void> {
    const { outcome, memory } = this;
    const step = `${number}.${at}`;
    const wire = wireOfQuery(query, random);
    wire.headers["x-step"] = step;
    wire.headers["x-caldav-user"] = person;
    if (random.chance(0.03)) wire.headers["cache-control"] = random.pick(["no-cache", "max-age=0", "no-store"]);
    const cancel = random.chance(0.02) ? random.below(12) : undefined;
    const begun = performance.now();
    const reply = await this.clients.ask(this.options.url, person, wire, cancel);
    const ended = performance.now();
    this.count(query.kind, reply);
    if (reply.status === -1) return this.fail(number, `step ${step}: no answer to ${JSON.stringify(query)}`);
    if (!tells(reply)) return void outcome.failedReads++;
    outcome.reads++;
    if ([200, 206, 207, 304].includes(reply.status) && !this.server.log.has(step) && !asksItself(person, query))
      outcome.withoutServer++;
    const fault = this.checker.fault({ step, person, query, begun, ended, reply });
    if (fault !== undefined) return this.fail(number, fault);
    const { etag, token } = observed(person, query, reply);
    if (etag !== undefined) memory.etags.set(`${person} ${query.path}`, etag);
    if (token !== undefined) {
      const key = `${person} ${query.path}`;
      memory.tokens.set(key, [...(memory.tokens.get(key) ?? []), token].slice(-5));
    }
  }

  private async write(number: number, person: string, write: Write, random: Random): Promise<void> {
    const { outcome, options } = this;
    const past = random.chance(options.pastTheProxy ?? 0);
    const base = past ? this.server.url : options.url;
    const wire = wireOfWrite(write, base);
    wire.headers["x-step"] = String(number);
    wire.headers[past ? "x-remote-user" : "x-caldav-user"] = person;
    const paths = [write.path, "to" in write ? write.to : write.path];
    const isFrail = paths.every((path) => path.startsWith(`/${frail}/`));
    const cancel = isFrail && random.chance(0.05) ? random.below(12) : undefined;
    const begun = performance.now();
    const reply = await this.clients.ask(base, person, wire, cancel);
    const ended = performance.now();
    this.count(write.kind, reply);
    outcome.writes++;
    if (reply.status === -1) return this.fail(number, `step ${number}: no answer to ${JSON.stringify(write)}`);
    if (!tells(reply)) return void outcome.failedWrites++;
    const { changed = false, at = 0 } = this.server.log.get(String(number)) ?? {};
    if (changed) outcome.changes++;
    if (changed !== reply.status < 300 || (changed && (at < begun || at > ended)))
      return this.fail(number, `step ${number}: ${reply.status} to a write that ${changed ? "was" : "was not"} done`);
    if (changed && !past)
      this.checker.noteWrite(
        person,
        paths.map((path) => splitPath(path).calendar),
        ended,
      );
  }

  private count(kind: string, { status }: Reply): void {
    const { statuses } = this.outcome;
    const key = `${kind} ${status}`;
    statuses[key] = (statuses[key] ?? 0) + 1;
  }

  private fail(number: number, fault: string): void {
    this.outcome.fault ??= fault;
    this.outcome.faultAt ??= number;
  }
}
