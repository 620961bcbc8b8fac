import { equalFolded } from "../bytes/slice";
import { text, Text } from "../bytes/text";
import { skipBlanks, tokenEnd } from "../bytes/http_token";

const NO_CACHE: Text = text("no-cache");
const NO_STORE: Text = text("no-store");
const ONLY_IF_CACHED: Text = text("only-if-cached");
const MAX_AGE: Text = text("max-age");
const MIN_FRESH: Text = text("min-fresh");

/** What more seconds than 31 bits hold count as (RFC 9111, 1.2.2). */
const MANY_SECONDS: i64 = 2147483648;

/**
 * What a client asks of caches: `Cache-Control` of a request (RFC 9111, 5.2.1) and `Pragma` (5.4). What cannot be read
 * counts as no-cache, and of a directive that stands there twice the stricter one holds. `max-stale` asks for what is
 * never given. Reused: `clear`, then `add` for every line.
 */
export class CacheControl {
  /** The answer must come from the server. */
  noCache: bool = false;
  /** Nothing of this exchange may be kept. */
  noStore: bool = false;
  /** 504 rather than a request to the server. */
  onlyIfCached: bool = false;
  /** The oldest answer that will do, in seconds; -1 for any. */
  maxAge: i64 = -1;
  /** For how many more seconds the answer must be fresh. */
  minFresh: i64 = 0;
  /** The argument of the directive just read; its length is -1 when there is none. */
  private argument: usize = 0;
  private argumentLen: i32 = -1;

  clear(): void {
    this.noCache = false;
    this.noStore = false;
    this.onlyIfCached = false;
    this.maxAge = -1;
    this.minFresh = 0;
  }

  /**
   * True when an answer of this age and remaining lifetime (both in ms) must not be used. With no-store it could be, but
   * who sends that wants no cache at all.
   */
  forbids(age: i64, ttl: i64): bool {
    if (this.noCache || this.noStore) return true;
    return (this.maxAge >= 0 && age > this.maxAge * 1000) || ttl < this.minFresh * 1000;
  }

  /** Reads the value of one `Cache-Control`; or of one `Pragma`, whose only directive, no-cache, means the same. */
  add(ptr: usize, len: i32): void {
    const end = ptr + <usize>max(len, 0);
    let p = ptr;
    while (true) {
      p = skipBlanks(p, end);
      if (p >= end) return;
      if (load<u8>(p) == 0x2c) {
        p++;
        continue;
      }
      const next = this.directive(p, end);
      if (next != 0) p = next;
      else {
        // Nobody knows where the next one begins. What looks like one after a comma can but make it stricter.
        this.noCache = true;
        while (p < end && load<u8>(p) != 0x2c) p++;
      }
    }
  }

  /** Reads `name`, `name=token` or `name="text"`, up to the comma or the end; gives where it ends, or 0. */
  private directive(start: usize, end: usize): usize {
    const nameEnd = tokenEnd(start, end);
    if (nameEnd == start) return 0;
    this.argumentLen = -1;
    let p = nameEnd;
    if (p < end && load<u8>(p) == 0x3d) {
      p = this.readArgument(p + 1, end);
      if (p == 0) return 0;
    }
    p = skipBlanks(p, end);
    if (p < end && load<u8>(p) != 0x2c) return 0;
    this.apply(start, <i32>(nameEnd - start));
    return p;
  }

  private readArgument(start: usize, end: usize): usize {
    if (start < end && load<u8>(start) == 0x22) {
      const stop = quotedEnd(start, end);
      if (stop == 0) return 0;
      this.argument = start + 1;
      this.argumentLen = <i32>(stop - start) - 2;
      return stop;
    }
    const stop = tokenEnd(start, end);
    if (stop == start) return 0;
    this.argument = start;
    this.argumentLen = <i32>(stop - start);
    return stop;
  }

  private apply(name: usize, len: i32): void {
    if (is(name, len, NO_CACHE)) this.noCache = true;
    else if (is(name, len, NO_STORE)) this.noStore = true;
    else if (is(name, len, ONLY_IF_CACHED)) this.onlyIfCached = true;
    else if (is(name, len, MAX_AGE)) {
      const seconds = this.seconds();
      if (seconds < 0) this.noCache = true;
      else if (this.maxAge < 0 || seconds < this.maxAge) this.maxAge = seconds;
    } else if (is(name, len, MIN_FRESH)) {
      const seconds = this.seconds();
      if (seconds < 0) this.noCache = true;
      else this.minFresh = max(this.minFresh, seconds);
    }
  }

  /** The argument as delta-seconds (RFC 9111, 1.2.2), or -1. */
  private seconds(): i64 {
    if (this.argumentLen <= 0) return -1;
    let seconds: i64 = 0;
    for (let i = 0; i < this.argumentLen; i++) {
      const digit = load<u8>(this.argument + <usize>i) - 48;
      if (digit > 9) return -1;
      seconds = min(seconds * 10 + <i64>digit, MANY_SECONDS);
    }
    return seconds;
  }
}

/** The end of the quoted-string (RFC 9110, 5.6.4) that begins at `start`, or 0. */
function quotedEnd(start: usize, end: usize): usize {
  for (let p = start + 1; p < end; p++) {
    let c = load<u8>(p);
    if (c == 0x22) return p + 1;
    if (c == 0x5c) {
      if (++p >= end) return 0;
      c = load<u8>(p);
    }
    if ((c < 0x20 && c != 0x09) || c == 0x7f) return 0;
  }
  return 0;
}

function is(ptr: usize, len: i32, name: Text): bool {
  return equalFolded(ptr, len, name.ptr, name.len);
}
