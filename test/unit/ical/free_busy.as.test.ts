import { describe, expect, test } from "vitest-pool-assemblyscript/assembly";
import { Writer } from "../../../assembly/bytes/writer";
import { FreeBusyReader } from "../../../assembly/ical/free_busy_reader";
import { writeFreeBusy } from "../../../assembly/ical/free_busy_writer";
import { instantOf } from "../../../assembly/ical/instant";

const UNKNOWN = "(not known)";
const reader = new FreeBusyReader();

function instant(value: string): i64 {
  const bytes = String.UTF8.encode(value);
  return instantOf(changetype<usize>(bytes), value.length);
}

/** The periods of a calendar in January 2026, with what stands in it split at blanks, an underscore for a blank. */
function busy(content: string, countsEvents: bool = true): string {
  const text = `BEGIN:VCALENDAR ${content} END:VCALENDAR`.split(" ").join("\r\n").split("_").join(" ") + "\r\n";
  const bytes = String.UTF8.encode(text);
  reader.begin(instant("20260101T000000Z"), instant("20260201T000000Z"), countsEvents);
  for (let i = 0; i < bytes.byteLength; i++) reader.write(changetype<usize>(bytes) + <usize>i, 1);
  if (!reader.end()) return UNKNOWN;
  const out = new Writer(1 << 16);
  writeFreeBusy(reader.periods, 0, memory.data(16), out);
  const lines = out.toString().split("\r\n");
  const found: string[] = [];
  for (let i = 0; i < lines.length; i++) {
    if (lines[i].startsWith("FREEBUSY;FBTYPE=")) found.push(lines[i].slice(16));
  }
  return found.join(" ");
}

function event(more: string): string {
  return `BEGIN:VEVENT UID:1 ${more} END:VEVENT`;
}

const HOUR = "DTSTART:20260105T090000Z DTEND:20260105T100000Z";
const BUSY = "BUSY:20260105T090000Z/20260105T100000Z";
const ZONE =
  "BEGIN:VTIMEZONE TZID:Here BEGIN:STANDARD DTSTART:20200101T000000 TZOFFSETFROM:+0100 TZOFFSETTO:+0100 END:STANDARD END:VTIMEZONE";

