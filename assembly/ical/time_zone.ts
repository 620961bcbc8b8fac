import { equal } from "../bytes/slice";
import { Writer } from "../bytes/writer";
import { ContentLine } from "./content_line";
import { dateForm, dateListForm, DateForm, isDigit } from "./date_time";
import { instantOf } from "./instant";
import { LineReader } from "./line_reader";
import { componentName, ComponentName, PropertyName } from "./names";
import { NO_ONSET, YearlyRule } from "./yearly_rule";

/** Most observances of a zone, each RDATE counted; what has more is not known. */
const MOST_OBSERVANCES: i32 = 256;
const COMMA: u8 = 0x2c;
const MINUS: u8 = 0x2d;

/**
 * Bytes of an observance, STANDARD or DAYLIGHT: the seconds that local time is ahead of UTC before it and in it, then
 * when it begins, a `YearlyRule`.
 */
const HEAD: i32 = 8;
const SIZE: i32 = HEAD + <i32>offsetof<YearlyRule>();

/**
 * A VTIMEZONE (RFC 5545, section 3.6.5): tells the UTC of local times. Zones whose rules are of other kinds than
 * `YearlyRule` knows are not taken. Its memory is outside of garbage collection.
 */
export class TimeZone {
  private observances: Writer = new Writer(MOST_OBSERVANCES * SIZE);
  private lines: LineReader = new LineReader();
  private content: ContentLine = new ContentLine();
  private dates: Writer = new Writer(64 << 10);
  private ruleText: Writer = new Writer(4096);

  /**
   * Reads the zone with that TZID out of a text of calendars, with a text tail behind it. False when there is none that
   * is known for sure.
   */
  read(ptr: usize, len: i32, tzid: usize, tzidLen: i32): bool {
    const lines = this.lines;
    lines.open(ptr, len);
    while (lines.read()) {
      if (lines.name != PropertyName.BEGIN || !this.content.parse(lines)) continue;
      const content = this.content;
      if (componentName(content.value, content.valueLen) != ComponentName.VTIMEZONE) continue;
      this.observances.reset();
      const found = this.readZone(tzid, tzidLen);
      if (found != 0) return found > 0;
    }
    return false;
  }

  /** The seconds that local time is ahead of UTC at a local time, given as if it were UTC. */
  offsetAt(local: i64): i32 {
    const count = this.count;
    let best = NO_ONSET;
    let offset = 0;
    let earliest = i64.MAX_VALUE;
    for (let i = 0; i < count; i++) {
      const from = load<i32>(this.at(i));
      const to = load<i32>(this.at(i), 4);
      const rule = this.rule(i);
      const onset = rule.last(local);
      if (onset == NO_ONSET) {
        if (best == NO_ONSET && rule.first < earliest) {
          earliest = rule.first;
          offset = from;
        }
      } else if (onset >= best) {
        best = onset;
        // A time that the clock skips is told by the clock before (RFC 5545, section 3.3.5).
        offset = local < onset + <i64>(to - from) ? from : to;
      }
    }
    return offset;
  }

  release(keep: i32): void {
    this.observances.release(keep);
    this.dates.release(keep);
    this.ruleText.release(keep);
    this.lines.release(keep);
  }

  /** How many observances it has: what it costs to tell an offset. */
  get count(): i32 {
    return this.observances.len / SIZE;
  }

  private at(i: i32): usize {
    return this.observances.ptr + <usize>(i * SIZE);
  }

  private rule(i: i32): YearlyRule {
    return changetype<YearlyRule>(this.at(i) + <usize>HEAD);
  }

  /** Reads the rest of a VTIMEZONE; 1 when it is the one and known, -1 when it is the one and not known, 0 when it is another. */
  private readZone(tzid: usize, tzidLen: i32): i32 {
    const lines = this.lines;
    const content = this.content;
    let isWanted = false;
    let isKnown = true;
    let depth = 1;
    while (depth > 0 && lines.read()) {
      if (lines.name == PropertyName.END) depth--;
      else if (lines.name == PropertyName.BEGIN) {
        const isParsed = content.parse(lines);
        const kind = isParsed && depth == 1 ? componentName(content.value, content.valueLen) : ComponentName.OTHER;
        if (kind != ComponentName.STANDARD && kind != ComponentName.DAYLIGHT) depth++;
        else if (!this.readObservance()) isKnown = false;
      } else if (depth == 1 && lines.name == PropertyName.TZID && content.parse(lines)) {
        isWanted = equal(content.value, content.valueLen, tzid, tzidLen);
      }
    }
    if (!isWanted) return 0;
    return isKnown && depth == 0 && this.count > 0 && !this.observances.overflow ? 1 : -1;
  }

