import type { Random } from "../../xml/support/random.ts";

/** Zones by their TZID, as servers and clients write them. */
export const zones: Record<string, string[]> = {
  "Europe/Berlin": [
    ...observance("STANDARD", "19701025T030000", "+0200", "+0100", "RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU"),
    ...observance("DAYLIGHT", "19700329T020000", "+0100", "+0200", "RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU"),
  ],
  "America/New_York": [
    ...observance("DAYLIGHT", "20070311T020000", "-0500", "-0400", "RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=2SU"),
    ...observance("STANDARD", "20071104T020000", "-0400", "-0500", "RRULE:FREQ=YEARLY;BYMONTH=11;BYDAY=1SU"),
  ],
  "My zone; of, old": [
    ...observance(
      "DAYLIGHT",
      "19870405T020000",
      "-0800",
      "-0700",
      "RRULE:BYDAY=SU;BYMONTHDAY=1,2,3,4,5,6,7;BYMONTH=4;FREQ=YEARLY;UNTIL=20060402T100000Z",
    ),
    ...observance("DAYLIGHT", "20070311T020000", "-0800", "-0700", "RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=2SU;WKST=MO"),
    ...observance(
      "STANDARD",
      "19671029T020000",
      "-0700",
      "-0800",
      "RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU;UNTIL=20061029",
    ),
    ...observance("STANDARD", "20071104T020000", "-0700", "-0800", "RRULE:FREQ=YEARLY;BYMONTH=11;BYDAY=1SU"),
  ],
  "Asia/Kolkata": observance("STANDARD", "19451015T000000", "+0630", "+0530"),
  "Australia/Lord_Howe": [
    ...observance("STANDARD", "20080406T020000", "+1100", "+1030", "RRULE:FREQ=YEARLY;BYMONTH=4;BYDAY=1SU"),
    ...observance("DAYLIGHT", "20081005T020000", "+1030", "+1100", "RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=1SU"),
  ],
  dates: [
    ...observance("DAYLIGHT", "20200301T000000", "+0000", "+0030", "RDATE:20210301T000000,20220301T000000"),
    ...observance("STANDARD", "20201001T000000", "+0030", "+0000", "RDATE:20211001T000000", "RDATE:20221001T000000"),
  ],
  counted: [
    ...observance("DAYLIGHT", "20200329T020000", "+0100", "+0200", "RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU;COUNT=3"),
    ...observance("STANDARD", "20201025T030000", "+0200", "+0100", "RRULE:FREQ=YEARLY;COUNT=3;BYDAY=4SU;BYMONTH=10"),
    ...observance("STANDARD", "20221225T000000", "+0100", "+0300", "RRULE:FREQ=YEARLY;BYMONTH=12;BYMONTHDAY=25"),
    ...observance("DAYLIGHT", "20230701T000000", "+0300", "+0100", "RRULE:FREQ=YEARLY"),
  ],
  ended: [
    ...observance(
      "DAYLIGHT",
      "19810329T020000",
      "+0100",
      "+0200",
      "RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU;UNTIL=20260329T010000Z",
    ),
    ...observance(
      "STANDARD",
      "19961027T030000",
      "+0200",
      "+0100",
      "RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU;UNTIL=20261025T005959Z",
    ),
  ],
  // The rules of these are not known for sure.
  monthly: observance("STANDARD", "20200101T000000", "+0000", "+0100", "RRULE:FREQ=MONTHLY;BYMONTHDAY=1"),
  leaping: observance("STANDARD", "20200101T000000", "+0000", "+0100", "RRULE:FREQ=YEARLY;INTERVAL=4"),
  weekly: observance("STANDARD", "20200101T000000", "+0000", "+0100", "RRULE:FREQ=YEARLY;BYDAY=-1SU"),
  torn: observance("STANDARD", "20200101T000000Z", "+0000", "+0100").slice(0, 2).concat("END:STANDARD"),
};

function observance(kind: string, start: string, from: string, to: string, ...more: string[]): string[] {
  const lines = [`DTSTART:${start}`, `TZOFFSETFROM:${from}`, ...more, `TZOFFSETTO:${to}`, "TZNAME:X"];
  return [`BEGIN:${kind}`, ...lines, `END:${kind}`];
}

/** A zone as a component. */
export const vtimezone = (tzid: string): string[] => [
  "BEGIN:VTIMEZONE",
  `TZID:${tzid}`,
  ...(zones[tzid] ?? []),
  "END:VTIMEZONE",
];

/** Makes objects with busy time in February and March 2026, and others that nobody can be sure of. */
export class Objects {
  constructor(private readonly random: Random) {}

  /** `isOdd`: something in it may be none of what is expected. */
  object(isOdd: boolean): Buffer {
    const { random } = this;
    const known = Object.keys(zones).slice(0, isOdd ? undefined : 8);
    const present = known.filter(() => !random.once(isOdd ? 8 : 1000));
    const components = Array.from({ length: 1 + random.below(5) }, () => this.component(isOdd, known));
    components.splice(random.below(components.length + 1), 0, ...present.map((tzid) => vtimezone(tzid)));
    const lines = ["BEGIN:VCALENDAR", "VERSION:2.0", ...components.flat(), "END:VCALENDAR"];
    if (isOdd && random.once(20)) lines.splice(random.below(lines.length), 1);
    return this.encode(lines);
  }

