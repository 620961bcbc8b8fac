import { HeaderMap } from "../abi/types";
import { encodeBase64 } from "../bytes/base64";
import { Slice } from "../bytes/slice";
import { text, Text } from "../bytes/text";
import { Writer } from "../bytes/writer";
import { Config, IdentitySource, UpstreamAuthentication } from "../config/config";
import { decodeEntityTagList, listsEntityTag } from "../dav/entity_tags";
import { ResourceKind } from "../dav/layout";
import { Method, readsBody } from "../dav/method";
import { Destination } from "../dav/request";
import { HeaderBlock } from "../host/header_block";
import { HeaderCursor, removeHeader, replaceHeader, replaceHeaderText } from "../host/headers";
import { Case } from "../policy/decide";
import { decideIf } from "../policy/decide_if";
import { Reason, Verdict } from "../policy/decision";
import { hidesObjects, viewCode } from "../policy/grant_view";
import { ViewTags } from "../policy/view_tag";
import * as Names from "./names";
import { RequestHeaders } from "./request_headers";

/** Makes the request what the server is to see of it: who asks, what exactly, and nothing that was not judged. */
export class Upstream {
  private authenticate: i32;
  /** Only the client's own password says who it is. */
  private isBasic: bool;
  private header: Text;
  /** The service's own `Authorization`, or empty. */
  private credentials: Text;
  private buffer: Writer = new Writer(64 << 10);
  private lacksMemory: bool = false;

  constructor(config: Config) {
    const upstream = config.upstream;
    const isService = upstream.authenticate == UpstreamAuthentication.BASIC;
    this.authenticate = upstream.authenticate;
    this.isBasic = config.identity.source == IdentitySource.BASIC;
    this.header = text(upstream.header);
    this.credentials = text(isService ? serviceAuthorization(upstream.username, upstream.password) : "");
  }

  /** Gives back memory that is outside of garbage collection, when the configuration is no longer used. */
  free(): void {
    this.buffer.release(0);
  }

  /** True when the server checks the client's own credentials. */
  get isPassthrough(): bool {
    return this.authenticate == UpstreamAuthentication.PASSTHROUGH;
  }

  /** True when the server is told who asks, so that its answers may differ from one person to the next. */
  get tellsPerson(): bool {
    return this.isPassthrough || this.authenticate == UpstreamAuthentication.HEADER_AS_USER;
  }

  /**
   * Applies the decision to the request headers; in the request headers callback only. False when there was no memory
   * for one of them: then the request must not go on.
   */
  apply(it: Case, headers: RequestHeaders, tags: ViewTags): bool {
    this.lacksMemory = false;
    for (let i = 0; i < headers.strippedCount; i++) {
      const name = headers.strippedName(i);
      removeHeader(HeaderMap.REQUEST, name.ptr, name.len);
    }
    this.identify(it, headers);
    const request = it.request;
    const decision = it.decision;
    const inLayout = request.resource.kind != ResourceKind.OUTSIDE;
    if (inLayout && request.path.hasQuery) {
      replaceHeader(HeaderMap.REQUEST, Names.PATH, headers.path.ptr, request.path.rawLength);
    }
    if (decision.isView) this.applyView(it, headers, tags);
    if (decision.forceNoOverwrite) replaceHeaderText(HeaderMap.REQUEST, Names.OVERWRITE, Names.NO);
    if (decision.forceIfNoneMatch) replaceHeaderText(HeaderMap.REQUEST, Names.IF_NONE_MATCH, Names.ANY_ETAG);
    if (decision.forceIfMatch) replaceHeaderText(HeaderMap.REQUEST, Names.IF_MATCH, Names.ANY_ETAG);
    if (decision.forceDepthZero) replaceHeaderText(HeaderMap.REQUEST, Names.DEPTH, Names.ZERO);
    if (headers.hasAcceptEncoding && (decision.rewrites || decision.isView)) remove(Names.ACCEPT_ENCODING);
    if (request.destinationState == Destination.HERE) this.rewriteDestination(it, headers);
    // A cache between this filter and the server could not tell two people apart without Authorization, and would answer
    // the owner with what was there before their own PUT.
    const isRead = request.method == Method.GET || request.method == Method.HEAD;
    const bare = this.authenticate != UpstreamAuthentication.PASSTHROUGH || !headers.hasAuthorization;
    if (isRead && bare) replaceHeaderText(HeaderMap.REQUEST, Names.CACHE_CONTROL, Names.NO_CACHE_NO_STORE);
    return !this.lacksMemory;
  }

