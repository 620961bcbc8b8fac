import { Writer } from "../bytes/writer";
import { equal } from "../bytes/slice";
import { TimeZone } from "./time_zone";

/** Zones that are known at one time: an event has two at most, for its begin and its end. */
const KEPT: i32 = 4;
/** How often a text is searched for a zone; one that needs more is not for us. */
const MOST_SEARCHES: i32 = 16;
/** How many observances are looked at for all times of a text. */
const MOST_WORK: i32 = 1 << 20;

/** The time zones of one text of calendars, found when they are asked for. */
export class TimeZones {
  private zones: StaticArray<TimeZone> = StaticArray.fromArray<TimeZone>([
    new TimeZone(),
    new TimeZone(),
    new TimeZone(),
    new TimeZone(),
  ]);
  private names: StaticArray<Writer> = StaticArray.fromArray<Writer>([newName(), newName(), newName(), newName()]);
  private used: i32 = 0;
  private searches: i32 = 0;
  private work: i32 = 0;
  private ptr: usize = 0;
  private len: i32 = 0;

  /** Begins with a text that stays where it is, and has a text tail behind it. */
  open(ptr: usize, len: i32): void {
    this.ptr = ptr;
    this.len = len;
    this.used = 0;
    this.searches = 0;
    this.work = 0;
  }

  /**
   * The zone with that TZID, to tell one or two times of, valid until three others were asked for; null when it is not
   * known for sure, or the text asks for too much.
   */
  find(tzid: usize, tzidLen: i32): TimeZone | null {
    for (let i = 0; i < min(this.used, KEPT); i++) {
      const name = unchecked(this.names[i]);
      if (equal(name.ptr, name.len, tzid, tzidLen)) return this.spend(unchecked(this.zones[i]));
    }
    if (this.searches >= MOST_SEARCHES) return null;
    this.searches++;
    const slot = this.used % KEPT;
    const zone = unchecked(this.zones[slot]);
    const name = unchecked(this.names[slot]);
    name.reset();
    this.used++;
    name.bytes(tzid, tzidLen);
    if (!name.overflow && zone.read(this.ptr, this.len, tzid, tzidLen)) return this.spend(zone);
    // Never found again: no TZID is empty.
    name.reset();
    return null;
  }

  private spend(zone: TimeZone): TimeZone | null {
    this.work += zone.count;
    return this.work > MOST_WORK ? null : zone;
  }

  release(keep: i32): void {
    this.open(0, 0);
    for (let i = 0; i < KEPT; i++) {
      unchecked(this.zones[i]).release(keep);
      unchecked(this.names[i]).release(keep);
    }
  }
}

function newName(): Writer {
  return new Writer(4096);
}
