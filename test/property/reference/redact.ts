/*
 * The redaction of calendars (contract, section 5), slow and readable: what assembly/policy/redaction.ts must equal, byte
 * by byte. Texts are bytes as Latin-1 strings, so that a character is a byte.
 */

export const Show = { hide: 0, busy: 1, full: 2 } as const;
export type Show = (typeof Show)[keyof typeof Show];

export interface View {
  all: boolean;
  privateEvents: Show;
  confidentialEvents: Show;
  keepAlarms: boolean;
  freeBusyOnly: boolean;
}

interface Line {
  /** In upper case; with `odd`, what a lenient reader could see. */
  name: string;
  odd: boolean;
  /** Without folds. */
  text: string;
  start: number;
  end: number;
  /** There is a carriage return without a line feed in it, and at its end. */
  bareReturn: boolean;
  endsBare: boolean;
}

interface Component {
  name: string;
  start: number;
  end: number;
  lines: Line[];
  children: Component[];
}

interface Content {
  value: string;
  rawValue: string;
  parameters: Map<string, string>;
}

const HEAD = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//caldav-proxy-wasm//Redacted//EN\r\nCALSCALE:GREGORIAN\r\n";
const MARK = "\xef\xbb\xbf";
const MEANINGFUL =
  /^(BEGIN|END|UID|CLASS|DTSTAMP|DTSTART|DTEND|DURATION|RRULE|RDATE|EXDATE|RECURRENCE-ID|SEQUENCE|TRANSP|STATUS|DUE|FREEBUSY|TZID|TZOFFSETFROM|TZOFFSETTO|TZNAME)$/;
const NOT_NESTED = ["VCALENDAR", "VEVENT", "VTODO", "VJOURNAL", "VFREEBUSY", "VTIMEZONE"];
const DEEPEST = 16;

/** What the view shows of the text; null when it is withheld. */
export function redact(body: string, view: View, isCollection: boolean): string | null {
  const text = body.includes("\n") ? body : body.replaceAll("\r", "\r\n");
  const calendars = parse(text);
  return calendars === null ? null : new Redaction(text, calendars, view, isCollection).run();
}

/* Reading */

function readLines(body: string): Line[] {
  const lines: Line[] = [];
  let start = 0;
  // Up to a line end that no blank follows: runs of line ends count as one.
  const pattern = /[^\r\n]*(?:[\r\n]+[ \t][^\r\n]*)*[\r\n]*/y;
  while (start < body.length) {
    pattern.lastIndex = start;
    const raw = pattern.exec(body)![0];
    const text = raw.replace(/[\r\n]+[ \t]/g, "").replace(/[\r\n]+$/, "");
    const bare = /\r(?![\r\n])/;
    const bareReturn = bare.test(raw);
    const endsBare = bare.test(/[\r\n]*$/.exec(raw)![0]);
    lines.push({ ...nameOf(text), text, start, end: start + raw.length, bareReturn, endsBare });
    start += raw.length;
  }
  return lines;
}

function nameOf(text: string): { name: string; odd: boolean } {
  const clean = /^([A-Za-z0-9-]*)[:;]/.exec(text);
  if (clean) return { name: meaningful(clean[1]!), odd: false };
  const head = text.split(/[:;=]/, 1)[0]!;
  return {
    name: meaningful(
      head
        .split(".")
        .at(-1)
        .replace(/[^A-Za-z0-9-]/g, ""),
    ),
    odd: true,
  };
}

function meaningful(name: string): string {
  return MEANINGFUL.test(name.toUpperCase()) ? name.toUpperCase() : "";
}

const VALUE = `(?:"[^"]*"|[^",:;]*)`;
const PARAMETER = `;(?:[A-Za-z0-9-]+=${VALUE}(?:,${VALUE})*|[A-Za-z0-9-]*)(?=[:;])`;
const CONTENT = new RegExp(`^[A-Za-z0-9-]*((?:${PARAMETER})*):([^]*)$`);
const EACH_PARAMETER = new RegExp(PARAMETER, "g");
const SINGLE_VALUE = new RegExp(`^=(${VALUE})$`);

