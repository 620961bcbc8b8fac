import { Text } from "../bytes/text";
import { Writer } from "../bytes/writer";

/**
 * Output that can be taken back. Input that is kept is noted as a run and copied only when the run ends, so long
 * unchanged stretches cost one copy. Places in the output (`position`) are counted from its beginning, never reused, and
 * hold across chunks: what may still be taken back is set aside by `suspend` and put back by `resume`.
 */
export class HeldOutput {
  /** What is ready for whoever drains it between `suspend` and `resume`. */
  readonly out: Writer;
  private aside: Writer;
  private run: usize = 0;
  private runEnd: usize = 0;
  /** The position of the first byte of `out`. */
  private base: i64 = 0;

  /** `limit` bounds what is put out for one chunk together with what is held. */
  constructor(limit: i32) {
    this.out = new Writer(limit);
    this.aside = new Writer(limit);
  }

  /** Begins anew, and gives memory back that is larger than `keep` bytes. */
  begin(keep: i32): void {
    this.out.release(keep);
    this.aside.release(keep);
    this.run = 0;
    this.runEnd = 0;
    this.base = 0;
  }

  /** Where the next byte goes. */
  // @ts-ignore: decorator
  @inline
  get position(): i64 {
    return this.base + <i64>this.out.len + <i64>(this.runEnd - this.run);
  }

  /** True when output was lost: it was over the ceiling. */
  get overflow(): bool {
    return this.out.overflow || this.aside.overflow;
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

  /** Puts out a constant. */
  text(constant: Text): void {
    this.add(constant.ptr, constant.len);
  }

  /** Copies what was only noted. */
  flush(): void {
    if (this.runEnd > this.run) this.out.bytes(this.run, <i32>(this.runEnd - this.run));
    this.run = 0;
    this.runEnd = 0;
  }

  /** A place to write to directly, at the current position; valid until the next call here. */
  writer(): Writer {
    this.flush();
    return this.out;
  }

  /** Takes back everything from `position` on; it must not lie before what `suspend` gave away. */
  rewind(position: i64): void {
    const written = this.base + <i64>this.out.len;
    if (position >= written) this.runEnd = this.run + <usize>(position - written);
    else {
      this.run = 0;
      this.runEnd = 0;
      this.out.len = <i32>(position - this.base);
    }
  }

  /** Ends a chunk: `out` keeps what may go, and everything from `position` on (-1: nothing) is set aside. */
  suspend(position: i64): void {
    this.flush();
    const keep = position < 0 ? this.out.len : <i32>(position - this.base);
    this.aside.reset();
    this.aside.bytes(this.out.ptr + <usize>keep, this.out.len - keep);
    this.out.len = keep;
    this.base += <i64>keep;
  }

  /** Begins a chunk: puts what was set aside back, after what was not drained yet. */
  resume(): void {
    this.base -= <i64>this.out.len;
    this.out.bytes(this.aside.ptr, this.aside.len);
    this.aside.reset();
  }
}
