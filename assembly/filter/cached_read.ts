import { BufferKind } from "../abi/types";
import { Slice } from "../bytes/slice";
import { Writer } from "../bytes/writer";
import { Snapshot } from "../cache/generations";
import { CacheStatus } from "../cache/cache_status";
import { DIGEST_SIZE } from "../cache/digest";
import { EntryWriter } from "../cache/entry";
import { Method } from "../dav/method";
import { BodyKind } from "../dav/report";
import { readBody, WINDOW } from "../host/body";
import { ReadHeaders } from "./read_headers";
import { VALIDATOR_SIZE } from "./validator";

/** Where a read stands in the cache. */
export namespace ReadPhase {
  /** It has nothing to do with the cache. */
  export const NONE: i32 = 0;
  /** It may be answered from the cache; its key is not complete yet. */
  export const BEGUN: i32 = 1;
  /** It has a key. */
  export const KEYED: i32 = 2;
  /** It waits for an equal one. */
  export const WAITING: i32 = 3;
  /** It asks the server whether its collection has changed. */
  export const CHECKING: i32 = 4;
  /** It waits for another one that asks that. */
  export const WAITING_FOR_CHECK: i32 = 5;
  /** It is on its way to the server, and its answer is wanted. */
  export const LEADING: i32 = 6;
  /** It was on its way, or was answered. */
  export const OVER: i32 = 7;
}

/** What all streams hold of answers that are to be stored, in bytes; over it answers pass without being kept. */
const MAX_TEED: i32 = 24 << 20;
let teed: i32 = 0;
const chunk = new Slice();

/** One read of one stream, from its request to the last byte of its answer, as the cache sees it. */
export class CachedRead {
  phase: i32 = ReadPhase.NONE;
  readonly headers: ReadHeaders = new ReadHeaders();
  readonly key: Writer = new Writer(64 << 10);
  /** The cluster that its route leads to: there may be another server behind another one. */
  readonly cluster: Writer = new Writer(1024);
  readonly digest: StaticArray<u8> = new StaticArray<u8>(DIGEST_SIZE);
  /** The same for what is checked: the collection. */
  readonly checkDigest: StaticArray<u8> = new StaticArray<u8>(DIGEST_SIZE);
  readonly status: CacheStatus = new CacheStatus();
  /** The generations before its request went to the server. */
  readonly before: Snapshot = new Snapshot();
  /** What the server's collection was known to be before that; of use when `hasValidator`. */
  readonly validator: StaticArray<u8> = new StaticArray<u8>(VALIDATOR_SIZE);
  hasValidator: bool = false;
  /** When its request went to the server, in ms. */
  began: i64 = 0;
  /** All that it asks for is covered by a check of its collection. */
  isCovered: bool = false;
  /** The whole answer to a sync-collection when the calendar still has the token that it names; else empty. */
  readonly noChange: Writer = new Writer(16 << 10);
  /** Its answer tells the sync-token that the calendar has now. */
  tellsToken: bool = false;
  /** It has waited for an equal one: it goes on by itself now. */
  hasWaited: bool = false;
  /** It has asked whether its collection has changed, or waited for who did. */
  hasChecked: bool = false;
  /** When its collection was checked last before that, in ms; too long ago. */
  checkedBefore: i64 = 0;
  /** Its answer is to be kept. */
  isStored: bool = false;
  /** Its answer was stored. */
  isKept: bool = false;
  private entry: Writer = new Writer(64 << 20);
  readonly answer: EntryWriter = new EntryWriter(this.entry);
  private limit: i32 = 0;
  private held: i32 = 0;

  clear(): void {
    this.phase = ReadPhase.NONE;
    this.key.reset();
    this.cluster.reset();
    this.hasValidator = false;
    this.isCovered = false;
    this.noChange.reset();
    this.tellsToken = false;
    this.hasWaited = false;
    this.hasChecked = false;
    this.isStored = false;
    this.isKept = false;
    this.status.clear();
  }

  /** Gives back what it took. */
  release(keep: i32): void {
    this.clear();
    this.headers.release(keep);
    this.key.release(keep);
    this.noChange.release(keep);
    this.drop();
  }

  /** Begins to keep the answer, of at most `limit` bytes. */
  keep(limit: i32): void {
    this.isStored = true;
    this.limit = limit;
  }

  /** Keeps bytes that go to the client, as far as they may be kept. */
  take(ptr: usize, len: i32): void {
    if (!this.isStored || len <= 0) return;
    if (this.entry.len + len > this.limit || teed + len > MAX_TEED) return this.drop();
    teed += len;
    this.held += len;
    this.answer.body(ptr, len);
    if (this.entry.overflow) this.drop();
  }

  /** Keeps the `size` bytes of a body that streams through unread. */
  takeBody(size: i32): void {
    for (let at = 0; at < size && this.isStored; at += chunk.len) {
      if (!readBody(BufferKind.RESPONSE_BODY, at, min(WINDOW, size - at), chunk)) return this.drop();
      this.take(chunk.ptr, chunk.len);
    }
  }

  /** The answer is not kept. */
  drop(): void {
    this.isStored = false;
    teed -= this.held;
    this.held = 0;
    this.entry.release(0);
  }

  /** How much of the body is kept. */
  get bodyLen(): i32 {
    return this.held;
  }

  /** Where the body begins that is kept. */
  get body(): usize {
    return this.entry.ptr + <usize>(this.entry.len - this.held);
  }

  /** What is to be stored, once the answer is complete; valid until `drop`. */
  get payload(): Writer {
    return this.entry;
  }
}

/** Whether the cache answers reads with a body of this `BodyKind`. */
export function isAnswered(method: i32, kind: i32): bool {
  if (method == Method.PROPFIND) return kind == BodyKind.PROPFIND;
  return (
    kind == BodyKind.CALENDAR_QUERY ||
    kind == BodyKind.CALENDAR_MULTIGET ||
    kind == BodyKind.SYNC_COLLECTION ||
    kind == BodyKind.FREE_BUSY_QUERY
  );
}
