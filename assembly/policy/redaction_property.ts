import { Slice } from "../bytes/slice";
import { text, Text } from "../bytes/text";
import { Writer } from "../bytes/writer";
import { ContentLine } from "../ical/content_line";
import { DateForm, dateListForm, isDigit, isLocalForm, writeUpper } from "../ical/date_time";
import { isDuration } from "../ical/duration";
import { LineReader } from "../ical/line_reader";
import { LineWriter } from "../ical/line_writer";
import { isTokenByte, PropertyName } from "../ical/names";
import { textKey } from "../ical/plain_text";
import { isWordOf, writeRecurrenceRule } from "../ical/recurrence_rule";
import { isTzid, Zones } from "./redaction_zones";

const STATUSES: Text = text("TENTATIVE,CONFIRMED,CANCELLED");
const TRANSPARENCIES: Text = text("OPAQUE,TRANSPARENT");
const FREE_BUSY_TYPES: Text = text("FREE,BUSY,BUSY-UNAVAILABLE,BUSY-TENTATIVE");
const THIS_AND_FUTURE: Text = text("THISANDFUTURE");

const VALUE_DATE: Text = text(";VALUE=DATE");
const VALUE_PERIOD: Text = text(";VALUE=PERIOD");
const TZID_IS: Text = text(";TZID=");
const RANGE_IS: Text = text(";RANGE=");
const FBTYPE_IS: Text = text(";FBTYPE=");

const COLON: u8 = 0x3a;
const QUOTE: u8 = 0x22;

/** A TZNAME is shown when it is such an abbreviation as `CEST` or `+0530`. */
const TZNAME_SIZE: i32 = 8;
const SEQUENCE_SIZE: i32 = 9;

/** Property names as they are written, by `PropertyName`; empty for those that are never written by themselves. */
const NAMES: Text[] = [
  "", "", "", "UID", "", "DTSTAMP", "DTSTART", "DTEND", "DURATION", "RRULE", "RDATE", "EXDATE", "RECURRENCE-ID",
  "SEQUENCE", "TRANSP", "STATUS", "", "FREEBUSY", "TZID", "TZOFFSETFROM", "TZOFFSETTO", "TZNAME",
].map<Text>((name) => new Text(name));

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
    const name = lines.name;
    const value = content.value;
    switch (name) {
      case PropertyName.DTSTAMP:
      case PropertyName.DTSTART:
      case PropertyName.DTEND:
      case PropertyName.RDATE:
      case PropertyName.EXDATE:
      case PropertyName.RECURRENCE_ID:
        return this.dates(name, out);
      case PropertyName.FREEBUSY:
        return this.freeBusy(out);
      case PropertyName.RRULE:
        this.begin(name);
        return writeRecurrenceRule(value.ptr, value.len, this.writer.line) && this.end(out);
      case PropertyName.UID:
        return !value.isEmpty && this.copy(name, content.rawValue, out);
      case PropertyName.DURATION:
        return isDuration(value.ptr, value.len) && this.upper(name, out);
      case PropertyName.SEQUENCE:
        return isNumber(value) && this.upper(name, out);
      case PropertyName.STATUS:
        return isWordOf(value.ptr, value.len, STATUSES) && this.upper(name, out);
      case PropertyName.TRANSP:
        return isWordOf(value.ptr, value.len, TRANSPARENCIES) && this.upper(name, out);
      case PropertyName.TZID:
        return isTzid(value.ptr, value.len) && this.copy(name, value, out);
      case PropertyName.TZOFFSETFROM:
      case PropertyName.TZOFFSETTO:
        return isOffset(value) && this.copy(name, value, out);
      case PropertyName.TZNAME:
        return isAbbreviation(value) && this.copy(name, value, out);
      default:
        return false;
    }
  }

  /** True when the reader's line is a DTSTART that `write` would write in an event. */
  isGoodStart(lines: LineReader): bool {
    return this.content.parse(lines) && this.dateForm(PropertyName.DTSTART) != DateForm.NONE;
  }

  /** The `textKey` of the value of the line that was written last. */
  get valueKey(): u64 {
    return textKey(this.content.value.ptr, this.content.value.len);
  }

  /** Notes the zone that the reader's line refers to; for lines that are passed as they are. */
  noteZone(lines: LineReader): void {
    if (!this.content.parse(lines)) return;
    const tzid = this.content.tzid;
    if (!tzid.isEmpty) this.zones.refer(textKey(tzid.ptr, tzid.len));
  }

  /** The form of the dates in the line, NONE when they may not be shown in this property or in their time zone. */
  private dateForm(name: i32): i32 {
    const value = this.content.value;
    const tzid = this.content.tzid;
    const form = dateListForm(value.ptr, value.len);
    if (name != PropertyName.RDATE && form > DateForm.UTC) return DateForm.NONE;
    const isList = name == PropertyName.RDATE || name == PropertyName.EXDATE;
    // One date has 16 bytes at most.
    if (!isList && value.len > 16) return DateForm.NONE;
    if (this.inTimeZone) return form == DateForm.LOCAL ? form : DateForm.NONE;
    if (isLocalForm(form) && !tzid.isEmpty && !this.zones.accepts(tzid)) return DateForm.NONE;
    return form;
  }

  private dates(name: i32, out: Writer): bool {
    const form = this.dateForm(name);
    if (form == DateForm.NONE) return false;
    const content = this.content;
    this.begin(name);
    const line = this.writer.line;
    if (form == DateForm.DATE) line.text(VALUE_DATE);
    else if (form > DateForm.UTC) line.text(VALUE_PERIOD);
    const tzid = content.tzid;
    if (isLocalForm(form) && !tzid.isEmpty && !this.inTimeZone) {
      line.text(TZID_IS);
      writeParameter(tzid, line);
      this.zones.refer(textKey(tzid.ptr, tzid.len));
    }
    if (name == PropertyName.RECURRENCE_ID && content.range.isFolded(THIS_AND_FUTURE)) {
      line.text(RANGE_IS);
      line.text(THIS_AND_FUTURE);
    }
    line.byte(COLON);
    writeUpper(content.value.ptr, content.value.len, line);
    return this.end(out);
  }

  private freeBusy(out: Writer): bool {
    const value = this.content.value;
    const type = this.content.freeBusyType;
    if (dateListForm(value.ptr, value.len) != DateForm.PERIOD_UTC) return false;
    this.begin(PropertyName.FREEBUSY);
    const line = this.writer.line;
    if (isWordOf(type.ptr, type.len, FREE_BUSY_TYPES)) {
      line.text(FBTYPE_IS);
      writeUpper(type.ptr, type.len, line);
    }
    line.byte(COLON);
    writeUpper(value.ptr, value.len, line);
    return this.end(out);
  }

  private upper(name: i32, out: Writer): bool {
    this.begin(name);
    this.writer.line.byte(COLON);
    writeUpper(this.content.value.ptr, this.content.value.len, this.writer.line);
    return this.end(out);
  }

  private copy(name: i32, value: Slice, out: Writer): bool {
    this.begin(name);
    this.writer.line.byte(COLON);
    this.writer.line.bytes(value.ptr, value.len);
    return this.end(out);
  }

  private begin(name: i32): void {
    this.writer.begin(NAMES[name]);
  }

  private end(out: Writer): bool {
    this.writer.end(out);
    return true;
  }
}

