import { Config, UpstreamAuthentication } from "../config/config";
import { Resource, ResourceKind } from "../dav/layout";
import { Method, readsBody } from "../dav/method";
import { PrefixAccess } from "../dav/prefixes";
import { Depth, Destination, PostKind, Request } from "../dav/request";
import { hidesAlarms, hidesClasses, hidesObjects, isView } from "./grant_view";
import { Decision, Need, Precondition, Reason, Verdict } from "./decision";
import { Person } from "./person";
import { Privilege } from "./privilege";
import { Grant } from "./shares";
import { rightsOn } from "./rights";

const SEEN: u32 = Privilege.READ | Privilege.READ_BUSY;

/** What is asked and who asks, with what was found out on the way. Reused by one stream. */
export class Case {
  readonly request: Request = new Request();
  readonly person: Person = new Person();
  /** What the person has on the Request-URI. */
  readonly grant: Grant = new Grant();
  /** What the person has on the Destination. */
  readonly destinationGrant: Grant = new Grant();
  readonly decision: Decision = new Decision();
  /** ms since 1970. */
  now: i64 = 0;

  clear(): void {
    this.request.clear();
    this.person.clear();
    this.grant.clear();
    this.destinationGrant.clear();
    this.now = 0;
  }

  /** Gives memory back that is more than `keep` bytes a part. */
  release(keep: i32): void {
    this.person.release(keep);
    this.request.release(keep);
  }

  get isOwner(): bool {
    return this.person.is(this.request.resource.user);
  }

  /** True when all streams together hold so much that this request could not be read. */
  get lacksMemory(): bool {
    const request = this.request;
    return request.path.lacksMemory || request.destinationPath.lacksMemory || this.person.lacksMemory;
  }
}

/**
 * Decides a request from its headers (contract, section 3). The path must be classified before. Where the body decides
 * too (`readsBody`), PASS means "so far". Pure: the outcome is in `it.decision`.
 */
export function decide(config: Config, it: Case): void {
  const request = it.request;
  const decision = it.decision;
  if (request.method == Method.OTHER) return decision.refuse(405, Reason.METHOD);
  if (!request.pathIsPlain) return decision.refuse(400, Reason.AMBIGUOUS_PATH);
  if (request.hasDuplicates || request.depth == Depth.INVALID || request.contentLength == -2) {
    return decision.refuse(400, Reason.BAD_HEADER);
  }
  if (!request.isUtf8 && (readsBody(request.method) || request.post == PostKind.XML)) {
    return decision.refuse(400, Reason.BAD_BODY);
  }
  if (request.hasContentEncoding) return decision.refuse(415, Reason.CONTENT_ENCODING);
  if (request.contentLength > <i64>config.limits.requestBody) return decision.refuse(413, Reason.TOO_LARGE);
  const kind = request.resource.kind;
  if (kind == ResourceKind.OUTSIDE) return decideOtherPath(config, it);
  if (request.method == Method.OPTIONS) {
    if (it.isOwner) decision.pass(Reason.OWNER);
    else {
      decision.pass(Reason.DISCOVERY);
      decision.verdict = Verdict.ANSWER_OPTIONS;
    }
    return;
  }
  if (kind == ResourceKind.CONTEXT) decideContext(config, it);
  else {
    rightsOn(config.shares, config.groups, it.person, request.resource, it.now, it.grant);
    decideResource(config, it);
  }
  if (decision.verdict != Verdict.PASS) return;
  if (readsBody(request.method)) decision.readsBody = true;
  // The owner's own answers pass unread, unless the server was told that somebody else asks.
  if (!it.isOwner || config.upstream.authenticate == UpstreamAuthentication.BASIC) decision.rewrites = true;
  if (kind >= ResourceKind.CALENDAR) decideView(it);
}

/**
 * What is different for somebody who sees the calendar through a view (contract, section 5): what is seen redacted is
 * neither written over nor carried away, and alarms that are not seen stay as they are. Where only the object itself can
 * tell, it is looked at first.
 */
