import { lower } from "../bytes/slice";
import { ContentLine } from "../ical/content_line";
import { DateForm, dateForm } from "../ical/date_time";
import { instantOf } from "../ical/instant";
import { LineReader } from "../ical/line_reader";
import { componentName, ComponentName, PropertyName } from "../ical/names";
import { textKey } from "../ical/plain_text";
import { TimeZones } from "../ical/time_zones";
import { Mark, Part } from "./redaction_survey";

/**
 * Tells which component of an object a part is, so that it can be found again in another text of the object, and where
 * alarms can be put into it.
 */
export class AlarmComponent {
  /** Of the component's name, its UID and its RECURRENCE-ID: a hash. */
  key: u64 = 0;
  /** The key of the component that describes the whole series; the same as `key` when it is that. */
  masterKey: u64 = 0;
  /** As `key`, with the moment in time that its RECURRENCE-ID means; 0 when that is not known. */
  momentKey: u64 = 0;
  /** Offset of the line that ends it. */
  endLine: u32 = 0;
  /** How many alarms are directly in it. */
  alarms: i32 = 0;
  private content: ContentLine = new ContentLine();

  /**
   * Reads the part of the text at `base`, which has passed a `Survey` and has these time zones. False when it cannot be
   * told which one it is: it has two UIDs, or two RECURRENCE-IDs.
   */
  read(lines: LineReader, base: usize, part: Part, zones: TimeZones): bool {
    const content = this.content;
    this.alarms = 0;
    lines.open(base + part.start, <i32>(part.end - part.start));
    if (!lines.read() || !content.parse(lines)) return false;
    const uid: u64 = (part.marks & Mark.HAS_UID) != 0 ? part.key : 0;
    this.masterKey = mixed(foldedKey(content.value, content.valueLen), uid);
    this.key = this.masterKey;
    this.momentKey = 0;
    let isClear = (part.marks & Mark.BROKEN) == 0;
    let depth = 1;
    while (depth > 0 && lines.read()) {
      if (lines.name == PropertyName.BEGIN) {
        if (depth == 1 && content.parse(lines) && isAlarm(content)) this.alarms++;
        depth++;
      } else if (lines.name == PropertyName.END) {
        depth--;
        this.endLine = <u32>(lines.start - base);
      } else if (depth == 1 && lines.name == PropertyName.RECURRENCE_ID) {
        if (this.key != this.masterKey || !content.parse(lines)) isClear = false;
        else this.identify(zones);
      }
    }
    return isClear;
  }

  /**
   * Takes the RECURRENCE-ID in `content`. Its TZID is left out of the key: clients give zones names of their own, and in
   * one object all are of one zone. Some write it in UTC where it had a zone, so the moment counts too.
   */
  private identify(zones: TimeZones): void {
    const content = this.content;
    const value = content.value;
    const len = content.valueLen;
    this.key = mixed(this.masterKey, foldedKey(value, len));
    const form = dateForm(value, len);
    if (form != DateForm.UTC && form != DateForm.LOCAL) return;
    let moment = instantOf(value, len);
    if (form == DateForm.LOCAL) {
      const zone = content.tzidLen > 0 ? zones.find(content.tzid, content.tzidLen) : null;
      if (zone === null) return;
      moment -= <i64>zone.offsetAt(moment);
    }
    this.momentKey = mixed(mixed(this.masterKey, MOMENT), <u64>moment);
  }
}

/** Tells a moment from the hash of a text. */
const MOMENT: u64 = 0x6d6f6d656e74;

function isAlarm(content: ContentLine): bool {
  return componentName(content.value, content.valueLen) == ComponentName.VALARM;
}

/** A hash of two. */
function mixed(a: u64, b: u64): u64 {
  const h = (rotl<u64>(a, 29) ^ b) * 0x9e3779b97f4a7c15;
  return h ^ (h >> 32);
}

/** As `textKey`, with ASCII letters in any case. */
function foldedKey(ptr: usize, len: i32): u64 {
  let h: u64 = textKey(ptr, 0);
  for (let i = 0; i < len; i++) h = mixed(h, <u64>lower(load<u8>(ptr + <usize>i)));
  return h;
}
