/** Responses within responses (RFC 3253, 3.8), at most. */
export const MAX_NESTED: i32 = 32;
/** Bytes of the head of a response or propstat that are held back, at most. */
export const MAX_HEAD: i64 = 64 << 10;

/** What is known of one open DAV:response. Frames lie in raw memory: they are looked at for every tag. */
@unmanaged
export class ResponseFrame {
  /** The depth of its element. */
  depth: i32;
  /** Where its output begins while it may still be taken back, else -1. */
  mark: i64;
  /** Only hrefs were seen yet. */
  head: bool;
  hrefs: i32;
  visible: i32;
  /** Where the decoded text of its href lies among those of all open responses; before it, how long they were. */
  hrefAt: i32;
  hrefLen: i32;
  hrefBase: i32;
  /** Properties seen that are answered by the filter itself. */
  privilegesSeen: bool;
  principalSeen: bool;
  aclSeen: bool;
  /** It may only be shown on proof that it may, and whether there was some. */
  needsProof: bool;
  isProven: bool;
  /** Its DAV:propstat elements, and how many of them were put out. */
  propstats: i32;
  propstatsKept: i32;
  /** Where the output of the open propstat begins while no property of it was kept, else -1. */
  propstatMark: i64;
  /** A property of the open propstat was taken out. */
  removed: bool;

  begin(depth: i32, mark: i64, hrefBase: i32): void {
    this.depth = depth;
    this.mark = mark;
    this.head = true;
    this.hrefs = 0;
    this.visible = 0;
    this.hrefAt = hrefBase;
    this.hrefLen = 0;
    this.hrefBase = hrefBase;
    this.privilegesSeen = false;
    this.principalSeen = false;
    this.aclSeen = false;
    this.needsProof = false;
    this.isProven = false;
    this.propstats = 0;
    this.propstatsKept = 0;
    this.propstatMark = -1;
    this.removed = false;
  }
}

/**
 * The responses that are open, outermost first, and how long each of them may be held back. It lies outside of garbage
 * collection, since it is asked for every tag, and lives as long as the module.
 */
@unmanaged
export class ResponseStack {
  /** How many are open. */
  open: i32 = 0;
  /** Bytes of one response held while its calendar-data is filtered, at most. */
  maxHeld: i32 = 0;
  /** Up to this position of the output, whatever is held back is within its bounds. */
  checkAt: i64 = i64.MAX_VALUE;
  private frames: usize = heap.alloc(<usize>MAX_NESTED * offsetof<ResponseFrame>());

  clear(): void {
    this.open = 0;
    this.checkAt = i64.MAX_VALUE;
  }

  /** The innermost; there must be one. */
  // @ts-ignore: decorator
  @inline
  get last(): ResponseFrame {
    return this.at(this.open - 1);
  }

  // @ts-ignore: decorator
  @inline
  at(level: i32): ResponseFrame {
    return changetype<ResponseFrame>(this.frames + <usize>level * offsetof<ResponseFrame>());
  }

  /** Enters a response whose output begins at `position`. False when it is nested too deep. */
  enter(depth: i32, position: i64, hrefBase: i32): bool {
    if (this.open >= MAX_NESTED) return false;
    this.at(this.open++).begin(depth, position, hrefBase);
    this.watch(position + MAX_HEAD);
    return true;
  }

  /** Looks again when the output has passed `limit`. */
  // @ts-ignore: decorator
  @inline
  watch(limit: i64): void {
    if (limit < this.checkAt) this.checkAt = limit;
  }

  /**
   * Lets go of propstats that have become too much to hold, and gives the level of the response that has, or -1. Sees
   * too how far the output may go on from `position`.
   */
  tooLong(position: i64): i32 {
    this.checkAt = i64.MAX_VALUE;
    for (let i = 0; i < this.open; i++) {
      const frame = this.at(i);
      if (frame.mark >= 0) {
        const limit = frame.mark + <i64>(frame.head ? MAX_HEAD : this.maxHeld);
        if (position > limit) return i;
        this.watch(limit);
      }
      if (frame.propstatMark < 0) continue;
      const limit = frame.propstatMark + MAX_HEAD;
      if (position > limit) frame.propstatMark = -1;
      else this.watch(limit);
    }
    return -1;
  }

  /** The position from which on the output may still be taken back, or -1. */
  heldFrom(): i64 {
    for (let i = 0; i < this.open; i++) {
      const frame = this.at(i);
      if (frame.mark >= 0) return frame.mark;
      if (frame.propstatMark >= 0) return frame.propstatMark;
    }
    return -1;
  }
}