function decideView(it: Case): void {
  const decision = it.decision;
  const method = it.request.method;
  const transfers = method == Method.COPY || method == Method.MOVE;
  decision.isView = isView(it.grant);
  if (transfers && it.request.overwrite && isView(it.destinationGrant)) decision.forceNoOverwrite = true;
  // Who may write but not read sees nothing redacted.
  if (!decision.isView || !(it.grant.privileges & SEEN)) return;
  if (hidesObjects(it.grant) && method == Method.PROPFIND) {
    const isObject = it.request.resource.kind == ResourceKind.OBJECT;
    const isListing = it.request.resource.kind == ResourceKind.CALENDAR && it.request.depth != Depth.ZERO;
    decision.hidesObjects = isObject || isListing;
  }
  const makes = method == Method.POST && it.request.post == PostKind.CALENDAR;
  decision.mergesAlarms = hidesAlarms(it.grant) && (makes || method == Method.PUT);
  if (transfers) {
    if (it.request.resource.kind != ResourceKind.OBJECT) return decision.refuse(403, Reason.REDACTED);
    decision.guardsObject = true;
  } else if (method == Method.PUT && decision.mergesAlarms) {
    decision.guardsObject = !decision.forceIfNoneMatch;
  } else if (it.request.resource.kind == ResourceKind.OBJECT && hidesClasses(it.grant)) {
    const writes =
      method == Method.PUT || method == Method.DELETE || method == Method.PROPPATCH || method == Method.LOCK;
    if (writes && !decision.forceIfNoneMatch) decision.guardsObject = true;
  }
}

function decideOtherPath(config: Config, it: Case): void {
  const decision = it.decision;
  const access = config.otherPaths.find(it.request.path);
  if (access == PrefixAccess.NONE) return decision.refuse(404, Reason.OUTSIDE_LAYOUT);
  const method = it.request.method;
  if (access == PrefixAccess.AUTHENTICATED && !it.person.isSignedIn) return decision.refuse(401, Reason.NOT_SIGNED_IN);
  if (method == Method.ACL) return decision.refuseWith(Precondition.ALLOWED_PRINCIPAL, Reason.SHARING);
  if (method == Method.COPY || method == Method.MOVE) {
    if (!checkDestination(it)) return;
    // Nothing is carried between the layout and what lies outside of it.
    const there = it.request.destination.kind == ResourceKind.OUTSIDE;
    if (!there || config.otherPaths.find(it.request.destinationPath) != access) {
      return decision.refuse(404, Reason.DESTINATION);
    }
  }
  if (method == Method.PROPFIND && it.request.depth != Depth.ZERO && it.request.depth != Depth.ONE) {
    return decision.refuseWith(Precondition.PROPFIND_FINITE_DEPTH, Reason.DEPTH);
  }
  decision.pass(Reason.OTHER_PATH);
  decision.readsBody = readsBody(method);
  decision.rewrites = true;
}

/** `/` and what else lies above the users: there to find one's principal, nothing else. */
function decideContext(config: Config, it: Case): void {
  const decision = it.decision;
  const method = it.request.method;
  if (method == Method.GET || method == Method.HEAD) return decideOtherPath(config, it);
  if (!it.person.isSignedIn) return decision.refuse(401, Reason.NOT_SIGNED_IN);
  if (method == Method.PROPFIND) {
    if (it.request.depth != Depth.ZERO && it.request.depth != Depth.ONE) {
      return decision.refuseWith(Precondition.PROPFIND_FINITE_DEPTH, Reason.DEPTH);
    }
    return decision.pass(Reason.DISCOVERY);
  }
  if (method == Method.REPORT) return decision.pass(Reason.DISCOVERY);
  decision.lacks(privilegeOf(method), method == Method.DELETE || method == Method.MKCOL ? Need.PARENT : Need.THIS);
}

