import { forgetCall, enter } from "../abi/dispatch";
import { StreamContext } from "../abi/context";
import { Action, HeaderMap } from "../abi/types";
import { Slice } from "../bytes/slice";
import { Writer } from "../bytes/writer";
import { IdentitySource } from "../config/config";
import { ResourceKind } from "../dav/layout";
import { Method } from "../dav/method";
import { now } from "../host/clock";
import { clearHeaders } from "../host/headers";
import { continueRequest } from "../host/stream";
import { Case, decide } from "../policy/decide";
import { answerFreeBusy } from "../policy/decide_body";
import { Reason, Verdict } from "../policy/decision";
import { publishDecision } from "./filter_state";
import { FreeBusyProgress } from "./free_busy_progress";
import { Guarded } from "./guard";
import { keepAlarms } from "./keep_alarms";
import { judgeBody, judgeNoBody, setBodyLength } from "./judge_body";
import { Phase } from "./phase";
import { RequestHeaders } from "./request_headers";
import { Response } from "./response";
import { Plugin } from "./root";
import { Step, StreamCache } from "./stream_cache";
import { returnStream } from "./stream_pool";
import { decideWellKnown } from "./well_known";

/** What each of thousands of streams keeps of a buffer for the next request. */
const KEEP: i32 = 1024;

const headers = new RequestHeaders();

/**
 * One request's way through the filter. It carries out decisions and makes none: `decide` and its kin do. Used again
 * for another request after its end.
 */
export class Stream extends StreamContext {
  readonly it: Case = new Case();
  private plugin: Plugin | null = null;
  private phase: i32 = Phase.HEADERS;
  /** The client's own view of our host and port, kept for the hrefs in the body. */
  private authority: Writer = new Writer(64 << 10);
  private authoritySlice: Slice = new Slice();
  private authorization: Writer = new Writer(64 << 10);
  private response: Response = new Response();
  private cached: StreamCache = new StreamCache();
  private call: u32 = 0;
  /** How much of a streamed body went by. */
  private streamed: i64 = 0;
  /** How much of a held body the host has buffered. */
  private buffered: i32 = 0;
  private isListed: bool = false;
  /** The filter's own answer to a free-busy-query, when there is one. */
  private freeBusy: FreeBusyProgress | null = null;
  private hasContentLength: bool = false;

  /** Makes it ready for a new request. */
  begin(plugin: Plugin): void {
    this.plugin = plugin;
    this.phase = Phase.HEADERS;
    this.it.clear();
    this.authority.reset();
    this.authorization.reset();
    this.call = 0;
    this.streamed = 0;
    this.buffered = 0;
    this.isListed = false;
    this.hasContentLength = false;
    this.response.clear();
    this.cached.clear();
  }

