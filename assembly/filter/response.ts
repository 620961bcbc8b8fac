import { Action, BufferKind, HeaderMap, LogLevel } from "../abi/types";
import { Slice } from "../bytes/slice";
import { Text } from "../bytes/text";
import { Writer } from "../bytes/writer";
import { ResourceKind } from "../dav/layout";
import { Method } from "../dav/method";
import { MultistatusRewriter } from "../dav/multistatus";
import { MultistatusOption } from "../dav/multistatus_policy";
import { BodyKind } from "../dav/report";
import { RequestBody } from "../dav/request_body";
import { copyBody, readBody, replaceBody, WINDOW } from "../host/body";
import { addHeaderText, clearHeaders, removeHeader, replaceHeader } from "../host/headers";
import { log } from "../host/log";
import { Case } from "../policy/decide";
import { viewOf } from "../policy/grant_view";
import { BodyPlan } from "../policy/decide_body";
import { Precondition, Reason } from "../policy/decision";
import { SeenObjects } from "../policy/seen_objects";
import { CachedRead } from "./cached_read";
import { setCachingHeaders } from "./caching_headers";
import { mayShowError, saysNoReport } from "./error_body";
import { lacksSuch } from "./free_busy";
import { HeldListing } from "./held_listing";
import { HeldObject } from "./held_object";
import { optionsOf } from "./multistatus_options";
import * as Names from "./names";
import { NotFoundHrefs } from "./not_found_hrefs";
import { ResponseHeaders } from "./response_headers";
import { Mode } from "./response_mode";
import { ResponsePolicy } from "./response_policy";
import { returnRewriter, takeRewriter } from "./rewriter_pool";
import { Plugin } from "./root";
import { setViewHeaders } from "./view_headers";

/** A longer DAV:error is not looked through, and not shown. */
const MAX_ERROR: i32 = 64 << 10;

/** Well under the smallest buffer that an Envoy in use has (32 KiB were seen). */
const MAX_BUFFERED: i32 = 16 << 10;

const headers = new ResponseHeaders();
const whole = new Writer(MAX_ERROR);
const chunk = new Slice();
const length = new Writer(32);
/** What each of thousands of streams keeps of a buffer for the next request. */
const KEEP_OF_STREAM: i32 = 1024;

/** The way of one response through the filter. */
export class Response {
  private mode: i32 = Mode.PASS;
  private options: i32 = 0;
  private bodyKind: i32 = BodyKind.NONE;
  /** What of a multiget is not there for this person. */
  private notFound: NotFoundHrefs = new NotFoundHrefs();
  private policy: ResponsePolicy = new ResponsePolicy();
  private rewriter: MultistatusRewriter | null = null;
  /** Which objects exist for the person, when the request lists them without their data. */
  readonly seen: SeenObjects = new SeenObjects();
  /** The listing names what nobody has looked at: it stays held until the calendar was looked at again. */
  asksAgain: bool = false;
  private listing: HeldListing | null = null;
  /** The server has no free-busy-query: the response stays held until the filter has answered in its place. */
  lacksFreeBusy: bool = false;
  private object: HeldObject | null = null;
  /** The server's, once its headers were read. */
  status: i32 = 0;

  clear(): void {
    this.mode = Mode.PASS;
    this.status = 0;
    this.isBroken = false;
    this.options = 0;
    this.bodyKind = BodyKind.NONE;
    this.lacksFreeBusy = false;
    this.asksAgain = false;
    this.notFound.release(KEEP_OF_STREAM);
  }

  /** Gives back what a long response took. */
  end(): void {
    this.notFound.release(KEEP_OF_STREAM);
    this.seen.clear();
    const listing = this.listing;
    if (listing !== null) listing.release();
    const rewriter = this.rewriter;
    if (rewriter !== null) returnRewriter(rewriter);
    this.rewriter = null;
    const object = this.object;
    if (object !== null) object.release();
    this.policy.end();
  }

  /** Takes from the request's body what shapes the answer. */
  expect(body: RequestBody, plan: BodyPlan): void {
    this.bodyKind = body.kind;
    this.options = optionsOf(body, plan);
    this.notFound.add(plan.notFound);
  }

  /** True when not all that `expect` was given could be kept. */
  get lacksMemory(): bool {
    return this.notFound.lacksMemory;
  }

  /** The whole 207 for a multiget of which nothing is there; valid until the next one. */
  allNotFound(): Writer {
    return this.notFound.whole();
  }

  /** The server's answer could not be used, or ended too soon. */
  isBroken: bool = false;

  /** Another answer goes to the client, in place of the server's. */
  get isReplaced(): bool {
    return this.mode == Mode.REPLACED;
  }

  /** What the server said to caches; valid in the response headers callback only. */
  get serversCacheControl(): Slice {
    return headers.cacheControl;
  }

