import { equal, Slice } from "../bytes/slice";
import { Writer } from "../bytes/writer";
import { Bucket, directorySize, MAX_WAYS } from "./bucket";
import { FoundWays } from "./found_ways";
import { ABSENT, ANY, SharedTable } from "./shared_table";
import { SharedKey } from "./shared_key";

const MAX_BUCKETS: i64 = 1024;
const MIN_BUCKET: i64 = 64 << 10;
const MIN_WAYS: i64 = 8;
/** A bucket gets a way for so many bytes. */
const BYTES_PER_WAY: i64 = 2048;
/** What a key of shared data costs besides its value: its text, the host's table, and the value of an emptied one. */
const KEY_COST: i64 = 224;
/** Whoever finds that another worker was faster tries again so often: to store is never needed. */
const ATTEMPTS: i32 = 4;

const FORMAT: u32 = 0x31454443;
const HEADER: i32 = 24;
/**
 * What an emptied entry holds. Not nothing: a standard library that keeps short texts inside its string objects would
 * keep the memory of the long value that was there before.
 */
const EMPTIED: usize = memory.data(32);
const EMPTIED_SIZE: i32 = 32;
/** Memory that the entry being made keeps when it is done. */
const KEPT: i32 = 64 << 10;
const fresh: usize = heap.alloc(<usize>directorySize(MAX_WAYS));

/**
 * The cache of all workers, in shared data: a fixed number of buckets, each with a directory and a number of ways that
 * hold one entry. What is stored under a key is found again only under the very same key, and what all entries,
 * directories and keys occupy is never more than `maxBytes`, whatever workers do at the same time.
 *
 * For that, a way never holds more than its directory says: who takes a way (or frees it) first empties the entry,
 * which gives the entry a new CAS, so that whoever took the way before can no longer write it; then changes the
 * directory; and writes the entry only if nobody emptied it since. An entry emptied by somebody whose change of the
 * directory then failed stands in the directory without a value: a miss, until the key is stored again.
 *
 * Entry: u32 format, u32 size of the key, u32 size of the payload, u32 0, i64 expires (ms), key, payload.
 */
export class Store {
  /** What `find` found. Scratch, as all that `SharedTable` gives. */
  readonly payload: Slice = new Slice();
  /** When what `find` found expires, in ms. */
  expires: i64 = 0;
  /** How many entries the last `put` gave up, to make room. */
  evicted: i32 = 0;
  /** By how many bytes the last `put`, `remove` or `clear` changed what the entries occupy. */
  delta: i64 = 0;

  private buckets: i32;
  /** Bytes that the entries of one bucket may occupy. */
  private budget: i64;
  private largest: i32;
  private directory: Bucket;
  private directoryKey: SharedKey;
  private entryKey: SharedKey;
  private entry: Writer;
  private found: FoundWays = new FoundWays();

  /**
   * `maxEntry`, `maxBytes`: bytes of one entry (key and payload) and of all. Stores with other numbers have other
   * buckets, so what a store holds that nobody will use any more has to be taken out by `clear`.
   */
  constructor(
    private table: SharedTable,
    maxEntry: i32,
    maxBytes: i64,
  ) {
    const largest = <i64>max(maxEntry, 1) + HEADER;
    const total = max<i64>(maxBytes, 0);
    // About two of the largest fit into a bucket, so that they do not drive each other out.
    const buckets = min<i64>(MAX_BUCKETS, max<i64>(1, total / max<i64>(2 * largest, MIN_BUCKET)));
    const share = total / buckets;
    const ways = <i32>min<i64>(MAX_WAYS, max<i64>(MIN_WAYS, share / BYTES_PER_WAY));
    const budget = max<i64>(0, share - directorySize(ways) - KEY_COST * (<i64>ways + 1));
    const most = <i32>min<i64>(min<i64>(largest, budget), i32.MAX_VALUE);
    const place = buckets.toString() + "." + budget.toString();
    this.buckets = <i32>buckets;
    this.budget = budget;
    this.largest = most;
    this.directory = new Bucket(ways);
    this.directoryKey = new SharedKey("caldav/b/" + place, 1);
    this.entryKey = new SharedKey("caldav/e/" + place, 2);
    this.entry = new Writer(most);
  }

