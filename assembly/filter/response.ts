import { Action, BufferKind, HeaderMap, LogLevel } from "../abi/types";
import { Slice } from "../bytes/slice";
import { text, Text } from "../bytes/text";
import { Writer } from "../bytes/writer";
import { ResourceKind } from "../dav/layout";
import { Method } from "../dav/method";
import { MultistatusRewriter } from "../dav/multistatus";
import { MultistatusOption } from "../dav/multistatus_policy";
import { writeNotFound } from "../dav/multistatus_parts";
import { BodyKind } from "../dav/report";
import { RequestBody } from "../dav/request_body";
import { readBody, replaceBody, WINDOW } from "../host/body";
import { addHeaderText, clearHeaders, removeHeader, replaceHeader, replaceHeaderText } from "../host/headers";
import { log } from "../host/log";
import { Case, isView } from "../policy/decide";
import { BodyPlan } from "../policy/decide_body";
import { Privilege } from "../policy/privilege";
import { publicRightsOn } from "../policy/rights";
import { Grant } from "../policy/shares";
import * as Names from "./names";
import { ResponseHeaders } from "./response_headers";
import { ResponsePolicy } from "./response_policy";
import { Plugin } from "./root";

/** What is done with the body of a response. */
namespace Mode {
  /** It streams through unread. */
  export const PASS: i32 = 0;
  export const MULTISTATUS: i32 = 1;
  /** The filter answered in the server's place; what comes now is its own reply. */
  export const REPLACED: i32 = 2;
}

const headers = new ResponseHeaders();
const publicGrant = new Grant();
const chunk = new Slice();
const vary = new Writer(4096);
const KEEP: i32 = 256 << 10;
const MULTISTATUS_OPEN: Text = text('<?xml version="1.0" encoding="utf-8"?>\n<D:multistatus xmlns:D="DAV:">');
const MULTISTATUS_CLOSE: Text = text("</D:multistatus>\n");

/** The way of one response through the filter. */
export class Response {
  private mode: i32 = Mode.PASS;
  private options: i32 = 0;
  private bodyKind: i32 = BodyKind.NONE;
  /** The hrefs of a multiget that are not there for this person: XML text, each ended by a NUL. */
  private notFound: Writer = new Writer(64 << 20);
  private policy: ResponsePolicy = new ResponsePolicy();
  private rewriter: MultistatusRewriter | null = null;

  clear(): void {
    this.mode = Mode.PASS;
    this.options = 0;
    this.bodyKind = BodyKind.NONE;
    this.notFound.release(KEEP);
  }

  /** Gives back what a long response took. */
  end(): void {
    this.notFound.release(KEEP);
    const rewriter = this.rewriter;
    if (rewriter !== null) returnRewriter(rewriter);
    this.rewriter = null;
  }

  /** Takes from the request's body what shapes the answer. */
  expect(body: RequestBody, plan: BodyPlan): void {
    this.bodyKind = body.kind;
    this.options =
      (body.asksPrivileges ? MultistatusOption.PRIVILEGES : 0) |
      (body.asksPrincipal ? MultistatusOption.PRINCIPAL : 0) |
      (body.namesOnly ? MultistatusOption.NAMES_ONLY : 0) |
      (body.kind == BodyKind.CALENDAR_MULTIGET ? MultistatusOption.WITHHELD_NOT_FOUND : 0);
    this.notFound.bytes(plan.notFound.ptr, plan.notFound.len);
  }

  /** The whole 207 for a multiget of which nothing is there; valid until the next one. */
  allNotFound(): Writer {
    whole.release(KEEP);
    whole.text(MULTISTATUS_OPEN);
    let start = this.notFound.ptr;
    const end = start + <usize>this.notFound.len;
    for (let at = start; at < end; at++) {
      if (load<u8>(at) != 0) continue;
      writeNotFound(start, <i32>(at - start), true, whole);
      start = at + 1;
    }
    whole.text(MULTISTATUS_CLOSE);
    return whole;
  }

