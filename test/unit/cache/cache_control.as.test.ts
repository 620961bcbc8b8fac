import { describe, expect, test } from "vitest-pool-assemblyscript/assembly";
import { text } from "../../../assembly/bytes/text";
import { CacheControl } from "../../../assembly/cache/cache_control";

const control = new CacheControl();

function read(value: string): void {
  control.clear();
  add(value);
}

function add(value: string): void {
  const bytes = text(value);
  control.add(bytes.ptr, bytes.len);
}

describe("CacheControl", () => {
  test("reads the directives of requests", () => {
    read('max-age=60, Min-Fresh=5, no-store ,only-if-cached,, max-stale=10, x="a, no-cache"');
    expect(control.maxAge).toBe(60);
    expect(control.minFresh).toBe(5);
    expect(control.noStore).toBe(true);
    expect(control.onlyIfCached).toBe(true);
    expect(control.noCache).toBe(false);
  });

  test("asks for nothing when it is empty", () => {
    read(" , ");
    expect(control.forbids(i64.MAX_VALUE, 0)).toBe(false);
  });

  test("takes what it cannot read for no-cache, and still finds what follows", () => {
    for (let i = 0; i < 7; i++) {
      read(["max-age", "max-age=-1", "max-age = 1", 'x="a', "=1", "a b", "max-age=1.5"][i]);
      expect(control.noCache).toBe(true);
      expect(control.noStore).toBe(false);
      add("max-age=abc, no-store");
      expect(control.noStore).toBe(true);
    }
  });

  test("takes the stricter of two", () => {
    read("max-age=60, max-age=5, min-fresh=1");
    add("max-age=30, min-fresh=9");
    expect(control.maxAge).toBe(5);
    expect(control.minFresh).toBe(9);
    read("max-age=99999999999999999999");
    expect(control.maxAge).toBe(2147483648);
  });

  test("forbids what is older or less fresh than asked for", () => {
    read("max-age=5");
    expect(control.forbids(5000, 1)).toBe(false);
    expect(control.forbids(5001, 1)).toBe(true);
    read("max-age=0");
    expect(control.forbids(0, 1)).toBe(false);
    expect(control.forbids(1, 1)).toBe(true);
    read("min-fresh=5");
    expect(control.forbids(0, 5000)).toBe(false);
    expect(control.forbids(0, 4999)).toBe(true);
    read("no-store");
    expect(control.forbids(0, 1)).toBe(true);
  });

  test("reads Pragma in the same way", () => {
    read("no-cache");
    expect(control.forbids(0, 1)).toBe(true);
  });
});
