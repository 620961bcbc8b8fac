/** Two Envoys side by side: what each coherence promises, and what it does not (docs/caching.md). */
import { setTimeout as sleep } from "node:timers/promises";
import { beforeAll, beforeEach, describe, expect, test } from "vitest";
import { event, propfind, startEnvoy } from "../support/index.ts";
import { type Ask, asking, hit, type Origin, startOrigin } from "./origin.ts";

const config = {
  server: "radicale",
  identity: { header: { name: "x-caldav-user" } },
  upstream: { authenticate: { header: "x-remote-user", as: "owner" } },
};
const poll = propfind("0", "CS:getctag", "D:sync-token");
const put = { method: "PUT", body: event("1"), headers: { "content-type": "text/calendar" } };

let origin: Origin;
const two = async (cache: object): Promise<[Ask, Ask]> => {
  const start = async () =>
    asking((await startEnvoy({ config: { ...config, cache }, upstream: origin.url })).url, origin);
  return [await start(), await start()];
};
beforeAll(async () => {
  origin = await startOrigin();
});
beforeEach(() => origin.reset());

describe("exclusive", () => {
  let here: Ask;
  let there: Ask;
  beforeAll(async () => {
    [here, there] = await two({ coherence: "exclusive", max_age: "3s" });
  });

  test("is right for owners who are always served by the same Envoy", async () => {
    for (let i = 0; i < 3; i++)
      for (const [ask, person] of [
        [here, "alice"],
        [there, "bob"],
      ] as const) {
        await ask(person, `/${person}/work/1.ics`, put);
        const version = origin.version;
        for (let j = 0; j < 2; j++)
          expect((await ask(person, `/${person}/work/1.ics`)).body).toContain(`Version ${version}\r`);
      }
  });

  test("does not see what is written through another, until a write of its own or max_age", async () => {
    const before = await here("alice", "/alice/work/1.ics");
    await there("alice", "/alice/work/1.ics", put);
    expect(await here("alice", "/alice/work/1.ics")).toMatchObject({ body: before.body, asked: 0 });
    await here("alice", "/alice/work/2.ics", put);
    expect((await here("alice", "/alice/work/1.ics")).body).toContain(`Version ${origin.version}\r`);
    await there("alice", "/alice/work/1.ics", put);
    await sleep(3100);
    expect((await here("alice", "/alice/work/1.ics")).body).toContain(`Version ${origin.version}\r`);
  });
});

test("validate sees what is written through another after validate_every at most, and its own writes at once", async () => {
  const [here, there] = await two({ coherence: "validate", validate_every: "400ms" });
  for (let i = 0; i < 6; i++) {
    await here("alice", "/alice/work/", poll);
    await here("alice", "/alice/work/1.ics");
    await there("alice", "/alice/work/1.ics", put);
    await sleep(401);
    for (let j = 0; j < 2; j++) {
      const object = await here("alice", "/alice/work/1.ics");
      expect(object.body).toContain(`Version ${origin.version}\r`);
      expect((await here("alice", "/alice/work/", poll)).body).toContain(`ctag-${origin.version}<`);
      if (j === 1) expect(object.cache).toMatch(hit);
    }
    await here("alice", "/alice/work/1.ics", put);
    expect((await here("alice", "/alice/work/1.ics")).body).toContain(`Version ${origin.version}\r`);
  }
});
