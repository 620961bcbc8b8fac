import type { Steps } from "./worker.ts";
import { Worker } from "./worker.ts";

/** A key of the store and its digest. */
export interface Key {
  bytes: Buffer;
  digest: Buffer;
}

/** What `find` found. */
export interface Found {
  payload: Buffer;
  expires: number;
}

/** What `put` did. */
export interface Outcome {
  stored: boolean;
  evicted: number;
  delta: number;
}

/** The store of one worker. */
export class StoreWorker extends Worker {
  *find(key: Key, now: number): Steps<Found | null> {
    const digest = this.give(key.digest);
    const found = yield* this.call("find", key.bytes, digest, now);
    this.wasm.free(digest);
    if (found === 0) return null;
    return { payload: this.bytes(this.wasm.payloadPtr(), this.wasm.payloadLen()), expires: this.wasm.expires() };
  }

  *put(key: Key, payload: Buffer, expires: number, now: number): Steps<Outcome> {
    const digest = this.give(key.digest);
    const stored = yield* this.call("put", key.bytes, digest, payload, expires, now);
    this.wasm.free(digest);
    return { stored: stored !== 0, evicted: this.wasm.evicted(), delta: this.wasm.delta() };
  }

  *remove(key: Key): Steps<{ done: boolean; delta: number }> {
    const digest = this.give(key.digest);
    const done = yield* this.call("remove", digest);
    this.wasm.free(digest);
    return { done: done !== 0, delta: this.wasm.delta() };
  }

  *clear(): Steps<number> {
    yield* this.call("clear");
    return this.wasm.delta();
  }
}
