import { describe, expect, test } from "vitest-pool-assemblyscript/assembly";
import { digest, DIGEST_SIZE } from "../../../assembly/cache/digest";

const secret = new StaticArray<u8>(DIGEST_SIZE);
const message = new StaticArray<u8>(64);
const out = new StaticArray<u8>(DIGEST_SIZE);

/** The digest of the bytes 0, 1, 2 … under the key 0, 1, 2 …, in hexadecimal. */
function ofCounting(len: i32): string {
  for (let i = 0; i < DIGEST_SIZE; i++) secret[i] = <u8>i;
  for (let i = 0; i < 64; i++) message[i] = <u8>i;
  digest(changetype<usize>(secret), changetype<usize>(message), len, changetype<usize>(out));
  let hex = "";
  for (let i = 0; i < DIGEST_SIZE; i++) hex += (<i32>out[i] + 256).toString(16).substring(1);
  return hex;
}

describe("digest", () => {
  test("gives what OpenSSL's SIPHASH with 16 bytes gives", () => {
    expect(ofCounting(0)).toBe("a3817f04ba25a8e66df67214c7550293");
    expect(ofCounting(1)).toBe("da87c1d86b99af44347659119b22fc45");
    expect(ofCounting(7)).toBe("a1f1ebbed8dbc153c0b84aa61ff08239");
    expect(ofCounting(8)).toBe("3b62a9ba6258f5610f83e264f31497b4");
    expect(ofCounting(15)).toBe("5493e99933b0a8117e08ec0f97cfc3d9");
    expect(ofCounting(16)).toBe("6ee2a4ca67b054bbfd3315bf85230577");
    expect(ofCounting(63)).toBe("5150d1772f50834a503e069a973fbd7c");
  });
});