function decideResource(config: Config, it: Case): void {
  const request = it.request;
  const decision = it.decision;
  const method = request.method;
  const privileges = it.grant.privileges;
  if (privileges == 0) return notThere(it);
  const why = it.isOwner ? Reason.OWNER : it.person.isSignedIn ? Reason.SHARE : Reason.PUBLIC;
  switch (method) {
    case Method.GET:
    case Method.HEAD:
    case Method.PROPFIND:
      if (!(privileges & SEEN)) return notThere(it);
      decision.pass(why);
      if (method == Method.PROPFIND) decideDepth(it);
      return;
    case Method.REPORT:
      if (!(privileges & (SEEN | Privilege.READ_FREE_BUSY))) return notThere(it);
      return decision.pass(why);
    case Method.PUT:
      return decidePut(it, why);
    case Method.DELETE:
      return decideDelete(it, why);
    case Method.MKCALENDAR:
    case Method.MKCOL:
      if (!it.isOwner) return lacks(it, Privilege.BIND, Need.PARENT);
      if (request.resource.kind == ResourceKind.HOME && method == Method.MKCALENDAR) {
        return decision.lacks(Privilege.BIND, Need.PARENT);
      }
      return decision.pass(why);
    case Method.PROPPATCH:
      if (!(privileges & Privilege.WRITE_PROPERTIES)) return lacks(it, Privilege.WRITE_PROPERTIES, Need.THIS);
      return decision.pass(why);
    case Method.LOCK:
    case Method.UNLOCK:
      if (!(privileges & Privilege.WRITE_CONTENT)) return lacks(it, Privilege.WRITE_CONTENT, Need.THIS);
      return decision.pass(why);
    case Method.ACL:
      return decideSharing(it);
    case Method.POST:
      return decidePost(it, why);
    case Method.COPY:
    case Method.MOVE:
      return decideTransfer(config, it, why);
    default:
      decision.refuse(405, Reason.METHOD);
  }
}

function decideDepth(it: Case): void {
  const depth = it.request.depth;
  if (depth == Depth.ZERO || depth == Depth.ONE) return;
  if (it.request.resource.kind >= ResourceKind.OBJECT) it.decision.forceDepthZero = true;
  else it.decision.refuseWith(Precondition.PROPFIND_FINITE_DEPTH, Reason.DEPTH);
}

function decidePut(it: Case, why: i32): void {
  const decision = it.decision;
  const resource = it.request.resource;
  if (resource.kind == ResourceKind.HOME || resource.isPrincipal) return decision.refuse(405, Reason.METHOD);
  // A PUT on a calendar replaces all of it: that is to delete it and make it anew.
  if (resource.kind == ResourceKind.CALENDAR && !it.isOwner) return lacks(it, Privilege.BIND, Need.PARENT);
  const changes = (it.grant.privileges & Privilege.WRITE_CONTENT) != 0;
  const adds = (it.grant.privileges & Privilege.BIND) != 0;
  if (!changes && !adds) return lacks(it, Privilege.WRITE_CONTENT, Need.THIS);
  if (!changes && it.request.hasIfMatch) return lacks(it, Privilege.WRITE_CONTENT, Need.THIS);
  decision.pass(why);
  if (!changes) decision.forceIfNoneMatch = true;
  else if (!adds && !it.request.hasIfMatch) decision.forceIfMatch = true;
}

function decideDelete(it: Case, why: i32): void {
  const resource = it.request.resource;
  if (resource.kind == ResourceKind.HOME || resource.isPrincipal)
    return it.decision.lacks(Privilege.UNBIND, Need.PARENT);
  const enough = resource.kind == ResourceKind.CALENDAR ? Privilege.OWN : Privilege.UNBIND;
  if (!(it.grant.privileges & enough)) return lacks(it, Privilege.UNBIND, Need.PARENT);
  it.decision.pass(why);
}

function decidePost(it: Case, why: i32): void {
  const decision = it.decision;
  if (it.request.post == PostKind.XML) return decideSharing(it);
  if (it.request.resource.isScheduling) {
    if (!it.isOwner) return notThere(it);
  } else {
    if (!(it.grant.privileges & Privilege.BIND)) return lacks(it, Privilege.BIND, Need.THIS);
    if (!(it.grant.privileges & Privilege.WRITE_CONTENT)) return lacks(it, Privilege.WRITE_CONTENT, Need.THIS);
  }
  // Other kinds of POST (forms, say) mean something else on each server; none is known to be safe.
  if (it.request.post != PostKind.CALENDAR) return decision.refuse(415, Reason.METHOD);
  decision.pass(why);
}

