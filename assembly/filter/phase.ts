/** Where a request stands. */
export namespace Phase {
  export const HEADERS: i32 = 0;
  /** Held until its body is complete. */
  export const BODY: i32 = 1;
  /** Held until the server has said whether the password is right. */
  export const CHECK: i32 = 2;
  /** On its way; the response will be the server's. */
  export const PASSED: i32 = 3;
  /** Answered in the server's place; nothing more is to be done. */
  export const ANSWERED: i32 = 4;
  /** Held until it is known how the person sees the object that is to be written over or carried away. */
  export const GUARD: i32 = 5;
  /** Held until it is known which objects of the calendar do not exist for the person. */
  export const LISTING: i32 = 6;
  /** Held, before or after the server has answered, until the filter can answer a free-busy-query itself. */
  export const FREE_BUSY: i32 = 7;
  /** Held until another stream has the answer, or until the server has said whether the collection has changed. */
  export const CACHE: i32 = 8;
  /** The answer of the server is held until the calendar that it lists was looked at once more. */
  export const LISTING_AGAIN: i32 = 9;
}
