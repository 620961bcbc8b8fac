import { BusyPeriods } from "../ical/busy_periods";

/** What the server is asked for, one after the other. */
export namespace FreeBusyStep {
  /** The events that lie in the range, recurring ones expanded. */
  export const EVENTS: i32 = 0;
  /** The VFREEBUSY components that somebody put into the calendar. */
  export const PERIODS: i32 = 1;
}

/** How far the filter's own answer to one free-busy-query has come. Used again for another. */
export class FreeBusyProgress {
  step: i32 = FreeBusyStep.EVENTS;
  /** The server was asked first, and has no such report. */
  isFallback: bool = false;
  /** What is known by now. */
  readonly periods: BusyPeriods = new BusyPeriods();

  begin(start: i64, end: i64, isFallback: bool): void {
    this.step = FreeBusyStep.EVENTS;
    this.isFallback = isFallback;
    this.periods.begin(start, end);
  }
}
