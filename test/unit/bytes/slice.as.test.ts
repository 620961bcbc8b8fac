import { describe, expect, test } from "vitest-pool-assemblyscript/assembly";
import {
  equal,
  equalFolded,
  hash,
  HASH_SEED,
  indexOf,
  lower,
  Slice,
  startsWith,
  startsWithFolded,
} from "../../../assembly/bytes/slice";
import { text } from "../../../assembly/bytes/text";

function slice(value: string): Slice {
  const bytes = text(value);
  const made = new Slice();
  made.set(bytes.ptr, bytes.len);
  return made;
}

describe("Slice", () => {
  test("compares with constants, with and without case", () => {
    const constant = text("Depth");
    expect(slice("Depth").is(constant)).toBe(true);
    expect(slice("depth").is(constant)).toBe(false);
    expect(slice("dEPTH").isFolded(constant)).toBe(true);
    expect(slice("depths").isFolded(constant)).toBe(false);
    expect(slice("").is(constant)).toBe(false);
  });

  test("is empty at first and after it was cleared", () => {
    const made = new Slice();
    expect(made.isEmpty).toBe(true);
    expect(made.toString()).toBe("");
    const other = slice("a");
    other.clear();
    expect(other.isEmpty).toBe(true);
  });

  test("folds ASCII letters and nothing else", () => {
    for (let c = 0; c < 256; c++) expect(lower(<u8>c)).toBe(c >= 65 && c <= 90 ? <u8>(c + 32) : <u8>c);
    const a = text("É");
    const b = text("é");
    expect(equalFolded(a.ptr, a.len, b.ptr, b.len)).toBe(false);
  });

  test("finds beginnings and bytes", () => {
    const value = text("http://x");
    expect(startsWith(value.ptr, value.len, text("http"))).toBe(true);
    expect(startsWith(value.ptr, 3, text("http"))).toBe(false);
    expect(startsWithFolded(value.ptr, value.len, text("HTTP://"))).toBe(true);
    expect(indexOf(value.ptr, value.len, 0x2f)).toBe(5);
    expect(indexOf(value.ptr, 5, 0x2f)).toBe(-1);
  });

  test("compares empty runs without looking at their pointers", () => {
    expect(equal(0, 0, 0, 0)).toBe(true);
    expect(equal(0, 0, 1, 0)).toBe(true);
  });

  test("hashes as FNV-1a", () => {
    const value = text("foobar");
    expect(hash(value.ptr, value.len, HASH_SEED)).toBe(0xbf9cf968);
    expect(hash(value.ptr, 0, HASH_SEED)).toBe(HASH_SEED);
  });
});
