import { equalFolded } from "../bytes/slice";
import { text, Text } from "../bytes/text";
import { BusyPeriods, BusyType } from "./busy_periods";
import { ContentLine } from "./content_line";
import { dateForm, DateForm } from "./date_time";
import { DurationValue } from "./duration_value";
import { DAY, instantOf } from "./instant";
import { LineReader } from "./line_reader";
import { PropertyName } from "./names";
import { TimeZone } from "./time_zone";
import { TimeZones } from "./time_zones";
import { wordIndex, Words, words } from "./words";

const TRANSPARENT: Words = words("TRANSPARENT");
const STATUSES: Words = words("TENTATIVE,CANCELLED");
const TENTATIVE: i32 = 0;
const CANCELLED: i32 = 1;
/** Names of UTC that some write as a TZID without a VTIMEZONE. */
const UTC_NAMES: Text[] = [text("UTC"), text("Etc/UTC"), text("GMT"), text("Etc/GMT"), text("Z")];

/** The time that one VEVENT, or one instance of it, takes (RFC 4791, 7.10; RFC 5545, section 3.6.1). */
export class BusyEvent {
  private content: ContentLine = new ContentLine();
  private duration: DurationValue = new DurationValue();
  /** Properties that were there, as bits. */
  private seen: u32 = 0;
  private isOdd: bool = false;
  private recurs: bool = false;
  private isFree: bool = false;
  private type: i32 = BusyType.BUSY;
  private startForm: i32 = 0;
  /** As written, and in UTC. */
  private startLocal: i64 = 0;
  private start: i64 = 0;
  private startZone: TimeZone | null = null;
  private endForm: i32 = 0;
  private until: i64 = 0;

  constructor(private zones: TimeZones) {}

  begin(): void {
    this.seen = 0;
    this.isOdd = false;
    this.recurs = false;
    this.isFree = false;
    this.type = BusyType.BUSY;
    this.startZone = null;
  }

  /** Takes a line of its own, whose name is known. */
  take(lines: LineReader): void {
    const name = lines.name;
    switch (name) {
      case PropertyName.DTSTART:
      case PropertyName.DTEND:
      case PropertyName.DURATION:
      case PropertyName.TRANSP:
      case PropertyName.STATUS:
      case PropertyName.RRULE:
      case PropertyName.RDATE:
      case PropertyName.RECURRENCE_ID:
        break;
      default:
        return;
    }
    const content = this.content;
    const bit = (<u32>1) << name;
    const isRepeated = (this.seen & bit) != 0;
    this.seen |= bit;
    if (name == PropertyName.RRULE || name == PropertyName.RDATE) {
      this.recurs = true;
      return;
    }
    if (isRepeated || !content.parse(lines)) {
      this.isOdd = true;
      return;
    }
    const value = content.value;
    const len = content.valueLen;
    if (name == PropertyName.TRANSP) this.isFree = this.isFree || wordIndex(value, len, TRANSPARENT) == 0;
    else if (name == PropertyName.STATUS) {
      const status = wordIndex(value, len, STATUSES);
      if (status == CANCELLED) this.isFree = true;
      else if (status == TENTATIVE) this.type = BusyType.TENTATIVE;
    } else if (name == PropertyName.RECURRENCE_ID) {
      // It stands for all instances from there on, so that it was not expanded.
      if (content.range != 0) this.recurs = true;
    } else if (name == PropertyName.DURATION) {
      if (!this.duration.read(value, len)) this.isOdd = true;
    } else if (name == PropertyName.DTSTART) this.takeStart();
    else this.takeEnd();
  }

  /** Adds its time; false when that is not known. What is no busy time is known, whatever else it is. */
  end(periods: BusyPeriods): bool {
    if (this.isFree) return true;
    if (this.isOdd || this.recurs || !this.has(PropertyName.DTSTART)) return false;
    let until = this.start;
    if (this.has(PropertyName.DTEND)) {
      if (this.has(PropertyName.DURATION) || (this.startForm == DateForm.DATE) != (this.endForm == DateForm.DATE)) {
        return false;
      }
      until = this.until;
    } else if (this.has(PropertyName.DURATION)) {
      until = this.toUtc(this.startLocal + this.duration.days * DAY, this.startZone) + this.duration.seconds;
    } else if (this.startForm == DateForm.DATE) until += DAY;
    periods.add(this.type, this.start, until);
    return true;
  }

  private has(name: i32): bool {
    return (this.seen & ((<u32>1) << name)) != 0;
  }

  private takeStart(): void {
    const content = this.content;
    this.startForm = dateForm(content.value, content.valueLen);
    this.startZone = this.zoneOf(this.startForm);
    if (this.isOdd) return;
    this.startLocal = instantOf(content.value, content.valueLen);
    this.start = this.toUtc(this.startLocal, this.startZone);
  }

  private takeEnd(): void {
    const content = this.content;
    this.endForm = dateForm(content.value, content.valueLen);
    const zone = this.zoneOf(this.endForm);
    if (!this.isOdd) this.until = this.toUtc(instantOf(content.value, content.valueLen), zone);
  }

  /** The zone that the line's time is of; null for UTC, which floating times and dates count as too. */
  private zoneOf(form: i32): TimeZone | null {
    const content = this.content;
    if (form < DateForm.DATE || form > DateForm.UTC) this.isOdd = true;
    if (form != DateForm.LOCAL || content.tzid == 0) return null;
    const zone = this.zones.find(content.tzid, content.tzidLen);
    if (zone === null && !isUtc(content.tzid, content.tzidLen)) this.isOdd = true;
    return zone;
  }

  private toUtc(local: i64, zone: TimeZone | null): i64 {
    return zone === null ? local : local - <i64>zone.offsetAt(local);
  }
}

function isUtc(ptr: usize, len: i32): bool {
  for (let i = 0; i < UTC_NAMES.length; i++) {
    const name = unchecked(UTC_NAMES[i]);
    if (equalFolded(ptr, len, name.ptr, name.len)) return true;
  }
  return false;
}
