import { Text } from "../bytes/text";
import { equal, Slice } from "../bytes/slice";
import { Writer } from "../bytes/writer";
import { AskedProperties } from "../cache/asked_properties";
import { CacheControl } from "../cache/cache_control";
import { Forward } from "../cache/cache_status";
import { addValidator, Entry, EntryWriter } from "../cache/entry";
import { Snapshot } from "../cache/generations";
import { Store } from "../cache/store";
import { findToken, tokenLength, writeNoChange, writeNoChangeSince } from "../cache/sync_poll";
import { Coherence, Config } from "../config/config";
import { ResourceKind } from "../dav/layout";
import { Method } from "../dav/method";
import { BodyKind } from "../dav/report";
import { Depth } from "../dav/request";
import { now } from "../host/clock";
import { HeaderCursor } from "../host/headers";
import { Case } from "../policy/decide";
import { CacheMetrics } from "./cache_metrics";
import { CacheKeys } from "./cache_keys";
import { CachedRead, isAnswered, ReadPhase } from "./cached_read";
import { Confirmation, takeConfirmation } from "./confirmation";
import { Flights } from "./flights";
import * as Names from "./names";
import { readControl, ReadHeader } from "./read_headers";
import { sharedEntries } from "./shared_entries";
import { Plugin } from "./root";
import { Upstream } from "./upstream";
import { Validators } from "./validator";
import { snapshotOf } from "./write_mark";

/** What a look into the cache came to. */
export namespace Found {
  /** Nothing: the request goes to the server. */
  export const NOTHING: i32 = 0;
  /** `entry` is the answer. */
  export const ANSWER: i32 = 1;
  /** Another stream is getting it. */
  export const WAIT: i32 = 2;
  /** The server has to be asked first whether the collection has changed. */
  export const CHECK: i32 = 3;
  /** The client wants nothing but what is stored, and nothing is. */
  export const REFUSED: i32 = 4;
}

/** How old an answer to a check may be that comes after a read, in ms. */
const LATELY: i64 = 30_000;
const value = new Slice();
const asked = new AskedProperties();
const control = new CacheControl();

/** What is known of a read, from nothing to its answer. */
namespace Known {
  export const NOTHING: i32 = 0;
  /** It was so, and is not any more. */
  export const OLD: i32 = 1;
  /** It is so, but the client wants an answer that is younger, or of the server's own. */
  export const UNWANTED: i32 = 2;
  /** It may be so still: the server has to be asked. */
  export const UNCHECKED: i32 = 3;
  export const USABLE: i32 = 4;
}

const nothing = new Slice();
const confirmed = new Writer(65 << 20);
/** The caches of this VM, to know when nobody needs what one has stored. */
const live: Cache[] = [];
const noChange = new Writer(16 << 10);
const tokenEntry = new Writer(32 << 10);
const tokenAnswer = new EntryWriter(tokenEntry);

/** The cache of one configuration (contract, section 6). Null where there is none; writes are noted in any case. */
export class Cache {
  readonly entry: Entry = new Entry();
  readonly metrics: CacheMetrics = new CacheMetrics();
  readonly store: Store;
  /** Reads that are on their way to the server, and checks. */
  readonly reads: Flights = new Flights();
  readonly checks: Flights = new Flights();
  private keys: CacheKeys;
  private validators: Validators;
  /** Something of this configuration was stored by this worker. */
  private isUsed: bool = false;
  private after: Snapshot = new Snapshot();

  /** `policy`: the bytes of the configuration; `secret`: what clients cannot know and all workers do. */
  constructor(
    private config: Config,
    upstream: Upstream,
    policy: Writer,
    secret: Text,
    /** `Vary` of what the filter answers. */
    private vary: Text,
  ) {
    const cache = config.cache;
    const store = new Store(sharedEntries, cache.maxEntry, cache.maxBytes);
    const keys = new CacheKeys(config, upstream, policy, secret);
    this.store = store;
    this.keys = keys;
    this.validators = new Validators(store);
    live.push(this);
  }

