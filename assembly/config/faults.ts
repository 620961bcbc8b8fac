import { indexOf } from "../bytes/slice";
import { Text } from "../bytes/text";
import { after, Kind, Node } from "./document";

/** So many faults are listed; more are counted. */
export const MAX_LISTED: i32 = 50;
/** So many bytes of a value or key are shown. */
const SHOWN: i32 = 60;

/**
 * What is wrong with a configuration, each fault with its path: `shares[2].access: unknown role "raed" (did you mean
 * "read"?)`. A fault about the whole has the path `configuration`.
 */
export class Faults {
  /** How many there are, listed or not. */
  count: i32 = 0;
  private lines: string[] = [];

  /** True when no more are listed, so that their sentences need not be made. */
  get isFull(): bool {
    return this.lines.length >= MAX_LISTED;
  }

  /** A fault of that value. */
  at(node: Node, message: string): void {
    this.count++;
    if (!this.isFull) this.lines.push(pathOf(node) + ": " + message);
  }

  /** A fault of the member `key` of that object, which may be missing. */
  atMember(object: Node, key: Text, message: string): void {
    this.count++;
    if (!this.isFull) this.lines.push(join(object, key.ptr, key.len) + ": " + message);
  }

  /** The faults, one a line, the last line saying how many more there are. */
  toString(): string {
    const rest = this.count - this.lines.length;
    const listed = this.lines.join("\n");
    return rest > 0 ? listed + "\nand " + rest.toString() + " more" : listed;
  }
}

/** Where a value stands: `shares[2].with[0]`, `groups["our team"]`; `configuration` for the whole. */
export function pathOf(node: Node): string {
  let path = "";
  let at = node;
  for (;;) {
    const parent = at.parent;
    if (parent === null) break;
    path = step(parent, at) + path;
    at = parent;
  }
  if (path.length == 0) return "configuration";
  return path.startsWith(".") ? path.substring(1) : path;
}

function join(object: Node, key: usize, keyLen: i32): string {
  const member = keyStep(key, keyLen);
  return object.parent === null ? member.substring(1) : pathOf(object) + member;
}

function step(parent: Node, child: Node): string {
  if (parent.kind == Kind.OBJECT) return keyStep(child.key, child.keyLen);
  let index = 0;
  for (let other = parent.first; other !== null && other !== child; other = after(other)) index++;
  return "[" + index.toString() + "]";
}

function keyStep(key: usize, keyLen: i32): string {
  let plain = keyLen > 0 && keyLen <= SHOWN;
  for (let i = 0; plain && i < keyLen; i++) {
    const c = load<u8>(key + <usize>i);
    const folded = c | 32;
    plain = (folded >= 97 && folded <= 122) || c == 95 || (i > 0 && (c == 45 || (c >= 48 && c <= 57)));
  }
  return plain ? "." + String.UTF8.decodeUnsafe(key, keyLen) : "[" + quote(key, keyLen) + "]";
}

/** The text in double quotes, clipped, with control characters made visible: safe to write to a log. */
export function quote(ptr: usize, len: i32): string {
  let shown = len;
  if (len > SHOWN) {
    shown = SHOWN;
    // Not in the middle of a character.
    while (shown > 0 && (load<u8>(ptr + <usize>shown) & 0xc0) == 0x80) shown--;
  }
  let needsEscape = indexOf(ptr, shown, 34) >= 0 || indexOf(ptr, shown, 92) >= 0;
  for (let i = 0; i < shown; i++) {
    const c = load<u8>(ptr + <usize>i);
    if (c < 32 || c == 127) needsEscape = true;
  }
  let result = shown > 0 ? String.UTF8.decodeUnsafe(ptr, shown) : "";
  if (needsEscape) result = escape(result);
  return '"' + result + (shown < len ? '…"' : '"');
}

/** The string in double quotes, as `quote` writes it. */
export function quoteString(value: string): string {
  const bytes = String.UTF8.encode(value);
  return quote(changetype<usize>(bytes), bytes.byteLength);
}

function escape(value: string): string {
  let result = "";
  for (let i = 0; i < value.length; i++) {
    const c = value.charCodeAt(i);
    if (c < 32 || c == 127) result += "\\u00" + (c < 16 ? "0" : "") + c.toString(16);
    else result += (c == 34 || c == 92 ? "\\" : "") + value.charAt(i);
  }
  return result;
}