/** Writes a parameter value, in quotes where it must be (RFC 5545, section 3.2). */
function writeParameter(value: Slice, line: Writer): void {
  let quoted = false;
  for (let i = 0; i < value.len; i++) {
    const c = load<u8>(value.ptr + <usize>i);
    if (c == 0x2c || c == 0x3a || c == 0x3b) quoted = true;
  }
  if (quoted) line.byte(QUOTE);
  line.bytes(value.ptr, value.len);
  if (quoted) line.byte(QUOTE);
}

function isNumber(value: Slice): bool {
  if (value.len < 1 || value.len > SEQUENCE_SIZE) return false;
  for (let i = 0; i < value.len; i++) if (!isDigit(load<u8>(value.ptr + <usize>i))) return false;
  return true;
}

/** UTC-OFFSET: a sign, hours, minutes, and perhaps seconds (RFC 5545, section 3.3.14). */
function isOffset(value: Slice): bool {
  if (value.len != 5 && value.len != 7) return false;
  const sign = load<u8>(value.ptr);
  if (sign != 0x2b && sign != 0x2d) return false;
  for (let i = 1; i < value.len; i++) {
    const c = load<u8>(value.ptr + <usize>i);
    if (!isDigit(c) || ((i & 1) == 1 && c > (i == 1 ? 0x32 : 0x35))) return false;
  }
  return load<u8>(value.ptr, 1) < 0x32 || load<u8>(value.ptr, 2) < 0x34;
}

function isAbbreviation(value: Slice): bool {
  if (value.len < 1 || value.len > TZNAME_SIZE) return false;
  for (let i = 0; i < value.len; i++) {
    const c = load<u8>(value.ptr + <usize>i);
    if (!isTokenByte(c) && c != 0x2b) return false;
  }
  return true;
}
