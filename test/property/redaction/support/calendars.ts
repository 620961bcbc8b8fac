import type { Random } from "../../xml/support/random.ts";

/** A text that must not be seen where what it belongs to is not shown in full. */
export interface Secret {
  text: string;
  /** The UID of its object; of a calendar or a time zone there is none. */
  uid: string | null;
  inAlarm: boolean;
  /** It stands in a calendar's own properties, which are shown with the objects of others. */
  inCalendar: boolean;
}

/** A generated text, and what its author knows of it. */
export interface Calendar {
  bytes: Buffer;
  secrets: Secret[];
  /** By UID: what its strictest components say. */
  classes: Map<string, { isPrivate: boolean; isConfidential: boolean }>;
}

const ZONES = [
  "Europe/Berlin",
  "W. Europe Standard Time",
  "My own, \\; zone",
  "/example.com/Europe/Zürich",
  "Zone:(UTC+1)",
];

/** Makes iCalendar of many shapes, well-formed and written as strangely as readers put up with. */
export class Calendars {
  private secrets: Secret[] = [];
  private classes: Calendar["classes"] = new Map();
  private uid: string | null = null;
  private inAlarm = false;
  private inCalendar = false;
  private count = 0;

  constructor(private readonly random: Random) {}

  /** One object with its overrides. */
  object(): Calendar {
    return this.calendar(() => this.components("one", this.random.below(3) + 1));
  }

  /** Many objects, all mixed up, in one or more calendars. */
  collection(): Calendar {
    return this.calendar(() => {
      const components: string[][] = [];
      for (let i = this.random.below(5); i >= 0; i--)
        components.push(...this.components(`uid-${i}`, this.random.below(3) + 1));
      return this.shuffle(components);
    });
  }

  /** An answer to a free-busy-query. */
  freeBusy(): Calendar {
    return this.calendar(() => [this.freeBusyComponent()]);
  }

  private calendar(components: () => string[][]): Calendar {
    this.secrets = [];
    this.classes = new Map();
    this.count = 0;
    const all = [...components(), ...this.zones()];
    const mixed = this.random.once(2) ? all : this.shuffle(all);
    const calendars: string[][] = [];
    do calendars.push(this.wrap(mixed.splice(0, this.random.once(3) ? 2 : mixed.length)));
    while (mixed.length > 0);
    return { bytes: this.encode(calendars.flat()), secrets: this.secrets, classes: this.classes };
  }

  private wrap(components: string[][]): string[] {
    this.uid = null;
    this.inCalendar = true;
    const own = ["VERSION:2.0", `PRODID:-//${this.secret()}//EN`];
    if (this.random.once(3)) own.push(`X-WR-CALNAME:${this.secret()}`, `METHOD:${this.secret()}`);
    this.inCalendar = false;
    return ["BEGIN:VCALENDAR", ...own, ...components.flat(), "END:VCALENDAR"];
  }

  private zones(): string[][] {
    this.uid = null;
    return ZONES.filter(() => this.random.once(2)).map((name) => {
      const observance = (kind: string, from: string, to: string, month: number): string[] => [
        `BEGIN:${kind}`,
        ...this.shuffle([
          `TZOFFSETFROM:${from}`,
          `TZOFFSETTO:${to}`,
          "DTSTART:19700101T020000",
          `RRULE:FREQ=YEARLY;BYMONTH=${month};BYDAY=-1SU;X-A=${this.secret()}`,
          this.random.once(2) ? "TZNAME:CEST" : `TZNAME:${this.secret()}`,
          `COMMENT:${this.secret()}`,
        ]),
        `END:${kind}`,
      ];
      return [
        "BEGIN:VTIMEZONE",
        ...this.shuffle([`TZID:${name}`, `TZURL:http://${this.secret()}`, `X-LIC-LOCATION:${this.secret()}`]),
        ...observance("DAYLIGHT", "+0100", "+0200", 3),
        ...observance("STANDARD", "+0200", "+0100", 10),
        "END:VTIMEZONE",
      ];
    });
  }

  private components(uid: string, count: number): string[][] {
    const known = { isPrivate: false, isConfidential: false };
    this.classes.set(uid, known);
    this.uid = uid;
    const kind = this.random.once(6) ? this.random.pick(["VTODO", "VJOURNAL", "X-THING"]) : "VEVENT";
    return Array.from({ length: count }, (_, i) => this.component(kind, uid, i, known));
  }

