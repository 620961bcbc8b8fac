import { foldedWord, pack } from "./words";

/** The properties that have a meaning here (RFC 5545, section 8.3.2). */
export namespace PropertyName {
  export const OTHER: i32 = 0;
  export const BEGIN: i32 = 1;
  export const END: i32 = 2;
  export const UID: i32 = 3;
  export const CLASS: i32 = 4;
  export const DTSTAMP: i32 = 5;
  export const DTSTART: i32 = 6;
  export const DTEND: i32 = 7;
  export const DURATION: i32 = 8;
  export const RRULE: i32 = 9;
  export const RDATE: i32 = 10;
  export const EXDATE: i32 = 11;
  export const RECURRENCE_ID: i32 = 12;
  export const SEQUENCE: i32 = 13;
  export const TRANSP: i32 = 14;
  export const STATUS: i32 = 15;
  export const DUE: i32 = 16;
  export const FREEBUSY: i32 = 17;
  export const TZID: i32 = 18;
  export const TZOFFSETFROM: i32 = 19;
  export const TZOFFSETTO: i32 = 20;
  export const TZNAME: i32 = 21;
}

/** The components that have a meaning here (RFC 5545, section 8.3.1). */
export namespace ComponentName {
  export const OTHER: i32 = 0;
  export const VCALENDAR: i32 = 1;
  export const VEVENT: i32 = 2;
  export const VTODO: i32 = 3;
  export const VJOURNAL: i32 = 4;
  export const VFREEBUSY: i32 = 5;
  export const VTIMEZONE: i32 = 6;
  export const STANDARD: i32 = 7;
  export const DAYLIGHT: i32 = 8;
  export const VALARM: i32 = 9;
}

/** How many bytes after the begin of a name are read at once: so many must be readable, whatever its length. */
export const NAME_READ: i32 = 16;

const BEGIN: u64 = pack("begin");
const END: u64 = pack("end");
const UID: u64 = pack("uid");
const CLASS: u64 = pack("class");
const DTSTAMP: u64 = pack("dtstamp");
const DTSTART: u64 = pack("dtstart");
const DTEND: u64 = pack("dtend");
const DURATION: u64 = pack("duration");
const RRULE: u64 = pack("rrule");
const RDATE: u64 = pack("rdate");
const EXDATE: u64 = pack("exdate");
const RECURREN: u64 = pack("recurren");
const CE_ID: u64 = pack("ce-id");
const SEQUENCE: u64 = pack("sequence");
const TRANSP: u64 = pack("transp");
const STATUS: u64 = pack("status");
const DUE: u64 = pack("due");
const FREEBUSY: u64 = pack("freebusy");
const TZID: u64 = pack("tzid");
const TZOFFSET: u64 = pack("tzoffset");
const FROM: u64 = pack("from");
const TO: u64 = pack("to");
const TZNAME: u64 = pack("tzname");

const VCALENDA: u64 = pack("vcalenda");
const R: u64 = pack("r");
const VEVENT: u64 = pack("vevent");
const VTODO: u64 = pack("vtodo");
const VJOURNAL: u64 = pack("vjournal");
const VFREEBUS: u64 = pack("vfreebus");
const Y: u64 = pack("y");
const VTIMEZON: u64 = pack("vtimezon");
const E: u64 = pack("e");
const STANDARD: u64 = pack("standard");
const DAYLIGHT: u64 = pack("daylight");
const VALARM: u64 = pack("valarm");

/**
 * The `PropertyName` of the `len` letters, digits and hyphens at `ptr`, in any case; OTHER for one that has no meaning
 * here. `NAME_READ` bytes at `ptr` must be readable.
 */
