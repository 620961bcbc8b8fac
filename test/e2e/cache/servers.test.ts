/** The filter's cache over real servers: hits say what the server says, and views hide in hits what they hide. */
import { setTimeout as sleep } from "node:timers/promises";
import { beforeAll, describe, expect, test } from "vitest";
import {
  type CalendarServer,
  calendarQuery,
  event,
  freeBusy,
  multiget,
  multistatus,
  propfind,
  request,
  type RequestOptions,
  type Response,
  shown,
  startEnvoy,
  startRadicale,
  startXandikos,
  sync,
} from "../support/index.ts";

const shares = [
  { calendar: "alice/work", with: ["bob"], access: "read", ...shown, private: "hide" },
  { calendar: "alice/work", with: ["carol"], access: "busy" },
  { calendar: "alice/work", with: ["dave"], access: "free-busy", private: "hide" },
  { calendar: "alice/work", with: ["erin"], access: "write", ...shown },
];
const every = 400;
const caches = [
  { coherence: "off" },
  { coherence: "exclusive" },
  { coherence: "validate", validate_every: `${every}ms` },
];
const servers: Record<string, () => Promise<CalendarServer>> = {
  radicale: () => startRadicale(),
  xandikos: () => startXandikos(),
};
const ics = { "content-type": "text/calendar" };
const put = (body: string) => ({ method: "PUT", body, headers: ics });
const secret = event("p", "Surgeon", "CLASS:PRIVATE", "LOCATION:Hospital");
const isHit = ({ headers }: Response) => headers["cache-status"]?.includes("; hit") === true;

