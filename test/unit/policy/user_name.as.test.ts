import { describe, expect, test } from "vitest-pool-assemblyscript/assembly";
import { text } from "../../../assembly/bytes/text";
import { Writer } from "../../../assembly/bytes/writer";
import { normalizeUserName } from "../../../assembly/policy/user_name";

function name(raw: string, lowercase: bool = false, domain: string = ""): string {
  const bytes = text(raw);
  const out = new Writer(1024);
  return normalizeUserName(bytes.ptr, bytes.len, lowercase, text(domain), out) ? out.toString() : "refused";
}

describe("normalizeUserName", () => {
  test("takes a name as it is", () => {
    expect(name("alice")).toBe("alice");
    expect(name("Alice")).toBe("Alice");
    expect(name("a b")).toBe("a b");
    expect(name("zoë")).toBe("zoë");
    expect(name("alice@example.com")).toBe("alice@example.com");
  });

  test("folds ASCII when so configured", () => {
    expect(name("AlicE", true)).toBe("alice");
    expect(name("ÄLICE", true)).toBe("Älice");
  });

  test("strips the configured domain, and no other", () => {
    expect(name("alice@example.com", false, "example.com")).toBe("alice");
    expect(name("alice@EXAMPLE.com", false, "example.com")).toBe("alice");
    expect(name("alice@evil.com", false, "example.com")).toBe("alice@evil.com");
    expect(name("alice@xexample.com", false, "example.com")).toBe("alice@xexample.com");
    expect(name("aliceexample.com", false, "example.com")).toBe("aliceexample.com");
    expect(name("a@b@example.com", false, "example.com")).toBe("a@b");
    expect(name("@example.com", false, "example.com")).toBe("refused");
  });

  test("refuses what cannot be one segment of a path", () => {
    expect(name("")).toBe("refused");
    expect(name("  ")).toBe("refused");
    expect(name(" alice")).toBe("refused");
    expect(name("alice ")).toBe("refused");
    expect(name("alice\t")).toBe("refused");
    expect(name(".")).toBe("refused");
    expect(name("..")).toBe("refused");
    expect(name(".hidden")).toBe("refused");
    expect(name("a/b")).toBe("refused");
    expect(name("a\\b")).toBe("refused");
    expect(name("a;b")).toBe("refused");
    expect(name("a\nb")).toBe("refused");
    expect(name("a\x7fb")).toBe("refused");
    expect(name("a".repeat(256))).toBe("refused");
    expect(name("a".repeat(255))).toBe("a".repeat(255));
  });
});