  private component(
    kind: string,
    uid: string,
    index: number,
    known: { isPrivate: boolean; isConfidential: boolean },
  ): string[] {
    const random = this.random;
    const lines = [`UID${this.parameters()}:${uid}`, `DTSTAMP:20240101T00000${index}Z`, ...this.start()];
    if (index > 0)
      lines.push(
        `RECURRENCE-ID${random.once(3) ? ";RANGE=thisandfuture" : ";RANGE=" + this.secret()}:2024030${index + 1}T090000Z`,
      );
    if (random.once(3)) {
      const isConfidential = random.once(3);
      known.isPrivate ||= !isConfidential;
      known.isConfidential ||= isConfidential;
      lines.push(isConfidential ? this.classLine("CONFIDENTIAL") : this.privateLine());
    } else if (random.once(3)) {
      lines.push(this.classLine(random.pick(["PUBLIC", "public", " Public"])));
    }
    for (const line of this.visible()) if (random.once(3)) lines.push(line);
    for (const line of this.hidden()) if (random.once(4)) lines.push(line);
    const nested: string[] = [];
    if (random.once(3)) nested.push(...this.alarm());
    if (random.once(6))
      nested.push("BEGIN:X-NESTED", `SUMMARY:${this.secret()}`, "SEQUENCE:7", ...this.alarm(), "END:X-NESTED");
    if (random.once(6)) nested.push("BEGIN:PARTICIPANT", `UID:${this.secret()}`, "END:PARTICIPANT");
    const body = this.shuffle(lines);
    body.splice(random.below(body.length + 1), 0, ...nested);
    return [`BEGIN:${kind}`, ...body, `END:${kind}`];
  }

  private start(): string[] {
    return this.random.pick([
      [`DTSTART;VALUE=DATE${this.parameters()}:20240301`, "DTEND;VALUE=DATE:20240302"],
      ["DTSTART:20240301T090000Z", "DURATION:PT1H"],
      [`DTSTART${this.parameters()};TZID=Europe/Berlin:20240301T090000`, "DTEND;TZID=Europe/Berlin:20240301T100000"],
      [`DTSTART;TZID="W. Europe Standard Time":20240301t090000`, "DTEND:20240301T100000z"],
      [`DTSTART;TZID="My own, ; zone":20240301T090000`],
      [`DTSTART;tzid=/example.com/Europe/Zürich:20240301T090000`],
      [`DTSTART;TZID="Zone:(UTC+1)":20240301T090000`, `DTEND;TZID=${this.secret()}:20240301T100000`],
      ["DTSTART:20240301T090000", `DTEND:20240301T1000${this.secret()}`],
    ]);
  }

  private visible(): string[] {
    return [
      `RRULE:FREQ=WEEKLY;COUNT=10;BYDAY=FR,-1mo${this.random.once(2) ? `;X-NOTE=${this.secret()}` : ""}`,
      `RRULE:FREQ=MONTHLY;BYMONTHDAY=-1,15;UNTIL=20251231T000000Z`,
      "RDATE:20240401T090000Z,20240402T090000Z",
      "RDATE;VALUE=PERIOD:20240401T090000Z/PT2H,20240402T090000Z/20240402T100000Z",
      `EXDATE;TZID=Europe/Berlin${this.parameters()}:${Array.from({ length: 9 }, (_, i) => `2024031${i}T090000`).join(",")}`,
      "SEQUENCE:3",
      this.random.pick(["TRANSP:OPAQUE", "transp:Transparent"]),
      this.random.pick(["STATUS:CONFIRMED", `STATUS${this.parameters()}:tentative`]),
    ];
  }

  private hidden(): string[] {
    const secret = (): string => this.secret();
    return [
      `SUMMARY${this.parameters()}:${secret()}`,
      `DESCRIPTION;ALTREP="cid:${secret()};:,":${secret()}\\n${"Lorem ipsum ".repeat(this.random.below(20))}${secret()}`,
      `LOCATION:${secret()}`,
      `x-${secret()}:${secret()}`,
      `item1.SUMMARY:${secret()}`,
      `item1.SEQUENCE:${secret()}`,
      `ATTENDEE;CN="${secret()}";X-A=^n${secret()}:mailto:${secret()}@example.com`,
      `ORGANIZER;CN=${secret()}:mailto:${secret()}@example.com`,
      `CATEGORIES:${secret()},${secret()}`,
      `URL;VALUE=URI:https://example.com/${secret()}`,
      `ATTACH;ENCODING=BASE64;VALUE=BINARY:${Buffer.from(secret().repeat(9)).toString("base64")}`,
      `STATUS:${secret()}`,
      `TRANSP:${secret()}`,
      `SEQUENCE:1${secret()}`,
      `SEQUENCE ${secret()}:1`,
      `RRULE:FREQ=DAILY;WKST=${secret()}`,
      `RDATE:20240301,${secret()}`,
      `EXDATE;VALUE=DATE:${secret()}`,
      `DURATION:P1D${secret()}`,
      `DTEND;TZID="${secret()}":20240301T090000`,
      `DUE:${secret()}`,
      `GEO:1.0;2.0`,
      secret(),
      `=0D=0A${secret()}=`,
    ];
  }

