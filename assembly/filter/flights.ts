import { wakeStream } from "../abi/dispatch";
import { hangDoorbell, ring } from "../host/doorbell";

/** More at once than this are not joined. */
const MAX_FLIGHTS: i32 = 256;
const MAX_WAITING: i32 = 1024;

/** Streams that are to be woken as soon as the host calls with nothing else under way, and how. */
class Woken {
  constructor(
    public stream: u32,
    public isLast: bool,
  ) {}
}

const woken: Woken[] = [];

/** Wakes them; when the host has come to the door, or at a tick. */
export function wakeAll(): void {
  // Who is woken may have others woken: that is for the next time.
  const count = woken.length;
  for (let i = 0; i < count; i++) {
    const one = woken.shift();
    wakeStream(one.stream, one.isLast);
  }
}

function wake(stream: u32, isLast: bool): void {
  if (stream != 0) woken.push(new Woken(stream, isLast));
}

/** One request to the server, and the streams that wait for what comes of it. */
class Flight {
  digest: u64 = 0;
  rest: u64 = 0;
  leader: u32 = 0;
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
    // Each time: the root that did it last may be gone with its configuration.
    hangDoorbell();
    return true;
  }

  /** Makes the stream the one that others wait for; false when it cannot be, and then nobody does. */
  lead(digest: usize, stream: u32): bool {
    if (this.count == MAX_FLIGHTS || this.find(digest) !== null) return false;
    const flight = unchecked(this.flights[this.count++]);
    flight.digest = load<u64>(digest);
    flight.rest = load<u64>(digest, 8);
    flight.leader = stream;
    flight.count = 0;
    return true;
  }

  /** The leader has its answer, or has none that others could use, or is gone: all that wait are woken soon. */
  land(digest: usize, stream: u32, hasAnswer: bool): void {
    const at = this.indexOf(digest);
    if (at < 0 || unchecked(this.flights[at]).leader != stream) return;
    const flight = unchecked(this.flights[at]);
    // One of those whose leader went away without an answer leads next; the others may wait for it.
    for (let i = 0; i < flight.count; i++) wake(unchecked(flight.waiting[i]), hasAnswer);
    if (flight.count > 0) ring();
    this.remove(at);
  }

  /** A stream that waits is gone. */
  leave(digest: usize, stream: u32): void {
    const flight = this.find(digest);
    if (flight === null) return;
    for (let i = 0; i < flight.count; i++)
      if (unchecked(flight.waiting[i]) == stream) unchecked((flight.waiting[i] = 0));
  }

  /** Those that have waited since before `before` (ms) are woken soon. */
  tick(before: i64): void {
    for (let at = 0; at < this.count; at++) {
      const flight = unchecked(this.flights[at]);
      let late = 0;
      while (late < flight.count && unchecked(flight.since[late]) < before)
        wake(unchecked(flight.waiting[late++]), true);
      if (late == 0) continue;
      for (let i = late; i < flight.count; i++) {
        unchecked((flight.waiting[i - late] = flight.waiting[i]));
        unchecked((flight.since[i - late] = flight.since[i]));
      }
      flight.count -= late;
    }
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
