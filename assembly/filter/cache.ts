import { text, Text } from "../bytes/text";
import { sha256 } from "../bytes/sha256";
import { equal, Slice } from "../bytes/slice";
import { Writer } from "../bytes/writer";
import { AskedProperties } from "../cache/asked_properties";
import { CacheControl } from "../cache/cache_control";
import { Forward } from "../cache/cache_status";
import { digest } from "../cache/digest";
import { Entry } from "../cache/entry";
import { Snapshot } from "../cache/generations";
import { ReadKey } from "../cache/key";
import { Store } from "../cache/store";
import { Coherence, Config, IdentitySource } from "../config/config";
import { Resource, ResourceKind } from "../dav/layout";
import { Method } from "../dav/method";
import { BodyKind } from "../dav/report";
import { Depth } from "../dav/request";
import { now } from "../host/clock";
import { Case } from "../policy/decide";
import { viewCode } from "../policy/grant_view";
import { CacheMetrics } from "./cache_metrics";
import { CachedRead, ReadPhase } from "./cached_read";
import { Flights } from "./flights";
import { ReadHeader } from "./read_headers";
import { sharedEntries } from "./shared_entries";
import { Upstream } from "./upstream";
import { Validators } from "./validator";
import { generations } from "./write_mark";

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

/** A client that waits for another's answer, or for a check, goes on by itself after so many ms. */
const MAX_WAIT: i64 = 10_000;
const CHECKED = text("check");
const identity = new Slice();
const value = new Slice();
const scratch = new Writer(64 << 10);
const hash = new StaticArray<u8>(32);
const asked = new AskedProperties();
const control = new CacheControl();

/** The cache of one configuration (contract, section 6). Null where there is none; writes are noted in any case. */
export class Cache {
  readonly entry: Entry = new Entry();
  readonly metrics: CacheMetrics = new CacheMetrics();
  readonly store: Store;
  /** Reads that are on their way to the server, and checks. */
  readonly reads: Flights = new Flights();
  readonly checks: Flights = new Flights();
  private key: ReadKey = new ReadKey();
  private checkKey: Writer = new Writer(64 << 10);
  private validators: Validators;
  private policy: StaticArray<u8> = new StaticArray<u8>(32);
  private secret: StaticArray<u8> = new StaticArray<u8>(32);
  private isBasic: bool;
  /** Who asks, or for whom, makes a difference to the server. */
  private isPersonal: bool;

  /** `policy`: the bytes of the configuration; `secret`: what clients cannot know and all workers do. */
  constructor(
    private config: Config,
    upstream: Upstream,
    policy: Writer,
    secret: Text,
  ) {
    const cache = config.cache;
    const store = new Store(sharedEntries, cache.maxEntry, cache.maxBytes);
    this.store = store;
    this.validators = new Validators(store);
    this.isBasic = config.identity.source == IdentitySource.BASIC;
    this.isPersonal = upstream.tellsPerson;
    sha256(policy.ptr, policy.len, changetype<usize>(this.policy));
    sha256(secret.ptr, secret.len, changetype<usize>(this.secret));
  }

  /** Whether the answer to a request may come from the cache, or go there; takes its headers if so. */
  begin(it: Case, read: CachedRead): void {
    const request = it.request;
    const method = request.method;
    const kind = request.resource.kind;
    const isGet = method == Method.GET || method == Method.HEAD;
    if (!isGet && method != Method.PROPFIND && method != Method.REPORT) return;
    read.status.forward = Forward.BYPASS;
    const isPart = kind == ResourceKind.CALENDAR || kind == ResourceKind.OBJECT;
    const isWhole = kind == ResourceKind.HOME || (kind == ResourceKind.PRINCIPAL && request.resource.isPrincipal);
    if (!(isPart || (isWhole && it.isOwner)) || request.resource.isScheduling) return;
    if (kind == ResourceKind.PRINCIPAL && request.depth != Depth.ZERO) return;
    read.headers.take();
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
    if (!this.writeKey(it, read, ptr, len)) return;
    read.phase = ReadPhase.KEYED;
    read.status.forward = Forward.MISS;
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
    this.readControl(read);
    let needsCheck = false;
    if (this.find(read, time)) {
      const age = time - this.entry.began;
      const isCurrent = this.entry.isValid(read.before) && age < cache.maxAge;
      if (isCurrent && !control.forbids(age, cache.maxAge - age)) {
        if (!isValidated || age < cache.validateEvery) return this.found(read, age);
        if (this.isFresh(it, read, time)) {
          const validator = this.entry.validator;
          if (equal(validator.ptr, validator.len, value.ptr, value.len)) {
            this.metrics.validated.add(1);
            return this.found(read, age);
          }
          this.metrics.changed.add(1);
        } else needsCheck = true;
      }
      read.status.forward = Forward.STALE;
    } else read.status.forward = Forward.MISS;
    if (control.noCache || control.noStore) read.status.forward = Forward.REQUEST;
    read.status.collapsed = false;
    if (control.onlyIfCached) return Found.REFUSED;
    if (control.noStore) {
      read.phase = ReadPhase.OVER;
      return Found.NOTHING;
    }
    if (isValidated) {
      if (needsCheck && !read.hasWaited) return this.waitsForCheck(it, read, stream, time);
      this.keepValidator(it, read, time);
    }
    if (!control.noCache && !read.hasWaited && this.reads.wait(digestOf(read), stream, time)) {
      read.phase = ReadPhase.WAITING;
      return Found.WAIT;
    }
    // Nobody can use the answer to a HEAD.
    read.phase = it.request.method == Method.HEAD ? ReadPhase.OVER : ReadPhase.LEADING;
    if (read.phase == ReadPhase.LEADING) this.reads.lead(digestOf(read), stream);
    return Found.NOTHING;
  }

