import { describe, expect, test } from "vitest-pool-assemblyscript/assembly";
import {
  hidesAlarms,
  hidesBusyTime,
  hidesObjects,
  isView,
  showsByClass,
  viewCode,
} from "../../../assembly/policy/grant_view";
import { Privilege } from "../../../assembly/policy/privilege";
import { Grant } from "../../../assembly/policy/shares";
import { Show } from "../../../assembly/policy/view";

function grant(privileges: u32, privateEvents: u8, confidentialEvents: u8, keepAlarms: bool): Grant {
  const made = new Grant();
  made.privileges = privileges;
  made.privateEvents = privateEvents;
  made.confidentialEvents = confidentialEvents;
  made.keepAlarms = keepAlarms;
  return made;
}

describe("viewCode", () => {
  test("is another for every way to see a calendar that one can read", () => {
    const codes: u32[] = [];
    for (let events: u8 = 0; events < 18; events++) {
      const code = viewCode(grant(Privilege.READ, events % 3, (events / 3) % 3, events >= 9));
      expect(codes.includes(code)).toBe(false);
      codes.push(code);
      expect(code == viewCode(grant(Privilege.READ_BUSY, Show.BUSY, Show.BUSY, false))).toBe(false);
    }
  });

  test("tells a view of busy blocks in which some events are hidden from one in which none is", () => {
    const plain = viewCode(grant(Privilege.READ_BUSY, Show.BUSY, Show.BUSY, false));
    expect(viewCode(grant(Privilege.READ_BUSY, Show.HIDE, Show.BUSY, false)) == plain).toBe(false);
    expect(viewCode(grant(Privilege.READ_BUSY, Show.BUSY, Show.HIDE, false)) == plain).toBe(false);
  });

  test("does not change with what makes no difference to busy blocks", () => {
    const plain = viewCode(grant(Privilege.READ_BUSY, Show.BUSY, Show.BUSY, false));
    expect(viewCode(grant(Privilege.READ_BUSY, Show.FULL, Show.FULL, true)) == plain).toBe(true);
  });
});

describe("a view", () => {
  test("is none when everything is shown, and one as soon as alarms are not", () => {
    expect(isView(grant(Privilege.READ, Show.FULL, Show.FULL, true))).toBe(false);
    expect(isView(grant(Privilege.READ, Show.FULL, Show.FULL, false))).toBe(true);
    expect(isView(grant(Privilege.READ_BUSY, Show.FULL, Show.FULL, true))).toBe(true);
  });

  test("of busy blocks has no tasks, and still all busy time", () => {
    const busy = grant(Privilege.READ_BUSY, Show.FULL, Show.FULL, true);
    expect(hidesObjects(busy)).toBe(true);
    expect(hidesBusyTime(busy)).toBe(false);
  });

  test("that hides a CLASS has neither its objects nor their time", () => {
    const hiding = grant(Privilege.READ, Show.FULL, Show.HIDE, true);
    expect(hidesObjects(hiding)).toBe(true);
    expect(hidesBusyTime(hiding)).toBe(true);
  });

  test("shows events by their CLASS, unless all are the same to it", () => {
    expect(showsByClass(grant(Privilege.READ, Show.BUSY, Show.FULL, false))).toBe(true);
    expect(showsByClass(grant(Privilege.READ, Show.FULL, Show.FULL, false))).toBe(false);
    expect(showsByClass(grant(Privilege.READ_BUSY, Show.BUSY, Show.FULL, false))).toBe(false);
    expect(showsByClass(grant(Privilege.READ_BUSY, Show.HIDE, Show.FULL, false))).toBe(true);
  });

  test("has no alarms in blocks of busy time", () => {
    expect(hidesAlarms(grant(Privilege.READ, Show.FULL, Show.FULL, true))).toBe(false);
    expect(hidesAlarms(grant(Privilege.READ, Show.FULL, Show.FULL, false))).toBe(true);
    expect(hidesAlarms(grant(Privilege.READ_BUSY, Show.FULL, Show.FULL, true))).toBe(true);
  });
});