  private component(isOdd: boolean, known: string[]): string[] {
    const { random } = this;
    const kind = random.once(5) ? random.pick(["VFREEBUSY", "VTODO", "VJOURNAL", "X-THING"]) : "VEVENT";
    const lines = kind === "VFREEBUSY" ? this.periods(isOdd) : this.event(isOdd, known);
    const nested = random.once(3) ? ["BEGIN:VALARM", "DTSTART:junk", "DURATION:PT1M", "END:VALARM"] : [];
    if (isOdd && random.once(20)) nested.push("BEGIN:X-DEEP", "BEGIN:VEVENT", "END:VEVENT", "END:X-DEEP");
    lines.splice(random.below(lines.length + 1), 0, ...nested);
    return [`BEGIN:${kind}`, ...lines, `END:${kind}`];
  }

  private event(isOdd: boolean, known: string[]): string[] {
    const { random } = this;
    const tzid = random.pick(known);
    const form = random.pick(["date", "utc", "utc", "local", "zone", "zone", "zone"]);
    const lines = [`SUMMARY:DTSTART in words`, this.line("DTSTART", form, tzid, 0)];
    const last = random.below(4);
    if (last === 0) lines.push(this.line("DTEND", form, random.once(3) ? random.pick(known) : tzid, random.below(3)));
    if (last === 1) lines.push(`DURATION:${random.pick(["PT1H", "P1D", "PT30M", "P1DT12H", "P1W", "-PT1H", "PT0S"])}`);
    if (random.once(4))
      lines.push(`STATUS:${random.pick(["TENTATIVE", "CONFIRMED", "CANCELLED", "tentative", "X-A"])}`);
    if (random.once(4)) lines.push(`TRANSP:${random.pick(["OPAQUE", "TRANSPARENT", "transparent"])}`);
    if (random.once(4)) lines.push(`RECURRENCE-ID:20260301T090000Z`);
    if (random.once(4)) lines.push("EXDATE:20260301T090000Z", `X-NOTE;A="x:;,":RRULE:FREQ=DAILY`);
    if (isOdd && random.once(4)) lines.push(this.odd());
    return this.shuffle(lines);
  }

  private odd(): string {
    return this.random.pick([
      "RRULE:FREQ=DAILY",
      "RDATE:20260301T090000Z",
      "RECURRENCE-ID;RANGE=THISANDFUTURE:20260301T090000Z",
      "DTSTART:20260301T090000Z",
      "DURATION:1 hour",
      "DTEND:20260230T090000Z",
      "DTEND;VALUE=DATE:20260302",
      'DTEND;TZID="Europe/Berlin:20260301T090000',
      "STATUS:CANCELLED",
      "DTEND;TZID=UTC:20260301T090000",
      "DTEND;TZID=Nowhere/At_All:20260301T090000",
    ]);
  }

  private line(name: string, form: string, tzid: string, daysLater: number): string {
    const { random } = this;
    // Near the changes of the clocks, more often than not.
    const near = [Date.UTC(2026, 1, 1), Date.UTC(2026, 2, 8), Date.UTC(2026, 2, 29), Date.UTC(2026, 3, 5)];
    const at = random.pick(near) + (daysLater * 1440 + random.below(300)) * 60_000;
    const text = new Date(at).toISOString().replace(/[-:]|\.\d+/g, "");
    if (form === "date") return `${name};VALUE=DATE:${text.slice(0, 8)}`;
    if (form === "utc") return `${name}:${text}`;
    if (form === "local") return `${name}:${text.slice(0, 15)}`;
    const quoted = /[;,:]/.test(tzid) || random.once(3) ? `"${tzid}"` : tzid;
    return `${name};X-A=1;TZID=${quoted}:${text.slice(0, 15)}`;
  }

  private periods(isOdd: boolean): string[] {
    const { random } = this;
    const start = (day: number) => `202603${String(10 + day)}T0${random.below(9)}0000Z`;
    const period = () =>
      `${start(random.below(4))}/${random.once(2) ? `PT${random.below(9)}H` : start(random.below(6))}`;
    const types = ["", ";FBTYPE=BUSY-UNAVAILABLE", ";FBTYPE=FREE", ";FBTYPE=busy-tentative", ";FBTYPE=X-SLEEP"];
    const lines = Array.from({ length: random.below(4) }, () => {
      const list = Array.from({ length: 1 + random.below(3) }, period).join(",");
      return `FREEBUSY${random.pick(types)}:${list}`;
    });
    if (isOdd && random.once(3)) lines.push(random.pick(["FREEBUSY:20260301T090000Z", "FREEBUSY:", "FREEBUSY:a/b"]));
    return ["DTSTART:20260301T000000Z", "DTEND:20260401T000000Z", ...lines];
  }

  /** Lines as bytes, with line ends, folds and cases as they come. */
  private encode(lines: string[]): Buffer {
    const { random } = this;
    const end = random.pick(["\r\n", "\r\n", "\n"]);
    const rate = random.pick([1000000, 60, 20]);
    const text = lines.map((line) => {
      const cased = random.once(20) ? line.replace(/^[A-Z-]+/, (name) => name.toLowerCase()) : line;
      return [...cased].map((c, i) => (i > 0 && random.once(rate) ? `${end} ${c}` : c)).join("");
    });
    return Buffer.from(`${random.once(10) ? "\ufeff" : ""}${text.join(end)}${end}`);
  }

  private shuffle<T>(items: T[]): T[] {
    const left = [...items];
    return items.map(() => left.splice(this.random.below(left.length), 1)[0]!);
  }
}
