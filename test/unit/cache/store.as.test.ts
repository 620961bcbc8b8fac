import { describe, expect, test } from "vitest-pool-assemblyscript/assembly";
import { text, Text } from "../../../assembly/bytes/text";
import { Store } from "../../../assembly/cache/store";
import { CountedTable } from "../harness/counted_table";

const key = text("alice GET /alice/work/");
const other = text("bob GET /alice/work/");
const payload = text("BEGIN:VCALENDAR");
const digest: usize = memory.data(16, 8);
const NOW: i64 = 1_790_000_000_000;

function put(store: Store, under: Text, what: Text): bool {
  return store.put(under.ptr, under.len, digest, what.ptr, what.len, NOW + 60_000, NOW);
}

describe("Store", () => {
  test("finds what was stored until it expires, by another worker too", () => {
    const table = new CountedTable();
    const store = new Store(table, 1000, 100_000);
    const worker = new Store(table, 1000, 100_000);
    expect(worker.find(key.ptr, key.len, digest, NOW)).toBe(false);
    expect(put(store, key, payload)).toBe(true);
    expect(worker.find(key.ptr, key.len, digest, NOW + 59_999)).toBe(true);
    expect(worker.payload.toString()).toBe("BEGIN:VCALENDAR");
    expect(worker.expires).toBe(NOW + 60_000);
    expect(worker.find(key.ptr, key.len, digest, NOW + 60_000)).toBe(false);
    expect(worker.payload.len).toBe(0);
  });

  test("gives nothing to a key with the same digest", () => {
    const store = new Store(new CountedTable(), 1000, 100_000);
    put(store, key, payload);
    expect(store.find(other.ptr, other.len, digest, NOW)).toBe(false);
    expect(store.find(key.ptr, key.len - 1, digest, NOW)).toBe(false);
    expect(put(store, other, payload)).toBe(true);
    expect(store.find(key.ptr, key.len, digest, NOW)).toBe(false);
    expect(store.find(other.ptr, other.len, digest, NOW)).toBe(true);
  });

  test("takes two reads for a hit, one for a miss, and a write for one use in a second", () => {
    const table = new CountedTable();
    const store = new Store(table, 1000, 100_000);
    put(store, key, payload);
    table.count();
    store.find(key.ptr, key.len, digest, NOW + 500);
    expect(table.reads).toBe(2);
    expect(table.writes).toBe(0);
    store.find(key.ptr, key.len, digest, NOW + 2000);
    expect(table.reads).toBe(4);
    expect(table.writes).toBe(1);
    store.find(key.ptr, key.len, digest, NOW + 2500);
    expect(table.writes).toBe(1);
    store.remove(digest);
    table.count();
    store.find(key.ptr, key.len, digest, NOW + 4000);
    expect(table.reads).toBe(1);
  });

  test("takes one read for a hit where it found one a short while ago", () => {
    const table = new CountedTable();
    const store = new Store(table, 1000, 100_000);
    const worker = new Store(table, 1000, 100_000);
    put(store, key, payload);
    store.find(key.ptr, key.len, digest, NOW);
    table.count();
    expect(store.find(key.ptr, key.len, digest, NOW + 999)).toBe(true);
    expect(store.payload.toString()).toBe("BEGIN:VCALENDAR");
    expect(table.reads).toBe(1);
    expect(store.find(other.ptr, other.len, digest, NOW + 999)).toBe(false);
    store.find(key.ptr, key.len, digest, NOW + 999);
    worker.put(key.ptr, key.len, digest, other.ptr, other.len, NOW + 60_000, NOW + 999);
    expect(store.find(key.ptr, key.len, digest, NOW + 1000)).toBe(true);
    expect(store.payload.toString()).toBe("bob GET /alice/work/");
    worker.remove(digest);
    expect(store.find(key.ptr, key.len, digest, NOW + 1001)).toBe(false);
    expect(store.payload.len).toBe(0);
  });

  test("says what it took and gave back", () => {
    const store = new Store(new CountedTable(), 1000, 100_000);
    put(store, key, payload);
    const taken = store.delta;
    expect(taken > <i64>(key.len + payload.len)).toBe(true);
    expect(store.evicted).toBe(0);
    put(store, key, payload);
    expect(store.delta).toBe(0);
    expect(store.remove(digest)).toBe(true);
    expect(store.delta).toBe(-taken);
    expect(store.remove(digest)).toBe(true);
    expect(store.delta).toBe(0);
    put(store, key, payload);
    store.clear();
    expect(store.delta).toBe(-taken);
    expect(store.find(key.ptr, key.len, digest, NOW)).toBe(false);
  });

  test("refuses what is too large or has expired, and has no room in no bytes at all", () => {
    const table = new CountedTable();
    const store = new Store(table, 30, 100_000);
    expect(store.fits(15, 15)).toBe(true);
    expect(store.fits(15, 16)).toBe(false);
    expect(store.fits(i32.MAX_VALUE, i32.MAX_VALUE)).toBe(false);
    expect(store.fits(-1, 5)).toBe(false);
    expect(put(store, key, payload)).toBe(false);
    expect(store.put(key.ptr, 2, digest, payload.ptr, 2, NOW, NOW)).toBe(false);
    const none = new Store(table, 1000, 0);
    expect(put(none, key, payload)).toBe(false);
    expect(none.find(key.ptr, key.len, digest, NOW)).toBe(false);
    expect(table.names).toBe("");
  });

  test("keeps entries of other sizes apart, and those of the same sizes together", () => {
    const table = new CountedTable();
    const store = new Store(table, 1000, 100_000);
    const larger = new Store(table, 1000, 200_000);
    expect(store.isSameAs(new Store(table, 1000, 100_000))).toBe(true);
    expect(store.isSameAs(larger)).toBe(false);
    put(store, key, payload);
    expect(larger.find(key.ptr, key.len, digest, NOW)).toBe(false);
    put(larger, key, payload);
    store.clear();
    expect(larger.find(key.ptr, key.len, digest, NOW)).toBe(true);
  });

  test("stores and finds nothing, and breaks nothing, where the table fails", () => {
    const table = new CountedTable();
    const store = new Store(table, 1000, 100_000);
    put(store, key, payload);
    table.isBroken = true;
    expect(store.find(key.ptr, key.len, digest, NOW)).toBe(false);
    expect(put(store, key, payload)).toBe(false);
    expect(store.delta).toBe(0);
    store.clear();
    table.isBroken = false;
    expect(store.find(key.ptr, key.len, digest, NOW)).toBe(true);
  });

  test("gives its memory back", () => {
    const store = new Store(new CountedTable(), 1000, 100_000);
    put(store, key, payload);
    store.free();
  });
});