function contentOf(line: Line): Content | null {
  const match = line.odd ? null : CONTENT.exec(line.text);
  if (!match) return null;
  const parameters = new Map<string, string>();
  for (const [whole] of `${match[1]!}:`.matchAll(EACH_PARAMETER)) {
    const [, name, rest] = /^;([^=]*)([^]*)$/.exec(whole)!;
    const known = upperCase(name!);
    if (!["TZID", "RANGE", "FBTYPE", "VALUE"].includes(known)) continue;
    const single = SINGLE_VALUE.exec(rest!);
    if (!single || parameters.has(known)) return null;
    parameters.set(known, single[1]!.replace(/^"|"$/g, ""));
  }
  return { value: match[2]!.replace(/^[ \t]+|[ \t]+$/g, ""), rawValue: match[2]!, parameters };
}

function parse(body: string): Component[] | null {
  if (body.includes("\0")) return null;
  const calendars: Component[] = [];
  const open: Component[] = [];
  let before = false;
  for (let line of readLines(body)) {
    // A byte order mark may stand before a calendar.
    if (open.length === 0 && line.text.startsWith(MARK) && body.startsWith(MARK, line.start)) {
      const text = line.text.slice(MARK.length);
      line = { ...line, ...nameOf(text), text, start: line.start + MARK.length };
    }
    const atBareReturn = before || line.bareReturn;
    before = line.endsBare;
    if (line.name !== "BEGIN" && line.name !== "END") {
      if (open.length > 0) open.at(-1).lines.push(line);
      else if (/[^ \t]/.test(line.text)) return null;
      continue;
    }
    const content = contentOf(line);
    if (content === null || atBareReturn) return null;
    const name = upperCase(content.value);
    if (line.name === "END") {
      const component = open.pop();
      if (component?.name !== name) return null;
      component.end = line.end;
      continue;
    }
    if (!/^[A-Z0-9-]{1,64}$/.test(name) || open.length >= DEEPEST || !mayNest(open, name)) return null;
    const component: Component = { name, start: line.start, end: 0, lines: [], children: [] };
    (open.at(-1)?.children ?? calendars).push(component);
    open.push(component);
  }
  return open.length > 0 || calendars.length === 0 ? null : calendars;
}

function mayNest(open: Component[], name: string): boolean {
  if (open.length === 0) return name === "VCALENDAR";
  if (name === "VCALENDAR") return false;
  if (open.length === 1 || !NOT_NESTED.includes(name)) return true;
  const known = [...NOT_NESTED, "STANDARD", "DAYLIGHT", "VALARM"];
  return !known.includes(open[1]!.name) && !open.some((component) => component.name === "VALARM");
}

/* Deciding */

/** What is known of one component, or of an object. */
class Facts {
  isPrivate = false;
  isConfidential = false;
  isBroken = false;
  badStart = false;

  add(other: Facts): void {
    this.isPrivate ||= other.isPrivate;
    this.isConfidential ||= other.isConfidential;
    this.isBroken ||= other.isBroken;
    this.badStart ||= other.badStart;
  }
}

class Redaction {
  private readonly own = new Map<Component, Facts>();
  private readonly ofCalendars = new Facts();
  private readonly ofUid = new Map<string, Facts>();
  private readonly uid = new Map<Component, string>();
  private readonly zones = new Map<Component, { key: string; text: string }>();
  private calendar: Component | null = null;
  private referred = new Set<string>();

  constructor(
    private readonly body: string,
    private readonly calendars: Component[],
    private readonly view: View,
    private readonly isCollection: boolean,
  ) {}

