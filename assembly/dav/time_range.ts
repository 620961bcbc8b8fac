import { text, Text } from "../bytes/text";
import { Writer } from "../bytes/writer";
import { dateForm, DateForm } from "../ical/date_time";
import { instantOf } from "../ical/instant";
import { XmlReader } from "../xml/reader";

const START: Text = text("start");
const END: Text = text("end");
/** Bytes of a date with UTC time, such as `20260105T090000Z`. */
const SIZE: i32 = 16;

const value = new Writer(1024);

/** A CALDAV:time-range (RFC 4791, 9.9), in seconds since 1970. */
export class TimeRange {
  /** MIN_VALUE when it is open. */
  start: i64 = i64.MIN_VALUE;
  /** Not part of the range; MAX_VALUE when it is open. */
  end: i64 = i64.MAX_VALUE;
  /** It has one end at least, each a date with UTC time, and begins before it ends. */
  isValid: bool = false;

  clear(): void {
    this.start = i64.MIN_VALUE;
    this.end = i64.MAX_VALUE;
    this.isValid = false;
  }

  /** Reads the attributes of the element that `reader` just began. */
  read(reader: XmlReader): void {
    this.clear();
    let isValid = true;
    let count = 0;
    value.reset();
    if (reader.attribute(START, value)) {
      count++;
      if (isUtc(value)) this.start = instantOf(value.ptr, value.len);
      else isValid = false;
    }
    value.reset();
    if (reader.attribute(END, value)) {
      count++;
      if (isUtc(value)) this.end = instantOf(value.ptr, value.len);
      else isValid = false;
    }
    this.isValid = isValid && count > 0 && this.start < this.end;
  }
}

function isUtc(date: Writer): bool {
  if (date.len != SIZE || !date.reserve(SIZE) || dateForm(date.ptr, date.len) != DateForm.UTC) return false;
  return load<u8>(date.ptr, 8) == 0x54 && load<u8>(date.ptr, 15) == 0x5a;
}
