import { wakeStream } from "../abi/dispatch";

/** More at once than this are not joined. */
const MAX_FLIGHTS: i32 = 256;
const MAX_WAITING: i32 = 1024;

/** One request to the server, and the streams that wait for what comes of it. */
class Flight {
  digest: u64 = 0;
  rest: u64 = 0;
  leader: u32 = 0;
  /** The leader went away before it had an answer. */
  isOrphan: bool = false;
  waiting: StaticArray<u32> = new StaticArray<u32>(0);
  since: StaticArray<i64> = new StaticArray<i64>(0);
  count: i32 = 0;
}

/**
 * Equal requests to the server that are under way at once in this VM: the first one leads, the others wait for it. One
 * that waits is woken when the leader has an answer (it then looks for itself whether it may use it), when the leader
 * gave up, or when it has waited long enough.
 */
export class Flights {
  private flights: StaticArray<Flight> = new StaticArray<Flight>(MAX_FLIGHTS);
  private count: i32 = 0;

  constructor() {
    for (let i = 0; i < MAX_FLIGHTS; i++) this.flights[i] = new Flight();
  }

  get isEmpty(): bool {
    return this.count == 0;
  }

  /**
   * Joins a request that is under way: true when the stream is to wait. `digest`: 16 bytes of what is asked; `now`: ms.
   */
  wait(digest: usize, stream: u32, now: i64): bool {
    const flight = this.find(digest);
    if (flight === null || flight.leader == stream || flight.count >= MAX_WAITING) return false;
    if (flight.count == flight.waiting.length) grow(flight);
    unchecked((flight.waiting[flight.count] = stream));
    unchecked((flight.since[flight.count] = now));
    flight.count++;
    return true;
  }

  /** Makes the stream the one that others wait for; false when it cannot be, and then nobody does. */
  lead(digest: usize, stream: u32): bool {
    if (this.count == MAX_FLIGHTS || this.find(digest) !== null) return false;
    const flight = unchecked(this.flights[this.count++]);
    flight.digest = load<u64>(digest);
    flight.rest = load<u64>(digest, 8);
    flight.leader = stream;
    flight.isOrphan = false;
    flight.count = 0;
    return true;
  }

  /**
   * The leader has its answer, or has none that others could use: wakes all that wait. The caller has to enter its own
   * stream again, since those woken act as themselves.
   */
  land(digest: usize, stream: u32): void {
    const at = this.indexOf(digest);
    if (at >= 0 && unchecked(this.flights[at]).leader == stream) this.wakeAll(at);
  }

  /** The leader is gone. Those that wait are woken at the next tick: the host is in the middle of taking it apart. */
  abandon(digest: usize, stream: u32): void {
    const flight = this.find(digest);
    if (flight === null || flight.leader != stream) return;
    if (flight.count == 0) this.remove(this.indexOf(digest));
    else flight.isOrphan = true;
  }

  /** A stream that waits is gone. */
  leave(digest: usize, stream: u32): void {
    const flight = this.find(digest);
    if (flight === null) return;
    for (let i = 0; i < flight.count; i++)
      if (unchecked(flight.waiting[i]) == stream) unchecked((flight.waiting[i] = 0));
  }

  /** Wakes who lost its leader, and who has waited since before `before` (ms). */
  tick(before: i64): void {
    for (let at = this.count - 1; at >= 0; at--) {
      if (at >= this.count) continue;
      const flight = unchecked(this.flights[at]);
      if (flight.isOrphan) this.wakeAll(at);
      else if (flight.count > 0 && unchecked(flight.since[0]) < before) this.wakeEarly(flight, before);
    }
  }

  private wakeEarly(flight: Flight, before: i64): void {
    let late = 0;
    while (late < flight.count && unchecked(flight.since[late]) < before) late++;
    const woken = new StaticArray<u32>(late);
    for (let i = 0; i < late; i++) woken[i] = unchecked(flight.waiting[i]);
    for (let i = late; i < flight.count; i++) {
      unchecked((flight.waiting[i - late] = flight.waiting[i]));
      unchecked((flight.since[i - late] = flight.since[i]));
    }
    flight.count -= late;
    for (let i = 0; i < late; i++) wakeStream(woken[i], true);
  }

  /** The flight is over before anybody is woken: who wakes may begin one of its own. */
  private wakeAll(at: i32): void {
    const flight = unchecked(this.flights[at]);
    const isOrphan = flight.isOrphan;
    const count = flight.count;
    const woken = new StaticArray<u32>(count);
    for (let i = 0; i < count; i++) woken[i] = unchecked(flight.waiting[i]);
    this.remove(at);
    for (let i = 0; i < count; i++) if (woken[i] != 0) wakeStream(woken[i], !isOrphan);
  }

  private remove(at: i32): void {
    const last = this.count - 1;
    const flight = unchecked(this.flights[at]);
    flight.count = 0;
    unchecked((this.flights[at] = this.flights[last]));
    unchecked((this.flights[last] = flight));
    this.count = last;
  }

  private find(digest: usize): Flight | null {
    const at = this.indexOf(digest);
    return at < 0 ? null : unchecked(this.flights[at]);
  }

  private indexOf(digest: usize): i32 {
    for (let i = 0; i < this.count; i++) {
      const flight = unchecked(this.flights[i]);
      if (flight.digest == load<u64>(digest) && flight.rest == load<u64>(digest, 8)) return i;
    }
    return -1;
  }
}

function grow(flight: Flight): void {
  const size = max(4, flight.count * 2);
  const waiting = new StaticArray<u32>(size);
  const since = new StaticArray<i64>(size);
  for (let i = 0; i < flight.count; i++) {
    waiting[i] = flight.waiting[i];
    since[i] = flight.since[i];
  }
  flight.waiting = waiting;
  flight.since = since;
}
