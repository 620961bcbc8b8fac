import { isDuration } from "./duration";
import { daysOfMonth } from "./instant";

/** What a value of dates holds (RFC 5545, sections 3.3.4, 3.3.5 and 3.3.9). */
export namespace DateForm {
  /** Not well-formed, or items of different forms. */
  export const NONE: i32 = 0;
  export const DATE: i32 = 1;
  /** A date with a local time: floating, or of a time zone. */
  export const LOCAL: i32 = 2;
  export const UTC: i32 = 3;
  export const PERIOD_LOCAL: i32 = 4;
  export const PERIOD_UTC: i32 = 5;
}

/** Bytes of the longest date: `20240301T090000Z`. */
export const DATE_SIZE: i32 = 16;

const COMMA: u8 = 0x2c;
const SLASH: u8 = 0x2f;
const MINUS: u8 = 0x2d;

/**
 * The `DateForm` of one DATE or DATE-TIME of exactly `len` bytes. Days that no calendar has are not well-formed. 16 bytes
 * at `ptr` must be readable.
 */
export function dateForm(ptr: usize, len: i32): i32 {
  if (len != 8 && len != 15 && len != 16) return DateForm.NONE;
  if (!areDigits(load<u64>(ptr))) return DateForm.NONE;
  const year = two(ptr) * 100 + two(ptr + 2);
  const month = two(ptr + 4);
  const day = two(ptr + 6);
  if (year < 1 || month < 1 || month > 12 || day < 1 || day > daysOfMonth(year, month)) return DateForm.NONE;
  if (len == 8) return DateForm.DATE;
  // A zero in place of the T, and of the Z or whatever follows, leaves eight digits when the time has six.
  const time = load<u64>(ptr, 8);
  if (((<u8>time) | 0x20) != 0x74 || !areDigits((time & 0x00ffffffffffff00) | 0x3000000000000030)) return DateForm.NONE;
  if (two(ptr + 9) > 23 || two(ptr + 11) > 59 || two(ptr + 13) > 60) return DateForm.NONE;
  if (len == 15) return DateForm.LOCAL;
  return (load<u8>(ptr, 15) | 0x20) == 0x7a ? DateForm.UTC : DateForm.NONE;
}

/**
 * The `DateForm` that all items of a list have, split at commas; NONE when they differ or one is not well-formed. 16 bytes
 * after it must be readable.
 */
export function dateListForm(ptr: usize, len: i32): i32 {
  if (len <= DATE_SIZE) return dateForm(ptr, len);
  let form = DateForm.NONE;
  let at = ptr;
  const end = ptr + <usize>len;
  while (true) {
    let stop = at;
    while (stop < end && load<u8>(stop) != COMMA) stop++;
    const item = itemForm(at, <i32>(stop - at));
    if (item == DateForm.NONE || (form != DateForm.NONE && form != item)) return DateForm.NONE;
    form = item;
    if (stop >= end) return form;
    at = stop + 1;
  }
}

/** True for the forms with a local time, which a TZID gives a meaning. */
export function isLocalForm(form: i32): bool {
  return form == DateForm.LOCAL || form == DateForm.PERIOD_LOCAL;
}

/** True for an ASCII digit. */
// @ts-ignore: decorator
@inline
export function isDigit(c: u8): bool {
  return <u8>(c - 0x30) < 10;
}

/** A date, a date with time, or a period: its begin, a slash, and its end or duration. */
function itemForm(ptr: usize, len: i32): i32 {
  let slash = 0;
  while (slash < len && load<u8>(ptr + <usize>slash) != SLASH) slash++;
  const start = dateForm(ptr, slash);
  if (slash == len) return start;
  if (start != DateForm.LOCAL && start != DateForm.UTC) return DateForm.NONE;
  const rest = ptr + <usize>slash + 1;
  const restLen = len - slash - 1;
  if (dateForm(rest, restLen) != start && (!isDuration(rest, restLen) || load<u8>(rest) == MINUS)) return DateForm.NONE;
  return start == DateForm.UTC ? DateForm.PERIOD_UTC : DateForm.PERIOD_LOCAL;
}

/** True when all eight bytes are ASCII digits: their high halves are 3, and stay so when 6 is added. */
// @ts-ignore: decorator
@inline
function areDigits(bytes: u64): bool {
  return (
    ((bytes & 0xf0f0f0f0f0f0f0f0) | (((bytes + 0x0606060606060606) & 0xf0f0f0f0f0f0f0f0) >> 4)) == 0x3333333333333333
  );
}

// @ts-ignore: decorator
@inline
function two(ptr: usize): i32 {
  return <i32>(load<u8>(ptr) - 0x30) * 10 + <i32>(load<u8>(ptr, 1) - 0x30);
}
