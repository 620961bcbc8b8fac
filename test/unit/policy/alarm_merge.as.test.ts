import { describe, expect, test } from "vitest-pool-assemblyscript/assembly";
import { Writer } from "../../../assembly/bytes/writer";
import { AlarmMerge, Merge } from "../../../assembly/policy/alarm_merge";

const merger = new AlarmMerge();

/** One line a word: `BEGIN:VCALENDAR UID:1`. */
function lines(words: string): string {
  return words.length == 0 ? "" : words.split(" ").join("\r\n") + "\r\n";
}

function filled(text: string): Writer {
  const writer = new Writer(1 << 20);
  writer.string(text);
  return writer;
}

/** What goes on in place of an object's content, on one line; the `Merge` when nothing does. */
function merge(old: string, sent: string, limit: i32 = 10000): string {
  const out = new Writer(1 << 20);
  const result = merger.merge(filled(calendar(old)), filled(calendar(sent)), limit, out);
  if (result != Merge.WRITTEN) return result.toString();
  return out.toString().split("\r\n").join(" ").replace("BEGIN:VCALENDAR ", "").replace(" END:VCALENDAR ", "");
}

function calendar(content: string): string {
  return lines(content.length == 0 ? "" : `BEGIN:VCALENDAR ${content} END:VCALENDAR`);
}

function event(content: string): string {
  return `BEGIN:VEVENT UID:1 ${content} END:VEVENT`;
}

const A = "BEGIN:VALARM TRIGGER:A END:VALARM";
const B = "BEGIN:VALARM TRIGGER:B END:VALARM";

describe("AlarmMerge", () => {
  test("puts the alarms of a component at the end of its like, byte by byte", () => {
    expect(merge(event(`${A} ${B} SUMMARY:old`), event("SUMMARY:new"))).toBe(event(`SUMMARY:new ${A} ${B}`));
  });

  test("leaves out alarms that were sent", () => {
    expect(merge(event(A), event(`${B} SUMMARY:new`))).toBe(event(`SUMMARY:new ${A}`));
    expect(merge(event("X:1"), event(`${B} SUMMARY:new`))).toBe(event("SUMMARY:new"));
    expect(merge("", `${B} ${event(`BEGIN:X ${B} END:X ${B}`)}`)).toBe(event("BEGIN:X END:X"));
  });

  test("says when there is nothing to change", () => {
    expect(merge(event("X:1"), event("SUMMARY:new"))).toBe(Merge.UNCHANGED.toString());
    expect(merge("", event("SUMMARY:new"))).toBe(Merge.UNCHANGED.toString());
    expect(merge(event("X:1"), "")).toBe(Merge.UNCHANGED.toString());
  });

  test("tells components apart by name, UID and RECURRENCE-ID, in whatever zone that is", () => {
    const old = `${event(A)} ${event(`RECURRENCE-ID;TZID=X:20260101T090000 ${B}`)}`;
    const sent = `${event("RECURRENCE-ID;TZID=Y:20260101T090000")} ${event("X:1")}`;
    expect(merge(old, sent)).toBe(`${event(`RECURRENCE-ID;TZID=Y:20260101T090000 ${B}`)} ${event(`X:1 ${A}`)}`);
    const others = "BEGIN:VEVENT UID:2 END:VEVENT BEGIN:VTODO UID:1 END:VTODO";
    expect(merge(old, others)).toBe(Merge.UNCHANGED.toString());
  });

  test("knows an override again that is written in UTC, or in a zone of another name", () => {
    const zone =
      "BEGIN:VTIMEZONE TZID:Z BEGIN:STANDARD DTSTART:19700101T000000 TZOFFSETFROM:+0100 TZOFFSETTO:+0100 END:STANDARD END:VTIMEZONE";
    const local = "RECURRENCE-ID;TZID=Z:20260102T090000";
    const utc = "RECURRENCE-ID:20260102T080000Z";
    expect(merge(`${zone} ${event(A)} ${event(`${local} ${B}`)}`, event(utc))).toBe(event(`${utc} ${B}`));
    expect(merge(`${event(A)} ${event(`${utc} ${B}`)}`, `${zone} ${event(local)}`)).toBe(
      `${zone} ${event(`${local} ${B}`)}`,
    );
    // What is not known is new.
    expect(merge(`${event(A)} ${event(`${local} ${B}`)}`, event(utc))).toBe(event(`${utc} ${A}`));
  });

  test("gives a new override the alarms of the series, and none where an override had none", () => {
    const master = event(`RRULE:FREQ=DAILY ${A}`);
    const bare = event("RECURRENCE-ID:20260101T090000Z");
    const fresh = event("RECURRENCE-ID:20260102T090000Z");
    expect(merge(`${master} ${bare}`, `${bare} ${fresh}`)).toBe(
      `${bare} ${event(`RECURRENCE-ID:20260102T090000Z ${A}`)}`,
    );
  });

  test("refuses what would lose alarms", () => {
    expect(merge(event(A), "")).toBe(Merge.UNREADABLE.toString());
    expect(merge(event(A), "BEGIN:VEVENT UID:1")).toBe(Merge.UNREADABLE.toString());
    expect(merge(event(A), event("UID:2"))).toBe(Merge.UNREADABLE.toString());
    expect(merge(`${A} ${event(A)}`, event(""))).toBe(Merge.UNMERGEABLE.toString());
    expect(merge(event(`BEGIN:X ${A} END:X`), event(""))).toBe(Merge.UNMERGEABLE.toString());
    expect(merge(`${event(A)} ${event(B)}`, event(""))).toBe(Merge.UNMERGEABLE.toString());
  });

  test("stops at the longest text that may go on", () => {
    const whole = calendar(event(`X:1 ${A}`)).length;
    expect(merge(event(A), event("X:1"), whole)).toBe(event(`X:1 ${A}`));
    expect(merge(event(A), event("X:1"), whole - 1)).toBe(Merge.TOO_LARGE.toString());
  });
});