  /** Whether the answer to a read may come from the cache, or go there; takes its headers, as they came, if so. */
  begin(it: Case, read: CachedRead, sent: HeaderCursor): void {
    const request = it.request;
    const method = request.method;
    const kind = request.resource.kind;
    const isGet = method == Method.GET || method == Method.HEAD;
    read.status.forward = Forward.BYPASS;
    const isPart = kind == ResourceKind.CALENDAR || kind == ResourceKind.OBJECT;
    const isWhole = kind == ResourceKind.HOME || (kind == ResourceKind.PRINCIPAL && request.resource.isPrincipal);
    if (!(isPart || (isWhole && it.isOwner)) || request.resource.isScheduling) return;
    if (kind == ResourceKind.PRINCIPAL && request.depth != Depth.ZERO) return;
    read.headers.take(sent);
    const headers = read.headers;
    // WebDAV's own conditions, and those of listings, are for the server to judge.
    const isConditional = headers.has(ReadHeader.IF_MATCH) || headers.has(ReadHeader.IF_NONE_MATCH);
    if (headers.isOdd || headers.has(ReadHeader.IF) || (!isGet && isConditional)) return;
    read.phase = ReadPhase.BEGUN;
  }

  /** Makes the key of a read, from its body too: `len` is 0 for none. Without a key it has nothing to do with the cache. */
  ask(it: Case, read: CachedRead, kind: i32, ptr: usize, len: i32): void {
    if (read.phase != ReadPhase.BEGUN) return;
    read.phase = ReadPhase.NONE;
    const request = it.request;
    const depth = this.config.limits.xmlDepth;
    read.isCovered = true;
    if (request.method == Method.PROPFIND || request.method == Method.REPORT) {
      if (!isAnswered(request.method, kind)) return;
      if (kind != BodyKind.FREE_BUSY_QUERY) {
        asked.read(ptr, len, depth);
        if (asked.isVolatile) return;
        read.isCovered = asked.isCovered;
      }
    }
    if (this.config.cache.coherence == Coherence.VALIDATE && !read.isCovered) return;
    if (!this.keys.ofRead(it, read, ptr, len)) return;
    read.phase = ReadPhase.KEYED;
    read.status.forward = Forward.MISS;
  }

  /** As `ask`, for what a read says of the calendar's sync-token, decoded, or will learn of it. */
  askToken(it: Case, read: CachedRead, kind: i32, token: Slice): void {
    if (read.phase != ReadPhase.KEYED || it.request.resource.kind != ResourceKind.CALENDAR) return;
    const syncs = kind == BodyKind.SYNC_COLLECTION;
    read.tellsToken = syncs || (kind == BodyKind.PROPFIND && it.request.depth == Depth.ZERO);
    if (syncs && token.len > 0) writeNoChangeSince(token.ptr, token.len, read.noChange);
    if (read.noChange.overflow) read.noChange.reset();
  }

