import { describe, expect, test } from "vitest-pool-assemblyscript/assembly";
import { text } from "../../../assembly/bytes/text";
import { Writer } from "../../../assembly/bytes/writer";
import { findToken, tokenLength, writeNoChange, writeNoChangeSince } from "../../../assembly/cache/sync_poll";

const out = new Writer(10_000);

function tokenOf(body: string): string {
  const bytes = text(body);
  const at = findToken(bytes.ptr, bytes.len);
  return at == 0 ? "none" : String.UTF8.decodeUnsafe(at, tokenLength);
}

describe("The sync-token of an answer", () => {
  test("is found in a sync-collection and in a PROPFIND, with any prefix", () => {
    expect(tokenOf("<multistatus><sync-token>http://a/1</sync-token></multistatus>")).toBe("http://a/1");
    expect(tokenOf("<d:prop><d:sync-token>x&amp;y</d:sync-token></d:prop>")).toBe("x&amp;y");
    expect(tokenOf("<sync-token>urn:x:kr507k</sync-token>")).toBe("urn:x:kr507k");
  });

  test("is none where it is empty, missing, or not the only one", () => {
    expect(tokenOf("<a/>")).toBe("none");
    expect(tokenOf("<sync-token/>")).toBe("none");
    expect(tokenOf("<sync-token></sync-token>")).toBe("none");
    expect(tokenOf("<sync-token>1</sync-token><sync-token>2</sync-token>")).toBe("none");
  });

  test("is none where it cannot be told what belongs to it", () => {
    expect(tokenOf("<sync-token> 1 </sync-token>")).toBe("none");
    expect(tokenOf("<sync-token><![CDATA[1]]></sync-token>")).toBe("none");
    expect(tokenOf("<sync-token>1<!-- --></sync-token>")).toBe("none");
    expect(tokenOf("<sync-token>1")).toBe("none");
  });

  test("is none where somebody's text looks like one", () => {
    expect(tokenOf("<displayname>sync-token>1</displayname><b>sync-token></b>")).toBe("none");
    expect(tokenOf("<displayname>sync-token>1</displayname><sync-token>2</sync-token>")).toBe("none");
  });

  test("is none where the answer was cut short (RFC 6578, 3.6)", () => {
    expect(tokenOf("<status>HTTP/1.1 507 Insufficient Storage</status><sync-token>1</sync-token>")).toBe("none");
  });

  test("makes the same answer, escaped by the server or by the filter", () => {
    const escaped = text("http://a/?b=1&amp;c");
    writeNoChange(escaped.ptr, escaped.len, out);
    const first = out.toString();
    out.reset();
    const plain = text("http://a/?b=1&c");
    writeNoChangeSince(plain.ptr, plain.len, out);
    expect(out.toString()).toBe(first);
    expect(first).toContain("<D:sync-token>http://a/?b=1&amp;c</D:sync-token>");
  });
});
