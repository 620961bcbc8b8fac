import { describe, expect, test } from "vitest-pool-assemblyscript/assembly";
import { Slice } from "../../../assembly/bytes/slice";
import { text } from "../../../assembly/bytes/text";
import { Writer } from "../../../assembly/bytes/writer";
import { MAX_PATH, MAX_SEGMENTS, ResourcePath } from "../../../assembly/dav/path";

/** The decoded segments of a path, joined by `|`, with a `/` at the end for a collection; "refused" when it is. */
function read(raw: string): string {
  const path = new ResourcePath();
  const bytes = text(raw);
  if (!path.parse(bytes.ptr, bytes.len)) return path.count == 0 ? "refused" : "refused with segments";
  let segments = "";
  const segment = new Slice();
  for (let i = 0; i < path.count; i++) {
    path.slice(i, segment);
    segments += (i > 0 ? "|" : "") + segment.toString();
  }
  return segments + (path.isCollection ? "/" : "") + (path.hasQuery ? "?" : "");
}

function rewritten(raw: string): string {
  const path = new ResourcePath();
  const bytes = text(raw);
  if (!path.parse(bytes.ptr, bytes.len)) return "refused";
  const out = new Writer(1024);
  path.write(out, path.count, path.isCollection);
  return out.toString();
}

describe("ResourcePath", () => {
  test("reads the segments of a path", () => {
    expect(read("/")).toBe("/");
    expect(read("/alice")).toBe("alice");
    expect(read("/alice/work/")).toBe("alice|work/");
    expect(read("/alice/work/1.ics")).toBe("alice|work|1.ics");
  });

  test("decodes percent-codes once", () => {
    expect(read("/%61lice/w%6Frk")).toBe("alice|work");
    expect(read("/a%20b/%C3%A9")).toBe("a b|é");
    expect(read("/100%25")).toBe("100%");
  });

  test("refuses what decodes once more", () => {
    expect(read("/wor%256b")).toBe("refused");
    expect(read("/%252e%252e")).toBe("refused");
    expect(read("/wor%25%36%62")).toBe("refused");
    expect(read("/100%25zz")).toBe("100%zz");
  });

  test("refuses encoded slashes, backslashes, semicolons and control characters", () => {
    expect(read("/a%2Fb")).toBe("refused");
    expect(read("/a%5cb")).toBe("refused");
    expect(read("/a\\b")).toBe("refused");
    expect(read("/a;b")).toBe("refused");
    expect(read("/a%3bb")).toBe("refused");
    expect(read("/a%00")).toBe("refused");
    expect(read("/a%0d%0ab")).toBe("refused");
    expect(read("/a\tb")).toBe("refused");
    expect(read("/a%7f")).toBe("refused");
  });

  test("refuses dot segments in every spelling, and no other dots", () => {
    expect(read("/a/./b")).toBe("refused");
    expect(read("/a/../b")).toBe("refused");
    expect(read("/a/..")).toBe("refused");
    expect(read("/a/%2e%2E/b")).toBe("refused");
    expect(read("/a/.%2e")).toBe("refused");
    expect(read("/a/.../.b/c..")).toBe("a|...|.b|c..");
  });

  test("refuses empty segments", () => {
    expect(read("//a")).toBe("refused");
    expect(read("/a//b")).toBe("refused");
    expect(read("/a//")).toBe("refused");
  });

  test("refuses what is no path, or half of one", () => {
    expect(read("")).toBe("refused");
    expect(read("a/b")).toBe("refused");
    expect(read("*")).toBe("refused");
    expect(read("/a%")).toBe("refused");
    expect(read("/a%2")).toBe("refused");
    expect(read("/a%gg")).toBe("refused");
    expect(read("/a#b")).toBe("refused");
  });

  test("refuses invalid UTF-8, also when a slash would complete it", () => {
    expect(read("/%C3")).toBe("refused");
    expect(read("/%C3/%A9")).toBe("refused");
    expect(read("/%C0%AF")).toBe("refused");
    expect(read("/%ED%A0%80")).toBe("refused");
  });

  test("ends the path at a query, which holds no fragment and no space", () => {
    expect(read("/a/b?c=/d")).toBe("a|b?");
    expect(read("/a/?")).toBe("a/?");
    expect(read("/a?b#c")).toBe("refused");
    expect(read("/a?b c")).toBe("refused");
    expect(read("/a?b\nc")).toBe("refused");
  });

  test("says how long the raw path before the query is", () => {
    const path = new ResourcePath();
    const raw = text("/a%20b?c");
    path.parse(raw.ptr, raw.len);
    expect(path.rawLength).toBe(6);
  });

  test("has ceilings", () => {
    expect(read("/a".repeat(MAX_SEGMENTS))).not.toBe("refused");
    expect(read("/a".repeat(MAX_SEGMENTS + 1))).toBe("refused");
    expect(read("/" + "a".repeat(MAX_PATH - 1))).not.toBe("refused");
    expect(read("/" + "a".repeat(MAX_PATH))).toBe("refused");
  });

  test("forgets the path before when the next one is refused", () => {
    const path = new ResourcePath();
    const good = text("/a/b/?c");
    const bad = text("/x/../y");
    path.parse(good.ptr, good.len);
    expect(path.parse(bad.ptr, bad.len)).toBe(false);
    expect(path.count).toBe(0);
    expect(path.ptr(0) == 0).toBe(true);
    expect(path.len(-1)).toBe(0);
  });

  test("writes a path anew in one spelling, safe in XML", () => {
    expect(rewritten("/%61/%c3%a9%20/")).toBe("/a/%C3%A9%20/");
    expect(rewritten("/<&'\">")).toBe("/%3C%26%27%22%3E");
    expect(rewritten("/a@b:c")).toBe("/a@b:c");
    expect(rewritten("/")).toBe("/");
  });
});
