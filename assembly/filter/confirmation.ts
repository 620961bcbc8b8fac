import { CallHandler } from "../abi/dispatch";
import { Slice } from "../bytes/slice";
import { Writer } from "../bytes/writer";
import { DIGEST_SIZE } from "../cache/digest";
import { Snapshot } from "../cache/generations";
import { CachedRead } from "./cached_read";
import { Plugin } from "./root";
import { VALIDATOR_SIZE } from "./validator";

const KEEP: i32 = 1024;
const MAX_ACTIVE: i32 = 64;
const idle: Confirmation[] = [];
let active: i32 = 0;

/**
 * A check of a collection after an answer was read from it. Only when the server said the same before and after does
 * the answer belong to what it said: a ctag that is made of the contents comes back when they do, and an answer from in
 * between must not come back with it. The stream that began it need not live any more.
 */
export class Confirmation extends CallHandler {
  readonly key: Writer = new Writer(64 << 10);
  readonly digest: StaticArray<u8> = new StaticArray<u8>(DIGEST_SIZE);
  readonly checkKey: Writer = new Writer(64 << 10);
  readonly checkDigest: StaticArray<u8> = new StaticArray<u8>(DIGEST_SIZE);
  readonly before: Snapshot = new Snapshot();
  readonly validator: Slice = new Slice();
  /** When the answer was read, and when the server was asked again, in ms. */
  began: i64 = 0;
  asked: i64 = 0;
  private plugin: Plugin | null = null;
  private bytes: StaticArray<u8> = new StaticArray<u8>(VALIDATOR_SIZE);

  /** Begins with what is known of a read. */
  begin(plugin: Plugin, read: CachedRead, checkKey: Writer, asked: i64): void {
    this.plugin = plugin;
    plugin.streams++;
    this.key.bytes(read.key.ptr, read.key.len);
    this.checkKey.bytes(checkKey.ptr, checkKey.len);
    memory.copy(changetype<usize>(this.digest), changetype<usize>(read.digest), DIGEST_SIZE);
    memory.copy(changetype<usize>(this.checkDigest), changetype<usize>(read.checkDigest), DIGEST_SIZE);
    memory.copy(changetype<usize>(this.bytes), changetype<usize>(read.validator), VALIDATOR_SIZE);
    this.validator.set(changetype<usize>(this.bytes), VALIDATOR_SIZE);
    this.before.copy(read.before);
    this.began = read.began;
    this.asked = asked;
  }

  onAnswer(headers: i32, bodySize: i32): void {
    const plugin = this.plugin;
    if (plugin !== null) {
      const cache = plugin.cache;
      const answer = headers > 0 ? plugin.collectionCheck.take(bodySize) : null;
      if (cache !== null && answer !== null) cache.confirm(this, answer);
    }
    this.end();
  }

  /** Gives it back. */
  end(): void {
    const plugin = this.plugin;
    this.plugin = null;
    this.key.release(KEEP);
    this.checkKey.release(KEEP);
    active--;
    idle.push(this);
    if (plugin === null) return;
    plugin.streams--;
    plugin.release();
  }
}

/** One that is not in use; null when too many are. */
export function takeConfirmation(): Confirmation | null {
  if (active >= MAX_ACTIVE) return null;
  active++;
  return idle.length > 0 ? idle.pop() : new Confirmation();
}
