/** The key of a view's ETags: the same in every worker, and a secret (contract, section 5). */
import { expect, test } from "vitest";
import { filterPath } from "../../tools/build.ts";
import { Emulator } from "./emulator/index.ts";

const event =
  "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nBEGIN:VEVENT\r\nUID:1\r\nDTSTART:20260105T090000Z\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n";
const config = (secret?: string) => ({
  server: "radicale",
  identity: { header: { name: "x-caldav-user" } },
  shares: [{ calendar: "alice/work", with: ["bob"], access: "read" }],
  ...(secret === undefined ? {} : { views: { secret } }),
});

/** An Envoy with two workers, and the ETag that bob sees on each. */
async function etags(secret?: string): Promise<(string | undefined)[]> {
  const host = await Emulator.create(await filterPath(), { concurrency: 2 });
  const plugin = "caldav";
  expect(host.configure(plugin, config(secret)).accepted).toBe(true);
  const read = (worker: number) =>
    host.exchange(
      { path: "/alice/work/1.ics", headers: { "x-caldav-user": "bob" } },
      () => ({ headers: { "content-type": "text/calendar", etag: '"1"' }, body: event }),
      { worker },
    ).headers.etag;
  const before = [read(0), read(1)];
  expect(host.configure(plugin, config(secret)).accepted).toBe(true);
  return [...before, read(0), read(1)];
}

test("all workers give the same ETag, before and after a new configuration", async () => {
  const all = await etags();
  expect(all[0]).toMatch(/^"[\w-]{10,}"$/);
  expect(new Set(all).size).toBe(1);
});

test("two Envoys give different ETags, so that nobody can work one out", async () => {
  expect((await etags())[0]).not.toBe((await etags())[0]);
});

test("two Envoys with one secret give the same ETags, and others with another", async () => {
  const first = await etags("a secret of sixteen bytes or more");
  expect(await etags("a secret of sixteen bytes or more")).toEqual(first);
  expect((await etags("another secret of some length"))[0]).not.toBe(first[0]);
});
