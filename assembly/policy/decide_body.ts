import { equal, Slice, startsWith } from "../bytes/slice";
import { text, Text } from "../bytes/text";
import { Writer } from "../bytes/writer";
import { escapeText } from "../xml/escape";
import { Config, Server } from "../config/config";
import { Resource, ResourceKind } from "../dav/layout";
import { Method } from "../dav/method";
import { ResourcePath } from "../dav/path";
import { readReference } from "../dav/reference";
import { BodyKind, isMultiget, isPrincipalReport } from "../dav/report";
import { Destination } from "../dav/request";
import { Asked, RequestBody } from "../dav/request_body";
import { Case } from "./decide";
import { hidesBusyTime, hidesClasses, hidesObjects, isView, showsByClass, viewCode } from "./grant_view";
import { Precondition, Reason, Verdict } from "./decision";
import { Privilege } from "./privilege";
import { rightsOn } from "./rights";
import { Grant } from "./shares";
import { decodeSyncToken, VIEW_TOKEN } from "../dav/sync_token";
import { ViewTags } from "./view_tag";
import { XmlError } from "../xml/error";

/**
 * What becomes of a request body: which parts of it are cut before the server gets it, and which hrefs are answered in
 * the server's place. Reused by all streams, one after the other.
 */
export class BodyPlan {
  /** The body that goes on, when `isRewritten`. */
  readonly rewritten: Writer = new Writer(64 << 20);
  /** An href of a multiget that stays lies outside of the collection that was asked. */
  leavesCollection: bool = false;
  isRewritten: bool = false;
  /** The hrefs that are not there for this person, escaped for XML, each ended by a NUL. */
  readonly notFound: Writer = new Writer(64 << 20);
  kept: i32 = 0;
  /** One byte for each href of a multiget: 1 when it is dropped. */
  readonly drops: Writer = new Writer(1 << 20);
  dropped: i32 = 0;
  /** The server must send whole objects, whatever part of them was asked for. */
  cutsSelections: bool = false;
  /** The server is asked for calendar-data that the client did not ask for: only it tells what may be seen. */
  addsData: bool = false;
  /** As `addsData`, for getetag: what was seen of an object holds for one entity tag. */
  addsTag: bool = false;
  /** The server's sync-token that takes the place of a view's. */
  readonly syncToken: Writer = new Writer(16 << 10);

  clear(): void {
    this.drops.reset();
    this.dropped = 0;
    this.cutsSelections = false;
    this.addsData = false;
    this.addsTag = false;
    this.syncToken.reset();
    this.rewritten.release(64 << 10);
    this.leavesCollection = false;
    this.notFound.release(64 << 10);
    this.isRewritten = false;
    this.kept = 0;
  }
}

const CALENDAR_DATA: Text = text('<x-c:calendar-data xmlns:x-c="urn:ietf:params:xml:ns:caldav"/>');
const GETETAG: Text = text('<x-d:getetag xmlns:x-d="DAV:"/>');
const ALLPROP: Text = text('<x-d:allprop xmlns:x-d="DAV:"/>');
const PROP_OPEN: Text = text('<x-d:prop xmlns:x-d="DAV:">');
/** Those of an object that a view shows. */
const ALL_PROPERTIES: Text = text(
  "<x-d:resourcetype/><x-d:getetag/><x-d:getcontenttype/><x-d:getlastmodified/><x-d:creationdate/>",
);
const PROP_CLOSE: Text = text("</x-d:prop>");
const path = new ResourcePath();
const resource = new Resource();
const grant = new Grant();
const href = new Slice();

/**
 * Decides with the body what `decide` left open, after `body` was read from `ptr`/`len`. The outcome is in
 * `it.decision` and, for bodies that must change, in `plan`. `authority` is the client's own; `tags` maps a view's.
 */