  onRequestHeaders(endOfStream: bool): u32 {
    const plugin = this.plugin;
    if (plugin === null || this.phase != Phase.HEADERS) return Action.PAUSE;
    const it = this.it;
    const request = it.request;
    if (!headers.read(request, plugin.identity.headers) || headers.strippedOverflow) {
      it.decision.refuse(headers.strippedOverflow ? 400 : 500, Reason.BAD_HEADER);
      return this.refuse(plugin);
    }
    if (plugin.needsClock) it.now = now();
    if (request.method == Method.OPTIONS && headers.isOptionsOfAll) {
      it.decision.pass(Reason.DISCOVERY);
      it.decision.verdict = Verdict.ANSWER_OPTIONS;
      return this.conclude(plugin);
    }
    if (decideWellKnown(it)) return this.conclude(plugin);
    if (!plugin.identity.resolve(headers, it.person)) {
      it.decision.refuse(400, Reason.AMBIGUOUS_IDENTITY);
      return this.refuse(plugin);
    }
    const config = plugin.config;
    this.hasContentLength = headers.hasContentLength;
    this.authority.bytes(headers.authority.ptr, headers.authority.len);
    this.authoritySlice.set(this.authority.ptr, this.authority.len);
    if (request.pathIsPlain) config.layout.classify(request.path, request.resource);
    headers.readDestination(config.layout, request);
    decide(config, it);
    if (it.lacksMemory || this.authority.overflow) {
      it.decision.refuse(503, Reason.TROUBLE);
      return this.refuse(plugin);
    }
    if (it.decision.verdict == Verdict.PASS && request.ifHeader.len > 0) {
      plugin.upstream.applyIf(config, it, this.authoritySlice, plugin.tags);
    }
    const isBasic = config.identity.source == IdentitySource.BASIC;
    // Kept for requests of the filter's own.
    const asks = it.decision.isView || request.method == Method.REPORT || plugin.cache !== null;
    if (headers.hasAuthorization && (isBasic || asks)) {
      this.authorization.bytes(headers.authorization.ptr, headers.authorization.len);
    }
    if (isBasic && headers.hasAuthorization) {
      const wait = plugin.credentials.blockedFor(it.person, it.now);
      if (wait > 0) return this.refuseFor(plugin, 429, Reason.BLOCKED, wait);
    }
    if (it.decision.verdict == Verdict.PASS) this.cached.begin(plugin, it, headers.cursor);
    const isApplied = it.decision.verdict != Verdict.PASS || plugin.upstream.apply(it, headers, plugin.tags);
    if (!isApplied || this.authorization.overflow) {
      it.decision.refuse(503, Reason.TROUBLE);
      return this.refuse(plugin);
    }
    // A body of unknown length is held too, to send it on with a Content-Length: Radicale reads no other.
    const holds = it.decision.readsBody || it.decision.mergesAlarms || !headers.hasContentLength;
    if (it.decision.verdict == Verdict.PASS && holds && !endOfStream) {
      this.phase = Phase.BODY;
      return Action.PAUSE;
    }
    if (it.decision.verdict == Verdict.PASS && it.decision.readsBody)
      judgeNoBody(plugin, it, this.authoritySlice, this.response);
    return this.conclude(plugin);
  }

  onRequestBody(size: i32, endOfStream: bool): u32 {
    const plugin = this.plugin;
    if (plugin === null) return Action.PAUSE;
    if (this.phase == Phase.ANSWERED) return Action.PAUSE;
    const limit = plugin.config.limits.requestBody;
    if (this.phase == Phase.PASSED) {
      this.streamed += <i64>size;
      if (this.streamed <= <i64>limit) return Action.CONTINUE;
      return this.refuseLarge(plugin);
    }
    if (size > limit) return this.refuseLarge(plugin);
    this.buffered = size;
    if (this.phase != Phase.BODY || !endOfStream) return Action.PAUSE;
    return this.judge(plugin, size);
  }

  onRequestTrailers(): u32 {
    const plugin = this.plugin;
    if (plugin === null || this.phase == Phase.ANSWERED) return Action.PAUSE;
    // No CalDAV server needs trailers, and nothing judged them.
    clearHeaders(HeaderMap.REQUEST_TRAILERS);
    if (this.phase == Phase.BODY) return this.judge(plugin, this.buffered);
    return this.phase == Phase.PASSED ? Action.CONTINUE : Action.PAUSE;
  }

  onResponseHeaders(endOfStream: bool): u32 {
    const plugin = this.plugin;
    if (plugin === null || this.phase != Phase.PASSED) return this.whileWaiting;
    if (this.cached.rescues(plugin, this.it, this.id)) {
      this.phase = Phase.ANSWERED;
      return Action.PAUSE;
    }
    const action = this.response.onHeaders(plugin, this.it, endOfStream, this.authorization);
    this.cached.onHeaders(plugin, this.response, endOfStream);
    return this.orAnswer(plugin, action, endOfStream);
  }

  onResponseBody(size: i32, endOfStream: bool): u32 {
    const plugin = this.plugin;
    if (plugin === null || this.phase != Phase.PASSED) return this.whileWaiting;
    const action = this.response.onBody(plugin, this.it, size, endOfStream, this.cached.read);
    return this.orAnswer(plugin, action, endOfStream);
  }

