import { hash, HASH_SEED, Slice } from "../bytes/slice";
import { ABSENT, SharedTable } from "./shared_table";
import { SharedKey } from "./shared_key";
import { Cell, CELL_SIZE, Part } from "./generation_cell";

const CELLS: u32 = 1024;
/** The cell after those of owners: what depends on everybody. */
const EVERYONE: i32 = <i32>CELLS;
/** More than all workers of one machine can be ahead of one: who does not get through has a broken table. */
const ATTEMPTS: i32 = 1000;
const fresh: usize = heap.alloc(CELL_SIZE);

/** What a write changes. */
export namespace Scope {
  /** Objects of one calendar: what depends on that calendar, and on the owner as a whole. */
  export const OBJECT: u8 = 0;
  /** Calendars themselves, or anything that is not known: all that is of the owner. */
  export const STRUCTURE: u8 = 1;
}

/** A write on its way, from `begin` until `end`. Reused: the stream keeps it. */
export class RunningWrite {
  isRunning: bool = false;
  /** The cell of the owner. */
  cell: i32 = 0;
  /** One bit for each part of the cell that it touches. */
  parts: u32 = 0;
  /** Whether it touches everybody's cell as well. */
  touchesEveryone: bool = false;
  /** The epochs in which the two cells counted it. */
  epoch: u32 = 0;
  everyonesEpoch: u32 = 0;
}

/**
 * The generations that a read depends on, as they were at one moment. An answer may be used as long as they are the
 * same as before its read began.
 */
export class Snapshot {
  /** Bytes of a snapshot when it is stored. */
  static readonly SIZE: i32 = 12;

  /** False while a write that the read depends on is on its way, or may still take effect: then nothing is stored. */
  isQuiet: bool = false;
  everyone: u32 = 0;
  first: u32 = 0;
  second: u32 = 0;

  copy(other: Snapshot): void {
    this.isQuiet = other.isQuiet;
    this.everyone = other.everyone;
    this.first = other.first;
    this.second = other.second;
  }

  /** True when both are quiet and nothing was written between them. */
  isSameAs(other: Snapshot): bool {
    return (
      this.isQuiet &&
      other.isQuiet &&
      this.everyone == other.everyone &&
      this.first == other.first &&
      this.second == other.second
    );
  }

  /** Writes the generations to `SIZE` bytes. */
  save(ptr: usize): void {
    store<u32>(ptr, this.everyone);
    store<u32>(ptr, this.first, 4);
    store<u32>(ptr, this.second, 8);
  }

  /** True when this one is quiet and has the generations saved at `ptr`. */
  isSaved(ptr: usize): bool {
    return (
      this.isQuiet &&
      load<u32>(ptr) == this.everyone &&
      load<u32>(ptr, 4) == this.first &&
      load<u32>(ptr, 8) == this.second
    );
  }
}

/**
 * Says which answers a write makes stale, to all workers, listeners and configurations of one VM id: each write changes
 * a generation when it begins and when it ends, and each read takes a snapshot of those it depends on. Owners share
 * cells, and the calendars of an owner share parts, by a hash: who shares is emptied together.
 */
export class Generations {
  private cell: Cell = new Cell();
  private key: SharedKey = new SharedKey("caldav/g", 1);

  constructor(private table: SharedTable) {}

  /**
   * Notes that a write begins; to be called before it goes on to the server. `owner` and `calendar` are decoded names;
   * `calendar` is looked at in scope `OBJECT` only. `touchesEveryone`: on servers where one owner's write may change
   * what others have. `now`: ms. False when it could not be noted: the write must be refused.
   */
  begin(write: RunningWrite, owner: Slice, calendar: Slice, scope: u8, touchesEveryone: bool, now: i64): bool {
    write.isRunning = false;
    write.cell = cellOf(owner);
    write.parts = (1 << Part.ANY) | (1 << (scope == Scope.OBJECT ? Part.ofCalendar(calendar) : Part.STRUCTURE));
    write.touchesEveryone = false;
    if (!this.count(write.cell, write.parts, now)) return false;
    write.epoch = this.cell.epoch;
    write.isRunning = true;
    if (!touchesEveryone) return true;
    if (!this.count(EVERYONE, 1 << Part.ANY, now)) {
      this.end(write, false, now);
      return false;
    }
    write.everyonesEpoch = this.cell.epoch;
    write.touchesEveryone = true;
    return true;
  }

