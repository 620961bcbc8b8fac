import { dateForm, DateForm } from "./date_time";
import { DAY, daysOf, daysOfMonth, daysSince1970, instantOf, weekdayOf, yearOf } from "./instant";
import { wordIndex, Words, words } from "./words";

/** A year in which the rule has no day. */
export const NO_ONSET: i64 = i64.MIN_VALUE;

const PARTS: Words = words("FREQ,UNTIL,COUNT,INTERVAL,WKST,BYDAY,BYMONTH,BYMONTHDAY");
namespace Part {
  export const FREQ: i32 = 0;
  export const UNTIL: i32 = 1;
  export const COUNT: i32 = 2;
  export const INTERVAL: i32 = 3;
  export const WKST: i32 = 4;
  export const BYDAY: i32 = 5;
  export const BYMONTH: i32 = 6;
}
const YEARLY: Words = words("YEARLY");
const WEEKDAYS: Words = words("SU,MO,TU,WE,TH,FR,SA");

const SEMICOLON: u8 = 0x3b;
const EQUALS: u8 = 0x3d;
const COMMA: u8 = 0x2c;
/** Some years have no fifth Sunday in a month; in so many years there is one. */
const YEARS_BACK: i32 = 12;

/**
 * When an observance of a time zone begins (RFC 5545, section 3.6.5): at a moment and, with a rule, once a year from then
 * on. Moments are in seconds since 1970 of the local time before the change, as if it were UTC. The rules that are known
 * are those that time zones have: one day of a month, by its number, as a weekday counted from either end (`2SU`,
 * `-1SU`), or as a weekday in seven days in a row.
 */
// @ts-ignore: decorator
@unmanaged
export class YearlyRule {
  /** The first moment. */
  first: i64 = 0;
  /** The last year it may begin in. */
  private lastYear: i32 = 0;
  /** The last moment it may begin at. */
  private until: i64 = 0;
  /** 0: there is no rule. */
  private month: i32 = 0;
  /** The day of the month, or where the seven days begin; 0 when `nth` says it. */
  private day: i32 = 0;
  /** 0 is a Sunday; -1 is any day. */
  private weekday: i32 = 0;
  private nth: i32 = 0;
  /** There are seven days, from `day` on. */
  private isWeek: bool = false;

  /** It begins once. */
  once(first: i64): void {
    this.first = first;
    this.month = 0;
  }

  /**
   * It begins at `first`, and by the rule in the run from then on; false for a rule that is not known. `offset`: the
   * seconds by which the local time before the change is ahead of UTC. 16 bytes after the run must be readable.
   */
  read(ptr: usize, len: i32, first: i64, offset: i32): bool {
    const firstYear = yearOf(first);
    this.first = first;
    this.lastYear = i32.MAX_VALUE;
    this.until = i64.MAX_VALUE;
    this.month = monthOf(first);
    this.day = 0;
    this.weekday = -1;
    this.nth = 0;
    this.isWeek = false;
    let isYearly = false;
    let at = ptr;
    const end = ptr + <usize>len;
    let seen = 0;
    while (at < end) {
      let stop = at;
      while (stop < end && load<u8>(stop) != SEMICOLON) stop++;
      let equals = at;
      while (equals < stop && load<u8>(equals) != EQUALS) equals++;
      const part = wordIndex(at, <i32>(equals - at), PARTS);
      if (part < 0 || equals == stop || (seen & (1 << part)) != 0) return false;
      seen |= 1 << part;
      const value = equals + 1;
      const size = <i32>(stop - value);
      if (part == Part.FREQ) isYearly = wordIndex(value, size, YEARLY) == 0;
      else if (!this.readPart(part, value, size, firstYear, offset)) return false;
      at = stop + 1;
    }
    if (!isYearly) return false;
    const hasDay = this.weekday >= 0 || this.day != 0;
    if (hasDay && (seen & (1 << Part.BYMONTH)) == 0) return false;
    // A weekday is counted, or in a week; a day of the month without one stands alone.
    if (this.weekday >= 0 && (this.nth == 0) == (this.day == 0)) return false;
    if (this.isWeek != (this.weekday >= 0 && this.nth == 0)) return false;
    if (this.weekday < 0 && this.day == 0) this.day = daysOf(first) - daysSince1970(firstYear, this.month, 1) + 1;
    // What a month has in few years or none.
    if (this.day > (this.month == 2 ? (this.isWeek ? 22 : 28) : daysOfMonth(2024, this.month))) return false;
    if (this.month == 2 && abs(this.nth) == 5) return false;
    // How many there were by a year is clear only when there is one each year.
    return this.lastYear == i32.MAX_VALUE || (this.inYear(firstYear) == first && abs(this.nth) < 5 && this.day < 29);
  }