  /** The server said how long its answer is; valid in the response headers callback only. */
  get hasLength(): bool {
    return headers.hasContentLength;
  }

  onHeaders(plugin: Plugin, it: Case, endOfStream: bool, authorization: Writer): u32 {
    if (this.mode == Mode.REPLACED) return Action.CONTINUE;
    if (!headers.read() || headers.status == 0) return this.replace(plugin, 502);
    const status = headers.status;
    this.status = status;
    const decision = it.decision;
    const passthrough = plugin.upstream.isPassthrough;
    const inLayout = it.request.resource.kind != ResourceKind.OUTSIDE;
    const isOwner = it.isOwner;
    if (status == 401) {
      if (!passthrough) {
        log(LogLevel.ERROR, "caldav: the server refused the credentials of upstream.authenticate");
        return this.replace(plugin, 502);
      }
      plugin.credentials.failed(it.person, authorization, it.now);
      // Just what somebody gets for whom the server was not asked: else a wrong password would tell what is shared.
      if (inLayout) {
        plugin.replies.notSignedIn();
        return this.replaced();
      }
      if (headers.hasWwwAuthenticate) remove(Names.WWW_AUTHENTICATE);
      addHeaderText(HeaderMap.RESPONSE, Names.WWW_AUTHENTICATE, plugin.replies.challenge);
    }
    if (passthrough && isOwner) plugin.credentials.seen(authorization, status, it.now);
    // What is missing in another's calendar looks like what may not be seen.
    if (status == 404 && inLayout && !isOwner) {
      plugin.replies.notFound();
      return this.replaced();
    }
    // SOGo and others have no free-busy-query (RFC 4791, 7.10), and each says so in a way of its own.
    const lacks = this.bodyKind == BodyKind.FREE_BUSY_QUERY && status != 403 && lacksSuch(status);
    if (lacks && it.request.resource.kind == ResourceKind.CALENDAR) return this.holdForFreeBusy();
    if (lacks && !isOwner) {
      decision.refuseWith(Precondition.SUPPORTED_REPORT, Reason.UPSTREAM);
      plugin.replies.refuse(it);
      return this.replaced();
    }
    if (headers.hasSetCookie && !passthrough) remove(Names.SET_COOKIE);
    if (decision.rewrites || decision.isView) {
      const trouble = this.chooseMode(plugin, it, status, endOfStream);
      if (trouble != 0) return this.replace(plugin, trouble);
    }
    setCachingHeaders(plugin, it, headers);
    if (decision.isView && it.request.resource.isInCalendar) setViewHeaders(plugin, it, headers);
    return this.mode >= Mode.OBJECT ? Action.PAUSE : Action.CONTINUE;
  }

  /** The server's answer goes no further: it has no free-busy-query. */
  private holdForFreeBusy(): u32 {
    this.lacksFreeBusy = true;
    return this.replaced();
  }

  /** What is to be done with the body of a response that is not the owner's own; a status to answer with, or 0. */
  private chooseMode(plugin: Plugin, it: Case, status: i32, endOfStream: bool): i32 {
    const method = it.request.method;
    const isGood = status >= 200 && status < 300;
    const lists = method == Method.PROPFIND || method == Method.REPORT;
    if (endOfStream) return isGood && lists && status != 204 ? 502 : 0;
    if (status == 207) {
      if (headers.hasContentEncoding) return 502;
      if (it.decision.hidesObjects && !it.decision.answersFreeBusy) return this.beginListing(plugin, it);
      return this.beginMultistatus(plugin, it);
    }
    if (lists) {
      if (!isGood) return this.chooseErrorMode(plugin, it, status);
      // Nothing else answers these methods, so nothing is known of what it holds.
      if (this.bodyKind != BodyKind.FREE_BUSY_QUERY || status != 200) return 502;
      if (it.isOwner) return 0;
      return this.beginObject(it, true);
    }
    if (it.decision.isView && (method == Method.GET || method == Method.HEAD) && isGood) {
      return status == 200 ? this.beginObject(it, false) : 502;
    }
    // A representation may come with a redirect, an error (RFC 8144, 3.2) or the answer to a write.
    if (it.decision.isView && headers.isCalendar) return this.beginObject(it, false);
    return this.chooseErrorMode(plugin, it, status);
  }

  private chooseErrorMode(plugin: Plugin, it: Case, status: i32): i32 {
    // Good answers to the owner are never lists of responses but with 207.
    const isOf = status >= 300 || it.decision.isView;
    if (!isOf || status == 304 || it.request.resource.kind == ResourceKind.OUTSIDE || !headers.isXml) return 0;
    if (headers.hasContentEncoding) return status;
    this.beginPolicy(plugin, it);
    this.mode = Mode.ERROR;
    return 0;
  }

