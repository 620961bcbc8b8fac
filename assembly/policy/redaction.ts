import { Writer } from "../bytes/writer";
import { endLinesWithLineFeed } from "../ical/line_ends";
import { LineReader, TEXT_TAIL, writeTextTail } from "../ical/line_reader";
import { LineWriter } from "../ical/line_writer";
import { ComponentName } from "../ical/names";
import { ComponentRedactor } from "./redaction_component";
import { RedactionOutput } from "./redaction_output";
import { PropertyRedactor } from "./redaction_property";
import { isObjectPart, Mark, Part, Survey } from "./redaction_survey";
import { View } from "./redaction_view";
import { Zones } from "./redaction_zones";
import { Show } from "./view";

/** The largest text that is redacted, in bytes; what is larger is withheld. */
export const REDACTION_CEILING: i32 = 16 << 20;
/** Memory that is kept from one text to the next, in bytes a buffer. */
const KEEP: i32 = 1 << 20;

/** What became of a text. */
export namespace Outcome {
  /** Withheld: it cannot be read as iCalendar, is over a ceiling, or does not fit where it was to be written. */
  export const UNREADABLE: i32 = 0;
  /** Withheld: the view shows nothing of it. */
  export const HIDDEN: i32 = 1;
  /** Shown, in part or redacted; of a whole calendar: by a view that may hide or redact, whether it did or not. */
  export const REDACTED: i32 = 2;
  /** Shown in full, perhaps without alarms. */
  export const FULL: i32 = 3;
}

/**
 * Turns calendars into what a view shows of them (contract, section 5): `begin`, any number of `write`, `end`.
 *
 * The CLASS of an object is that of its strictest component, wherever in the text that stands, so nothing is written
 * before the end: a text is held up to a ceiling, and one that is larger is withheld. What is shown in full passes byte
 * by byte, without alarms; what is redacted is written anew from parsed pieces.
 *
 * Its buffers are outside of garbage collection: use one again, or `release` it.
 */
export class Redactor {
  /** The `Outcome` of the last text that was ended. */
  outcome: i32 = Outcome.UNREADABLE;

  private body: Writer;
  private zoneText: Writer;
  private zones: Zones;
  private survey: Survey;
  private lines: LineReader;
  private writer: LineWriter;
  private properties: PropertyRedactor;
  private components: ComponentRedactor;
  private output: RedactionOutput;
  private view: View = new View();
  private isCollection: bool = false;
  private isOver: bool = false;

  /** `ceiling`: the largest text, in bytes. It takes up to three times as much memory for one that is redacted. */
  constructor(private ceiling: i32 = REDACTION_CEILING) {
    const lines = new LineReader();
    const writer = new LineWriter(ceiling);
    const zones = new Zones();
    const survey = new Survey();
    const properties = new PropertyRedactor(writer, zones);
    const components = new ComponentRedactor(lines, properties);
    this.body = new Writer(ceiling + TEXT_TAIL);
    this.zoneText = new Writer(ceiling);
    this.zones = zones;
    this.survey = survey;
    this.lines = lines;
    this.writer = writer;
    this.properties = properties;
    this.components = components;
    this.output = new RedactionOutput(survey, lines, properties, components, zones);
  }

  /**
   * Starts a text. `isCollection`: it is that of a whole calendar, where objects are told apart by UID and an empty
   * calendar is an answer; else it is one object, and one CLASS holds for all of it. The view is not copied.
   */
  begin(view: View, isCollection: bool): void {
    this.view = view;
    this.isCollection = isCollection;
    this.isOver = false;
    this.body.reset();
  }

  /** Takes the next piece of the text, cut anywhere. The bytes are copied. */
  write(ptr: usize, len: i32): void {
    if (this.isOver) return;
    if (<i64>this.body.len + <i64>len > <i64>this.ceiling) {
      this.isOver = true;
      this.body.release(KEEP);
      return;
    }
    this.body.bytes(ptr, len);
  }

  /**
   * Writes what the view shows. False, with `out` as it was, when the text is withheld: it cannot be read as iCalendar,
   * is over a ceiling, does not fit in `out`, or nothing of an object may be seen.
   */
  end(out: Writer): bool {
    this.outcome = Outcome.UNREADABLE;
    if (out.overflow) return false;
    const start = out.len;
    if (!this.isOver) this.outcome = this.redact(out);
    this.release(KEEP);
    if (out.overflow) this.outcome = Outcome.UNREADABLE;
    if (this.outcome >= Outcome.REDACTED) return true;
    out.len = start;
    out.overflow = false;
    return false;
  }

  /** Gives back buffers that are larger than `keep` bytes, and drops the text under way. */
  release(keep: i32): void {
    this.body.release(keep);
    this.zoneText.release(keep);
    this.lines.release(keep);
    this.writer.release(keep);
    this.survey.release(keep);
    this.zones.reset();
  }

