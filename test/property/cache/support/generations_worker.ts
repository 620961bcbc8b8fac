import type { Steps } from "./worker.ts";
import { Worker } from "./worker.ts";

/** What a read or write is about. Without a calendar: the home of the owner, or everything of the owner. */
export interface Place {
  owner: string;
  calendar: string | null;
}

const OBJECT = 0;
const STRUCTURE = 1;

/** The generations of one worker. */
export class GenerationsWorker extends Worker {
  *begin(slot: number, place: Place, touchesEveryone: boolean, now: number): Steps<boolean> {
    const scope = place.calendar === null ? STRUCTURE : OBJECT;
    const names = [Buffer.from(place.owner), Buffer.from(place.calendar ?? "")];
    return (yield* this.call("begin", slot, ...names, scope, touchesEveryone ? 1 : 0, now)) !== 0;
  }

  *end(slot: number, isUncertain: boolean, now: number): Steps<boolean> {
    return (yield* this.call("end", slot, isUncertain ? 1 : 0, now)) !== 0;
  }

  /** Takes a snapshot into a slot; whether it is quiet. */
  *take(slot: number, place: Place, now: number): Steps<boolean> {
    const owner = this.give(Buffer.from(place.owner));
    const calendar = this.give(Buffer.from(place.calendar ?? ""));
    const calendarLen = place.calendar === null ? -1 : Buffer.byteLength(place.calendar);
    const quiet = yield* this.call("take", slot, owner, Buffer.byteLength(place.owner), calendar, calendarLen, now);
    this.wasm.free(owner);
    this.wasm.free(calendar);
    return quiet !== 0;
  }

  /** The bytes of a snapshot, as an entry keeps them. */
  save(slot: number): Buffer {
    const ptr = this.give(Buffer.alloc(12));
    this.wasm.save(slot, ptr);
    const saved = this.bytes(ptr, 12);
    this.wasm.free(ptr);
    return saved;
  }

  isSaved(slot: number, saved: Buffer): boolean {
    const ptr = this.give(saved);
    const is = this.wasm.isSaved(slot, ptr) !== 0;
    this.wasm.free(ptr);
    return is;
  }
}
