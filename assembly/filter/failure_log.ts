import { hash, Slice } from "../bytes/slice";
import { text, Text } from "../bytes/text";
import { Writer } from "../bytes/writer";
import { fillRandom } from "../host/random";
import { SharedValue } from "../host/shared_data";

/** Shared data has no delete, so the keys come from a fixed set: `caldav.failures.0` to `.1023`. */
const BUCKETS: u32 = 1024;
const PREFIX: Text = text("caldav.failures.");
const ANY: Text = text("caldav.failures");
const SECRET: Text = text("caldav.failures.secret");
const SECRET_SIZE: i32 = 12;
const RETRIES: i32 = 8;

/** An entry: who (8 bytes), failures (4), unused (4), since when they are counted (8), until when it is blocked (8). */
const ENTRY: i32 = 32;
const MOST: i32 = 8;

/**
 * Failed sign-ins by (address, user), for all workers of Envoy (contract, section 2, `limits.auth_failures`). Each has an
 * entry in one of a fixed number of buckets, found by hashes under a secret: nobody can choose whom to share a bucket
 * with, and who does shares no count. Where a bucket is full, the entry with the fewest failures makes room.
 */
export class FailureLog {
  private shared: SharedValue = new SharedValue();
  private key: Writer = new Writer(64);
  private bucket: Writer = new Writer(ENTRY * MOST);
  private who: u64 = 0;

  /** Times in ms; a count of 0 blocks nobody. */
  constructor(
    private count: i32,
    private per: i64,
    private block: i64,
  ) {}

  /** True when somebody's sign-in failed since Envoy started: spares everybody else the look-up. */
  any(): bool {
    return this.count > 0 && this.shared.read(ANY.ptr, ANY.len);
  }

  /** Seconds that are left of a block; 0 for none. */
  blockedFor(user: Slice, address: Slice, now: i64): i64 {
    if (!this.find(user, address)) return 0;
    this.readBucket();
    const at = this.entry();
    const until = at < 0 ? 0 : load<i64>(this.bucket.ptr + <usize>at, 24);
    return until > now ? (until - now + 999) / 1000 : 0;
  }

  add(user: Slice, address: Slice, now: i64): void {
    if (this.count <= 0 || !this.find(user, address)) return;
    for (let i = 0; i < RETRIES; i++) {
      const cas = this.readBucket();
      let at = this.entry();
      if (at < 0) at = this.makeRoom(now);
      if (at < 0) return;
      this.countOne(this.bucket.ptr + <usize>at, now);
      if (this.shared.write(this.key.ptr, this.key.len, this.bucket.ptr, this.bucket.len, cas)) break;
    }
    this.shared.write(ANY.ptr, ANY.len, ANY.ptr, 1, 0);
  }

  /** Gives back memory that is outside of garbage collection, when the configuration is no longer used. */
  free(): void {
    this.key.release(0);
    this.bucket.release(0);
  }

  private countOne(entry: usize, now: i64): void {
    let failures = load<i32>(entry, 8);
    if (now - load<i64>(entry, 16) >= this.per) failures = 0;
    if (failures == 0) store<i64>(entry, now, 16);
    failures++;
    if (failures >= this.count) {
      store<i64>(entry, now + this.block, 24);
      failures = 0;
    }
    store<i32>(entry, failures, 8);
  }

  /** Takes the bucket from shared data; gives what a write must name to be the next. */
  private readBucket(): u32 {
    this.bucket.reset();
    if (!this.shared.read(this.key.ptr, this.key.len)) return 0;
    const value = this.shared.value;
    if (value.len % ENTRY == 0) this.bucket.bytes(value.ptr, value.len);
    return this.shared.cas;
  }

  /** Where in the bucket the entry stands, or -1. */
  private entry(): i32 {
    const bucket = this.bucket;
    for (let at = 0; at < bucket.len; at += ENTRY) if (load<u64>(bucket.ptr + <usize>at) == this.who) return at;
    return -1;
  }

  /** Where a new entry stands, or -1 when there is no memory. */
  private makeRoom(now: i64): i32 {
    const bucket = this.bucket;
    let at = bucket.len;
    if (at < ENTRY * MOST) {
      if (!bucket.reserve(ENTRY)) return -1;
      bucket.len += ENTRY;
    } else {
      at = 0;
      for (let i = ENTRY; i < bucket.len; i += ENTRY) if (this.weight(i, now) < this.weight(at, now)) at = i;
    }
    memory.fill(bucket.ptr + <usize>at, 0, <usize>ENTRY);
    store<u64>(bucket.ptr + <usize>at, this.who);
    return at;
  }

  /** How much an entry counts: more when it is blocked than for any number of failures. */
  private weight(at: i32, now: i64): i64 {
    const entry = this.bucket.ptr + <usize>at;
    const until = load<i64>(entry, 24);
    if (until > now) return until;
    return now - load<i64>(entry, 16) >= this.per ? 0 : <i64>load<i32>(entry, 8);
  }

  /** Finds out who it is, and the key of the bucket; false without randomness, since then the bucket could be chosen. */
  private find(user: Slice, address: Slice): bool {
    if (!this.shared.read(SECRET.ptr, SECRET.len) || this.shared.value.len != SECRET_SIZE) {
      if (!fillRandom(FRESH, SECRET_SIZE)) return false;
      this.shared.write(SECRET.ptr, SECRET.len, FRESH, SECRET_SIZE, 0);
      // Another worker may have been faster.
      if (!this.shared.read(SECRET.ptr, SECRET.len) || this.shared.value.len != SECRET_SIZE) return false;
    }
    const secret = this.shared.value.ptr;
    const low = digest(user, address, load<u32>(secret));
    const high = digest(user, address, load<u32>(secret, 4));
    this.who = ((<u64>high) << 32) | (<u64>low);
    const home = digest(user, address, load<u32>(secret, 8));
    this.key.reset();
    this.key.text(PREFIX);
    this.key.decimal(<i64>((home ^ (home >> 16)) & (BUCKETS - 1)));
    return !this.key.overflow;
  }
}

const FRESH: usize = memory.data(12);

function digest(user: Slice, address: Slice, seed: u32): u32 {
  return hash(user.ptr, user.len, hash(address.ptr, address.len, seed) ^ 0x9e3779b1);
}
