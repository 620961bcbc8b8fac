import { Writer } from "../bytes/writer";

/** The nesting that is supported at all. */
export const MAX_DEPTH: i32 = 1024;
/** Bytes of the names of all open elements together, at most. */
const MAX_BYTES: i32 = 128 << 10;

@unmanaged
class Element {
  /** The offset of the name as written in the bytes kept, and its length. */
  at: i32;
  len: i32;
  prefixLen: i32;
  namespace: i32;
  /** The declarations in scope outside of it. */
  scope: i32;
}

/** The elements that are open, outermost first, with their names as written. It keeps copies. */
export class OpenElements {
  depth: i32 = 0;
  private elements: usize = heap.alloc(<usize>MAX_DEPTH * offsetof<Element>());
  private kept: Writer = new Writer(MAX_BYTES);

  open(): void {
    this.depth = 0;
    this.kept.reset();
  }

  /**
   * Enters an element: its name as written, the length of its prefix (0: none), its namespace, and how many namespace
   * declarations are in scope outside of it. False when that is too deep, or the names too long.
   */
  push(name: usize, len: i32, prefixLen: i32, namespace: i32, scope: i32): bool {
    if (this.depth >= MAX_DEPTH || !this.kept.reserve(len)) return false;
    const element = changetype<Element>(this.elements + <usize>this.depth * offsetof<Element>());
    this.depth++;
    element.at = this.kept.len;
    element.len = len;
    element.prefixLen = prefixLen;
    element.namespace = namespace;
    element.scope = scope;
    this.kept.bytes(name, len);
    return true;
  }

  /** Leaves the innermost element; there must be one. Gives the number of declarations in scope outside of it. */
  pop(): i32 {
    const element = this.top;
    this.depth--;
    this.kept.len = element.at;
    return element.scope;
  }

  // @ts-ignore: decorator
  @inline
  private get top(): Element {
    return changetype<Element>(this.elements + <usize>(this.depth - 1) * offsetof<Element>());
  }

  /** The name of the innermost element as written; there must be one, and it is valid until the next `push`. */
  get namePtr(): usize {
    return this.kept.ptr + <usize>this.top.at;
  }

  get nameLen(): i32 {
    return this.top.len;
  }

  get namespace(): i32 {
    return this.top.namespace;
  }

  get localPtr(): usize {
    const skip = this.top.prefixLen;
    return this.namePtr + <usize>(skip > 0 ? skip + 1 : <i32>0);
  }

  get localLen(): i32 {
    const element = this.top;
    return element.prefixLen > 0 ? element.len - element.prefixLen - 1 : element.len;
  }

  /** True when the bytes are the name of the innermost element. */
  isName(p: usize, len: i32): bool {
    return this.depth > 0 && this.top.len == len && memory.compare(this.namePtr, p, <usize>len) == 0;
  }
}
