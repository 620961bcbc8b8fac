import { describe, expect, test } from "vitest-pool-assemblyscript/assembly";
import { text } from "../../../assembly/bytes/text";
import { Privilege } from "../../../assembly/policy/privilege";
import { Grant, ShareTable } from "../../../assembly/policy/shares";
import { Subject } from "../../../assembly/policy/subject";
import { Show } from "../../../assembly/policy/view";

function add(
  table: ShareTable,
  owner: string,
  calendar: string,
  subject: u8,
  name: string,
  privileges: u32,
  until: i64 = 0,
): void {
  const o = text(owner);
  const c = text(calendar);
  const n = text(name);
  table.add(o.ptr, o.len, c.ptr, c.len, subject, n.ptr, n.len, privileges, Show.FULL, Show.FULL, true, until);
}

function ask(table: ShareTable, owner: string, calendar: string, subject: u8, name: string, now: i64 = 1000): u32 {
  const o = text(owner);
  const c = text(calendar);
  const n = text(name);
  const grant = new Grant();
  table.collect(o.ptr, o.len, c.ptr, c.len, subject, n.ptr, n.len, now, grant);
  return grant.privileges;
}

describe("ShareTable", () => {
  test("finds a share by owner, calendar and subject, and by nothing less", () => {
    const table = new ShareTable();
    add(table, "alice", "work", Subject.USER, "bob", Privilege.READ);
    expect(ask(table, "alice", "work", Subject.USER, "bob")).toBe(Privilege.READ);
    expect(ask(table, "alice", "work", Subject.USER, "carol")).toBe(0);
    expect(ask(table, "alice", "home", Subject.USER, "bob")).toBe(0);
    expect(ask(table, "carol", "work", Subject.USER, "bob")).toBe(0);
    expect(ask(table, "alice", "work", Subject.GROUP, "bob")).toBe(0);
  });

  test("does not confuse where one name ends and the next begins", () => {
    const table = new ShareTable();
    add(table, "ab", "c", Subject.USER, "d", Privilege.READ);
    expect(ask(table, "a", "bc", Subject.USER, "d")).toBe(0);
    expect(ask(table, "ab", "", Subject.USER, "cd")).toBe(0);
  });

  test("lets a wildcard stand for a whole segment", () => {
    const table = new ShareTable();
    add(table, "alice", "", Subject.USER, "bob", Privilege.READ);
    add(table, "", "public", Subject.AUTHENTICATED, "", Privilege.READ_FREE_BUSY);
    add(table, "", "", Subject.USER, "root", Privilege.ALL);
    expect(ask(table, "alice", "anything", Subject.USER, "bob")).toBe(Privilege.READ);
    expect(ask(table, "carol", "anything", Subject.USER, "bob")).toBe(0);
    expect(ask(table, "carol", "public", Subject.AUTHENTICATED, "")).toBe(Privilege.READ_FREE_BUSY);
    expect(ask(table, "x", "y", Subject.USER, "root")).toBe(Privilege.ALL);
  });

  test("takes an empty name in a request for no wildcard", () => {
    const table = new ShareTable();
    add(table, "", "", Subject.USER, "root", Privilege.ALL);
    add(table, "alice", "", Subject.USER, "bob", Privilege.READ);
    expect(ask(table, "alice", "", Subject.USER, "bob")).toBe(Privilege.READ);
    expect(ask(table, "", "work", Subject.USER, "bob")).toBe(0);
  });

  test("adds up what several shares give", () => {
    const table = new ShareTable();
    add(table, "alice", "work", Subject.USER, "bob", Privilege.READ);
    add(table, "alice", "", Subject.USER, "bob", Privilege.BIND);
    add(table, "", "work", Subject.USER, "bob", Privilege.UNBIND);
    expect(ask(table, "alice", "work", Subject.USER, "bob")).toBe(Privilege.READ | Privilege.BIND | Privilege.UNBIND);
  });

  test("lets the most open view win, and says when the first share ends", () => {
    const table = new ShareTable();
    const o = text("alice");
    const c = text("work");
    const n = text("bob");
    table.add(
      o.ptr,
      o.len,
      c.ptr,
      c.len,
      Subject.USER,
      n.ptr,
      n.len,
      Privilege.READ,
      Show.HIDE,
      Show.FULL,
      false,
      5000,
    );
    table.add(o.ptr, o.len, c.ptr, c.len, Subject.USER, n.ptr, n.len, Privilege.READ, Show.BUSY, Show.HIDE, true, 3000);
    const grant = new Grant();
    table.collect(o.ptr, o.len, c.ptr, c.len, Subject.USER, n.ptr, n.len, 1000, grant);
    expect(grant.privateEvents).toBe(Show.BUSY);
    expect(grant.confidentialEvents).toBe(Show.FULL);
    expect(grant.keepAlarms).toBe(true);
    expect(grant.until).toBe(3000);
  });

  test("ends a share at its very millisecond", () => {
    const table = new ShareTable();
    add(table, "alice", "work", Subject.USER, "bob", Privilege.READ, 2000);
    expect(ask(table, "alice", "work", Subject.USER, "bob", 1999)).toBe(Privilege.READ);
    expect(ask(table, "alice", "work", Subject.USER, "bob", 2000)).toBe(0);
  });

  test("finds each of thousands", () => {
    const table = new ShareTable();
    for (let i = 0; i < 3000; i++) add(table, "u" + i.toString(), "c", Subject.USER, "bob", 1 << (i % 10));
    let wrong = 0;
    for (let i = 0; i < 3000; i++)
      if (ask(table, "u" + i.toString(), "c", Subject.USER, "bob") != 1 << (i % 10)) wrong++;
    expect(wrong).toBe(0);
    expect(table.length).toBe(3000);
  });

  test("has nothing after it was freed", () => {
    const table = new ShareTable();
    add(table, "alice", "work", Subject.USER, "bob", Privilege.READ);
    table.free();
    expect(ask(table, "alice", "work", Subject.USER, "bob")).toBe(0);
    expect(table.names(Subject.USER)).toBe(false);
  });
});
