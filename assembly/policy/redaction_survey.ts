import { equalFolded } from "../bytes/slice";
import { KeyMarks } from "../bytes/key_marks";
import { Writer } from "../bytes/writer";
import { ContentLine } from "../ical/content_line";
import { LineReader } from "../ical/line_reader";
import { componentName, ComponentName, isTokenByte, PropertyName } from "../ical/names";
import { isPlainText, textKey } from "../ical/plain_text";
import { wordIndex, Words, words } from "../ical/words";

/** The values of CLASS that are not as strict as PRIVATE, or strict in their own way. */
const CLASSES: Words = words("PUBLIC,CONFIDENTIAL");

/** Deepest nesting of components; iCalendar itself needs three. */
const DEPTH: i32 = 16;
const NAME_SIZE: i32 = 64;
/** Most components, alarms included, of one text. */
const MOST_PARTS: i32 = 1 << 18;
const UID_SIZE: i32 = 4096;

/** What is known of a component or an object. */
export namespace Mark {
  /** It has CLASS:PRIVATE, or a CLASS that nobody knows. */
  export const PRIVATE: u8 = 1;
  export const CONFIDENTIAL: u8 = 2;
  /** It cannot be told which object it belongs to: it has two UIDs, or one that is not clean. */
  export const BROKEN: u8 = 4;
  /** Its begin is missing or not well-formed, so that a redacted form would not be valid. */
  export const BAD_START: u8 = 8;
  export const HAS_UID: u8 = 16;
  export const HAS_CLASS: u8 = 32;
  /** The component is to be written. */
  export const SHOWN: u8 = 64;
}

/** A calendar, one of its components, or an alarm, and where it stands. Follows what encloses it. */
// @ts-ignore: decorator
@unmanaged
export class Part {
  /** The `textKey` of its UID; of the TZID of a time zone. */
  key: u64 = 0;
  /** Offsets in the text: where its BEGIN line starts, and of what follows its END line. */
  start: u32 = 0;
  end: u32 = 0;
  /** Offset of the first DTSTART line, plus 1; of a time zone: where it was written. */
  at: u32 = 0;
  /** For who writes it: the `Show` of a component; how much of a time zone was written. */
  size: u32 = 0;
  /** A `ComponentName`. */
  kind: u8 = 0;
  /** What it has itself: `Mark`s. */
  marks: u8 = 0;
}

/** True for a component that is an object or part of one: no calendar, time zone or alarm. */
export function isObjectPart(part: Part): bool {
  const kind = part.kind;
  return kind != ComponentName.VCALENDAR && kind != ComponentName.VTIMEZONE && kind != ComponentName.VALARM;
}

/**
 * Reads a whole text of iCalendar once and says what is where: which components there are, to which object each belongs
 * and what is the strictest CLASS there. It fails on all that is not clearly one or more calendars.
 *
 * CLASS counts wherever it stands but in an alarm; where a more lenient reader could see one, it counts as PRIVATE.
 */
export class Survey {
  count: i32 = 0;
  /** Marks of the calendars themselves, which hold for all objects. */
  calendarMarks: u8 = 0;
  calendars: i32 = 0;
  timeZones: i32 = 0;

  private parts: Writer = new Writer(MOST_PARTS * <i32>offsetof<Part>());
  private keys: KeyMarks = new KeyMarks(MOST_PARTS);
  private content: ContentLine = new ContentLine();
  private names: usize = heap.alloc(<usize>(DEPTH * (NAME_SIZE + 1)));
  private depth: i32 = 0;
  /** The depth at which the outermost alarm stands, or 0; and the index of its part. */
  private alarmDepth: i32 = 0;
  private alarm: i32 = 0;
  private component: i32 = 0;
  private calendar: i32 = 0;

  /**
   * Reads the `len` bytes at `ptr`, with a text tail behind them. False when they are not iCalendar, hold something of
   * two meanings, or more than the ceilings allow.
   */
  read(lines: LineReader, ptr: usize, len: i32): bool {
    this.reset();
    lines.open(ptr, len);
    while (true) {
      if (this.depth == 0) lines.skipMark();
      if (!lines.read()) break;
      const name = lines.name;
      if (name == PropertyName.OTHER) {
        if (this.depth == 0 && !lines.isBlankLine) return false;
      } else if (name == PropertyName.BEGIN || name == PropertyName.END) {
        // Some take a bare carriage return for a part of a value: they would see other components.
        if (lines.bareReturn) return false;
        const done = name == PropertyName.BEGIN ? this.begin(lines, ptr) : this.end(lines, ptr);
        if (!done) return false;
      } else if (this.depth == 0) {
        return false;
      } else if (name == PropertyName.CLASS) {
        this.classify(lines);
      } else if (this.depth == 2) {
        if (name == PropertyName.UID) this.identify(lines);
        else if (name == PropertyName.DTSTART) this.noteStart(<u32>(lines.start - ptr) + 1);
      }
    }
    return this.depth == 0 && this.calendars > 0 && !lines.sawNul;
  }

  /** The part with that index, which must be under `count`. Valid until the next `read`. */
  part(index: i32): Part {
    return changetype<Part>(this.parts.ptr + <usize>index * offsetof<Part>());
  }

  /** The marks of the object that the component belongs to. */
  objectMarks(part: Part): u8 {
    const own = part.marks | this.calendarMarks;
    return (part.marks & Mark.HAS_UID) != 0 ? own | (<u8>this.keys.get(part.key)) : own;
  }

