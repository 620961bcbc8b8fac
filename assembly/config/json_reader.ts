import { isUtf8 } from "../bytes/utf8";
import { Document, Kind, MAX_DEPTH, Node } from "./document";
import { Faults } from "./faults";
import { unescapeJson } from "./json_string";
import { duplicateKey } from "./key_index";

/**
 * Reads a JSON text (RFC 8259) whose value is an object into the document: strictly, without recursion. Text without
 * escapes points into the bytes read. False and one fault, with line and column, when the text is malformed, is nested
 * too deeply or holds a key twice.
 */
export function readJson(ptr: usize, len: i32, document: Document, faults: Faults): bool {
  return new JsonReader(ptr, ptr + <usize>len, document, faults).read();
}

class JsonReader {
  private at: usize;
  private depth: i32 = 0;
  private failed: bool = false;
  /** The containers that are open, innermost last, and the last child of each so far. */
  private open: StaticArray<usize> = new StaticArray<usize>(MAX_DEPTH);
  private last: StaticArray<usize> = new StaticArray<usize>(MAX_DEPTH);
  /** The string just read. */
  private text: usize = 0;
  private textLen: i32 = 0;

  constructor(
    private begin: usize,
    private end: usize,
    private document: Document,
    private faults: Faults,
  ) {
    this.at = begin;
  }

  read(): bool {
    this.space();
    if (this.peek() != 123) return this.fail("expected {");
    let node: Node | null = this.document.root;
    while (node !== null) {
      this.space();
      if (!this.value(node)) return false;
      node = node.kind & (Kind.OBJECT | Kind.LIST) ? this.enter(node) : this.following();
    }
    return !this.failed;
  }

  /** Opens a container and gives its first child, or what follows an empty one; null at the end or on a fault. */
  private enter(container: Node): Node | null {
    if (this.depth == MAX_DEPTH) {
      this.fail("nested too deeply");
      return null;
    }
    this.open[this.depth] = changetype<usize>(container);
    this.last[this.depth++] = 0;
    this.space();
    return this.peek() == closer(container) ? this.following() : this.child();
  }

  /** After a value: closes the containers that end here and gives the next value; null at the end or on a fault. */
  private following(): Node | null {
    while (this.depth > 0) {
      const container = changetype<Node>(this.open[this.depth - 1]);
      this.space();
      const c = this.peek();
      if (c == 44) {
        this.at++;
        this.space();
        return this.child();
      }
      if (c != closer(container)) {
        this.fail(container.kind == Kind.OBJECT ? "expected , or }" : "expected , or ]");
        return null;
      }
      this.at++;
      this.depth--;
      const duplicate = container.kind == Kind.OBJECT ? duplicateKey(container) : null;
      if (duplicate !== null) {
        this.faults.at(duplicate, "duplicate key");
        this.failed = true;
        return null;
      }
    }
    this.space();
    if (this.at != this.end) this.fail("something follows the object");
    return null;
  }

  /** A new value in the innermost container; in an object, reads its key and the colon. */
  private child(): Node | null {
    const parent = changetype<Node>(this.open[this.depth - 1]);
    const child = this.document.append(parent, changetype<Node | null>(this.last[this.depth - 1]));
    if (child === null) {
      this.fail("too many values");
      return null;
    }
    this.last[this.depth - 1] = changetype<usize>(child);
    if (parent.kind == Kind.OBJECT) {
      if (!this.string()) return null;
      child.key = this.text;
      child.keyLen = this.textLen;
      this.space();
      if (this.peek() != 58) {
        this.fail("expected :");
        return null;
      }
      this.at++;
    }
    return child;
  }

  /** Reads a scalar into the node, or the opening bracket of a container. */
  private value(node: Node): bool {
    const c = this.peek();
    if (c == 34) {
      if (!this.string()) return false;
      node.setText(this.text, this.textLen);
      return true;
    }
    if (c == 123 || c == 91) {
      this.at++;
      node.setContainer(c == 123 ? Kind.OBJECT : Kind.LIST);
      return true;
    }
    if (c == 116) {
      node.setBool(true);
      return this.literal("true");
    }
    if (c == 102) {
      node.setBool(false);
      return this.literal("false");
    }
    if (c == 110) return this.literal("null");
    if (c == 45 || isDigit(c)) return this.number(node);
    return this.fail("expected a value");
  }

  private literal(word: string): bool {
    for (let i = 0; i < word.length; i++) {
      if (this.peek() != word.charCodeAt(i)) return this.fail("expected a value");
      this.at++;
    }
    return true;
  }

  private number(node: Node): bool {
    const begin = this.at;
    if (this.peek() == 45) this.at++;
    if (this.peek() == 48) this.at++;
    else if (!this.digits()) return false;
    if (this.peek() == 46) {
      this.at++;
      if (!this.digits()) return false;
    }
    if ((this.peek() | 32) == 101) {
      this.at++;
      if (this.peek() == 43 || this.peek() == 45) this.at++;
      if (!this.digits()) return false;
    }
    const size = <i32>(this.at - begin);
    if (size > 400) return this.fail("a number is too long");
    node.setNumber(parseFloat(String.UTF8.decodeUnsafe(begin, size)));
    return true;
  }

  private digits(): bool {
    if (!isDigit(this.peek())) return this.fail("expected a digit");
    while (isDigit(this.peek())) this.at++;
    return true;
  }

  /** Reads a string into `text`: where it stands, or unescaped into the document's own memory. */
  private string(): bool {
    if (this.peek() != 34) return this.fail("expected a string");
    this.at++;
    const begin = this.at;
    let hasEscape = false;
    for (;;) {
      const c = this.peek();
      if (c == 34) break;
      if (c < 32) return this.fail(c < 0 ? "a string has no end" : "a control character in a string");
      if (c == 92) {
        hasEscape = true;
        this.at++;
        if (this.at == this.end) continue;
      }
      this.at++;
    }
    this.text = begin;
    this.textLen = <i32>(this.at - begin);
    if (!isUtf8(begin, this.textLen)) return this.fail("a string is not UTF-8");
    if (hasEscape) {
      this.text = this.document.arena.take(this.textLen);
      this.textLen = unescapeJson(begin, this.at, this.text);
      if (this.textLen < 0) return this.fail("a wrong escape in a string");
    }
    this.at++;
    return true;
  }

  // @ts-ignore: decorator
  @inline
  private peek(): i32 {
    return this.at < this.end ? <i32>load<u8>(this.at) : -1;
  }

  private space(): void {
    while (this.at < this.end && isSpace(load<u8>(this.at))) this.at++;
  }

  private fail(message: string): bool {
    let line = 1;
    let column = 1;
    for (let at = this.begin; at < this.at; at++) {
      const c = load<u8>(at);
      if (c == 10) {
        line++;
        column = 1;
      } else if ((c & 0xc0) != 0x80) column++;
    }
    const where = "is not JSON: line " + line.toString() + ", column " + column.toString() + ": ";
    this.faults.at(this.document.root, where + message);
    this.failed = true;
    return false;
  }
}

/** White space of JSON (RFC 8259, section 2). */
export function isSpace(c: u8): bool {
  return c == 32 || c == 10 || c == 13 || c == 9;
}

function isDigit(c: i32): bool {
  return c >= 48 && c <= 57;
}

function closer(container: Node): i32 {
  return container.kind == Kind.OBJECT ? 125 : 93;
}
