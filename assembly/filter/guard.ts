import { BufferKind } from "../abi/types";
import { Slice } from "../bytes/slice";
import { Writer } from "../bytes/writer";
import { readBody, WINDOW } from "../host/body";
import { Case } from "../policy/decide";
import { viewOf } from "../policy/grant_view";
import { Redactor } from "../policy/redaction";
import { View } from "../policy/redaction_view";
import { Method } from "../dav/method";
import { Reason } from "../policy/decision";
import * as Names from "./names";
import { OwnCall } from "./own_call";
import { Upstream } from "./upstream";

/** What came of looking at the object that somebody wants to write over or carry away. */
export namespace Guarded {
  /** It is seen in full: go on, as long as it stays what it is now. */
  export const FULL: i32 = 0;
  /** There is none. */
  export const ABSENT: i32 = 1;
  /** It is seen redacted, or not at all. */
  export const REDACTED: i32 = 2;
  /** The server did not say. */
  export const TROUBLE: i32 = 3;
  /** It does not exist for the person. */
  export const HIDDEN: i32 = 4;
}

const MAX_OBJECT: i32 = 16 << 20;
/** One of each for all roots: an answer is judged in one go, and large buffers are outside of garbage collection. */
const window = new Slice();
const body = new Writer(MAX_OBJECT);
const shown = new Writer(MAX_OBJECT + (1 << 20));
const view = new View();
const redactor = new Redactor();

/**
 * Looks at an object before it is written over, moved, copied or deleted by somebody who sees the calendar through a
 * view (contract, section 5: what is seen redacted cannot be written back). One serves all streams of a root.
 */
export class Guard {
  /** The server's ETag of the object that was looked at last. */
  readonly etag: Writer = new Writer(8192);
  /** That object, until `forget`; empty when there is none. */
  readonly object: Writer = body;
  private path: Writer = new Writer(64 << 10);
  private tag: Slice = new Slice();

  constructor(
    private call: OwnCall,
    private upstream: Upstream,
  ) {}

  /** Asks the server for the object, as the one whom the request goes on for; the call's token, or 0. */
  ask(stream: u32, it: Case, authority: Slice, authorization: Writer): u32 {
    const path = it.request.path;
    this.path.reset();
    path.write(this.path, path.count, path.isCollection);
    this.call.begin(Names.GET, this.path, authority);
    this.upstream.addIdentity(it, authorization, this.call.headers);
    return this.call.send(stream, Names.EMPTY);
  }

  /** Takes the answer, of `size` bytes; a value of `Guarded`. To be called before a stream is entered; then `forget`. */
  judge(it: Case, size: i32): i32 {
    this.etag.reset();
    body.reset();
    const status = this.call.status(this.tag);
    this.etag.bytes(this.tag.ptr, this.tag.len);
    if (status == 404 || status == 410) return Guarded.ABSENT;
    if (status != 200) return Guarded.TROUBLE;
    for (let at = 0; at < size; at += window.len) {
      if (!readBody(BufferKind.CALL_RESPONSE_BODY, at, min(WINDOW, size - at), window)) return Guarded.TROUBLE;
      body.bytes(window.ptr, window.len);
    }
    const found = body.overflow ? Guarded.REDACTED : this.look(it);
    shown.release(KEEP);
    return found;
  }

  /** Drops the object that was looked at last. */
  forget(): void {
    body.release(KEEP);
  }

  /** Decides with what came of looking; in the stream that asked. */
  carryOut(it: Case, found: i32): void {
    const puts = it.request.method == Method.PUT;
    if (found == Guarded.HIDDEN && !puts) it.decision.refuse(404, Reason.NOT_READABLE);
    else if (found == Guarded.TROUBLE) it.decision.refuse(503, Reason.UPSTREAM);
    else if (found == Guarded.FULL) this.upstream.holdTo(it, this.etag);
    else if (found == Guarded.ABSENT) this.upstream.holdToNothing(it);
    else it.decision.refuse(403, Reason.REDACTED);
  }

  /** Gives back memory that is outside of garbage collection, when the configuration is no longer used. */
  free(): void {
    this.etag.release(0);
    this.path.release(0);
  }

  /** What the view makes of it. Alarms count only where the object would be carried away with them. */
  private look(it: Case): i32 {
    const transfers = it.request.method == Method.COPY || it.request.method == Method.MOVE;
    viewOf(it.grant, view);
    if (!transfers) view.keepAlarms = true;
    // What cannot be read has no alarms that could be kept.
    if (view.isFull && !it.decision.mergesAlarms) return Guarded.FULL;
    shown.reset();
    redactor.begin(view, false);
    redactor.write(body.ptr, body.len);
    if (!redactor.end(shown)) return Guarded.HIDDEN;
    const isSame = shown.len == body.len && memory.compare(shown.ptr, body.ptr, <usize>body.len) == 0;
    return isSame ? Guarded.FULL : Guarded.REDACTED;
  }
}

const KEEP: i32 = 256 << 10;
