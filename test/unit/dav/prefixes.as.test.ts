import { describe, expect, test } from "vitest-pool-assemblyscript/assembly";
import { text } from "../../../assembly/bytes/text";
import { ResourcePath } from "../../../assembly/dav/path";
import { PrefixAccess, PrefixTable } from "../../../assembly/dav/prefixes";

function find(table: PrefixTable, raw: string): i32 {
  const path = new ResourcePath();
  const bytes = text(raw);
  path.parse(bytes.ptr, bytes.len);
  return table.find(path);
}

describe("PrefixTable", () => {
  test("compares whole segments, decoded", () => {
    const table = new PrefixTable();
    expect(table.add("/.web/", false)).toBe(null);
    expect(find(table, "/.web/")).toBe(PrefixAccess.AUTHENTICATED);
    expect(find(table, "/.web")).toBe(PrefixAccess.AUTHENTICATED);
    expect(find(table, "/.we%62/x/y")).toBe(PrefixAccess.AUTHENTICATED);
    expect(find(table, "/.website/")).toBe(PrefixAccess.NONE);
    expect(find(table, "/")).toBe(PrefixAccess.NONE);
  });

  test("takes the longest prefix, in whatever order they came", () => {
    const table = new PrefixTable();
    table.add("/a/b/", false);
    table.add("/a/", true);
    expect(find(table, "/a/b/c")).toBe(PrefixAccess.AUTHENTICATED);
    expect(find(table, "/a/c")).toBe(PrefixAccess.ANYONE);
  });

  test("refuses what is no plain prefix", () => {
    const table = new PrefixTable();
    expect(table.add("web/", true)).not.toBe(null);
    expect(table.add("/web", true)).not.toBe(null);
    expect(table.add("/a/../b/", true)).not.toBe(null);
    expect(table.add("/a//b/", true)).not.toBe(null);
    expect(table.add("/a/?b/", true)).not.toBe(null);
    expect(table.length).toBe(0);
  });

  test("has nothing after it was freed", () => {
    const table = new PrefixTable();
    table.add("/a/", true);
    table.free();
    expect(find(table, "/a/")).toBe(PrefixAccess.NONE);
    expect(table.at(0)).toBe(null);
  });
});
