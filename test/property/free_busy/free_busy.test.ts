/** The filter's own answer to a free-busy-query, against a slow reference, ical.js, and what the host knows of time zones. */
import ICAL from "ical.js";
import { beforeAll, describe, expect, test } from "vitest";
import { busyTime, offsetIn, type Period, settle } from "../reference/free_busy.ts";
import { icalendarFaults, icalJsFault } from "../redaction/support/parsers.ts";
import { Module } from "../xml/support/module.ts";
import { Random } from "../xml/support/random.ts";
import { Objects, vtimezone, zones } from "./support/objects.ts";

interface Harness {
  open(start: bigint, end: bigint): void;
  begin(countsEvents: number): void;
  write(ptr: number, len: number): void;
  end(): number;
  answer(stamp: bigint): void;
  outPtr(): number;
  outLen(): number;
  openFew(start: bigint, end: bigint): void;
  addFew(from: bigint, to: bigint): number;
  readZone(ptr: number, len: number, tzid: number, tzidLen: number): number;
  offsetAt(local: bigint): number;
  date(ptr: number, len: number): number;
}

let module: Module<Harness>;

beforeAll(async () => {
  module = await Module.compile<Harness>("free_busy");
}, 120_000);

const start = Date.UTC(2026, 1, 1, 2) / 1000;
const end = Date.UTC(2026, 3, 6, 3) / 1000;
const stamp = Date.UTC(2026, 0, 1) / 1000;
const text = (seconds: number) => new Date(seconds * 1000).toISOString().replace(/[-:]|\.\d+/g, "");

function give(pieces: Uint8Array[], countsEvents = true): boolean {
  const { wasm } = module;
  wasm.begin(+countsEvents);
  for (const piece of pieces) module.give(piece, (ptr, len) => wasm.write(ptr, len));
  return wasm.end() !== 0;
}

function answer(): string {
  const { wasm } = module;
  wasm.answer(BigInt(stamp));
  return module.take(wasm.outPtr(), wasm.outLen()).toString();
}

const open = (from = start, to = end): void => module.wasm.open(BigInt(from), BigInt(to));

/** The whole answer, as it is to be. */
function expected(periods: Period[], from = start, to = end): string {
  return [
    ...["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//caldav-proxy-wasm//Free-Busy//EN", "CALSCALE:GREGORIAN"],
    ...["BEGIN:VFREEBUSY", `UID:${"0".repeat(32)}`, `DTSTAMP:${text(stamp)}`],
    ...[`DTSTART:${text(from)}`, `DTEND:${text(to)}`],
    ...settle(periods, from, to).map((one) => `FREEBUSY;FBTYPE=${one.type}:${text(one.start)}/${text(one.end)}`),
    ...["END:VFREEBUSY", "END:VCALENDAR", ""],
  ].join("\r\n");
}

