/**
 * No answer is one that the server could not have given: several people read and write at once, through two workers, while the
 * server delays, fails and cuts, and every answer is compared with the states that a model of the server went through (contract,
 * section 6).
 *
 * CACHE_MODEL_SEED gives another run, CACHE_MODEL_STEPS a longer or shorter one.
 */
import { beforeAll, describe, expect, test } from "vitest";
import { History, type Tags } from "./support/calendar_model.ts";
import { type ModelServer, startCalendarServer } from "./support/calendar_server.ts";
import { type Flaw, flaws, startFlawedCache } from "./support/flawed_cache.ts";
import { startEnvoy, type TestEnvoy } from "./support/index.ts";
import { type Outcome, runModel, type RunOptions } from "./support/model_run.ts";
import { policy } from "./support/policy_model.ts";
import { firstWrites, frail } from "./support/random_steps.ts";

const seed = Number(process.env.CACHE_MODEL_SEED ?? 1);
const steps = Number(process.env.CACHE_MODEL_STEPS ?? 4000);

/** A configuration of the cache, what it promises, and how the run goes. */
interface Mode extends Partial<RunOptions> {
  cache: object;
  /** What the server makes ETags, ctags and sync-tokens of; default "counter". */
  tags?: Tags;
  /** The part of the reads that the server must not have seen, from and to. */
  hits: [number, number];
}

const off = { coherence: "off" };
const exclusive = { coherence: "exclusive" };
const validate = { coherence: "validate", validate_every: "400ms" };
const modes: Record<string, Mode> = {
  "without a cache": { cache: off, hits: [0, 0] },
  // What a calendar was it becomes again, tags and all: nothing was stored in between that then counts as right.
  "with tags that come back": { cache: off, hits: [0, 0], tags: "content", contents: 2, steps: steps / 4 },
  exclusive: { cache: exclusive, hits: [0.03, 1] },
  "exclusive, tags coming back": { cache: exclusive, hits: [0.03, 1], tags: "content", contents: 2 },
  "exclusive, with room for little": {
    cache: { ...exclusive, max_bytes: "64KiB", max_entry: "4KiB" },
    hits: [0.02, 1],
  },
  "validate, others writing past the proxy": {
    ...{ cache: validate, hits: [0.03, 1], pastTheProxy: 0.5, promised: { staleness: 400 } },
  },
  "validate, tags coming back": {
    ...{
      cache: validate,
      hits: [0.03, 1],
      pastTheProxy: 0.5,
      promised: { staleness: 400 },
      tags: "content",
      contents: 2,
    },
  },
};

const trouble = {
  seed,
  reads: { none: 96, "500 before": 1, "503 after": 1, "reset before": 1, "reset after": 1, cut: 1 },
  // Nobody can be wrong about these, for they are answered.
  writes: { none: 90, "500 before": 5, "500 after": 5 },
  frailWrites: { none: 65, "503 before": 3, "503 after": 3, "reset before": 3, "reset after": 3, cut: 3, late: 20 },
  frail: [frail],
  delay: 30,
};

async function start(cache: object, tags?: Tags): Promise<{ history: History; server: ModelServer; envoy: TestEnvoy }> {
  const history = new History(firstWrites(), tags);
  const server = await startCalendarServer(history, trouble);
  const envoy = await startEnvoy({ config: { ...policy, cache }, upstream: server.url, concurrency: 2 });
  return { history, server, envoy };
}

/** Not all may fail, or nothing was tested. */
function expectWork({ reads, failedReads, writes, changes }: Outcome) {
  expect(failedReads).toBeLessThan(reads / 4);
  expect(changes).toBeGreaterThan(writes / 3);
}

for (const [name, { cache, hits, tags, ...more }] of Object.entries(modes))
  test(`${name}, random steps by several people show nothing that was not so (seed ${seed})`, async () => {
    const { history, server, envoy } = await start(cache, tags);
    const outcome = await runModel(history, server, { url: envoy.url, seed, steps, ...more });
    console.log(
      `${name}: ${outcome.reads} reads, ${outcome.withoutServer} without the server, ${outcome.changes} writes`,
    );
    expect(outcome.fault).toBeUndefined();
    expectWork(outcome);
    const share = outcome.withoutServer / outcome.reads;
    expect(share).toBeGreaterThanOrEqual(hits[0]);
    expect(share).toBeLessThanOrEqual(hits[1]);
  });

describe("the checker", () => {
  let history: History;
  let server: ModelServer;
  let envoy: TestEnvoy;
  beforeAll(async () => ({ history, server, envoy } = await start(off)));

  /** Puts a cache between the people and the proxy. */
  async function runWith(
    flaw: Flaw,
    steps: number,
    more: Partial<RunOptions> = {},
    lifetime?: number,
  ): Promise<Outcome> {
    const cache = await startFlawedCache(envoy.url, flaw, lifetime);
    const outcome = await runModel(history, server, { url: cache.url, seed, steps, ...more });
    await cache.stop();
    return outcome;
  }
  const wrong = expect.stringContaining("what the server would not have said");

  for (const [flaw, meaning] of Object.entries(flaws) as [Flaw, string][])
    if (flaw === "none")
      test(`accepts a cache that ${meaning}`, async () => {
        const outcome = await runWith(flaw, 2000);
        expect(outcome.fault).toBeUndefined();
        expectWork(outcome);
        expect(outcome.withoutServer).toBeGreaterThan(outcome.reads / 10);
      });
    else
      test(`finds a cache that ${meaning}`, async () => {
        const outcome = await runWith(flaw, 10_000);
        expect(outcome).toMatchObject({ fault: wrong });
      });

  test("accepts answers as old as they may be, and finds older ones, while others write past the proxy", async () => {
    const lax = { pastTheProxy: 0.5, promised: { staleness: 400 } };
    const kept = await runWith("ignores writes", 2000, lax, 400);
    expect(kept.fault).toBeUndefined();
    expect(kept.withoutServer).toBeGreaterThan(kept.reads / 10);
    expect(await runWith("ignores writes", 10_000, lax, 800)).toMatchObject({ fault: wrong });
    // What others write may come late, but nobody goes back behind what they wrote themselves.
    const strict = { promised: { staleness: 400, ownWrites: true } };
    expect(await runWith("ignores writes", 10_000, strict, 400)).toMatchObject({ fault: wrong });
  });
});
