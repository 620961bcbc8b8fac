/** `cache.stale_if_error`: readers get what they had while the server is down, as long as they may see it. */
import { beforeEach, expect, test } from "vitest";
import { event, request, shown, startEnvoy, startUpstream, type TestEnvoy, type Upstream } from "../support/index.ts";

const base = {
  server: "radicale",
  identity: { header: { name: "x-caldav-user" } },
  upstream: { authenticate: { header: "x-remote-user", as: "owner" } },
};
const share = { calendar: "alice/work", with: ["bob"], access: "read", ...shown };
let upstream: Upstream;
let isDown = false;

beforeEach(async () => {
  isDown = false;
  upstream = await startUpstream(({ method }, response) => {
    if (isDown) response.writeHead(503).end();
    else if (method === "PUT") response.writeHead(204).end();
    else response.writeHead(200, { "content-type": "text/calendar", etag: '"1"' }).end(event("1"));
  });
});

const start = (cache: object, shares: object[] = [share]): Promise<TestEnvoy> =>
  startEnvoy({
    config: { ...base, shares, cache: { coherence: "exclusive", max_age: "1s", ...cache } },
    upstream: upstream.url,
  });
const get = (envoy: TestEnvoy, name: string) =>
  request(envoy.url, "/alice/work/1.ics", { headers: { "x-caldav-user": name } });
const pass = (ms: number) => new Promise((done) => setTimeout(done, ms));

test("what a reader had is given while the server fails, and marked", async () => {
  const envoy = await start({ stale_if_error: "10m" });
  const first = await get(envoy, "bob");
  await pass(1100);
  isDown = true;
  const second = await get(envoy, "bob");
  expect(second).toMatchObject({ status: 200, body: first.body });
  expect(second.headers["cache-status"]).toMatch(/^caldav; fwd=stale; fwd-status=503; ttl=-?\d+$/);
  expect(Number(second.headers.age)).toBeGreaterThanOrEqual(1);
});

test("what a reader had is given when no server is there at all", async () => {
  const envoy = await start({ stale_if_error: "10m" });
  await get(envoy, "bob");
  await pass(1100);
  await upstream.stop();
  expect(await get(envoy, "bob")).toMatchObject({ status: 200 });
});

test("nobody gets what somebody else had", async () => {
  const envoy = await start({ stale_if_error: "10m" });
  await get(envoy, "bob");
  isDown = true;
  expect(await get(envoy, "alice")).toMatchObject({ status: 503 });
});

test("nothing from before a write is given after it", async () => {
  const envoy = await start({ stale_if_error: "10m" });
  await get(envoy, "bob");
  const body = event("1", "Changed");
  await request(envoy.url, "/alice/work/1.ics", { method: "PUT", headers: { "x-caldav-user": "alice" }, body });
  isDown = true;
  expect(await get(envoy, "bob")).toMatchObject({ status: 503 });
});

test("nobody gets anything after the share has ended", async () => {
  const until = new Date(Date.now() + 3000).toISOString();
  const envoy = await start({ stale_if_error: "10m" }, [{ ...share, until }]);
  expect(await get(envoy, "bob")).toMatchObject({ status: 200 });
  await pass(3100);
  isDown = true;
  expect(await get(envoy, "bob")).toMatchObject({ status: 404 });
});

test("nothing stale is given unless it is configured", async () => {
  const envoy = await start({});
  await get(envoy, "bob");
  await pass(1100);
  isDown = true;
  expect(await get(envoy, "bob")).toMatchObject({ status: 503 });
});