  onHeaders(plugin: Plugin, it: Case, endOfStream: bool, authorization: Writer): u32 {
    if (this.mode == Mode.REPLACED) return Action.CONTINUE;
    if (!headers.read() || headers.status == 0) return this.replace(plugin, 502);
    const status = headers.status;
    const decision = it.decision;
    const passthrough = plugin.upstream.isPassthrough;
    const inLayout = it.request.resource.kind != ResourceKind.OUTSIDE;
    const isOwner = it.isOwner;
    if (status == 401) {
      if (!passthrough) {
        log(LogLevel.ERROR, "caldav: the server refused the credentials of upstream.authenticate");
        return this.replace(plugin, 502);
      }
      if (authorization.len > 0) {
        plugin.metrics.failedSignIns.add(1);
        plugin.credentials.failed(it.person, it.now);
      }
      if (headers.hasWwwAuthenticate) remove(Names.WWW_AUTHENTICATE);
      addHeaderText(HeaderMap.RESPONSE, Names.WWW_AUTHENTICATE, plugin.replies.challenge);
    }
    if (passthrough && isOwner) plugin.credentials.seen(authorization, status, it.now);
    // What is missing in another's calendar looks like what may not be seen.
    if (status == 404 && inLayout && !isOwner) {
      this.mode = Mode.REPLACED;
      plugin.replies.notFound();
      return Action.PAUSE;
    }
    if (headers.hasSetCookie && !passthrough) remove(Names.SET_COOKIE);
    if (inLayout || decision.rewrites) {
      const reads = it.request.method == Method.PROPFIND || it.request.method == Method.REPORT;
      if (decision.rewrites && status == 207) {
        if (headers.hasContentEncoding) return this.replace(plugin, 502);
        if (!endOfStream) this.beginMultistatus(plugin, it);
      } else if (decision.rewrites && reads && status >= 200 && status < 300) {
        // Nothing else answers these methods, so nothing is known of what it holds.
        const isFreeBusy = this.bodyKind == BodyKind.FREE_BUSY_QUERY && headers.isCalendar;
        if (!isFreeBusy || headers.hasContentEncoding) return this.replace(plugin, 502);
      }
    }
    this.setCachingHeaders(plugin, it, status);
    return Action.CONTINUE;
  }

  onBody(plugin: Plugin, it: Case, size: i32, endOfStream: bool): u32 {
    const rewriter = this.rewriter;
    if (this.mode != Mode.MULTISTATUS || rewriter === null) return Action.CONTINUE;
    let at = 0;
    let ok = true;
    while (ok && at < size) {
      if (!readBody(BufferKind.RESPONSE_BODY, at, min(WINDOW, size - at), chunk)) ok = false;
      else ok = rewriter.write(chunk.ptr, chunk.len);
      at += chunk.len;
    }
    if (ok && endOfStream) ok = rewriter.finish();
    if (!ok) return this.fail(plugin, size);
    const out = rewriter.out;
    if (out.overflow || !replaceBody(BufferKind.RESPONSE_BODY, size, out.ptr, out.len)) return this.fail(plugin, size);
    plugin.metrics.bytesRewritten.add(out.len);
    out.reset();
    return Action.CONTINUE;
  }

  onTrailers(plugin: Plugin, it: Case): u32 {
    if (this.mode != Mode.MULTISTATUS) return Action.CONTINUE;
    clearHeaders(HeaderMap.RESPONSE_TRAILERS);
    const rewriter = this.rewriter;
    if (rewriter === null || !rewriter.finish()) return this.fail(plugin, 0);
    return Action.CONTINUE;
  }

