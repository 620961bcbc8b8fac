/** The store against a model, worker after worker; and what must hold whatever workers do at the same time. */
import { beforeAll, describe, expect, test } from "vitest";
import { Random } from "../xml/support/random.ts";
import { bytesIn, keysOf, unaccounted } from "./support/directories.ts";
import { SharedMap } from "./support/shared_map.ts";
import { StoreModel } from "./support/store_model.ts";
import type { Key } from "./support/store_worker.ts";
import { StoreWorker } from "./support/store_worker.ts";
import { StoreRace } from "./support/store_race.ts";
import { compileWorker, finish } from "./support/worker.ts";

let module: WebAssembly.Module;
beforeAll(async () => {
  module = await compileWorker();
});

function workersOf(count: number, map: SharedMap, maxEntry: number, maxBytes: number): StoreWorker[] {
  return Array.from({ length: count }, () => {
    const worker = new StoreWorker(module, map);
    worker.wasm.open(maxEntry, maxBytes);
    return worker;
  });
}

describe("the store is what its model is, one operation after the other by any worker", () => {
  const sizes = [
    { maxEntry: 2000, maxBytes: 20_000 },
    { maxEntry: 500, maxBytes: 200_000 },
    { maxEntry: 4000, maxBytes: 300_000 },
    { maxEntry: 100, maxBytes: 2_500 },
    { maxEntry: 100, maxBytes: 1_000 },
    { maxEntry: 100_000, maxBytes: 50_000 },
  ];
  test.each(sizes)("entries up to $maxEntry of $maxBytes bytes", ({ maxEntry, maxBytes }) => {
    const random = new Random(maxEntry + maxBytes);
    const map = new SharedMap();
    const workers = workersOf(3, map, maxEntry, maxBytes);
    const model = new StoreModel(maxEntry, maxBytes);
    const keys = keysOf(random, 300);
    let now = 1_790_000_000_000;
    let hits = 0;
    let balance = 0;
    for (let i = 0; i < 3000; i++) {
      now += 1200 + random.below(3000);
      const worker = random.pick(workers);
      // Some keys are used much more often than others.
      const key = keys[random.once(2) ? random.below(20) : random.below(keys.length)]!;
      const operation = random.below(100);
      if (operation < 55) {
        const expected = model.find(key, now);
        expect(finish(worker.find(key, now))).toEqual(expected);
        if (expected) hits++;
      } else if (operation < 97) {
        const size = random.once(5) ? random.below(maxEntry + 20) : random.below(Math.min(maxEntry, 400));
        const payload = Buffer.alloc(size, `${i}.`);
        const expires = now - 2 + random.below(600_000);
        const outcome = finish(worker.put(key, payload, expires, now));
        expect(outcome.stored).toBe(model.put(key, payload, expires, now));
        balance += outcome.delta;
      } else {
        model.remove(key);
        balance += finish(worker.remove(key)).delta;
      }
      expect(map.bytes).toBeLessThanOrEqual(maxBytes);
    }
    expect(balance).toBe(bytesIn(map));
    if (model.budget > 400) expect(hits).toBeGreaterThan(100);
  });

  test("clear takes everything out, and gives its bytes back", () => {
    const random = new Random(1);
    const map = new SharedMap();
    const [worker] = workersOf(1, map, 1000, 400_000);
    const keys = keysOf(random, 400);
    let balance = 0;
    for (const key of keys) balance += finish(worker!.put(key, Buffer.alloc(200), 1e6, 5)).delta;
    expect(balance).toBeGreaterThan(40_000);
    expect(finish(worker!.clear())).toBe(-balance);
    expect(bytesIn(map)).toBe(0);
    for (const key of keys) expect(finish(worker!.find(key, 10))).toBeNull();
  });
});

