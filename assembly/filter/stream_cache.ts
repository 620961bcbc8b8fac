import { handAnswerTo } from "../abi/dispatch";
import { Slice } from "../bytes/slice";
import { text, Text } from "../bytes/text";
import { Writer } from "../bytes/writer";
import { CacheControl } from "../cache/cache_control";
import { Forward } from "../cache/cache_status";
import { isWholeAnswer } from "../cache/whole_answer";
import { Method } from "../dav/method";
import { BodyKind } from "../dav/report";
import { HeaderCursor } from "../host/headers";
import { Case } from "../policy/decide";
import { Found } from "./cache";
import { answerFrom, keepAnswer, keepOwnAnswer, responseStatus } from "./cache_answer";
import { CachedRead, ReadPhase } from "./cached_read";
import { judged } from "./judge_body";
import { Response } from "./response";
import { Plugin } from "./root";
import { WriteMark } from "./write_mark";

const control = new CacheControl();
const WORDS: Text[] = [
  text("hit"),
  text("bypass"),
  text("method"),
  text("miss"),
  text("miss"),
  text("miss"),
  text("request"),
  text("stale"),
  text("partial"),
];

const COLLAPSED: Text = text("collapsed");

/** What a stream is to do after a look into the cache. */
export namespace Step {
  /** Go on to the server. */
  export const GO: i32 = 0;
  /** Nothing: the client has its answer. */
  export const ANSWERED: i32 = 1;
  /** Wait, to be woken or for the answer to `call`. */
  export const WAIT: i32 = 2;
  /** Nothing is stored, and the client wants nothing else: 504 (RFC 9111, 5.2.1.7). */
  export const REFUSED: i32 = 3;
}

/** What one stream has to do with the cache: its read, or the write that makes answers stale. */
export class StreamCache {
  /** The call that a `Step.WAIT` waits for; 0 when it waits for another stream. */
  call: u32 = 0;
  readonly read: CachedRead = new CachedRead();
  private write: WriteMark = new WriteMark();
  private isRead: bool = false;
  private hasLength: bool = false;
  private status: i32 = 0;

  clear(): void {
    this.call = 0;
    this.isRead = false;
    this.read.clear();
  }

  /** The request may go on: if it is a read, takes what the cache has to know of its headers. In that callback only. */
  begin(plugin: Plugin, it: Case, sent: HeaderCursor): void {
    const cache = plugin.cache;
    if (cache === null) return;
    const method = it.request.method;
    this.isRead = method == Method.GET || method == Method.PROPFIND || method == Method.REPORT || method == Method.HEAD;
    if (this.isRead) cache.begin(it, this.read, sent);
  }

  /** The request has been judged as a whole. */
  ask(plugin: Plugin, it: Case): void {
    const cache = plugin.cache;
    if (cache === null || this.read.phase != ReadPhase.BEGUN) return;
    const hasBody = it.request.method == Method.PROPFIND || it.request.method == Method.REPORT;
    if (!hasBody) return cache.ask(it, this.read, BodyKind.NONE, 0, 0);
    // What lies elsewhere changes with other writes and other rights.
    if (judged.leavesCollection) this.read.phase = ReadPhase.NONE;
    cache.ask(it, this.read, judged.kind, judged.body.ptr, judged.body.len);
    cache.askToken(it, this.read, judged.kind, judged.syncToken);
  }

  /** True when the answer may come from the cache, or go there: then the password must have been accepted. */
  get isAsked(): bool {
    return this.read.phase == ReadPhase.KEYED;
  }

  /** Looks for an answer, and gives it if there is one. */
  look(plugin: Plugin, it: Case, stream: u32, authority: Slice, authorization: Writer): i32 {
    const cache = plugin.cache;
    const read = this.read;
    this.call = 0;
    if (cache === null || read.phase != ReadPhase.KEYED) return Step.GO;
    const found = cache.look(it, read, stream);
    if (found == Found.WAIT) return Step.WAIT;
    if (found == Found.REFUSED) return Step.REFUSED;
    if (found == Found.ANSWER) {
      if (answerFrom(cache.entry, it.request.method, read, it.now - cache.entry.began, !it.decision.isView)) {
        cache.metrics.count(Forward.NONE);
        return Step.ANSWERED;
      }
      read.status.clear();
      read.status.forward = Forward.BYPASS;
    }
    if (found == Found.CHECK) {
      this.call = plugin.collectionCheck.ask(stream, it, authority, authorization);
      if (this.call != 0) {
        cache.checking(read, stream);
        return Step.WAIT;
      }
      // It cannot be asked: the server itself answers.
      cache.checks.giveUp(changetype<usize>(read.checkDigest));
      read.hasChecked = true;
      return this.look(plugin, it, stream, authority, authorization);
    }
    return Step.GO;
  }

