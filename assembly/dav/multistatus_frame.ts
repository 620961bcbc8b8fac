import { CalendarDataFilter } from "./multistatus_policy";

/** Responses within responses (RFC 3253, 3.8), at most. */
export const MAX_NESTED: i32 = 32;

/** What is known of one open DAV:response. */
export class ResponseFrame {
  /** The depth of its element. */
  depth: i32 = 0;
  /** Where its output begins while it may still be taken back, else -1. */
  mark: i64 = -1;
  /** Only hrefs were seen yet. */
  head: bool = true;
  /** Bytes of input in the head. */
  headBytes: i32 = 0;
  hrefs: i32 = 0;
  visible: i32 = 0;
  /** Where the decoded text of its href lies among those of all open responses; before it, how long they were. */
  hrefAt: i32 = 0;
  hrefLen: i32 = 0;
  hrefBase: i32 = 0;
  /** Properties seen that are answered by the filter itself. */
  privilegesSeen: bool = false;
  principalSeen: bool = false;
  aclSeen: bool = false;
  /** Its DAV:propstat elements, and how many of them were put out. */
  propstats: i32 = 0;
  propstatsKept: i32 = 0;
  /** Where the output of the open propstat begins while no property of it was kept, else -1. */
  propstatMark: i64 = -1;
  /** A property of the open propstat was taken out. */
  removed: bool = false;
  filter: CalendarDataFilter | null = null;

  begin(depth: i32, mark: i64, hrefBase: i32): void {
    this.depth = depth;
    this.mark = mark;
    this.head = true;
    this.headBytes = 0;
    this.hrefs = 0;
    this.visible = 0;
    this.hrefAt = hrefBase;
    this.hrefLen = 0;
    this.hrefBase = hrefBase;
    this.privilegesSeen = false;
    this.principalSeen = false;
    this.aclSeen = false;
    this.propstats = 0;
    this.propstatsKept = 0;
    this.propstatMark = -1;
    this.removed = false;
    this.filter = null;
  }
}

/** A frame for each level of nesting, to be used again and again. */
export function newFrames(): StaticArray<ResponseFrame> {
  const frames = new Array<ResponseFrame>();
  for (let i = 0; i < MAX_NESTED; i++) frames.push(new ResponseFrame());
  return StaticArray.fromArray(frames);
}