  run(): string | null {
    const components = this.calendars.flatMap((calendar) => calendar.children).filter(isObjectPart);
    for (const calendar of this.calendars) this.readClass(calendar.lines, this.ofCalendars);
    for (const component of components) this.readFacts(component);
    if (!this.isCollection) {
      for (const component of components) {
        const facts = this.factsOf(component);
        this.ofCalendars.isPrivate ||= facts.isPrivate;
        this.ofCalendars.isConfidential ||= facts.isConfidential;
        this.ofCalendars.isBroken ||= facts.isBroken;
      }
    }
    const { view } = this;
    const everything = view.privateEvents === Show.full && view.confidentialEvents === Show.full;
    const redacts = view.all || view.freeBusyOnly || !everything;
    const isPartial = redacts && (this.isCollection || components.some((c) => this.showOf(c) !== Show.full));
    const isAnew = isPartial && (!this.isCollection || view.all || view.freeBusyOnly);
    if (isPartial) {
      for (const calendar of this.calendars) {
        this.calendar = calendar;
        for (const child of calendar.children) if (child.name === "VTIMEZONE") this.readZone(child);
        for (const child of calendar.children) this.checkStart(child);
      }
    }
    const shown = components.filter((component) => this.showOf(component) !== Show.hide);
    if (shown.length === 0 && !this.isCollection) return null;
    let calendars = this.calendars;
    if (isPartial) {
      calendars = calendars.filter((calendar) => calendar.children.some((child) => shown.includes(child)));
      if (calendars.length === 0) calendars = this.calendars.slice(0, 1);
    }
    if (isAnew) return calendars.map((calendar) => this.writeAnew(calendar)).join("");
    return this.writePassing(calendars, isPartial);
  }

  private readFacts(component: Component): void {
    const facts = new Facts();
    this.own.set(component, facts);
    const pending = [component];
    for (let part = pending.pop(); part; part = pending.pop()) {
      this.readClass(part.lines, facts);
      pending.push(...part.children.filter((child) => child.name !== "VALARM"));
    }
    const uids: string[] = [];
    for (const line of component.lines.filter((line) => line.name === "UID")) {
      const content = contentOf(line);
      if (content === null || content.rawValue.length > 4096) facts.isBroken = true;
      else if (content.value !== "") {
        if (!isPlainText(content.rawValue)) facts.isBroken = true;
        uids.push(key(content.value));
      }
    }
    if (uids.some((uid) => uid !== uids[0])) facts.isBroken = true;
    const starts = component.lines.filter((line) => line.name === "DTSTART").length;
    facts.badStart = starts > 1 || (starts === 0 && component.name === "VEVENT");
    if (uids.length === 0) return;
    this.uid.set(component, uids[0]!);
    this.factsOfUid(uids[0]!).add(facts);
    for (const uid of uids) if (uid !== uids[0]) this.factsOfUid(uid).isBroken = true;
  }

  private readClass(lines: Line[], facts: Facts): void {
    for (const line of lines.filter((line) => line.name === "CLASS")) {
      const value = upperCase(contentOf(line)?.value ?? "");
      if (value === "CONFIDENTIAL") facts.isConfidential = true;
      else if (value !== "PUBLIC") facts.isPrivate = true;
    }
  }

  private factsOfUid(uid: string): Facts {
    const facts = this.ofUid.get(uid) ?? new Facts();
    this.ofUid.set(uid, facts);
    return facts;
  }

  private factsOf(component: Component): Facts {
    const facts = new Facts();
    facts.add(this.own.get(component)!);
    facts.add(this.ofCalendars);
    const uid = this.uid.get(component);
    if (uid !== undefined) facts.add(this.factsOfUid(uid));
    return facts;
  }

  private showOf(component: Component): Show {
    const facts = this.factsOf(component);
    const { view } = this;
    if (facts.isBroken) return Show.hide;
    if (view.freeBusyOnly) return component.name === "VFREEBUSY" ? Show.busy : Show.hide;
    const show = Math.min(
      view.all ? Show.busy : Show.full,
      facts.isPrivate ? view.privateEvents : Show.full,
      facts.isConfidential ? view.confidentialEvents : Show.full,
    ) as Show;
    return show === Show.busy && (component.name !== "VEVENT" || facts.badStart) ? Show.hide : show;
  }