/** ACL and CS:share: `user_shares` allows nobody anything yet. */
function decideSharing(it: Case): void {
  const manages = (it.grant.privileges & (Privilege.OWN | Privilege.WRITE_PROPERTIES)) != 0;
  if (!it.isOwner && !manages) return lacks(it, Privilege.WRITE_ACL, Need.THIS);
  it.decision.refuseWith(Precondition.ALLOWED_PRINCIPAL, Reason.SHARING);
}

function decideTransfer(config: Config, it: Case, why: i32): void {
  const request = it.request;
  const decision = it.decision;
  const source = request.resource;
  const moves = request.method == Method.MOVE;
  if (!(it.grant.privileges & SEEN)) return notThere(it);
  if (source.kind == ResourceKind.HOME || source.isPrincipal) return decision.lacks(Privilege.UNBIND, Need.PARENT);
  if (moves) {
    const enough = source.kind == ResourceKind.CALENDAR ? it.isOwner : (it.grant.privileges & Privilege.UNBIND) != 0;
    if (!enough) return lacks(it, Privilege.UNBIND, Need.PARENT);
  }
  if (!checkDestination(it)) return;
  const destination = request.destination;
  if (destination.kind < ResourceKind.PRINCIPAL) return decision.refuse(404, Reason.DESTINATION);
  rightsOn(config.shares, config.groups, it.person, destination, it.now, it.destinationGrant);
  const there = it.destinationGrant.privileges;
  if (there == 0) return notThere(it);
  const own = it.person.is(destination.user);
  if (destination.kind == ResourceKind.HOME || destination.isPrincipal) {
    return decision.lacks(Privilege.BIND, Need.DESTINATION_PARENT);
  }
  // A collection goes into a home, and that is its owner's to fill.
  if ((destination.kind != ResourceKind.OBJECT || source.kind != ResourceKind.OBJECT) && !own) {
    return lacksThere(it, Privilege.BIND);
  }
  if (!(there & Privilege.BIND)) return lacksThere(it, Privilege.BIND);
  if (request.overwrite && !(there & (Privilege.UNBIND | Privilege.WRITE_CONTENT))) {
    return lacksThere(it, Privilege.UNBIND);
  }
  decision.pass(why);
}

/** Refuses when the Destination is missing, elsewhere or no plain path. */
function checkDestination(it: Case): bool {
  const state = it.request.destinationState;
  if (state == Destination.HERE) return true;
  if (state == Destination.ELSEWHERE) it.decision.refuse(502, Reason.DESTINATION);
  else it.decision.refuse(400, Reason.DESTINATION);
  return false;
}

/** As if it did not exist; who is not signed in is asked to sign in first, whether it exists or not. */
function notThere(it: Case): void {
  if (it.person.isSignedIn) it.decision.refuse(404, Reason.NOT_READABLE);
  else it.decision.refuse(401, Reason.NOT_SIGNED_IN);
}

function lacks(it: Case, privilege: u32, need: i32): void {
  if (!it.person.isSignedIn || !(it.grant.privileges & SEEN)) return notThere(it);
  it.decision.lacks(privilege, need);
}

function lacksThere(it: Case, privilege: u32): void {
  if (!it.person.isSignedIn || !(it.destinationGrant.privileges & SEEN)) return notThere(it);
  it.decision.lacks(privilege, Need.DESTINATION_PARENT);
}

/** What a method would need on a collection that nobody may write to. */
function privilegeOf(method: i32): u32 {
  if (method == Method.DELETE || method == Method.MOVE) return Privilege.UNBIND;
  if (method == Method.MKCOL || method == Method.MKCALENDAR) return Privilege.BIND;
  if (method == Method.PROPPATCH) return Privilege.WRITE_PROPERTIES;
  if (method == Method.ACL) return Privilege.WRITE_ACL;
  return Privilege.WRITE_CONTENT;
}