  /** The stream asks for itself and for whoever waits: the call's answer goes to `checked`. */
  checking(read: CachedRead, stream: u32): void {
    read.phase = ReadPhase.CHECKING;
    read.hasWaited = true;
    this.checks.lead(changetype<usize>(read.checkDigest), stream);
  }

  /** Takes the server's answer to a check, or null when there is none. */
  checked(it: Case, read: CachedRead, answer: Writer | null): void {
    read.phase = ReadPhase.KEYED;
    if (answer === null) return;
    this.writeCheckKey(it, read);
    this.validators.keep(this.checkKey, changetype<usize>(read.checkDigest), read.before, read.began, answer);
  }

  /** The answer is complete: stores it, if nothing was written since its read began. */
  finish(it: Case, read: CachedRead): void {
    if (read.phase != ReadPhase.LEADING) return;
    read.phase = ReadPhase.OVER;
    if (read.isStored) this.put(it, read);
    read.drop();
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
    const before = now() - MAX_WAIT;
    this.reads.tick(before);
    this.checks.tick(before);
  }

  /** Gives back memory that is outside of garbage collection, when the configuration is no longer used. */
  free(): void {
    this.checkKey.release(0);
  }

  private find(read: CachedRead, time: i64): bool {
    const key = read.key;
    return this.store.find(key.ptr, key.len, digestOf(read), time) && this.entry.read(this.store.payload);
  }

  private found(read: CachedRead, age: i64): i32 {
    read.phase = ReadPhase.OVER;
    // RFC 9211, 2.6: another's request was forwarded, and did for this one.
    read.status.forward = read.status.collapsed ? Forward.MISS : Forward.NONE;
    read.status.ttl = (this.config.cache.maxAge - age) / 1000;
    return Found.ANSWER;
  }

  private waitsForCheck(it: Case, read: CachedRead, stream: u32, time: i64): i32 {
    this.writeCheckKey(it, read);
    if (!this.checks.wait(changetype<usize>(read.checkDigest), stream, time)) return Found.CHECK;
    read.phase = ReadPhase.WAITING_FOR_CHECK;
    return Found.WAIT;
  }

  /** Whether the server was asked about the collection lately enough; then `value` is the validator. */
  private isFresh(it: Case, read: CachedRead, time: i64): bool {
    this.writeCheckKey(it, read);
    const every = this.config.cache.validateEvery;
    return this.validators.isFresh(this.checkKey, changetype<usize>(read.checkDigest), read.before, every, time, value);
  }

  /** What the collection is known to be before the read goes to the server. */
  private keepValidator(it: Case, read: CachedRead, time: i64): void {
    read.hasValidator = this.isFresh(it, read, time);
    if (read.hasValidator) memory.copy(changetype<usize>(read.validator), value.ptr, <usize>value.len);
  }

  private put(it: Case, read: CachedRead): void {
    const after = this.after;
    const time = now();
    snapshotOf(it.request.resource, after, time);
    if (!after.isSameAs(read.before)) return this.metrics.outdated.add(1);
    if (!read.answer.finish()) return;
    const payload = read.payload;
    const expires = read.began + this.config.cache.maxAge;
    const key = read.key;
    if (this.store.put(key.ptr, key.len, digestOf(read), payload.ptr, payload.len, expires, time)) {
      this.metrics.stored.add(1);
    }
    this.metrics.evicted.add(this.store.evicted);
    this.metrics.bytes.add(this.store.delta);
  }

