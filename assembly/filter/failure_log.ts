import { hash, HASH_SEED, Slice } from "../bytes/slice";
import { text, Text } from "../bytes/text";
import { Writer } from "../bytes/writer";
import { SharedValue } from "../host/shared_data";

/** Shared data has no delete, so the keys come from a fixed set: `caldav.failures.0` to `.1023`. */
const SLOTS: u32 = 1024;
const PREFIX: Text = text("caldav.failures.");
const ANY: Text = text("caldav.failures");
const RETRIES: i32 = 8;

/**
 * Failed sign-ins by (address, user), for all workers of Envoy (contract, section 2, `limits.auth_failures`). Who shares
 * a slot by chance shares its count: with 1,024 slots that is rare, and it fails on the safe side. A slot holds the key's
 * hash, the count, when counting began and until when it is blocked.
 */
export class FailureLog {
  private shared: SharedValue = new SharedValue();
  private key: Writer = new Writer(64);
  private slot: Writer = new Writer(64);

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
    this.name(user, address);
    if (!this.shared.read(this.key.ptr, this.key.len) || this.shared.value.len != 24) return 0;
    const until = load<i64>(this.shared.value.ptr, 16);
    return until > now ? (until - now + 999) / 1000 : 0;
  }

  add(user: Slice, address: Slice, now: i64): void {
    if (this.count <= 0) return;
    this.name(user, address);
    for (let i = 0; i < RETRIES; i++) {
      let failures = 0;
      let since = now;
      let until: i64 = 0;
      let cas: u32 = 0;
      if (this.shared.read(this.key.ptr, this.key.len) && this.shared.value.len == 24) {
        const value = this.shared.value.ptr;
        cas = this.shared.cas;
        failures = load<i32>(value);
        since = load<i64>(value, 8);
        until = load<i64>(value, 16);
      }
      if (now - since >= this.per) {
        failures = 0;
        since = now;
      }
      failures++;
      if (failures >= this.count) {
        until = now + this.block;
        failures = 0;
        since = now;
      }
      this.slot.reset();
      this.slot.word(failures);
      this.slot.word(0);
      this.long(since);
      this.long(until);
      if (this.shared.write(this.key.ptr, this.key.len, this.slot.ptr, this.slot.len, cas)) break;
    }
    this.shared.write(ANY.ptr, ANY.len, ANY.ptr, 1, 0);
  }

  /** Gives back memory that is outside of garbage collection, when the configuration is no longer used. */
  free(): void {
    this.key.release(0);
    this.slot.release(0);
  }

  private long(value: i64): void {
    this.slot.word(<u32>value);
    this.slot.word(<u32>(value >> 32));
  }

  private name(user: Slice, address: Slice): void {
    const h = hash(user.ptr, user.len, hash(address.ptr, address.len, HASH_SEED) ^ 0x9e3779b1);
    this.key.reset();
    this.key.text(PREFIX);
    this.key.decimal(<i64>((h ^ (h >> 16)) & (SLOTS - 1)));
  }
}
