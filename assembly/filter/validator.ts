import { Slice } from "../bytes/slice";
import { sha256 } from "../bytes/sha256";
import { Writer } from "../bytes/writer";
import { Snapshot } from "../cache/generations";
import { Store } from "../cache/store";

/** Bytes of what tells one state of a collection from another: an epoch, and a hash of the server's answer. */
export const VALIDATOR_SIZE: i32 = 36;
const SIZE: i32 = 8 + 12 + VALIDATOR_SIZE;
const DAY: i64 = 86_400_000;

/**
 * What the server said last about a collection, for all workers: when it was asked, what had been written until then, and
 * a validator. The validator has an epoch besides the hash, which changes with each change that was seen: a server whose
 * ctag comes back with the old contents does not bring back old answers.
 *
 *     i64 asked (ms), 12 bytes snapshot, u32 epoch, 32 bytes SHA-256
 */
export class Validators {
  private record: StaticArray<u8> = new StaticArray<u8>(SIZE);
  private hash: StaticArray<u8> = new StaticArray<u8>(32);

  constructor(private store: Store) {}

  /** When the server was asked about what `isFresh` was asked about last, in ms; 0: never. */
  asked: i64 = 0;

  /**
   * Whether the server was asked after `since` (ms), and nothing was written through this Envoy from then on; then
   * `validator` is what it said.
   */
  isFresh(key: Writer, digest: usize, snapshot: Snapshot, since: i64, now: i64, validator: Slice): bool {
    this.asked = 0;
    validator.clear();
    if (!this.find(key, digest, now)) return false;
    const at = this.store.payload.ptr;
    const asked = load<i64>(at);
    this.asked = asked;
    if (asked > now || asked <= since || !snapshot.isSaved(at + 8)) return false;
    validator.set(at + 20, VALIDATOR_SIZE);
    return true;
  }

  /**
   * Keeps what the server said, when it was asked at `asked`, with what had been written before that in `snapshot`;
   * false when nothing of the store was touched, since more is known already.
   */
  keep(key: Writer, digest: usize, snapshot: Snapshot, asked: i64, answer: Writer): bool {
    const record = changetype<usize>(this.record);
    const hash = changetype<usize>(this.hash);
    sha256(answer.ptr, answer.len, hash);
    let epoch = <u32>(asked / 1000);
    if (this.find(key, digest, asked)) {
      const before = this.store.payload.ptr;
      // Two may have asked at once: what the later one was told counts.
      if (load<i64>(before) > asked) return false;
      const isSame = memory.compare(before + 24, hash, 32) == 0;
      epoch = isSame ? load<u32>(before, 20) : max(epoch, load<u32>(before, 20) + 1);
    }
    store<i64>(record, asked);
    snapshot.save(record + 8);
    store<u32>(record, epoch, 20);
    memory.copy(record + 24, hash, 32);
    this.store.put(key.ptr, key.len, digest, record, SIZE, asked + DAY, asked);
    return true;
  }

  private find(key: Writer, digest: usize, now: i64): bool {
    return this.store.find(key.ptr, key.len, digest, now) && this.store.payload.len == SIZE;
  }
}
