import { beforeAll, describe, expect, test } from "vitest";
import { redact, Show, type View } from "../reference/redact.ts";
import { Module } from "../xml/support/module.ts";
import { Random } from "../xml/support/random.ts";
import { Calendars, type Calendar, type Secret } from "./support/calendars.ts";
import { icalendarFaults, icalJsFault } from "./support/parsers.ts";

interface Redactor {
  look(all: number, privateEvents: number, confidentialEvents: number, keepAlarms: number, freeBusyOnly: number): void;
  begin(isCollection: number): void;
  write(ptr: number, len: number): void;
  end(): number;
  outPtr(): number;
  outLen(): number;
}

let module: Module<Redactor>;

beforeAll(async () => {
  module = await Module.compile<Redactor>("redaction");
}, 120_000);

/** What is shown of a text that comes in pieces; null when it is withheld. */
function show(pieces: Uint8Array[], view: View, isCollection: boolean): Buffer | null {
  const { wasm } = module;
  wasm.look(+view.all, view.privateEvents, view.confidentialEvents, +view.keepAlarms, +view.freeBusyOnly);
  wasm.begin(+isCollection);
  for (const piece of pieces) module.give(piece, (ptr, len) => wasm.write(ptr, len));
  return wasm.end() ? module.take(wasm.outPtr(), wasm.outLen()) : null;
}

function expected(bytes: Uint8Array, view: View, isCollection: boolean): Buffer | null {
  const out = redact(Buffer.from(bytes).toString("latin1"), view, isCollection);
  return out === null ? null : Buffer.from(out, "latin1");
}

const everything: View = {
  all: false,
  privateEvents: Show.full,
  confidentialEvents: Show.full,
  keepAlarms: true,
  freeBusyOnly: false,
};
const busyRole: View = {
  ...everything,
  all: true,
  privateEvents: Show.busy,
  confidentialEvents: Show.busy,
  keepAlarms: false,
};

function someView(random: Random): View {
  return {
    all: random.once(4),
    privateEvents: random.pick([Show.hide, Show.busy, Show.full]),
    confidentialEvents: random.pick([Show.hide, Show.busy, Show.full]),
    keepAlarms: random.once(3),
    freeBusyOnly: random.once(12),
  };
}

/** True when the view shows nothing of what the secret stands in. */
function isHidden(secret: Secret, calendar: Calendar, view: View, isCollection: boolean): boolean {
  if (view.all || view.freeBusyOnly) return true;
  if (secret.inAlarm && !view.keepAlarms) return true;
  const isSeen = ({ isPrivate, isConfidential }: { isPrivate: boolean; isConfidential: boolean }): boolean =>
    (!isPrivate || view.privateEvents === Show.full) && (!isConfidential || view.confidentialEvents === Show.full);
  if (!isCollection && ![...calendar.classes.values()].every(isSeen)) return true;
  if (secret.uid !== null)
    return !isSeen(calendar.classes.get(secret.uid) ?? { isPrivate: false, isConfidential: false });
  // A time zone is cleaned wherever something may be hidden; a calendar's own properties go with a hidden object only.
  const hidesSome = view.privateEvents !== Show.full || view.confidentialEvents !== Show.full;
  return isCollection && hidesSome && !secret.inCalendar;
}

function leaks(out: Buffer, calendar: Calendar, view: View, isCollection: boolean): string[] {
  const text = out.toString("latin1");
  const both = text + text.replace(/[\r\n]+[ \t]/g, "");
  return calendar.secrets
    .filter((secret) => isHidden(secret, calendar, view, isCollection))
    .flatMap(({ text }) => [text, text.toUpperCase(), text.toLowerCase(), text.slice(0, 10)])
    .filter((text) => both.includes(Buffer.from(text).toString("latin1")));
}

/** Damages a text in one to three places. */
function damage(random: Random, bytes: Buffer): Buffer {
  const pieces = [
    ...[
      "\r",
      "\n",
      "\r\n",
      " ",
      "\t",
      "\r\n ",
      ":",
      ";",
      '"',
      "=",
      ".",
      ",",
      "\0",
      "\x0b",
      "\x7f",
      "\u2028",
      "\ufeff",
      "\\",
    ],
    ...[
      "BEGIN:VEVENT\r\n",
      "END:VEVENT\r\n",
      "\r\nCLASS:PRIVATE\r\n",
      "\r\nCLASS:PUBLIC\r\n",
      "BEGIN:VALARM\r\n",
      "END:VALARM\r\n",
    ],
    ...[
      "END:VCALENDAR\r\nBEGIN:VCALENDAR\r\n",
      "\r\nUID:uid-1\r\n",
      "\r\nx.BEGIN:VEVENT\r\n",
      "\r\nDTSTART:20240301\r\n",
    ],
  ];
  let out = bytes;
  for (let i = random.below(3); i >= 0; i--) {
    const at = random.below(out.length + 1);
    const cut = random.pick([0, 0, 1, 2, 5, 40]);
    const piece = random.once(4) ? Buffer.from([random.below(256)]) : Buffer.from(random.pick(pieces));
    out = Buffer.concat([out.subarray(0, at), random.once(4) ? Buffer.alloc(0) : piece, out.subarray(at + cut)]);
  }
  return out;
}