  /**
   * Notes that a write ended; nothing when it did so before. `isUncertain`: no complete answer came, or one that does
   * not tell whether the server will still do it (502, 503, 504). False when it could not be noted: what it touches is
   * then taken to be written for a while longer.
   */
  end(write: RunningWrite, isUncertain: bool, now: i64): bool {
    if (!write.isRunning) return true;
    write.isRunning = false;
    const isNoted = this.uncount(write.cell, write.parts, write.epoch, isUncertain, now);
    if (!write.touchesEveryone) return isNoted;
    return this.uncount(EVERYONE, 1 << Part.ANY, write.everyonesEpoch, isUncertain, now) && isNoted;
  }

  /** The present snapshot for a read in a calendar. One read of the table for all owners, one for this one. */
  ofCalendar(into: Snapshot, owner: Slice, calendar: Slice, now: i64): void {
    this.take(into, owner, Part.STRUCTURE, Part.ofCalendar(calendar), now);
  }

  /** The present snapshot for a read of what depends on all calendars of an owner: the home, the principal. */
  ofOwner(into: Snapshot, owner: Slice, now: i64): void {
    this.take(into, owner, Part.ANY, Part.ANY, now);
  }

  private take(into: Snapshot, owner: Slice, first: i32, second: i32, now: i64): void {
    const cell = this.cell;
    into.isQuiet = false;
    if (!this.read(EVERYONE, now)) return;
    into.everyone = cell.generation(Part.ANY);
    const isQuiet = cell.isQuiet(Part.ANY, now);
    if (!this.read(cellOf(owner), now)) return;
    into.first = cell.generation(first);
    into.second = cell.generation(second);
    into.isQuiet = isQuiet && cell.isQuiet(first, now) && cell.isQuiet(second, now);
  }

  /** Reads a cell. One that is absent is begun: "absent" could also mean that it could not be read. */
  private read(n: i32, now: i64): bool {
    const cas = this.open(n, now);
    return !this.isFresh || this.write(cas);
  }

  private count(n: i32, parts: u32, now: i64): bool {
    for (let i = 0; i < ATTEMPTS; i++) {
      const cas = this.open(n, now);
      if (!this.cell.begin(parts, now)) return false;
      if (this.write(cas)) return true;
    }
    return false;
  }

  private uncount(n: i32, parts: u32, epoch: u32, isUncertain: bool, now: i64): bool {
    for (let i = 0; i < ATTEMPTS; i++) {
      const cas = this.open(n, now);
      this.cell.end(parts, epoch, isUncertain, now);
      if (this.write(cas)) return true;
    }
    return false;
  }

  private isFresh: bool = false;

  /** Looks at a cell, or at one begun anew where it is absent or damaged; gives the CAS to write it with. */
  private open(n: i32, now: i64): u32 {
    this.key.set(0, n);
    const isThere = this.table.read(this.key.ptr, this.key.len);
    const cas = isThere ? this.table.cas : ABSENT;
    this.isFresh = !isThere || !this.cell.open(this.table.value);
    if (this.isFresh) this.cell.clear(fresh, isThere, now);
    return cas;
  }

  private write(cas: u32): bool {
    return this.table.write(this.key.ptr, this.key.len, this.cell.ptr, CELL_SIZE, cas);
  }
}

function cellOf(owner: Slice): i32 {
  return <i32>(hash(owner.ptr, owner.len, HASH_SEED) % CELLS);
}