  /** Adds marks to the object that the component belongs to. */
  markObject(part: Part, marks: u8): void {
    part.marks |= marks;
    // The key is there already, so the table cannot be full.
    if ((part.marks & Mark.HAS_UID) != 0) this.keys.add(part.key, <u32>marks);
  }

  /** Gives memory back when it is more than `keep` bytes; forgets everything in any case. */
  release(keep: i32): void {
    this.reset();
    this.parts.release(keep);
  }

  private reset(): void {
    this.parts.reset();
    this.keys.reset();
    this.count = 0;
    this.calendarMarks = 0;
    this.calendars = 0;
    this.timeZones = 0;
    this.depth = 0;
    this.alarmDepth = 0;
  }

  private begin(lines: LineReader, base: usize): bool {
    const content = this.content;
    if (this.depth >= DEPTH || !content.parse(lines)) return false;
    const ptr = content.value;
    const len = content.valueLen;
    if (len < 1 || len > NAME_SIZE) return false;
    for (let i = 0; i < len; i++) if (!isTokenByte(load<u8>(ptr + <usize>i))) return false;
    const kind = componentName(ptr, len);
    if (!this.mayHold(kind)) return false;
    const name = this.names + <usize>(this.depth * (NAME_SIZE + 1));
    store<u8>(name, <u8>len);
    memory.copy(name + 1, ptr, <usize>len);
    this.depth++;

    const start = <u32>(lines.start - base);
    if (kind == ComponentName.VALARM && this.alarmDepth == 0) {
      this.alarmDepth = this.depth;
      this.alarm = this.count;
      return this.addPart(kind, start);
    }
    if (this.depth > 2) return true;
    if (this.depth == 1) {
      this.calendar = this.count;
      this.calendars++;
    } else {
      this.component = this.count;
      if (kind == ComponentName.VTIMEZONE) this.timeZones++;
    }
    return this.addPart(kind, start);
  }

  private end(lines: LineReader, base: usize): bool {
    const content = this.content;
    if (this.depth == 0 || !content.parse(lines)) return false;
    const name = this.names + <usize>((this.depth - 1) * (NAME_SIZE + 1));
    if (!equalFolded(content.value, content.valueLen, name + 1, <i32>load<u8>(name))) return false;
    const end = <u32>(lines.next - base);
    if (this.depth == this.alarmDepth) {
      this.part(this.alarm).end = end;
      this.alarmDepth = 0;
    } else if (this.depth == 2) {
      const component = this.part(this.component);
      component.end = end;
      if (component.at == 0 && component.kind == ComponentName.VEVENT) component.marks |= Mark.BAD_START;
      if ((component.marks & Mark.HAS_UID) != 0 && !this.keys.add(component.key, <u32>component.marks)) return false;
    } else if (this.depth == 1) {
      this.part(this.calendar).end = end;
    }
    this.depth--;
    return true;
  }

  /** True when a component of that kind may begin here. */
  private mayHold(kind: i32): bool {
    if (this.depth == 0) return kind == ComponentName.VCALENDAR;
    if (kind == ComponentName.VCALENDAR) return false;
    if (this.depth == 1 || kind == ComponentName.OTHER || kind > ComponentName.VTIMEZONE) return true;
    // An event in an event would be read as one by some and as two by others. Components yet unknown may hold events.
    return this.alarmDepth == 0 && this.part(this.component).kind == ComponentName.OTHER;
  }

  private addPart(kind: i32, start: u32): bool {
    const size = <i32>offsetof<Part>();
    if (!this.parts.reserve(size)) return false;
    memory.fill(this.parts.ptr + <usize>this.parts.len, 0, <usize>size);
    this.parts.len += size;
    this.count++;
    const part = this.part(this.count - 1);
    part.kind = <u8>kind;
    part.start = start;
    return true;
  }

  private classify(lines: LineReader): void {
    if (this.alarmDepth != 0) return;
    const content = this.content;
    let marks: u8 = Mark.PRIVATE;
    if (content.parse(lines)) {
      const index = wordIndex(content.value, content.valueLen, CLASSES);
      if (index == 0) marks = 0;
      else if (index == 1) marks = Mark.CONFIDENTIAL;
    }
    if (this.depth == 1) this.calendarMarks |= marks;
    else this.part(this.component).marks |= marks | (this.depth == 2 ? Mark.HAS_CLASS : 0);
  }

  private identify(lines: LineReader): void {
    if (this.alarmDepth != 0) return;
    const component = this.part(this.component);
    const content = this.content;
    if (!content.parse(lines) || content.rawValueLen > UID_SIZE) {
      component.marks |= Mark.BROKEN;
      return;
    }
    if (content.valueLen == 0) return;
    if (!isPlainText(content.rawValue, content.rawValueLen)) component.marks |= Mark.BROKEN;
    const key = textKey(content.value, content.valueLen);
    if ((component.marks & Mark.HAS_UID) == 0) {
      component.marks |= Mark.HAS_UID;
      component.key = key;
    } else if (component.key != key) {
      component.marks |= Mark.BROKEN;
      // When that cannot be noted, nothing can be told of any object.
      if (!this.keys.add(key, Mark.BROKEN)) this.calendarMarks |= Mark.BROKEN;
    }
  }

  private noteStart(at: u32): void {
    if (this.alarmDepth != 0) return;
    const component = this.part(this.component);
    if (component.at != 0) component.marks |= Mark.BAD_START;
    else component.at = at;
  }
}
