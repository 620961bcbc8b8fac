import { DAY, daysOfMonth, daysSince1970 } from "../ical/instant";

/** What `parseTimestamp` gives for a text that is none. */
export const NO_TIMESTAMP: i64 = i64.MIN_VALUE;

/**
 * The ms since 1970 of a date-time of RFC 3339, 5.6, such as `2027-01-01T00:00:00Z` or `2027-01-01T00:00:00.5+02:00`;
 * NO_TIMESTAMP when it is none. Digits beyond ms are dropped, and a leap second counts as the second after it.
 */
export function parseTimestamp(ptr: usize, len: i32): i64 {
  if (len < 20 || len > 40) return NO_TIMESTAMP;
  const year = digits(ptr, 4);
  const month = digits(ptr + 5, 2);
  const day = digits(ptr + 8, 2);
  const hour = digits(ptr + 11, 2);
  const minute = digits(ptr + 14, 2);
  const second = digits(ptr + 17, 2);
  const separated =
    load<u8>(ptr, 4) == 45 &&
    load<u8>(ptr, 7) == 45 &&
    (load<u8>(ptr, 10) | 32) == 116 &&
    load<u8>(ptr, 13) == 58 &&
    load<u8>(ptr, 16) == 58;
  if (!separated || year < 0 || month < 1 || month > 12 || day < 1 || day > daysOfMonth(year, month)) {
    return NO_TIMESTAMP;
  }
  if (hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 || second > 60) return NO_TIMESTAMP;
  let at = ptr + 19;
  const end = ptr + <usize>len;
  let ms = 0;
  if (load<u8>(at) == 46) {
    at++;
    let unit = 100;
    const begin = at;
    for (; at < end && load<u8>(at) - 48 < 10; at++) {
      ms += <i32>(load<u8>(at) - 48) * unit;
      unit /= 10;
    }
    if (at == begin) return NO_TIMESTAMP;
  }
  const offset = zone(at, <i32>(end - at));
  if (offset == i32.MIN_VALUE) return NO_TIMESTAMP;
  const seconds = <i64>daysSince1970(year, month, day) * DAY + <i64>(hour * 3600 + (minute - offset) * 60 + second);
  return seconds * 1000 + <i64>ms;
}

/** The minutes east of UTC of `Z` or `+02:00`; MIN_VALUE when it is none. */
function zone(ptr: usize, len: i32): i32 {
  if (len == 1) return (load<u8>(ptr) | 32) == 122 ? 0 : i32.MIN_VALUE;
  if (len != 6 || load<u8>(ptr, 3) != 58) return i32.MIN_VALUE;
  const sign = load<u8>(ptr);
  const hours = digits(ptr + 1, 2);
  const minutes = digits(ptr + 4, 2);
  if ((sign != 43 && sign != 45) || hours < 0 || hours > 23 || minutes < 0 || minutes > 59) return i32.MIN_VALUE;
  return (sign == 45 ? -1 : 1) * (hours * 60 + minutes);
}

function digits(ptr: usize, count: i32): i32 {
  let value = 0;
  for (let i = 0; i < count; i++) {
    const c = load<u8>(ptr + <usize>i) - 48;
    if (c > 9) return -1;
    value = value * 10 + <i32>c;
  }
  return value;
}