  /** Looks for an answer that may be given now. `stream` is the id of the read's stream. */
  look(it: Case, read: CachedRead, stream: u32): i32 {
    const time = now();
    const cache = this.config.cache;
    const isValidated = cache.coherence == Coherence.VALIDATE;
    it.now = time;
    read.began = time;
    read.hasValidator = false;
    snapshotOf(it.request.resource, read.before, time);
    readControl(read.headers, control);
    let known = this.find(read, time) ? this.judge(it, read, time) : Known.NOTHING;
    // What the calendar's token is may be known though nobody asked this very question.
    if (known != Known.USABLE && this.findToken(it, read, time)) known = max(known, this.judge(it, read, time));
    if (known == Known.USABLE) return this.found(read, time - this.entry.began);
    read.status.forward = known == Known.NOTHING ? Forward.MISS : Forward.STALE;
    if (control.noCache || control.noStore || known == Known.UNWANTED) read.status.forward = Forward.REQUEST;
    read.status.collapsed = false;
    if (control.onlyIfCached) return Found.REFUSED;
    if (control.noStore) {
      read.phase = ReadPhase.OVER;
      return Found.NOTHING;
    }
    // While something is written, or may be, nothing is stored: there is nothing to wait for.
    if (!read.before.isQuiet) {
      read.phase = ReadPhase.OVER;
      return Found.NOTHING;
    }
    if (isValidated) {
      if (known == Known.UNCHECKED && !read.hasChecked) {
        read.checkedBefore = this.validators.asked;
        return this.waitsForCheck(it, read, stream, time);
      }
      this.keepValidator(it, read, time);
    }
    if (!control.noCache && !read.hasWaited && this.reads.wait(digestOf(read), stream, time)) {
      read.phase = ReadPhase.WAITING;
      return Found.WAIT;
    }
    // Nobody can use the answer to a HEAD.
    if (it.request.method == Method.HEAD) {
      read.phase = ReadPhase.OVER;
      this.reads.giveUp(digestOf(read));
    } else {
      read.phase = ReadPhase.LEADING;
      this.reads.lead(digestOf(read), stream, time);
    }
    return Found.NOTHING;
  }

  /** The stream asks for itself and for whoever waits: the call's answer goes to `checked`. */
  checking(read: CachedRead, stream: u32): void {
    read.phase = ReadPhase.CHECKING;
    read.hasChecked = true;
    this.checks.lead(changetype<usize>(read.checkDigest), stream, read.began);
  }

  /** Takes the server's answer to a check, or null when there is none. */
  checked(it: Case, read: CachedRead, answer: Writer | null): void {
    read.phase = ReadPhase.KEYED;
    if (answer === null) return;
    const at = this.keys.ofCheck(it, read);
    this.keepCheck(this.keys.last, at, read.before, read.began, answer);
  }

  /** The answer is complete: stores it, if nothing was written since its read began. */
  finish(it: Case, read: CachedRead): void {
    if (read.phase != ReadPhase.LEADING) return;
    read.phase = ReadPhase.OVER;
    read.isKept = read.isStored && this.put(it, read);
    read.drop();
  }

  /** What may be given though it is not fresh, since the server fails: then `entry` is the answer. */
  rescue(it: Case, read: CachedRead, status: i32): bool {
    const cache = this.config.cache;
    const time = now();
    if (!this.find(read, time)) return false;
    const age = time - this.entry.began;
    const snapshot = this.after;
    snapshotOf(it.request.resource, snapshot, time);
    // Nothing from before a write is given after it; one that is under way, or of unknown end, has changed it already.
    snapshot.isQuiet = true;
    if (!this.entry.isValid(snapshot) || age >= cache.maxAge + cache.staleIfError) return false;
    it.now = time;
    read.status.clear();
    read.status.forward = Forward.STALE;
    read.status.forwardStatus = status;
    read.status.ttl = (cache.maxAge - age) / 1000;
    this.metrics.rescued.add(1);
    return true;
  }

  /** Begins the check after a read whose answer was stored without a validator; null when none is needed. */
  confirmation(plugin: Plugin, it: Case, read: CachedRead): Confirmation | null {
    if (!read.hasValidator || !read.isKept) return null;
    const one = takeConfirmation();
    if (one === null) return null;
    this.keys.ofCheck(it, read);
    one.begin(plugin, read, this.keys.last, now());
    return one;
  }

