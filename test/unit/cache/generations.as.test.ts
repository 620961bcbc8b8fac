import { describe, expect, test } from "vitest-pool-assemblyscript/assembly";
import { Slice } from "../../../assembly/bytes/slice";
import { text, Text } from "../../../assembly/bytes/text";
import { Generations, RunningWrite, Scope, Snapshot } from "../../../assembly/cache/generations";
import { CountedTable } from "../harness/counted_table";

const aliceText = text("alice");
const bobText = text("bob");
const workText = text("work");
const homeText = text("home");
const NOW: i64 = 1_790_000_000_000;
const alice = slice(aliceText);
const bob = slice(bobText);
const work = slice(workText);
const home = slice(homeText);

function slice(constant: Text): Slice {
  const bytes = new Slice();
  bytes.set(constant.ptr, constant.len);
  return bytes;
}

/** What a write that began and ended changes: one bit each for alice's work, home and all, and bob's work and all. */
function changed(calendar: Slice, scope: u8, touchesEveryone: bool): i32 {
  const generations = new Generations(new CountedTable());
  const before: Snapshot[] = [];
  for (let i = 0; i < 5; i++) before.push(taken(generations, i));
  const write = new RunningWrite();
  expect(generations.begin(write, alice, calendar, scope, touchesEveryone, NOW)).toBe(true);
  let running = 0;
  for (let i = 0; i < 5; i++) if (!taken(generations, i).isQuiet) running |= 1 << i;
  expect(generations.end(write, false, NOW)).toBe(true);
  let bits = 0;
  for (let i = 0; i < 5; i++) if (!taken(generations, i).isSameAs(before[i])) bits |= 1 << i;
  expect(running).toBe(bits);
  return bits;
}

function taken(generations: Generations, i: i32): Snapshot {
  const snapshot = new Snapshot();
  if (i == 0) generations.ofCalendar(snapshot, alice, work, NOW);
  else if (i == 1) generations.ofCalendar(snapshot, alice, home, NOW);
  else if (i == 2) generations.ofOwner(snapshot, alice, NOW);
  else if (i == 3) generations.ofCalendar(snapshot, bob, work, NOW);
  else generations.ofOwner(snapshot, bob, NOW);
  return snapshot;
}

describe("Generations", () => {
  test("change with a write for what it touches, and for nothing else", () => {
    expect(changed(work, Scope.OBJECT, false)).toBe(0b00101);
    expect(changed(home, Scope.OBJECT, false)).toBe(0b00110);
    expect(changed(work, Scope.STRUCTURE, false)).toBe(0b00111);
    expect(changed(new Slice(), Scope.STRUCTURE, false)).toBe(0b00111);
    expect(changed(work, Scope.OBJECT, true)).toBe(0b11111);
  });

  test("take one read for everybody and one for the owner", () => {
    const table = new CountedTable();
    const generations = new Generations(table);
    const snapshot = new Snapshot();
    generations.ofCalendar(snapshot, alice, work, NOW);
    expect(snapshot.isQuiet).toBe(true);
    table.count();
    generations.ofCalendar(snapshot, alice, work, NOW);
    generations.ofOwner(snapshot, alice, NOW);
    expect(table.reads).toBe(4);
    expect(table.writes).toBe(0);
  });

  test("are not quiet while any of several writes runs, and for two minutes after an uncertain one", () => {
    const generations = new Generations(new CountedTable());
    const first = new RunningWrite();
    const second = new RunningWrite();
    const snapshot = new Snapshot();
    generations.begin(first, alice, work, Scope.OBJECT, true, NOW);
    generations.begin(second, alice, work, Scope.OBJECT, false, NOW);
    generations.end(first, false, NOW);
    generations.ofCalendar(snapshot, alice, work, NOW);
    expect(snapshot.isQuiet).toBe(false);
    generations.end(second, true, NOW);
    generations.ofCalendar(snapshot, alice, work, NOW + 119_999);
    expect(snapshot.isQuiet).toBe(false);
    generations.ofCalendar(snapshot, alice, home, NOW);
    expect(snapshot.isQuiet).toBe(true);
    generations.ofCalendar(snapshot, alice, work, NOW + 120_000);
    expect(snapshot.isQuiet).toBe(true);
  });

  test("count an end once, and one without a beginning not at all", () => {
    const table = new CountedTable();
    const generations = new Generations(table);
    const write = new RunningWrite();
    const running = new RunningWrite();
    const snapshot = new Snapshot();
    generations.begin(running, alice, work, Scope.OBJECT, false, NOW);
    generations.begin(write, alice, work, Scope.OBJECT, false, NOW);
    generations.end(write, false, NOW);
    table.count();
    expect(generations.end(write, true, NOW)).toBe(true);
    expect(generations.end(new RunningWrite(), true, NOW)).toBe(true);
    expect(table.writes).toBe(0);
    generations.ofCalendar(snapshot, alice, work, NOW);
    expect(snapshot.isQuiet).toBe(false);
  });

  test("refuse more writes at a time than they can count", () => {
    const generations = new Generations(new CountedTable());
    const write = new RunningWrite();
    for (let i = 0; i < 65535; i++) {
      if (!generations.begin(write, alice, work, Scope.OBJECT, false, NOW)) expect(i).toBe(-1);
    }
    expect(generations.begin(write, alice, work, Scope.OBJECT, false, NOW)).toBe(false);
    expect(write.isRunning).toBe(false);
  });

  test("take back what was noted when the rest could not be", () => {
    const generations = new Generations(new CountedTable());
    const write = new RunningWrite();
    const snapshot = new Snapshot();
    // Everybody's cell counts as many as it can; alice's calendar is written by nobody.
    for (let i = 0; i < 65535; i++) generations.begin(write, bob, work, Scope.OBJECT, true, NOW);
    expect(generations.begin(write, alice, work, Scope.OBJECT, true, NOW)).toBe(false);
    generations.ofOwner(snapshot, alice, NOW + 30 * 60_000);
    expect(snapshot.isQuiet).toBe(true);
    generations.begin(write, alice, work, Scope.OBJECT, false, NOW);
    generations.end(write, false, NOW);
    expect(write.isRunning).toBe(false);
  });
});
