import { BufferKind } from "../abi/types";
import { Slice } from "../bytes/slice";
import { Writer } from "../bytes/writer";
import { CHECK } from "../cache/asked_properties";
import { tellsState } from "../cache/collection_state";
import { ResourceKind } from "../dav/layout";
import { copyBody } from "../host/body";
import { Case } from "../policy/decide";
import * as Names from "./names";
import { OwnCall } from "./own_call";
import { Upstream } from "./upstream";

/** A home with many calendars has an answer of a few hundred KiB. */
const answer = new Writer(4 << 20);
const KEEP: i32 = 64 << 10;
const MAX_DEPTH: i32 = 64;

/**
 * Asks the server what state a collection is in, for `cache.coherence: validate`: one PROPFIND of all properties that
 * change with it. A calendar is asked for itself; a home with its calendars, since its own ctag says nothing of theirs.
 */
export class CollectionCheck {
  private path: Writer = new Writer(64 << 10);
  private tag: Slice = new Slice();

  constructor(
    private call: OwnCall,
    private upstream: Upstream,
  ) {}

  /** Asks for the collection of a read, as the one whom the read goes on for; the call's token, or 0. */
  ask(stream: u32, it: Case, authority: Slice, authorization: Writer): u32 {
    const resource = it.request.resource;
    const path = it.request.path;
    this.path.reset();
    path.write(this.path, resource.kind == ResourceKind.OBJECT ? path.count - 1 : path.count, true);
    this.call.begin(Names.PROPFIND, this.path, authority);
    const headers = this.call.headers;
    this.upstream.addIdentity(it, authorization, headers);
    headers.addText(Names.DEPTH, resource.kind == ResourceKind.HOME ? Names.ONE : Names.ZERO);
    headers.addText(Names.CONTENT_TYPE, Names.XML);
    return this.call.send(stream, CHECK);
  }

  /** The server's answer of `size` bytes, or null when it did not tell. To be called before a stream is entered. */
  take(size: i32): Writer | null {
    answer.release(KEEP);
    if (this.call.status(this.tag) != 207 || size == 0) return null;
    if (!copyBody(BufferKind.CALL_RESPONSE_BODY, size, answer)) return null;
    // Where nothing changes with the contents, nobody could tell that they did.
    return tellsState(answer.ptr, answer.len, MAX_DEPTH) ? answer : null;
  }

  /** Gives back memory that is outside of garbage collection, when the configuration is no longer used. */
  free(): void {
    this.path.release(0);
  }
}
