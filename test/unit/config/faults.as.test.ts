import { describe, expect, test } from "vitest-pool-assemblyscript/assembly";
import { text } from "../../../assembly/bytes/text";
import { Document, Kind, Node } from "../../../assembly/config/document";
import { Faults, quoteString } from "../../../assembly/config/faults";

const SHARES = text("shares");
const WITH = text("with");
const TEAM = text("our team");

function child(document: Document, parent: Node, last: Node | null): Node {
  const node = document.append(parent, last);
  return node === null ? document.root : node;
}

describe("Faults", () => {
  test("name the path of what is wrong", () => {
    const document = new Document();
    const shares = child(document, document.root, null);
    shares.key = SHARES.ptr;
    shares.keyLen = SHARES.len;
    shares.setContainer(Kind.LIST);
    const first = child(document, shares, null);
    const second = child(document, shares, first);
    second.setContainer(Kind.OBJECT);
    const team = child(document, document.root, shares);
    team.key = TEAM.ptr;
    team.keyLen = TEAM.len;
    const faults = new Faults();
    faults.at(document.root, "a");
    faults.at(first, "b");
    faults.atMember(second, WITH, "c");
    faults.atMember(document.root, WITH, "d");
    faults.at(team, "e");
    expect(faults.toString()).toBe('configuration: a\nshares[0]: b\nshares[1].with: c\nwith: d\n["our team"]: e');
    expect(faults.count).toBe(5);
    document.free();
  });

  test("are listed up to a ceiling, and counted beyond", () => {
    const document = new Document();
    const faults = new Faults();
    for (let i = 0; i < 53; i++) faults.at(document.root, "wrong");
    expect(faults.count).toBe(53);
    expect(faults.toString().split("\n").length).toBe(51);
    expect(faults.toString().endsWith("\nand 3 more")).toBe(true);
    document.free();
  });

  test("show values so that they cannot break a log line", () => {
    expect(quoteString("plain")).toBe('"plain"');
    expect(quoteString('a"b\\c\nd\u007f')).toBe('"a\\"b\\\\c\\u000ad\\u007f"');
    expect(quoteString("x".repeat(61))).toBe('"' + "x".repeat(60) + '…"');
    expect(quoteString("x" + "€".repeat(30))).toBe('"x' + "€".repeat(19) + '…"');
  });
});
