/** What an open element is to the rewriter. */
export namespace Role {
  /** Anything that is passed on with all that is in it. */
  export const OTHER: u8 = 0;
  export const MULTISTATUS: u8 = 1;
  export const RESPONSE: u8 = 2;
  /** The DAV:href that a response begins with. */
  export const HREF: u8 = 3;
  export const PROPSTAT: u8 = 4;
  export const PROP: u8 = 5;
  /** A calendar-data that goes through a filter. */
  export const CALENDAR_DATA: u8 = 6;
  /** A property that is replaced, and what stands in it. */
  export const REPLACED: u8 = 7;
  /** A DAV:error and what stands in it, but for the hrefs. */
  export const ERROR: u8 = 8;
  export const ERROR_HREF: u8 = 9;
}

/** One more than the deepest element, and the place above the root. */
const MAX_ROLES: i32 = 1026;

/** Memory for the roles of the open elements, by depth; it is never freed. */
export function newRoles(): usize {
  return heap.alloc(<usize>MAX_ROLES);
}

/** The role of the open element at a depth, in the memory that `newRoles` gave. */
// @ts-ignore: decorator
@inline
export function roleOf(roles: usize, depth: i32): u8 {
  return load<u8>(roles + <usize>depth);
}

// @ts-ignore: decorator
@inline
export function setRole(roles: usize, depth: i32, role: u8): void {
  store<u8>(roles + <usize>depth, role);
}