  onResponseTrailers(): u32 {
    const plugin = this.plugin;
    if (plugin === null || this.phase != Phase.PASSED) return this.whileWaiting;
    const action = this.response.onTrailers(plugin, this.it);
    return this.orAnswer(plugin, action, true);
  }

  /** What becomes of a response that is not looked at: held while the filter finds out what to answer in its place. */
  private get whileWaiting(): u32 {
    return this.phase == Phase.FREE_BUSY || this.phase == Phase.LISTING_AGAIN ? Action.PAUSE : Action.CONTINUE;
  }

  /** Goes on with a response, or holds it while the filter asks for what it takes to answer in its place. */
  private orAnswer(plugin: Plugin, action: u32, endOfStream: bool): u32 {
    if (endOfStream) {
      this.cached.onEnd(plugin, this.it, this.response, this.id, this.authoritySlice, this.authorization);
    }
    if (this.response.asksAgain) {
      this.phase = Phase.LISTING_AGAIN;
      this.call = plugin.hiddenObjects.ask(this.id, this.it, this.authoritySlice, this.authorization);
      if (this.call == 0) this.refuseFor(plugin, 503, Reason.UPSTREAM, 1);
      return Action.PAUSE;
    }
    if (!this.response.lacksFreeBusy) return action;
    answerFreeBusy(this.it);
    this.act(plugin);
    return Action.PAUSE;
  }

  onCallResponse(token: u32, count: i32, bodySize: i32): void {
    const plugin = this.plugin;
    if (plugin === null || token != this.call) return;
    this.call = 0;
    const status = count > 0 ? plugin.credentials.statusOfCall() : 0;
    const isClients = this.phase == Phase.CHECK || plugin.upstream.isPassthrough;
    if (status == 401 && isClients) return this.onSignInFailed(plugin);
    if (this.phase == Phase.GUARD) {
      this.onGuarded(plugin, count > 0 ? plugin.guard.judge(this.it, bodySize) : Guarded.TROUBLE);
      return plugin.guard.forget();
    }
    if (this.phase == Phase.LISTING) return this.onListed(plugin, this.takeSeen(plugin, count, bodySize));
    if (this.phase == Phase.LISTING_AGAIN) return this.onListedAgain(plugin, this.takeSeen(plugin, count, bodySize));
    if (this.phase == Phase.FREE_BUSY) return this.onBusyTime(plugin, bodySize);
    if (this.phase == Phase.CACHE) return this.onChecked(plugin, count > 0, bodySize);
    if (this.phase != Phase.CHECK || !enter(this.id)) return;
    plugin.credentials.take(this.it, this.authorization, status);
    this.resume(plugin);
  }

  /** The server has refused the client's credentials on a request of the filter's own: as if on the client's. */
  private onSignInFailed(plugin: Plugin): void {
    if (!enter(this.id)) return;
    const it = this.it;
    plugin.credentials.failed(it.person, this.authorization, it.now);
    it.decision.refuse(401, Reason.NOT_SIGNED_IN);
    this.refuse(plugin);
  }

  private onGuarded(plugin: Plugin, found: i32): void {
    if (!enter(this.id)) return;
    const it = this.it;
    plugin.guard.carryOut(it, found);
    it.decision.guardsObject = false;
    if (it.decision.mergesAlarms) keepAlarms(plugin, it, this.buffered);
    this.resume(plugin);
  }

  /** Takes what a look at the calendar has found; false when it cannot be told. */
  private takeSeen(plugin: Plugin, count: i32, size: i32): bool {
    return count > 0 && plugin.hiddenObjects.take(plugin.config, this.it, size, this.response.seen);
  }

