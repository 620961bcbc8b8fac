import type { Random } from "../../xml/support/random.ts";
import type { GenerationsWorker, Place } from "./generations_worker.ts";
import type { Write } from "./oracle.ts";
import { nameOf, Oracle, touches } from "./oracle.ts";
import type { Steps } from "./worker.ts";

/** An answer that was stored, with the moment at which its read began. */
interface Answer {
  snapshot: Buffer;
  content: string;
  began: number;
}

const UNCERTAIN_MS = 120_000;
const SLOTS = 8;
/** A slot of a worker that no request uses. */
export const FREE_SLOT = SLOTS * 2;

/**
 * Requests of several workers, each with several in flight, that go on by one call of the host at a time in any order.
 * Reads go to the server, or are answered by what a read before stored; a wrong answer is an error.
 */
export class GenerationsRace {
  now = 1_790_000_000_000;
  step = 0;
  hits = 0;
  readonly oracle: Oracle;
  private readonly answers = new Map<string, Answer>();
  /** For each worker, the operation that is inside of it: the only one that may go on. */
  private readonly inside: (Steps<void> | null)[];
  private readonly flights: (Steps<void> | null)[][];

  constructor(
    private readonly random: Random,
    readonly workers: GenerationsWorker[],
    private readonly places: Place[],
    /** How fast the time goes by, in ms a step. */
    private readonly pace: number,
    private readonly everyone: number,
  ) {
    this.oracle = new Oracle(places);
    this.inside = workers.map(() => null);
    this.flights = workers.map(() => Array.from({ length: SLOTS }, () => null));
  }

  /** Runs until the end of `steps`, and then until everything in flight has landed. */
  run(steps: number): void {
    const until = this.step + steps;
    while (this.step < until || this.flights.some((slots) => slots.some((flight) => flight !== null))) {
      this.step++;
      this.now += this.random.below(2 * this.pace + 1);
      const at = this.random.below(this.workers.length);
      const slots = this.flights[at]!;
      let slot = this.random.below(SLOTS);
      const busy = this.inside[at];
      if (busy) slot = slots.indexOf(busy);
      if (slots[slot] === null && this.step >= until) continue;
      const flight = (slots[slot] ??= this.request(this.workers[at]!, at, slot));
      if (flight.next().done) slots[slot] = null;
    }
  }

  private request(worker: GenerationsWorker, at: number, slot: number): Steps<void> {
    const place = this.random.pick(this.places);
    return this.random.once(15) ? this.write(worker, at, slot, place) : this.read(worker, at, slot, place);
  }

  /** Runs something inside of the worker: until it is done, nothing else is. */
  private *within<T>(at: number, slot: number, work: Steps<T>): Steps<T> {
    while (this.inside[at]) yield;
    this.inside[at] = this.flights[at]![slot]!;
    const result = yield* work;
    this.inside[at] = null;
    return result;
  }

  /** Waits for the server, for a while. */
  private *wait(): Steps<void> {
    while (!this.random.once(4)) yield;
  }

  private *read(worker: GenerationsWorker, at: number, slot: number, place: Place): Steps<void> {
    const [before, after] = [slot, SLOTS + slot];
    const began = this.step;
    const answer = this.answers.get(nameOf(place));
    yield* this.within(at, slot, worker.take(before, place, this.now));
    if (answer && worker.isSaved(before, answer.snapshot)) {
      this.hits++;
      this.judge(place, answer, began);
      return;
    }
    const read = this.step;
    yield* this.wait();
    const content = this.oracle.content(place);
    yield* this.wait();
    yield* this.within(at, slot, worker.take(after, place, this.now));
    if (worker.wasm.isSame(before, after) === 0) return;
    yield* this.wait();
    this.answers.set(nameOf(place), { snapshot: worker.save(before), content, began: read });
  }

  private *write(worker: GenerationsWorker, at: number, slot: number, place: Place): Steps<void> {
    const touchesEveryone = this.everyone > 0 && this.random.once(this.everyone);
    const write: Write = { place, touchesEveryone, begun: Infinity, ending: Infinity, ended: Infinity };
    if (!(yield* this.within(at, slot, worker.begin(slot, place, touchesEveryone, this.now)))) return;
    write.begun = this.step;
    this.oracle.writes.push(write);
    yield* this.wait();
    const isUncertain = this.random.once(12);
    if (!isUncertain || this.random.once(2)) this.oracle.apply(write, this.step);
    yield* this.wait();
    write.ending = this.step;
    const now = this.now;
    if (!(yield* this.within(at, slot, worker.end(slot, isUncertain, now)))) throw new Error("an end was not noted");
    write.ended = this.step;
    if (!isUncertain) return;
    // The server may do it, or do it again, some time later.
    while (this.now < now + UNCERTAIN_MS - 1) {
      if (this.random.once(40)) return this.oracle.apply(write, this.step);
      yield;
    }
  }

  /** An answer was served to a request that began at `began` and ends now. */
  private judge(place: Place, answer: Answer, began: number): void {
    const where = `${nameOf(place)} at step ${began}, of step ${answer.began}`;
    if (!this.oracle.held(place, answer.content, began, this.step)) throw new Error(`a stale answer: ${where}`);
    for (const write of this.oracle.writes) {
      if (!touches(write, place)) continue;
      const isUnderWay = write.begun < began && write.ending > this.step;
      if (isUnderWay) throw new Error(`an answer during a write: ${where}`);
      const hasBegun = write.begun > answer.began && write.begun < began;
      const hasEnded = write.ended > answer.began && write.ended < began;
      if (hasBegun || hasEnded) throw new Error(`an answer from before a write: ${where}`);
    }
  }
}
