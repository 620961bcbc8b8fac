import { describe, expect, test } from "vitest-pool-assemblyscript/assembly";
import { Claim, FlightBoard } from "../../../assembly/cache/flight_board";
import { CountedTable } from "../harness/counted_table";

const LIFETIME: i64 = 10_000;
const NOW: i64 = 1_790_000_000_000;
const one: usize = memory.data(16, 8);
/** In the same cell as `one`. */
const other: usize = memory.data(16, 8);
store<u64>(one, 7);
store<u64>(other, 7);
store<u64>(other, 1, 8);

describe("FlightBoard", () => {
  test("lets one worker lead, and tells the others which one", () => {
    const table = new CountedTable();
    const first = new FlightBoard(table, LIFETIME);
    const second = new FlightBoard(table, LIFETIME);
    expect(first.claim(one, 11, NOW)).toBe(Claim.OWN);
    expect(second.claim(one, 22, NOW)).toBe(Claim.TAKEN);
    expect(second.leader).toBe(11);
    expect(first.claim(one, 11, NOW)).toBe(Claim.OWN);
  });

  test("is free again when the claim is taken back, by the one who made it only", () => {
    const board = new FlightBoard(new CountedTable(), LIFETIME);
    board.claim(one, 11, NOW);
    board.release(one, 22);
    board.release(other, 11);
    expect(board.claim(one, 22, NOW)).toBe(Claim.TAKEN);
    board.release(one, 11);
    expect(board.claim(one, 22, NOW)).toBe(Claim.OWN);
  });

  test("is free again after the lifetime of a claim: its worker broke down", () => {
    const board = new FlightBoard(new CountedTable(), LIFETIME);
    board.claim(one, 11, NOW);
    expect(board.claim(one, 22, NOW + LIFETIME - 1)).toBe(Claim.TAKEN);
    expect(board.claim(one, 22, NOW + LIFETIME)).toBe(Claim.OWN);
  });

  test("says nothing of what meets something else in its cell, and where nothing can be read or written", () => {
    const table = new CountedTable();
    const board = new FlightBoard(table, LIFETIME);
    board.claim(one, 11, NOW);
    expect(board.claim(other, 22, NOW)).toBe(Claim.NONE);
    table.isBroken = true;
    expect(board.claim(one, 22, NOW)).toBe(Claim.NONE);
    board.release(one, 11);
  });
});