  private onListed(plugin: Plugin, known: bool): void {
    if (!enter(this.id)) return;
    const resource = this.it.request.resource;
    if (!known) this.it.decision.refuse(503, Reason.UPSTREAM);
    else if (resource.kind == ResourceKind.OBJECT && this.response.seen.hides(resource.object)) {
      this.it.decision.refuse(404, Reason.NOT_READABLE);
    }
    this.isListed = true;
    this.resume(plugin);
  }

  private onListedAgain(plugin: Plugin, known: bool): void {
    if (!enter(this.id)) return;
    this.phase = Phase.ANSWERED;
    if (!known || this.response.settleListing(plugin, this.it) != 0) this.refuseFor(plugin, 503, Reason.UPSTREAM, 1);
  }

  /** The server has said, or not, whether the collection has changed. */
  private onChecked(plugin: Plugin, hasAnswer: bool, size: i32): void {
    this.cached.checked(plugin, this.it, this.id, hasAnswer, size);
    if (!enter(this.id)) return;
    this.resume(plugin);
  }

  onWake(isLast: bool): void {
    const plugin = this.plugin;
    if (plugin === null || this.phase != Phase.CACHE) return;
    this.cached.woken(plugin, isLast);
    this.resume(plugin);
  }

  private onBusyTime(plugin: Plugin, size: i32): void {
    const progress = this.freeBusy;
    if (progress === null) return;
    const isComplete = plugin.freeBusy.take(plugin.config, this.it, progress, size, this.response.seen);
    if (!enter(this.id)) return;
    if (!isComplete) return this.act(plugin);
    this.phase = Phase.ANSWERED;
    if (!progress.isFallback) this.publish(plugin);
    const answer = plugin.freeBusy.answer(progress);
    plugin.replies.calendar(answer, this.cached.answered(plugin, this.it, this.id, answer, progress.isFallback));
  }

  onDelete(): void {
    if (this.call != 0) forgetCall(this.call);
    this.call = 0;
    this.response.end();
    const progress = this.freeBusy;
    if (progress !== null) progress.periods.release(KEEP);
    // What a long request took is not for thousands of streams to keep.
    this.it.release(KEEP);
    this.authority.release(KEEP);
    this.authorization.release(KEEP);
    const plugin = this.plugin;
    this.cached.leave(plugin, this.id, KEEP);
    this.plugin = null;
    if (plugin !== null) returnStream(this, plugin);
  }

  /** The whole body is there: decides with it, and lets it go on as it may. */
  private judge(plugin: Plugin, size: i32): u32 {
    const it = this.it;
    if (!it.decision.readsBody) {
      setBodyLength(size, this.hasContentLength);
      if (it.decision.mergesAlarms && !it.decision.guardsObject) keepAlarms(plugin, it, size);
    } else judgeBody(plugin, it, size, this.authoritySlice, this.hasContentLength, this.response);
    return this.plugin === null ? Action.PAUSE : this.conclude(plugin);
  }

  /** All that the request itself can tell is known. Where a password was only claimed, the server is asked first. */
  private conclude(plugin: Plugin): u32 {
    if (this.it.decision.verdict == Verdict.PASS) this.cached.ask(plugin, this.it);
    if (plugin.credentials.mustCheck(this.it, plugin.upstream.isPassthrough, this.cached.isAsked, this.authorization)) {
      this.call = plugin.credentials.check(this.id, this.it.person, this.authorization, this.authoritySlice);
      if (this.call != 0) {
        this.phase = Phase.CHECK;
        return Action.PAUSE;
      }
      this.it.decision.refuse(503, Reason.UPSTREAM);
    }
    this.act(plugin);
    return this.phase == Phase.PASSED ? Action.CONTINUE : Action.PAUSE;
  }

  /**
   * Carries the decision out of a request that was held; unless a body that was put in place of another was too large
   * for Envoy's buffer: then Envoy has answered with 413, and the stream is gone.
   */
  private resume(plugin: Plugin): void {
    if (this.plugin === null) return;
    this.act(plugin);
    if (this.phase == Phase.PASSED) continueRequest();
  }

