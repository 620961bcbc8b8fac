import { KeyMarks } from "../bytes/key_marks";
import { startsWith } from "../bytes/slice";
import { Text, text } from "../bytes/text";
import { isTokenByte } from "../ical/names";
import { isPlainText, textKey } from "../ical/plain_text";

const MOST_ZONES: u32 = 1 << 16;
const TZID_SIZE: i32 = 255;
/** The longest name without a slash in the time zone database is `Greenwich`, or one as long. */
const SHORT_NAME: i32 = 9;
const LONG_NAME: i32 = 64;

/** Windows has `W. Europe Standard Time`, `Central Standard Time (Mexico)`. */
const STANDARD_TIME: Text = text(" Standard Time");

const DEFINED: u32 = 1;
const REFERRED: u32 = 2;

/** Which time zones each calendar of a text defines, and to which of them the components that are shown refer. */
export class Zones {
  private marks: KeyMarks = new KeyMarks(MOST_ZONES);
  /** Tells the keys of one calendar from those of the others. */
  private salt: u64 = 0;

  reset(): void {
    this.marks.reset();
    this.salt = 0;
  }

  /** What follows is about the calendar with that number. */
  enter(calendar: i32): void {
    this.salt = <u64>calendar * 0x9e3779b97f4a7c15;
  }

  /** A VTIMEZONE with this `textKey` is written. False when there are too many. */
  define(key: u64): bool {
    return this.marks.add(key ^ this.salt, DEFINED);
  }

  /** A component that is written refers to the zone. */
  refer(key: u64): void {
    if (this.marks.get(key ^ this.salt) == DEFINED) this.marks.add(key ^ this.salt, REFERRED);
  }

  /** True when a component referred to the zone. */
  isReferred(key: u64): bool {
    return (this.marks.get(key ^ this.salt) & REFERRED) != 0;
  }

  /**
   * True when a TZID parameter may be shown: the calendar defines that zone, or it is such a name as servers send without
   * a definition (RFC 7809): of the time zone database (`Europe/Berlin`) or of Windows (`W. Europe Standard Time`). So no
   * free text can ride in it.
   */
  accepts(ptr: usize, len: i32): bool {
    if (!isTzid(ptr, len)) return false;
    return (this.marks.get(textKey(ptr, len) ^ this.salt) & DEFINED) != 0 || isWellKnown(ptr, len);
  }
}

/** True when the run can be a TZID at all. */
export function isTzid(ptr: usize, len: i32): bool {
  if (len < 1 || len > TZID_SIZE || !isPlainText(ptr, len)) return false;
  for (let i = 0; i < len; i++) if (load<u8>(ptr + <usize>i) == 0x22) return false;
  return true;
}

function isWellKnown(ptr: usize, len: i32): bool {
  if (len > LONG_NAME) return false;
  let slash = false;
  let space = false;
  for (let i = 0; i < len; i++) {
    const c = load<u8>(ptr + <usize>i);
    if (c == 0x2f) slash = true;
    else if (c == 0x20 || c == 0x28 || c == 0x29) space = true;
    else if (!isTokenByte(c) && c != 0x2b && c != 0x5f && c != 0x2e) return false;
  }
  if (!space) return slash || len <= SHORT_NAME;
  return !slash && contains(ptr, len, STANDARD_TIME);
}

function contains(ptr: usize, len: i32, part: Text): bool {
  for (let i = 0; i + part.len <= len; i++) if (startsWith(ptr + <usize>i, len - i, part)) return true;
  return false;
}