  private after: Snapshot = new Snapshot();

  private readControl(read: CachedRead): void {
    control.clear();
    read.headers.get(ReadHeader.CACHE_CONTROL, value);
    if (value.ptr != 0) control.add(value.ptr, value.len);
    read.headers.get(ReadHeader.PRAGMA, value);
    // RFC 9111, 5.4: only where there is no Cache-Control.
    if (value.ptr != 0 && !control.noCache) control.add(value.ptr, value.len);
  }

  private writeKey(it: Case, read: CachedRead, ptr: usize, len: i32): bool {
    const key = this.key;
    const headers = read.headers;
    const request = it.request;
    key.clear();
    key.policy = changetype<usize>(this.policy);
    key.isSignedIn = it.person.isSignedIn;
    key.person.set(it.person.name.ptr, it.person.name.len);
    this.writeIdentity(it, read);
    key.identity.set(identity.ptr, identity.len);
    headers.get(ReadHeader.SCHEME, key.scheme);
    headers.get(ReadHeader.AUTHORITY, key.authority);
    headers.get(ReadHeader.PREFER, key.prefer);
    headers.get(ReadHeader.BRIEF, key.brief);
    headers.get(ReadHeader.ACCEPT, key.accept);
    if (!it.decision.rewrites && !it.decision.isView) headers.get(ReadHeader.ACCEPT_ENCODING, key.acceptEncoding);
    headers.get(ReadHeader.ACCEPT_LANGUAGE, key.acceptLanguage);
    headers.get(ReadHeader.TIMEZONES, key.timezones);
    key.body.set(ptr, len);
    read.key.reset();
    if (!key.write(request.method, request.path, request.depth, this.config.limits.xmlDepth, read.key)) return false;
    digest(changetype<usize>(this.secret), read.key.ptr, read.key.len, digestOf(read));
    return true;
  }

  /**
   * What the person may see here, since shares end, and how the server is told who asks. With `identity.basic` the
   * password is checked by itself; any other way of signing in to the server stands in the key, as a keyed hash.
   */
  private writeIdentity(it: Case, read: CachedRead): void {
    scratch.reset();
    scratch.word(it.grant.privileges);
    scratch.word(viewCode(it.grant));
    if (this.isPersonal && !this.isBasic) {
      const fixed = scratch.len;
      scratch.bytes(changetype<usize>(this.secret), 32);
      this.addHeader(read, ReadHeader.AUTHORIZATION);
      this.addHeader(read, ReadHeader.COOKIE);
      sha256(scratch.ptr + <usize>fixed, scratch.len - fixed, changetype<usize>(hash));
      scratch.len = fixed;
      scratch.bytes(changetype<usize>(hash), 32);
    }
    identity.set(scratch.ptr, scratch.len);
  }

  private addHeader(read: CachedRead, which: i32): void {
    read.headers.get(which, value);
    scratch.word(value.ptr == 0 ? -1 : value.len);
    scratch.bytes(value.ptr, value.len);
  }

  /** Under what a collection's state is kept: for all, or for each person where the server is told who asks. */
  private writeCheckKey(it: Case, read: CachedRead): void {
    const key = this.checkKey;
    const resource = it.request.resource;
    key.reset();
    key.text(CHECKED);
    key.bytes(changetype<usize>(this.policy), 16);
    key.byte(<u8>(resource.kind == ResourceKind.OBJECT ? ResourceKind.CALENDAR : resource.kind));
    addName(key, resource.user);
    addName(key, resource.calendar);
    if (this.isPersonal) addName(key, it.person.name);
    digest(changetype<usize>(this.secret), key.ptr, key.len, changetype<usize>(read.checkDigest));
  }
}

function addName(key: Writer, name: Slice): void {
  key.word(name.len);
  key.bytes(name.ptr, name.len);
}

function digestOf(read: CachedRead): usize {
  return changetype<usize>(read.digest);
}

function snapshotOf(resource: Resource, into: Snapshot, time: i64): void {
  if (resource.isInCalendar) generations.ofCalendar(into, resource.user, resource.calendar, time);
  else generations.ofOwner(into, resource.user, time);
}

/** The reports that the cache answers. */
function isAnswered(method: i32, kind: i32): bool {
  if (method == Method.PROPFIND) return kind == BodyKind.PROPFIND;
  return (
    kind == BodyKind.CALENDAR_QUERY ||
    kind == BodyKind.CALENDAR_MULTIGET ||
    kind == BodyKind.SYNC_COLLECTION ||
    kind == BodyKind.FREE_BUSY_QUERY
  );
}