  private checkStart(component: Component): void {
    const line = component.lines.find((line) => line.name === "DTSTART");
    if (component.name !== "VEVENT" || !line || this.showOf(component) !== Show.busy) return;
    const content = contentOf(line);
    if (content !== null && this.dates(content, /^[^,/]*$/, false) !== null) return;
    this.own.get(component)!.badStart = true;
    const uid = this.uid.get(component);
    if (uid !== undefined) this.factsOfUid(uid).badStart = true;
  }

  /* Writing */

  private writeAnew(calendar: Component): string {
    this.referred = new Set();
    this.calendar = calendar;
    const written = calendar.children.map((child) => ({ child, text: this.writeComponent(child) }));
    return (
      HEAD + written.map(({ child, text }) => (this.isUnreferred(child) ? "" : text)).join("") + "END:VCALENDAR\r\n"
    );
  }

  private writePassing(calendars: Component[], isPartial: boolean): string {
    const pieces: { zone?: Component; text: string }[] = [];
    let out = "";
    let cursor = 0;
    const replace = (component: Component, text: string): void => {
      pieces.push({ text: this.body.slice(cursor, component.start) }, { zone: component, text });
      cursor = component.end;
    };
    const finish = (): void => {
      for (const { zone, text } of pieces) if (!zone || !this.isUnreferred(zone)) out += text;
      pieces.length = 0;
    };
    for (const calendar of this.calendars) {
      if (!calendars.includes(calendar)) {
        replace(calendar, "");
        finish();
        continue;
      }
      this.referred = new Set();
      this.calendar = calendar;
      for (const child of calendar.children) {
        if (child.name === "VALARM") {
          if (!this.view.keepAlarms) replace(child, "");
        } else if (child.name === "VTIMEZONE") {
          if (isPartial) replace(child, this.writeComponent(child));
          else this.dropAlarms(child, replace);
        } else if (this.showOf(child) !== Show.full) {
          replace(child, this.writeComponent(child));
        } else {
          this.dropAlarms(child, replace);
          if (isPartial) this.noteZones(child);
        }
      }
      pieces.push({ text: this.body.slice(cursor, calendar.end) });
      cursor = calendar.end;
      finish();
    }
    return out + this.body.slice(cursor);
  }

  private dropAlarms(component: Component, replace: (component: Component, text: string) => void): void {
    for (const child of component.children) {
      if (child.name !== "VALARM") this.dropAlarms(child, replace);
      else if (!this.view.keepAlarms) replace(child, "");
    }
  }

  private noteZones(component: Component): void {
    for (const line of component.lines) {
      if (!/^(DTSTART|DTEND|DUE|RDATE|EXDATE|RECURRENCE-ID)$/.test(line.name)) continue;
      const zone = contentOf(line)?.parameters.get("TZID");
      if (zone) this.referred.add(key(zone));
    }
    for (const child of component.children) this.noteZones(child);
  }

  private isUnreferred(component: Component): boolean {
    const zone = this.zones.get(component);
    return zone !== undefined && !this.referred.has(zone.key);
  }

  private writeComponent(component: Component): string {
    if (component.name === "VTIMEZONE") return this.zones.get(component)?.text ?? "";
    if (!isObjectPart(component) || this.showOf(component) !== Show.busy) return "";
    if (component.name === "VFREEBUSY") {
      const allowed = ["UID", "DTSTAMP", "DTSTART", "DTEND", "FREEBUSY"];
      return `BEGIN:VFREEBUSY\r\n${this.properties(component, allowed, false).text}END:VFREEBUSY\r\n`;
    }
    const dates = ["DTSTAMP", "DTSTART", "DTEND", "DURATION", "RRULE", "RDATE", "EXDATE", "RECURRENCE-ID"];
    const allowed = ["UID", ...dates, "SEQUENCE", "TRANSP", "STATUS"];
    const { text } = this.properties(component, allowed, false);
    return `BEGIN:VEVENT\r\n${text}${this.classLine(component)}SUMMARY:Busy\r\nEND:VEVENT\r\n`;
  }