  private beginMultistatus(plugin: Plugin, it: Case): void {
    const rewriter = takeRewriter();
    this.rewriter = rewriter;
    this.mode = Mode.MULTISTATUS;
    this.policy.begin(plugin.config, it);
    rewriter.begin(this.policy, this.options);
    let start = this.notFound.ptr;
    const end = start + <usize>this.notFound.len;
    for (let at = start; at < end; at++) {
      if (load<u8>(at) != 0) continue;
      rewriter.appendNotFound(start, <i32>(at - start));
      start = at + 1;
    }
    if (headers.hasContentLength) remove(Names.CONTENT_LENGTH);
  }

  /** Contract, section 6: what was seen through this filter is nobody else's to keep. */
  private setCachingHeaders(plugin: Plugin, it: Case, status: i32): void {
    const isOther = it.request.resource.kind == ResourceKind.OUTSIDE;
    if (isOther && !it.person.isSignedIn) return;
    headers.removeStale();
    const age = this.publicAge(plugin, it, status);
    if (age > 0) {
      vary.reset();
      vary.text(PUBLIC_MAX_AGE);
      vary.decimal(age);
      replaceHeader(HeaderMap.RESPONSE, Names.CACHE_CONTROL, vary.ptr, vary.len);
    } else replaceHeaderText(HeaderMap.RESPONSE, Names.CACHE_CONTROL, Names.PRIVATE_NO_CACHE);
    if (headers.vary.len == 0) {
      replaceHeaderText(HeaderMap.RESPONSE, Names.VARY, plugin.vary);
      return;
    }
    vary.reset();
    vary.text(plugin.vary);
    vary.text(COMMA);
    vary.bytes(headers.vary.ptr, headers.vary.len);
    replaceHeader(HeaderMap.RESPONSE, Names.VARY, vary.ptr, vary.len);
  }

  /**
   * How many seconds a GET may be kept by anybody: only where everybody, signed in or not, may read the calendar and
   * sees all of it, and never for longer than that share lasts. 0: not at all.
   */
  private publicAge(plugin: Plugin, it: Case, status: i32): i64 {
    const method = it.request.method;
    if (method != Method.GET && method != Method.HEAD) return 0;
    if (status != 200 && status != 304 && status != 206) return 0;
    const config = plugin.config;
    if (it.request.resource.kind < ResourceKind.CALENDAR || !config.shares.names(3)) return 0;
    publicRightsOn(config.shares, it.request.resource, it.now, publicGrant);
    if (!(publicGrant.privileges & Privilege.READ) || isView(publicGrant)) return 0;
    let age = <i64>config.publicMaxAge;
    if (publicGrant.until != 0) age = min(age, (publicGrant.until - it.now) / 1000);
    return age;
  }

  /** Answers with an error in place of a response that cannot be let through. */
  private replace(plugin: Plugin, status: i32): u32 {
    this.mode = Mode.REPLACED;
    plugin.metrics.trouble.add(1);
    plugin.replies.plain(status);
    return Action.PAUSE;
  }

  /** The body is no multistatus, or was cut off: what is left of it does not go out, and the client sees it break. */
  private fail(plugin: Plugin, size: i32): u32 {
    this.mode = Mode.REPLACED;
    log(LogLevel.ERROR, "caldav: a multistatus of the server could not be read; the response is broken off");
    plugin.metrics.trouble.add(1);
    replaceBody(BufferKind.RESPONSE_BODY, size, 0, 0);
    plugin.replies.plain(502);
    return Action.PAUSE;
  }
}

const whole = new Writer(64 << 20);
const PUBLIC_MAX_AGE: Text = text("public, max-age=");
const COMMA: Text = text(", ");

/** Rewriters hold buffers worth keeping; a few wait here to be used again. */
const idle: MultistatusRewriter[] = [];
const MAX_IDLE: i32 = 16;

function takeRewriter(): MultistatusRewriter {
  return idle.length > 0 ? idle.pop() : new MultistatusRewriter();
}

function returnRewriter(rewriter: MultistatusRewriter): void {
  if (idle.length < MAX_IDLE) idle.push(rewriter);
}

function remove(name: Text): void {
  removeHeader(HeaderMap.RESPONSE, name.ptr, name.len);
}
