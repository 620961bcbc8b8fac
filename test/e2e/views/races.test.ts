/** Objects that change between a look of the filter's own and the server's listing, in a real Envoy. */
import { beforeAll, describe, expect, test } from "vitest";
import { config, namesIn, races, replyOf } from "../../cases/changing_calendar.ts";
import { request, startEnvoy, startUpstream, type TestEnvoy, type Upstream } from "../support/index.ts";

describe.each([
  { what: "with two workers", cache: { coherence: "off" } },
  // No answer of one exchange is there for the next: each is of a client that wants none from a cache.
  { what: "with a cache", cache: { coherence: "exclusive" } },
])("a calendar that changes while it is listed, $what", ({ cache }) => {
  let upstream: Upstream;
  let envoy: TestEnvoy;

  beforeAll(async () => {
    upstream = await startUpstream();
    envoy = await startEnvoy({ upstream: upstream.url, config: { ...config, cache }, concurrency: 2 });
  });

  for (const { name, request: asks, states, asked, status, names = [], has = [], lacks = [], headers = {} } of races)
    test(name, async () => {
      let count = 0;
      upstream.respond((received, response) => {
        const reply = replyOf(states[Math.min(count++, states.length - 1)] ?? {}, received);
        response.writeHead(reply.status ?? 200, reply.headers as Record<string, string>).end(reply.body);
      });
      const { method, path, body } = asks;
      const sent = { ...(asks.headers as Record<string, string>), "cache-control": "no-cache" };
      const reply = await request(envoy.url, path, { method, body, headers: sent });
      expect(reply.status, reply.body).toBe(status);
      expect(namesIn(reply.body)).toEqual(names);
      for (const part of has) expect(reply.body).toContain(part);
      for (const part of lacks) expect(reply.body).not.toContain(part);
      expect(reply.headers).toMatchObject(headers);
      expect(count).toBe(asked);
    });
});
