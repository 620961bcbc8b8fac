import { equal } from "../bytes/slice";
import { after, Kind, Node } from "./document";
import { Faults, quote } from "./faults";
import { formatFault } from "./formats";
import { Field, Format, indexOfWord, Shape } from "./shape";
import { closest, Suggestion } from "./suggest";
import { NO_TIMESTAMP, parseTimestamp } from "./timestamp";
import { durationText, parseDuration, parseSize, sizeText } from "./units";

/**
 * Checks a value and all below it against a shape. What is right is marked `valid` (an object or list as soon as it is
 * one; its members have marks of their own), words get their index, and durations, sizes and timestamps become numbers.
 * What is wrong becomes a fault. Goes as deep as the shape, not as the input.
 */
export function check(node: Node, shape: Shape, faults: Faults): void {
  if (!(shape.kinds & node.kind)) {
    faults.at(node, mismatch(node, shape));
    return;
  }
  if (node.kind == Kind.OBJECT) checkObject(node, shape, faults);
  else if (node.kind == Kind.LIST) checkList(node, shape, faults);
  else {
    const fault = scalarFault(node, shape);
    if (fault !== null) {
      faults.at(node, fault);
      return;
    }
  }
  node.valid = true;
}

function checkObject(node: Node, shape: Shape, faults: Faults): void {
  const entries = shape.entries;
  if (entries !== null) {
    for (let child = node.first; child !== null; child = after(child)) {
      const fault = formatFault(shape.keyFormat, child.key, child.keyLen);
      if (fault !== null) faults.at(child, "this name " + fault);
      check(child, entries, faults);
    }
    return;
  }
  let seen: u32 = 0;
  for (let child = node.first; child !== null; child = after(child)) {
    const index = fieldIndex(shape.fields, child);
    if (index < 0) {
      faults.at(child, unknownKey(child, shape.fields));
      continue;
    }
    seen |= 1 << (<u32>index);
    const field = unchecked(shape.fields[index]);
    child.key = field.key.ptr;
    check(child, field.shape, faults);
  }
  for (let i = 0; i < shape.fields.length; i++) {
    const field = unchecked(shape.fields[i]);
    if (field.required && !(seen & (1 << (<u32>i)))) faults.atMember(node, field.key, "is required");
  }
}

function checkList(node: Node, shape: Shape, faults: Faults): void {
  const items = shape.items;
  if (items === null) return;
  let count = 0;
  for (let child = node.first; child !== null; child = after(child)) {
    check(child, items, faults);
    count++;
  }
  if (count < shape.minItems) faults.at(node, "must not be empty");
}

function fieldIndex(fields: Field[], node: Node): i32 {
  for (let i = 0; i < fields.length; i++) {
    const field = unchecked(fields[i]);
    if (field.len == node.keyLen && equal(node.key, node.keyLen, field.key.ptr, field.len)) return i;
  }
  return -1;
}

/** What is wrong with a bool, a number or a text of the right kind; null when it is right. */
function scalarFault(node: Node, shape: Shape): string | null {
  if (node.kind == Kind.BOOL) {
    if (shape.falseWord < 0) return null;
    if (node.isTrue) return "must be " + oneOf(shape) + ", got true";
    node.word = <u16>shape.falseWord;
    return null;
  }
  if (node.kind == Kind.NUMBER) return rangeFault(node.number, shape);
  const ptr = node.text;
  const len = node.textLen;
  if (shape.format == Format.WORD) {
    const index = shape.wordIndex(ptr, len);
    if (index < 0) return unknownWord(node, shape);
    node.word = <u16>index;
    return null;
  }
  if (shape.format == Format.TIMESTAMP) {
    const ms = parseTimestamp(ptr, len);
    if (ms == NO_TIMESTAMP) return "must be a time with its zone such as 2027-01-01T00:00:00Z, got " + quote(ptr, len);
    node.setNumber(<f64>ms);
    return null;
  }
  if (shape.format == Format.DURATION || shape.format == Format.SIZE) {
    const value = shape.format == Format.SIZE ? parseSize(ptr, len) : parseDuration(ptr, len);
    if (value < 0) return "must be " + shape.what + ", got " + quote(ptr, len);
    node.setNumber(<f64>value);
    return rangeFault(<f64>value, shape);
  }
  return formatFault(shape.format, ptr, len);
}

