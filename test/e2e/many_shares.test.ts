/** A configuration larger than what the filter reads from Envoy in one piece. */
import { expect, test } from "vitest";
import { configWith } from "../../bench/rows/shares.ts";
import { request, startEnvoy, startUpstream } from "./support/index.ts";

test("40,000 shares are read to the last one", async () => {
  const upstream = await startUpstream();
  const envoy = await startEnvoy({ upstream: upstream.url, config: configWith(40_000) });
  const get = async (user: string): Promise<number> => {
    const headers = { "x-caldav-user": user };
    return (await request(envoy.url, "/user39999/work/1.ics", { headers })).status;
  };
  expect(await get("user0")).toBe(200);
  expect(await get("user1")).toBe(404);
});