export function decideBody(
  config: Config,
  it: Case,
  body: RequestBody,
  ptr: usize,
  len: i32,
  authority: Slice,
  tags: ViewTags,
  plan: BodyPlan,
): void {
  plan.clear();
  const decision = it.decision;
  const method = it.request.method;
  if (method != Method.REPORT) {
    if (!matches(method, body.kind)) return decision.refuse(400, Reason.BAD_BODY);
    if (decision.hidesObjects && body.isAmbiguous) return decision.refuse(400, Reason.BAD_BODY);
    // All properties have DAV:getetag among them (RFC 4918, 9.1).
    plan.addsTag = decision.hidesObjects && body.asked != Asked.ALLPROP && !body.asksEntityTag && body.askedEnd != 0;
    return rewriteBody(it, body, ptr, len, plan);
  }
  const kind = body.kind;
  if (kind <= BodyKind.LOCKINFO) {
    return decision.refuseWith(Precondition.SUPPORTED_REPORT, Reason.UNKNOWN_REPORT);
  }
  if (body.isAmbiguous) return decision.refuse(400, Reason.BAD_BODY);
  if (it.request.resource.kind != ResourceKind.OUTSIDE) {
    decideReport(it, kind);
    if (decision.verdict != Verdict.PASS) return;
    if (kind == BodyKind.FREE_BUSY_QUERY) return decideFreeBusy(it, body);
  } else if (kind < BodyKind.SYNC_COLLECTION) {
    return decision.refuseWith(Precondition.SUPPORTED_REPORT, Reason.UNKNOWN_REPORT);
  }
  // These tell of other resources than the one they are asked of. Of a calendar, some servers list the objects, without
  // what tells which of them are hidden.
  if (isPrincipalReport(kind)) {
    if (decision.isView) return decision.refuseWith(Precondition.SUPPORTED_REPORT, Reason.UNKNOWN_REPORT);
    decision.rewrites = true;
  }
  if (kind == BodyKind.SYNC_COLLECTION && !decideSyncToken(it, body, tags, plan)) {
    return decision.refuseWith(Precondition.VALID_SYNC_TOKEN, Reason.PRECONDITION);
  }
  if (isMultiget(kind)) decideMultiget(config, it, body, authority, plan);
  else if (decision.isView) decideView(config, it, body, plan);
  // CardDAV filters are not looked into, nor is address-data, in which a server may give an event all the same.
  if (decision.isView && kind >= BodyKind.ADDRESSBOOK_QUERY) {
    return decision.refuseWith(Precondition.SUPPORTED_REPORT, Reason.UNKNOWN_REPORT);
  }
  // The names of properties come without what tells of which objects they may come.
  if ((plan.addsData || plan.addsTag) && (body.asked == Asked.PROPNAME || body.askedEnd == 0)) {
    return decision.refuseWith(Precondition.SUPPORTED_CALENDAR_DATA, Reason.HIDDEN_PROPERTY);
  }
  if (decision.verdict != Verdict.REFUSE) rewriteBody(it, body, ptr, len, plan);
}

/**
 * A view has sync-tokens of its own: its own is mapped back to the server's, and any other is no longer valid (RFC 6578,
 * 3.2), so that the client fetches anew what it sees otherwise now. The same for a view's token in the hands of somebody
 * who sees all.
 */
function decideSyncToken(it: Case, body: RequestBody, tags: ViewTags, plan: BodyPlan): bool {
  const token = body.syncToken;
  if (token.len == 0) return true;
  if (!it.decision.isView) return !startsWith(token.ptr, token.len, VIEW_TOKEN);
  plan.syncToken.reset();
  return decodeSyncToken(tags, viewCode(it.grant), token.ptr, token.len, plan.syncToken);
}