  private classLine(component: Component): string {
    if (!component.lines.some((line) => line.name === "CLASS")) return "";
    const { isPrivate, isConfidential } = this.own.get(component)!;
    const isStricter = this.view.confidentialEvents < this.view.privateEvents;
    if (isConfidential && (!isPrivate || isStricter)) return "CLASS:CONFIDENTIAL\r\n";
    return isPrivate ? "CLASS:PRIVATE\r\n" : "CLASS:PUBLIC\r\n";
  }

  private readZone(zone: Component): void {
    let text = "BEGIN:VTIMEZONE\r\n";
    let name: string | null = null;
    const observances: string[] = [];
    for (const piece of [...zone.lines, ...zone.children].sort((a, b) => a.start - b.start)) {
      if (!("children" in piece)) {
        const value: string | undefined = piece.name === "TZID" && name === null ? contentOf(piece)?.value : undefined;
        if (value === undefined || !isTzid(value)) continue;
        name = value;
        text += fold(`TZID:${value}`);
      } else if (piece.name === "STANDARD" || piece.name === "DAYLIGHT") {
        const allowed = ["DTSTART", "TZOFFSETFROM", "TZOFFSETTO", "TZNAME", "RRULE", "RDATE"];
        const { text: properties, seen } = this.properties(piece, allowed, true);
        if (!["DTSTART", "TZOFFSETFROM", "TZOFFSETTO"].every((needed) => seen.has(needed))) continue;
        observances.push(piece.name);
        text += `BEGIN:${piece.name}\r\n${properties}END:${piece.name}\r\n`;
      }
    }
    if (name !== null && observances.length > 0)
      this.zones.set(zone, { key: key(name), text: `${text}END:VTIMEZONE\r\n` });
  }

  private properties(component: Component, allowed: string[], inZone: boolean): { text: string; seen: Set<string> } {
    const seen = new Set<string>();
    let text = "";
    for (const line of component.lines) {
      const { name } = line;
      const isEnd = name === "DTEND" || name === "DURATION";
      if (!allowed.includes(name)) continue;
      if (
        isEnd
          ? seen.has("DTEND") || seen.has("DURATION")
          : seen.has(name) && !/^(RRULE|RDATE|EXDATE|FREEBUSY)$/.test(name)
      ) {
        continue;
      }
      const content = contentOf(line);
      const rest = content === null ? null : this.rest(name, content, inZone);
      if (rest === null) continue;
      seen.add(name);
      text += fold(name + rest);
    }
    return { text, seen };
  }

  /** Parameters and value, or null when the property may not be written. */
  private rest(name: string, content: Content, inZone: boolean): string | null {
    const { value, rawValue, parameters } = content;
    const upper = upperCase(value);
    const when = (isRight: boolean, text = upper): string | null => (isRight ? `:${text}` : null);
    switch (name) {
      case "RDATE":
        return this.dates(content, /./, inZone);
      case "EXDATE":
        return this.dates(content, /^[^/]*$/, inZone);
      case "DTSTAMP":
      case "DTSTART":
      case "DTEND":
        return this.dates(content, /^[^,/]*$/, inZone);
      case "RECURRENCE-ID": {
        const range = parameters.get("RANGE")?.toUpperCase() === "THISANDFUTURE" ? ";RANGE=THISANDFUTURE" : "";
        return this.dates(content, /^[^,/]*$/, inZone)?.replace(":", `${range}:`) ?? null;
      }
      case "FREEBUSY": {
        const type = parameters.get("FBTYPE")?.toUpperCase() ?? "";
        const shown = /^(FREE|BUSY|BUSY-UNAVAILABLE|BUSY-TENTATIVE)$/.test(type) ? `;FBTYPE=${type}` : "";
        return formOf(value) === "UTC/" ? `${shown}:${upper}` : null;
      }
      case "RRULE":
        return rule(value);
      case "UID":
        return when(value !== "", rawValue);
      case "DURATION":
        return when(isDuration(value));
      case "SEQUENCE":
        return when(/^[0-9]{1,9}$/.test(value));
      case "STATUS":
        return when(/^(TENTATIVE|CONFIRMED|CANCELLED)$/.test(upper));
      case "TRANSP":
        return when(/^(OPAQUE|TRANSPARENT)$/.test(upper));
      case "TZOFFSETFROM":
      case "TZOFFSETTO":
        return when(/^[+-]([01][0-9]|2[0-3])[0-5][0-9]([0-5][0-9])?$/.test(value));
      case "TZNAME":
        return when(/^[A-Za-z0-9+-]{1,8}$/.test(value), value);
      default:
        return null;
    }
  }

