import { Writer } from "../../../assembly/bytes/writer";
import { BusyPeriods } from "../../../assembly/ical/busy_periods";
import { FreeBusyReader } from "../../../assembly/ical/free_busy_reader";
import { writeFreeBusy } from "../../../assembly/ical/free_busy_writer";
import { dateForm } from "../../../assembly/ical/date_time";
import { instantOf, putInstant } from "../../../assembly/ical/instant";
import { TEXT_TAIL, writeTextTail } from "../../../assembly/ical/line_reader";
import { TimeZone } from "../../../assembly/ical/time_zone";

/** The filter's own answer to a free-busy-query for tests in Node: a range, objects in pieces, and what is written. */

const reader = new FreeBusyReader();
const total = new BusyPeriods();
const few = new BusyPeriods(8);
const zone = new TimeZone();
const out = new Writer(64 << 20);
const UID: usize = memory.data(16, 8);

export function alloc(len: i32): usize {
  return heap.alloc(<usize>(len + TEXT_TAIL));
}

export function free(ptr: usize): void {
  heap.free(ptr);
}

/** An answer begins, for a range in seconds since 1970. */
export function open(start: i64, end: i64): void {
  total.begin(start, end);
}

export function begin(countsEvents: bool): void {
  reader.begin(total.start, total.end, countsEvents);
}

export function write(ptr: usize, len: i32): void {
  reader.write(ptr, len);
}

/** The object is complete; false when its busy time is not known. */
export function end(): bool {
  const isRead = reader.end();
  if (isRead) total.addAll(reader.periods);
  return isRead;
}

/** Writes the answer, as of the stamp. */
export function answer(stamp: i64): void {
  out.reset();
  total.settle();
  writeFreeBusy(total, stamp, UID, out);
}

export function outPtr(): usize {
  return out.ptr;
}

export function outLen(): i32 {
  return out.len;
}

/** A list that takes few periods. */
export function openFew(start: i64, end: i64): void {
  few.begin(start, end);
}

/** False when there are too many. */
export function addFew(from: i64, to: i64): bool {
  few.add(0, from, to);
  return !few.overflow;
}

/** Reads the zone of that name; false when it is not known. */
export function readZone(ptr: usize, len: i32, tzid: usize, tzidLen: i32): bool {
  writeTextTail(ptr + <usize>len);
  return zone.read(ptr, len, tzid, tzidLen);
}

export function offsetAt(local: i64): i32 {
  return zone.offsetAt(local);
}

/** Reads a date and writes it anew; the form that it has. */
export function date(ptr: usize, len: i32): i32 {
  writeTextTail(ptr + <usize>len);
  const form = dateForm(ptr, len);
  out.reset();
  if (form == 0 || !out.reserve(16)) return form;
  putInstant(out.ptr, instantOf(ptr, len));
  out.len = 16;
  return form;
}