describe("the redaction of calendars", () => {
  test("does what the reference does, tells no secret, and does it once", () => {
    const random = new Random(1);
    const calendars = new Calendars(random);
    let withheld = 0;
    for (let i = 0; i < 3000; i++) {
      const isCollection = random.once(2);
      const view = someView(random);
      const calendar = view.freeBusyOnly
        ? calendars.freeBusy()
        : isCollection
          ? calendars.collection()
          : calendars.object();
      const out = show([calendar.bytes], view, isCollection);
      const about = JSON.stringify({ i, view, isCollection, text: calendar.bytes.toString() });
      expect(out?.toString("latin1"), about).toBe(expected(calendar.bytes, view, isCollection)?.toString("latin1"));
      if (out === null) {
        withheld++;
        continue;
      }
      expect(leaks(out, calendar, view, isCollection), about).toEqual([]);
      const again = show([out], view, isCollection);
      expect(again?.toString("latin1"), about).toBe(out.toString("latin1"));
    }
    expect(withheld).toBeLessThan(1500);
  });

  test("is the same however the text is cut", () => {
    const random = new Random(2);
    const calendars = new Calendars(random);
    for (let i = 0; i < 300; i++) {
      const isCollection = random.once(2);
      const view = someView(random);
      const { bytes } = isCollection ? calendars.collection() : calendars.object();
      const whole = show([bytes], view, isCollection)?.toString("latin1");
      for (let k = 0; k < 20; k++)
        expect(show(random.cut(bytes, 8), view, isCollection)?.toString("latin1")).toBe(whole);
    }
    const { bytes } = calendars.object();
    const whole = show([bytes], busyRole, false)?.toString("latin1");
    for (let at = 0; at <= bytes.length; at++) {
      const pieces = [bytes.subarray(0, at), bytes.subarray(at)];
      expect(show(pieces, busyRole, false)?.toString("latin1")).toBe(whole);
    }
    const singles = Array.from(bytes, (_, at) => bytes.subarray(at, at + 1));
    expect(show(singles, busyRole, false)?.toString("latin1")).toBe(whole);
  });

  test("makes valid iCalendar for ical.js and Python's icalendar, of damaged texts too", () => {
    const random = new Random(3);
    const calendars = new Calendars(random);
    const shown: Buffer[] = [];
    for (let i = 0; i < 1500; i++) {
      const isCollection = random.once(2);
      const { bytes } = isCollection ? calendars.collection() : calendars.object();
      const out = show([random.once(2) ? bytes : damage(random, bytes)], busyRole, isCollection);
      if (out !== null) shown.push(out);
    }
    for (let i = 0; i < 100; i++) {
      const out = show([calendars.freeBusy().bytes], { ...busyRole, freeBusyOnly: true }, false);
      expect(out).not.toBeNull();
      shown.push(out!);
    }
    expect(shown.length).toBeGreaterThan(500);
    for (const out of shown) expect(icalJsFault(out.toString()), out.toString()).toBeNull();
    icalendarFaults(shown).forEach((faults, i) => expect(faults, shown[i]!.toString()).toEqual([]));
  });

  test("does what the reference does with damaged texts, and never traps", () => {
    const random = new Random(4);
    const calendars = new Calendars(random);
    for (let i = 0; i < 3000; i++) {
      const isCollection = random.once(2);
      const view = someView(random);
      const { bytes } = isCollection ? calendars.collection() : calendars.object();
      const damaged = damage(random, bytes);
      const out = show([damaged], view, isCollection);
      const about = JSON.stringify({ i, view, isCollection, text: damaged.toString("latin1") });
      expect(out?.toString("latin1"), about).toBe(expected(damaged, view, isCollection)?.toString("latin1"));
      if (out === null) continue;
      expect(show([out], view, isCollection)?.toString("latin1"), about).toBe(out.toString("latin1"));
    }
  });

  test("never traps, whatever the bytes", () => {
    const random = new Random(5);
    const words = [
      "BEGIN:",
      "END:",
      "VCALENDAR",
      "VEVENT",
      "\r\n",
      "\n",
      "\r",
      " ",
      "\t",
      ":",
      ";",
      "=",
      '"',
      "UID:a",
      "CLASS:PRIVATE",
      "DTSTART:",
      "\0",
      "TZID",
      "VTIMEZONE",
      "STANDARD",
      "RRULE:FREQ=",
      "20240301T090000",
    ];
    for (let i = 0; i < 10_000; i++) {
      const view = someView(random);
      const isCollection = random.once(2);
      const bytes = Buffer.concat(
        Array.from({ length: random.below(60) }, () =>
          random.once(6) ? Buffer.from([random.below(256)]) : Buffer.from(random.pick(words)),
        ),
      );
      const text = Buffer.concat([Buffer.from("BEGIN:VCALENDAR\n"), bytes, Buffer.from("\nEND:VCALENDAR")]);
      for (const each of [bytes, text]) {
        const out = show([each], view, isCollection)?.toString("latin1");
        expect(out, each.toString("latin1")).toBe(expected(each, view, isCollection)?.toString("latin1"));
      }
    }
  });

  test("leaves what is shown in full as it is, byte by byte", () => {
    const random = new Random(6);
    const calendars = new Calendars(random);
    for (let i = 0; i < 300; i++) {
      const { bytes } = calendars.collection();
      if (bytes.includes(10)) expect(show([bytes], everything, true)?.equals(bytes)).toBe(true);
    }
  });

  test("keeps no more memory after many large texts", () => {
    const event = (uid: number): string =>
      `BEGIN:VEVENT\r\nUID:${uid}\r\nDTSTART:20240301\r\nDESCRIPTION:${"x".repeat(500)}\r\nEND:VEVENT\r\n`;
    const events = Array.from({ length: 10_000 }, (_, i) => event(i));
    const text = Buffer.from(`BEGIN:VCALENDAR\r\n${events.join("")}END:VCALENDAR\r\n`);
    let size = 0;
    for (let i = 0; i < 10; i++) {
      expect(show([text], busyRole, true)).not.toBeNull();
      if (i === 1) size = module.wasm.memory.buffer.byteLength;
    }
    expect(module.wasm.memory.buffer.byteLength).toBe(size);
  });
});
