import { Slice } from "../bytes/slice";
import { Writer } from "../bytes/writer";

/** More groups of one person than this are not looked at; a source that sends more is refused by the caller. */
export const MAX_GROUPS: i32 = 256;

/** Who asks: the bytes are its own, so it lives as long as its stream. */
export class Person {
  readonly name: Slice = new Slice();
  groups: i32 = 0;
  private bytes: Writer = new Writer(64 << 10);
  private starts: StaticArray<i32> = new StaticArray<i32>(MAX_GROUPS + 1);

  /** True when there was no memory to sign the person in: nothing may be told as if nobody had asked. */
  get lacksMemory(): bool {
    return this.bytes.overflow;
  }

  /** Gives memory back that is more than `keep` bytes; nobody is signed in then. */
  release(keep: i32): void {
    this.clear();
    this.bytes.release(keep);
  }

  /** Nobody: not signed in. */
  clear(): void {
    this.name.clear();
    this.groups = 0;
    this.bytes.reset();
  }

  get isSignedIn(): bool {
    return this.name.len > 0;
  }

  /** Signs in under a name; drops what was there. */
  signIn(ptr: usize, len: i32): void {
    this.clear();
    this.bytes.bytes(ptr, len);
    this.name.set(this.bytes.ptr, this.bytes.len);
    this.starts[0] = this.bytes.len;
  }

  /** Adds a group from the source of identity; false when there are too many. */
  addGroup(ptr: usize, len: i32): bool {
    if (this.groups >= MAX_GROUPS) return false;
    this.bytes.bytes(ptr, len);
    if (this.bytes.overflow) {
      this.bytes.overflow = false;
      return false;
    }
    this.groups++;
    this.starts[this.groups] = this.bytes.len;
    // The writer may have moved when it grew.
    this.name.ptr = this.bytes.ptr;
    return true;
  }

  groupPtr(i: i32): usize {
    return this.bytes.ptr + <usize>this.starts[i];
  }

  groupLen(i: i32): i32 {
    return this.starts[i + 1] - this.starts[i];
  }

  /** True when this is that user. */
  is(user: Slice): bool {
    return (
      this.name.len > 0 && this.name.len == user.len && memory.compare(this.name.ptr, user.ptr, <usize>user.len) == 0
    );
  }
}
