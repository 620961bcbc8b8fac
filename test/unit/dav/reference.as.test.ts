import { describe, expect, test } from "vitest-pool-assemblyscript/assembly";
import { text } from "../../../assembly/bytes/text";
import { ResourcePath } from "../../../assembly/dav/path";
import { readReference } from "../../../assembly/dav/reference";
import { Destination } from "../../../assembly/dav/request";

function read(reference: string, authority: string = "cal.example"): i32 {
  const a = text(reference);
  const b = text(authority);
  return readReference(a.ptr, a.len, b.ptr, b.len, new ResourcePath());
}

describe("readReference", () => {
  test("takes absolute paths", () => {
    expect(read("/a/b")).toBe(Destination.HERE);
    expect(read("")).toBe(Destination.ABSENT);
    expect(read("a/b")).toBe(Destination.INVALID);
    expect(read("//cal.example/a")).toBe(Destination.INVALID);
    expect(read("/a/../b")).toBe(Destination.INVALID);
    expect(read("/a?b")).toBe(Destination.INVALID);
  });

  test("takes URIs of the client's own authority, whatever scheme and default port", () => {
    expect(read("http://cal.example/a")).toBe(Destination.HERE);
    expect(read("HTTPS://CAL.example:443/a")).toBe(Destination.HERE);
    expect(read("https://cal.example/a", "cal.example:443")).toBe(Destination.HERE);
    expect(read("https://cal.example:8443/a", "cal.example:8443")).toBe(Destination.HERE);
    expect(read("http://[::1]:80/a", "[::1]")).toBe(Destination.HERE);
  });

  test("knows another authority", () => {
    expect(read("http://other.example/a")).toBe(Destination.ELSEWHERE);
    expect(read("http://cal.example:8443/a")).toBe(Destination.ELSEWHERE);
    expect(read("http://cal.example.evil/a")).toBe(Destination.ELSEWHERE);
    expect(read("http://xcal.example/a")).toBe(Destination.ELSEWHERE);
    expect(read("http:///a")).toBe(Destination.ELSEWHERE);
  });

  test("refuses user information and other tricks", () => {
    expect(read("http://u@cal.example/a")).toBe(Destination.INVALID);
    expect(read("http://cal.example\\@x/a")).toBe(Destination.INVALID);
    expect(read("http://cal.example?/a")).toBe(Destination.INVALID);
    expect(read("http://cal%2eexample/a")).toBe(Destination.INVALID);
    expect(read("http://cal.example")).toBe(Destination.INVALID);
    expect(read("ftp://cal.example/a")).toBe(Destination.INVALID);
    expect(read("http:/a")).toBe(Destination.INVALID);
  });
});
