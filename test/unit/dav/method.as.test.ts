import { describe, expect, test } from "vitest-pool-assemblyscript/assembly";
import { Slice } from "../../../assembly/bytes/slice";
import { text } from "../../../assembly/bytes/text";
import { ALLOW, Method, methodOf, readsBody } from "../../../assembly/dav/method";

function method(name: string): i32 {
  const slice = new Slice();
  const bytes = text(name);
  slice.set(bytes.ptr, bytes.len);
  return methodOf(slice);
}

describe("methodOf", () => {
  test("knows every method that is allowed", () => {
    const names = String.UTF8.decode(ALLOW.buffer).split(", ");
    expect(names.length).toBe(16);
    for (let i = 0; i < names.length; i++) expect(method(names[i])).not.toBe(Method.OTHER);
  });

  test("knows no other, and is case-sensitive", () => {
    expect(method("TRACE")).toBe(Method.OTHER);
    expect(method("PATCH")).toBe(Method.OTHER);
    expect(method("get")).toBe(Method.OTHER);
    expect(method("")).toBe(Method.OTHER);
    expect(method("GETX")).toBe(Method.OTHER);
  });

  test("says whose body decides", () => {
    expect(readsBody(Method.REPORT)).toBe(true);
    expect(readsBody(Method.PROPPATCH)).toBe(true);
    expect(readsBody(Method.PUT)).toBe(false);
    expect(readsBody(Method.GET)).toBe(false);
  });
});
