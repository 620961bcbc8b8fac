import { describe, expect, test } from "vitest-pool-assemblyscript/assembly";
import { text, Text } from "../../../assembly/bytes/text";
import { Writer } from "../../../assembly/bytes/writer";
import { ReadKey } from "../../../assembly/cache/key";
import { Method } from "../../../assembly/dav/method";
import { ResourcePath } from "../../../assembly/dav/path";
import { Depth } from "../../../assembly/dav/request";

const policy = text("0123456789abcdef");
const alice = text("alice");
const key = new ReadKey();
const path = new ResourcePath();
const out = new Writer(4096);

function begin(): void {
  key.clear();
  key.policy = policy.ptr;
  key.isSignedIn = true;
  key.person.set(alice.ptr, alice.len);
}

/** The key in hexadecimal, or "none". */
function write(method: i32, target: string, depth: i32 = Depth.ZERO): string {
  const bytes = text(target);
  path.parse(bytes.ptr, bytes.len);
  out.reset();
  if (!key.write(method, path, depth, 64, out)) return "none";
  let hex = "";
  for (let i = 0; i < out.len; i++) hex += (<i32>load<u8>(out.ptr + <usize>i) + 256).toString(16).substring(1);
  return hex;
}

describe("ReadKey", () => {
  test("is one for GET and HEAD, whatever their Depth, and another for the rest", () => {
    begin();
    const get = write(Method.GET, "/alice/work/1.ics");
    expect(write(Method.HEAD, "/alice/work/1.ics", Depth.ONE)).toBe(get);
    const propfind = write(Method.PROPFIND, "/alice/work/1.ics");
    expect(propfind).not.toBe(get);
    expect(write(Method.PROPFIND, "/alice/work/1.ics", Depth.ONE)).not.toBe(propfind);
    expect(write(Method.PUT, "/alice/work/1.ics")).toBe("none");
  });

  test("tells apart who asks, and who is nobody", () => {
    begin();
    const signedIn = write(Method.GET, "/alice/");
    key.isSignedIn = false;
    const nobody = write(Method.GET, "/alice/");
    expect(nobody).not.toBe(signedIn);
    key.person.clear();
    expect(write(Method.GET, "/alice/")).toBe(nobody);
    key.isSignedIn = true;
    expect(write(Method.GET, "/alice/")).not.toBe(nobody);
  });

  test("has every header in a place of its own", () => {
    begin();
    const value = text("T");
    const seen: string[] = [write(Method.GET, "/a")];
    for (let i = 0; i < 9; i++) {
      begin();
      const slices = [key.identity, key.scheme, key.authority, key.prefer, key.brief];
      const others = [key.accept, key.acceptEncoding, key.acceptLanguage, key.timezones];
      (i < 5 ? slices[i] : others[i - 5]).set(value.ptr, value.len);
      const one = write(Method.GET, "/a");
      expect(seen.includes(one)).toBe(false);
      seen.push(one);
    }
  });

  test("is not made without a policy, or of more than there is room for", () => {
    begin();
    key.policy = 0;
    expect(write(Method.GET, "/alice/")).toBe("none");
    begin();
    const long: Text = text("x".repeat(5000));
    key.prefer.set(long.ptr, long.len);
    expect(write(Method.GET, "/alice/")).toBe("none");
    expect(out.len).toBe(0);
  });
});
