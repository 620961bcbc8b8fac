import { Slice } from "../bytes/slice";
import { Resource } from "./layout";
import { Method } from "./method";
import { ResourcePath } from "./path";

/** The `Depth` header (RFC 4918, 10.2). */
export namespace Depth {
  export const ABSENT: i32 = 0;
  export const ZERO: i32 = 1;
  export const ONE: i32 = 2;
  export const INFINITY: i32 = 3;
  export const INVALID: i32 = 4;
}

/** What came of reading the `Destination` header. */
export namespace Destination {
  export const ABSENT: i32 = 0;
  export const HERE: i32 = 1;
  /** Another authority: 502 (RFC 4918, 9.8.5). */
  export const ELSEWHERE: i32 = 2;
  /** Not a URI, or an ambiguous path. */
  export const INVALID: i32 = 3;
}

/** What the kind of the body, by Content-Type, says of a POST. */
export namespace PostKind {
  export const OTHER: i32 = 0;
  /** text/calendar: a new member (RFC 5995) or a scheduling message (RFC 6638). */
  export const CALENDAR: i32 = 1;
  /** XML: a sharing request. */
  export const XML: i32 = 2;
}

/** The facts of a request that decisions are made of. Reused: `clear` first. */
export class Request {
  method: i32 = Method.OTHER;
  /** False when the path is ambiguous. */
  pathIsPlain: bool = false;
  readonly path: ResourcePath = new ResourcePath();
  readonly resource: Resource = new Resource();
  depth: i32 = Depth.ABSENT;
  /** RFC 4918, 10.6: anything but `F` may overwrite. */
  overwrite: bool = true;
  destinationState: i32 = Destination.ABSENT;
  readonly destinationPath: ResourcePath = new ResourcePath();
  readonly destination: Resource = new Resource();
  /** Headers that must not be there twice were. */
  hasDuplicates: bool = false;
  hasIfMatch: bool = false;
  /** If-Match is `*`. */
  matchesAny: bool = false;
  hasContentEncoding: bool = false;
  /** -1 when there is none; -2 when it is no number. */
  contentLength: i64 = -1;
  post: i32 = PostKind.OTHER;
  /** The Content-Type names no other charset. */
  isUtf8: bool = true;
  /** The range of a free-busy-query, in seconds since 1970; open at an end that is MIN_VALUE or MAX_VALUE. */
  rangeStart: i64 = i64.MIN_VALUE;
  rangeEnd: i64 = i64.MAX_VALUE;
  /** The `If` header, scratch memory; empty when there is none. */
  readonly ifHeader: Slice = new Slice();

  /** Gives memory back that is more than `keep` bytes a path. */
  release(keep: i32): void {
    this.path.release(keep);
    this.destinationPath.release(keep);
  }

  clear(): void {
    this.method = Method.OTHER;
    this.pathIsPlain = false;
    this.resource.clear();
    this.destination.clear();
    this.depth = Depth.ABSENT;
    this.overwrite = true;
    this.destinationState = Destination.ABSENT;
    this.hasDuplicates = false;
    this.hasIfMatch = false;
    this.matchesAny = false;
    this.hasContentEncoding = false;
    this.contentLength = -1;
    this.post = PostKind.OTHER;
    this.isUtf8 = true;
    this.rangeStart = i64.MIN_VALUE;
    this.rangeEnd = i64.MAX_VALUE;
    this.ifHeader.clear();
  }
}