  private beginObject(it: Case, freeBusy: bool): i32 {
    if (headers.hasContentEncoding) return 502;
    let object = this.object;
    if (object === null) {
      object = new HeldObject();
      this.object = object;
    }
    viewOf(it.grant, object.view);
    object.view.freeBusyOnly = freeBusy;
    object.begin(!freeBusy && it.request.resource.kind == ResourceKind.CALENDAR);
    this.mode = Mode.OBJECT;
    return 0;
  }

  /** `read` keeps what goes to the client. */
  onBody(plugin: Plugin, it: Case, size: i32, endOfStream: bool, read: CachedRead): u32 {
    switch (this.mode) {
      case Mode.MULTISTATUS:
        return this.onMultistatus(plugin, size, endOfStream, read);
      case Mode.OBJECT:
        return this.onObject(plugin, it, size, endOfStream, read);
      case Mode.ERROR:
        return this.onError(plugin, it, size, endOfStream);
      case Mode.LISTING:
        return this.onListing(plugin, it, size, endOfStream, read);
      case Mode.PASS:
        read.takeBody(size);
        return Action.CONTINUE;
      default:
        return Action.CONTINUE;
    }
  }

  onTrailers(plugin: Plugin, it: Case): u32 {
    if (this.mode == Mode.PASS || this.mode == Mode.REPLACED) return Action.CONTINUE;
    clearHeaders(HeaderMap.RESPONSE_TRAILERS);
    // What is held has no place left to go: no CalDAV server ends an object with trailers.
    if (this.mode != Mode.MULTISTATUS) return this.replace(plugin, 502);
    const rewriter = this.rewriter;
    if (rewriter === null || !rewriter.finish()) return this.fail(plugin, 0);
    return Action.CONTINUE;
  }

  private onMultistatus(plugin: Plugin, size: i32, endOfStream: bool, read: CachedRead): u32 {
    const rewriter = this.rewriter;
    if (rewriter === null) return this.fail(plugin, size);
    let at = 0;
    let ok = true;
    while (ok && at < size) {
      ok = readBody(BufferKind.RESPONSE_BODY, at, min(WINDOW, size - at), chunk);
      if (ok) ok = rewriter.write(chunk.ptr, chunk.len);
      at += chunk.len;
    }
    if (ok && endOfStream) ok = rewriter.finish();
    const out = rewriter.out;
    if (!ok || out.overflow || !replaceBody(BufferKind.RESPONSE_BODY, size, out.ptr, out.len)) {
      return this.fail(plugin, size);
    }
    plugin.metrics.bytesRewritten.add(out.len);
    read.take(out.ptr, out.len);
    out.reset();
    return Action.CONTINUE;
  }

  private onObject(plugin: Plugin, it: Case, size: i32, endOfStream: bool, read: CachedRead): u32 {
    const object = this.object;
    if (object === null || !object.take(BufferKind.RESPONSE_BODY, size)) {
      if (object !== null) object.release();
      return this.replace(plugin, 503);
    }
    if (!endOfStream) return Action.PAUSE;
    const shown = object.finish();
    if (shown === null) {
      read.drop();
      plugin.replies.notFound();
      return this.replaced();
    }
    return this.put(plugin, it, shown, read);
  }

  /** Puts a whole body in the place of one that was taken out of the host's buffer. */
  private put(plugin: Plugin, it: Case, shown: Writer, read: CachedRead): u32 {
    plugin.metrics.bytesRewritten.add(shown.len);
    read.take(shown.ptr, shown.len);
    if (shown.len > MAX_BUFFERED && it.request.method != Method.HEAD) {
      plugin.replies.resend(this.status, shown);
      return this.replaced();
    }
    this.mode = Mode.PASS;
    length.reset();
    length.decimal(shown.len);
    replaceHeader(HeaderMap.RESPONSE, Names.CONTENT_LENGTH, length.ptr, length.len);
    if (it.request.method == Method.HEAD) return Action.CONTINUE;
    if (!replaceBody(BufferKind.RESPONSE_BODY, 0, shown.ptr, shown.len)) return this.replace(plugin, 502);
    return Action.CONTINUE;
  }

  /** A status to answer with, or 0. */
  private beginListing(plugin: Plugin, it: Case): i32 {
    const rewriter = takeRewriter();
    if (rewriter === null) return 503;
    this.rewriter = rewriter;
    if (this.listing === null) this.listing = new HeldListing();
    if (it.request.method == Method.PROPFIND) this.options |= MultistatusOption.PROVES_ALL;
    this.mode = Mode.LISTING;
    return 0;
  }

