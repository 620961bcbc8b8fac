import { Slice } from "../../../assembly/bytes/slice";
import { Generations, RunningWrite, Snapshot } from "../../../assembly/cache/generations";
import { SharedTable } from "../../../assembly/cache/shared_table";
import { Store } from "../../../assembly/cache/store";

/** One worker's store and generations, for tests in Node that share a table between several. */

// @ts-ignore: decorator
@external("env", "read")
declare function readTable(key: usize, keyLen: i32, answer: usize): i32;
// @ts-ignore: decorator
@external("env", "write")
declare function writeTable(key: usize, keyLen: i32, ptr: usize, len: i32, cas: u32): i32;

const SLOTS: i32 = 64;
const SCRATCH_SIZE: usize = 4 << 20;
const scratch: usize = heap.alloc(SCRATCH_SIZE);
let top: usize = scratch;
const answer: usize = memory.data(12, 4);

class Table extends SharedTable {
  read(key: usize, keyLen: i32): bool {
    this.value.clear();
    if (readTable(key, keyLen, answer) == 0) return false;
    this.value.set(load<usize>(answer), load<i32>(answer, 4));
    this.cas = load<u32>(answer, 8);
    return true;
  }

  write(key: usize, keyLen: i32, ptr: usize, len: i32, cas: u32): bool {
    return writeTable(key, keyLen, ptr, len, cas) != 0;
  }
}

const table = new Table();
let store: Store = new Store(table, 1, 1);
const generations = new Generations(table);
const writes = new Array<RunningWrite>();
const snapshots = new Array<Snapshot>();
for (let i = 0; i < SLOTS; i++) {
  writes.push(new RunningWrite());
  snapshots.push(new Snapshot());
}
const owner = new Slice();
const calendar = new Slice();

export function alloc(len: i32): usize {
  return heap.alloc(<usize>len);
}

export function free(ptr: usize): void {
  heap.free(ptr);
}

/** A host callback begins. */
export function rewind(): void {
  top = scratch;
}

/** The host's allocator; 0 when scratch is full. */
export function malloc(len: i32): usize {
  if (<usize>len > scratch + SCRATCH_SIZE - top) return 0;
  const at = top;
  top = (top + <usize>len + 15) & ~15;
  return at;
}

export function open(maxEntry: i32, maxBytes: f64): void {
  store = new Store(table, maxEntry, <i64>maxBytes);
}

export function find(key: usize, keyLen: i32, digest: usize, now: f64): i32 {
  return <i32>store.find(key, keyLen, digest, <i64>now);
}

export function payloadPtr(): usize {
  return store.payload.ptr;
}

export function payloadLen(): i32 {
  return store.payload.len;
}

export function expires(): f64 {
  return <f64>store.expires;
}

export function put(
  key: usize,
  keyLen: i32,
  digest: usize,
  payload: usize,
  payloadLen: i32,
  expires: f64,
  now: f64,
): i32 {
  return <i32>store.put(key, keyLen, digest, payload, payloadLen, <i64>expires, <i64>now);
}

export function fits(keyLen: i32, payloadLen: i32): i32 {
  return <i32>store.fits(keyLen, payloadLen);
}

export function remove(digest: usize): i32 {
  return <i32>store.remove(digest);
}

export function clear(): void {
  store.clear();
}

export function evicted(): i32 {
  return store.evicted;
}

export function delta(): f64 {
  return <f64>store.delta;
}

/** Finds the same key so many times. */
export function findOften(times: i32, key: usize, keyLen: i32, digest: usize, now: f64): i32 {
  let found = 0;
  for (let i = 0; i < times; i++) {
    rewind();
    if (store.find(key, keyLen, digest, <i64>now)) found++;
  }
  return found;
}

export function begin(
  slot: i32,
  ownerPtr: usize,
  ownerLen: i32,
  calendarPtr: usize,
  calendarLen: i32,
  scope: i32,
  touchesEveryone: i32,
  now: f64,
): i32 {
  owner.set(ownerPtr, ownerLen);
  calendar.set(calendarPtr, calendarLen);
  return <i32>generations.begin(writes[slot], owner, calendar, <u8>scope, touchesEveryone != 0, <i64>now);
}

export function end(slot: i32, isUncertain: i32, now: f64): i32 {
  return <i32>generations.end(writes[slot], isUncertain != 0, <i64>now);
}

/** `calendarLen` -1: a read of the owner's home. */
export function take(slot: i32, ownerPtr: usize, ownerLen: i32, calendarPtr: usize, calendarLen: i32, now: f64): i32 {
  owner.set(ownerPtr, ownerLen);
  calendar.set(calendarPtr, calendarLen);
  if (calendarLen < 0) generations.ofOwner(snapshots[slot], owner, <i64>now);
  else generations.ofCalendar(snapshots[slot], owner, calendar, <i64>now);
  return <i32>snapshots[slot].isQuiet;
}

export function isSame(slot: i32, other: i32): i32 {
  return <i32>snapshots[slot].isSameAs(snapshots[other]);
}

export function save(slot: i32, ptr: usize): void {
  snapshots[slot].save(ptr);
}

export function isSaved(slot: i32, ptr: usize): i32 {
  return <i32>snapshots[slot].isSaved(ptr);
}
