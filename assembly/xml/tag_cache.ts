import { XmlTag } from "./tag";

/** A power of two. */
const SLOTS: i32 = 64;

/** A start tag without attributes that was parsed before, where the same declarations were in scope. */
@unmanaged
class Known {
  /** The bytes between `<` and `>`, zeros behind them. */
  lo: u64;
  hi: u64;
  version: u32;
  namespace: i32;
  binding: i32;
  symbol: i32;
  nameLen: i32;
  prefixLen: i32;
  selfClosing: bool;
}

/** The first `len` bytes of the lower eight of sixteen. */
export function lowBytes(bytes: u64, len: i32): u64 {
  const shift: u64 = len << 3;
  return len >= 8 ? bytes : bytes & ~(u64.MAX_VALUE << shift);
}

/** The first `len` bytes of sixteen, as far as they are among the upper eight. */
export function highBytes(bytes: u64, len: i32): u64 {
  return len > 8 ? lowBytes(bytes, len - 8) : 0;
}

/**
 * Remembers start tags of up to 15 bytes between the angle brackets: a multistatus is made of a dozen of them, again
 * and again, and to know one by its bytes is much faster than to take it apart.
 * It lies outside of garbage collection, and lives as long as the module.
 */
@unmanaged
export class TagCache {
  private slots: usize = heap.alloc(<usize>SLOTS * offsetof<Known>());

  constructor() {
    memory.fill(this.slots, 0, <usize>SLOTS * offsetof<Known>());
  }

  /** Fills in `tag` as parsing the tag at `start` would have done; false when it is not known. */
  // @ts-ignore: decorator
  @inline
  recall(start: usize, lo: u64, hi: u64, version: u32, tag: XmlTag): bool {
    const known = this.slot(lo, hi);
    if (known.lo != lo || known.hi != hi || known.version != version) return false;
    const name = start + 1;
    tag.name = name;
    tag.nameLen = known.nameLen;
    tag.prefixLen = known.prefixLen;
    const skip = known.prefixLen > 0 ? known.prefixLen + 1 : 0;
    tag.local = name + <usize>skip;
    tag.localLen = known.nameLen - skip;
    tag.namespace = known.namespace;
    tag.binding = known.binding;
    tag.symbol = known.symbol;
    tag.selfClosing = known.selfClosing;
    tag.forgetAttributes();
    return true;
  }

  /** Remembers what the tag was taken apart to. */
  remember(lo: u64, hi: u64, version: u32, tag: XmlTag): void {
    const known = this.slot(lo, hi);
    known.lo = lo;
    known.hi = hi;
    known.version = version;
    known.namespace = tag.namespace;
    known.binding = tag.binding;
    known.symbol = tag.symbol;
    known.nameLen = tag.nameLen;
    known.prefixLen = tag.prefixLen;
    known.selfClosing = tag.selfClosing;
  }

  // @ts-ignore: decorator
  @inline
  private slot(lo: u64, hi: u64): Known {
    const mixed = (lo ^ rotl<u64>(hi, 29)) * 0x9e3779b97f4a7c15;
    return changetype<Known>(this.slots + <usize>(mixed >> 58) * offsetof<Known>());
  }
}
