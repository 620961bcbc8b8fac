/** What operators see of the filter's cache, and what it costs them in memory. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { beforeAll, describe, expect, test } from "vitest";
import { root } from "../../../tools/run.mjs";
import { event, propfind, request, startEnvoy, type TestEnvoy } from "../support/index.ts";
import { type Ask, asking, type Origin, startOrigin } from "./origin.ts";

const config = {
  server: "radicale",
  identity: { header: { name: "x-caldav-user" } },
  upstream: { authenticate: { header: "x-remote-user", as: "owner" } },
};
const put = { method: "PUT", body: event("1"), headers: { "content-type": "text/calendar" } };

let origin: Origin;
beforeAll(async () => {
  origin = await startOrigin();
});

/** The metrics of the cache that are not 0, by what follows `caldav.cache.`. */
async function metrics(envoy: TestEnvoy): Promise<Record<string, number>> {
  const stats = await envoy.stats("caldav\\.cache");
  return Object.fromEntries(
    [...stats].filter(([, n]) => n !== 0).map(([name, n]) => [name.replace(/^.*cache\./, ""), n]),
  );
}

describe("metrics and access logs", () => {
  let envoy: TestEnvoy;
  let ask: Ask;
  beforeAll(async () => {
    envoy = await startEnvoy({ config: { ...config, cache: { coherence: "exclusive" } }, upstream: origin.url });
    ask = asking(envoy.url, origin);
  });

  test("say what became of each read", async () => {
    const at = "/alice/work/1.ics";
    await ask("alice", at);
    await ask("alice", at);
    await ask("alice", at, { method: "HEAD" });
    await ask("alice", at, { headers: { "cache-control": "no-cache" } });
    await ask("alice", at, put);
    await ask("alice", at);
    await ask("alice", "/alice/work/", propfind("0", "D:lockdiscovery"));
    origin.respond(async (asked, response) => {
      await sleep(100);
      await origin.normal(asked, response);
    });
    await Promise.all([1, 2, 3].map(() => ask("alice", "/alice/work/2.ics")));
    origin.reset();
    const { bytes, ...counts } = await metrics(envoy);
    expect(counts).toEqual({
      ...{ hit: 4, miss: 2, stale: 1, "bypass.request": 1, "bypass.kind": 1, stored: 4, coalesced: 2 },
    });
    expect(bytes).toBeGreaterThan(0);
    const logged = () => envoy.lines.flatMap((line) => / cache=(\w+)/.exec(line)?.[1] ?? []);
    await expect.poll(() => logged().length, { timeout: 20_000 }).toBe(9);
    expect(logged().sort()).toEqual(
      ["bypass", "collapsed", "collapsed", "hit", "hit", "miss", "miss", "request", "stale"].sort(),
    );
  });

  test("docs/caching.md names every one", async () => {
    const page = readFileSync(join(root, "docs", "caching.md"), "utf8");
    const names = [...(await envoy.stats("caldav\\.cache")).keys()].map((name) => name.replace(/^.*?(caldav\.)/, "$1"));
    expect(names.length).toBeGreaterThan(10);
    for (const name of names) expect(page).toContain(`\`${name}\``);
  });
});

const MiB = 1 << 20;
const memoryOf = (pid: number): number =>
  Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1]) * 1024;

for (const coherence of ["exclusive", "validate"])
  test.runIf(process.platform === "linux")(
    `ten times max_bytes of answers go through in bounded memory, with ${coherence}`,
    async () => {
      const max = 16 * MiB;
      const cache = { coherence, max_bytes: "16MiB" };
      const envoy = await startEnvoy({ config: { ...config, cache }, upstream: origin.url, concurrency: 2 });
      const body = event("1", "Long", `DESCRIPTION:${"x".repeat(100_000)}`);
      origin.respond((asked, response) => {
        if (asked.method === "GET") response.writeHead(200, { "content-type": "text/calendar" }).end(body);
        else return origin.normal(asked, response);
      });
      const get = (n: number) => request(envoy.url, `/alice/work/${n}.ics`, { headers: { "x-caldav-user": "alice" } });
      // What VMs and connections need once is there.
      for (let i = 0; i < 40; i++) await get(0);
      const before = memoryOf(envoy.pid);
      let highest = 0;
      const count = Math.ceil((10 * max) / body.length);
      for (let n = 1; n <= count; n += 8) {
        await Promise.all(Array.from({ length: 8 }, (_, i) => get(n + i)));
        if (n % 200 !== 1) continue;
        const { bytes = 0 } = await metrics(envoy);
        expect(bytes).toBeGreaterThanOrEqual(0);
        highest = Math.max(highest, bytes);
      }
      expect(highest).toBeLessThanOrEqual(max);
      expect(highest).toBeGreaterThan(max / 2);
      expect((await metrics(envoy)).evicted).toBeGreaterThan(count / 2);
      expect(memoryOf(envoy.pid) - before).toBeLessThan(max + 40 * MiB);
      origin.reset();
      await envoy.stop();
    },
  );
