/** Alarms that a writer does not see are kept: against a model of objects, and over texts that are damaged. */
import { beforeAll, describe, expect, test } from "vitest";
import { redact, Show } from "../reference/redact.ts";
import { Calendars } from "../redaction/support/calendars.ts";
import { Module } from "../xml/support/module.ts";
import { Random } from "../xml/support/random.ts";

interface Merger {
  giveOld(ptr: number, len: number): void;
  giveSent(ptr: number, len: number): void;
  merge(limit: number): number;
  outPtr(): number;
  outLen(): number;
}

/** As `Merge` in assembly/policy/alarm_merge.ts. */
const Merge = { unchanged: 0, written: 1, unreadable: 2, unmergeable: 3, tooLarge: 4 };
const LIMIT = 1 << 20;
let module: Module<Merger>;

beforeAll(async () => {
  module = await Module.compile<Merger>("alarm_merge");
}, 120_000);

function merge(old: Buffer, sent: Buffer, limit = LIMIT): { result: number; text: Buffer } {
  module.give(old, (ptr, len) => module.wasm.giveOld(ptr, len));
  module.give(sent, (ptr, len) => module.wasm.giveSent(ptr, len));
  const result = module.wasm.merge(limit);
  return { result, text: result === Merge.written ? module.take(module.wasm.outPtr(), module.wasm.outLen()) : sent };
}

/** A component of an object, as its author knows it. */
interface Component {
  kind: string;
  uid: string;
  /** The value of RECURRENCE-ID; of the master there is none. */
  time: string | null;
  lines: string[];
  alarms: string[];
}
/** How a text is written: its line ends, and how wide its lines are. */
interface Style {
  end: string;
  width: number;
  zone: string;
}

class Objects {
  private count = 0;
  constructor(private readonly random: Random) {}

  style(): Style {
    const { random } = this;
    const zone = random.pick(["Europe/Berlin", '"/example.com/Zone: 1"', "Zürich"]);
    return { end: random.pick(["\r\n", "\r\n", "\n"]), width: random.pick([75, 75, 30, 9]), zone };
  }

  /** A master, sometimes, and overrides, in any order. */
  object(): Component[] {
    const { random } = this;
    const kind = random.pick(["VEVENT", "VEVENT", "VTODO", "X-THING"]);
    const times: (string | null)[] = random.once(6) ? [] : [null];
    for (let day = 1; day <= random.below(5); day++) times.push(`2026010${day}T090000${random.once(5) ? "Z" : ""}`);
    if (times.length === 0) times.push("20260101");
    return this.shuffled(times).map((time) => this.component(kind, time));
  }

  /** Another text of an object, by somebody who does not see its alarms. */
  changed(object: Component[]): Component[] {
    const { random } = this;
    const kind = object[0]?.kind ?? "VEVENT";
    const kept = object.filter(() => !random.once(5)).map(({ time }) => this.component(kind, time));
    if (random.once(2)) kept.push(this.component(kind, `2026020${random.below(9) + 1}T090000`));
    if (kept.length === 0) kept.push(this.component(kind, null));
    return this.shuffled(kept);
  }

  alarms(): string[] {
    return Array.from(
      { length: this.random.once(2) ? this.random.below(3) : 0 },
      () => `${++this.count} ü ${"x".repeat(this.random.below(90))}`,
    );
  }

  private component(kind: string, time: string | null): Component {
    const lines = [`SUMMARY:${++this.count} ${"wörd ".repeat(this.random.below(20))}`, "DTSTART:20260101T090000"];
    if (this.random.once(4)) lines.push("X-MOZ-LASTACK:20260101T090000Z");
    return { kind, uid: "1", time, lines, alarms: this.alarms() };
  }

  private shuffled<T>(list: T[]): T[] {
    return list
      .map((value) => ({ value, at: this.random.below(1000) }))
      .sort((a, b) => a.at - b.at)
      .map(({ value }) => value);
  }
}

const folded = (line: string, { end, width }: Style): string =>
  line.replace(new RegExp(`.{${width}}(?=.)`, "gu"), `$&${end} `) + end;
const alarmText = (words: string, style: Style): string =>
  ["BEGIN:VALARM", "ACTION:DISPLAY", `DESCRIPTION:${words}`, "BEGIN:X-DEEP", "END:X-DEEP", "end:valarm"]
    .map((line) => folded(line, style))
    .join("");

/** A component; its alarms stand after the line with that number, or at its end. */
function componentText({ kind, uid, time, lines }: Component, alarms: string, style: Style, at = Infinity): string {
  const all = [`BEGIN:${kind}`, `UID:${uid}`, ...lines].map((line) => folded(line, style));
  if (time !== null) all.push(folded(`RECURRENCE-ID${time.endsWith("Z") ? "" : `;TZID=${style.zone}`}:${time}`, style));
  if (time === "20260101") all[all.length - 1] = folded(`RECURRENCE-ID;VALUE=DATE:${time}`, style);
  all.splice(Math.min(at, all.length), 0, alarms);
  return all.join("") + folded(`END:${kind}`, style);
}