  /** Takes the server's answer to the check after a read. */
  confirm(one: Confirmation, answer: Writer): void {
    const time = now();
    const at = changetype<usize>(one.checkDigest);
    this.keepCheck(one.checkKey, at, one.before, one.asked, answer);
    if (!this.validators.isFresh(one.checkKey, at, one.before, time - LATELY, time, value)) return;
    const validator = one.validator;
    if (!equal(validator.ptr, validator.len, value.ptr, value.len)) return;
    const key = one.key;
    const digest = changetype<usize>(one.digest);
    if (!this.store.find(key.ptr, key.len, digest, time) || !this.entry.read(this.store.payload)) return;
    const expires = this.store.expires;
    if (this.entry.began != one.began || !addValidator(this.store.payload, validator, confirmed)) return;
    this.store.put(key.ptr, key.len, digest, confirmed.ptr, confirmed.len, expires, time);
    this.countStored();
    confirmed.release(64 << 10);
  }

  /** The stream is gone. */
  leave(read: CachedRead, stream: u32): void {
    switch (read.phase) {
      case ReadPhase.WAITING:
        this.reads.leave(digestOf(read), stream);
        break;
      case ReadPhase.WAITING_FOR_CHECK:
        this.checks.leave(changetype<usize>(read.checkDigest), stream);
        break;
      case ReadPhase.CHECKING:
        this.checks.land(changetype<usize>(read.checkDigest), stream, false);
        break;
      case ReadPhase.LEADING:
        this.reads.land(digestOf(read), stream, false);
        break;
    }
  }

  /** Has those woken that have waited too long. */
  tick(): void {
    if (this.reads.isEmpty && this.checks.isEmpty) return;
    const time = now();
    this.reads.tick(time);
    this.checks.tick(time);
  }

  /** Gives back memory that is outside of garbage collection, when the configuration is no longer used. */
  free(): void {
    this.keys.free();
    this.reads.free();
    this.checks.free();
    let isLast = this.isUsed;
    for (let i = live.length - 1; i >= 0; i--) {
      if (live[i] === this) live.splice(i, 1);
      else if (live[i].store.isSameAs(this.store)) isLast = false;
    }
    if (isLast) this.store.clear();
    this.metrics.bytes.add(isLast ? this.store.delta : 0);
    this.store.free();
  }

  private find(read: CachedRead, time: i64): bool {
    const key = read.key;
    return this.store.find(key.ptr, key.len, digestOf(read), time) && this.entry.read(this.store.payload);
  }

  /** What `entry` is worth: a value of `Known`. */
  private judge(it: Case, read: CachedRead, time: i64): i32 {
    const cache = this.config.cache;
    const entry = this.entry;
    const age = time - entry.began;
    // A clock that went back says nothing of how old it is.
    if (!entry.isValid(read.before) || age < 0 || age >= cache.maxAge) return Known.OLD;
    if (control.forbids(age, cache.maxAge - age)) return Known.UNWANTED;
    if (cache.coherence != Coherence.VALIDATE || age < cache.validateEvery) return Known.USABLE;
    if (!this.isFresh(it, read, time)) return Known.UNCHECKED;
    const isSame = equal(entry.validator.ptr, entry.validator.len, value.ptr, value.len);
    if (isSame) this.metrics.validated.add(1);
    else this.metrics.changed.add(1);
    return isSame ? Known.USABLE : Known.OLD;
  }

  /** Finds the answer that nothing has changed since the token that the read names. */
  private findToken(it: Case, read: CachedRead, time: i64): bool {
    const expected = read.noChange;
    if (expected.len == 0) return false;
    const at = this.keys.ofToken(it, read);
    const key = this.keys.last;
    if (at == 0 || !this.store.find(key.ptr, key.len, at, time) || !this.entry.read(this.store.payload)) return false;
    const body = this.entry.body;
    return equal(body.ptr, body.len, expected.ptr, expected.len);
  }

  private found(read: CachedRead, age: i64): i32 {
    read.phase = ReadPhase.OVER;
    // RFC 9211, 2.6: another's request was forwarded, and did for this one.
    read.status.forward = read.status.collapsed ? Forward.MISS : Forward.NONE;
    read.status.ttl = (this.config.cache.maxAge - age) / 1000;
    return Found.ANSWER;
  }

