import { describe, expect, test } from "vitest-pool-assemblyscript/assembly";
import { text } from "../../../assembly/bytes/text";
import { ObjectSet } from "../../../assembly/policy/object_set";

function add(set: ObjectSet, name: string): void {
  const bytes = text(name);
  set.add(bytes.ptr, bytes.len);
}

function has(set: ObjectSet, name: string): bool {
  const bytes = text(name);
  return set.has(bytes.ptr, bytes.len);
}

describe("ObjectSet", () => {
  test("holds what was added, across growth, and nothing else", () => {
    const set = new ObjectSet();
    expect(has(set, "a")).toBe(false);
    for (let i = 0; i < 5000; i++) add(set, i.toString() + ".ics");
    for (let i = 0; i < 5000; i++) add(set, i.toString() + ".ics");
    expect(set.size).toBe(5000);
    let found = 0;
    for (let i = 0; i < 10000; i++) if (has(set, i.toString() + ".ics")) found++;
    expect(found).toBe(5000);
    expect(has(set, "")).toBe(false);
  });

  test("is empty after clear, and can be used again", () => {
    const set = new ObjectSet();
    add(set, "a");
    set.clear();
    expect(has(set, "a")).toBe(false);
    add(set, "b");
    expect(has(set, "b")).toBe(true);
    expect(has(set, "a")).toBe(false);
  });
});
