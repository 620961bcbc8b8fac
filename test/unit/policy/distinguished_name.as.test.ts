import { describe, expect, test } from "vitest-pool-assemblyscript/assembly";
import { text } from "../../../assembly/bytes/text";
import { Writer } from "../../../assembly/bytes/writer";
import { commonNameOf } from "../../../assembly/policy/distinguished_name";

function cn(subject: string): string {
  const bytes = text(subject);
  const out = new Writer(1024);
  return commonNameOf(bytes.ptr, bytes.len, out) ? out.toString() : "none";
}

describe("commonNameOf", () => {
  test("finds the common name wherever it stands", () => {
    expect(cn("CN=alice,OU=Cal,O=Acme")).toBe("alice");
    expect(cn("O=Acme,CN=alice")).toBe("alice");
    expect(cn("O=Acme, cn=alice")).toBe("alice");
    expect(cn("OU=Cal+CN=alice,O=Acme")).toBe("alice");
  });

  test("resolves escapes and quotes", () => {
    expect(cn("CN=a\\,b,O=x")).toBe("a,b");
    expect(cn("CN=a\\2Cb")).toBe("a,b");
    expect(cn('CN="a,b",O=x')).toBe("a,b");
    expect(cn("CN=zo\\C3\\AB")).toBe("zoë");
  });

  test("is not deceived by other values that look like one", () => {
    expect(cn("O=CN\\=mallory\\,CN\\=alice,CN=bob")).toBe("bob");
    expect(cn("O=x\\,CN=alice")).toBe("none");
    expect(cn('O="x,CN=alice"')).toBe("none");
    expect(cn("XCN=alice")).toBe("none");
    expect(cn("DNCN=alice")).toBe("none");
  });

  test("gives none where there is none, more than one, or half of one", () => {
    expect(cn("O=Acme")).toBe("none");
    expect(cn("CN=alice,CN=bob")).toBe("none");
    expect(cn("CN=")).toBe("none");
    expect(cn("")).toBe("none");
    expect(cn("CN=alice\\")).toBe("none");
    expect(cn('CN="alice')).toBe("none");
    expect(cn("alice")).toBe("none");
  });
});
