import { Arena } from "../bytes/arena";
import { equal, hash, HASH_SEED } from "../bytes/slice";

/** What one or several shares give one person on one calendar. Reused: `clear` before asking. */
export class Grant {
  privileges: u32 = 0;
  privateEvents: u8 = 0;
  confidentialEvents: u8 = 0;
  keepAlarms: bool = false;
  /** When the first of the shares that count here ends, in ms since 1970; 0 for never. */
  until: i64 = 0;

  clear(): void {
    this.privileges = 0;
    this.privateEvents = 0;
    this.confidentialEvents = 0;
    this.keepAlarms = false;
    this.until = 0;
  }
}

// @ts-ignore: decorator
@unmanaged
class Entry {
  owner: usize;
  calendar: usize;
  name: usize;
  ownerLen: u16;
  calendarLen: u16;
  nameLen: u16;
  subject: u8;
  privateEvents: u8;
  until: i64;
  hash: u32;
  privileges: u32;
  confidentialEvents: u8;
  keepAlarms: u8;
  /** The next entry with the same key, as an index + 1; 0 ends the chain. */
  next: u32;
}

/** Which calendars a share names, as a bit per form, so that forms nobody used cost no look-up. */
const FORMS: i32 = 4;
/** Longer names than this are refused when the configuration is read. */
export const MAX_NAME: i32 = 1024;

/**
 * All shares, compiled into one open-addressing table keyed by (owner, calendar, subject). A decision asks for at most
 * four forms (`owner/calendar`, `owner/*`, `* /calendar`, `* / *`) of each subject a person is: its cost does not grow
 * with the number of shares.
 */
export class ShareTable {
  private arena: Arena = new Arena();
  private entries: usize = 0;
  private count: i32 = 0;
  private capacity: i32 = 0;
  private buckets: usize = 0;
  private mask: u32 = 0;
  private ends: bool = false;
  /** How many entries there are of each form × subject kind: [form * 4 + subject]. */
  private used: StaticArray<i32> = new StaticArray<i32>(FORMS * 4);

  get length(): i32 {
    return this.count;
  }

  /** True when some share has an end, so that the time has to be known. */
  get hasEnds(): bool {
    return this.ends;
  }

  /**
   * Adds a share with one subject. An empty owner or calendar stands for `*`. The bytes are copied.
   * `until` is ms since 1970, 0 for no end; `privateEvents` and `confidentialEvents` are of `Show`.
   */
  add(
    owner: usize,
    ownerLen: i32,
    calendar: usize,
    calendarLen: i32,
    subject: u8,
    name: usize,
    nameLen: i32,
    privileges: u32,
    privateEvents: u8,
    confidentialEvents: u8,
    keepAlarms: bool,
    until: i64,
  ): void {
    if (ownerLen > MAX_NAME || calendarLen > MAX_NAME || nameLen > MAX_NAME) return;
    if (this.count == this.capacity) this.grow();
    const at = this.at(this.count);
    at.owner = this.arena.copy(owner, ownerLen);
    at.ownerLen = <u16>ownerLen;
    at.calendar = this.arena.copy(calendar, calendarLen);
    at.calendarLen = <u16>calendarLen;
    at.name = this.arena.copy(name, nameLen);
    at.nameLen = <u16>nameLen;
    at.subject = subject;
    at.privileges = privileges;
    at.privateEvents = privateEvents;
    at.confidentialEvents = confidentialEvents;
    at.keepAlarms = keepAlarms ? 1 : 0;
    at.until = until;
    if (until != 0) this.ends = true;
    at.hash = keyHash(owner, ownerLen, calendar, calendarLen, subject, name, nameLen);
    this.link(this.count);
    this.count++;
    const form = (ownerLen == 0 ? 2 : 0) | (calendarLen == 0 ? 1 : 0);
    this.used[form * 4 + <i32>subject] += 1;
  }

  /** True when some share names this kind of subject; spares look-ups. */
  names(subject: u8): bool {
    let sum = 0;
    for (let form = 0; form < FORMS; form++) sum += this.used[form * 4 + <i32>(subject & 3)];
    return sum > 0;
  }

