/** Workers share what is asked of the server, not only what it has answered (contract, section 6). */
import { describe, expect, test } from "vitest";
import { request, startEnvoy, startUpstream } from "../support/index.ts";

const config = {
  server: "radicale",
  identity: { header: { name: "x-caldav-user" } },
  upstream: { authenticate: { header: "x-remote-user", as: "owner" } },
};
const body = '<D:propfind xmlns:D="DAV:"><D:prop><D:getetag/></D:prop></D:propfind>';
const pause = (ms: number) => new Promise((done) => setTimeout(done, ms));

/** A server that takes its time, and one request after the other from many connections, so that all workers have some. */
async function start(cache: object, ms = 150) {
  const upstream = await startUpstream(async ({ path }, response) => {
    await pause(ms);
    const props = `<D:getetag>"1"</D:getetag><D:sync-token>1</D:sync-token>`;
    const prop = `<D:prop>${props}</D:prop><D:status>HTTP/1.1 200 OK</D:status>`;
    response.writeHead(207, { "content-type": "application/xml; charset=utf-8" });
    response.end(
      `<?xml version="1.0"?><D:multistatus xmlns:D="DAV:"><D:response><D:href>${path}</D:href>` +
        `<D:propstat>${prop}</D:propstat></D:response></D:multistatus>`,
    );
  });
  const envoy = await startEnvoy({ config: { ...config, cache }, upstream: upstream.url, concurrency: 4 });
  const ask = (path: string, signal?: AbortSignal) =>
    request(envoy.url, path, {
      ...{ method: "PROPFIND", headers: { "x-caldav-user": "alice", depth: "0" }, body },
      ...(signal ? { signal } : {}),
    });
  return { upstream, envoy, ask };
}

describe("forty equal reads at once, over four workers,", () => {
  test("are one request to the server", async () => {
    const { upstream, ask } = await start({ coherence: "exclusive" });
    const answers = await Promise.all(Array.from({ length: 40 }, () => ask("/alice/work/")));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([207]));
    expect(upstream.requests.length).toBe(1);
    expect(answers.filter(({ headers }) => headers["cache-status"]?.includes("collapsed")).length).toBe(39);
  });

  test("are one check where the server is asked whether something changed", async () => {
    const { upstream, ask } = await start({ coherence: "validate", validate_every: "300ms" });
    // The first is kept for as long as it is fresh, the second with what the server said around it.
    for (let i = 0; i < 2; i++) {
      await ask("/alice/work/");
      await pause(700);
    }
    upstream.requests.length = 0;
    await Promise.all(Array.from({ length: 40 }, () => ask("/alice/work/")));
    expect(upstream.requests.map(({ body }) => body.includes("getctag"))).toEqual([true]);
  });

  test("are answered all but one when that one's client goes away", async () => {
    const { upstream, ask } = await start({ coherence: "exclusive" }, 400);
    const gone = new AbortController();
    const first = ask("/alice/work/", gone.signal).catch(() => "gone");
    await pause(100);
    const others = Array.from({ length: 39 }, () => ask("/alice/work/"));
    await pause(100);
    gone.abort();
    expect(await first).toBe("gone");
    expect(new Set((await Promise.all(others)).map(({ status }) => status))).toEqual(new Set([207]));
    expect(upstream.requests.length).toBe(2);
  });
});
