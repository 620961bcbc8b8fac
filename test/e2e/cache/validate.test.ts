/** `validate`: what is stored is given while the server says that nothing has changed. */
import { setTimeout as sleep } from "node:timers/promises";
import { beforeAll, beforeEach, describe, expect, test } from "vitest";
import { propfind, type RequestOptions, shown, startEnvoy, type TestEnvoy } from "../support/index.ts";
import { type Ask, asking, hit, type Origin, startOrigin } from "./origin.ts";

const every = 400;
const config = {
  server: "radicale",
  identity: { header: { name: "x-caldav-user" } },
  upstream: { authenticate: { header: "x-remote-user", as: "owner" } },
  shares: [{ calendar: "*/work", with: ["bob", "carol"], access: "read", ...shown }],
  cache: { coherence: "validate", validate_every: `${every}ms` },
};
const poll = propfind("0", "CS:getctag", "D:sync-token");
const listing = propfind("1", "CS:getctag", "D:displayname");

let origin: Origin;
let envoy: TestEnvoy;
let ask: Ask;
let owner: string;
let count = 0;
beforeAll(async () => {
  origin = await startOrigin();
  envoy = await startEnvoy({ config, upstream: origin.url, concurrency: 2 });
  ask = asking(envoy.url, origin);
});
beforeEach(() => {
  origin.reset();
  owner = `owner${++count}`;
});

/** What reached the server, the filter's own checks apart. */
const isCheck = ({ body }: { body: string }) => body.includes("schedule-calendar-transp");
const checks = () => origin.requests.filter(isCheck).length;
const others = () => origin.requests.filter((one) => !isCheck(one)).length;

/** Reads until it is known before and after what the collection was; from then on it can be checked. */
async function settle(person: string, path: string, options: RequestOptions = {}): Promise<void> {
  for (let i = 0; i < 2; i++) {
    await ask(person, path, options);
    await sleep(every + 50);
  }
  await ask(person, path, options);
  await sleep(50);
  origin.requests.length = 0;
}

const kinds: [string, string, RequestOptions][] = [
  ["a GET", "work/1.ics", {}],
  ["a ctag poll", "work/", poll],
  ["a listing of the home", "", listing],
];

for (const [name, at, options] of kinds)
  describe(name, () => {
    test("within validate_every makes no request", async () => {
      const path = `/${owner}/${at}`;
      await ask(owner, path, options);
      await sleep(30);
      origin.requests.length = 0;
      for (let i = 0; i < 5; i++) expect((await ask(owner, path, options)).cache).toMatch(hit);
      expect(origin.requests).toEqual([]);
    });

    test("after it makes one check, and none other for as long again", async () => {
      const path = `/${owner}/${at}`;
      await settle(owner, path, options);
      await sleep(every);
      for (let i = 0; i < 5; i++) expect((await ask(owner, path, options)).cache).toMatch(hit);
      expect([checks(), others()]).toEqual([1, 0]);
      await sleep(every);
      await ask(owner, path, options);
      expect([checks(), others()]).toEqual([2, 0]);
    });

    test("sees a change past the proxy after validate_every at most", async () => {
      const path = `/${owner}/${at}`;
      await settle(owner, path, options);
      for (let i = 0; i < 3; i++) {
        const before = await ask(owner, path, options);
        origin.version++;
        await sleep(every + 1);
        const after = await ask(owner, path, options);
        expect(after.body).not.toBe(before.body);
        expect(after.body).toMatch(new RegExp(`(Version |ctag-)${origin.version}`));
      }
    });

    test("sees a write through the proxy at once", async () => {
      const path = `/${owner}/${at}`;
      await settle(owner, path, options);
      const before = await ask(owner, path, options);
      await ask(owner, `/${owner}/work/1.ics`, {
        method: "PUT",
        body: "x",
        headers: { "content-type": "text/calendar" },
      });
      expect((await ask(owner, path, options)).body).not.toBe(before.body);
    });
  });

test("one check does for all who wait: other people, other questions, other connections and workers", async () => {
  const path = `/${owner}/work/`;
  const asked: [string, string, RequestOptions][] = [owner, "bob", "carol"].flatMap((person) => [
    [person, path, poll],
    [person, `${path}1.ics`, {}],
  ]);
  for (let i = 0; i < 2; i++) {
    for (const one of asked) await ask(...one);
    await sleep(every + 50);
  }
  await Promise.all(asked.map((one) => ask(...one)));
  await sleep(every + 100);
  origin.respond(async (request, response) => {
    await sleep(60);
    await origin.normal(request, response);
  });
  origin.requests.length = 0;
  const answers = await Promise.all([...asked, ...asked, ...asked, ...asked].map((one) => ask(...one)));
  for (const answer of answers) expect(answer.cache).toMatch(hit);
  expect([checks(), others()]).toEqual([1, 0]);
});

