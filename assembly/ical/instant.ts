/** Seconds of a day. */
export const DAY: i64 = 86_400;
/** The first and the last second that iCalendar can write: 0001-01-01T00:00:00Z and 9999-12-31T23:59:59Z. */
export const FIRST_INSTANT: i64 = -62_135_596_800;
export const LAST_INSTANT: i64 = 253_402_300_799;

/** Bytes that `putInstant` writes. */
export const INSTANT_SIZE: i32 = 16;

const DAYS_TO_1970: i32 = 719_468;

/**
 * The seconds since 1970 of a DATE or DATE-TIME (RFC 5545, 3.3.4 and 3.3.5) whose `dateForm` is DATE, LOCAL or UTC. A
 * local time counts as if it were UTC, a date as its begin.
 */
export function instantOf(ptr: usize, len: i32): i64 {
  const days = daysSince1970(two(ptr) * 100 + two(ptr + 2), two(ptr + 4), two(ptr + 6));
  if (len < 15) return <i64>days * DAY;
  return <i64>days * DAY + <i64>(two(ptr + 9) * 3600 + two(ptr + 11) * 60 + two(ptr + 13));
}

/**
 * Puts seconds since 1970 as a DATE-TIME in UTC, such as `20260105T090000Z`, at `to`, where `INSTANT_SIZE` bytes must be
 * free; gives where it ends. They must lie between FIRST_INSTANT and LAST_INSTANT.
 */
export function putInstant(to: usize, seconds: i64): usize {
  const days = daysOf(seconds);
  const time = <i32>(seconds - <i64>days * DAY);
  const year = yearOfDays(days);
  const dayOfYear = days - daysSince1970(year, 1, 1);
  let month = 12;
  while (month > 1 && daysSince1970(year, month, 1) - daysSince1970(year, 1, 1) > dayOfYear) month--;
  putTwo(to, year / 100);
  putTwo(to + 2, year % 100);
  putTwo(to + 4, month);
  putTwo(to + 6, days - daysSince1970(year, month, 1) + 1);
  store<u8>(to, 0x54, 8);
  putTwo(to + 9, time / 3600);
  putTwo(to + 11, (time / 60) % 60);
  putTwo(to + 13, time % 60);
  store<u8>(to, 0x5a, 15);
  return to + <usize>INSTANT_SIZE;
}

/** The year of seconds since 1970. */
export function yearOf(seconds: i64): i32 {
  return yearOfDays(daysOf(seconds));
}

/** The days since 1970 that seconds have gone through. */
export function daysOf(seconds: i64): i32 {
  return <i32>((seconds >= 0 ? seconds : seconds - DAY + 1) / DAY);
}

/** The day of the week of days since 1970: 0 is a Sunday. */
export function weekdayOf(days: i32): i32 {
  return (((days + 4) % 7) + 7) % 7;
}

/** Days of the proleptic Gregorian calendar, counted in years that begin in March, so that leap days come last. */
export function daysSince1970(year: i32, month: i32, day: i32): i32 {
  const y = month > 2 ? year : year - 1;
  const era = (y >= 0 ? y : y - 399) / 400;
  const yearOfEra = y - era * 400;
  const dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;
  return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - DAYS_TO_1970;
}

/** How many days a month has. */
export function daysOfMonth(year: i32, month: i32): i32 {
  if (month == 2) return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28;
  return month == 4 || month == 6 || month == 9 || month == 11 ? 30 : 31;
}

function yearOfDays(days: i32): i32 {
  // At most one off: then the first of January says so.
  const year = 1970 + <i32>((<i64>days * 400) / 146_097);
  if (daysSince1970(year, 1, 1) > days) return year - 1;
  return daysSince1970(year + 1, 1, 1) <= days ? year + 1 : year;
}

// @ts-ignore: decorator
@inline
function two(ptr: usize): i32 {
  return <i32>(load<u8>(ptr) - 0x30) * 10 + <i32>(load<u8>(ptr, 1) - 0x30);
}

function putTwo(to: usize, value: i32): void {
  store<u8>(to, <u8>(0x30 + value / 10));
  store<u8>(to, <u8>(0x30 + (value % 10)), 1);
}
