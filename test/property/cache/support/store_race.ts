import type { Random } from "../../xml/support/random.ts";
import { keysOf } from "./directories.ts";
import type { SharedMap } from "./shared_map.ts";
import type { Key, StoreWorker } from "./store_worker.ts";
import type { Steps } from "./worker.ts";

/** Something that was stored, from the moment its `put` began (in steps) until it was seen to have ended. */
interface Stored {
  key: Key;
  payload: Buffer;
  expires: number;
  began: number;
  ended: number;
}

/** Several workers, each with its operation, of which a random one goes on by one call of the host at a time. */
export class StoreRace {
  now = 1_790_000_000_000;
  hits = 0;
  balance = 0;
  private step = 0;
  private serial = 0;
  private readonly keys: Key[];
  private readonly stored: Map<string, Stored> = new Map();
  /** For each key, the last moment at which something began that ended well and put an end to what was before. */
  private readonly superseded = new Map<Key, number>();
  private check: () => void = () => undefined;

  constructor(
    private readonly random: Random,
    map: SharedMap,
    readonly workers: StoreWorker[],
    private readonly maxEntry: number,
  ) {
    this.keys = keysOf(random, 40);
    const set = map.set.bind(map);
    map.set = (key, value, cas) => {
      const done = set(key, value, cas);
      this.check();
      return done;
    };
  }

  /** Has something checked after every write. */
  watch(check: () => void): void {
    this.check = check;
  }

  run(steps: number): void {
    const running = this.workers.map(() => null as Steps<void> | null);
    while (this.step < steps || running.some((operation) => operation !== null)) {
      this.step++;
      this.now += this.random.once(3) ? this.random.below(900) : 0;
      const at = this.random.below(this.workers.length);
      // Some workers are stopped by the system for a long while, in the middle of anything.
      if (at === 0 && this.step < steps && this.step % 400 >= 100) continue;
      if (running[at] === null && this.step >= steps) continue;
      running[at] ??= this.operation(this.workers[at]!);
      if (running[at].next().done) running[at] = null;
    }
  }

  private operation(worker: StoreWorker): Steps<void> {
    const key = this.random.once(3) ? this.keys[this.random.below(3)]! : this.random.pick(this.keys);
    const kind = this.random.below(20);
    return kind < 9 ? this.find(worker, key) : kind < 19 ? this.put(worker, key) : this.remove(worker, key);
  }

  private *find(worker: StoreWorker, key: Key): Steps<void> {
    const [began, now, barrier] = [this.step, this.now, this.superseded.get(key) ?? -1];
    const found = yield* worker.find(key, now);
    if (!found) return;
    this.hits++;
    const stored = this.stored.get(found.payload.toString("latin1"));
    if (!stored) throw new Error(`step ${began}: what was found was never stored`);
    if (stored.key !== key) throw new Error(`step ${began}: what was found is another key's`);
    if (stored.expires !== found.expires || found.expires <= now) throw new Error(`step ${began}: found too late`);
    if (stored.ended < barrier) throw new Error(`step ${began}: found after it was replaced or taken out`);
  }

  private *put(worker: StoreWorker, key: Key): Steps<void> {
    const began = this.step;
    const size = !this.random.once(4) ? this.random.below(this.maxEntry) : 40 + this.random.below(200);
    const payload = Buffer.alloc(Math.max(size, 16), `${this.serial++}.`);
    payload.writeUInt32LE(this.serial, 0);
    const expires = this.now + this.random.below(100_000);
    const stored: Stored = { key, payload, expires, began, ended: Infinity };
    this.stored.set(payload.toString("latin1"), stored);
    const outcome = yield* worker.put(key, payload, expires, this.now);
    stored.ended = this.step;
    this.balance += outcome.delta;
    if (outcome.stored) this.supersede(key, began);
  }

  private *remove(worker: StoreWorker, key: Key): Steps<void> {
    const began = this.step;
    const { done, delta } = yield* worker.remove(key);
    this.balance += delta;
    if (done) this.supersede(key, began);
  }

  /** What ended before this began may not be found by who begins from now on. */
  private supersede(key: Key, began: number): void {
    this.superseded.set(key, Math.max(began, this.superseded.get(key) ?? -1));
  }
}
