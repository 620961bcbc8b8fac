/** Calendar objects that hold one of everything a view may have to hide. */

/** How an object is to be classified; all of it goes into the event itself, not into its override. */
export interface EventOptions {
  /** The value of CLASS; none when it is left out. */
  class?: string;
  /** The value of CLASS in the override alone. */
  overrideClass?: string;
  /** Marks every value that only a full reader may see; default: texts as people write them. */
  mark?: (what: string) => string;
}

const lines = (...parts: (string | string[] | undefined)[]): string =>
  [...parts.flat().filter((part) => part !== undefined), ""].join("\r\n");

const begin = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Example Corp.//Client 1.0//EN"];

const berlin = [
  ...["BEGIN:VTIMEZONE", "TZID:Europe/Berlin"],
  ...["BEGIN:STANDARD", "DTSTART:19701025T030000", "RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU"],
  ...["TZOFFSETFROM:+0200", "TZOFFSETTO:+0100", "TZNAME:CET", "END:STANDARD"],
  ...["BEGIN:DAYLIGHT", "DTSTART:19700329T020000", "RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU"],
  ...["TZOFFSETFROM:+0100", "TZOFFSETTO:+0200", "TZNAME:CEST", "END:DAYLIGHT"],
  "END:VTIMEZONE",
];

/** A weekly meeting with people, a place, files, alarms and words of its own, one time of which is at another hour. */
export function meeting(uid: string, options: EventOptions = {}): string {
  const { mark = (what: string) => what } = options;
  const classLine = (value?: string) => (value === undefined ? undefined : `CLASS:${value}`);
  return lines(
    begin,
    berlin,
    ...["BEGIN:VEVENT", `UID:${uid}`, "DTSTAMP:20260101T000000Z", "CREATED:20251231T120000Z"],
    ...["LAST-MODIFIED:20260101T000000Z", "DTSTART;TZID=Europe/Berlin:20260105T090000"],
    ...["DTEND;TZID=Europe/Berlin:20260105T100000", "RRULE:FREQ=WEEKLY;COUNT=10"],
    ...["EXDATE;TZID=Europe/Berlin:20260119T090000", "SEQUENCE:2", "STATUS:CONFIRMED", "TRANSP:OPAQUE"],
    classLine(options.class),
    ...[`SUMMARY:${mark("Merger talks")}`, `DESCRIPTION:${mark("We buy Initech")}`],
    ...[`LOCATION:${mark("Room 3")}`, "GEO:37.386013;-122.082932", `CATEGORIES:${mark("Secret projects")}`],
    ...[`COMMENT:${mark("Not a word")}`, `CONTACT:${mark("Legal")}`, `RESOURCES:${mark("Projector")}`, "PRIORITY:1"],
    `URL:https://example.com/${mark("merger").replace(/\W/g, "-")}`,
    `ORGANIZER;CN=${mark("Alice")}:mailto:alice@example.com`,
    `ATTENDEE;CN=${mark("Mallory")};PARTSTAT=ACCEPTED:mailto:mallory@example.com`,
    `ATTACH;FMTTYPE=application/pdf:https://example.com/${mark("offer").replace(/\W/g, "-")}.pdf`,
    `RELATED-TO:${mark("the-other-meeting")}`,
    `X-MOZ-SEND-INVITATIONS:${mark("TRUE")}`,
    `X-ALT-DESC;FMTTYPE=text/html:<b>${mark("We buy Initech")}</b>`,
    ...["BEGIN:VALARM", "ACTION:DISPLAY", `DESCRIPTION:${mark("Bring the papers")}`, "TRIGGER:-PT15M", "END:VALARM"],
    "END:VEVENT",
    ...["BEGIN:VEVENT", `UID:${uid}`, "DTSTAMP:20260101T000000Z", "RECURRENCE-ID;TZID=Europe/Berlin:20260112T090000"],
    ...["DTSTART;TZID=Europe/Berlin:20260112T140000", "DTEND;TZID=Europe/Berlin:20260112T150000"],
    classLine(options.overrideClass),
    ...[`SUMMARY:${mark("Merger talks (moved)")}`, `LOCATION:${mark("Room 4")}`, "END:VEVENT"],
    "END:VCALENDAR",
  );
}

/** A task. */
export function task(uid: string, { class: value, mark = (what) => what }: EventOptions = {}): string {
  return lines(
    begin,
    ...["BEGIN:VTODO", `UID:${uid}`, "DTSTAMP:20260101T000000Z", "DUE:20260106T090000Z"],
    value === undefined ? undefined : `CLASS:${value}`,
    ...[`SUMMARY:${mark("Call the bank")}`, "END:VTODO", "END:VCALENDAR"],
  );
}

/** A journal entry. */
export function journal(uid: string, { class: value, mark = (what) => what }: EventOptions = {}): string {
  return lines(
    begin,
    ...["BEGIN:VJOURNAL", `UID:${uid}`, "DTSTAMP:20260101T000000Z", "DTSTART;VALUE=DATE:20260105"],
    value === undefined ? undefined : `CLASS:${value}`,
    ...[`SUMMARY:${mark("Dear diary")}`, "END:VJOURNAL", "END:VCALENDAR"],
  );
}
