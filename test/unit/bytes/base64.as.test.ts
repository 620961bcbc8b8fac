import { describe, expect, test } from "vitest-pool-assemblyscript/assembly";
import { decodeBase64, encodeBase64 } from "../../../assembly/bytes/base64";
import { text } from "../../../assembly/bytes/text";
import { Writer } from "../../../assembly/bytes/writer";

function decode(value: string): string {
  const bytes = text(value);
  const out = new Writer(1024);
  return decodeBase64(bytes.ptr, bytes.len, out) ? out.toString() : "refused";
}

function encode(value: string): string {
  const bytes = text(value);
  const out = new Writer(1024);
  encodeBase64(bytes.ptr, bytes.len, out);
  return out.toString();
}

describe("base64", () => {
  test("encodes and decodes the examples of RFC 4648", () => {
    const plain = ["", "f", "fo", "foo", "foob", "fooba", "foobar"];
    const coded = ["", "Zg==", "Zm8=", "Zm9v", "Zm9vYg==", "Zm9vYmE=", "Zm9vYmFy"];
    for (let i = 0; i < plain.length; i++) {
      expect(encode(plain[i])).toBe(coded[i]);
      expect(decode(coded[i])).toBe(plain[i]);
    }
  });

  test("decodes without padding", () => {
    expect(decode("Zg")).toBe("f");
    expect(decode("Zm8")).toBe("fo");
  });

  test("refuses a second spelling of a value, and what is none", () => {
    expect(decode("Zh==")).toBe("refused");
    expect(decode("Z")).toBe("refused");
    expect(decode("Zg=")).toBe("refused");
    expect(decode("Zg==Zg==")).toBe("refused");
    expect(decode("Zm 9v")).toBe("refused");
    expect(decode("Zm-_")).toBe("refused");
    expect(decode("====")).toBe("refused");
  });

  test("stops at the writer's ceiling", () => {
    const bytes = text("Zm9vYmFy");
    expect(decodeBase64(bytes.ptr, bytes.len, new Writer(3))).toBe(false);
  });
});