describe("the busy time of an event", () => {
  test("goes from its begin to its end", () => {
    expect(busy(event(HOUR))).toBe(BUSY);
    expect(busy(event("DTSTART:20260105T090000Z DURATION:PT1H"))).toBe(BUSY);
    expect(busy(event("DTSTART:20260105T090000 DTEND:20260105T100000"))).toBe(BUSY);
    expect(busy(event("DTSTART;VALUE=DATE:20260105"))).toBe("BUSY:20260105T000000Z/20260106T000000Z");
    expect(busy(event("DTSTART;VALUE=DATE:20260105 DTEND;VALUE=DATE:20260107"))).toBe(
      "BUSY:20260105T000000Z/20260107T000000Z",
    );
  });

  test("is none where it has no length", () => {
    expect(busy(event("DTSTART:20260105T090000Z"))).toBe("");
    expect(busy(event("DTSTART:20260105T090000Z DTEND:20260105T080000Z"))).toBe("");
  });

  test("is clipped to the range", () => {
    expect(busy(event("DTSTART:20251231T230000Z DURATION:PT2H"))).toBe("BUSY:20260101T000000Z/20260101T010000Z");
    expect(busy(event("DTSTART:20260131T230000Z DURATION:PT2H"))).toBe("BUSY:20260131T230000Z/20260201T000000Z");
    expect(busy(event("DTSTART:20260201T000000Z DURATION:PT2H"))).toBe("");
  });

  test("is none when it is transparent or cancelled, and tentative when it is", () => {
    expect(busy(event(`${HOUR} TRANSP:transparent`))).toBe("");
    expect(busy(event(`${HOUR} STATUS:CANCELLED`))).toBe("");
    expect(busy(event(`${HOUR} STATUS:Tentative`))).toBe("BUSY-TENTATIVE:20260105T090000Z/20260105T100000Z");
    expect(busy(event(`${HOUR} STATUS:X-OTHER TRANSP:OPAQUE`))).toBe(BUSY);
  });

  test("is told by the time zone that comes with it", () => {
    const here = event("DTSTART;TZID=Here:20260105T100000 DTEND;TZID=Here:20260105T110000");
    expect(busy(`${ZONE} ${here}`)).toBe(BUSY);
    expect(busy(`${here} ${ZONE}`)).toBe(BUSY);
    expect(busy(here)).toBe(UNKNOWN);
    expect(busy(event("DTSTART;TZID=Etc/UTC:20260105T090000 DURATION:PT1H"))).toBe(BUSY);
    expect(busy(`${ZONE} ${event("DTSTART;TZID=here:20260105T100000")}`)).toBe(UNKNOWN);
  });

  test("is not known when it recurs still, or cannot be read in one way only", () => {
    const wrong = [
      `${HOUR} RRULE:FREQ=DAILY`,
      `${HOUR} RDATE:20260106T090000Z`,
      `${HOUR} RECURRENCE-ID;RANGE=THISANDFUTURE:20260105T090000Z`,
      `${HOUR} DTSTART:20260107T090000Z`,
      `${HOUR} DURATION:PT1H`,
      "DTSTART:20260105T090000Z DTEND;VALUE=DATE:20260106",
      "DTSTART:20260132T090000Z",
      "item.DTSTART:20260105T090000Z",
      "SUMMARY:nothing",
    ];
    for (let i = 0; i < wrong.length; i++) expect(busy(event(wrong[i]))).toBe(UNKNOWN);
    expect(busy(event(`${wrong[0]} TRANSP:TRANSPARENT`))).toBe("");
  });

  test("is that of the event itself, and not of what stands in it", () => {
    expect(busy(event(`BEGIN:VALARM DTSTART:1 DURATION:PT9H END:VALARM ${HOUR}`))).toBe(BUSY);
    expect(busy(`BEGIN:VTODO ${HOUR} END:VTODO`)).toBe("");
  });
});

describe("the busy time of a VFREEBUSY", () => {
  const periods = (lines: string): string => busy(`BEGIN:VFREEBUSY DTSTART:20260101T000000Z ${lines} END:VFREEBUSY`);

  test("is that of its periods", () => {
    expect(periods("FREEBUSY:20260105T090000Z/PT1H")).toBe(BUSY);
    expect(periods("FREEBUSY;FBTYPE=busy-unavailable:20260105T090000Z/PT1H,20260105T093000Z/20260105T110000Z")).toBe(
      "BUSY-UNAVAILABLE:20260105T090000Z/20260105T110000Z",
    );
    expect(periods("FREEBUSY;FBTYPE=FREE:20260105T090000Z/PT1H FREEBUSY;FBTYPE=X-A:20260105T090000Z/PT1H")).toBe(BUSY);
    expect(periods("DTEND:20260201T000000Z")).toBe("");
    expect(periods("FREEBUSY:soon")).toBe(UNKNOWN);
  });

  test("counts also where events do not", () => {
    const both = `${event("RRULE:FREQ=DAILY")} BEGIN:VFREEBUSY FREEBUSY:20260105T090000Z/PT1H END:VFREEBUSY`;
    expect(busy(both, false)).toBe(BUSY);
    expect(busy(both)).toBe(UNKNOWN);
  });
});

describe("what is no calendar", () => {
  test("has no busy time that is known", () => {
    const begin = instant("20260101T000000Z");
    const texts = [
      "",
      "no calendar",
      "BEGIN:VEVENT\r\nEND:VEVENT\r\n",
      "BEGIN:VCALENDAR\r\n",
      "BEGIN:VCALENDAR\r\nEND:X",
    ];
    for (let i = 0; i < texts.length; i++) {
      const bytes = String.UTF8.encode(texts[i]);
      reader.begin(begin, begin + 1, true);
      reader.write(changetype<usize>(bytes), bytes.byteLength);
      expect(reader.end()).toBe(false);
    }
  });
});