  /** Decides by the `If` header, and makes it what the server is to get of it; in the request headers callback only. */
  applyIf(config: Config, it: Case, authority: Slice, tags: ViewTags): void {
    const out = this.buffer;
    decideIf(config, it, authority, tags, out);
    if (it.decision.verdict != Verdict.PASS) return;
    if (out.overflow) it.decision.refuse(503, Reason.TROUBLE);
    else if (out.len > 0) replaceHeader(HeaderMap.REQUEST, Names.IF, out.ptr, out.len);
  }

  /** Gives a request of the filter's own the identity that the client's request goes on with. */
  addIdentity(it: Case, authorization: Writer, headers: HeaderBlock): void {
    if (this.authenticate == UpstreamAuthentication.BASIC) headers.addText(Names.AUTHORIZATION, this.credentials);
    else if (this.authenticate == UpstreamAuthentication.PASSTHROUGH) {
      if (authorization.len > 0) headers.add(Names.AUTHORIZATION, authorization.ptr, authorization.len);
    } else {
      const name = this.toldName(it);
      if (name.len > 0) headers.add(this.header, name.ptr, name.len);
    }
  }

  /** Whose name the server is told. */
  private toldName(it: Case): Slice {
    const owner = it.request.resource.user;
    const asOwner = this.authenticate == UpstreamAuthentication.HEADER_AS_OWNER && owner.len > 0;
    return asOwner ? owner : it.person.name;
  }

  /**
   * Lets a guarded request write only over what was looked at: between the look and the write the object may become one
   * that the person sees redacted. A tag of the client's own says as much already.
   */
  holdTo(it: Case, etag: Writer): void {
    if (etag.len == 0) return;
    if (it.request.hasIfMatch && !it.request.matchesAny) {
      if (!it.decision.mergesAlarms) return;
      // Alarms are taken from what was looked at: nothing else may be written over, were it among the client's tags.
      if (!matchesTag(etag)) return it.decision.refuse(412, Reason.PRECONDITION);
    }
    replaceHeader(HeaderMap.REQUEST, Names.IF_MATCH, etag.ptr, etag.len);
  }

  /** As `holdTo`, where nothing was there: a PUT may only make it. */
  holdToNothing(it: Case): void {
    if (it.request.method == Method.PUT && !it.request.hasIfMatch) {
      replaceHeaderText(HeaderMap.REQUEST, Names.IF_NONE_MATCH, Names.ANY_ETAG);
    }
  }

  /** A view's tags are not the server's, and what the server sends is needed whole. */
  private applyView(it: Case, headers: RequestHeaders, tags: ViewTags): void {
    const method = it.request.method;
    if (headers.hasRange) remove(Names.RANGE);
    // The representation that a write may return, or a condition that failed (RFC 8144), would be the server's.
    if (headers.hasPrefer && !readsBody(method)) remove(Names.PREFER);
    // What HEAD says of the length has to be true of the view.
    if (method == Method.HEAD) replaceHeaderText(HeaderMap.REQUEST, Names.METHOD, Names.GET);
    // `*` and dates ask whether there is something: of an object that is hidden the server would say so.
    const reads = method == Method.GET || method == Method.HEAD;
    if (reads && hidesObjects(it.grant)) {
      if (headers.hasIfDate) {
        remove(Names.IF_MODIFIED_SINCE);
        remove(Names.IF_UNMODIFIED_SINCE);
      }
      if (headers.ifMatch.len > 0) remove(Names.IF_MATCH);
      headers.ifMatch.clear();
      if (headers.ifNoneMatch.is(Names.ANY_ETAG)) {
        remove(Names.IF_NONE_MATCH);
        headers.ifNoneMatch.clear();
      }
    }
    const code = viewCode(it.grant);
    if (headers.ifMatch.len > 0) this.mapTags(tags, code, Names.IF_MATCH, headers.ifMatch);
    if (headers.ifNoneMatch.len > 0) this.mapTags(tags, code, Names.IF_NONE_MATCH, headers.ifNoneMatch);
    // A view has no schedule tags, so whatever stands there is a guess.
    if (headers.ifScheduleTag.len > 0) this.mapTags(tags, code, Names.IF_SCHEDULE_TAG_MATCH, headers.ifScheduleTag);
  }