function rangeFault(value: f64, shape: Shape): string | null {
  if (Math.trunc(value) != value || !isFinite(value)) return "must be a whole number";
  if (value >= shape.min && value <= shape.max) return null;
  const from = <i64>shape.min;
  const to = <i64>shape.max;
  if (shape.format == Format.SIZE) return "must be from " + sizeText(from) + " to " + sizeText(to);
  if (shape.format == Format.DURATION) return "must be from " + durationText(from) + " to " + durationText(to);
  return "must be from " + from.toString() + " to " + to.toString();
}

function mismatch(node: Node, shape: Shape): string {
  return "must be " + shape.what + ", got " + kindText(node.kind) + hint(node, shape);
}

/** YAML turns some words and all digits into something else than a text: says how to write them. */
function hint(node: Node, shape: Shape): string {
  const hasUnit = shape.format == Format.DURATION || shape.format == Format.SIZE;
  if (shape.kinds & Kind.STRING && !hasUnit) {
    if (node.kind == Kind.BOOL || (node.kind == Kind.NUMBER && shape.secret)) return " (write it in quotes)";
    if (node.kind == Kind.NUMBER) return ' (quote it: "' + numberText(node.number) + '")';
  }
  if (node.kind == Kind.NUMBER && hasUnit) return " (with a unit)";
  const items = shape.items;
  if (node.kind == Kind.STRING && items !== null && items.kinds & Kind.STRING) {
    return " (write [" + quote(node.text, node.textLen) + "])";
  }
  return "";
}

function kindText(kind: u8): string {
  if (kind == Kind.BOOL) return "a bool";
  if (kind == Kind.NUMBER) return "a number";
  if (kind == Kind.STRING) return "a string";
  if (kind == Kind.LIST) return "a list";
  if (kind == Kind.OBJECT) return "an object";
  return "nothing";
}

function numberText(value: f64): string {
  return Math.trunc(value) == value && Math.abs(value) < 1e15 ? (<i64>value).toString() : value.toString();
}

function unknownWord(node: Node, shape: Shape): string {
  const near = closest(node.text, node.textLen, shape.words);
  if (shape.secret) {
    return "must be " + shape.what + (near.length > 0 ? ' (did you mean "' + near + '"?)' : "");
  }
  const unknown = "unknown " + shape.noun + " " + quote(node.text, node.textLen);
  if (indexOfWord(shape.strayWords, node.text, node.textLen) >= 0) return unknown + " (" + shape.strayHint + ")";
  return unknown + (near.length > 0 ? ' (did you mean "' + near + '"?)' : " (it is " + oneOf(shape) + ")");
}

/** The words of a shape: `off, validate or exclusive`. */
function oneOf(shape: Shape): string {
  let result = "";
  const last = shape.words.length - 1;
  for (let i = 0; i <= last; i++) {
    result += (i == 0 ? "" : i == last ? " or " : ", ") + String.UTF8.decode(shape.words[i].buffer);
  }
  return result;
}

function unknownKey(node: Node, fields: Field[]): string {
  const suggestion = new Suggestion(node.key, node.keyLen);
  for (let i = 0; i < fields.length; i++) suggestion.offer(fields[i].key.ptr, fields[i].key.len);
  const near = suggestion.toString();
  if (near.length > 0) return 'unknown key (did you mean "' + near + '"?)';
  let known = "";
  for (let i = 0; i < fields.length; i++) {
    known += (i == 0 ? "" : ", ") + String.UTF8.decode(fields[i].key.buffer);
  }
  return "unknown key (known here: " + known + ")";
}
