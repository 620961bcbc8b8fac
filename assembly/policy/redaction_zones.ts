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
/** The rest of a zone's marks is the number of the last calendar that referred to it. */
const CALENDAR_SHIFT: u32 = 1;

/** Which time zones a text defines, and which of them the components that are shown refer to, a calendar at a time. */
export class Zones {
  private marks: KeyMarks = new KeyMarks(MOST_ZONES);
  private calendar: u32 = 0;

  reset(): void {
    this.marks.reset();
    this.calendar = 0;
  }

  /** From here on, references are those of the next calendar. */
  startCalendar(): void {
    this.calendar++;
  }

  /** A VTIMEZONE with this `textKey` is written. False when there are too many. */
  define(key: u64): bool {
    return this.marks.add(key, DEFINED);
  }

  /** A component that is written refers to the zone. */
  refer(key: u64): void {
    const known = this.marks.get(key);
    if ((known & DEFINED) != 0) this.marks.put(key, DEFINED | (this.calendar << CALENDAR_SHIFT));
  }

  /** True when a component of this calendar referred to the zone. */
  isReferred(key: u64): bool {
    return this.marks.get(key) >> CALENDAR_SHIFT == this.calendar;
  }

  /**
   * True when a TZID parameter may be shown: the text defines that zone, or it is such a name as servers send without a
   * definition (RFC 7809): of the time zone database (`Europe/Berlin`) or of Windows (`W. Europe Standard Time`). So no
   * free text can ride in it.
   */
  accepts(ptr: usize, len: i32): bool {
    if (!isTzid(ptr, len)) return false;
    return (this.marks.get(textKey(ptr, len)) & DEFINED) != 0 || isWellKnown(ptr, len);
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