  /** As `rest`, for dates: `shape` says whether there may be several, and periods. */
  private dates(content: Content, shape: RegExp, inZone: boolean): string | null {
    const { value } = content;
    const zone = content.parameters.get("TZID") ?? "";
    const form = formOf(value);
    if (form === null || !shape.test(value)) return null;
    if (inZone) return form === "LOCAL" ? `:${value.toUpperCase()}` : null;
    const kind = form === "DATE" ? ";VALUE=DATE" : form.endsWith("/") ? ";VALUE=PERIOD" : "";
    if (!form.startsWith("LOCAL") || zone === "") return `${kind}:${value.toUpperCase()}`;
    if (!isTzid(zone) || !(this.isDefined(zone) || isWellKnown(zone))) return null;
    this.referred.add(key(zone));
    return `${kind};TZID=${/[,:;]/.test(zone) ? `"${zone}"` : zone}:${value.toUpperCase()}`;
  }

  private isDefined(zone: string): boolean {
    return this.calendar!.children.some((child) => this.zones.get(child)?.key === key(zone));
  }
}

function isObjectPart(component: Component): boolean {
  return component.name !== "VTIMEZONE" && component.name !== "VALARM";
}

/* Values */

/** DATE, LOCAL or UTC, with a slash for periods; null when the items are not all of one form. */
function formOf(value: string): string | null {
  const forms = value.split(",").map((item) => {
    const slash = item.indexOf("/");
    if (slash < 0) return dateForm(item);
    const form = dateForm(item.slice(0, slash));
    const end = item.slice(slash + 1);
    if (form === null || form === "DATE") return null;
    return dateForm(end) === form || (isDuration(end) && !end.startsWith("-")) ? `${form}/` : null;
  });
  return forms.every((form) => form === forms[0]) ? forms[0]! : null;
}

function dateForm(text: string): string | null {
  const match = /^(\d{4})(\d\d)(\d\d)(?:T([01]\d|2[0-3])[0-5]\d(?:[0-5]\d|60)(Z?))?$/i.exec(text);
  if (!match) return null;
  const [year, month, day] = match.slice(1, 4).map(Number) as [number, number, number];
  if (year < 1 || month < 1 || month > 12) return null;
  const isLeap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  const days = [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1]!;
  if (day < 1 || day > days) return null;
  return match[4] === undefined ? "DATE" : match[5] ? "UTC" : "LOCAL";
}

function isDuration(text: string): boolean {
  const n = "\\d{1,7}";
  return new RegExp(`^[+-]?P(?=[^])(${n}W)?(${n}D)?(T(?=[^])(${n}H)?(${n}M)?(${n}S)?)?$`, "i").test(text);
}

