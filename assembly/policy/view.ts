/**
 * What a person sees of the events of a calendar (contract, section 5): how events of each CLASS are shown, and whether
 * alarms stay. Larger is more open, so overlapping shares add up by `max`.
 */
export namespace Show {
  export const HIDE: u8 = 0;
  export const BUSY: u8 = 1;
  export const FULL: u8 = 2;
}
