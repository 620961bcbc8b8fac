import { equal } from "../bytes/slice";
import { wordHash } from "../bytes/word_hash";
import { Writer } from "../bytes/writer";
import { RequestBody } from "./request_body";

/** What clients send again and again is short: a list of properties, a range of time. */
const MAX_BODY: i32 = 4 << 10;
const BITS: u64 = 3;

/** A body and what was read of it. */
class ReadBody {
  readonly bytes: Writer = new Writer(MAX_BODY);
  readonly body: RequestBody = new RequestBody();
  maxDepth: i32 = 0;
  maxHrefs: i32 = 0;
}

/**
 * Reads request bodies, and those that come again byte by byte, as polls do, only once: a body says the same whenever
 * it is read. Bounded: a body takes the place of another.
 */
export class RequestBodies {
  /** Whether the last body is well-formed UTF-8 XML within the limits. */
  isValid: bool = false;
  private slots: StaticArray<ReadBody> = new StaticArray<ReadBody>(1 << (<i32>BITS));
  private long: RequestBody = new RequestBody();

  constructor() {
    for (let i = 0; i < this.slots.length; i++) this.slots[i] = new ReadBody();
  }

  /** What a body says, as `RequestBody.read`; when it is not valid, no more than its `error`. Until the next `read`. */
  read(ptr: usize, len: i32, maxDepth: i32, maxHrefs: i32): RequestBody {
    if (len <= 0 || len > MAX_BODY) {
      this.isValid = this.long.read(ptr, len, maxDepth, maxHrefs);
      return this.long;
    }
    const slot = unchecked(this.slots[<i32>(wordHash(ptr, len) >> (64 - BITS))]);
    const bytes = slot.bytes;
    const body = slot.body;
    const hasLimits = slot.maxDepth == maxDepth && slot.maxHrefs == maxHrefs;
    this.isValid = hasLimits && equal(bytes.ptr, bytes.len, ptr, len);
    if (this.isValid) return body;
    bytes.reset();
    this.isValid = body.read(ptr, len, maxDepth, maxHrefs);
    if (!this.isValid) return body;
    slot.maxDepth = maxDepth;
    slot.maxHrefs = maxHrefs;
    bytes.bytes(ptr, len);
    // Half a body must not be taken for another.
    if (bytes.overflow) bytes.reset();
    return body;
  }
}
