import { describe, expect, test } from "vitest-pool-assemblyscript/assembly";
import { text } from "../../../assembly/bytes/text";
import { GroupTable } from "../../../assembly/policy/groups";

function add(table: GroupTable, group: string, user: string): void {
  const g = text(group);
  const u = text(user);
  table.add(g.ptr, g.len, u.ptr, u.len);
}

/** The groups of a user, in the order in which the cursor gives them. */
function groupsOf(table: GroupTable, user: string): string {
  const u = text(user);
  let names = "";
  for (let at = table.first(u.ptr, u.len); at != 0; at = table.next(at, u.ptr, u.len)) {
    names += String.UTF8.decodeUnsafe(table.groupPtr(at), table.groupLen(at)) + " ";
  }
  return names;
}

describe("GroupTable", () => {
  test("gives the groups of a user, and of nobody else", () => {
    const table = new GroupTable();
    add(table, "team", "bob");
    add(table, "team", "carol");
    add(table, "board", "bob");
    expect(groupsOf(table, "bob").length).toBe("team board ".length);
    expect(groupsOf(table, "bob").includes("team ")).toBe(true);
    expect(groupsOf(table, "carol")).toBe("team ");
    expect(groupsOf(table, "team")).toBe("");
    expect(groupsOf(table, "")).toBe("");
  });

  test("keeps its entries across growth", () => {
    const table = new GroupTable();
    for (let i = 0; i < 1000; i++) add(table, "g" + i.toString(), "u" + (i % 500).toString());
    let wrong = 0;
    for (let i = 0; i < 500; i++) if (groupsOf(table, "u" + i.toString()).split(" ").length != 3) wrong++;
    expect(wrong).toBe(0);
  });

  test("is empty before and after", () => {
    const table = new GroupTable();
    expect(groupsOf(table, "bob")).toBe("");
    add(table, "team", "bob");
    table.free();
    expect(groupsOf(table, "bob")).toBe("");
  });
});
