import { hash, HASH_SEED, Slice } from "../bytes/slice";

const PARTS: i32 = 16;
const CALENDARS: u32 = 14;
const HEADER: i32 = 8;
const PART: i32 = 16;

/** Bytes of a cell. */
export const CELL_SIZE: i32 = HEADER + PARTS * PART;

/** After a write whose end is not known, the server may still carry it out for so long. */
export const UNCERTAIN_MS: i64 = 120_000;

/**
 * A write is counted for one to two epochs at most. If it did not end by then, it never will: its worker broke down. A
 * write that does last longer still changes the generation when it ends.
 */
export const EPOCH_MS: i64 = 15 * 60_000;

/** The parts of a cell. */
export namespace Part {
  /** Anything of this owner. */
  export const ANY: i32 = 0;
  /** Calendars as such: made, removed, their properties and privileges. */
  export const STRUCTURE: i32 = 1;

  /** The contents of one calendar, by its decoded name. */
  export function ofCalendar(name: Slice): i32 {
    return 2 + <i32>(hash(name.ptr, name.len, HASH_SEED) % CALENDARS);
  }
}

/**
 * The generations of one owner: a view of the bytes of a cell, wherever they are.
 *
 *     u32 epoch, u32 0
 *     per part: u32 generation, u16 writes begun in this epoch, u16 in the one before, i64 uncertain until (ms)
 */
export class Cell {
  private at: usize = 0;

  get ptr(): usize {
    return this.at;
  }

  get epoch(): u32 {
    return load<u32>(this.at);
  }

  /** Looks at these bytes; false when they are no cell. */
  open(value: Slice): bool {
    this.at = value.ptr;
    return value.len == CELL_SIZE;
  }

  /**
   * Makes a new cell of the bytes at `ptr`, and looks at it. Its generations begin with the time, so that they are not
   * those of a cell that was lost; after a damage (`isRepair`) it is not known what was being written.
   */
  clear(ptr: usize, isRepair: bool, now: i64): void {
    this.at = ptr;
    memory.fill(ptr, 0, CELL_SIZE);
    store<u32>(ptr, epochOf(now));
    for (let i = 0; i < PARTS; i++) {
      store<u32>(this.part(i), <u32>now);
      if (isRepair) store<i64>(this.part(i), now + UNCERTAIN_MS, 8);
    }
  }

  generation(i: i32): u32 {
    return load<u32>(this.part(i));
  }

  /** True when no write of this part is on its way or may still take effect. */
  isQuiet(i: i32, now: i64): bool {
    const part = this.part(i);
    const passed = this.epochsPassed(now);
    if (passed < 2 && load<u16>(part, 4) > 0) return false;
    if (passed < 1 && load<u16>(part, 6) > 0) return false;
    return now >= load<i64>(part, 8);
  }

  /** Counts a write that begins, of the parts whose bits are set; false when too many are on their way. */
  begin(parts: u32, now: i64): bool {
    this.rotate(now);
    for (let i = 0; i < PARTS; i++) {
      if (((parts >> i) & 1) == 0) continue;
      const part = this.part(i);
      const running = load<u16>(part, 4);
      if (running == u16.MAX_VALUE) return false;
      store<u16>(part, running + 1, 4);
      store<u32>(part, load<u32>(part) + 1);
    }
    return true;
  }

  /** Counts a write off that began in `epoch`. */
  end(parts: u32, epoch: u32, isUncertain: bool, now: i64): void {
    this.rotate(now);
    const age = this.epoch - epoch;
    for (let i = 0; i < PARTS; i++) {
      if (((parts >> i) & 1) == 0) continue;
      const part = this.part(i);
      store<u32>(part, load<u32>(part) + 1);
      if (age < 2) {
        const count = part + 4 + <usize>age * 2;
        const running = load<u16>(count);
        if (running > 0) store<u16>(count, running - 1);
      }
      if (isUncertain) store<i64>(part, max<i64>(load<i64>(part, 8), now + UNCERTAIN_MS), 8);
    }
  }

  /** Moves the counts on to the present epoch. */
  private rotate(now: i64): void {
    const passed = this.epochsPassed(now);
    if (passed == 0) return;
    for (let i = 0; i < PARTS; i++) {
      const part = this.part(i);
      store<u16>(part, passed == 1 ? load<u16>(part, 4) : 0, 6);
      store<u16>(part, 0, 4);
    }
    store<u32>(this.at, epochOf(now));
  }

  /** 0 too when the clock went back. */
  private epochsPassed(now: i64): i64 {
    return max<i64>(0, <i64>epochOf(now) - <i64>this.epoch);
  }

  // @ts-ignore: decorator
  @inline
  private part(i: i32): usize {
    return this.at + HEADER + <usize>i * PART;
  }
}

function epochOf(now: i64): u32 {
  return <u32>(max<i64>(now, 0) / EPOCH_MS);
}
