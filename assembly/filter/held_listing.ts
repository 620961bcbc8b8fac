import { Slice } from "../bytes/slice";
import { Writer } from "../bytes/writer";
import { MultistatusRewriter } from "../dav/multistatus";
import { MultistatusPolicy } from "../dav/multistatus_policy";
import { readBody, replaceBody, WINDOW } from "../host/body";

/** All listings held at one time, in bytes, in one VM: as much as Envoy takes of one answer to a call of the filter's. */
const MAX_HELD: i32 = 32 << 20;
let held: i32 = 0;

const window = new Slice();

/**
 * A 207 that is held until all of it is there, since only its end tells whether all that it names is known: then it is
 * filtered, once more if need be. It is taken out of the host's buffer as it comes.
 */
export class HeldListing {
  private body: Writer = new Writer(MAX_HELD);
  private size: i32 = 0;

  /** Takes the `size` bytes that are readable now; false when the host gives none or too much is held. */
  take(kind: i32, size: i32): bool {
    let at = 0;
    while (at < size) {
      if (!readBody(kind, at, min(WINDOW, size - at), window)) return false;
      if (held + window.len > MAX_HELD) return false;
      held += window.len;
      this.size += window.len;
      this.body.bytes(window.ptr, window.len);
      at += window.len;
    }
    return !this.body.overflow && (size == 0 || replaceBody(kind, size, 0, 0));
  }

  /** Filters what was taken, into `rewriter.out`; false when it is no whole multistatus or did not fit. */
  filter(rewriter: MultistatusRewriter, policy: MultistatusPolicy, options: i32): bool {
    const body = this.body;
    rewriter.begin(policy, options);
    for (let at = 0; at < body.len; at += WINDOW) {
      if (!rewriter.write(body.ptr + <usize>at, min(WINDOW, body.len - at))) return false;
    }
    return rewriter.finish() && !rewriter.out.overflow;
  }

  /** Drops what is held. */
  release(): void {
    held -= this.size;
    this.size = 0;
    this.body.release(0);
  }
}
