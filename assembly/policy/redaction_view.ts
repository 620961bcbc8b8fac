import { Show } from "./view";

/** What a person sees of one calendar: the sum of the shares that match (contract, section 5). */
export class View {
  /** Role `busy`: every event is redacted, whatever its CLASS. */
  all: bool = false;
  /** How objects with CLASS:PRIVATE are shown, and those of a CLASS that nobody knows: a `Show`. */
  privateEvents: u8 = Show.BUSY;
  /** How objects with CLASS:CONFIDENTIAL are shown: a `Show`. */
  confidentialEvents: u8 = Show.BUSY;
  /** Alarms stay in objects that are shown in full. */
  keepAlarms: bool = false;
  /** Only VFREEBUSY passes, redacted: to check a server's answer to CALDAV:free-busy-query. */
  freeBusyOnly: bool = false;

  /** True when objects may be shown in part or not at all, depending on their CLASS or not. */
  get redacts(): bool {
    return this.all || this.freeBusyOnly || this.privateEvents != Show.FULL || this.confidentialEvents != Show.FULL;
  }

  /** True when nothing is changed: the text can pass without being read. */
  get isFull(): bool {
    return this.keepAlarms && !this.redacts;
  }
}
