/** What is done with the body of a response. */
export namespace Mode {
  /** It streams through unread. */
  export const PASS: i32 = 0;
  export const MULTISTATUS: i32 = 1;
  /** The filter answered in the server's place; what comes now is its own reply. */
  export const REPLACED: i32 = 2;
  /** Held, to be shown as a view does. */
  export const OBJECT: i32 = 3;
  /** XML that is no multistatus, such as a DAV:error: held until it is known what it names. */
  export const ERROR: i32 = 4;
  /** A multistatus, held until it is known of all that it names whether it exists for the person. */
  export const LISTING: i32 = 5;
}
