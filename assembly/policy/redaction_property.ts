import { text, Text } from "../bytes/text";
import { Writer } from "../bytes/writer";
import { ContentLine } from "../ical/content_line";
import { DATE_SIZE, DateForm, dateListForm, isDigit, isLocalForm } from "../ical/date_time";
import { isDuration } from "../ical/duration";
import { LineReader } from "../ical/line_reader";
import { LineWriter, put, putByte, putUpper } from "../ical/line_writer";
import { isTokenByte, PropertyName } from "../ical/names";
import { textKey } from "../ical/plain_text";
import { putRecurrenceRule } from "../ical/recurrence_rule";
import { isWordOf, Words, words } from "../ical/words";
import { isTzid, Zones } from "./redaction_zones";

const STATUSES: Words = words("TENTATIVE,CONFIRMED,CANCELLED");
const TRANSPARENCIES: Words = words("OPAQUE,TRANSPARENT");
const FREE_BUSY_TYPES: Words = words("FREE,BUSY,BUSY-UNAVAILABLE,BUSY-TENTATIVE");
const RANGES: Words = words("THISANDFUTURE");

// `put` reads on for up to 15 bytes: the blanks are those.
const VALUE_DATE: Text = text(";VALUE=DATE     ");
const VALUE_DATE_LEN: i32 = 11;
const VALUE_PERIOD: Text = text(";VALUE=PERIOD   ");
const VALUE_PERIOD_LEN: i32 = 13;
const TZID_IS: Text = text(";TZID=          ");
const TZID_IS_LEN: i32 = 6;
const RANGE_IS: Text = text(";RANGE=         ");
const RANGE_IS_LEN: i32 = 7;
const FBTYPE_IS: Text = text(";FBTYPE=        ");
const FBTYPE_IS_LEN: i32 = 8;
/** Bytes that a line may gain: a VALUE parameter, and quotes. */
const GAIN: i32 = 32;

const COLON: u8 = 0x3a;
const QUOTE: u8 = 0x22;

/** A TZNAME is shown when it is such an abbreviation as `CEST` or `+0530`. */
const TZNAME_SIZE: i32 = 8;
const SEQUENCE_SIZE: i32 = 9;

/**
 * Writes the properties that a redacted component may have, each anew from its parsed pieces: a value that is not
 * well-formed is not written, nor is any parameter but VALUE, TZID, RANGE and FBTYPE with the values that they may have.
 * So no byte passes that has not been looked at, but for UIDs, which stay as they are.
 */
export class PropertyRedactor {
  /** The lines are those of an observance: its dates are local, and of no zone (RFC 5545, section 3.6.5). */
  inTimeZone: bool = false;
  private content: ContentLine = new ContentLine();

  constructor(
    private writer: LineWriter,
    private zones: Zones,
  ) {}

  /** Writes the reader's line when it may be written; false when not. */
  write(lines: LineReader, out: Writer): bool {
    const content = this.content;
    if (!content.parse(lines)) return false;
    const start = this.writer.begin(lines.textLen + GAIN, out);
    if (start == 0) return false;
    // The name is known and clean, so it can be taken from the line.
    const at = this.putRest(lines.name, putUpper(start, lines.text, lines.nameLen));
    if (at == 0) return false;
    this.writer.end(at, out);
    return true;
  }

  /** True when the reader's line is a DTSTART that `write` would write in an event. */
  isGoodStart(lines: LineReader): bool {
    return this.content.parse(lines) && this.dateForm(PropertyName.DTSTART) != DateForm.NONE;
  }

  /** The `textKey` of the value of the line that was written last. */
  get valueKey(): u64 {
    return textKey(this.content.value, this.content.valueLen);
  }

  /** Notes the zone that the reader's line refers to; for lines that are passed as they are. */
  noteZone(lines: LineReader): void {
    const content = this.content;
    if (content.parse(lines) && content.tzidLen > 0) this.zones.refer(textKey(content.tzid, content.tzidLen));
  }

  /** Puts parameters and value to `to`; gives where they end, or 0 when the property may not be written. */
  private putRest(name: i32, to: usize): usize {
    const content = this.content;
    const value = content.value;
    const len = content.valueLen;
    switch (name) {
      case PropertyName.DTSTAMP:
      case PropertyName.DTSTART:
      case PropertyName.DTEND:
      case PropertyName.RDATE:
      case PropertyName.EXDATE:
      case PropertyName.RECURRENCE_ID:
        return this.putDates(name, to);
      case PropertyName.FREEBUSY:
        return this.putFreeBusy(to);
      case PropertyName.RRULE:
        return putRecurrenceRule(putByte(to, COLON), value, len);
      case PropertyName.UID:
        return len > 0 ? put(putByte(to, COLON), content.rawValue, content.rawValueLen) : 0;
      case PropertyName.DURATION:
        return isDuration(value, len) ? this.putValue(to) : 0;
      case PropertyName.SEQUENCE:
        return isNumber(value, len) ? this.putValue(to) : 0;
      case PropertyName.STATUS:
        return isWordOf(value, len, STATUSES) ? this.putValue(to) : 0;
      case PropertyName.TRANSP:
        return isWordOf(value, len, TRANSPARENCIES) ? this.putValue(to) : 0;
      case PropertyName.TZID:
        return isTzid(value, len) ? put(putByte(to, COLON), value, len) : 0;
      case PropertyName.TZOFFSETFROM:
      case PropertyName.TZOFFSETTO:
        return isOffset(value, len) ? this.putValue(to) : 0;
      case PropertyName.TZNAME:
        return isAbbreviation(value, len) ? put(putByte(to, COLON), value, len) : 0;
      default:
        return 0;
    }
  }