describe("the busy time of objects", () => {
  test("is that of the reference, however the text is cut, in one form for two parsers", () => {
    const random = new Random(1);
    const objects = new Objects(random);
    const answers: Buffer[] = [];
    let known = 0;
    for (let round = 0; round < 300; round++) {
      open();
      const periods: Period[] = [];
      for (let i = 0; i < 3; i++) {
        const bytes = objects.object(false);
        const found = busyTime(bytes.toString());
        expect(give(random.cut(bytes, 6)), bytes.toString()).toBe(found !== null);
        periods.push(...(found ?? []));
        known += found ? found.length : 0;
      }
      const shown = answer();
      expect(shown).toBe(expected(periods));
      for (const line of shown.split("\r\n")) expect(Buffer.byteLength(line)).toBeLessThanOrEqual(75);
      if (round < 100) {
        expect(icalJsFault(shown)).toBeNull();
        answers.push(Buffer.from(shown));
      }
    }
    expect(known).toBeGreaterThan(1000);
    expect(icalendarFaults(answers).flat()).toEqual([]);
  });

  test("is not known where the reference does not know it, and never wrong", () => {
    const random = new Random(2);
    const objects = new Objects(random);
    const counts = { known: 0, unknown: 0 };
    for (let round = 0; round < 1500; round++) {
      const bytes = objects.object(true);
      const found = busyTime(bytes.toString());
      open();
      expect(give([bytes]), bytes.toString()).toBe(found !== null);
      expect(answer()).toBe(expected(found ?? []));
      counts[found ? "known" : "unknown"]++;
    }
    expect(Math.min(counts.known, counts.unknown)).toBeGreaterThan(300);
  });

  test("is that of its VFREEBUSY components alone when events do not count", () => {
    const random = new Random(3);
    const objects = new Objects(random);
    for (let round = 0; round < 500; round++) {
      const bytes = objects.object(true);
      const found = busyTime(bytes.toString(), false);
      open();
      expect(give([bytes], false), bytes.toString()).toBe(found !== null);
      expect(answer()).toBe(expected(found ?? []));
    }
  });

  test("of damaged texts is known or not, and no byte of them comes out", () => {
    const random = new Random(4);
    const objects = new Objects(random);
    const form =
      /^(BEGIN:V(CALENDAR|FREEBUSY)|END:V\w+|VERSION:2\.0|PRODID:[\w/-]+|CALSCALE:GREGORIAN|UID:0{32}|DT(STAMP|START|END):\d{8}T\d{6}Z|FREEBUSY;FBTYPE=BUSY(-UNAVAILABLE|-TENTATIVE)?:\d{8}T\d{6}Z\/\d{8}T\d{6}Z)?$/;
    for (let round = 0; round < 3000; round++) {
      const bytes = Buffer.from(objects.object(round % 2 === 0));
      for (let i = 0; i < 1 + random.below(4); i++) {
        const at = random.below(bytes.length);
        if (random.once(3)) bytes.copy(bytes, at, random.below(bytes.length));
        else bytes[at] = random.pick([0, 10, 13, 32, 34, 44, 47, 58, 59, 61, 90, 255, random.below(256)]);
      }
      open();
      give(random.cut(bytes, 4));
      for (const line of answer().split("\r\n")) expect(line).toMatch(form);
    }
  });

  test("is joined, clipped and sorted, and too much of it is no answer", () => {
    const { wasm } = module;
    const random = new Random(5);
    for (let round = 0; round < 300; round++) {
      const periods = Array.from({ length: random.below(60) }, (): Period => {
        const from = start - 5000 + random.below(40_000);
        return { type: random.pick(["BUSY", "BUSY-TENTATIVE"]), start: from, end: from + random.below(2000) - 200 };
      });
      const lines = periods.map(
        (one) => `FREEBUSY;FBTYPE=${one.type}:${text(one.start)}/${text(Math.max(one.end, one.start - 999_999))}`,
      );
      open(start, start + 30_000);
      const object = ["BEGIN:VCALENDAR", "BEGIN:VFREEBUSY", ...lines, "END:VFREEBUSY", "END:VCALENDAR", ""].join("\n");
      expect(give([Buffer.from(object)])).toBe(true);
      expect(answer()).toBe(expected(periods, start, start + 30_000));
    }
    wasm.openFew(0n, 1000n);
    for (let i = 0; i < 1000; i++) expect(wasm.addFew(BigInt(i), BigInt(i + 2))).toBe(1);
    wasm.openFew(0n, 1000n);
    const taken = Array.from({ length: 20 }, (_, i) => wasm.addFew(BigInt(i * 10), BigInt(i * 10 + 1)));
    expect(taken.indexOf(0)).toBe(8);
  });
});