  private redact(out: Writer): i32 {
    const body = this.body;
    if (!endLinesWithLineFeed(body) || !body.reserve(TEXT_TAIL)) return Outcome.UNREADABLE;
    writeTextTail(body.ptr + <usize>body.len);
    const survey = this.survey;
    if (!survey.read(this.lines, body.ptr, body.len)) return Outcome.UNREADABLE;
    if (!this.isCollection) this.joinObjects();
    // Whether calendars and zones are cleaned depends on the view alone, never on whether something is hidden.
    const isPartial = this.view.redacts && (this.isCollection || !this.isAllFull());
    const isAnew = isPartial && (!this.isCollection || this.view.all || this.view.freeBusyOnly);
    if (isPartial) this.readZones();
    const shown = this.choose(isPartial);
    if (shown == 0 && !this.isCollection) return Outcome.HIDDEN;
    this.output.open(body.ptr, <u32>body.len, this.view, this.zoneText, out);
    if (isAnew) this.output.writeAnew();
    else this.output.writePassing(isPartial);
    return isPartial ? Outcome.REDACTED : Outcome.FULL;
  }

  /** One object: what is known of one component holds for all. */
  private joinObjects(): void {
    const survey = this.survey;
    let marks: u8 = 0;
    for (let i = 0; i < survey.count; i++) {
      const part = survey.part(i);
      if (isObjectPart(part)) marks |= survey.objectMarks(part);
    }
    survey.calendarMarks |= marks & (Mark.PRIVATE | Mark.CONFIDENTIAL | Mark.BROKEN);
  }

  private isAllFull(): bool {
    const survey = this.survey;
    for (let i = 0; i < survey.count; i++) {
      const part = survey.part(i);
      if (isObjectPart(part) && this.show(part) != Show.FULL) return false;
    }
    return true;
  }

  /** How the component is shown: a `Show`. */
  private show(part: Part): u8 {
    const marks = this.survey.objectMarks(part);
    if ((marks & Mark.BROKEN) != 0) return Show.HIDE;
    const view = this.view;
    if (view.freeBusyOnly) return part.kind == ComponentName.VFREEBUSY ? Show.BUSY : Show.HIDE;
    let show: u8 = view.all ? Show.BUSY : Show.FULL;
    if ((marks & Mark.PRIVATE) != 0) show = min(show, view.privateEvents);
    if ((marks & Mark.CONFIDENTIAL) != 0) show = min(show, view.confidentialEvents);
    if (show == Show.BUSY && (part.kind != ComponentName.VEVENT || (marks & Mark.BAD_START) != 0)) return Show.HIDE;
    return show;
  }

  /** Writes the time zones aside, so that it is known which there are. */
  private readZones(): void {
    const survey = this.survey;
    const text = this.zoneText;
    text.reset();
    for (let i = 0; i < survey.count; i++) {
      const part = survey.part(i);
      if (part.kind == ComponentName.VCALENDAR) this.zones.enter(i);
      if (part.kind != ComponentName.VTIMEZONE) continue;
      part.at = <u32>text.len;
      const isWritten = this.components.timeZone(this.body.ptr + part.start, <i32>(part.end - part.start), text);
      if (!isWritten || !this.zones.define(this.components.zoneKey)) continue;
      part.key = this.components.zoneKey;
      part.size = <u32>text.len - part.at;
      part.marks = Mark.SHOWN;
    }
  }

  /**
   * Marks what is shown: components, and the calendars that have one. When only a part is shown, a calendar of which
   * nothing is left goes, but for the first if all would. Gives the number of components that are shown.
   */
  private choose(isPartial: bool): i32 {
    const survey = this.survey;
    let total = 0;
    let calendar = 0;
    for (let i = 0; i < survey.count; i++) {
      const part = survey.part(i);
      if (part.kind == ComponentName.VCALENDAR) this.zones.enter(i);
      else if (part.kind == ComponentName.VEVENT && isPartial) this.checkStart(part);
    }
    for (let i = 0; i < survey.count; i++) {
      const part = survey.part(i);
      if (part.kind == ComponentName.VCALENDAR) {
        calendar = i;
        if (!isPartial) part.marks |= Mark.SHOWN;
      } else if (isObjectPart(part)) {
        part.size = this.show(part);
        if (part.size == Show.HIDE) continue;
        part.marks |= Mark.SHOWN;
        total++;
        survey.part(calendar).marks |= Mark.SHOWN;
      }
    }
    if (total == 0) survey.part(0).marks |= Mark.SHOWN;
    return total;
  }

  private checkStart(part: Part): void {
    if (part.at == 0 || this.show(part) != Show.BUSY) return;
    const from = part.at - 1;
    this.lines.open(this.body.ptr + from, <i32>(part.end - from));
    if (this.lines.read() && this.properties.isGoodStart(this.lines)) return;
    this.survey.markObject(part, Mark.BAD_START);
  }
}