  private putValue(to: usize): usize {
    return putUpper(putByte(to, COLON), this.content.value, this.content.valueLen);
  }

  /** The form of the dates in the line, NONE when they may not be shown in this property or in their time zone. */
  private dateForm(name: i32): i32 {
    const content = this.content;
    const isList = name == PropertyName.RDATE || name == PropertyName.EXDATE;
    if (!isList && content.valueLen > DATE_SIZE) return DateForm.NONE;
    const form = dateListForm(content.value, content.valueLen);
    if (name != PropertyName.RDATE && form > DateForm.UTC) return DateForm.NONE;
    if (this.inTimeZone) return form == DateForm.LOCAL ? form : DateForm.NONE;
    if (isLocalForm(form) && content.tzidLen > 0 && !this.zones.accepts(content.tzid, content.tzidLen)) {
      return DateForm.NONE;
    }
    return form;
  }

  private putDates(name: i32, to: usize): usize {
    const form = this.dateForm(name);
    if (form == DateForm.NONE) return 0;
    const content = this.content;
    let at = to;
    if (form == DateForm.DATE) at = put(at, VALUE_DATE.ptr, VALUE_DATE_LEN);
    else if (form > DateForm.UTC) at = put(at, VALUE_PERIOD.ptr, VALUE_PERIOD_LEN);
    if (isLocalForm(form) && content.tzidLen > 0 && !this.inTimeZone) {
      at = putParameter(put(at, TZID_IS.ptr, TZID_IS_LEN), content.tzid, content.tzidLen);
      this.zones.refer(textKey(content.tzid, content.tzidLen));
    }
    const range = content.range;
    if (name == PropertyName.RECURRENCE_ID && range != 0 && isWordOf(range, content.rangeLen, RANGES)) {
      at = putUpper(put(at, RANGE_IS.ptr, RANGE_IS_LEN), range, content.rangeLen);
    }
    return this.putValue(at);
  }

  private putFreeBusy(to: usize): usize {
    const content = this.content;
    if (dateListForm(content.value, content.valueLen) != DateForm.PERIOD_UTC) return 0;
    const type = content.freeBusyType;
    let at = to;
    if (type != 0 && isWordOf(type, content.freeBusyTypeLen, FREE_BUSY_TYPES)) {
      at = putUpper(put(at, FBTYPE_IS.ptr, FBTYPE_IS_LEN), type, content.freeBusyTypeLen);
    }
    return this.putValue(at);
  }
}

/** Puts a parameter value, in quotes where it must be (RFC 5545, section 3.2). */
function putParameter(to: usize, ptr: usize, len: i32): usize {
  let isQuoted = false;
  for (let i = 0; i < len; i++) {
    const c = load<u8>(ptr + <usize>i);
    if (c == 0x2c || c == 0x3a || c == 0x3b) isQuoted = true;
  }
  if (!isQuoted) return put(to, ptr, len);
  return putByte(put(putByte(to, QUOTE), ptr, len), QUOTE);
}

function isNumber(ptr: usize, len: i32): bool {
  if (len < 1 || len > SEQUENCE_SIZE) return false;
  for (let i = 0; i < len; i++) if (!isDigit(load<u8>(ptr + <usize>i))) return false;
  return true;
}

/** UTC-OFFSET: a sign, hours, minutes, and perhaps seconds (RFC 5545, section 3.3.14). */
function isOffset(ptr: usize, len: i32): bool {
  if (len != 5 && len != 7) return false;
  const sign = load<u8>(ptr);
  if (sign != 0x2b && sign != 0x2d) return false;
  for (let i = 1; i < len; i++) {
    const c = load<u8>(ptr + <usize>i);
    if (!isDigit(c) || ((i & 1) == 1 && c > (i == 1 ? 0x32 : 0x35))) return false;
  }
  return load<u8>(ptr, 1) < 0x32 || load<u8>(ptr, 2) < 0x34;
}

function isAbbreviation(ptr: usize, len: i32): bool {
  if (len < 1 || len > TZNAME_SIZE) return false;
  for (let i = 0; i < len; i++) {
    const c = load<u8>(ptr + <usize>i);
    if (!isTokenByte(c) && c != 0x2b) return false;
  }
  return true;
}