describe("time zones", () => {
  const readZone = (tzid: string): boolean =>
    module.give(Buffer.from(["BEGIN:VCALENDAR", ...vtimezone(tzid), "END:VCALENDAR", ""].join("\r\n")), (ptr, len) =>
      module.give(Buffer.from(tzid), (name, nameLen) => module.wasm.readZone(ptr, len, name, nameLen) !== 0),
    );
  const offsetAt = (local: number): number => module.wasm.offsetAt(BigInt(local));

  test("are those of the reference, also where the clock skips or repeats an hour", () => {
    const random = new Random(6);
    for (const tzid of Object.keys(zones)) {
      const calendar = ["BEGIN:VCALENDAR", ...vtimezone(tzid), "END:VCALENDAR"].join("\n");
      const isKnown = offsetIn(calendar, tzid, 0) !== null;
      expect(readZone(tzid), tzid).toBe(isKnown);
      if (!isKnown) continue;
      for (let i = 0; i < 100; i++) {
        const local = Date.UTC(1940, 0, 1) / 1000 + random.below(60 * 12 * 130) * 43_830;
        expect(offsetAt(local), `${tzid} ${text(local)}`).toBe(offsetIn(calendar, tzid, local));
      }
      for (const day of [Date.UTC(2026, 2, 8), Date.UTC(2026, 2, 29), Date.UTC(2026, 9, 4), Date.UTC(2026, 9, 25)])
        for (let minute = 0; minute < 300; minute += 10) {
          const local = day / 1000 + minute * 60;
          expect(offsetAt(local), `${tzid} ${text(local)}`).toBe(offsetIn(calendar, tzid, local));
        }
    }
  });

  test.each(["Europe/Berlin", "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe"])(
    "%s is as the host knows it",
    (tzid) => {
      expect(readZone(tzid)).toBe(true);
      const format = new Intl.DateTimeFormat("en-US", { timeZone: tzid, timeZoneName: "longOffset", year: "numeric" });
      for (let instant = Date.UTC(2009, 0, 1); instant < Date.UTC(2030, 0, 1); instant += 5 * 3600_000 * 7) {
        const [, sign = "+", hours = "0", minutes = "0"] =
          /GMT(?:([+-])(\d+):(\d+))?/.exec(format.format(instant)) ?? [];
        const offset = (sign === "-" ? -1 : 1) * (Number(hours) * 3600 + Number(minutes) * 60);
        const local = instant / 1000 + offset;
        // In the hour that comes twice a local time is that of the first.
        const first = offsetAt(local);
        if (first !== offset) expect(offsetAt(local - 7200), `${tzid} ${text(instant / 1000)}`).not.toBe(offset);
      }
    },
  );

  test("agree with ical.js", () => {
    for (const tzid of ["Europe/Berlin", "America/New_York", "My zone; of, old", "counted"]) {
      const component = new ICAL.Component(ICAL.parse(vtimezone(tzid).join("\r\n")) as never);
      const zone = new ICAL.Timezone({ component, tzid });
      expect(readZone(tzid)).toBe(true);
      for (let local = Date.UTC(2021, 0, 1, 12); local < Date.UTC(2029, 0, 1); local += 86_400_000 * 3) {
        const time = ICAL.Time.fromDateTimeString(new Date(local).toISOString().slice(0, 19));
        expect(offsetAt(local / 1000), `${tzid} ${text(local / 1000)}`).toBe(zone.utcOffset(time));
      }
    }
  });
});

describe("dates", () => {
  test("are read and written as JavaScript does", () => {
    const { wasm } = module;
    const random = new Random(7);
    for (let i = 0; i < 20_000; i++) {
      const year = String(1 + random.below(9999)).padStart(4, "0");
      const [month = "", day = "", hour = "", minute = ""] = [
        1 + random.below(12),
        1 + random.below(31),
        random.below(24),
        random.below(60),
      ].map((part) => String(part).padStart(2, "0"));
      const date = `${year}${month}${day}T${hour}${minute}59Z`;
      const parsed = new Date(`${year}-${month}-${day}T${hour}:${minute}:59Z`);
      const exists = !Number.isNaN(parsed.getTime()) && parsed.getUTCDate() === Number(day);
      expect(module.give(Buffer.from(date), (ptr, len) => wasm.date(ptr, len)) !== 0, date).toBe(exists);
      if (exists) expect(module.take(wasm.outPtr(), wasm.outLen()).toString()).toBe(date);
    }
  });
});
