import { text, Text } from "../bytes/text";
import { Writer } from "../bytes/writer";
import { LineReader } from "../ical/line_reader";
import { ComponentName, PropertyName } from "../ical/names";
import { ComponentRedactor } from "./redaction_component";
import { PropertyRedactor } from "./redaction_property";
import { Mark, Part, Survey } from "./redaction_survey";
import { View } from "./redaction_view";
import { Zones } from "./redaction_zones";
import { Show } from "./view";

// PRODID is our own: that of the client that wrote an event says more than a block of busy time should.
const BEGIN_CALENDAR: Text = text(
  "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//caldav-proxy-wasm//Redacted//EN\r\nCALSCALE:GREGORIAN\r\n",
);
const END_CALENDAR: Text = text("END:VCALENDAR\r\n");
const CLASS_PUBLIC: Text = text("CLASS:PUBLIC\r\n");
const CLASS_PRIVATE: Text = text("CLASS:PRIVATE\r\n");
const CLASS_CONFIDENTIAL: Text = text("CLASS:CONFIDENTIAL\r\n");

/**
 * Writes the parts of a text that a `Survey` found and that are marked as shown. Time zones that no component shown
 * refers to are left out, so that none tells of a component that is hidden.
 */
export class RedactionOutput {
  private body: usize = 0;
  private bodyLen: u32 = 0;
  private view: View = new View();
  private zoneText: Writer = new Writer(0);
  private out: Writer = new Writer(0);
  /** The body from here on is not written yet, when calendars pass as they are. */
  private cursor: u32 = 0;

  constructor(
    private survey: Survey,
    private lines: LineReader,
    private properties: PropertyRedactor,
    private components: ComponentRedactor,
    private zones: Zones,
  ) {}

  /** Sets what to write from, and where to; `zoneText`: the time zones, as the parts' `at` and `size` say. */
  open(body: usize, bodyLen: u32, view: View, zoneText: Writer, out: Writer): void {
    this.body = body;
    this.bodyLen = bodyLen;
    this.view = view;
    this.zoneText = zoneText;
    this.out = out;
    this.cursor = 0;
  }

  /** Writes calendars of which nothing passes as it is. */
  writeAnew(): void {
    const survey = this.survey;
    let i = 0;
    while (i < survey.count) {
      const calendar = i;
      const isShown = isMarked(survey.part(i));
      this.zones.enter(calendar);
      if (isShown) this.out.text(BEGIN_CALENDAR);
      for (i++; i < survey.count && survey.part(i).kind != ComponentName.VCALENDAR; i++) {
        const part = survey.part(i);
        if (isShown && isMarked(part)) this.write(part);
      }
      if (!isShown) continue;
      this.dropZones(calendar, i);
      this.out.text(END_CALENDAR);
    }
  }

  /**
   * Writes calendars as they are, but for what is hidden, redacted, or an alarm; when only a part is shown
   * (`isPartial`), time zones are cleaned too.
   */
  writePassing(isPartial: bool): void {
    const survey = this.survey;
    const notesZones = isPartial && survey.timeZones > 0;
    let calendar = 0;
    for (let i = 0; i < survey.count; i++) {
      const part = survey.part(i);
      // It stands in something that was left out.
      if (part.start < this.cursor) continue;
      if (part.kind == ComponentName.VCALENDAR) {
        this.finishCalendar(calendar, i);
        calendar = i;
        this.zones.enter(calendar);
        if (!isMarked(part)) this.leaveOut(part);
      } else if (part.kind == ComponentName.VALARM) {
        if (!this.view.keepAlarms) this.leaveOut(part);
      } else if (part.kind == ComponentName.VTIMEZONE) {
        if (!isPartial) continue;
        this.leaveOut(part);
        if (isMarked(part)) this.write(part);
      } else if (!isMarked(part) || part.size == Show.BUSY) {
        this.leaveOut(part);
        if (isMarked(part)) this.write(part);
      } else if (notesZones) {
        this.noteZones(part);
      }
    }
    this.finishCalendar(calendar, survey.count);
    this.passUntil(this.bodyLen);
  }

  /** Passes what stands before the part, and steps over it. */
  private leaveOut(part: Part): void {
    this.passUntil(part.start);
    this.cursor = part.end;
  }

  private passUntil(offset: u32): void {
    if (offset <= this.cursor) return;
    this.out.bytes(this.body + this.cursor, <i32>(offset - this.cursor));
    this.cursor = offset;
  }

  /** Passes what is left of the calendar with that index, whose parts end before `end`. */
  private finishCalendar(calendar: i32, end: i32): void {
    const part = this.survey.part(calendar);
    if (end == calendar || !isMarked(part)) return;
    this.passUntil(part.end);
    this.dropZones(calendar, end);
  }

  private write(part: Part): void {
    const ptr = this.body + part.start;
    const len = <i32>(part.end - part.start);
    if (part.kind == ComponentName.VTIMEZONE) {
      const from = this.zoneText.ptr + part.at;
      part.at = <u32>this.out.len;
      this.out.bytes(from, <i32>part.size);
    } else if (part.kind == ComponentName.VFREEBUSY) {
      this.components.freeBusy(ptr, len, this.out);
    } else if (part.kind == ComponentName.VEVENT) {
      this.components.event(ptr, len, this.classLine(part), this.out);
    }
  }

  /** The CLASS line of a redacted event: the strictest that it has, as the view sees it; null when it has none. */
  private classLine(part: Part): Text | null {
    const marks = part.marks;
    if ((marks & Mark.HAS_CLASS) == 0) return null;
    const isPrivate = (marks & Mark.PRIVATE) != 0;
    const isConfidential = (marks & Mark.CONFIDENTIAL) != 0;
    if (isPrivate && isConfidential) {
      return this.view.confidentialEvents < this.view.privateEvents ? CLASS_CONFIDENTIAL : CLASS_PRIVATE;
    }
    if (isPrivate) return CLASS_PRIVATE;
    return isConfidential ? CLASS_CONFIDENTIAL : CLASS_PUBLIC;
  }

  /** Notes the zones that a component which passes as it is refers to (RFC 5545, section 3.2.19). */
  private noteZones(part: Part): void {
    const lines = this.lines;
    lines.open(this.body + part.start, <i32>(part.end - part.start));
    while (lines.read()) {
      switch (lines.name) {
        case PropertyName.DTSTART:
        case PropertyName.DTEND:
        case PropertyName.DUE:
        case PropertyName.RDATE:
        case PropertyName.EXDATE:
        case PropertyName.RECURRENCE_ID:
          this.properties.noteZone(lines);
      }
    }
  }

  /** Takes the time zones that nothing refers to out of what was written of a calendar. */
  private dropZones(calendar: i32, end: i32): void {
    const out = this.out;
    if (out.overflow || this.survey.timeZones == 0) return;
    let from: u32 = 0;
    let to: u32 = 0;
    for (let i = calendar + 1; i < end; i++) {
      const part = this.survey.part(i);
      if (part.kind != ComponentName.VTIMEZONE || !isMarked(part) || this.zones.isReferred(part.key)) continue;
      if (from == 0) to = part.at;
      else to = this.move(from, part.at, to);
      from = part.at + part.size;
    }
    if (from != 0) out.len = <i32>this.move(from, <u32>out.len, to);
  }

  /** Moves what was written in `from` until `until` to `to`; gives where it then ends. */
  private move(from: u32, until: u32, to: u32): u32 {
    memory.copy(this.out.ptr + to, this.out.ptr + from, until - from);
    return to + (until - from);
  }
}

function isMarked(part: Part): bool {
  return (part.marks & Mark.SHOWN) != 0;
}