  /** True when both keep their entries in the same place. */
  isSameAs(other: Store): bool {
    return this.buckets == other.buckets && this.budget == other.budget;
  }

  /** Whether an entry with a key and a payload of so many bytes can be stored. */
  fits(keyLen: i32, payloadLen: i32): bool {
    return keyLen >= 0 && payloadLen >= 0 && HEADER + <i64>keyLen + <i64>payloadLen <= <i64>this.largest;
  }

  /**
   * Looks a key up: true when it is stored and has not expired, and sets `payload` and `expires`. Two reads of the
   * table, or one where it was found a short while ago; a use is noted by a write at most once a second. `digest`: 16
   * bytes; `now`: ms.
   */
  find(key: usize, keyLen: i32, digest: usize, now: i64): bool {
    this.payload.clear();
    const table = this.table;
    const directory = this.directory;
    this.setBucket(digest);
    const known = this.found.find(digest, now);
    if (known >= 0) {
      // An entry is emptied before the directory says that it is gone: where the key stands, it is in the directory too.
      this.entryKey.set(1, known);
      if (table.read(this.entryKey.ptr, this.entryKey.len) && this.open(key, keyLen, now)) return true;
      this.found.keep(digest, -1, now);
    }
    if (!this.readDirectory()) return false;
    const cas = table.cas;
    const way = directory.find(load<u64>(digest));
    if (way < 0 || directory.hasExpired(way, now)) return false;
    this.entryKey.set(1, way);
    if (!table.read(this.entryKey.ptr, this.entryKey.len)) return false;
    if (!this.open(key, keyLen, now)) return false;
    this.found.keep(digest, way, now);
    // Who changed the directory meanwhile wins: one use that is not noted matters little.
    if (directory.use(way, now)) this.writeDirectory(cas);
    return true;
  }

  /**
   * Stores a payload under a key until `expires` (ms), in the place of the one before; `digest`: 16 bytes, the same
   * for the same key. False when it was not stored: it is too large, or other workers were faster several times.
   */
  put(key: usize, keyLen: i32, digest: usize, payload: usize, payloadLen: i32, expires: i64, now: i64): bool {
    this.evicted = 0;
    this.delta = 0;
    if (expires <= now || !this.fits(keyLen, payloadLen)) return false;
    const entry = this.entry;
    if (!this.build(key, keyLen, payload, payloadLen, expires)) return false;
    this.setBucket(digest);
    let stored = false;
    for (let i = 0; i < ATTEMPTS && !stored; i++) stored = this.tryPut(load<u64>(digest), expires, now);
    entry.release(KEPT);
    return stored;
  }

  /** Takes a key out; false when other workers were faster several times, and it may still be there. */
  remove(digest: usize): bool {
    this.delta = 0;
    this.setBucket(digest);
    for (let i = 0; i < ATTEMPTS; i++) {
      if (!this.readDirectory()) return true;
      const cas = this.table.cas;
      const way = this.directory.find(load<u64>(digest));
      if (way < 0) return true;
      const size = <i64>this.directory.size(way);
      this.empty(way);
      this.directory.free(way);
      if (!this.writeDirectory(cas)) continue;
      this.delta = -size;
      return true;
    }
    return false;
  }

  /** Takes everything out: for when nobody of this VM uses a store of these sizes any more. */
  clear(): void {
    this.delta = 0;
    for (let bucket = 0; bucket < this.buckets; bucket++) {
      this.directoryKey.set(0, bucket);
      this.entryKey.set(0, bucket);
      for (let i = 0; i < ATTEMPTS; i++) {
        if (!this.readDirectory()) break;
        const cas = this.table.cas;
        const bytes = this.directory.bytes;
        for (let way = 0; way < this.directory.ways; way++) {
          if (this.directory.size(way) == 0) continue;
          this.empty(way);
          this.directory.free(way);
        }
        if (!this.writeDirectory(cas)) continue;
        this.delta -= bytes;
        break;
      }
    }
  }

  /** Gives the memory of this object back, not what is stored; it may not be used any more. */
  free(): void {
    this.entry.release(0);
    this.directoryKey.free();
    this.entryKey.free();
  }

