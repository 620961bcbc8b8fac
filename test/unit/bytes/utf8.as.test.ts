import { describe, expect, test } from "vitest-pool-assemblyscript/assembly";
import { isUtf8 } from "../../../assembly/bytes/utf8";

/** Whether the bytes, written in hexadecimal, are UTF-8. */
function valid(hex: string): bool {
  const at = heap.alloc(64);
  const len = hex.length / 2;
  for (let i = 0; i < len; i++) store<u8>(at + <usize>i, <u8>parseInt(hex.substr(i * 2, 2), 16));
  return isUtf8(at, len);
}

describe("isUtf8", () => {
  test("takes the first and last code point of every length", () => {
    const ends = ["", "00", "7f", "c280", "dfbf", "e0a080", "ed9fbf", "ee8080", "efbfbf", "f0908080", "f48fbfbf"];
    for (let i = 0; i < ends.length; i++) expect(valid(ends[i])).toBe(true);
  });

  test("refuses overlong forms, surrogates, what lies beyond Unicode, and pieces", () => {
    const wrong = [
      "80",
      "bf",
      "c0af",
      "c1bf",
      "e09fbf",
      "eda080",
      "edbfbf",
      "f08fbfbf",
      "f4908080",
      "f5808080",
      "ff",
      "c3",
      "e282",
      "f09f98",
      "c3c3",
      "e28228",
      "61c3",
    ];
    for (let i = 0; i < wrong.length; i++) expect(valid(wrong[i])).toBe(false);
  });
});
