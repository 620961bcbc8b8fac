/** Generations against an oracle that knows all that happened, whatever workers do at the same time. */
import { beforeAll, describe, expect, test } from "vitest";
import { Random } from "../xml/support/random.ts";
import { countsIn } from "./support/cells.ts";
import { FREE_SLOT, GenerationsRace } from "./support/generations_race.ts";
import type { Place } from "./support/generations_worker.ts";
import { GenerationsWorker } from "./support/generations_worker.ts";
import { SharedMap } from "./support/shared_map.ts";
import { compileWorker, finish } from "./support/worker.ts";

const EPOCH = 15 * 60_000;
const UNCERTAIN = 120_000;

let module: WebAssembly.Module;
beforeAll(async () => {
  module = await compileWorker();
});

function workersOf(count: number, map: SharedMap): GenerationsWorker[] {
  return Array.from({ length: count }, () => new GenerationsWorker(module, map));
}

const places: Place[] = ["alice", "bob"].flatMap((owner) =>
  ["work", "home", null].map((calendar) => ({ owner, calendar })),
);
const work: Place = { owner: "alice", calendar: "work" };

describe("no stored answer is served that a write touched since its read began", () => {
  const seeds = Array.from({ length: 12 }, (_, i) => i + 1);
  test.each(seeds)("whatever workers do between each other's calls of the host (seed %i)", (seed) => {
    const random = new Random(seed);
    const map = new SharedMap();
    const pace = random.pick([5, 50, 500]);
    const race = new GenerationsRace(
      random,
      workersOf(1 + random.below(4), map),
      places,
      pace,
      random.pick([0, 3, 20]),
    );
    for (let i = 0; i < 12; i++) {
      race.run(4000);
      // Nothing is in flight: every count is back, and after a while everything is quiet again.
      expect(countsIn(map)).toBe(0);
      race.now += UNCERTAIN;
      for (const place of places) expect(finish(race.workers[0]!.take(FREE_SLOT, place, race.now))).toBe(true);
    }
    expect(race.hits).toBeGreaterThan(100);
    expect(race.oracle.writes.length).toBeGreaterThan(100);
  });
});

describe("writes that begin at the same moment", () => {
  test.each([1, 2, 3, 4, 5, 6])("are all counted, from the first one on (seed %i)", (seed) => {
    const random = new Random(seed);
    for (let round = 0; round < 20; round++) {
      const map = new SharedMap();
      const workers = workersOf(4, map);
      const begins = workers.map((worker, i) => worker.begin(0, work, i % 2 === 0, 1e12 + i));
      const open = [...begins.keys()];
      while (open.length > 0) {
        const i = random.pick(open);
        const step = begins[i]!.next();
        if (!step.done) continue;
        expect(step.value).toBe(true);
        open.splice(open.indexOf(i), 1);
      }
      // Two parts in the owner's cell for each, one in everybody's for half of them.
      expect(countsIn(map)).toBe(4 * 2 + 2);
      for (const worker of workers) {
        expect(finish(workers[0]!.take(FREE_SLOT, work, 1e12 + 9))).toBe(false);
        finish(worker.end(0, false, 1e12 + 9));
      }
      expect(countsIn(map)).toBe(0);
      expect(finish(workers[0]!.take(FREE_SLOT, work, 1e12 + 9))).toBe(true);
    }
  });
});

describe("a worker that breaks down during a write", () => {
  test("keeps the calendar out of the cache for one epoch at least and two at most, whatever others write", () => {
    for (const offset of [0, 1, EPOCH / 2, EPOCH - 1]) {
      const map = new SharedMap();
      const [broken, other] = workersOf(2, map) as [GenerationsWorker, GenerationsWorker];
      const start = 2000 * EPOCH + offset;
      finish(broken.begin(0, work, false, start));
      for (let now = start; now < start + 3 * EPOCH; now += 10_000) {
        finish(other.begin(0, work, false, now));
        finish(other.end(0, false, now));
        const quiet = finish(other.take(FREE_SLOT, work, now));
        if (now < start + EPOCH) expect(quiet).toBe(false);
        if (now >= start + 2 * EPOCH) expect(quiet).toBe(true);
      }
      expect(countsIn(map)).toBe(0);
    }
  });

  test("leaves nothing valid that was stored before it", () => {
    const [broken, other] = workersOf(2, new SharedMap()) as [GenerationsWorker, GenerationsWorker];
    const start = 2000 * EPOCH + 5;
    finish(other.take(0, work, start));
    finish(broken.begin(0, work, true, start));
    expect(finish(other.take(1, work, start + EPOCH - 10))).toBe(false);
    expect(finish(other.take(1, work, start + 2 * EPOCH))).toBe(true);
    expect(other.wasm.isSame(0, 1)).toBe(0);
  });
});

describe("a write that lasts too long to be counted", () => {
  test("still changes the generation when it ends", () => {
    const [late, other] = workersOf(2, new SharedMap()) as [GenerationsWorker, GenerationsWorker];
    const end = 2002 * EPOCH + 5;
    finish(late.begin(0, work, true, end - 2 * EPOCH));
    expect(finish(other.take(0, work, end))).toBe(true);
    finish(late.end(0, false, end));
    expect(finish(other.take(1, work, end))).toBe(true);
    expect(other.wasm.isSame(0, 1)).toBe(0);
  });

  test("counts nobody else off when it ends", () => {
    const [late, other] = workersOf(2, new SharedMap()) as [GenerationsWorker, GenerationsWorker];
    const end = 2002 * EPOCH + 5;
    finish(late.begin(0, work, false, end - 2 * EPOCH));
    finish(other.begin(0, work, false, end));
    finish(late.end(0, false, end));
    expect(finish(other.take(0, work, end))).toBe(false);
    finish(other.end(0, false, end));
    expect(finish(other.take(0, work, end))).toBe(true);
    // Nor does it shorten the time in which another may still take effect.
    finish(late.begin(1, work, false, end));
    finish(other.begin(0, work, false, end + 2 * EPOCH));
    finish(other.end(0, true, end + 2 * EPOCH));
    finish(late.end(1, false, end + 2 * EPOCH));
    expect(finish(other.take(0, work, end + 2 * EPOCH + UNCERTAIN - 1))).toBe(false);
    expect(finish(other.take(0, work, end + 2 * EPOCH + UNCERTAIN))).toBe(true);
  });
});

describe("cells that cannot be used", () => {
  test("are no snapshot of nothing: a damaged one is not quiet until what may be under way has ended", () => {
    const map = new SharedMap();
    const [worker] = workersOf(1, map) as [GenerationsWorker];
    expect(finish(worker.take(0, work, 1e12))).toBe(true);
    for (const name of [...map.values.keys()]) map.set(name, Buffer.from("?"), 0);
    expect(finish(worker.take(1, work, 1e12))).toBe(false);
    expect(finish(worker.take(1, work, 1e12 + UNCERTAIN - 1))).toBe(false);
    expect(finish(worker.take(1, work, 1e12 + UNCERTAIN))).toBe(true);
  });

  test("make a write fail, and a read not quiet, where the table can be neither read nor written", () => {
    const map = new SharedMap();
    const [worker] = workersOf(1, map) as [GenerationsWorker];
    expect(finish(worker.begin(0, work, false, 1e12))).toBe(true);
    finish(worker.end(0, false, 1e12));
    map.get = () => undefined;
    expect(finish(worker.take(0, work, 1e12))).toBe(false);
    expect(finish(worker.begin(0, work, false, 1e12))).toBe(false);
    expect(finish(worker.end(0, false, 1e12))).toBe(true);
  });
});