  /** One try to store what `entry` holds; false when another worker was faster. */
  private tryPut(digest: u64, expires: i64, now: i64): bool {
    const directory = this.directory;
    const entry = this.entry;
    const cas = this.openDirectory();
    const before = directory.bytes;
    let way = directory.find(digest);
    if (way < 0) way = directory.findFree();
    let evicted = 0;
    if (way < 0) {
      way = directory.findOldest(now, -1);
      evicted++;
    }
    // Nothing is free and nothing is taken: there are no ways.
    if (way < 0) return false;
    if (directory.size(way) > 0) this.empty(way);
    let room = this.budget - before + <i64>directory.size(way) - <i64>entry.len;
    while (room < 0) {
      const victim = directory.findOldest(now, way);
      if (victim < 0) return false;
      room += <i64>directory.size(victim);
      this.empty(victim);
      directory.free(victim);
      evicted++;
    }
    this.entryKey.set(1, way);
    // Before the directory is written: an entry emptied later than that has another CAS.
    const entryCas = this.table.read(this.entryKey.ptr, this.entryKey.len) ? this.table.cas : ABSENT;
    directory.take(way, digest, <u32>entry.len, expires, now);
    const after = directory.bytes;
    if (!this.writeDirectory(cas)) return false;
    this.evicted += evicted;
    this.delta += after - before;
    return this.table.write(this.entryKey.ptr, this.entryKey.len, entry.ptr, entry.len, entryCas);
  }

  /** Chooses the bucket by that half of the digest by which no way is found. */
  private setBucket(digest: usize): void {
    const bucket = <i32>(((load<u64>(digest, 8) & 0xffffffff) * <u64>this.buckets) >> 32);
    this.directoryKey.set(0, bucket);
    this.entryKey.set(0, bucket);
  }

  private readDirectory(): bool {
    return this.table.read(this.directoryKey.ptr, this.directoryKey.len) && this.directory.open(this.table.value);
  }

  /** Reads the directory, or begins one that is absent or damaged; gives the CAS to write it with. */
  private openDirectory(): u32 {
    const isThere = this.table.read(this.directoryKey.ptr, this.directoryKey.len);
    const cas = isThere ? this.table.cas : ABSENT;
    if (isThere && this.directory.open(this.table.value)) return cas;
    // What a damaged directory counted is not known any more.
    if (isThere) for (let way = 0; way < this.directory.ways; way++) this.empty(way);
    this.directory.clear(fresh);
    return cas;
  }

  private writeDirectory(cas: u32): bool {
    return this.table.write(this.directoryKey.ptr, this.directoryKey.len, this.directory.ptr, this.directory.len, cas);
  }

  /** Empties an entry, so that its bytes are free and nobody who took its way before can write it any more. */
  private empty(way: i32): void {
    this.entryKey.set(1, way);
    this.table.write(this.entryKey.ptr, this.entryKey.len, EMPTIED, EMPTIED_SIZE, ANY);
  }

  /** Makes the value of an entry. */
  private build(key: usize, keyLen: i32, payload: usize, payloadLen: i32, expires: i64): bool {
    const entry = this.entry;
    entry.reset();
    if (!entry.reserve(HEADER + keyLen + payloadLen)) return false;
    store<u32>(entry.ptr, FORMAT);
    store<u32>(entry.ptr, <u32>keyLen, 4);
    store<u32>(entry.ptr, <u32>payloadLen, 8);
    store<u32>(entry.ptr, 0, 12);
    store<i64>(entry.ptr, expires, 16);
    entry.len = HEADER;
    entry.bytes(key, keyLen);
    entry.bytes(payload, payloadLen);
    return true;
  }

  /** Reads the entry that the table gave; false when it is damaged, of another key, or has expired. */
  private open(key: usize, keyLen: i32, now: i64): bool {
    const at = this.table.value.ptr;
    const len = this.table.value.len;
    if (len < HEADER || load<u32>(at) != FORMAT) return false;
    if (!equal(at + HEADER, min(load<i32>(at, 4), len - HEADER), key, keyLen)) return false;
    const payloadLen = len - HEADER - keyLen;
    this.expires = load<i64>(at, 16);
    if (load<i32>(at, 8) != payloadLen || this.expires <= now) return false;
    this.payload.set(at + HEADER + <usize>keyLen, payloadLen);
    return true;
  }
}
