import { SharedKey } from "./shared_key";
import { ABSENT, SharedTable } from "./shared_table";

const CELLS: u32 = 1024;
/** Bytes of a cell: a digest, who leads, and since when. */
const CELL_SIZE: i32 = 32;
const ATTEMPTS: i32 = 3;
const cell = memory.data(32);
const emptied = memory.data(32);

/** What came of an attempt to lead. */
export namespace Claim {
  /** Nobody can tell: every worker goes by itself. */
  export const NONE: i32 = 0;
  /** This worker leads. */
  export const OWN: i32 = 1;
  /** Another one does: `leader`. */
  export const TAKEN: i32 = 2;
}

/**
 * Which worker is asking the server for what, so that the others need not. A fixed number of cells; two requests that
 * meet in one are not told of to other workers.
 */
export class FlightBoard {
  /** After `Claim.TAKEN`: the worker's address. */
  leader: u32 = 0;
  private key: SharedKey = new SharedKey("caldav/f", 1);

  /** `lifetime`: how long a claim holds, in ms, for a worker that breaks down never takes it back. */
  constructor(
    private table: SharedTable,
    private lifetime: i64,
  ) {}

  /** Claims what `digest` (16 bytes) stands for, for the worker with this address, which is not 0. `now`: ms. */
  claim(digest: usize, worker: u32, now: i64): i32 {
    this.choose(digest);
    for (let i = 0; i < ATTEMPTS; i++) {
      const isThere = this.table.read(this.key.ptr, this.key.len);
      const cas = isThere ? this.table.cas : ABSENT;
      const at = this.table.value.ptr;
      if (
        isThere &&
        this.table.value.len == CELL_SIZE &&
        load<u32>(at, 16) != 0 &&
        load<i64>(at, 24) + this.lifetime > now
      ) {
        if (memory.compare(at, digest, 16) != 0) return Claim.NONE;
        this.leader = load<u32>(at, 16);
        return this.leader == worker ? Claim.OWN : Claim.TAKEN;
      }
      memory.copy(cell, digest, 16);
      store<u32>(cell, worker, 16);
      store<i64>(cell, now, 24);
      if (this.table.write(this.key.ptr, this.key.len, cell, CELL_SIZE, cas)) return Claim.OWN;
    }
    return Claim.NONE;
  }

  /** Takes a claim back, if it is still this worker's. */
  release(digest: usize, worker: u32): void {
    this.choose(digest);
    if (!this.table.read(this.key.ptr, this.key.len) || this.table.value.len != CELL_SIZE) return;
    const at = this.table.value.ptr;
    if (memory.compare(at, digest, 16) != 0 || load<u32>(at, 16) != worker) return;
    this.table.write(this.key.ptr, this.key.len, emptied, CELL_SIZE, this.table.cas);
  }

  private choose(digest: usize): void {
    this.key.set(0, <i32>(load<u32>(digest) % CELLS));
  }
}
