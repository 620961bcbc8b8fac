import { Writer } from "../bytes/writer";
import { BusyPeriods, BusyType } from "./busy_periods";
import { BusyEvent } from "./busy_event";
import { ContentLine } from "./content_line";
import { dateForm, dateListForm, DateForm } from "./date_time";
import { DurationValue } from "./duration_value";
import { DAY, instantOf } from "./instant";
import { endLinesWithLineFeed } from "./line_ends";
import { LineReader, TEXT_TAIL, writeTextTail } from "./line_reader";
import { componentName, ComponentName, PropertyName } from "./names";
import { TimeZones } from "./time_zones";
import { wordIndex, Words, words } from "./words";

/** The largest object that is read, in bytes. */
const MAX_OBJECT: i32 = 16 << 20;
const KEEP: i32 = 256 << 10;

/** Values of FBTYPE (RFC 5545, section 3.2.9); what is none of them counts as BUSY. */
const TYPES: Words = words("BUSY,BUSY-UNAVAILABLE,BUSY-TENTATIVE,FREE");
const FREE: i32 = 3;

const COMMA: u8 = 0x2c;
const SLASH: u8 = 0x2f;

/**
 * Reads the busy time out of calendar objects, one after the other: `begin`, any number of `write`, `end`. Recurring
 * events must have been expanded into their instances (RFC 4791, 9.6.5). What is not understood for sure is never left
 * out in silence: then the object has no busy time, but a fault.
 *
 * Of the memory it takes, most is for one object at a time.
 */
export class FreeBusyReader {
  /** The busy time of the object that ended last. */
  readonly periods: BusyPeriods = new BusyPeriods();
  private body: Writer = new Writer(MAX_OBJECT + TEXT_TAIL);
  private lines: LineReader = new LineReader();
  private content: ContentLine = new ContentLine();
  private zones: TimeZones;
  private event: BusyEvent;
  private duration: DurationValue = new DurationValue();
  private countsEvents: bool = true;

  constructor() {
    const zones = new TimeZones();
    this.zones = zones;
    this.event = new BusyEvent(zones);
  }

  /**
   * An object begins, of which the range from `start` to `end`, in seconds since 1970, counts. Without `countsEvents`
   * only its VFREEBUSY does.
   */
  begin(start: i64, end: i64, countsEvents: bool): void {
    this.countsEvents = countsEvents;
    this.body.reset();
    this.periods.begin(start, end);
  }

  /** Takes the next piece of its text, cut anywhere. */
  write(ptr: usize, len: i32): void {
    this.body.bytes(ptr, len);
  }

  /** The object is complete, and its busy time is in `periods`. False when it is not understood. */
  end(): bool {
    const body = this.body;
    const isRead = endLinesWithLineFeed(body) && body.reserve(TEXT_TAIL) && this.read();
    this.periods.settle();
    this.release(KEEP);
    return isRead;
  }

  /** Gives back buffers that are larger than `keep` bytes; the periods stay. */
  release(keep: i32): void {
    this.body.release(keep);
    this.lines.release(keep);
    this.zones.release(keep);
  }

  private read(): bool {
    const lines = this.lines;
    const content = this.content;
    const body = this.body;
    writeTextTail(body.ptr + <usize>body.len);
    this.zones.open(body.ptr, body.len);
    lines.open(body.ptr, body.len);
    let depth = 0;
    let kind = ComponentName.OTHER;
    let calendars = 0;
    while (true) {
      if (depth == 0) lines.skipMark();
      if (!lines.read()) break;
      const name = lines.name;
      if (name == PropertyName.BEGIN || name == PropertyName.END) {
        if (lines.bareReturn || !content.parse(lines)) return false;
        const found = componentName(content.value, content.valueLen);
        if (name == PropertyName.BEGIN) {
          depth++;
          if (depth == 1) {
            if (found != ComponentName.VCALENDAR) return false;
            calendars++;
          } else if (depth == 2) {
            kind = found == ComponentName.VEVENT && !this.countsEvents ? ComponentName.OTHER : found;
            this.event.begin();
          } else if (found == ComponentName.VEVENT || found == ComponentName.VFREEBUSY) return false;
        } else {
          if (depth == 0 || (depth == 1 && found != ComponentName.VCALENDAR)) return false;
          if (depth == 2 && kind != ComponentName.OTHER && found != kind) return false;
          if (depth == 2 && kind == ComponentName.VEVENT && !this.event.end(this.periods)) return false;
          depth--;
        }
      } else if (depth == 0) {
        if (!lines.isBlankLine) return false;
      } else if (depth == 2 && name != PropertyName.OTHER) {
        if (kind == ComponentName.VEVENT) this.event.take(lines);
        else if (kind == ComponentName.VFREEBUSY && name == PropertyName.FREEBUSY && !this.readPeriods()) return false;
      }
    }
    return depth == 0 && calendars > 0 && !lines.sawNul;
  }

  /** A FREEBUSY line (RFC 5545, section 3.8.2.6). */
  private readPeriods(): bool {
    const content = this.content;
    if (!content.parse(this.lines) || content.tzidLen > 0) return false;
    const form = dateListForm(content.value, content.valueLen);
    if (form != DateForm.PERIOD_UTC && form != DateForm.PERIOD_LOCAL) return false;
    const isTyped = content.freeBusyType != 0;
    const found = isTyped ? wordIndex(content.freeBusyType, content.freeBusyTypeLen, TYPES) : 0;
    if (found == FREE) return true;
    const type = max(found, BusyType.BUSY);
    let at = content.value;
    const end = at + <usize>content.valueLen;
    while (at < end) {
      let slash: usize = at;
      let stop = at;
      while (stop < end && load<u8>(stop) != COMMA) {
        if (load<u8>(stop) == SLASH) slash = stop;
        stop++;
      }
      const from = instantOf(at, <i32>(slash - at));
      const rest = slash + 1;
      const restLen = <i32>(stop - rest);
      let to = from;
      if (dateForm(rest, restLen) != DateForm.NONE) to = instantOf(rest, restLen);
      else if (this.duration.read(rest, restLen)) to += this.duration.days * DAY + this.duration.seconds;
      this.periods.add(type, from, to);
      at = stop + 1;
    }
    return true;
  }
}