function calendarText(components: string[], style: Style): Buffer {
  const head = ["BEGIN:VCALENDAR", "VERSION:2.0", "BEGIN:VTIMEZONE", "TZID:Zürich", "END:VTIMEZONE"];
  return Buffer.from(
    [...head.map((line) => folded(line, style)), ...components, folded("END:VCALENDAR", style)].join(""),
  );
}

describe("the merge of alarms", () => {
  test("gives every component the alarms that it had, and a new override those of its series", () => {
    const random = new Random(7);
    const objects = new Objects(random);
    const seen = new Set<number>();
    for (let i = 0; i < 3000; i++) {
      const object = random.once(8) ? [] : objects.object();
      const change = objects.changed(object);
      const [before, after] = [objects.style(), objects.style()];
      const oldAlarms = (component: Component | undefined): string =>
        (component?.alarms ?? []).map((words) => alarmText(words, before)).join("");
      const old = calendarText(
        object.map((component) => componentText(component, oldAlarms(component), before, random.below(5) + 1)),
        before,
      );
      const sentAlarms = ({ alarms }: Component): string => alarms.map((words) => alarmText(words, after)).join("");
      const sent = calendarText(
        change.map((component) => componentText(component, sentAlarms(component), after, random.below(5) + 1)),
        after,
      );
      const master = object.find(({ time }) => time === null);
      const expected = calendarText(
        change.map((component) => {
          const same = object.find(({ time }) => time === component.time);
          return componentText(component, oldAlarms(same ?? master), after);
        }),
        after,
      );
      const { result, text } = merge(object.length === 0 ? Buffer.alloc(0) : old, sent);
      seen.add(result);
      expect(text.toString(), `object ${i}`).toBe(expected.toString());
      // Once more, with what is stored now, changes nothing.
      expect(merge(text, withoutAlarms(text) ?? sent).text.toString(), `object ${i} again`).toBe(text.toString());
      const room = merge(old, sent, text.length - 1).result;
      if (result === Merge.written && object.length > 0) expect(room, `object ${i}`).toBe(Merge.tooLarge);
    }
    expect([...seen].sort()).toEqual([Merge.unchanged, Merge.written]);
  });

  test("changes nothing but alarms, and puts in none but those of the old text, whatever the texts are", () => {
    const random = new Random(8);
    const calendars = new Calendars(random);
    const seen = new Map<number, number>();
    for (let i = 0; i < 800; i++) {
      const old = random.once(3) ? damage(random, calendars.object().bytes) : calendars.object().bytes;
      const sent = random.once(3) ? damage(random, calendars.object().bytes) : calendars.object().bytes;
      const { result, text } = merge(old, sent);
      seen.set(result, (seen.get(result) ?? 0) + 1);
      const [before, after] = [withoutAlarms(sent), withoutAlarms(text)];
      if (before !== null) expect(after?.toString("latin1"), `object ${i}`).toBe(before.toString("latin1"));
      const hadAlarms = /VALARM/i.test(unfolded(old));
      if (result === Merge.unreadable || result === Merge.unmergeable)
        expect(hadAlarms || withoutAlarms(old) === null).toBe(true);
      const lines = new Set(unfolded(old).split("\n"));
      if (result !== Merge.written) continue;
      for (const alarm of unfolded(text).match(/^BEGIN:VALARM$[^]*?^END:VALARM$/gim) ?? [])
        expect(
          alarm.split("\n").filter((line) => !lines.has(line)),
          `object ${i}`,
        ).toEqual([]);
    }
    for (const result of [Merge.unchanged, Merge.written, Merge.unreadable, Merge.unmergeable])
      expect(seen.get(result) ?? 0, `of ${result}`).toBeGreaterThan(5);
  });
});

/** What somebody sees of the text who sees no alarms; null when it cannot be read. */
function withoutAlarms(text: Buffer): Buffer | null {
  const view = {
    all: false,
    privateEvents: Show.full,
    confidentialEvents: Show.full,
    keepAlarms: false,
    freeBusyOnly: false,
  };
  const shown = redact(text.toString("latin1"), view, false);
  return shown === null ? null : Buffer.from(shown, "latin1");
}

const unfolded = (text: Buffer): string =>
  text
    .toString("latin1")
    .replace(/[\r\n]+[ \t]/g, "")
    .replace(/[\r\n]+/g, "\n");

/** Damages a text in one place. */
function damage(random: Random, bytes: Buffer): Buffer {
  const piece = random.pick([
    "\r",
    "\n ",
    '"',
    ":",
    "END:VALARM\r\n",
    "BEGIN:VALARM\r\n",
    "UID:other\r\n",
    "END:VEVENT\r\n",
  ]);
  const at = random.below(bytes.length + 1);
  return Buffer.concat([bytes.subarray(0, at), Buffer.from(piece), bytes.subarray(at + random.pick([0, 0, 1, 5]))]);
}