for (const [server, start] of Object.entries(servers))
  describe(`over ${server}`, () => {
    const home = server === "radicale" ? "/alice/" : "/alice/calendars/";
    let url: string[] = [];
    let direct: string;
    beforeAll(async () => {
      const { url: behind } = await start();
      direct = behind;
      const config = {
        ...{ server, shares, identity: { header: { name: "x-caldav-user" } } },
        upstream: { authenticate: { header: "x-remote-user", as: "owner" } },
      };
      const envoy = await startEnvoy({
        listeners: caches.map((cache) => ({ config: { ...config, cache } })),
        upstream: behind,
      });
      url = envoy.urls;
      expect((await to(0, "alice", `${home}work/`, { method: "MKCALENDAR" })).status).toBe(201);
      expect((await to(0, "alice", `${home}home/`, { method: "MKCALENDAR" })).status).toBe(201);
      for (const name of ["1", "2"])
        expect((await to(0, "alice", `${home}work/${name}.ics`, put(event(name, `Event ${name}`)))).status).toBe(201);
      expect((await to(0, "alice", `${home}work/p.ics`, put(secret))).status).toBe(201);
    });

    const host = { host: "calendars.example" };
    const to = (at: number, person: string, path: string, options: RequestOptions = {}) =>
      request(url[at] as string, path, {
        ...options,
        headers: { ...host, "x-caldav-user": person, ...(options.headers as Record<string, string>) },
      });

    const props = ["D:getetag", "D:resourcetype", "CS:getctag", "D:displayname", "D:sync-token"];
    const reads: [string, string, RequestOptions, string[]][] = [
      ["GET", `${home}work/1.ics`, {}, ["alice", "bob", "carol", "erin"]],
      ["GET of what is private", `${home}work/p.ics`, {}, ["alice", "carol", "erin"]],
      ["GET of the calendar", `${home}work/`, {}, server === "radicale" ? ["alice", "bob", "carol", "erin"] : []],
      ["ctag poll", `${home}work/`, propfind("0", "CS:getctag", "D:sync-token"), ["alice", "bob", "carol", "erin"]],
      ["listing", `${home}work/`, propfind("1", ...props), ["alice", "bob", "carol", "erin"]],
      ["home", home, propfind("1", ...props), ["alice"]],
      ["calendar-query", `${home}work/`, calendarQuery, ["alice", "bob", "carol", "erin"]],
      [
        "calendar-multiget",
        `${home}work/`,
        multiget(`${home}work/1.ics`, `${home}work/p.ics`, `${home}work/none.ics`),
        ["alice", "bob", "carol", "erin"],
      ],
      ["sync-collection", `${home}work/`, sync(), ["alice", "bob", "carol", "erin"]],
      ["free-busy-query", `${home}work/`, freeBusy, ["alice", "bob", "carol", "dave", "erin"]],
    ];

    /** What an answer says, whatever the order. */
    function content({ status, body, headers }: Response): object {
      const { etag } = headers;
      if (status !== 207)
        return { status, etag, body: body.split("\r\n").filter((line) => !/^(DTSTAMP|UID)/.test(line)) };
      const { entries, token } = multistatus(body);
      return { status, token, entries: entries.sort((a, b) => (a.href < b.href ? -1 : 1)) };
    }

    /** Every read of everybody says through the cache what it says without one. */
    async function compare(at: number): Promise<void> {
      for (const [name, path, options, people] of reads)
        for (const person of people) {
          const [plain, cached] = [await to(0, person, path, options), await to(at, person, path, options)];
          expect(content(cached), `${name} of ${person}`).toEqual(content(plain));
        }
    }

    test("the second of each read is a hit that says what the server says", async () => {
      for (const [name, path, options, people] of reads)
        for (const person of people) {
          await to(1, person, path, options);
          const again = await to(1, person, path, options);
          expect(isHit(again), `${name} of ${person}: ${again.headers["cache-status"]}`).toBe(true);
        }
      await compare(1);
    });

    test("no hit of a view holds a byte of what it hides", async () => {
      for (const at of [1, 2])
        for (const [name, path, options, people] of reads)
          for (const person of ["bob", "carol"].filter((one) => people.includes(one)))
            for (let i = 0; i < 2; i++) {
              const { body } = await to(at, person, path, options);
              expect(body, `${name} of ${person}`).not.toMatch(/Surgeon|Hospital/);
              if (person === "bob" && name !== "calendar-multiget") expect(body).not.toContain("p.ics");
              if (person === "carol") expect(body).not.toMatch(/Event \d/);
            }
      for (let i = 0; i < 2; i++) expect((await to(1, "bob", `${home}work/p.ics`)).status).toBe(404);
    });

    const writes: [string, string, string, RequestOptions][] = [
      ["PUT", "alice", `${home}work/1.ics`, put(event("1", "Changed"))],
      ["PUT of a sharee", "erin", `${home}work/3.ics`, put(event("3", "New"))],
      ["DELETE", "alice", `${home}work/3.ics`, { method: "DELETE" }],
      ["what was public becomes private", "alice", `${home}work/2.ics`, put(event("2", "Surgeon", "CLASS:PRIVATE"))],
      ["what was private becomes public", "alice", `${home}work/2.ics`, put(event("2", "Event 2"))],
      ["MOVE out", "alice", `${home}work/2.ics`, { method: "MOVE", headers: { destination: `${home}home/2.ics` } }],
      ["MOVE in", "alice", `${home}home/2.ics`, { method: "MOVE", headers: { destination: `${home}work/2.ics` } }],
      [
        "PROPPATCH",
        "alice",
        `${home}work/`,
        {
          method: "PROPPATCH",
          headers: { "content-type": "application/xml" },
          body: '<D:propertyupdate xmlns:D="DAV:"><D:set><D:prop><D:displayname>Office</D:displayname></D:prop></D:set></D:propertyupdate>',
        },
      ],
    ];
    test("after every write, each read of everybody is as the server has it", async () => {
      await compare(1);
      for (const [name, person, path, options] of writes) {
        const { status } = await to(1, person, path, options);
        // Xandikos has no COPY and no MOVE.
        if (status === 405 || status === 501) continue;
        expect(status, name).toBeLessThan(300);
        await compare(1);
      }
    });

    test("with validate, what others write past the proxy is seen once validate_every is over", async () => {
      for (let i = 0; i < 3; i++) {
        await compare(2);
        await sleep(every);
      }
      for (const text of ["Once", "Twice"]) {
        const written = await request(direct, `${home}work/1.ics`, {
          ...put(event("1", text)),
          headers: { ...ics, "x-remote-user": "alice" },
        });
        expect(written.status).toBeLessThan(300);
        await sleep(every + 1);
        await compare(2);
        expect((await to(2, "alice", `${home}work/1.ics`)).body).toContain(text);
        expect(isHit(await to(2, "alice", `${home}work/1.ics`))).toBe(true);
      }
    });
  });