  /** Carries the decision out. */
  private act(plugin: Plugin): void {
    const decision = this.it.decision;
    if (decision.verdict == Verdict.PASS && this.cached.isAsked && this.isCached(plugin)) return;
    if (decision.verdict == Verdict.PASS && decision.guardsObject) {
      this.phase = Phase.GUARD;
      this.call = plugin.guard.ask(this.id, this.it, this.authoritySlice, this.authorization);
      if (this.call != 0) return;
      decision.refuse(503, Reason.UPSTREAM);
    }
    if (decision.verdict == Verdict.PASS && decision.hidesObjects && !this.isListed) {
      this.phase = Phase.LISTING;
      this.call = plugin.hiddenObjects.ask(this.id, this.it, this.authoritySlice, this.authorization);
      if (this.call != 0) return;
      decision.refuse(503, Reason.UPSTREAM);
    }
    if (decision.verdict == Verdict.PASS && decision.answersFreeBusy) {
      this.call = plugin.freeBusy.ask(this.id, this.it, this.beginFreeBusy(), this.authoritySlice, this.authorization);
      if (this.call != 0) return;
      decision.refuse(503, Reason.UPSTREAM);
    }
    if (decision.verdict == Verdict.PASS && !this.cached.passes(plugin, this.it)) {
      decision.refuse(503, Reason.TROUBLE);
    }
    if (decision.verdict == Verdict.PASS) {
      this.phase = Phase.PASSED;
      this.streamed = <i64>this.buffered;
      this.publish(plugin);
      return;
    }
    if (decision.verdict == Verdict.REFUSE) {
      this.refuse(plugin);
      return;
    }
    this.phase = Phase.ANSWERED;
    this.publish(plugin);
    if (decision.verdict == Verdict.ANSWER_OPTIONS) plugin.replies.options();
    else if (decision.verdict == Verdict.REDIRECT) plugin.replies.redirect();
    else plugin.replies.multistatus(this.response.allNotFound());
  }

  /** Answers from the cache, or waits for what will be there; false when the request is to go on. */
  private isCached(plugin: Plugin): bool {
    const step = this.cached.look(plugin, this.it, this.id, this.authoritySlice, this.authorization);
    this.call = this.cached.call;
    if (step == Step.GO) return false;
    this.phase = step == Step.WAIT ? Phase.CACHE : Phase.ANSWERED;
    if (step != Step.WAIT) this.publish(plugin);
    if (step == Step.REFUSED) plugin.replies.plain(504);
    return true;
  }

  private beginFreeBusy(): FreeBusyProgress {
    const progress = this.freeBusy;
    if (this.phase == Phase.FREE_BUSY && progress !== null) return progress;
    const begun = progress === null ? new FreeBusyProgress() : progress;
    begun.begin(this.it.request.rangeStart, this.it.request.rangeEnd, this.phase == Phase.PASSED);
    this.freeBusy = begun;
    this.phase = Phase.FREE_BUSY;
    return begun;
  }

  private refuse(plugin: Plugin): u32 {
    this.phase = Phase.ANSWERED;
    this.publish(plugin);
    plugin.replies.refuse(this.it);
    return Action.PAUSE;
  }

  /** Refuses what may be tried again in some seconds. */
  private refuseFor(plugin: Plugin, status: i32, reason: i32, seconds: i64): u32 {
    this.it.decision.refuse(status, reason);
    this.phase = Phase.ANSWERED;
    this.publish(plugin);
    plugin.replies.refuseFor(status, seconds);
    return Action.PAUSE;
  }

  private refuseLarge(plugin: Plugin): u32 {
    this.it.decision.refuse(413, Reason.TOO_LARGE);
    return this.refuse(plugin);
  }

  private publish(plugin: Plugin): void {
    const decision = this.it.decision;
    plugin.metrics.decided(decision.verdict != Verdict.REFUSE, decision.reason);
    publishDecision(this.it, this.cached.word(plugin));
  }
}
