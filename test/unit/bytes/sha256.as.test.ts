import { describe, expect, test } from "vitest-pool-assemblyscript/assembly";
import { sha256 } from "../../../assembly/bytes/sha256";
import { text } from "../../../assembly/bytes/text";

function digest(value: string): string {
  const bytes = text(value);
  const out = heap.alloc(32);
  sha256(bytes.ptr, bytes.len, out);
  let hex = "";
  for (let i: usize = 0; i < 32; i++) hex += (load<u8>(out + i) < 16 ? "0" : "") + load<u8>(out + i).toString(16);
  return hex;
}

describe("sha256", () => {
  test("gives the digests of FIPS 180-4", () => {
    expect(digest("")).toBe("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    expect(digest("abc")).toBe("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    expect(digest("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq")).toBe(
      "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1",
    );
    expect(digest("a".repeat(1000000))).toBe("cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
  });

  test("is right around the ends of blocks", () => {
    expect(digest("a".repeat(55))).toBe("9f4390f8d30c2dd92ec9f095b65e2b9ae9b0a925a5258e241c9f1e910f734318");
    expect(digest("a".repeat(56))).toBe("b35439a4ac6f0948b6d6f9e3c6af0f5f590ce20f1bde7090ef7970686ec6738a");
    expect(digest("a".repeat(64))).toBe("ffe054fe7ae0cb6dc65c3af9b61d5209f439851db43d0ba5997337df154668eb");
  });
});
