import { KeyMarks } from "../bytes/key_marks";
import { Writer } from "../bytes/writer";
import { endLinesWithLineFeed } from "../ical/line_ends";
import { LineReader, TEXT_TAIL, writeTextTail } from "../ical/line_reader";
import { ComponentName } from "../ical/names";
import { TimeZones } from "../ical/time_zones";
import { AlarmComponent } from "./alarm_component";
import { isObjectPart, Part, Survey } from "./redaction_survey";

/** What came of a merge. */
export namespace Merge {
  /** The new text can go on as it is. */
  export const UNCHANGED: i32 = 0;
  /** The text that goes on in its place was written. */
  export const WRITTEN: i32 = 1;
  /** The new text cannot be read as iCalendar, and alarms of the old one would be lost with it. */
  export const UNREADABLE: i32 = 2;
  /** The old text has alarms that could not be put back where they stand, or cannot be read. */
  export const UNMERGEABLE: i32 = 3;
  /** The text would be longer than what may go on. */
  export const TOO_LARGE: i32 = 4;
}

/** Most components of one text. */
const MOST_PARTS: u32 = 1 << 18;
/** Keys of one component: by text, and by moment. */
const KEYS: u32 = 2;
/** Memory that is kept from one text to the next, in bytes a buffer. */
const KEEP: i32 = 256 << 10;

/**
 * Puts the alarms of an object into a new text of it, written by somebody who sees no alarms: each component gets those
 * of the component with its name, UID and RECURRENCE-ID (as it stands, or of the same moment), byte by byte, and an override that is new gets those of its
 * master, as a client that sees them would copy them. Alarms that the new text has itself are left out. Else nothing in
 * it changes, so that without its alarms it is what was sent.
 *
 * Its buffers are outside of garbage collection: use one again.
 */
export class AlarmMerge {
  private before: Survey = new Survey();
  private after: Survey = new Survey();
  private lines: LineReader = new LineReader();
  private component: AlarmComponent = new AlarmComponent();
  private zones: TimeZones = new TimeZones();
  /** By key of a component: the index of its part in `before`, plus 1. */
  private index: KeyMarks = new KeyMarks(MOST_PARTS * KEYS);
  private old: usize = 0;
  private base: usize = 0;
  private cursor: u32 = 0;
  private limit: i32 = 0;

  /**
   * Writes to `out` what is to go on in place of `text`, as the `Merge` that it gives says. `old`: the object as it is
   * now; empty when there is none. `limit`: the longest text that may go on, in bytes. The texts are kept by the
   * caller, but may get other line ends, and need room for a text tail.
   */
  merge(old: Writer, text: Writer, limit: i32, out: Writer): i32 {
    out.reset();
    this.limit = limit;
    const result = this.mergeTexts(old, text, out);
    this.before.release(KEEP);
    this.after.release(KEEP);
    this.lines.release(KEEP);
    this.zones.release(KEEP);
    this.index.reset();
    return result;
  }

  private mergeTexts(old: Writer, text: Writer, out: Writer): i32 {
    let alarms = 0;
    if (old.len > 0) {
      if (!this.survey(old, this.before)) return Merge.UNMERGEABLE;
      this.old = old.ptr;
      alarms = countAlarms(this.before);
      if (alarms > 0 && !this.find(alarms)) return Merge.UNMERGEABLE;
    }
    if (!this.survey(text, this.after)) return alarms > 0 ? Merge.UNREADABLE : Merge.UNCHANGED;
    this.base = text.ptr;
    if (alarms == 0 && countAlarms(this.after) == 0) return Merge.UNCHANGED;
    return this.write(text, alarms > 0, out);
  }

  /** Reads a text; false when it is no iCalendar. */
  private survey(text: Writer, into: Survey): bool {
    if (!endLinesWithLineFeed(text) || !text.reserve(TEXT_TAIL)) return false;
    writeTextTail(text.ptr + <usize>text.len);
    this.zones.open(text.ptr, text.len);
    return into.read(this.lines, text.ptr, text.len);
  }

  /** Notes what is where in the old text; false when not every alarm is in a component that can be found again. */
  private find(alarms: i32): bool {
    const component = this.component;
    let found = 0;
    for (let i = 0; i < this.before.count; i++) {
      const part = this.before.part(i);
      if (!isObjectPart(part)) continue;
      if (!component.read(this.lines, this.old, part, this.zones) || this.index.get(component.key) != 0) return false;
      if (!this.index.put(component.key, <u32>i + 1)) return false;
      if (component.momentKey != 0 && !this.index.put(component.momentKey, <u32>i + 1)) return false;
      found += component.alarms;
    }
    return found == alarms;
  }

  private write(text: Writer, keeps: bool, out: Writer): i32 {
    const after = this.after;
    const component = this.component;
    let changed = false;
    let i = 0;
    this.cursor = 0;
    while (i < after.count) {
      const part = after.part(i++);
      if (part.kind == ComponentName.VALARM) {
        this.leaveOut(part, out);
        changed = true;
      }
      if (!isObjectPart(part)) continue;
      const isClear = component.read(this.lines, this.base, part, this.zones);
      if (keeps && !isClear) return Merge.UNREADABLE;
      while (i < after.count && after.part(i).start < part.end) {
        this.leaveOut(after.part(i++), out);
        changed = true;
      }
      if (!keeps) continue;
      let from = this.index.get(component.key);
      if (from == 0 && component.momentKey != 0) from = this.index.get(component.momentKey);
      if (from == 0) from = this.index.get(component.masterKey);
      if (from == 0) continue;
      this.passUntil(component.endLine, out);
      if (this.copyAlarms(<i32>from - 1, out)) changed = true;
      if (out.len > this.limit) return Merge.TOO_LARGE;
    }
    if (!changed) return Merge.UNCHANGED;
    this.passUntil(<u32>text.len, out);
    return out.len > this.limit || out.overflow ? Merge.TOO_LARGE : Merge.WRITTEN;
  }

  /** Writes the alarms of the old component with that index; false when it has none. */
  private copyAlarms(at: i32, out: Writer): bool {
    const before = this.before;
    const end = before.part(at).end;
    let i = at + 1;
    for (; i < before.count && before.part(i).start < end; i++) {
      const alarm = before.part(i);
      out.bytes(this.old + alarm.start, <i32>(alarm.end - alarm.start));
      if (out.len > this.limit || out.overflow) return true;
    }
    return i > at + 1;
  }

  private leaveOut(part: Part, out: Writer): void {
    this.passUntil(part.start, out);
    this.cursor = part.end;
  }

  private passUntil(offset: u32, out: Writer): void {
    if (offset <= this.cursor) return;
    out.bytes(this.base + this.cursor, <i32>(offset - this.cursor));
    this.cursor = offset;
  }
}

function countAlarms(survey: Survey): i32 {
  let count = 0;
  for (let i = 0; i < survey.count; i++) if (survey.part(i).kind == ComponentName.VALARM) count++;
  return count;
}