test("when it says that something has changed, equal reads make one request still", async () => {
  const path = `/${owner}/work/`;
  await settle(owner, path, poll);
  origin.version++;
  await sleep(every + 1);
  origin.respond(async (request, response) => {
    await sleep(60);
    await origin.normal(request, response);
  });
  const answers = await Promise.all(Array.from({ length: 10 }, () => ask(owner, path, poll)));
  for (const { body } of answers) expect(body).toContain(`ctag-${origin.version}<`);
  await sleep(100);
  // And a check after the read.
  expect(others()).toBe(1);
  expect(checks()).toBeLessThanOrEqual(2);
});

for (const [name, status] of Object.entries({ "a failing check": 500, "a check that is refused": 403, "no check": 0 }))
  test(`${name} passes the read to the server`, async () => {
    const path = `/${owner}/work/1.ics`;
    await settle(owner, path);
    origin.version++;
    await sleep(every + 1);
    origin.respond((request, response) => {
      if (!isCheck(request)) return origin.normal(request, response);
      if (status === 0) response.destroy();
      else response.writeHead(status).end();
    });
    const answer = await ask(owner, path);
    expect(answer.body).toContain(`Version ${origin.version}\r`);
    expect(others()).toBe(1);
  });

test("a server without ctag and sync-token is asked itself once validate_every is over", async () => {
  origin.respond((request, response) => {
    if (!isCheck(request)) return origin.normal(request, response);
    const path = request.path;
    response.writeHead(207, { "content-type": "application/xml" });
    response.end(
      `<D:multistatus xmlns:D="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav"><D:response><D:href>${path}</D:href><D:propstat>` +
        "<D:prop><D:resourcetype><D:collection/><C:calendar/></D:resourcetype><D:displayname>x</D:displayname></D:prop>" +
        "<D:status>HTTP/1.1 200 OK</D:status></D:propstat></D:response></D:multistatus>",
    );
  });
  const path = `/${owner}/work/1.ics`;
  for (let i = 0; i < 5; i++) {
    const answer = await ask(owner, path);
    expect(answer.body).toContain(`Version ${origin.version}\r`);
    expect((await ask(owner, path)).cache).toMatch(hit);
    origin.version++;
    await sleep(every + 1);
  }
});

test("properties that a check does not cover are passed by", async () => {
  for (const name of ["D:acl", "D:source", "CS:source", "C:max-resource-size"]) {
    const read = propfind("0", "D:getetag", name);
    for (let i = 0; i < 2; i++)
      expect(await ask(owner, `/${owner}/work/`, read)).toMatchObject({ cache: "caldav; fwd=bypass", asked: 1 });
  }
});

test("a home listing sees a change in one of its calendars only", async () => {
  let ctag = 1;
  const types = "<D:resourcetype><D:collection/><C:calendar/></D:resourcetype>";
  origin.respond(({ path, headers }, response) => {
    const props = (at: string) => `${types}<S:getctag>${at.includes("work") ? ctag : 0}</S:getctag>`;
    const one = (at: string, properties: string) =>
      `<D:response><D:href>${at}</D:href><D:propstat><D:prop>${properties}</D:prop>` +
      "<D:status>HTTP/1.1 200 OK</D:status></D:propstat></D:response>";
    const home = one(path, "<D:resourcetype><D:collection/></D:resourcetype><S:getctag>fixed</S:getctag>");
    const all = [home, one(`${path}home/`, props("home")), one(`${path}work/`, props("work"))];
    response.writeHead(207, { "content-type": "application/xml" });
    response.end(
      '<D:multistatus xmlns:D="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav" xmlns:S="http://calendarserver.org/ns/">' +
        `${(headers.depth === "0" ? [home] : all).join("")}</D:multistatus>`,
    );
  });
  await settle(owner, `/${owner}/`, listing);
  expect((await ask(owner, `/${owner}/`, listing)).body).toContain("<S:getctag>1</S:getctag>");
  await sleep(every + 1);
  expect((await ask(owner, `/${owner}/`, listing)).cache).toMatch(hit);
  ctag++;
  await sleep(every + 1);
  expect((await ask(owner, `/${owner}/`, listing)).body).toContain("<S:getctag>2</S:getctag>");
});
