/**
 * The busy time of calendar objects (RFC 4791, 7.10; RFC 5545, 3.6.1 and 3.6.5), written to be read and not to be fast:
 * what assembly/ical/free_busy_reader.ts and what it uses are held to.
 */

/** A period, in seconds since 1970. */
export interface Period {
  type: string;
  start: number;
  end: number;
}

interface Line {
  name: string;
  parameters: Record<string, string>;
  value: string;
}

interface Component {
  kind: string;
  lines: Line[];
  /** Lines that cannot be read in one way only. */
  odd: string[];
  parts: Component[];
}

/** The busy time of an object, or null when it is not known for sure. */
export function busyTime(text: string, countsEvents = true): Period[] | null {
  const calendars = parse(text);
  if (!calendars || calendars.length === 0 || calendars.some(({ kind }) => kind !== "VCALENDAR")) return null;
  const periods: Period[] = [];
  const components = calendars.flatMap(({ parts }) => parts);
  for (const component of components) {
    if (component.parts.some((part) => holds(part, "VEVENT") || holds(part, "VFREEBUSY"))) return null;
    const found =
      component.kind === "VFREEBUSY"
        ? ofFreeBusy(component)
        : component.kind === "VEVENT" && countsEvents
          ? ofEvent(component, components)
          : [];
    if (!found) return null;
    periods.push(...found);
  }
  return periods;
}

/** What of the periods lies in a range, those of a type that overlap or meet joined, in order of time. */
export function settle(periods: Period[], start: number, end: number): Period[] {
  const types = ["BUSY", "BUSY-UNAVAILABLE", "BUSY-TENTATIVE"];
  const joined = types.flatMap((type) => {
    const own = periods
      .filter((period) => period.type === type)
      .map((period) => ({ type, start: Math.max(period.start, start), end: Math.min(period.end, end) }))
      .filter((period) => period.start < period.end)
      .sort((a, b) => a.start - b.start);
    const out: Period[] = [];
    for (const period of own) {
      const last = out.at(-1);
      if (last && period.start <= last.end) last.end = Math.max(last.end, period.end);
      else out.push(period);
    }
    return out;
  });
  return joined.sort((a, b) => a.start - b.start || types.indexOf(a.type) - types.indexOf(b.type));
}

/** The seconds that local time is ahead of UTC, or null when no rule of the zone is known for sure. */
export function offsetIn(text: string, tzid: string, local: number): number | null {
  const calendars = parse(text) ?? [];
  const zone = calendars.flatMap(({ parts }) => parts).find((part) => isZone(part, tzid));
  return zone ? zoneOffset(zone, local) : null;
}

const holds = (component: Component, kind: string): boolean =>
  component.kind === kind || component.parts.some((part) => holds(part, kind));

function parse(text: string): Component[] | null {
  const lines = text
    .replace(/^\ufeff/, "")
    .replace(/\r\r\n|\r\n|\r/g, "\n")
    .replace(/\n+[ \t]/g, "")
    .split(/\n+/)
    .filter((line) => line.trim() !== "");
  const root: Component = { kind: "", lines: [], odd: [], parts: [] };
  const open = [root];
  for (const line of lines) {
    const parsed = parseLine(line);
    const top = open.at(-1) ?? root;
    if (parsed?.name === "BEGIN") {
      const component = { kind: parsed.value.toUpperCase(), lines: [], odd: [], parts: [] };
      top.parts.push(component);
      open.push(component);
    } else if (parsed?.name === "END") {
      if (open.length === 1 || top.kind !== parsed.value.toUpperCase()) return null;
      open.pop();
    } else if (open.length === 1) return null;
    else if (parsed) top.lines.push(parsed);
    else top.odd.push((/^[\w-]*/.exec(line)?.[0] ?? "").toUpperCase());
  }
  return open.length === 1 ? root.parts : null;
}

function parseLine(line: string): Line | null {
  const [, name = "", rest, value = ""] =
    /^([\w-]+)((?:;[\w-]+=(?:"[^"]*"|[^";:,]*)(?:,(?:"[^"]*"|[^";:,]*))*)*):(.*)$/s.exec(line) ?? [];
  if (rest === undefined) return null;
  const parameters: Record<string, string> = {};
  for (const [, key = "", quoted, plain = ""] of rest.matchAll(/;([\w-]+)=(?:"([^"]*)"|([^";:,]*))/g))
    parameters[key.toUpperCase()] = quoted ?? plain;
  return { name: name.toUpperCase(), parameters, value: value.trim() };
}