  private waitsForCheck(it: Case, read: CachedRead, stream: u32, time: i64): i32 {
    if (!this.checks.wait(this.keys.ofCheck(it, read), stream, time)) return Found.CHECK;
    read.phase = ReadPhase.WAITING_FOR_CHECK;
    return Found.WAIT;
  }

  /** Whether the server was asked about the collection lately enough; then `value` is the validator. */
  private isFresh(it: Case, read: CachedRead, time: i64): bool {
    const at = this.keys.ofCheck(it, read);
    // Who has asked, or waited for who did, takes a newer word than the one that was too old.
    const lately = time - this.config.cache.validateEvery;
    const since = read.hasChecked ? min(lately, read.checkedBefore) : lately;
    return this.validators.isFresh(this.keys.last, at, read.before, since, time, value);
  }

  /** What the collection is known to be before the read goes to the server. */
  private keepValidator(it: Case, read: CachedRead, time: i64): void {
    read.hasValidator = this.isFresh(it, read, time);
    if (read.hasValidator) memory.copy(changetype<usize>(read.validator), value.ptr, <usize>value.len);
  }

  private put(it: Case, read: CachedRead): bool {
    const after = this.after;
    const time = now();
    snapshotOf(it.request.resource, after, time);
    if (!after.isSameAs(read.before)) {
      this.metrics.outdated.add(1);
      return false;
    }
    if (!read.answer.finish()) return false;
    const token = read.tellsToken ? findToken(read.body, read.bodyLen) : 0;
    const isStored = this.keep(read, read.key, digestOf(read), read.payload, time);
    if (isStored) this.metrics.stored.add(1);
    if (token != 0) this.putToken(it, read, token, tokenLength, time);
    return isStored;
  }

  /** Stores the answer to whoever asks what has changed since this token. */
  private putToken(it: Case, read: CachedRead, token: usize, len: i32, time: i64): void {
    const at = this.keys.ofToken(it, read);
    if (at == 0) return;
    noChange.reset();
    writeNoChange(token, len, noChange);
    tokenAnswer.begin(207, read.began, read.before, nothing);
    tokenAnswer.header(Names.CONTENT_TYPE.ptr, Names.CONTENT_TYPE.len, Names.XML.ptr, Names.XML.len);
    const control = Names.PRIVATE_NO_CACHE;
    tokenAnswer.header(Names.CACHE_CONTROL.ptr, Names.CACHE_CONTROL.len, control.ptr, control.len);
    tokenAnswer.header(Names.VARY.ptr, Names.VARY.len, this.vary.ptr, this.vary.len);
    tokenAnswer.body(noChange.ptr, noChange.len);
    if (tokenAnswer.finish()) this.keep(read, this.keys.last, at, tokenEntry, time);
  }

  private keep(read: CachedRead, key: Writer, at: usize, payload: Writer, time: i64): bool {
    const expires = read.began + this.config.cache.maxAge + this.config.cache.staleIfError;
    const isStored = this.store.put(key.ptr, key.len, at, payload.ptr, payload.len, expires, time);
    this.countStored();
    return isStored;
  }

  private keepCheck(key: Writer, at: usize, before: Snapshot, asked: i64, answer: Writer): void {
    if (this.validators.keep(key, at, before, asked, answer)) this.countStored();
  }

  /** Something was stored, or tried to. */
  private countStored(): void {
    this.metrics.evicted.add(this.store.evicted);
    this.metrics.bytes.add(this.store.delta);
    this.isUsed = true;
  }
}

/** Has those woken that have waited too long, also where a configuration was replaced meanwhile and has no ticks. */
export function tickCaches(): void {
  for (let i = 0; i < live.length; i++) live[i].tick();
}

function digestOf(read: CachedRead): usize {
  return changetype<usize>(read.digest);
}
