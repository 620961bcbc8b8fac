import { wakeStream } from "../abi/dispatch";
import { rewind } from "../abi/memory";
import { Slice } from "../bytes/slice";
import { Claim, FlightBoard } from "../cache/flight_board";
import { openMailbox, ownMailbox, post, takeLetter } from "../host/mailbox";
import { sharedEntries } from "./shared_entries";

/** More at once than this are not joined. */
const MAX_FLIGHTS: i32 = 256;
const MAX_WAITING: i32 = 1024;
const MAX_WORKERS: i32 = 64;
/** Nobody waits for another's answer, or for a check, for longer; ms. */
const MAX_WAIT: i64 = 10_000;

/** What workers tell each other: u32 what, u32 the sender's mailbox, u32 whether there is an answer, u32 0, digest. */
namespace Letter {
  export const SIZE: i32 = 32;
  /** To oneself: there are streams to wake. */
  export const WAKE: u32 = 1;
  /** Somebody here waits for what you are asking the server. */
  export const WAITING: u32 = 2;
  /** What you wait for is there, or will not come. */
  export const LANDED: u32 = 3;
}

/** Streams that are to be woken as soon as the host calls with nothing else under way, and how. */
class Woken {
  constructor(
    public stream: u32,
    public isLast: bool,
  ) {}
}

const woken: Woken[] = [];

/** All of this VM. */
const all: Flights[] = [];
const board = new FlightBoard(sharedEntries, MAX_WAIT);
const letter = memory.data(32);
const received = new Slice();
let isWaking: bool = false;

/** Reads what other workers, or this one, have posted, and wakes who is to be woken. */
export function readMail(): void {
  while (takeLetter(received)) {
    if (received.len == Letter.SIZE) {
      const at = received.ptr;
      for (let i = 0; i < all.length; i++)
        all[i].receive(load<u32>(at), load<u32>(at, 4), load<u32>(at, 8) != 0, at + 16);
    }
    rewind();
  }
  wakeAll();
}

function send(to: u32, what: u32, hasAnswer: bool, digest: usize): bool {
  store<u32>(letter, what);
  store<u32>(letter, ownMailbox(), 4);
  store<u32>(letter, hasAnswer ? 1 : 0, 8);
  memory.copy(letter + 16, digest, 16);
  return post(to, letter, Letter.SIZE);
}

/** Has the host call once nothing else is under way; once, for however many. */
function ring(digest: usize): void {
  if (!isWaking) isWaking = send(ownMailbox(), Letter.WAKE, false, digest);
}

/** Wakes them; when the host brings mail, or at a tick. */
export function wakeAll(): void {
  isWaking = false;
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
  digest: StaticArray<u8> = new StaticArray<u8>(16);
  /** The stream that asks; 0 when another worker's does. */
  leader: u32 = 0;
  /** Other workers can see it. */
  isClaimed: bool = false;
  began: i64 = 0;
  waiting: StaticArray<u32> = new StaticArray<u32>(0);
  since: StaticArray<i64> = new StaticArray<i64>(0);
  count: i32 = 0;
  /** The mailboxes of workers where somebody waits for it. */
  workers: StaticArray<u32> = new StaticArray<u32>(0);
  workerCount: i32 = 0;

  get at(): usize {
    return changetype<usize>(this.digest);
  }
}

/**
 * Equal requests to the server that are under way at once, in all workers: the first one leads, the others wait for it.
 * One that waits is woken when the leader has an answer (it then looks for itself whether it may use it), when the
 * leader gave up, or when it has waited long enough.
 */
export class Flights {
  private flights: StaticArray<Flight> = new StaticArray<Flight>(MAX_FLIGHTS);
  private count: i32 = 0;
  /** The claim that was made last, for what leads next. */
  private isClaimed: bool = false;

  constructor() {
    for (let i = 0; i < MAX_FLIGHTS; i++) this.flights[i] = new Flight();
    all.push(this);
  }

  get isEmpty(): bool {
    return this.count == 0;
  }

  /** It is not used any more. */
  free(): void {
    for (let i = all.length - 1; i >= 0; i--) if (all[i] === this) all.splice(i, 1);
  }

  /**
   * Joins a request that is under way, in this worker or another: true when the stream is to wait. When it is not, it is
   * to `lead` or to `giveUp`. `digest`: 16 bytes of what is asked; `now`: ms.
   */
  wait(digest: usize, stream: u32, now: i64): bool {
    this.isClaimed = false;
    let at = this.indexOf(digest);
    const own = openMailbox();
    if (at < 0 && own != 0 && this.count < MAX_FLIGHTS) {
      const claim = board.claim(digest, own, now);
      this.isClaimed = claim == Claim.OWN;
      if (claim != Claim.TAKEN || !send(board.leader, Letter.WAITING, false, digest)) return false;
      at = this.begin(digest, 0, now);
    }
    if (at < 0) return false;
    const flight = unchecked(this.flights[at]);
    if (flight.leader == stream || flight.count >= MAX_WAITING) return false;
    if (flight.count == flight.waiting.length) grow(flight);
    unchecked((flight.waiting[flight.count] = stream));
    unchecked((flight.since[flight.count] = now));
    flight.count++;
    return true;
  }