function ofFreeBusy(component: Component): Period[] | null {
  if (component.odd.includes("FREEBUSY")) return null;
  const periods: Period[] = [];
  for (const { parameters, value } of component.lines.filter(({ name }) => name === "FREEBUSY")) {
    const known = ["BUSY", "BUSY-UNAVAILABLE", "BUSY-TENTATIVE", "FREE"];
    const given = (parameters.FBTYPE ?? "").toUpperCase();
    const type = known.includes(given) ? given : "BUSY";
    for (const item of value.split(",")) {
      const [from = "", to = ""] = item.split("/");
      const start = time(from);
      const length = duration(to);
      const end = length && start !== null ? start + length.days * 86400 + length.seconds : time(to);
      if (start === null || end === null || parameters.TZID) return null;
      if (type !== "FREE") periods.push({ type, start, end });
    }
  }
  return periods;
}

function ofEvent({ lines, odd }: Component, around: Component[]): Period[] | null {
  const all = (name: string) => lines.filter((line) => line.name === name);
  const has = (name: string) => all(name).length > 0;
  const status = all("STATUS")[0]?.value.toUpperCase();
  if (status === "CANCELLED" || all("TRANSP")[0]?.value.toUpperCase() === "TRANSPARENT") return [];
  const meant = ["DTSTART", "DTEND", "DURATION", "TRANSP", "STATUS", "RECURRENCE-ID"];
  if (meant.some((name) => all(name).length > 1 || odd.includes(name))) return null;
  if (["RRULE", "RDATE"].some((name) => has(name) || odd.includes(name))) return null;
  if (all("RECURRENCE-ID")[0]?.parameters.RANGE !== undefined) return null;
  const begin = all("DTSTART")[0];
  const start = begin && utc(begin, around);
  if (!begin || start === null || start === undefined) return null;
  const isDay = begin.value.length === 8;
  let end: number | null = isDay ? start + 86400 : start;
  const until = all("DTEND")[0];
  const length = all("DURATION")[0];
  if (until && length) return null;
  if (until) {
    if (isDay !== (until.value.length === 8)) return null;
    end = utc(until, around);
  } else if (length) {
    const parts = duration(length.value);
    if (!parts) return null;
    const later = utc(begin, around, parts.days * 86400);
    end = later === null ? null : later + parts.seconds;
  }
  if (end === null) return null;
  return [{ type: status === "TENTATIVE" ? "BUSY-TENTATIVE" : "BUSY", start, end }];
}

/** The instant that a line names, `later` seconds of its own clock after it. */
function utc({ value, parameters }: Line, around: Component[], later = 0): number | null {
  const local = time(value);
  if (local === null) return null;
  const tzid = parameters.TZID;
  if (tzid === undefined || value.length !== 15) return local + later;
  const zone = around.find((part) => isZone(part, tzid));
  if (!zone) return /^(utc|etc\/utc|gmt|etc\/gmt|z)$/i.test(tzid) ? local + later : null;
  const offset = zoneOffset(zone, local + later);
  return offset === null ? null : local + later - offset;
}

/** A date or date-time, as if it were UTC. */
function time(value: string): number | null {
  const [, year = "", month = "", day = "", hour = "00", minute = "00", second = "00"] =
    /^(\d{4})(\d\d)(\d\d)(?:T(\d\d)(\d\d)(\d\d)Z?)?$/i.exec(value) ?? [];
  const date = new Date(`${year}-${month}-${day}T00:00:00Z`);
  if (Number.isNaN(date.getTime()) || date.getUTCDate() !== Number(day)) return null;
  if (Number(hour) > 23 || Number(minute) > 59 || Number(second) > 60) return null;
  return date.getTime() / 1000 + Number(hour) * 3600 + Number(minute) * 60 + Number(second);
}

