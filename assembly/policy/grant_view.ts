import { Privilege } from "./privilege";
import { View } from "./redaction_view";
import { Grant } from "./shares";
import { Show } from "./view";

/** Counted up whenever redaction changes what a view shows, so that clients fetch anew. */
const REDACTION_VERSION: u32 = 1;

/** True when the person sees less of the calendar's events than the server holds. */
export function isView(grant: Grant): bool {
  return !grant.keepAlarms || hidesClasses(grant);
}

/** True when the person sees no alarms, also of what they see in full otherwise. */
export function hidesAlarms(grant: Grant): bool {
  return !grant.keepAlarms || seesBusyOnly(grant);
}

/** True when the person sees some events redacted or not at all. */
export function hidesClasses(grant: Grant): bool {
  return seesBusyOnly(grant) || grant.privateEvents != Show.FULL || grant.confidentialEvents != Show.FULL;
}

/** True when it is by its CLASS that an event is shown in full, redacted or not at all. */
export function showsByClass(grant: Grant): bool {
  return hidesClasses(grant) && (!seesBusyOnly(grant) || hidesBusyTime(grant));
}

/** True when there may be objects that do not exist for the person: events of a hidden CLASS; tasks, for role `busy`. */
export function hidesObjects(grant: Grant): bool {
  return seesBusyOnly(grant) || hidesBusyTime(grant);
}

/** True when there may be events of which the person must not even learn that the time is taken. */
export function hidesBusyTime(grant: Grant): bool {
  return grant.privateEvents == Show.HIDE || grant.confidentialEvents == Show.HIDE;
}

/** True when every event is a "Busy" block to the person. */
export function seesBusyOnly(grant: Grant): bool {
  return (grant.privileges & Privilege.READ) == 0;
}

/** A number for what the person sees: the same for everybody who sees the same, another for every other view. */
export function viewCode(grant: Grant): u32 {
  const all = seesBusyOnly(grant);
  const most = all ? Show.BUSY : Show.FULL;
  let code: u32 = all ? 1 : 0;
  code |= ((<u32>min(grant.privateEvents, most)) << 1) | ((<u32>min(grant.confidentialEvents, most)) << 3);
  if (grant.keepAlarms && !all) code |= 32;
  return code | (REDACTION_VERSION << 8);
}

/** Fills `view` with what counts as busy time for the person: all but what they must not even learn to be busy. */
export function busyTimeOf(grant: Grant, view: View): void {
  view.all = false;
  view.privateEvents = grant.privateEvents == Show.HIDE ? Show.HIDE : Show.FULL;
  view.confidentialEvents = grant.confidentialEvents == Show.HIDE ? Show.HIDE : Show.FULL;
  view.keepAlarms = true;
  view.freeBusyOnly = false;
}

/** Fills `view` with what the person sees. */
export function viewOf(grant: Grant, view: View): void {
  view.all = seesBusyOnly(grant);
  view.privateEvents = grant.privateEvents;
  view.confidentialEvents = grant.confidentialEvents;
  view.keepAlarms = grant.keepAlarms;
  view.freeBusyOnly = false;
}
