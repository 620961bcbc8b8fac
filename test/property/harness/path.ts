import { ResourcePath } from "../../../assembly/dav/path";

/** A path reader for tests in Node. */

const path = new ResourcePath();

export function alloc(len: i32): usize {
  return heap.alloc(<usize>len);
}

export function free(ptr: usize): void {
  heap.free(ptr);
}

/** The number of segments, or -1 when the path is refused. */
export function parse(ptr: usize, len: i32): i32 {
  return path.parse(ptr, len) ? path.count : -1;
}

export function segmentPtr(i: i32): usize {
  return path.ptr(i);
}

export function segmentLen(i: i32): i32 {
  return path.len(i);
}

/** 1 for a collection, 2 for a query. */
export function flags(): i32 {
  return (path.isCollection ? 1 : 0) | (path.hasQuery ? 2 : 0);
}
