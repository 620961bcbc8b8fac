import { Writer } from "../bytes/writer";

/** What kind of busy time a period is (RFC 5545, section 3.2.9). What is free is not kept at all. */
export namespace BusyType {
  export const BUSY: i32 = 0;
  export const UNAVAILABLE: i32 = 1;
  export const TENTATIVE: i32 = 2;
  export const COUNT: i32 = 3;
}

/** Most periods of a type, after those that meet were joined. */
const MOST_PERIODS: i32 = 1 << 16;
/** Bytes of one: where it begins and where it ends, in seconds since 1970. */
const SIZE: i32 = 16;

/**
 * The busy time of a range: periods of each type. Those of one type that overlap or meet become one; those of different
 * types may overlap (RFC 4791, 7.10). Its memory is outside of garbage collection: `release` it.
 */
export class BusyPeriods {
  /** The range, in seconds since 1970; its end is not part of it. */
  start: i64 = 0;
  end: i64 = 0;
  /** There were too many: what is here is not all. */
  overflow: bool = false;
  private lists: StaticArray<Writer> = StaticArray.fromArray<Writer>([newList(), newList(), newList()]);

  /** `most`: how many periods of a type it takes. */
  constructor(private most: i32 = MOST_PERIODS) {}

  /** Starts with nothing in a range. */
  begin(start: i64, end: i64): void {
    this.start = start;
    this.end = end;
    this.overflow = false;
    for (let type = 0; type < BusyType.COUNT; type++) unchecked(this.lists[type]).reset();
  }

  /** Adds what of a period lies in the range; `type` is a `BusyType`. */
  add(type: i32, from: i64, to: i64): void {
    const start = max(from, this.start);
    const end = min(to, this.end);
    if (end <= start || this.overflow) return;
    const list = unchecked(this.lists[type]);
    if (list.len >= this.most * SIZE) {
      settle(list);
      // Nearly as many again would soon be too many, and to join them each time would take too long.
      if (list.len > (this.most / 2) * SIZE) this.overflow = true;
    }
    if (this.overflow || !list.reserve(SIZE)) {
      this.overflow = true;
      return;
    }
    const at = list.ptr + <usize>list.len;
    store<i64>(at, start);
    store<i64>(at, end, 8);
    list.len += SIZE;
  }

  /** Adds all of another range. */
  addAll(other: BusyPeriods): void {
    if (other.overflow) this.overflow = true;
    for (let type = 0; type < BusyType.COUNT; type++) {
      const count = other.count(type);
      for (let i = 0; i < count; i++) this.add(type, other.from(type, i), other.to(type, i));
    }
  }

  /** Sorts the periods of each type, and joins those that overlap or meet. */
  settle(): void {
    for (let type = 0; type < BusyType.COUNT; type++) settle(unchecked(this.lists[type]));
  }

  count(type: i32): i32 {
    return unchecked(this.lists[type]).len / SIZE;
  }

  /** Where period `i`, under `count`, of a type begins. */
  from(type: i32, i: i32): i64 {
    return load<i64>(unchecked(this.lists[type]).ptr + <usize>(i * SIZE));
  }

  /** Where it ends. */
  to(type: i32, i: i32): i64 {
    return load<i64>(unchecked(this.lists[type]).ptr + <usize>(i * SIZE), 8);
  }

  /** Drops all; gives memory back that is more than `keep` bytes a type. */
  release(keep: i32): void {
    for (let type = 0; type < BusyType.COUNT; type++) unchecked(this.lists[type]).release(keep);
  }
}

function newList(): Writer {
  return new Writer(1 << 24);
}

function settle(list: Writer): void {
  const count = list.len / SIZE;
  if (count < 2) return;
  sort(list.ptr, count);
  let last = list.ptr;
  for (let i = 1; i < count; i++) {
    const at = list.ptr + <usize>(i * SIZE);
    if (load<i64>(at) <= load<i64>(last, 8)) {
      store<i64>(last, max(load<i64>(last, 8), load<i64>(at, 8)), 8);
    } else {
      last += <usize>SIZE;
      move(last, at);
    }
  }
  list.len = <i32>(last - list.ptr) + SIZE;
}

/** Heapsort by where periods begin: in place, without recursion, and never slow. */
function sort(base: usize, count: i32): void {
  for (let i = count / 2 - 1; i >= 0; i--) sift(base, i, count);
  for (let end = count - 1; end > 0; end--) {
    const last = base + <usize>(end * SIZE);
    const from = load<i64>(last);
    const to = load<i64>(last, 8);
    move(last, base);
    store<i64>(base, from);
    store<i64>(base, to, 8);
    sift(base, 0, end);
  }
}

function sift(base: usize, root: i32, count: i32): void {
  const from = load<i64>(base + <usize>(root * SIZE));
  const to = load<i64>(base + <usize>(root * SIZE), 8);
  let at = root;
  for (;;) {
    let child = at * 2 + 1;
    if (child >= count) break;
    if (child + 1 < count && load<i64>(base + <usize>(child * SIZE)) < load<i64>(base + <usize>((child + 1) * SIZE))) {
      child++;
    }
    if (load<i64>(base + <usize>(child * SIZE)) <= from) break;
    move(base + <usize>(at * SIZE), base + <usize>(child * SIZE));
    at = child;
  }
  store<i64>(base + <usize>(at * SIZE), from);
  store<i64>(base + <usize>(at * SIZE), to, 8);
}

// @ts-ignore: decorator
@inline
function move(to: usize, from: usize): void {
  store<i64>(to, load<i64>(from));
  store<i64>(to, load<i64>(from, 8), 8);
}
