import { Arena } from "../bytes/arena";
import { equal, hash, HASH_SEED } from "../bytes/slice";

// @ts-ignore: decorator
@unmanaged
class Membership {
  user: usize;
  group: usize;
  userLen: u16;
  groupLen: u16;
  hash: u32;
  next: u32;
}

/** The `groups` of the configuration, by member: which groups a user is in costs one look-up. */
export class GroupTable {
  private arena: Arena = new Arena();
  private entries: usize = 0;
  private count: i32 = 0;
  private capacity: i32 = 0;
  private buckets: usize = 0;
  private mask: u32 = 0;

  get length(): i32 {
    return this.count;
  }

  /** Adds a member to a group; names are at most 1024 bytes and are copied. */
  add(group: usize, groupLen: i32, user: usize, userLen: i32): void {
    if (groupLen > 1024 || userLen > 1024) return;
    if (this.count == this.capacity) this.grow();
    const at = this.at(this.count);
    at.group = this.arena.copy(group, groupLen);
    at.groupLen = <u16>groupLen;
    at.user = this.arena.copy(user, userLen);
    at.userLen = <u16>userLen;
    at.hash = hash(user, userLen, HASH_SEED);
    this.link(this.count);
    this.count++;
  }

  /** A cursor on the user's first group, or 0; go on with `next`. */
  first(user: usize, userLen: i32): u32 {
    if (this.count == 0) return 0;
    return this.seek(
      load<u32>(this.buckets + ((<usize>(hash(user, userLen, HASH_SEED) & this.mask)) << 2)),
      user,
      userLen,
    );
  }

  next(cursor: u32, user: usize, userLen: i32): u32 {
    return cursor == 0 ? 0 : this.seek(this.at(<i32>cursor - 1).next, user, userLen);
  }

  groupPtr(cursor: u32): usize {
    return this.at(<i32>cursor - 1).group;
  }

  groupLen(cursor: u32): i32 {
    return <i32>this.at(<i32>cursor - 1).groupLen;
  }

  free(): void {
    this.arena.free();
    if (this.entries) heap.free(this.entries);
    if (this.buckets) heap.free(this.buckets);
    this.entries = 0;
    this.buckets = 0;
    this.count = 0;
    this.capacity = 0;
  }

  private seek(index: u32, user: usize, userLen: i32): u32 {
    while (index != 0) {
      const entry = this.at(<i32>index - 1);
      if (equal(entry.user, <i32>entry.userLen, user, userLen)) return index;
      index = entry.next;
    }
    return 0;
  }

  // @ts-ignore: decorator
  @inline
  private at(index: i32): Membership {
    return changetype<Membership>(this.entries + <usize>index * offsetof<Membership>());
  }

  private link(index: i32): void {
    const entry = this.at(index);
    const bucket = this.buckets + ((<usize>(entry.hash & this.mask)) << 2);
    entry.next = load<u32>(bucket);
    store<u32>(bucket, <u32>index + 1);
  }

  private grow(): void {
    this.capacity = this.capacity == 0 ? 16 : this.capacity * 2;
    const size = <usize>this.capacity * offsetof<Membership>();
    this.entries = this.entries == 0 ? heap.alloc(size) : heap.realloc(this.entries, size);
    if (this.buckets) heap.free(this.buckets);
    const buckets = <usize>this.capacity * 2;
    this.buckets = heap.alloc(buckets << 2);
    memory.fill(this.buckets, 0, buckets << 2);
    this.mask = <u32>buckets - 1;
    for (let i = 0; i < this.count; i++) this.link(i);
  }
}