/** True for the body that the method takes; no body at all is right for all but REPORT and PROPPATCH. */
function matches(method: i32, kind: i32): bool {
  switch (method) {
    case Method.PROPFIND:
      return kind == BodyKind.NONE || kind == BodyKind.PROPFIND;
    case Method.PROPPATCH:
      return kind == BodyKind.PROPERTYUPDATE;
    case Method.MKCALENDAR:
      return kind == BodyKind.NONE || kind == BodyKind.MKCALENDAR;
    case Method.MKCOL:
      return kind == BodyKind.NONE || kind == BodyKind.MKCOL || kind == BodyKind.MKCALENDAR;
    case Method.LOCK:
      return kind == BodyKind.NONE || kind == BodyKind.LOCKINFO;
    default:
      return kind == BodyKind.NONE;
  }
}

function decideReport(it: Case, kind: i32): void {
  const decision = it.decision;
  const where = it.request.resource.kind;
  const privileges = it.grant.privileges;
  const sees = (privileges & (Privilege.READ | Privilege.READ_BUSY)) != 0;
  if (isPrincipalReport(kind) && !it.person.isSignedIn) return decision.refuse(401, Reason.NOT_SIGNED_IN);
  if (where == ResourceKind.CONTEXT) {
    if (isPrincipalReport(kind)) return;
    return decision.refuseWith(Precondition.SUPPORTED_REPORT, Reason.UNKNOWN_REPORT);
  }
  if (kind == BodyKind.FREE_BUSY_QUERY) {
    if (privileges & Privilege.READ_FREE_BUSY) return;
  } else if (sees) return;
  if (it.person.isSignedIn) decision.refuse(404, Reason.NOT_READABLE);
  else decision.refuse(401, Reason.NOT_SIGNED_IN);
}

/** A free-busy-query (RFC 4791, 7.10) by somebody who may ask for it. */
function decideFreeBusy(it: Case, body: RequestBody): void {
  const decision = it.decision;
  const request = it.request;
  if (body.timeRanges != 1) return decision.refuse(400, Reason.BAD_BODY);
  if (!body.timeRange.isValid) return decision.refuseWith(Precondition.VALID_FILTER, Reason.BAD_BODY);
  request.rangeStart = body.timeRange.start;
  request.rangeEnd = body.timeRange.end;
  // Also of the owner's answer it has to be known whether the server has the report.
  decision.rewrites = true;
  if (!hidesBusyTime(it.grant)) return;
  // The server counts hidden events as busy time, and nothing in its answer says which.
  if (request.resource.kind == ResourceKind.CALENDAR) return answerFreeBusy(it);
  decision.refuseWith(Precondition.SUPPORTED_REPORT, Reason.HIDDEN_PROPERTY);
}

/**
 * Has the free-busy-query of a calendar answered by the filter. What takes no end would need an answer without end: it
 * is refused.
 */
export function answerFreeBusy(it: Case): void {
  const request = it.request;
  if (request.rangeStart == i64.MIN_VALUE || request.rangeEnd == i64.MAX_VALUE) {
    return it.decision.refuseWith(Precondition.NUMBER_OF_MATCHES, Reason.BAD_BODY);
  }
  it.decision.answersFreeBusy = true;
  it.decision.hidesObjects = hidesBusyTime(it.grant);
}

/**
 * Every href by itself: what the person may not see never reaches the server (contract, section 3). A reference that
 * cannot be read for sure stands for nothing.
 */
function decideMultiget(config: Config, it: Case, body: RequestBody, authority: Slice, plan: BodyPlan): void {
  const decision = it.decision;
  if (body.tooManyHrefs) return decision.refuseWith(Precondition.NUMBER_OF_MATCHES, Reason.TOO_MANY_HREFS);
  let needsClass = false;
  for (let i = 0; i < body.hrefs; i++) {
    body.hrefText(i, href);
    const seen = maySeeReference(config, it, href, authority);
    plan.drops.byte(seen ? 0 : 1);
    if (seen) {
      plan.kept++;
      if (!isWithin(it.request.resource, resource)) plan.leavesCollection = true;
      if (it.person.is(resource.user)) continue;
      decision.rewrites = true;
      if (resource.isInCalendar && isView(grant)) decision.isView = true;
      if (resource.isInCalendar && hidesClasses(grant)) plan.cutsSelections = true;
      if (resource.isInCalendar && showsByClass(grant)) needsClass = true;
      if (resource.isInCalendar && hidesObjects(grant)) plan.addsData = !body.asksCalendarData;
    } else {
      plan.dropped++;
      decision.rewrites = true;
      escapeText(href.ptr, href.len, plan.notFound);
      plan.notFound.byte(0);
    }
  }
  if (needsClass && body.expands) return refuseExpand(it);
  if (plan.kept == 0 && plan.dropped > 0) decision.verdict = Verdict.ANSWER_MULTIGET;
}

