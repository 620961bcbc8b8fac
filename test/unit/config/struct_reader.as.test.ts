import { describe, expect, test } from "vitest-pool-assemblyscript/assembly";
import { Document, first, Kind } from "../../../assembly/config/document";
import { Faults } from "../../../assembly/config/faults";
import { readStruct } from "../../../assembly/config/struct_reader";

/** Reads bytes written in hexadecimal; the document stays. */
function read(hex: string, faults: Faults): Document {
  const document = new Document();
  const len = hex.length / 2;
  const ptr = heap.alloc(<usize>len + 1);
  for (let i = 0; i < len; i++) store<u8>(ptr + <usize>i, <u8>parseInt(hex.substring(i * 2, i * 2 + 2), 16));
  readStruct(ptr, len, document, faults);
  return document;
}

/** What a Struct holds under its first key, as a string for kinds and values; "" when it is refused. */
function valueOf(hex: string): string {
  const faults = new Faults();
  const node = first(read(hex, faults).root);
  if (faults.count > 0) return "";
  if (node === null) return "none";
  if (node.kind == Kind.NUMBER) return node.keyString + "=" + node.number.toString();
  if (node.kind == Kind.STRING) return node.keyString + "=" + node.string;
  if (node.kind == Kind.BOOL) return node.keyString + (node.isTrue ? "=true" : "=false");
  return node.keyString + (node.kind == Kind.NULL ? "=null" : node.kind == Kind.LIST ? "=list" : "=object");
}

describe("readStruct", () => {
  test("reads values of every kind", () => {
    expect(valueOf("")).toBe("none");
    expect(valueOf("0a080a016112031a0178")).toBe("a=x");
    expect(valueOf("0a070a016112022001")).toBe("a=true");
    expect(valueOf("0a070a016112022000")).toBe("a=false");
    expect(valueOf("0a070a016112020800")).toBe("a=null");
    expect(valueOf("0a0e0a0161120911000000000000f83f")).toBe("a=1.5");
    expect(valueOf("0a070a016112022a00")).toBe("a=object");
    expect(valueOf("0a070a016112023200")).toBe("a=list");
  });

  test("takes a value before its key, no value, no key, and fields that it does not know", () => {
    expect(valueOf("0a0812031a01780a0161")).toBe("a=x");
    expect(valueOf("0a050a01611200")).toBe("a=null");
    expect(valueOf("0a030a0161")).toBe("a=null");
    expect(valueOf("0a0512031a0178")).toBe("=x");
    expect(valueOf("7a02ffff" + "0a080a016112031a0178" + "8001ff01" + "8d0101020304" + "81010102030405060708")).toBe(
      "a=x",
    );
    expect(valueOf("0a0a0a0161120538051a0178")).toBe("a=x");
  });

  test("refuses bytes that are no Struct", () => {
    const wrong = [
      "0a",
      "0aff",
      "0a080a016112031a01",
      "0a080a016112041a0178",
      "00",
      "0b",
      "0c",
      "0affffffffffffffffffff01",
      "0a050a01ff1200",
      "0a080a016112031a01ff",
      "0a0b0a016112061a01781a0179",
      "0a0d0a016112031a017812031a0179",
      "0a0a0a0161120511000000",
      "0a050a01611201",
      "0a070a016112022080",
    ];
    for (let i = 0; i < wrong.length; i++) expect(valueOf(wrong[i])).toBe("");
  });

  test("finds a key that comes twice", () => {
    const faults = new Faults();
    read("0a070a016112022001" + "0a070a016112022000", faults);
    expect(faults.toString()).toBe("a: duplicate key");
  });
});