describe("whatever several workers do between each other's calls of the host", () => {
  const seeds = Array.from({ length: 12 }, (_, i) => i + 1);
  test.each(seeds)("no value is another's, late, cut or taken back, and none is counted twice (seed %i)", (seed) => {
    const random = new Random(seed);
    const map = new SharedMap();
    const [maxEntry, maxBytes] = random.pick([
      [6_000, 20_000],
      [1_500, 9_000],
      [600, 4_500],
      [8_000, 160_000],
    ] as const);
    const race = new StoreRace(random, map, workersOf(2 + random.below(4), map, maxEntry, maxBytes), maxEntry);
    race.watch(() => {
      if (map.bytes > maxBytes) throw new Error(`${map.bytes} of ${maxBytes} bytes`);
      const over = unaccounted(map);
      if (over.length > 0) throw new Error(`more than the directory says: ${over.join()}`);
    });
    race.run(30_000);
    expect(race.hits).toBeGreaterThan(150);
    expect(race.balance).toBe(bytesIn(map));
    // When they are done, it works as if nothing had been.
    const [worker] = race.workers;
    const key = keysOf(random, 1)[0]!;
    expect(finish(worker!.put(key, Buffer.from("last"), race.now + 1e6, race.now)).stored).toBe(true);
    expect(finish(worker!.find(key, race.now))?.payload.toString()).toBe("last");
  });
});

describe("a store that nobody used before", () => {
  test.each([1, 2, 3, 4])("is begun by several workers at once (seed %i)", (seed) => {
    const random = new Random(seed);
    for (let round = 0; round < 25; round++) {
      const map = new SharedMap();
      const race = new StoreRace(random, map, workersOf(4, map, 6_000, 20_000), 6_000);
      race.watch(() => expect(unaccounted(map)).toEqual([]));
      race.run(400);
      expect(race.balance).toBe(bytesIn(map));
    }
  });
});

describe("damaged values", () => {
  test.each([1, 2, 3, 4])("are a miss, and the store recovers (seed %i)", (seed) => {
    const random = new Random(seed);
    const map = new SharedMap();
    const [worker] = workersOf(1, map, 1000, 12_000);
    const keys = keysOf(random, 30);
    const payloadOf = (key: Key): Buffer => Buffer.from(`payload of ${key.bytes.toString("hex")}`);
    let hits = 0;
    for (let i = 0; i < 3000; i++) {
      const key = random.pick(keys);
      if (random.once(3)) finish(worker!.put(key, payloadOf(key), 1e9, i));
      const found = finish(worker!.find(key, i));
      if (found) {
        expect(found.payload).toEqual(payloadOf(key));
        hits++;
      }
      if (random.once(4)) damage(random, map);
    }
    expect(hits).toBeGreaterThan(100);
    expect(map.values.size).toBeLessThan(200);
  });

  const cut = new Set<string>();

  /** Spoils one value, but for the payloads themselves. */
  function damage(random: Random, map: SharedMap): void {
    if (map.values.size === 0) return;
    const name = random.pick([...map.values.keys()]);
    const { value } = map.get(name)!;
    const other = map.get(random.pick([...map.values.keys()]))!.value;
    const spoilt = Buffer.from(value);
    const payloadAt = name.startsWith("caldav/b") ? value.length : 24 + 8;
    const kind = random.below(6);
    if (kind === 0) {
      // Not to be filled up with other bytes again: nothing but a checksum would see that.
      cut.add(name);
      map.set(name, spoilt.subarray(0, random.below(value.length + 1)), 0);
    } else if (kind === 1 && !cut.has(name)) map.set(name, Buffer.concat([spoilt, Buffer.alloc(random.below(30))]), 0);
    else if (kind === 2) map.set(name, Buffer.from(other), 0);
    else if (kind === 3) map.set(name, Buffer.from(spoilt.map(() => random.below(256))), 0);
    else {
      const places = Math.min(payloadAt, value.length);
      if (places > 0) spoilt[random.below(places)] = random.pick([0, 1, 127, 128, 255]);
      map.set(name, spoilt, 0);
    }
  }
});
