import { sha256 } from "../bytes/sha256";
import { Writer } from "../bytes/writer";
import { fillRandom } from "../host/random";

/** A power of two; when two passwords meet in one slot, the later one stays. */
const SLOTS: i32 = 4096;
/** Digest (32 bytes) and when it ends (8 bytes, ms since 1970). */
const SLOT_SIZE: usize = 40;
const KEY_SIZE: i32 = 64;

/**
 * Which credentials the server accepted a short while ago. Only a keyed hash of them is kept, in this VM's memory, with
 * a key made when the configuration is loaded; without randomness nothing is remembered.
 */
export class RememberedPasswords {
  private slots: usize = 0;
  private ready: bool = false;
  private input: Writer = new Writer(64 << 10);
  private digest: StaticArray<u8> = new StaticArray<u8>(32);
  private key: StaticArray<u8> = new StaticArray<u8>(KEY_SIZE);

  /** `lifetime` in ms; 0 remembers nothing. */
  constructor(private lifetime: i64) {
    this.ready = lifetime > 0 && fillRandom(changetype<usize>(this.key), KEY_SIZE);
  }

  has(authorization: Writer, now: i64): bool {
    if (this.slots == 0 || !this.hash(authorization)) return false;
    const slot = this.slot();
    return memory.compare(slot, changetype<usize>(this.digest), 32) == 0 && now < load<i64>(slot, 32);
  }

  add(authorization: Writer, now: i64): void {
    if (!this.hash(authorization)) return;
    if (this.slots == 0) {
      this.slots = heap.alloc(<usize>SLOTS * SLOT_SIZE);
      memory.fill(this.slots, 0, <usize>SLOTS * SLOT_SIZE);
    }
    const slot = this.slot();
    memory.copy(slot, changetype<usize>(this.digest), 32);
    store<i64>(slot, now + this.lifetime, 32);
  }

  remove(authorization: Writer): void {
    if (this.slots == 0 || !this.hash(authorization)) return;
    const slot = this.slot();
    if (memory.compare(slot, changetype<usize>(this.digest), 32) == 0) memory.fill(slot, 0, SLOT_SIZE);
  }

  /** Gives the memory back. */
  free(): void {
    if (this.slots != 0) heap.free(this.slots);
    this.slots = 0;
    this.ready = false;
    this.input.release(0);
  }

  /** HMAC-SHA-256 (RFC 2104) of the header's value under this VM's key, in `digest`. */
  private hash(authorization: Writer): bool {
    if (!this.ready || authorization.len == 0) return false;
    const digest = changetype<usize>(this.digest);
    const input = this.input;
    input.reset();
    for (let i = 0; i < KEY_SIZE; i++) input.byte(this.key[i] ^ 0x36);
    input.bytes(authorization.ptr, authorization.len);
    if (input.overflow) return false;
    sha256(input.ptr, input.len, digest);
    memory.fill(input.ptr, 0, <usize>input.len);
    input.reset();
    for (let i = 0; i < KEY_SIZE; i++) input.byte(this.key[i] ^ 0x5c);
    input.bytes(digest, 32);
    sha256(input.ptr, input.len, digest);
    return true;
  }

  private slot(): usize {
    const index = load<u32>(changetype<usize>(this.digest)) & (SLOTS - 1);
    return this.slots + <usize>index * SLOT_SIZE;
  }
}
