import { Slice } from "../bytes/slice";
import { Writer } from "../bytes/writer";
import { Snapshot } from "./generations";

const FORMAT: u32 = 0x31594443;
const HEADER: i32 = 48;

/**
 * Writes a cached answer: `begin`, then the `header`s, then the `body` in as many pieces as it comes, then `finish`.
 *
 *     u32 format, u16 status, u16 0, i64 stored (ms), 12 bytes snapshot, u32 headers, u32 validator, u32 bytes of
 *     headers, u32 bytes of body, u32 0
 *     validator, per header: u32 bytes of name, u32 bytes of value, name, value; body
 */
export class EntryWriter {
  private headers: u32 = 0;
  private bodyAt: i32 = 0;
  private validatorLen: i32 = 0;

  constructor(private out: Writer) {}

  /**
   * Begins an answer in an emptied writer. `began`: when its read began, in ms; `snapshot`: as it was then;
   * `validator`: what the server's collection had then, may be empty.
   */
  begin(status: i32, began: i64, snapshot: Snapshot, validator: Slice): void {
    const out = this.out;
    out.reset();
    this.headers = 0;
    this.validatorLen = max(validator.len, 0);
    if (!out.reserve(HEADER)) return;
    memory.fill(out.ptr, 0, HEADER);
    store<u32>(out.ptr, FORMAT);
    store<u16>(out.ptr, <u16>status, 4);
    store<i64>(out.ptr, began, 8);
    snapshot.save(out.ptr + 16);
    out.len = HEADER;
    out.bytes(validator.ptr, validator.len);
    this.bodyAt = out.len;
  }

  header(name: usize, nameLen: i32, value: usize, valueLen: i32): void {
    this.headers++;
    this.out.word(<u32>max(nameLen, 0));
    this.out.word(<u32>max(valueLen, 0));
    this.out.bytes(name, nameLen);
    this.out.bytes(value, valueLen);
    this.bodyAt = this.out.len;
  }

  body(ptr: usize, len: i32): void {
    this.out.bytes(ptr, len);
  }

  /** False when the writer's ceiling was passed, and there is nothing to store. */
  finish(): bool {
    const out = this.out;
    if (out.overflow || out.len < HEADER) return false;
    store<u32>(out.ptr, this.headers, 28);
    store<u32>(out.ptr, <u32>this.validatorLen, 32);
    store<u32>(out.ptr, <u32>(this.bodyAt - HEADER - this.validatorLen), 36);
    store<u32>(out.ptr, <u32>(out.len - this.bodyAt), 40);
    return true;
  }
}

/**
 * Copies an answer that was stored without a validator, with one; false when it has one, or is not what `EntryWriter`
 * writes.
 */
export function addValidator(bytes: Slice, validator: Slice, out: Writer): bool {
  if (bytes.len < HEADER || load<u32>(bytes.ptr) != FORMAT || load<u32>(bytes.ptr, 32) != 0) return false;
  out.reset();
  out.bytes(bytes.ptr, HEADER);
  out.bytes(validator.ptr, validator.len);
  out.bytes(bytes.ptr + HEADER, bytes.len - HEADER);
  if (out.overflow) return false;
  store<u32>(out.ptr, <u32>validator.len, 32);
  return true;
}

/** Reads a cached answer: slices into the bytes that it was given. */
export class Entry {
  status: i32 = 0;
  /** When the read began that it is the answer to, in ms. */
  began: i64 = 0;
  readonly validator: Slice = new Slice();
  readonly body: Slice = new Slice();
  /** The header that `nextHeader` came to. */
  readonly name: Slice = new Slice();
  readonly value: Slice = new Slice();

  private snapshot: usize = 0;
  private headersPtr: usize = 0;
  private headersEnd: usize = 0;
  private next: usize = 0;

  /** False when the bytes are not what `EntryWriter` writes. */
  read(bytes: Slice): bool {
    const at = bytes.ptr;
    if (bytes.len < HEADER || load<u32>(at) != FORMAT) return false;
    const validatorLen = <i64>load<u32>(at, 32);
    const headersLen = <i64>load<u32>(at, 36);
    const bodyLen = <i64>load<u32>(at, 40);
    if (HEADER + validatorLen + headersLen + bodyLen != <i64>bytes.len) return false;
    this.status = <i32>load<u16>(at, 4);
    this.began = load<i64>(at, 8);
    this.snapshot = at + 16;
    this.validator.set(at + HEADER, <i32>validatorLen);
    this.headersPtr = this.validator.end;
    this.headersEnd = this.headersPtr + <usize>headersLen;
    this.body.set(this.headersEnd, <i32>bodyLen);
    this.rewind();
    let headers: u32 = 0;
    while (this.nextHeader()) headers++;
    const isWhole = this.next == this.headersEnd && headers == load<u32>(at, 28);
    this.rewind();
    return isWhole;
  }

  /** True when nothing that it depends on was or is being written since its read began. */
  isValid(now: Snapshot): bool {
    return now.isSaved(this.snapshot);
  }

  /** Goes to the first header again. */
  rewind(): void {
    this.next = this.headersPtr;
  }

  /** Goes to the next header; false when there is none. */
  nextHeader(): bool {
    const left = <i64>(this.headersEnd - this.next);
    if (left < 8) return false;
    const nameLen = <i64>load<u32>(this.next);
    const valueLen = <i64>load<u32>(this.next, 4);
    if (8 + nameLen + valueLen > left) return false;
    this.name.set(this.next + 8, <i32>nameLen);
    this.value.set(this.name.end, <i32>valueLen);
    this.next = this.value.end;
    return true;
  }
}
