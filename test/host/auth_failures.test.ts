/** `limits.auth_failures`: who guesses passwords is slowed down, and nobody else. */
import { expect, test } from "vitest";
import { wasm } from "../../tools/build.ts";
import { Emulator } from "./emulator/index.ts";

const right = `Basic ${Buffer.from("alice:right").toString("base64")}`;

async function start() {
  const host = await Emulator.create(process.env.CALDAV_WASM || wasm, { clusters: ["caldav"], concurrency: 2 });
  const limits = { auth_failures: { count: 3, per: "60s", block: "5m" } };
  const { accepted } = host.configure("caldav", { server: "radicale", identity: { basic: {} }, limits });
  expect(accepted).toBe(true);
  /** The status that somebody gets for their own calendar. */
  return (user: string, password: string, address: string, after = 0, worker = 0): number => {
    host.advance(after);
    host.process.logs.length = 0;
    const authorization = `Basic ${Buffer.from(`${user}:${password}`).toString("base64")}`;
    const { status, vmFailed } = host.exchange(
      { path: `/${user}/work/1.ics`, headers: { authorization } },
      ({ headers }) => (headers.authorization === right ? { body: "hers" } : { status: 401 }),
      { properties: { source: { address: `${address}:4711` } }, worker },
    );
    expect(vmFailed).toBe(null);
    return status;
  };
}

test("who fails too often is blocked for a while, whatever the password, on all workers", async () => {
  const ask = await start();
  expect([1, 2, 3, 4].map((n) => ask("alice", `wrong${n}`, "10.0.0.1", 0, n % 2))).toEqual([401, 401, 401, 429]);
  expect(ask("alice", "right", "10.0.0.1")).toBe(429);
  expect(ask("alice", "right", "10.0.0.1", 0, 1)).toBe(429);
  expect(ask("alice", "right", "10.0.0.1", 301_000)).toBe(200);
});

test("failures that lie further apart do not add up", async () => {
  const ask = await start();
  for (let i = 0; i < 6; i++) expect(ask("alice", "wrong", "10.0.0.1", 31_000)).toBe(401);
});

test("however many guesses somebody makes at however many names, others are not blocked", async () => {
  const ask = await start();
  for (let i = 0; i < 12_000; i++) ask(`user${i % 3000}`, "wrong", "10.0.0.1");
  expect(ask("user1", "wrong", "10.0.0.1")).toBe(429);
  for (let i = 0; i < 20; i++) expect(ask("alice", "right", `10.0.1.${i}`)).toBe(200);
});
