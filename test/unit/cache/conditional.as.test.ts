import { describe, expect, test } from "vitest-pool-assemblyscript/assembly";
import { Slice } from "../../../assembly/bytes/slice";
import { text, Text } from "../../../assembly/bytes/text";
import { Condition, Conditions, isEntityTag, isSameStrongTag } from "../../../assembly/cache/conditional";

const DATE = "Sun, 06 Nov 1994 08:49:37 GMT";
const conditions = new Conditions();
const kept: Text[] = [];

function set(slice: Slice, value: string): void {
  const bytes = text(value);
  kept.push(bytes);
  slice.set(bytes.ptr, bytes.len);
}

function sliceOf(value: string): Slice {
  const slice = new Slice();
  set(slice, value);
  return slice;
}

function evaluate(etag: string, lastModified: string = ""): i32 {
  return conditions.evaluate(sliceOf(etag), sliceOf(lastModified));
}

function ifNoneMatch(list: string, etag: string): i32 {
  conditions.clear();
  set(conditions.ifNoneMatch, list);
  return evaluate(etag);
}

function ifMatch(list: string, etag: string): i32 {
  conditions.clear();
  set(conditions.ifMatch, list);
  return evaluate(etag);
}

describe("Conditions", () => {
  test("hold when there are none", () => {
    conditions.clear();
    expect(evaluate('"a"', DATE)).toBe(Condition.HOLDS);
  });

  test("compare If-None-Match weakly", () => {
    expect(ifNoneMatch('"b", W/"a"', '"a"')).toBe(Condition.NOT_MODIFIED);
    expect(ifNoneMatch('"a"', 'W/"a"')).toBe(Condition.NOT_MODIFIED);
    expect(ifNoneMatch('"b"', '"a"')).toBe(Condition.HOLDS);
    expect(ifNoneMatch("*", '"a"')).toBe(Condition.NOT_MODIFIED);
    expect(ifNoneMatch('"x,"a"', '"a"')).toBe(Condition.HOLDS);
    expect(ifNoneMatch('a, "a"', '"a"')).toBe(Condition.HOLDS);
    expect(ifNoneMatch("", "")).toBe(Condition.HOLDS);
    expect(ifNoneMatch("a", "a")).toBe(Condition.HOLDS);
  });

  test("compare If-Match strongly, and leave what they cannot tell to the server", () => {
    expect(ifMatch('"b" , "a",', '"a"')).toBe(Condition.HOLDS);
    expect(ifMatch('"b"', '"a"')).toBe(Condition.FAILED);
    expect(ifMatch('W/"a"', 'W/"a"')).toBe(Condition.FAILED);
    expect(ifMatch("*", "")).toBe(Condition.HOLDS);
    expect(ifMatch('"a"', "")).toBe(Condition.UNKNOWN);
    expect(ifMatch("a", '"a"')).toBe(Condition.UNKNOWN);
  });

  test("take dates for equal only when they are the same text", () => {
    conditions.clear();
    set(conditions.ifModifiedSince, DATE);
    expect(evaluate("", DATE)).toBe(Condition.NOT_MODIFIED);
    expect(evaluate("", "Sun, 06 Nov 1994 08:49:36 GMT")).toBe(Condition.HOLDS);
    expect(evaluate("", "")).toBe(Condition.HOLDS);
    set(conditions.ifModifiedSince, "yesterday");
    expect(evaluate("", "yesterday")).toBe(Condition.HOLDS);
    conditions.clear();
    set(conditions.ifUnmodifiedSince, DATE);
    expect(evaluate("", DATE)).toBe(Condition.HOLDS);
    expect(evaluate("", "Sun, 06 Nov 1994 08:49:36 GMT")).toBe(Condition.UNKNOWN);
  });

  test("are taken in their order", () => {
    conditions.clear();
    set(conditions.ifModifiedSince, DATE);
    set(conditions.ifNoneMatch, '"b"');
    expect(evaluate('"a"', DATE)).toBe(Condition.HOLDS);
    set(conditions.ifMatch, '"b"');
    expect(evaluate('"a"', DATE)).toBe(Condition.FAILED);
    set(conditions.ifMatch, '"a"');
    set(conditions.ifUnmodifiedSince, "Sun, 06 Nov 1994 08:49:36 GMT");
    set(conditions.ifNoneMatch, '"a"');
    expect(evaluate('"a"', DATE)).toBe(Condition.NOT_MODIFIED);
  });

  test("know entity tags", () => {
    expect(isEntityTag(sliceOf('""'))).toBe(true);
    expect(isEntityTag(sliceOf('W/"a b"'))).toBe(false);
    expect(isEntityTag(sliceOf('w/"a"'))).toBe(false);
    expect(isEntityTag(sliceOf('"a"b"'))).toBe(false);
    expect(isEntityTag(sliceOf("W/"))).toBe(false);
    expect(isSameStrongTag(sliceOf('"a"'), sliceOf('"a"'))).toBe(true);
    expect(isSameStrongTag(sliceOf('W/"a"'), sliceOf('W/"a"'))).toBe(false);
  });
});
