import { dateForm, DateForm, isDigit } from "./date_time";
import { putByte, putUpper } from "./line_writer";
import { isWordOf, wordIndex, Words, words } from "./words";

const SEMICOLON: u8 = 0x3b;
const COMMA: u8 = 0x2c;
const EQUALS: u8 = 0x3d;
const PLUS: u8 = 0x2b;
const MINUS: u8 = 0x2d;

/** The parts of a rule (RFC 5545, section 3.3.10; RFC 7529). From BYDAY on, their values are lists of numbers. */
const PARTS: Words = words(
  "FREQ,UNTIL,COUNT,INTERVAL,WKST,RSCALE,SKIP,BYDAY,BYMONTH,BYMONTHDAY,BYSETPOS,BYYEARDAY,BYWEEKNO,BYHOUR,BYMINUTE,BYSECOND",
);
namespace Part {
  export const FREQ: i32 = 0;
  export const UNTIL: i32 = 1;
  export const COUNT: i32 = 2;
  export const INTERVAL: i32 = 3;
  export const WKST: i32 = 4;
  export const RSCALE: i32 = 5;
  export const SKIP: i32 = 6;
  export const BYDAY: i32 = 7;
  export const BYMONTH: i32 = 8;
}

/** The least and the largest number of each part from BYDAY on; a least under zero: with a sign, and no zero. */
const LEAST: StaticArray<i32> = [-53, 1, -31, -366, -366, -53, 0, 0, 0];
const MOST: StaticArray<i32> = [53, 13, 31, 366, 366, 53, 23, 59, 60];

const FREQUENCIES: Words = words("SECONDLY,MINUTELY,HOURLY,DAILY,WEEKLY,MONTHLY,YEARLY");
const WEEKDAYS: Words = words("SU,MO,TU,WE,TH,FR,SA");
const SKIPS: Words = words("OMIT,BACKWARD,FORWARD");
/** The calendars of Unicode CLDR. */
const SCALES: Words = words(
  "GREGORIAN,BUDDHIST,CHINESE,COPTIC,DANGI,ETHIOAA,ETHIOPIC,HEBREW,INDIAN,ISLAMIC,ISLAMIC-CIVIL,ISLAMIC-RGSA," +
    "ISLAMIC-TBLA,ISLAMIC-UMALQURA,ISLAMICC,ISO8601,JAPANESE,PERSIAN,ROC",
);

/**
 * Puts the recurrence rule to `to`, in upper case; it is never longer than what is read. A part of unknown name is left
 * out, since it may hold any text. Gives where it ends, or 0 when a known part is not well-formed or there twice, or FREQ
 * is missing.
 */
export function putRecurrenceRule(to: usize, ptr: usize, len: i32): usize {
  let seen = 0;
  let out = to;
  let at = ptr;
  const end = ptr + <usize>len;
  while (at < end) {
    let equals: usize = 0;
    let stop = at;
    while (stop < end) {
      const c = load<u8>(stop);
      if (c == SEMICOLON) break;
      if (c == EQUALS && equals == 0) equals = stop;
      stop++;
    }
    const index = wordIndex(at, <i32>((equals != 0 ? equals : stop) - at), PARTS);
    if (index >= 0) {
      const bit = 1 << index;
      if (equals == 0 || (seen & bit) != 0) return 0;
      if (!isValue(index, equals + 1, <i32>(stop - equals) - 1)) return 0;
      if (seen != 0) out = putByte(out, SEMICOLON);
      seen |= bit;
      out = putUpper(out, at, <i32>(stop - at));
    }
    at = stop + 1;
  }
  return (seen & (1 << Part.FREQ)) != 0 ? out : 0;
}

function isValue(part: i32, ptr: usize, len: i32): bool {
  switch (part) {
    case Part.FREQ:
      return isWordOf(ptr, len, FREQUENCIES);
    case Part.UNTIL:
      return dateForm(ptr, len) != DateForm.NONE;
    case Part.COUNT:
    case Part.INTERVAL:
      return number(ptr, len) > 0;
    case Part.WKST:
      return isWordOf(ptr, len, WEEKDAYS);
    case Part.RSCALE:
      return isWordOf(ptr, len, SCALES);
    case Part.SKIP:
      return isWordOf(ptr, len, SKIPS);
    default:
      return isList(part, ptr, len);
  }
}

function isList(part: i32, ptr: usize, len: i32): bool {
  let at = ptr;
  const end = ptr + <usize>len;
  while (true) {
    let stop = at;
    while (stop < end && load<u8>(stop) != COMMA) stop++;
    if (!isItem(part, at, <i32>(stop - at))) return false;
    if (stop >= end) return true;
    at = stop + 1;
  }
}

/** One item of a list: a number in the part's range, a month that may be a leap month, a weekday with a number. */
function isItem(part: i32, ptr: usize, len: i32): bool {
  if (part == Part.BYDAY) {
    if (len < 2 || !isWordOf(ptr + <usize>(len - 2), 2, WEEKDAYS)) return false;
    return len == 2 || isNumber(part, ptr, len - 2);
  }
  const isLeap = part == Part.BYMONTH && len > 1 && (load<u8>(ptr + <usize>(len - 1)) | 0x20) == 0x6c;
  return isNumber(part, ptr, isLeap ? len - 1 : len);
}

function isNumber(part: i32, ptr: usize, len: i32): bool {
  const least = LEAST[part - Part.BYDAY];
  const sign = len > 0 ? load<u8>(ptr) : 0;
  const isSigned = sign == PLUS || sign == MINUS;
  if (isSigned && least >= 0) return false;
  const value = isSigned ? number(ptr + 1, len - 1) : number(ptr, len);
  if (value < 0 || value > MOST[part - Part.BYDAY]) return false;
  return least < 0 ? value > 0 : value >= least;
}

/** The value of one to nine digits, else -1. */
function number(ptr: usize, len: i32): i32 {
  if (len < 1 || len > 9) return -1;
  let value = 0;
  for (let i = 0; i < len; i++) {
    const c = load<u8>(ptr + <usize>i);
    if (!isDigit(c)) return -1;
    value = value * 10 + <i32>(c - 0x30);
  }
  return value;
}