export function propertyName(ptr: usize, len: i32): i32 {
  if (len < 3 || len > 13) return PropertyName.OTHER;
  const first = foldedWord(ptr, len);
  switch (len) {
    case 3:
      if (first == UID) return PropertyName.UID;
      if (first == END) return PropertyName.END;
      return first == DUE ? PropertyName.DUE : PropertyName.OTHER;
    case 4:
      return first == TZID ? PropertyName.TZID : PropertyName.OTHER;
    case 5:
      if (first == BEGIN) return PropertyName.BEGIN;
      if (first == CLASS) return PropertyName.CLASS;
      if (first == DTEND) return PropertyName.DTEND;
      if (first == RRULE) return PropertyName.RRULE;
      return first == RDATE ? PropertyName.RDATE : PropertyName.OTHER;
    case 6:
      if (first == STATUS) return PropertyName.STATUS;
      if (first == TRANSP) return PropertyName.TRANSP;
      if (first == EXDATE) return PropertyName.EXDATE;
      return first == TZNAME ? PropertyName.TZNAME : PropertyName.OTHER;
    case 7:
      if (first == DTSTART) return PropertyName.DTSTART;
      return first == DTSTAMP ? PropertyName.DTSTAMP : PropertyName.OTHER;
    case 8:
      if (first == SEQUENCE) return PropertyName.SEQUENCE;
      if (first == DURATION) return PropertyName.DURATION;
      return first == FREEBUSY ? PropertyName.FREEBUSY : PropertyName.OTHER;
    case 10:
      return first == TZOFFSET && foldedWord(ptr + 8, 2) == TO ? PropertyName.TZOFFSETTO : PropertyName.OTHER;
    case 12:
      return first == TZOFFSET && foldedWord(ptr + 8, 4) == FROM ? PropertyName.TZOFFSETFROM : PropertyName.OTHER;
    case 13:
      return first == RECURREN && foldedWord(ptr + 8, 5) == CE_ID ? PropertyName.RECURRENCE_ID : PropertyName.OTHER;
    default:
      return PropertyName.OTHER;
  }
}

/** As `propertyName`, for the name of a component. */
export function componentName(ptr: usize, len: i32): i32 {
  if (len < 5 || len > 9) return ComponentName.OTHER;
  const first = foldedWord(ptr, len);
  switch (len) {
    case 5:
      return first == VTODO ? ComponentName.VTODO : ComponentName.OTHER;
    case 6:
      if (first == VEVENT) return ComponentName.VEVENT;
      return first == VALARM ? ComponentName.VALARM : ComponentName.OTHER;
    case 8:
      if (first == STANDARD) return ComponentName.STANDARD;
      if (first == DAYLIGHT) return ComponentName.DAYLIGHT;
      return first == VJOURNAL ? ComponentName.VJOURNAL : ComponentName.OTHER;
    case 9: {
      const last = foldedWord(ptr + 8, 1);
      if (first == VTIMEZON && last == E) return ComponentName.VTIMEZONE;
      if (first == VCALENDA && last == R) return ComponentName.VCALENDAR;
      return first == VFREEBUS && last == Y ? ComponentName.VFREEBUSY : ComponentName.OTHER;
    }
    default:
      return ComponentName.OTHER;
  }
}

/** How many letters, digits and hyphens (RFC 5545, `iana-token`) stand at `ptr`, of at most 16. 16 bytes are read. */
// @ts-ignore: decorator
@inline
export function tokenRun(ptr: usize): i32 {
  const bytes = v128.load(ptr);
  const letters = i8x16.lt_u(i8x16.sub(v128.or(bytes, i8x16.splat(0x20)), i8x16.splat(0x61)), i8x16.splat(26));
  const digits = i8x16.lt_u(i8x16.sub(bytes, i8x16.splat(0x30)), i8x16.splat(10));
  const hyphens = i8x16.eq(bytes, i8x16.splat(0x2d));
  return ctz((i8x16.bitmask(v128.or(v128.or(letters, digits), hyphens)) ^ 0xffff) | 0x10000);
}

/** True for a letter, digit or hyphen. */
// @ts-ignore: decorator
@inline
export function isTokenByte(c: u8): bool {
  return <u8>((c | 0x20) - 0x61) < 26 || <u8>(c - 0x30) < 10 || c == 0x2d;
}