  /** The last moment at or before `moment`; NO_ONSET when that is before the first. */
  last(moment: i64): i64 {
    if (moment < this.first) return NO_ONSET;
    if (this.month == 0) return this.first;
    const latest = min(moment, this.until);
    const firstYear = yearOf(this.first);
    let year = min(yearOf(latest), this.lastYear);
    for (let i = 0; i < YEARS_BACK && year >= firstYear; i++, year--) {
      const found = this.inYear(year);
      if (found != NO_ONSET && found <= latest && found >= this.first) return found;
    }
    return this.first;
  }

  private readPart(part: i32, ptr: usize, len: i32, firstYear: i32, offset: i32): bool {
    switch (part) {
      case Part.UNTIL: {
        const form = dateForm(ptr, len);
        if (form == DateForm.NONE) return false;
        this.until = instantOf(ptr, len);
        if (form == DateForm.UTC) this.until += <i64>offset;
        else if (form == DateForm.DATE) this.until += DAY - 1;
        // `last` needs a year to go back from.
        return this.until >= this.first;
      }
      case Part.COUNT: {
        const count = number(ptr, len);
        if (count < 1) return false;
        this.lastYear = firstYear + count - 1;
        return true;
      }
      case Part.INTERVAL:
        return number(ptr, len) == 1;
      case Part.WKST:
        return true;
      case Part.BYMONTH:
        this.month = number(ptr, len);
        return this.month >= 1 && this.month <= 12;
      case Part.BYDAY:
        return this.readWeekday(ptr, len);
      default:
        return this.readDays(ptr, len);
    }
  }

  /** `-1SU`, `2SU`, or `SU` with a BYMONTHDAY. */
  private readWeekday(ptr: usize, len: i32): bool {
    if (len < 2 || len > 4) return false;
    this.weekday = wordIndex(ptr + <usize>(len - 2), 2, WEEKDAYS);
    if (this.weekday < 0) return false;
    if (len == 2) return true;
    const sign = load<u8>(ptr);
    const signed = sign == 0x2b || sign == 0x2d;
    const nth = number(ptr + (signed ? 1 : 0), len - (signed ? 3 : 2));
    if (nth < 1 || nth > 5) return false;
    this.nth = sign == 0x2d ? -nth : nth;
    return true;
  }

  /** One day, or seven in a row for a weekday in them. */
  private readDays(ptr: usize, len: i32): bool {
    const end = ptr + <usize>len;
    let count = 0;
    let at = ptr;
    while (at < end) {
      let stop = at;
      while (stop < end && load<u8>(stop) != COMMA) stop++;
      const day = number(at, <i32>(stop - at));
      if (day < 1 || day > 31 || (count > 0 && day != this.day + count)) return false;
      if (count == 0) this.day = day;
      count++;
      at = stop + 1;
    }
    this.isWeek = count == 7;
    return count == 1 || count == 7;
  }

  /** The moment in a year, or NO_ONSET. */
  private inYear(year: i32): i64 {
    const firstOfMonth = daysSince1970(year, this.month, 1);
    const size = daysOfMonth(year, this.month);
    let day = this.day;
    if (this.nth > 0) day = 1 + ((this.weekday - weekdayOf(firstOfMonth) + 7) % 7) + (this.nth - 1) * 7;
    else if (this.nth < 0) {
      day = size - ((weekdayOf(firstOfMonth + size - 1) - this.weekday + 7) % 7) + (this.nth + 1) * 7;
    } else if (this.weekday >= 0) day += (this.weekday - weekdayOf(firstOfMonth + day - 1) + 7) % 7;
    if (day < 1 || day > size) return NO_ONSET;
    return <i64>(firstOfMonth + day - 1) * DAY + (this.first - <i64>daysOf(this.first) * DAY);
  }
}

function monthOf(moment: i64): i32 {
  const days = daysOf(moment);
  const year = yearOf(moment);
  let month = 12;
  while (month > 1 && daysSince1970(year, month, 1) > days) month--;
  return month;
}

/** A number of one to four digits, or -1. */
function number(ptr: usize, len: i32): i32 {
  if (len < 1 || len > 4) return -1;
  let value = 0;
  for (let i = 0; i < len; i++) {
    const c = <u8>(load<u8>(ptr + <usize>i) - 0x30);
    if (c > 9) return -1;
    value = value * 10 + <i32>c;
  }
  return value;
}