  private onListing(plugin: Plugin, it: Case, size: i32, endOfStream: bool, read: CachedRead): u32 {
    const listing = this.listing;
    if (listing === null || !listing.take(BufferKind.RESPONSE_BODY, size)) return this.replace(plugin, 503);
    if (!endOfStream) return Action.PAUSE;
    const shown = this.filterListing(plugin, it);
    if (shown === null) return this.replace(plugin, 502);
    if (this.policy.isUncertain) {
      // Rare, and more than one state of the calendar went into it.
      read.drop();
      this.asksAgain = true;
      return Action.PAUSE;
    }
    listing.release();
    if (!this.isNothing(it)) return this.put(plugin, it, shown, read);
    read.drop();
    plugin.replies.notFound();
    return this.replaced();
  }

  /**
   * Answers with the listing that asked for another look, after it; in the stream that asked, with the response still
   * held. A status when the client has to ask again.
   *
   * What is in the listing counts in the version that the listing has: its sync-token or ctag says that the client
   * knows it, and what was left out would stay away until it changes once more. So an object of which both looks have
   * seen other versions ends the work with 503; it takes two changes within one request. One that neither look has seen
   * under any version is left out: it is gone by now, which the next answer says too, or is no calendar object.
   */
  settleListing(plugin: Plugin, it: Case): i32 {
    this.asksAgain = false;
    this.mode = Mode.REPLACED;
    const shown = this.filterListing(plugin, it);
    if (shown === null || this.policy.hasChanged) return 503;
    plugin.metrics.bytesRewritten.add(shown.len);
    if (this.isNothing(it)) plugin.replies.notFound();
    else plugin.replies.resend(this.status, shown);
    return 0;
  }

  private filterListing(plugin: Plugin, it: Case): Writer | null {
    const rewriter = this.rewriter;
    const listing = this.listing;
    if (rewriter === null || listing === null) return null;
    this.beginPolicy(plugin, it);
    return listing.filter(rewriter, this.policy, this.options) ? rewriter.out : null;
  }

  /** True when the request was for one object, and that does not exist for the person. */
  private isNothing(it: Case): bool {
    return it.request.resource.kind == ResourceKind.OBJECT && this.policy.showsNothing;
  }

  private onError(plugin: Plugin, it: Case, size: i32, endOfStream: bool): u32 {
    if (!endOfStream && size <= MAX_ERROR) return Action.PAUSE;
    whole.reset();
    const isRead = size <= MAX_ERROR && copyBody(BufferKind.RESPONSE_BODY, size, whole);
    const asksBusyTime = this.bodyKind == BodyKind.FREE_BUSY_QUERY && it.request.resource.kind == ResourceKind.CALENDAR;
    if (isRead && asksBusyTime && this.status == 403 && saysNoReport(whole.ptr, whole.len)) {
      return this.holdForFreeBusy();
    }
    const shows = isRead && mayShowError(this.policy, whole.ptr, whole.len);
    if (!shows && size > 0) return this.replace(plugin, this.status);
    this.mode = Mode.PASS;
    return Action.CONTINUE;
  }

  /** A status to answer with, or 0. */
  private beginMultistatus(plugin: Plugin, it: Case): i32 {
    const rewriter = takeRewriter();
    if (rewriter === null) return 503;
    this.rewriter = rewriter;
    this.mode = Mode.MULTISTATUS;
    this.beginPolicy(plugin, it);
    rewriter.begin(this.policy, this.options);
    this.notFound.appendTo(rewriter);
    if (headers.hasContentLength) remove(Names.CONTENT_LENGTH);
    return 0;
  }

  private beginPolicy(plugin: Plugin, it: Case): void {
    const hidesTags = MultistatusOption.ENTITY_TAG_NOT_ASKED | MultistatusOption.NAMES_ONLY;
    const showsTags = (this.options & hidesTags) == 0;
    this.policy.begin(plugin.config, plugin.tags, it, this.seen, this.bodyKind, showsTags);
  }

  /** Another answer went out in place of the server's. */
  private replaced(): u32 {
    this.mode = Mode.REPLACED;
    return Action.PAUSE;
  }

  /** Answers with an error in place of a response that cannot be let through. */
  private replace(plugin: Plugin, status: i32): u32 {
    this.mode = Mode.REPLACED;
    this.isBroken = true;
    plugin.metrics.trouble.add(1);
    plugin.replies.plain(status);
    return Action.PAUSE;
  }

  /** The body is no multistatus, or was cut off: what is left of it does not go out, and the client sees it break. */
  private fail(plugin: Plugin, size: i32): u32 {
    log(LogLevel.ERROR, "caldav: a multistatus of the server could not be read; the response is broken off");
    replaceBody(BufferKind.RESPONSE_BODY, size, 0, 0);
    return this.replace(plugin, 502);
  }
}

function remove(name: Text): void {
  removeHeader(HeaderMap.RESPONSE, name.ptr, name.len);
}
