import { describe, expect, test } from "vitest-pool-assemblyscript/assembly";
import { Text } from "../../../assembly/bytes/text";
import { Writer } from "../../../assembly/bytes/writer";
import { AskedProperties } from "../../../assembly/cache/asked_properties";
import { CanonicalBody } from "../../../assembly/cache/canonical_body";
import { SeenBodies } from "../../../assembly/cache/seen_bodies";

function keep(seen: SeenBodies, body: string, found: string, maxDepth: i32 = 64): void {
  const text = new Text(body);
  const value = new Text(found);
  seen.keep(text.ptr, text.len, maxDepth, value.ptr, value.len);
}

function found(seen: SeenBodies, body: string, maxDepth: i32 = 64): string {
  const text = new Text(body);
  if (!seen.find(text.ptr, text.len, maxDepth)) return "nothing";
  return String.UTF8.decodeUnsafe(seen.found.ptr, seen.found.len);
}

describe("bodies that were seen", () => {
  test("are found again, byte by byte the same and with the same limit only", () => {
    const seen = new SeenBodies();
    keep(seen, "<propfind/>", "a");
    expect(found(seen, "<propfind/>")).toBe("a");
    expect(found(seen, "<propfinD/>")).toBe("nothing");
    expect(found(seen, "<propfind/> ")).toBe("nothing");
    expect(found(seen, "<propfind/>", 63)).toBe("nothing");
    expect(found(seen, "")).toBe("nothing");
  });

  test("make room for others, and none is mistaken for another", () => {
    const seen = new SeenBodies();
    for (let i = 0; i < 500; i++) keep(seen, "<a>" + i.toString() + "</a>", i.toString());
    let held = 0;
    for (let i = 0; i < 500; i++) {
      const one = found(seen, "<a>" + i.toString() + "</a>");
      if (one == "nothing") continue;
      expect(one).toBe(i.toString());
      held++;
    }
    expect(held).toBeGreaterThan(32);
  });

  test("are not kept when they or what was found are long", () => {
    const seen = new SeenBodies();
    keep(seen, "<a>" + "x".repeat(5000), "a");
    expect(found(seen, "<a>" + "x".repeat(5000))).toBe("nothing");
    keep(seen, "<a/>", "x".repeat(10_000));
    expect(found(seen, "<a/>")).toBe("nothing");
  });

  test("have the same canonical form and the same properties the second time", () => {
    const body = new Text('<D:propfind xmlns:D="DAV:"> <D:prop><D:getetag/><D:lockdiscovery/></D:prop></D:propfind>');
    const canonical = new CanonicalBody();
    const first = new Writer(1024);
    const second = new Writer(1024);
    expect(canonical.write(body.ptr, body.len, 64, first)).toBe(true);
    second.byte(7);
    expect(canonical.write(body.ptr, body.len, 64, second)).toBe(true);
    expect(second.len).toBe(first.len + 1);
    expect(memory.compare(first.ptr, second.ptr + 1, <usize>first.len)).toBe(0);
    const asked = new AskedProperties();
    asked.read(body.ptr, body.len, 64);
    const other = new Text("<D:propfind/>");
    const again = new AskedProperties();
    again.read(other.ptr, other.len, 64);
    again.read(body.ptr, body.len, 64);
    expect(again.isVolatile).toBe(asked.isVolatile);
    expect(again.isCovered).toBe(asked.isCovered);
  });

  test("leave nothing behind where the canonical form has no room", () => {
    const body = new Text('<D:propfind xmlns:D="DAV:"><D:prop><D:getetag/></D:prop></D:propfind>');
    const canonical = new CanonicalBody();
    canonical.write(body.ptr, body.len, 64, new Writer(1024));
    const small = new Writer(8);
    expect(canonical.write(body.ptr, body.len, 64, small)).toBe(false);
    expect(small.len).toBe(0);
  });
});