function rule(value: string): string | null {
  const weekday = "(SU|MO|TU|WE|TH|FR|SA)";
  const list = (item: string): string => `${item}(,${item})*`;
  const range = (least: number, most: number) => (text: string) =>
    text.split(",").every((item) => {
      if (!(least < 0 ? /^[+-]?\d{1,9}$/ : /^\d{1,9}$/).test(item)) return false;
      const number = Number(item);
      return number <= most && number >= least && (least >= 0 || number !== 0);
    });
  const words = (text: string) => (value: string) => new RegExp(`^(${text})$`, "i").test(value);
  const count = (text: string): boolean => /^\d{1,9}$/.test(text) && Number(text) > 0;
  const parts: Record<string, (value: string) => boolean> = {
    FREQ: words("SECONDLY|MINUTELY|HOURLY|DAILY|WEEKLY|MONTHLY|YEARLY"),
    UNTIL: (value) => dateForm(value) !== null,
    COUNT: count,
    INTERVAL: count,
    WKST: words(weekday),
    RSCALE: words(
      "GREGORIAN|BUDDHIST|CHINESE|COPTIC|DANGI|ETHIOAA|ETHIOPIC|HEBREW|INDIAN|ISLAMIC(-CIVIL|-RGSA|-TBLA|-UMALQURA|C)?|ISO8601|JAPANESE|PERSIAN|ROC",
    ),
    SKIP: words("OMIT|BACKWARD|FORWARD"),
    BYDAY: (value) =>
      words(list(`([+-]?\\d{1,9})?${weekday}`))(value) && numbersOf(value).every((n) => n !== 0 && Math.abs(n) <= 53),
    BYMONTH: (value) => words(list("\\d{1,9}L?"))(value) && numbersOf(value).every((n) => n >= 1 && n <= 13),
    BYMONTHDAY: range(-31, 31),
    BYSETPOS: range(-366, 366),
    BYYEARDAY: range(-366, 366),
    BYWEEKNO: range(-53, 53),
    BYHOUR: range(0, 23),
    BYMINUTE: range(0, 59),
    BYSECOND: range(0, 60),
  };
  const kept = new Map<string, string>();
  for (const part of value.split(";")) {
    const [, name, rest] = /^([^=]*)([^]*)$/.exec(part)!;
    const known = name!.toUpperCase();
    if (!Object.hasOwn(parts, known)) continue;
    if (!rest!.startsWith("=") || kept.has(known) || !parts[known]!(rest!.slice(1))) return null;
    kept.set(known, part.toUpperCase());
  }
  return kept.has("FREQ") ? `:${[...kept.values()].join(";")}` : null;
}

function numbersOf(value: string): number[] {
  return [...value.matchAll(/[+-]?\d+/g)].map(([number]) => Number(number));
}

function isPlainText(bytes: string): boolean {
  try {
    const text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(Buffer.from(bytes, "latin1"));
    return !/[\u0000-\u001f\u007f-\u009f\u2028\u2029]/.test(text);
  } catch {
    return false;
  }
}

function isTzid(bytes: string): boolean {
  return bytes.length >= 1 && bytes.length <= 255 && isPlainText(bytes) && !bytes.includes('"');
}

function isWellKnown(zone: string): boolean {
  if (!/^[A-Za-z0-9/ ()+_.-]{1,64}$/.test(zone)) return false;
  if (/[ ()]/.test(zone)) return !zone.includes("/") && zone.includes(" Standard Time");
  return zone.includes("/") || zone.length <= 9;
}

/** ASCII letters in upper case. */
function upperCase(text: string): string {
  return text.replace(/[a-z]/g, (letter) => letter.toUpperCase());
}

function key(text: string): string {
  return text.replaceAll("\\", "");
}

/** A line in canonical form: 75 octets each, no character split. */
function fold(line: string): string {
  let rest = line;
  let out = "";
  while (rest.length > (out === "" ? 75 : 74)) {
    let cut = out === "" ? 75 : 74;
    while (cut > 1 && (rest.charCodeAt(cut) & 0xc0) === 0x80) cut--;
    out += `${out === "" ? "" : " "}${rest.slice(0, cut)}\r\n`;
    rest = rest.slice(cut);
  }
  return `${out}${out === "" ? "" : " "}${rest}\r\n`;
}