/** Whether what lies at `inner` belongs to the collection that was asked. */
function isWithin(outer: Resource, inner: Resource): bool {
  const isSameUser = equal(outer.user.ptr, outer.user.len, inner.user.ptr, inner.user.len);
  if (!isSameUser || !outer.isInCalendar) return isSameUser;
  return equal(outer.calendar.ptr, outer.calendar.len, inner.calendar.ptr, inner.calendar.len);
}

function decideView(config: Config, it: Case, body: RequestBody, plan: BodyPlan): void {
  const decision = it.decision;
  const redacts = hidesClasses(it.grant);
  if (body.filtersAlarms || (redacts && body.filtersHidden)) {
    return decision.refuseWith(Precondition.SUPPORTED_FILTER, Reason.HIDDEN_PROPERTY);
  }
  if (!redacts) return;
  // Of a number of responses some would be hidden, and what is missing would tell of them.
  if (body.limitsMatches && hidesObjects(it.grant)) {
    return decision.refuseWith(Precondition.NUMBER_OF_MATCHES, Reason.HIDDEN_PROPERTY);
  }
  if (body.expands && showsByClass(it.grant)) return refuseExpand(it);
  plan.cutsSelections = true;
  if (body.kind == BodyKind.SYNC_COLLECTION && !sendsDataInSync(config.server)) {
    decision.hidesObjects = hidesObjects(it.grant) && it.request.resource.kind == ResourceKind.CALENDAR;
    plan.addsTag = decision.hidesObjects && !body.asksEntityTag;
    return;
  }
  // A private task is not shown, and when it is due cannot be asked for either.
  const hides = hidesObjects(it.grant) || body.kind == BodyKind.CALENDAR_QUERY;
  if (hides && holdsObjects(body.kind)) plan.addsData = !body.asksCalendarData;
}

/**
 * Takes out of the body the hrefs that are dropped and, for who sees some CLASS redacted, the selections inside of
 * calendar-data: a selection could leave out CLASS itself, so the server is asked for all, and the answer is cut on its
 * way back. A view's sync-token becomes the server's. All come in the order of the document.
 */
function rewriteBody(it: Case, body: RequestBody, ptr: usize, len: i32, plan: BodyPlan): void {
  const out = plan.rewritten;
  if (plan.drops.overflow || plan.syncToken.overflow) return it.decision.refuse(413, Reason.TOO_LARGE);
  const selectionCount = plan.cutsSelections ? body.selectionCount : 0;
  let token = plan.syncToken.len > 0 ? body.syncTokenStart : i32.MAX_VALUE;
  let data = plan.addsData || plan.addsTag ? body.askedStart : i32.MAX_VALUE;
  if (plan.dropped == 0 && selectionCount == 0 && token == i32.MAX_VALUE && data == i32.MAX_VALUE) return;
  plan.isRewritten = true;
  let at = 0;
  let selection = 0;
  let i = 0;
  for (;;) {
    while (i < plan.drops.len && load<u8>(plan.drops.ptr + <usize>i) == 0) i++;
    const hrefStart = i < plan.drops.len ? body.hrefStart(i) : i32.MAX_VALUE;
    const selectionStart = selection < selectionCount ? body.selectionStart(selection) : i32.MAX_VALUE;
    const next = min(min(hrefStart, selectionStart), min(token, data));
    if (next == i32.MAX_VALUE) break;
    out.bytes(ptr + <usize>at, next - at);
    if (next == data) {
      addProperty(body.asked, plan.addsTag ? GETETAG : CALENDAR_DATA, out);
      at = body.askedEnd;
      data = i32.MAX_VALUE;
    } else if (next == token) {
      escapeText(plan.syncToken.ptr, plan.syncToken.len, out);
      at = body.syncTokenEnd;
      token = i32.MAX_VALUE;
    } else at = next == hrefStart ? body.hrefEnd(i++) : body.selectionEnd(selection++);
  }
  out.bytes(ptr + <usize>at, len - at);
  if (out.overflow || plan.notFound.overflow) it.decision.refuse(413, Reason.TOO_LARGE);
}