  /** Takes the answer to `call`, of `size` bytes; to be called before the stream is entered. */
  checked(plugin: Plugin, it: Case, stream: u32, hasAnswer: bool, size: i32): void {
    const cache = plugin.cache;
    if (cache === null) return;
    cache.checked(it, this.read, hasAnswer ? plugin.collectionCheck.take(size) : null);
    cache.checks.land(changetype<usize>(this.read.checkDigest), stream, true);
  }

  /** Another stream has what this one waited for; `isLast`: it must not wait for one more. */
  woken(plugin: Plugin, isLast: bool): void {
    const cache = plugin.cache;
    const read = this.read;
    if (read.phase == ReadPhase.WAITING_FOR_CHECK) read.hasChecked = read.hasChecked || isLast;
    else {
      if (cache !== null) cache.metrics.coalesced.add(1);
      read.hasWaited = read.hasWaited || isLast;
      read.status.collapsed = true;
    }
    read.phase = ReadPhase.KEYED;
  }

  /** The request goes to the server now. False when a write could not be noted: then it must not. */
  passes(plugin: Plugin, it: Case): bool {
    const cache = plugin.cache;
    if (cache !== null && this.isRead) cache.metrics.count(this.read.status.forward);
    return this.write.begin(plugin.config, it);
  }

  /** The server's response begins. True when what is stored is given in its place: it failed. */
  rescues(plugin: Plugin, it: Case, stream: u32): bool {
    const cache = plugin.cache;
    const read = this.read;
    if (cache === null || plugin.config.cache.staleIfError == 0 || read.phase != ReadPhase.LEADING) return false;
    const status = responseStatus();
    if (status != 500 && (status < 502 || status > 504)) return false;
    if (!cache.rescue(it, read, status)) return false;
    if (!answerFrom(cache.entry, it.request.method, read, it.now - cache.entry.began, !it.decision.isView))
      return false;
    read.phase = ReadPhase.OVER;
    cache.reads.land(changetype<usize>(read.digest), stream, true);
    return true;
  }

  /** The server's response begins, and goes to the client as it is now. */
  onHeaders(plugin: Plugin, response: Response, endOfStream: bool): void {
    const cache = plugin.cache;
    this.status = response.status;
    this.write.answered(response.status);
    if (cache === null || !this.isRead || response.isReplaced) return;
    let mayBeStored = this.read.phase == ReadPhase.LEADING && !endOfStream;
    if (mayBeStored) {
      control.clear();
      const value = response.serversCacheControl;
      if (value.len > 0) control.add(value.ptr, value.len);
      mayBeStored = !control.noStore;
    }
    this.hasLength = response.hasLength;
    keepAnswer(this.read, mayBeStored, plugin.vary, plugin.config.cache.maxEntry);
  }

  /** The last byte of the response has come, and has not gone out yet. */
  onEnd(plugin: Plugin, it: Case, response: Response, stream: u32, authority: Slice, authorization: Writer): void {
    this.write.end(true);
    const cache = plugin.cache;
    const read = this.read;
    // What the filter answers in the server's place is yet to come.
    if (cache === null || read.phase != ReadPhase.LEADING || response.lacksFreeBusy) return;
    const isWhole = isWholeAnswer(this.status, read.body, read.bodyLen, this.hasLength);
    if (response.isBroken || !isWhole) read.drop();
    cache.finish(it, read);
    cache.reads.land(changetype<usize>(read.digest), stream, true);
    const confirmation = cache.confirmation(plugin, it, read);
    if (confirmation === null) return;
    const token = plugin.collectionCheck.ask(stream, it, authority, authorization);
    if (token != 0) handAnswerTo(token, confirmation);
    else confirmation.end();
  }

  /**
   * The filter itself has the answer, a 200 of iCalendar: it is stored as the server's would be. `isFallback`: the server
   * was asked before. Gives its `Cache-Status`, or null.
   */
  answered(plugin: Plugin, it: Case, stream: u32, body: Writer, isFallback: bool): Writer | null {
    const cache = plugin.cache;
    const read = this.read;
    if (cache === null) return null;
    if (!isFallback) cache.metrics.count(read.status.forward);
    const isLeading = read.phase == ReadPhase.LEADING;
    const status = keepOwnAnswer(read, isLeading, plugin.vary, plugin.config.cache.maxEntry, body);
    cache.finish(it, read);
    if (isLeading) cache.reads.land(changetype<usize>(read.digest), stream, true);
    return status;
  }

  /** The stream is gone. */
  leave(plugin: Plugin | null, stream: u32, keep: i32): void {
    this.write.end(false);
    if (plugin !== null) {
      const cache = plugin.cache;
      if (cache !== null) cache.leave(this.read, stream);
    }
    this.read.release(keep);
  }

  /** What became of a read, for access logs; null when it has nothing to do with a cache. */
  word(plugin: Plugin): Text | null {
    if (plugin.cache === null || !this.isRead) return null;
    const forward = this.read.status.forward;
    if (this.read.status.collapsed) return COLLAPSED;
    return forward >= 0 && forward < WORDS.length ? WORDS[forward] : null;
  }
}
