import { Arena } from "../bytes/arena";
import { Text } from "../bytes/text";

/** What a node of a document is; as bits, so that a set of kinds is a number. */
export namespace Kind {
  export const NULL: u8 = 1;
  export const BOOL: u8 = 2;
  export const NUMBER: u8 = 4;
  export const STRING: u8 = 8;
  export const LIST: u8 = 16;
  export const OBJECT: u8 = 32;
}

/** Objects and lists deeper than this are refused by both readers; a configuration needs six levels. */
export const MAX_DEPTH: i32 = 32;
/** More values than this are refused: at 28 bytes each they would take 56 MiB. 100,000 shares need 1.3 million. */
export const MAX_NODES: i32 = 1 << 21;

/**
 * One value of a document, in memory that the document owns: no object, only a pointer. Text and keys are UTF-8, and
 * point into the bytes that were read or into the document.
 */
// @ts-ignore: decorator
@unmanaged
export class Node {
  kind: u8;
  /** Set by the check against the schema: this value is of the kind and form that its place asks for. */
  valid: bool;
  /** Set by the check, for a word: its index in the schema's list of words. */
  word: u16;
  /** After the check, a key that the schema knows points at the schema's own text, so that it is found by address. */
  key: usize;
  keyLen: i32;
  parent: Node | null;
  next: Node | null;
  /** STRING: the text. LIST, OBJECT: `a` is the first child. BOOL: `b`. NUMBER: both, as the eight bytes of a double. */
  private a: usize;
  private b: i32;

  get text(): usize {
    return this.a;
  }

  get textLen(): i32 {
    return this.b;
  }

  setText(ptr: usize, len: i32): void {
    this.kind = Kind.STRING;
    this.a = ptr;
    this.b = len;
  }

  /** The text as a string, or "" for another kind: for what is kept as a string, and for faults. */
  get string(): string {
    return this.kind == Kind.STRING && this.b > 0 ? String.UTF8.decodeUnsafe(this.a, this.b) : "";
  }

  get keyString(): string {
    return this.keyLen > 0 ? String.UTF8.decodeUnsafe(this.key, this.keyLen) : "";
  }

  get isTrue(): bool {
    return this.kind == Kind.BOOL && this.b != 0;
  }

  setBool(value: bool): void {
    this.kind = Kind.BOOL;
    this.b = value ? 1 : 0;
  }

  get number(): f64 {
    return this.kind == Kind.NUMBER ? load<f64>(changetype<usize>(this) + offsetof<Node>("a")) : 0;
  }

  setNumber(value: f64): void {
    this.kind = Kind.NUMBER;
    store<f64>(changetype<usize>(this) + offsetof<Node>("a"), value);
  }

  /** Makes it an empty list or object. */
  setContainer(kind: u8): void {
    this.kind = kind;
    this.a = 0;
  }

  get first(): Node | null {
    return this.kind & (Kind.LIST | Kind.OBJECT) ? changetype<Node | null>(this.a) : null;
  }

  /** For the document alone. */
  setFirst(child: Node): void {
    this.a = changetype<usize>(child);
  }
}

/** The member of an object that was checked, whatever it holds; null when there is none. */
export function member(object: Node | null, key: Text): Node | null {
  if (object === null || object.kind != Kind.OBJECT) return null;
  for (let child = object.first; child !== null; child = after(child)) if (child.key == key.ptr) return child;
  return null;
}

/** The member of an object that was checked, when it passed itself; else null. */
export function usable(object: Node | null, key: Text): Node | null {
  const child = member(object, key);
  return child !== null && child.valid ? child : null;
}

/** The first child of a list or object; null when there is none. */
export function first(container: Node | null): Node | null {
  return container === null ? null : container.first;
}

/** The next sibling; null after the last. */
export function after(node: Node | null): Node | null {
  return node === null ? null : node.next;
}

/**
 * A tree of values as one run of nodes: what a Struct or a JSON text is read into. It keeps pointing into the bytes it
 * was read from, so they must outlive it; `free` gives its own memory back, and no node may be used after that.
 */
export class Document {
  readonly root: Node;
  /** Unescaped text. */
  readonly arena: Arena = new Arena();
  private blocks: usize[] = [];
  private at: usize = 0;
  private end: usize = 0;
  private count: i32 = 0;

  constructor() {
    this.root = changetype<Node>(0);
    this.root = this.take();
    this.root.setContainer(Kind.OBJECT);
  }

  /** Adds a value (null until it is set) after `last`, or as the first child of `parent`; null over the ceiling. */
  append(parent: Node, last: Node | null): Node | null {
    if (this.count >= MAX_NODES) return null;
    const node = this.take();
    node.parent = parent;
    if (last === null) parent.setFirst(node);
    else last.next = node;
    return node;
  }

  free(): void {
    this.arena.free();
    for (let i = 0; i < this.blocks.length; i++) heap.free(this.blocks[i]);
    this.blocks = [];
    this.at = 0;
    this.end = 0;
    this.count = MAX_NODES;
  }

  private take(): Node {
    if (this.at == this.end) {
      // Small configurations stay small: blocks double from 128 nodes to 32,768.
      const size = offsetof<Node>() * ((<usize>128) << (<usize>min(this.blocks.length, 8)));
      this.at = heap.alloc(size);
      memory.fill(this.at, 0, size);
      this.end = this.at + size;
      this.blocks.push(this.at);
    }
    const node = this.at;
    this.at += offsetof<Node>();
    this.count++;
    changetype<Node>(node).kind = Kind.NULL;
    return changetype<Node>(node);
  }
}