  private readObservance(): bool {
    const lines = this.lines;
    const content = this.content;
    const dates = this.dates;
    const ruleText = this.ruleText;
    let start = i64.MIN_VALUE;
    let from = i32.MIN_VALUE;
    let to = i32.MIN_VALUE;
    let isKnown = true;
    let depth = 1;
    dates.reset();
    ruleText.reset();
    while (depth > 0 && lines.read()) {
      const name = lines.name;
      if (name == PropertyName.BEGIN) depth++;
      else if (name == PropertyName.END) depth--;
      if (depth != 1 || name <= PropertyName.END) continue;
      if (!content.parse(lines)) {
        isKnown = false;
        continue;
      }
      const value = content.value;
      const len = content.valueLen;
      if (name == PropertyName.DTSTART) {
        if (dateForm(value, len) != DateForm.LOCAL || start != i64.MIN_VALUE) isKnown = false;
        else start = instantOf(value, len);
      } else if (name == PropertyName.TZOFFSETFROM) from = offset(value, len);
      else if (name == PropertyName.TZOFFSETTO) to = offset(value, len);
      else if (name == PropertyName.RRULE) {
        if (ruleText.len > 0 || len == 0) isKnown = false;
        ruleText.bytes(value, len);
      } else if (name == PropertyName.RDATE) {
        if (dateListForm(value, len) != DateForm.LOCAL) isKnown = false;
        else this.keepDates(value, len);
      } else if (name == PropertyName.EXDATE) isKnown = false;
    }
    if (!isKnown || start == i64.MIN_VALUE || from == i32.MIN_VALUE || to == i32.MIN_VALUE) return false;
    if (dates.overflow || !ruleText.reserve(16)) return false;
    if (!this.add(start, from, to)) return false;
    if (ruleText.len > 0 && !this.rule(this.count - 1).read(ruleText.ptr, ruleText.len, start, from)) return false;
    for (let i = 0; i < dates.len; i += 8) if (!this.add(load<i64>(dates.ptr + <usize>i), from, to)) return false;
    return true;
  }

  private keepDates(ptr: usize, len: i32): void {
    let at = ptr;
    const end = ptr + <usize>len;
    while (at < end) {
      let stop = at;
      while (stop < end && load<u8>(stop) != COMMA) stop++;
      if (!this.dates.reserve(8)) return;
      store<i64>(this.dates.ptr + <usize>this.dates.len, instantOf(at, <i32>(stop - at)));
      this.dates.len += 8;
      at = stop + 1;
    }
  }

  private add(start: i64, from: i32, to: i32): bool {
    const out = this.observances;
    if (!out.reserve(SIZE)) return false;
    const at = out.ptr + <usize>out.len;
    memory.fill(at, 0, <usize>SIZE);
    out.len += SIZE;
    store<i32>(at, from);
    store<i32>(at, to, 4);
    this.rule(this.count - 1).once(start);
    return true;
  }
}

/** The seconds of a UTC-OFFSET (RFC 5545, section 3.3.14); MIN_VALUE when it is none. */
function offset(ptr: usize, len: i32): i32 {
  if (len != 5 && len != 7) return i32.MIN_VALUE;
  const sign = load<u8>(ptr);
  if (sign != 0x2b && sign != MINUS) return i32.MIN_VALUE;
  for (let i = 1; i < len; i++) if (!isDigit(load<u8>(ptr + <usize>i))) return i32.MIN_VALUE;
  const hours = two(ptr + 1);
  const minutes = two(ptr + 3);
  const seconds = len == 7 ? two(ptr + 5) : 0;
  if (hours > 23 || minutes > 59 || seconds > 59) return i32.MIN_VALUE;
  const value = hours * 3600 + minutes * 60 + seconds;
  return sign == MINUS ? -value : value;
}

function two(ptr: usize): i32 {
  return <i32>(load<u8>(ptr) - 0x30) * 10 + <i32>(load<u8>(ptr, 1) - 0x30);
}
