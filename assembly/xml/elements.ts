import { highBytes, lowBytes } from "./tag_cache";

/** The nesting that is supported at all. */
export const MAX_DEPTH: i32 = 1024;
/** Bytes of the names of all open elements that are longer than 16 bytes, at most. */
const MAX_BYTES: i32 = 128 << 10;
const SHORT: i32 = 16;

@unmanaged
class Element {
  /** The name as written, if it is at most 16 bytes long, zeros behind it. */
  lo: u64;
  hi: u64;
  /** Where it is among the bytes kept, if it is longer. */
  at: i32;
  len: i32;
  prefixLen: i32;
  namespace: i32;
  /** The declarations in scope outside of it. */
  scope: i32;
}

/**
 * The elements that are open, outermost first, with their names as written. It keeps copies. It lies outside of garbage
 * collection, since it is asked for every tag, and lives as long as the module.
 */
@unmanaged
export class OpenElements {
  depth: i32 = 0;
  private elements: usize = 0;
  /** Elements that there is room for. */
  private capacity: i32 = 0;
  /** The innermost. */
  private top: usize = 0;
  /** Names longer than 16 bytes, taken from the heap when the first one comes. */
  private kept: usize = 0;
  private used: i32 = 0;

  open(): void {
    this.depth = 0;
    this.top = this.elements - offsetof<Element>();
    this.used = 0;
  }

  /**
   * Enters an element: its name as written, the length of its prefix (0: none), its namespace, and how many namespace
   * declarations are in scope outside of it. False when that is too deep, or the names too long.
   */
  push(name: usize, len: i32, prefixLen: i32, namespace: i32, scope: i32): bool {
    if (len > SHORT && len > MAX_BYTES - this.used) return false;
    if (!this.pushShort(0, 0, len, prefixLen, namespace, scope)) return false;
    if (len > SHORT) {
      if (this.kept == 0) this.kept = heap.alloc(MAX_BYTES);
      this.used += len;
    }
    memory.copy(this.namePtr, name, <usize>len);
    return true;
  }

  /** As `push`, for a name of at most 16 bytes, given in two halves. */
  // @ts-ignore: decorator
  @inline
  pushShort(lo: u64, hi: u64, len: i32, prefixLen: i32, namespace: i32, scope: i32): bool {
    if (this.depth == this.capacity && !this.grow()) return false;
    this.depth++;
    this.top += offsetof<Element>();
    const element = this.innermost;
    element.lo = lo;
    element.hi = hi;
    element.at = this.used;
    element.len = len;
    element.prefixLen = prefixLen;
    element.namespace = namespace;
    element.scope = scope;
    return true;
  }

  private grow(): bool {
    if (this.capacity == MAX_DEPTH) return false;
    this.capacity = this.capacity == 0 ? 32 : this.capacity * 2;
    const size = <usize>this.capacity * offsetof<Element>();
    this.elements = this.elements == 0 ? heap.alloc(size) : heap.realloc(this.elements, size);
    this.top = this.elements + (<usize>this.depth - 1) * offsetof<Element>();
    return true;
  }

  /** Leaves the innermost element; there must be one. Gives the number of declarations in scope outside of it. */
  // @ts-ignore: decorator
  @inline
  pop(): i32 {
    const element = this.innermost;
    this.depth--;
    this.top -= offsetof<Element>();
    this.used = element.at;
    return element.scope;
  }

  // @ts-ignore: decorator
  @inline
  private get innermost(): Element {
    return changetype<Element>(this.top);
  }

  /** The name of the innermost element as written; there must be one, and it is valid until the next `push`. */
  get namePtr(): usize {
    return this.nameLen > SHORT ? this.kept + <usize>this.innermost.at : this.top;
  }

  // @ts-ignore: decorator
  @inline
  get nameLen(): i32 {
    return this.innermost.len;
  }

  get namespace(): i32 {
    return this.innermost.namespace;
  }

  get localPtr(): usize {
    const skip = this.innermost.prefixLen;
    return this.namePtr + <usize>(skip > 0 ? skip + 1 : <i32>0);
  }

  get localLen(): i32 {
    const element = this.innermost;
    return element.prefixLen > 0 ? element.len - element.prefixLen - 1 : element.len;
  }

  /** True when the bytes are the name of the innermost element. */
  isName(p: usize, len: i32): bool {
    return this.depth > 0 && this.nameLen == len && memory.compare(this.namePtr, p, <usize>len) == 0;
  }

  /** As `isName`, for the name that the 16 bytes at `p` begin with; false for a longer one. */
  // @ts-ignore: decorator
  @inline
  isShortName(p: usize): bool {
    const element = this.innermost;
    const len = element.len;
    return len <= SHORT && lowBytes(load<u64>(p), len) == element.lo && highBytes(load<u64>(p, 8), len) == element.hi;
  }
}