  private alarm(): string[] {
    this.inAlarm = true;
    const nested = this.random.once(4) ? ["BEGIN:X-DEEP", `X-A:${this.secret()}`, "END:X-DEEP"] : [];
    const lines = [
      "BEGIN:VALARM",
      "ACTION:DISPLAY",
      "TRIGGER:-PT15M",
      `DESCRIPTION:${this.secret()}`,
      "CLASS:PRIVATE",
      ...nested,
      "END:VALARM",
    ];
    this.inAlarm = false;
    return lines;
  }

  private freeBusyComponent(): string[] {
    this.uid = "busy";
    const periods = "20240301T090000Z/PT1H,20240301T120000Z/20240301T130000Z";
    return [
      "BEGIN:VFREEBUSY",
      ...this.shuffle([
        "DTSTAMP:20240101T000000Z",
        "UID:busy",
        "DTSTART:20240301T000000Z",
        "DTEND:20240302T000000Z",
        `ORGANIZER:mailto:${this.secret()}`,
        `ATTENDEE;CN=${this.secret()}:mailto:a@example.com`,
        `FREEBUSY;X-SUMMARY=${this.secret()};FBTYPE=BUSY-TENTATIVE:${periods}`,
        `FREEBUSY;FBTYPE=${this.secret()}:${periods}`,
        `FREEBUSY:${periods},${this.secret()}`,
        `COMMENT:${this.secret()}`,
      ]),
      "END:VFREEBUSY",
    ];
  }

  private classLine(value: string): string {
    return `${this.random.pick(["CLASS", "class", 'CLASS;X-A=":;"', `Class;X-A=${this.secret()}`])}:${value}`;
  }

  private privateLine(): string {
    if (this.random.once(2))
      return this.classLine(this.random.pick(["PRIVATE", "Private ", `X-${this.secret()}`, "", "PUBLIC,PRIVATE"]));
    return this.random.pick([
      "CLASS",
      "item1.CLASS:PRIVATE",
      "CLASS :PRIVATE",
      "CLASS=PRIVATE",
      'CLASS;:;X="',
      'CLASS;A="b:PUBLIC',
    ]);
  }

  private parameters(): string {
    const random = this.random;
    return random.pick([
      "",
      "",
      "",
      `;X-A=${this.secret()}`,
      `;LANGUAGE="${this.secret()}:;,"`,
      `;X-B=a,"${this.secret()}"`,
      `;${this.secret().replace("ö", "")}`,
    ]);
  }

  private secret(): string {
    const text = `Secret${String(this.count++).padStart(4, "0")}${this.random.once(3) ? "ö" : "o"}`;
    const { uid, inAlarm, inCalendar } = this;
    this.secrets.push({ text, uid, inAlarm, inCalendar });
    return text;
  }

  /** Lines as bytes, with line ends, folds, cases and empty lines as they come. */
  private encode(lines: string[]): Buffer {
    const random = this.random;
    const end = random.pick(["\r\n", "\r\n", "\r\n", "\n", "\r", "\r\r\n"]);
    const rate = random.pick([1000000, 200, 30, 5]);
    const out: number[] = [];
    if (random.once(10)) out.push(0xef, 0xbb, 0xbf);
    for (const line of lines) {
      const bytes = Buffer.from(this.recase(line));
      for (let i = 0; i < bytes.length; i++) {
        if (i > 0 && random.once(rate)) out.push(...Buffer.from(end + random.pick([" ", "\t"])));
        out.push(bytes[i]!);
      }
      out.push(...Buffer.from(end));
      if (random.once(40)) out.push(...Buffer.from(end));
      if (random.once(80)) out.push(...Buffer.from(` ${end}`));
    }
    return Buffer.from(out);
  }

  private recase(line: string): string {
    if (!this.random.once(10)) return line;
    return line.replace(/^[A-Z-]+/, (name) =>
      this.random.once(2) ? name.toLowerCase() : name[0]! + name.slice(1).toLowerCase(),
    );
  }

  private shuffle<T>(items: T[]): T[] {
    const left = [...items];
    return items.map(() => left.splice(this.random.below(left.length), 1)[0]!);
  }
}
