import { text, Text } from "../bytes/text";
import { Writer } from "../bytes/writer";
import { MultistatusRewriter } from "../dav/multistatus";
import { writeNotFound } from "../dav/multistatus_parts";

const MULTISTATUS_OPEN: Text = text('<?xml version="1.0" encoding="utf-8"?>\n<D:multistatus xmlns:D="DAV:">');
const MULTISTATUS_CLOSE: Text = text("</D:multistatus>\n");
const whole = new Writer(64 << 20);
const KEEP: i32 = 256 << 10;

/** The hrefs of a multiget that are not there for a person, each to be answered with 404. */
export class NotFoundHrefs {
  /** XML text, each ended by a NUL. */
  private hrefs: Writer = new Writer(64 << 20);

  /** Adds hrefs, as XML text, each ended by a NUL. */
  add(hrefs: Writer): void {
    this.hrefs.bytes(hrefs.ptr, hrefs.len);
  }

  /** True when not all that was added could be kept. */
  get lacksMemory(): bool {
    return this.hrefs.overflow;
  }

  /** Has a multistatus end with them. */
  appendTo(rewriter: MultistatusRewriter): void {
    let start = this.hrefs.ptr;
    const end = start + <usize>this.hrefs.len;
    for (let at = start; at < end; at++) {
      if (load<u8>(at) != 0) continue;
      rewriter.appendNotFound(start, <i32>(at - start));
      start = at + 1;
    }
  }

  /** A whole multistatus of them; valid until the next one. */
  whole(): Writer {
    whole.release(KEEP);
    whole.text(MULTISTATUS_OPEN);
    let start = this.hrefs.ptr;
    const end = start + <usize>this.hrefs.len;
    for (let at = start; at < end; at++) {
      if (load<u8>(at) != 0) continue;
      writeNotFound(start, <i32>(at - start), true, whole);
      start = at + 1;
    }
    whole.text(MULTISTATUS_CLOSE);
    return whole;
  }

  /** Empties it; gives memory back that is more than `keep` bytes. */
  release(keep: i32): void {
    this.hrefs.release(keep);
  }
}
