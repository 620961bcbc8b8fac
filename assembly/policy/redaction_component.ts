import { text, Text } from "../bytes/text";
import { Writer } from "../bytes/writer";
import { ContentLine } from "../ical/content_line";
import { LineReader } from "../ical/line_reader";
import { componentName, ComponentName, PropertyName } from "../ical/names";
import { PropertyRedactor } from "./redaction_property";

const BEGIN_VEVENT: Text = text("BEGIN:VEVENT\r\n");
const END_BUSY: Text = text("SUMMARY:Busy\r\nEND:VEVENT\r\n");
const BEGIN_VFREEBUSY: Text = text("BEGIN:VFREEBUSY\r\n");
const END_VFREEBUSY: Text = text("END:VFREEBUSY\r\n");
const BEGIN_VTIMEZONE: Text = text("BEGIN:VTIMEZONE\r\n");
const END_VTIMEZONE: Text = text("END:VTIMEZONE\r\n");
const BEGIN_STANDARD: Text = text("BEGIN:STANDARD\r\n");
const END_STANDARD: Text = text("END:STANDARD\r\n");
const BEGIN_DAYLIGHT: Text = text("BEGIN:DAYLIGHT\r\n");
const END_DAYLIGHT: Text = text("END:DAYLIGHT\r\n");

/** What a redacted event keeps (contract, section 5); SUMMARY and CLASS are written by themselves. */
const OF_EVENT: u32 =
  bit(PropertyName.UID) |
  bit(PropertyName.DTSTAMP) |
  bit(PropertyName.DTSTART) |
  bit(PropertyName.DTEND) |
  bit(PropertyName.DURATION) |
  bit(PropertyName.RRULE) |
  bit(PropertyName.RDATE) |
  bit(PropertyName.EXDATE) |
  bit(PropertyName.RECURRENCE_ID) |
  bit(PropertyName.SEQUENCE) |
  bit(PropertyName.TRANSP) |
  bit(PropertyName.STATUS);

const OF_FREE_BUSY: u32 =
  bit(PropertyName.UID) |
  bit(PropertyName.DTSTAMP) |
  bit(PropertyName.DTSTART) |
  bit(PropertyName.DTEND) |
  bit(PropertyName.FREEBUSY);

const OF_OBSERVANCE: u32 =
  bit(PropertyName.DTSTART) |
  bit(PropertyName.TZOFFSETFROM) |
  bit(PropertyName.TZOFFSETTO) |
  bit(PropertyName.TZNAME) |
  bit(PropertyName.RRULE) |
  bit(PropertyName.RDATE);

/** Without these an observance has no meaning (RFC 5545, section 3.6.5). */
const NEEDED_BY_OBSERVANCE: u32 =
  bit(PropertyName.DTSTART) | bit(PropertyName.TZOFFSETFROM) | bit(PropertyName.TZOFFSETTO);

const REPEATABLE: u32 =
  bit(PropertyName.RRULE) | bit(PropertyName.RDATE) | bit(PropertyName.EXDATE) | bit(PropertyName.FREEBUSY);

const EITHER_END: u32 = bit(PropertyName.DTEND) | bit(PropertyName.DURATION);

/**
 * Writes components anew with nothing in them but what an allowlist names, in canonical form. What it writes, it would
 * write the same again. Its input must have passed a `Survey`: BEGIN and END match.
 */
export class ComponentRedactor {
  private content: ContentLine = new ContentLine();
  /** The `textKey` of the TZID of the zone that was written last. */
  zoneKey: u64 = 0;

  constructor(
    private lines: LineReader,
    private properties: PropertyRedactor,
  ) {}

  /** Writes the VEVENT as a block of busy time; `classLine`: its CLASS line, or null when it has none. */
  event(ptr: usize, len: i32, classLine: Text | null, out: Writer): void {
    out.text(BEGIN_VEVENT);
    this.lines.open(ptr, len);
    this.lines.read();
    this.body(OF_EVENT, out);
    if (classLine !== null) out.text(classLine);
    out.text(END_BUSY);
  }

  /** Writes the VFREEBUSY without organizer, attendees and comments. */
  freeBusy(ptr: usize, len: i32, out: Writer): void {
    out.text(BEGIN_VFREEBUSY);
    this.lines.open(ptr, len);
    this.lines.read();
    this.body(OF_FREE_BUSY, out);
    out.text(END_VFREEBUSY);
  }

  /**
   * Writes the VTIMEZONE: its TZID, and its observances that are complete. False, with nothing written, when there is
   * no TZID or no observance left.
   */
  timeZone(ptr: usize, len: i32, out: Writer): bool {
    const start = out.len;
    const lines = this.lines;
    let named = false;
    let observances = 0;
    out.text(BEGIN_VTIMEZONE);
    lines.open(ptr, len);
    lines.read();
    let depth = 1;
    while (depth > 0 && lines.read()) {
      if (lines.name == PropertyName.BEGIN) {
        const isObservance = depth == 1 && this.content.parse(lines);
        const kind = isObservance ? componentName(this.content.value, this.content.valueLen) : 0;
        if (kind == ComponentName.STANDARD) {
          if (this.observance(BEGIN_STANDARD, END_STANDARD, out)) observances++;
        } else if (kind == ComponentName.DAYLIGHT) {
          if (this.observance(BEGIN_DAYLIGHT, END_DAYLIGHT, out)) observances++;
        } else depth++;
      } else if (lines.name == PropertyName.END) {
        depth--;
      } else if (depth == 1 && lines.name == PropertyName.TZID && !named) {
        named = this.properties.write(lines, out);
        if (named) this.zoneKey = this.properties.valueKey;
      }
    }
    out.text(END_VTIMEZONE);
    if (named && observances > 0) return true;
    out.len = start;
    return false;
  }

  private observance(begin: Text, end: Text, out: Writer): bool {
    const start = out.len;
    out.text(begin);
    this.properties.inTimeZone = true;
    const seen = this.body(OF_OBSERVANCE, out);
    this.properties.inTimeZone = false;
    out.text(end);
    if ((seen & NEEDED_BY_OBSERVANCE) == NEEDED_BY_OBSERVANCE) return true;
    out.len = start;
    return false;
  }

  /**
   * Reads the rest of a component whose BEGIN was read, and writes those of its own properties that are allowed. Gives
   * the properties that it wrote.
   */
  private body(allowed: u32, out: Writer): u32 {
    const lines = this.lines;
    let seen: u32 = 0;
    let depth = 1;
    while (depth > 0 && lines.read()) {
      const name = lines.name;
      if (name == PropertyName.OTHER) continue;
      if (name == PropertyName.BEGIN) depth++;
      else if (name == PropertyName.END) depth--;
      else if (depth == 1 && (bit(name) & allowed) != 0) {
        const group = (bit(name) & EITHER_END) != 0 ? EITHER_END : bit(name);
        if ((seen & group & ~REPEATABLE) != 0) continue;
        if (this.properties.write(lines, out)) seen |= bit(name);
      }
    }
    return seen;
  }
}

// @ts-ignore: decorator
@inline
function bit(name: i32): u32 {
  return (<u32>1) << name;
}