  private mapTags(tags: ViewTags, code: u32, name: Text, value: Slice): void {
    this.buffer.reset();
    decodeEntityTagList(tags, code, value.ptr, value.len, this.buffer);
    if (this.buffer.overflow) this.lacksMemory = true;
    replaceHeader(HeaderMap.REQUEST, name, this.buffer.ptr, this.buffer.len);
  }

  /** Tells the server who asks (contract, section 2, `upstream`). */
  private identify(it: Case, headers: RequestHeaders): void {
    const isPassthrough = this.authenticate == UpstreamAuthentication.PASSTHROUGH;
    // A session that the server opened for one person must not carry another's requests.
    const inLayout = it.request.resource.kind != ResourceKind.OUTSIDE;
    if (headers.hasCookie && (!isPassthrough || (this.isBasic && inLayout))) remove(Names.COOKIE);
    if (isPassthrough) {
      // What signs nobody in here must sign nobody in there: some servers read base64 less strictly, or other schemes.
      if (this.isBasic && headers.hasAuthorization && !it.person.isSignedIn) remove(Names.AUTHORIZATION);
      return;
    }
    if (this.authenticate == UpstreamAuthentication.BASIC) {
      replaceHeaderText(HeaderMap.REQUEST, Names.AUTHORIZATION, this.credentials);
      return;
    }
    if (headers.hasAuthorization) remove(Names.AUTHORIZATION);
    const name = this.toldName(it);
    if (name.len > 0) replaceHeader(HeaderMap.REQUEST, this.header, name.ptr, name.len);
  }

  /**
   * What the server compares a Destination with is its own view: the Host it gets, and the scheme that Envoy tells it
   * of. The path is written anew from the segments that were judged.
   */
  private rewriteDestination(it: Case, headers: RequestHeaders): void {
    const out = this.buffer;
    out.reset();
    if (load<u8>(headers.destination.ptr) != 0x2f) {
      const isTls = headers.destination.len > 4 && (load<u8>(headers.destination.ptr + 4) | 32) == 0x73;
      out.text(isTls ? HTTPS : HTTP);
      out.bytes(headers.authority.ptr, headers.authority.len);
    }
    const path = it.request.destinationPath;
    path.write(out, path.count, path.isCollection);
    if (out.overflow) this.lacksMemory = true;
    replaceHeader(HeaderMap.REQUEST, Names.DESTINATION, out.ptr, out.len);
  }
}

/** RFC 7617. */
function serviceAuthorization(username: string, password: string): string {
  const pair = text(username + ":" + password);
  const line = new Writer(64 << 10);
  line.string("Basic ");
  encodeBase64(pair.ptr, pair.len, line);
  const value = line.toString();
  line.release(0);
  return value;
}

/** True when the request's If-Match, as the server is to get it, lists the tag. */
function matchesTag(etag: Writer): bool {
  if (!cursor.open(HeaderMap.REQUEST)) return false;
  while (cursor.next()) {
    if (cursor.name.is(Names.IF_MATCH)) return listsEntityTag(cursor.value.ptr, cursor.value.len, etag.ptr, etag.len);
  }
  return false;
}

const cursor = new HeaderCursor();
const HTTP: Text = text("http://");
const HTTPS: Text = text("https://");

function remove(name: Text): void {
  removeHeader(HeaderMap.REQUEST, name.ptr, name.len);
}