  /** Makes the stream the one that others wait for, unless there is one. */
  lead(digest: usize, stream: u32, now: i64): void {
    const isClaimed = this.isClaimed;
    this.isClaimed = false;
    if (this.count == MAX_FLIGHTS || this.indexOf(digest) >= 0) return;
    unchecked(this.flights[this.begin(digest, stream, now)]).isClaimed = isClaimed;
  }

  /** The stream that did not have to wait does not lead either. */
  giveUp(digest: usize): void {
    if (this.isClaimed) board.release(digest, ownMailbox());
    this.isClaimed = false;
  }

  /** The leader has its answer, or has none that others could use, or is gone: all that wait are woken soon. */
  land(digest: usize, stream: u32, hasAnswer: bool): void {
    const at = this.indexOf(digest);
    if (at >= 0 && unchecked(this.flights[at]).leader == stream) this.end(at, hasAnswer);
  }

  /** Takes another worker's letter. */
  receive(what: u32, from: u32, hasAnswer: bool, digest: usize): void {
    const at = this.indexOf(digest);
    if (at < 0) {
      // It has landed meanwhile: who waits is to look for itself.
      if (what == Letter.WAITING && this === all[0] && !isUnderWay(digest)) send(from, Letter.LANDED, false, digest);
      return;
    }
    const flight = unchecked(this.flights[at]);
    const isElsewhere = flight.leader == 0;
    if (what == Letter.LANDED && isElsewhere) this.end(at, hasAnswer);
    if (what != Letter.WAITING) return;
    // It has landed here, and a third worker leads by now.
    if (isElsewhere || flight.workerCount == MAX_WORKERS) {
      send(from, Letter.LANDED, false, digest);
      return;
    }
    if (flight.workers.length == 0) flight.workers = new StaticArray<u32>(MAX_WORKERS);
    flight.workers[flight.workerCount++] = from;
  }

  /** A stream that waits is gone. */
  leave(digest: usize, stream: u32): void {
    const at = this.indexOf(digest);
    if (at < 0) return;
    const flight = unchecked(this.flights[at]);
    for (let i = 0; i < flight.count; i++)
      if (unchecked(flight.waiting[i]) == stream) unchecked((flight.waiting[i] = 0));
  }

  /** Those that have waited too long are woken soon. */
  tick(now: i64): void {
    const before = now - MAX_WAIT;
    for (let at = this.count - 1; at >= 0; at--) {
      const flight = unchecked(this.flights[at]);
      if (flight.leader == 0 && flight.began < before) this.end(at, true);
      else wakeLate(flight, before);
    }
  }

  private begin(digest: usize, leader: u32, now: i64): i32 {
    const flight = unchecked(this.flights[this.count]);
    memory.copy(flight.at, digest, 16);
    flight.leader = leader;
    flight.isClaimed = false;
    flight.began = now;
    flight.count = 0;
    flight.workerCount = 0;
    return this.count++;
  }

  private end(at: i32, hasAnswer: bool): void {
    const flight = unchecked(this.flights[at]);
    // One of those whose leader went away without an answer leads next; the others may wait for it.
    for (let i = 0; i < flight.count; i++) wake(unchecked(flight.waiting[i]), hasAnswer);
    if (flight.count > 0) ring(flight.at);
    // The claim first: who is told that it has landed may claim it next.
    if (flight.isClaimed) board.release(flight.at, ownMailbox());
    for (let i = 0; i < flight.workerCount; i++) send(flight.workers[i], Letter.LANDED, hasAnswer, flight.at);
    this.remove(at);
  }

  private remove(at: i32): void {
    const last = this.count - 1;
    const flight = unchecked(this.flights[at]);
    flight.count = 0;
    unchecked((this.flights[at] = this.flights[last]));
    unchecked((this.flights[last] = flight));
    this.count = last;
  }

  /** Where what is asked stands in `flights`, or -1. */
  indexOf(digest: usize): i32 {
    for (let i = 0; i < this.count; i++) {
      const at = unchecked(this.flights[i]).at;
      if (load<u64>(at) == load<u64>(digest) && load<u64>(at, 8) == load<u64>(digest, 8)) return i;
    }
    return -1;
  }
}

function isUnderWay(digest: usize): bool {
  for (let i = 0; i < all.length; i++) if (all[i].indexOf(digest) >= 0) return true;
  return false;
}

function wakeLate(flight: Flight, before: i64): void {
  let late = 0;
  while (late < flight.count && unchecked(flight.since[late]) < before) wake(unchecked(flight.waiting[late++]), true);
  if (late == 0) return;
  for (let i = late; i < flight.count; i++) {
    unchecked((flight.waiting[i - late] = flight.waiting[i]));
    unchecked((flight.since[i - late] = flight.since[i]));
  }
  flight.count -= late;
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
