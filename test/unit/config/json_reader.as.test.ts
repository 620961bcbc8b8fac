import { describe, expect, test } from "vitest-pool-assemblyscript/assembly";
import { text } from "../../../assembly/bytes/text";
import { Document, first, member, Node } from "../../../assembly/config/document";
import { Faults } from "../../../assembly/config/faults";
import { readJson } from "../../../assembly/config/json_reader";

const bytes: ArrayBuffer[] = [];

/** What is wrong with a text; "" when nothing is. */
function faultOf(json: string): string {
  const document = new Document();
  const faults = new Faults();
  const buffer = String.UTF8.encode(json);
  const good = readJson(changetype<usize>(buffer), buffer.byteLength, document, faults);
  document.free();
  expect(good).toBe(faults.count == 0);
  return faults.toString().replace("configuration: is not JSON: ", "");
}

/** The first member of an object; the document stays. */
function value(json: string): Node | null {
  const document = new Document();
  const buffer = String.UTF8.encode(json);
  bytes.push(buffer);
  readJson(changetype<usize>(buffer), buffer.byteLength, document, new Faults());
  return first(document.root);
}

function stringOf(json: string): string {
  const node = value(json);
  return node === null ? "nothing" : node.string;
}

function numberOf(json: string): f64 {
  const node = value(json);
  return node === null ? NaN : node.number;
}

describe("readJson", () => {
  test("reads values of every kind", () => {
    expect(faultOf('{"a":null,"b":true,"c":false,"d":0,"e":"x","f":[],"g":{},"h":[1,[2,{"i":3}]]}')).toBe("");
    expect(faultOf(' \t\r\n{ "a" : [ ] }\n')).toBe("");
    expect(faultOf("{}")).toBe("");
  });

  test("reads numbers", () => {
    expect(numberOf('{"a":-0.5}')).toBe(-0.5);
    expect(numberOf('{"a":1e3}')).toBe(1000.0);
    expect(numberOf('{"a":12E-1}')).toBe(1.2);
    expect(numberOf('{"a":9007199254740991}')).toBe(9007199254740991.0);
    expect(numberOf('{"a":1e999}')).toBe(Infinity);
  });

  test("reads escapes, surrogate pairs included", () => {
    expect(stringOf('{"a":"x\\"\\\\\\/\\b\\f\\n\\r\\ty"}')).toBe('x"\\/\b\f\n\r\ty');
    expect(stringOf('{"a":"\\u00e4\\u20AC\\ud83d\\ude00\\u0041"}')).toBe("ä€😀A");
    expect(stringOf('{"a":"ä€😀"}')).toBe("ä€😀");
    expect(stringOf('{"\\u0061":"b"}')).toBe("b");
  });

  test("says where a text is wrong", () => {
    expect(faultOf('{"a":1,}')).toBe("line 1, column 8: expected a string");
    expect(faultOf('{\n "ä": x}')).toBe("line 2, column 7: expected a value");
    expect(faultOf('{"a":1')).toBe("line 1, column 7: expected , or }");
    expect(faultOf('{"a":[1 2]}')).toBe("line 1, column 9: expected , or ]");
    expect(faultOf('{"a" 1}')).toBe("line 1, column 6: expected :");
    expect(faultOf('{"a":1} x')).toBe("line 1, column 9: something follows the object");
    expect(faultOf("[]")).toBe("line 1, column 1: expected {");
  });

  test("takes no value that is nearly JSON", () => {
    const wrong = [
      "01",
      "+1",
      ".5",
      "1.",
      "1e",
      "-",
      "NaN",
      "tru",
      "True",
      "'a'",
      '"a',
      '"\\x"',
      '"\\u12g4"',
      '"\\ud800"',
      '"\\udc00"',
      '"\\ud800\\u0041"',
      '"\\',
      '"\t"',
      "[1,]",
      "[",
      "{",
      '{"a"}',
      "/**/1",
      "1 //",
    ];
    for (let i = 0; i < wrong.length; i++) expect(faultOf('{"a":' + wrong[i] + "}").length).toBeGreaterThan(0);
  });

  test("finds a key that comes twice, at any depth", () => {
    expect(faultOf('{"a":1,"b":2,"a":3}')).toBe("a: duplicate key");
    expect(faultOf('{"x":[{"a":1},{"a":1,"\\u0061":2}]}')).toBe("x[1].a: duplicate key");
    let many = '{"k0":0';
    for (let i = 1; i < 100; i++) many += ',"k' + i.toString() + '":0';
    expect(faultOf(many + "}")).toBe("");
    expect(faultOf(many + ',"k50":0}')).toBe("k50: duplicate key");
  });

  test("stops at its depth", () => {
    expect(faultOf('{"a":' + "[".repeat(31) + "]".repeat(31) + "}")).toBe("");
    expect(faultOf('{"a":' + "[".repeat(32) + "]".repeat(32) + "}")).toBe("line 1, column 38: nested too deeply");
  });

  test("finds no member that the check has not marked", () => {
    expect(member(value('{"a":{"b":1}}'), text("b")) === null).toBe(true);
  });
});
