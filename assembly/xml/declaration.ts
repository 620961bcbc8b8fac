import { equalFolded, startsWith } from "../bytes/slice";
import { Text, text } from "../bytes/text";
import { isSpace, nameEnd, skipSpace } from "./chars";
import { XmlError } from "./error";

const XML: Text = text("xml");
const VERSION: Text = text("version");
const ENCODING: Text = text("encoding");
const STANDALONE: Text = text("standalone");
const ONE: Text = text("1.0");
const YES: Text = text("yes");
const NO: Text = text("no");
const UTF8: Text = text("utf-8");
const ASCII: Text = text("us-ascii");

/** What a processing instruction or XML declaration turned out to be. */
export namespace Instruction {
  export const DECLARATION: i32 = 0;
  /** A declaration that says US-ASCII. */
  export const DECLARATION_ASCII: i32 = 1;
  export const OTHER: i32 = 2;
  export const MALFORMED: i32 = 3;
  export const ENCODING: i32 = 4;
}

/**
 * Checks one processing instruction, from `<?` at `start` to after its `?>` at `end` (XML 1.0, 2.6), or, where `first`
 * (nothing but a byte order mark stands before it), the XML declaration (2.8): version 1.0, UTF-8 or US-ASCII.
 */
export function instruction(start: usize, end: usize, first: bool): i32 {
  const last = end - 2;
  const target = start + 2;
  let p = nameEnd(target, last);
  if (p == target || (p < last && !isSpace(load<u8>(p)))) return Instruction.MALFORMED;
  if (!equalFolded(target, <i32>(p - target), XML.ptr, XML.len)) return Instruction.OTHER;
  if (!first || !startsWith(target, <i32>(last - target), XML)) return Instruction.MALFORMED;
  return declaration(p, last);
}

/** The part of the value that `item` found last. */
let value: usize = 0;
let valueLen: i32 = 0;

function declaration(p: usize, end: usize): i32 {
  p = item(p, end, VERSION);
  if (p == 0 || !equalFolded(value, valueLen, ONE.ptr, ONE.len)) return Instruction.MALFORMED;
  let kind = Instruction.DECLARATION;
  let next = item(p, end, ENCODING);
  if (next != 0) {
    if (equalFolded(value, valueLen, ASCII.ptr, ASCII.len)) kind = Instruction.DECLARATION_ASCII;
    else if (!equalFolded(value, valueLen, UTF8.ptr, UTF8.len)) return Instruction.ENCODING;
    p = next;
  }
  next = item(p, end, STANDALONE);
  if (next != 0) {
    const yes = valueLen == YES.len && startsWith(value, valueLen, YES);
    if (!yes && !(valueLen == NO.len && startsWith(value, valueLen, NO))) return Instruction.MALFORMED;
    p = next;
  }
  return skipSpace(p, end) == end ? kind : Instruction.MALFORMED;
}

/** Reads ` name = "value"` and gives its end, or 0 when something else stands there. */
function item(p: usize, end: usize, name: Text): usize {
  const start = skipSpace(p, end);
  if (start == p || !startsWith(start, <i32>(end - start), name)) return 0;
  p = skipSpace(start + <usize>name.len, end);
  if (p >= end || load<u8>(p) != 0x3d) return 0;
  p = skipSpace(p + 1, end);
  if (p >= end) return 0;
  const quote = load<u8>(p);
  if (quote != 0x22 && quote != 0x27) return 0;
  value = ++p;
  while (p < end && load<u8>(p) != quote) p++;
  if (p >= end) return 0;
  valueLen = <i32>(p - value);
  return p + 1;
}

/** The error that goes with an instruction that was refused. */
export function instructionError(kind: i32): i32 {
  if (kind == Instruction.MALFORMED) return XmlError.MALFORMED;
  return kind == Instruction.ENCODING ? XmlError.ENCODING : XmlError.NONE;
}
