import { Resource, ResourceKind } from "../dav/layout";
import { GroupTable } from "./groups";
import { Person } from "./person";
import { Privilege } from "./privilege";
import { Grant, ShareTable } from "./shares";
import { Show } from "./view";
import { Subject } from "./subject";

/**
 * What `person` has on `resource`: everything on what is their own, what the shares give on other people's calendars,
 * and nothing on anything else. Scheduling boxes are the owner's alone, whatever a share says. `now` is ms since 1970.
 */
export function rightsOn(
  shares: ShareTable,
  groups: GroupTable,
  person: Person,
  resource: Resource,
  now: i64,
  grant: Grant,
): void {
  grant.clear();
  if (resource.kind == ResourceKind.OUTSIDE || resource.kind == ResourceKind.CONTEXT) return;
  if (person.is(resource.user)) {
    grantAll(grant);
    return;
  }
  if (resource.isScheduling) return;
  if (resource.kind != ResourceKind.CALENDAR && resource.kind != ResourceKind.OBJECT) return;
  collect(shares, resource, Subject.ANYONE, 0, 0, now, grant);
  if (!person.isSignedIn) return;
  collect(shares, resource, Subject.AUTHENTICATED, 0, 0, now, grant);
  collect(shares, resource, Subject.USER, person.name.ptr, person.name.len, now, grant);
  if (!shares.names(Subject.GROUP)) return;
  for (let i = 0; i < person.groups; i++) {
    collect(shares, resource, Subject.GROUP, person.groupPtr(i), person.groupLen(i), now, grant);
  }
  const name = person.name;
  for (let at = groups.first(name.ptr, name.len); at != 0; at = groups.next(at, name.ptr, name.len)) {
    collect(shares, resource, Subject.GROUP, groups.groupPtr(at), groups.groupLen(at), now, grant);
  }
}

/** What `anyone` has on the resource, signed in or not. */
export function publicRightsOn(shares: ShareTable, resource: Resource, now: i64, grant: Grant): void {
  grant.clear();
  if (resource.isScheduling) return;
  if (resource.kind != ResourceKind.CALENDAR && resource.kind != ResourceKind.OBJECT) return;
  collect(shares, resource, Subject.ANYONE, 0, 0, now, grant);
}

/** What a calendar's owner always has. */
export function grantAll(grant: Grant): void {
  grant.privileges = Privilege.ALL;
  grant.privateEvents = Show.FULL;
  grant.confidentialEvents = Show.FULL;
  grant.keepAlarms = true;
  grant.until = 0;
}

function collect(
  shares: ShareTable,
  resource: Resource,
  subject: u8,
  name: usize,
  len: i32,
  now: i64,
  grant: Grant,
): void {
  const user = resource.user;
  const calendar = resource.calendar;
  shares.collect(user.ptr, user.len, calendar.ptr, calendar.len, subject, name, len, now, grant);
}