  /**
   * Adds to `grant` what the shares with this very subject give on `owner/calendar`. `now` is ms since 1970, or 0 when
   * the clock was not asked: then a share with an end counts as ended, and `needsClock` says whether to ask.
   */
  collect(
    owner: usize,
    ownerLen: i32,
    calendar: usize,
    calendarLen: i32,
    subject: u8,
    name: usize,
    nameLen: i32,
    now: i64,
    grant: Grant,
  ): void {
    if (this.count == 0) return;
    for (let form = 0; form < FORMS; form++) {
      if (this.used[form * 4 + <i32>(subject & 3)] == 0) continue;
      const oLen = form & 2 ? 0 : ownerLen;
      const cLen = form & 1 ? 0 : calendarLen;
      // An empty name in a request is no wildcard: it never matches `*` by accident.
      if ((!(form & 2) && oLen <= 0) || (!(form & 1) && cLen <= 0)) continue;
      const h = keyHash(owner, oLen, calendar, cLen, subject, name, nameLen);
      let index = load<u32>(this.buckets + ((<usize>(h & this.mask)) << 2));
      while (index != 0) {
        const entry = this.at(<i32>index - 1);
        if (
          entry.hash == h &&
          entry.subject == subject &&
          equal(entry.owner, <i32>entry.ownerLen, owner, oLen) &&
          equal(entry.calendar, <i32>entry.calendarLen, calendar, cLen) &&
          equal(entry.name, <i32>entry.nameLen, name, nameLen) &&
          (entry.until == 0 || now < entry.until)
        ) {
          grant.privileges |= entry.privileges;
          grant.privateEvents = max(grant.privateEvents, entry.privateEvents);
          grant.confidentialEvents = max(grant.confidentialEvents, entry.confidentialEvents);
          if (entry.keepAlarms) grant.keepAlarms = true;
          if (entry.until != 0 && (grant.until == 0 || entry.until < grant.until)) grant.until = entry.until;
        }
        index = entry.next;
      }
    }
  }

  /** Gives the memory back when the configuration is no longer used. */
  free(): void {
    this.arena.free();
    if (this.entries) heap.free(this.entries);
    if (this.buckets) heap.free(this.buckets);
    this.entries = 0;
    this.buckets = 0;
    this.count = 0;
    this.capacity = 0;
    for (let i = 0; i < this.used.length; i++) this.used[i] = 0;
  }

  // @ts-ignore: decorator
  @inline
  private at(index: i32): Entry {
    return changetype<Entry>(this.entries + <usize>index * offsetof<Entry>());
  }

  private link(index: i32): void {
    const entry = this.at(index);
    const bucket = this.buckets + ((<usize>(entry.hash & this.mask)) << 2);
    entry.next = load<u32>(bucket);
    store<u32>(bucket, <u32>index + 1);
  }

  private grow(): void {
    this.capacity = this.capacity == 0 ? 16 : this.capacity * 2;
    const size = <usize>this.capacity * offsetof<Entry>();
    this.entries = this.entries == 0 ? heap.alloc(size) : heap.realloc(this.entries, size);
    if (this.buckets) heap.free(this.buckets);
    const buckets = <usize>this.capacity * 2;
    this.buckets = heap.alloc(buckets << 2);
    memory.fill(this.buckets, 0, buckets << 2);
    this.mask = <u32>buckets - 1;
    for (let i = 0; i < this.count; i++) this.link(i);
  }
}

function keyHash(
  owner: usize,
  ownerLen: i32,
  calendar: usize,
  calendarLen: i32,
  subject: u8,
  name: usize,
  nameLen: i32,
): u32 {
  let h = hash(owner, ownerLen, HASH_SEED);
  h = (h ^ 47) * 16777619;
  h = hash(calendar, calendarLen, h);
  h = (h ^ (<u32>subject)) * 16777619;
  return finish(hash(name, nameLen, h));
}

/** FNV leaves little in the low bits of short keys; this spreads them (murmur3's finalizer). */
function finish(h: u32): u32 {
  h ^= h >> 16;
  h *= 0x85ebca6b;
  h ^= h >> 13;
  h *= 0xc2b2ae35;
  return h ^ (h >> 16);
}
