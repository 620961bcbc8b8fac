/** Equal reads that are under way at once become one request to the server. */
import { connect } from "node:http2";
import { setTimeout as sleep } from "node:timers/promises";
import { beforeAll, beforeEach, describe, expect, test } from "vitest";
import { calendarQuery, event, freeBusy, propfind, type RequestOptions, shown, startEnvoy } from "../support/index.ts";
import { type Answer, type Ask, asking, type Origin, startOrigin } from "./origin.ts";

const config = {
  server: "radicale",
  identity: { header: { name: "x-caldav-user" } },
  upstream: { authenticate: { header: "x-remote-user", as: "owner" } },
  shares: [
    { calendar: "alice/work", with: ["bob"], access: "read", ...shown },
    { calendar: "alice/work", with: ["carol"], access: "busy" },
    { calendar: "alice/work", with: ["dave"], access: "free-busy", private: "hide" },
  ],
  cache: { coherence: "exclusive" },
};
const poll = propfind("0", "CS:getctag");
const calendar = { "content-type": "text/calendar" };

let origin: Origin;
let url: string;
let ask: Ask;
let path: string;
let count = 0;
beforeAll(async () => {
  origin = await startOrigin();
  ({ url } = await startEnvoy({ config, upstream: origin.url }));
  ask = asking(url, origin);
});
beforeEach(() => {
  origin.reset();
  path = `/alice/work/${++count}.ics`;
});

const many = (times: number, person: string, at: string, options?: RequestOptions): Promise<Answer[]> =>
  Promise.all(Array.from({ length: times }, () => ask(person, at, options)));

/** The server takes its time. */
function slowly(ms: number): void {
  origin.respond(async (asked, response) => {
    await sleep(ms);
    await origin.normal(asked, response);
  });
}

for (const [name, read] of Object.entries({ GETs: {}, polls: poll, "calendar-queries": calendarQuery, freeBusy }))
  test(`fifty equal ${name} make one request, and all get its answer`, async () => {
    await ask("alice", "/alice/work/x.ics", { method: "PUT", body: event("x"), headers: calendar });
    slowly(150);
    origin.requests.length = 0;
    const answers = await many(50, "alice", name === "GETs" ? path : "/alice/work/", read);
    expect(origin.requests.length).toBe(1);
    expect(new Set(answers.map(({ body }) => body)).size).toBe(1);
    const statuses = answers.map(({ cache }) => cache.replace(/ttl=\d+/, "ttl"));
    expect(statuses.filter((status) => status === "caldav; fwd=miss; stored")).toHaveLength(1);
    expect(statuses.filter((status) => status === "caldav; fwd=miss; ttl; collapsed")).toHaveLength(49);
  });

test("free-busy that the filter puts together is put together once", async () => {
  await ask("alice", "/alice/work/x.ics", { method: "PUT", body: event("x"), headers: calendar });
  slowly(50);
  origin.requests.length = 0;
  const first = await ask("dave", "/alice/work/", freeBusy);
  expect(first).toMatchObject({ status: 200, cache: "caldav; fwd=miss; stored" });
  const alone = origin.requests.length;
  expect(alone).toBeGreaterThan(0);
  await ask("alice", "/alice/work/x.ics", { method: "PUT", body: event("x"), headers: calendar });
  origin.requests.length = 0;
  const answers = await many(20, "dave", "/alice/work/", freeBusy);
  expect(origin.requests.length).toBe(alone);
  for (const { status, body } of answers) expect([status, body.includes("VFREEBUSY")]).toEqual([200, true]);
});

test("of several people each has one of the own", async () => {
  slowly(100);
  const answers = await Promise.all(["alice", "bob", "carol"].map((person) => many(10, person, path)));
  expect(origin.requests.length).toBe(3);
  for (const { body } of answers[2] ?? []) expect(body).toContain("SUMMARY:Busy");
  for (const { body } of [...(answers[0] ?? []), ...(answers[1] ?? [])]) expect(body).toContain("Version");
});

test("streams of one HTTP/2 connection join as well", async () => {
  slowly(100);
  const session = connect(url);
  const get = () =>
    new Promise<string>((done, failed) => {
      const stream = session.request({ ":path": path, "x-caldav-user": "alice" });
      let body = "";
      stream.on("data", (chunk: Buffer) => (body += chunk.toString()));
      stream.on("end", () => done(body));
      stream.on("error", failed);
    });
  const bodies = await Promise.all(Array.from({ length: 40 }, get));
  session.close();
  expect(origin.requests.length).toBe(1);
  expect(new Set(bodies).size).toBe(1);
  expect(bodies[0]).toContain("Version");
});

