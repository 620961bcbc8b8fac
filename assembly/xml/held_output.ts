import { Writer } from "../bytes/writer";

/**
 * Output that can be taken back. Input that is kept is noted as a run and copied only when the run ends, so long
 * unchanged stretches cost one copy. Places in the output (`position`) are counted from its beginning and never reused.
 * `suspend` gives away what may go; the rest stays where it is, however many chunks it takes.
 */
export class HeldOutput {
  /** What `suspend` gave away; whoever drains it looks here anew after each. */
  out: Writer;
  /** What may still be taken back, and what came since. */
  private work: Writer;
  private run: usize = 0;
  private runEnd: usize = 0;
  /** The position of the first byte of `work`. */
  private base: i64 = 0;

  /** `limit` bounds what is put out for one chunk together with what is held. */
  constructor(limit: i32) {
    this.out = new Writer(limit);
    this.work = new Writer(limit);
  }

  /** Begins anew, and gives memory back that is larger than `keep` bytes. */
  begin(keep: i32): void {
    this.out.release(keep);
    this.work.release(keep);
    this.run = 0;
    this.runEnd = 0;
    this.base = 0;
  }

  /** Where the next byte goes. */
  // @ts-ignore: decorator
  @inline
  get position(): i64 {
    return this.base + <i64>this.work.len + <i64>(this.runEnd - this.run);
  }

  /** True when output was lost: it was over the ceiling. */
  get overflow(): bool {
    return this.out.overflow || this.work.overflow;
  }

  /** Puts out bytes that stay valid until the next `flush`. */
  // @ts-ignore: decorator
  @inline
  add(ptr: usize, len: i32): void {
    if (ptr != this.runEnd) this.beginRun(ptr);
    this.runEnd = ptr + <usize>len;
  }

  private beginRun(ptr: usize): void {
    this.flush();
    this.run = ptr;
  }

  /** Copies what was only noted. */
  flush(): void {
    if (this.runEnd > this.run) this.work.bytes(this.run, <i32>(this.runEnd - this.run));
    this.run = 0;
    this.runEnd = 0;
  }

  /** A place to write to directly, at the current position; valid until the next call here. */
  writer(): Writer {
    this.flush();
    return this.work;
  }

  /** Takes back everything from `position` on; it must not lie before what `suspend` gave away. */
  rewind(position: i64): void {
    const written = this.base + <i64>this.work.len;
    if (position >= written) this.runEnd = this.run + <usize>(position - written);
    else {
      this.run = 0;
      this.runEnd = 0;
      this.work.len = <i32>(position - this.base);
    }
  }

  /** Ends a chunk: adds to `out` what lies before `position` (-1: everything), and keeps the rest. */
  suspend(position: i64): void {
    this.flush();
    const work = this.work;
    const given = position < 0 ? work.len : <i32>(position - this.base);
    const held = work.len - given;
    if (given == 0) return;
    this.base += <i64>given;
    const out = this.out;
    if (out.len == 0) {
      // What goes is most of it as a rule: the buffers change places, and only the rest is copied.
      out.bytes(work.ptr + <usize>given, held);
      work.len = given;
      this.out = work;
      this.work = out;
    } else {
      out.bytes(work.ptr, given);
      memory.copy(work.ptr, work.ptr + <usize>given, <usize>held);
      work.len = held;
    }
  }
}
