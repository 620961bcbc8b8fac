import { text, Text } from "../bytes/text";
import { Writer } from "../bytes/writer";
import { BusyPeriods, BusyType } from "./busy_periods";
import { INSTANT_SIZE, putInstant } from "./instant";

const BEGIN: Text = text(
  "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//caldav-proxy-wasm//Free-Busy//EN\r\nCALSCALE:GREGORIAN\r\nBEGIN:VFREEBUSY\r\n",
);
const END: Text = text("END:VFREEBUSY\r\nEND:VCALENDAR\r\n");
const UID: Text = text("UID:");
const DTSTAMP: Text = text("DTSTAMP:");
const DTSTART: Text = text("DTSTART:");
const DTEND: Text = text("DTEND:");
const SLASH: u8 = 0x2f;
/** In the order of `BusyType`. With two times, none is longer than the 75 octets of a line (RFC 5545, section 3.1). */
const FREEBUSY: Text[] = [
  text("FREEBUSY;FBTYPE=BUSY:"),
  text("FREEBUSY;FBTYPE=BUSY-UNAVAILABLE:"),
  text("FREEBUSY;FBTYPE=BUSY-TENTATIVE:"),
];
const HEX: Text = text("0123456789abcdef");
const UID_BYTES: i32 = 16;

/**
 * Writes the answer to a CALDAV:free-busy-query (RFC 4791, 7.10): one VFREEBUSY with one FREEBUSY a period, in the order
 * of time and then of type, all in UTC. The periods must be settled.
 * @param stamp when they were looked up, in seconds since 1970
 * @param uid 16 random bytes
 */
export function writeFreeBusy(periods: BusyPeriods, stamp: i64, uid: usize, out: Writer): void {
  out.text(BEGIN);
  out.text(UID);
  for (let i = 0; i < UID_BYTES; i++) {
    const c = load<u8>(uid + <usize>i);
    out.byte(load<u8>(HEX.ptr + <usize>(c >> 4)));
    out.byte(load<u8>(HEX.ptr + <usize>(c & 15)));
  }
  endLine(out);
  writeInstant(DTSTAMP, stamp, out);
  endLine(out);
  writeInstant(DTSTART, periods.start, out);
  endLine(out);
  writeInstant(DTEND, periods.end, out);
  endLine(out);
  const next = new StaticArray<i32>(BusyType.COUNT);
  for (let type = first(periods, next); type >= 0; type = first(periods, next)) {
    const i = unchecked(next[type]++);
    writeInstant(unchecked(FREEBUSY[type]), periods.from(type, i), out);
    out.byte(SLASH);
    writeInstant(null, periods.to(type, i), out);
    endLine(out);
  }
  out.text(END);
}

/** The type whose next period begins first, or -1 at the end. */
function first(periods: BusyPeriods, next: StaticArray<i32>): i32 {
  let best = -1;
  let start = i64.MAX_VALUE;
  for (let type = 0; type < BusyType.COUNT; type++) {
    const i = unchecked(next[type]);
    if (i >= periods.count(type) || periods.from(type, i) >= start) continue;
    start = periods.from(type, i);
    best = type;
  }
  return best;
}

function writeInstant(name: Text | null, seconds: i64, out: Writer): void {
  if (name !== null) out.text(name);
  if (!out.reserve(INSTANT_SIZE)) return;
  putInstant(out.ptr + <usize>out.len, seconds);
  out.len += INSTANT_SIZE;
}

function endLine(out: Writer): void {
  out.byte(0x0d);
  out.byte(0x0a);
}