test("answers of 0.9 MB reach everybody whole", async () => {
  const body = event("1", "Long", `DESCRIPTION:${"x".repeat(900_000)}`);
  origin.respond(async (_asked, response) => {
    response.writeHead(200, calendar);
    for (let at = 0; at < body.length; at += 100_000) {
      response.write(body.slice(at, at + 100_000));
      await sleep(10);
    }
    response.end();
  });
  const answers = await many(20, "alice", path);
  expect(origin.requests.length).toBe(1);
  for (const answer of answers) expect(answer.body === body).toBe(true);
});

describe("a leader", () => {
  test("whose client goes away is followed by one other", async () => {
    slowly(300);
    const signal = AbortSignal.timeout(100);
    const leader = ask("alice", path, { signal });
    await expect.poll(() => origin.requests.length).toBe(1);
    const others = many(20, "alice", path);
    await expect(leader).rejects.toThrow();
    for (const { status } of await others) expect(status).toBe(200);
    expect(origin.requests.length).toBe(2);
  });

  test("that the server fails does not keep the others: they ask for themselves", async () => {
    for (const status of [500, 503, 404]) {
      origin.requests.length = 0;
      let isFirst = true;
      origin.respond(async (asked, response) => {
        const fails = isFirst;
        isFirst = false;
        await sleep(100);
        if (fails) response.writeHead(status).end();
        else await origin.normal(asked, response);
      });
      const answers = await many(10, "alice", `/alice/work/${status}-${count}.ics`);
      expect(answers.filter((answer) => answer.status === status)).toHaveLength(1);
      expect(answers.filter((answer) => answer.status === 200)).toHaveLength(9);
    }
  });

  test("whose answer is cut off does not keep the others either", async () => {
    let isFirst = true;
    origin.respond(async (asked, response) => {
      if (!isFirst) return origin.normal(asked, response);
      isFirst = false;
      response.writeHead(200, { ...calendar, "content-length": "1000" }).write("BEGIN:VCALENDAR");
      await sleep(100);
      response.destroy();
    });
    const answers = await Promise.allSettled(Array.from({ length: 10 }, () => ask("alice", path)));
    const whole = answers.filter((answer) => answer.status === "fulfilled");
    expect(whole).toHaveLength(9);
    for (const { value } of whole) expect(value.body).toContain("END:VCALENDAR");
  });

  test("with a condition of its own leaves the others theirs", async () => {
    slowly(100);
    const leader = ask("alice", path, { headers: { "if-none-match": `"v${origin.version}"` } });
    await expect.poll(() => origin.requests.length).toBe(1);
    const others = await many(5, "alice", path);
    expect((await leader).status).toBe(304);
    for (const { status } of others) expect(status).toBe(200);
  });
});

test("who waits and goes away fails nobody", async () => {
  slowly(200);
  const leader = ask("alice", path);
  await expect.poll(() => origin.requests.length).toBe(1);
  const gone = Array.from({ length: 5 }, () => ask("alice", path, { signal: AbortSignal.timeout(50) }));
  const others = many(5, "alice", path);
  for (const outcome of await Promise.allSettled(gone)) expect(outcome.status).toBe("rejected");
  for (const { status } of [await leader, ...(await others)]) expect(status).toBe(200);
  expect(origin.requests.length).toBe(1);
});

test("a write makes those that come after it ask anew", async () => {
  slowly(150);
  const before = many(5, "alice", path);
  await expect.poll(() => origin.requests.length).toBe(1);
  const written = await ask("alice", path, { method: "PUT", body: event("1"), headers: calendar });
  expect(written.status).toBe(204);
  for (const { body } of await many(5, "alice", path)) expect(body).toContain(`Version ${origin.version}\r`);
  for (const { status } of await before) expect(status).toBe(200);
});

test("nobody waits longer than ten seconds for another", async () => {
  let isFirst = true;
  origin.respond((asked, response) => {
    if (!isFirst) return origin.normal(asked, response);
    isFirst = false;
  });
  const leader = ask("alice", path, { signal: AbortSignal.timeout(12_000) });
  await expect.poll(() => origin.requests.length).toBe(1);
  const start = Date.now();
  for (const { status } of await many(5, "alice", path)) expect(status).toBe(200);
  expect(Date.now() - start).toBeGreaterThan(9000);
  expect(Date.now() - start).toBeLessThan(11_500);
  await expect(leader).rejects.toThrow();
});