function duration(value: string): { days: number; seconds: number } | null {
  const found = /^([+-]?)P(?=.)(?:(\d+)W)?(?:(\d+)D)?(?:T(?=.)(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?$/i.exec(value);
  if (!found) return null;
  const [weeks = 0, days = 0, hours = 0, minutes = 0, seconds = 0] = found.slice(2).map((part) => Number(part ?? 0));
  const sign = found[1] === "-" ? -1 : 1;
  return { days: sign * (weeks * 7 + days), seconds: sign * (hours * 3600 + minutes * 60 + seconds) };
}

const isZone = ({ kind, lines }: Component, tzid: string): boolean =>
  kind === "VTIMEZONE" && lines.some((line) => line.name === "TZID" && line.value === tzid);

/** All changes of the clock up to a local time, one by one; the last of them counts. */
function zoneOffset({ parts }: Component, local: number): number | null {
  const changes: { at: number; from: number; to: number }[] = [];
  for (const { lines, odd } of parts.filter(({ kind }) => kind === "STANDARD" || kind === "DAYLIGHT")) {
    const value = (name: string) => lines.find((line) => line.name === name)?.value;
    const start = time(value("DTSTART") ?? "");
    const from = seconds(value("TZOFFSETFROM"));
    const to = seconds(value("TZOFFSETTO"));
    if (start === null || from === null || to === null || odd.length > 0) return null;
    const rule = value("RRULE");
    const years = rule === undefined ? [] : yearly(rule, start, from);
    if (!years) return null;
    const dates = lines.filter(({ name }) => name === "RDATE").flatMap((line) => line.value.split(","));
    for (const at of [start, ...years, ...dates.map((date) => time(date) ?? NaN)]) changes.push({ at, from, to });
  }
  if (changes.length === 0) return null;
  changes.sort((a, b) => a.at - b.at);
  const last = changes.findLast(({ at }) => at <= local);
  if (!last) return changes[0]!.from;
  // Skipped by the clock: told by the clock before (RFC 5545, 3.3.5).
  return local < last.at + last.to - last.from ? last.from : last.to;
}

function seconds(value = ""): number | null {
  const [, sign, hours, minutes, rest = 0] = /^([+-])(\d\d)(\d\d)(\d\d)?$/.exec(value) ?? [];
  if (sign === undefined) return null;
  return (sign === "-" ? -1 : 1) * (Number(hours) * 3600 + Number(minutes) * 60 + Number(rest));
}

const weekdays = ["SU", "MO", "TU", "WE", "TH", "FR", "SA"];

/** The moments of a yearly rule until 2100; null when it is of another kind. */
function yearly(rule: string, start: number, offset: number): number[] | null {
  const part = Object.fromEntries(rule.split(";").map((one) => one.toUpperCase().split("=")));
  const { FREQ, INTERVAL = "1", BYMONTH, BYDAY, BYMONTHDAY, UNTIL, COUNT } = part as Record<string, string | undefined>;
  if (FREQ !== "YEARLY" || INTERVAL !== "1" || ((BYDAY ?? BYMONTHDAY) !== undefined && !BYMONTH)) return null;
  const first = new Date(start * 1000);
  const found: number[] = [];
  for (let year = first.getUTCFullYear(); year <= 2100; year++) {
    const month = Number(BYMONTH ?? first.getUTCMonth() + 1) - 1;
    const days = Array.from({ length: 31 }, (_, i) => new Date(Date.UTC(year, month, i + 1))).filter(
      (day) => day.getUTCMonth() === month,
    );
    const [, nth = "", weekday] = /^([+-]?\d)?(\w\w)$/.exec(BYDAY ?? "") ?? [];
    let chosen = days.filter((day) => weekday === undefined || weekdays[day.getUTCDay()] === weekday);
    if (BYMONTHDAY) chosen = chosen.filter((day) => BYMONTHDAY.split(",").includes(String(day.getUTCDate())));
    else if (weekday === undefined) chosen = chosen.filter((day) => day.getUTCDate() === first.getUTCDate());
    if (nth) chosen = chosen.slice(Number(nth) > 0 ? Number(nth) - 1 : Number(nth)).slice(0, 1);
    if (nth && Number(nth) < 0 && days.filter((day) => weekdays[day.getUTCDay()] === weekday).length < -Number(nth))
      chosen = [];
    for (const day of chosen) found.push(day.getTime() / 1000 + (start - Math.floor(start / 86400) * 86400));
  }
  const last = UNTIL === undefined ? Infinity : (time(UNTIL) ?? NaN);
  const until = UNTIL?.endsWith("Z") ? last + offset : UNTIL?.length === 8 ? last + 86399 : last;
  const all = found.filter((at) => at >= start && at <= until);
  return COUNT === undefined ? all : all.slice(0, Number(COUNT));
}
