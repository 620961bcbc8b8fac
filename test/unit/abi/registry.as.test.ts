import { describe, expect, test } from "vitest-pool-assemblyscript/assembly";
import { Registry } from "../../../assembly/abi/registry";

class Value {
  constructor(readonly id: u32) {}
}

function holds(registry: Registry<Value>, id: u32): bool {
  const value = registry.get(id);
  return value !== null && value.id == id;
}

describe("Registry", () => {
  test("gives null for an unknown id, and 0 is no id", () => {
    const registry = new Registry<Value>();
    registry.set(0, new Value(0));
    expect(registry.get(0)).toBe(null);
    expect(registry.get(7)).toBe(null);
    registry.delete(7);
    registry.delete(0);
    expect(registry.size).toBe(0);
  });

  test("replaces what has the same id", () => {
    const registry = new Registry<Value>();
    registry.set(5, new Value(1));
    registry.set(5, new Value(5));
    expect(registry.size).toBe(1);
    expect(holds(registry, 5)).toBe(true);
  });

  test("keeps all of thousands across growth", () => {
    const registry = new Registry<Value>();
    for (let id: u32 = 1; id <= 5000; id++) registry.set(id, new Value(id));
    let wrong = 0;
    for (let id: u32 = 1; id <= 5000; id++) if (!holds(registry, id)) wrong++;
    expect(wrong).toBe(0);
    expect(registry.size).toBe(5000);
  });

  test("loses none of its neighbours when one is deleted, as a plain list does", () => {
    const registry = new Registry<Value>();
    const there = new StaticArray<bool>(400);
    let seed: u32 = 12345;
    let wrong = 0;
    for (let step = 0; step < 20000; step++) {
      seed ^= seed << 13;
      seed ^= seed >> 17;
      seed ^= seed << 5;
      const id = ((seed >> 8) % 399) + 1;
      if (seed & 1) {
        registry.set(id * 64, new Value(id * 64));
        there[id] = true;
      } else {
        registry.delete(id * 64);
        there[id] = false;
      }
      if (step % 500 == 0) {
        let count = 0;
        for (let i: u32 = 1; i < 400; i++) {
          if (there[i]) count++;
          if (holds(registry, i * 64) != there[i]) wrong++;
        }
        if (count != registry.size) wrong++;
      }
    }
    expect(wrong).toBe(0);
  });

  test("takes the ids of a host that counts up to the end", () => {
    const registry = new Registry<Value>();
    registry.set(u32.MAX_VALUE, new Value(u32.MAX_VALUE));
    expect(holds(registry, u32.MAX_VALUE)).toBe(true);
    registry.delete(u32.MAX_VALUE);
    expect(registry.get(u32.MAX_VALUE)).toBe(null);
  });
});