/**
 * Asks for a property as well. What all properties are to a view is known (RFC 4918, 9.1: `allprop`); their names come
 * with values, of which only the filter sees anything.
 */
function addProperty(asked: i32, property: Text, out: Writer): void {
  if (asked == Asked.PROPNAME) return out.text(ALLPROP);
  if (asked != Asked.PROP) out.text(PROP_OPEN);
  if (asked == Asked.ALLPROP) out.text(ALL_PROPERTIES);
  out.text(property);
  if (asked != Asked.PROP) out.text(PROP_CLOSE);
}

/**
 * True for a server that is known to send calendar-data in a sync-collection. RFC 6578 does not ask for it, and Xandikos
 * does not: there the calendar is looked through before.
 */
function sendsDataInSync(server: i32): bool {
  switch (server) {
    case Server.RADICALE:
    case Server.DAVICAL:
    case Server.BAIKAL:
    case Server.NEXTCLOUD:
    case Server.CYRUS:
      return true;
    default:
      return false;
  }
}

/** True for the reports whose answers list calendar objects. */
function holdsObjects(kind: i32): bool {
  return kind == BodyKind.CALENDAR_QUERY || kind == BodyKind.CALENDAR_MULTIGET || kind == BodyKind.SYNC_COLLECTION;
}

/** An override outside of the range would not come along, and with it a CLASS that holds for the whole object. */
function refuseExpand(it: Case): void {
  it.decision.refuseWith(Precondition.SUPPORTED_CALENDAR_DATA, Reason.HIDDEN_PROPERTY);
}

/** Whether the reference names something that the person may see; what it names is left in `resource` and `grant`. */
function maySeeReference(config: Config, it: Case, text: Slice, authority: Slice): bool {
  resource.clear();
  if (readReference(text.ptr, text.len, authority.ptr, authority.len, path) != Destination.HERE) return false;
  config.layout.classify(path, resource);
  return maySee(config, it, path, resource, grant);
}

/**
 * Whether the person may see a resource, in a request body or a response. `grant` gets what the person has there when
 * it lies in a calendar. Principals and homes are their owner's alone; a path outside the layout is seen by whom
 * `other_paths` names.
 */
export function maySee(config: Config, it: Case, where: ResourcePath, what: Resource, has: Grant): bool {
  has.clear();
  if (what.kind == ResourceKind.CONTEXT) return it.person.isSignedIn;
  if (what.kind == ResourceKind.OUTSIDE) {
    const access = config.otherPaths.find(where);
    return access == 2 || (access == 1 && it.person.isSignedIn);
  }
  rightsOn(config.shares, config.groups, it.person, what, it.now, has);
  return (has.privileges & (Privilege.READ | Privilege.READ_BUSY)) != 0;
}

/** The decision about a body that could not be read, by its `XmlError`. */
export function refuseBody(it: Case, error: i32): void {
  it.decision.refuse(error == XmlError.NONE ? 413 : 400, error == XmlError.NONE ? Reason.TOO_LARGE : Reason.BAD_BODY);
}
