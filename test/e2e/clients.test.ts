/** Real clients over TLS, as owner and as sharee of every role, with real servers behind: contract, sections 2 to 4. */
import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { join } from "node:path";
import { promisify } from "node:util";
import { beforeAll, describe, expect, test } from "vitest";
import { python } from "../../tools/python.mjs";
import { root } from "../../tools/run.mjs";
import { type Account, ownerTour, shareeTour } from "./clients/tsdav.ts";
import {
  documented,
  event,
  multistatus,
  propfind,
  request,
  shown,
  startEnvoy,
  startRadicale,
  startXandikos,
  sync,
  type TestEnvoy,
} from "./support/index.ts";

const users = { alice: "alice's", bob: "bob's" };

/** Calendars of Alice's that Bob has in these roles. */
const roles: Record<string, string | string[]> = {
  "free-busy": "free-busy",
  read: "read",
  append: "append",
  write: "write",
  manage: "manage",
  owner: "owner",
  reader: ["read"],
  adder: ["read", "bind"],
  editor: ["read", "write-content"],
  remover: ["read", "unbind"],
};

interface Server {
  /** The server alone, for comparison. */
  direct: () => Promise<string>;
  /** The server behind Envoy. */
  behind: () => Promise<string>;
  /** Where a calendar of Alice's is. */
  calendar: (name: string) => string;
  /** A server that knows one principal has no home for Bob. */
  knowsBob: boolean;
  /** Whether it lets an event move inside a calendar (Xandikos sees two of one UID), and tells tsdav of deletions. */
  isComplete: boolean;
}

const servers: Record<string, Server> = {
  radicale: {
    direct: async () => (await startRadicale({ auth: "htpasswd", users })).url,
    behind: async () => (await startRadicale()).url,
    calendar: (name) => `/alice/${name}/`,
    knowsBob: true,
    isComplete: true,
  },
  xandikos: {
    direct: async () => (await startXandikos()).url,
    behind: async () => (await startXandikos()).url,
    calendar: (name) => `/alice/calendars/${name}/`,
    knowsBob: false,
    isComplete: false,
  },
};

/** Runs a tour of the Python caldav library. */
async function pythonTour(tour: "owner" | "sharee", account: Account, authorityFile = "", ...calendars: string[]) {
  const script = join(root, "test/e2e/clients/tour.py");
  const { url, user, password } = account;
  const { stdout } = await promisify(execFile)(python, [
    script,
    tour,
    url,
    user,
    password,
    authorityFile,
    ...calendars,
  ]);
  return JSON.parse(stdout);
}

for (const [name, server] of Object.entries(servers))
  describe(name, () => {
    let envoy: TestEnvoy;
    let direct = "";
    const account = (user: keyof typeof users): Account => ({
      url: envoy.url,
      user,
      password: users[user],
      authority: envoy.authority?.certificate,
    });
    const authorityFile = () => envoy.authority?.certificateFile;

    beforeAll(async () => {
      const shares = Object.entries(roles).map(([calendar, access]) => ({
        calendar: `alice/${calendar}`,
        with: ["bob"],
        access,
        ...shown,
      }));
      const line = ([user, password]: [string, string]) =>
        `${user}:{SHA}${createHash("sha1").update(password).digest("base64")}\n`;
      const files = { htpasswd: Object.entries(users).map(line).join("") };
      const options = documented("identity.md", ["header"], { config: { server: name, shares }, files });
      const [upstream, alone] = await Promise.all([server.behind(), server.direct()]);
      direct = alone;
      envoy = await startEnvoy({ ...options, transport: "tls", upstream });
    });

    const send = (method: string, path: string, body: string | undefined, user: keyof typeof users = "alice") =>
      request(envoy.url, path, {
        method,
        body,
        auth: `${user}:${users[user]}`,
        headers: body ? { "content-type": "text/calendar" } : {},
      });
    /** Makes a calendar with two events, or makes it anew. */
    async function fill(calendar: string) {
      const path = server.calendar(calendar);
      await send("DELETE", path, undefined);
      expect((await send("MKCALENDAR", path, undefined)).status).toBe(201);
      for (const uid of ["one", "two"])
        expect((await send("PUT", `${path}${uid}.ics`, event(uid, uid))).status).toBe(201);
    }

    describe("the owner", () => {
      test("does everything with tsdav, just as without the proxy", async () => {
        const tour = await ownerTour(account("alice"));
        expect(tour).toMatchObject({
          principal: "/alice/",
          objects: ["one", "three", "two"],
          some: ["one", "two"],
          january: ["one", "three", "two"],
          march: [],
          update: 204,
          "update of what has changed": 412,
          created: ["four"],
          updated: ["changed"],
          deleted: server.isComplete ? [`${server.calendar("tsdav")}two.ics`] : [],
          move: server.isComplete ? 201 : 412,
        });
        expect(tour).toEqual(await ownerTour({ ...account("alice"), url: direct, authority: undefined }));
      });

      test("does everything with caldav for Python, just as without the proxy", async () => {
        const tour = await pythonTour("owner", account("alice"), authorityFile());
        expect(tour).toMatchObject({
          principal: "/alice/",
          listed: true,
          read: "one",
          updated: "changed",
          sync: { added: ["changed", "four"], gone: ["two.ics"] },
          renamed: "Renamed",
          gone: true,
        });
        expect(tour).toEqual(await pythonTour("owner", { ...account("alice"), url: direct }));
      });
    });

    describe("a sharee", () => {
      let outcomes: Record<string, Record<string, unknown>> = {};

      beforeAll(async () => {
        for (const calendar of [...Object.keys(roles), "private"]) await fill(calendar);
        const urls = [...Object.keys(roles), "private"].map((calendar) => `${envoy.url}${server.calendar(calendar)}`);
        const all = await pythonTour("sharee", account("bob"), authorityFile(), ...urls);
        outcomes = Object.fromEntries(
          Object.entries(all).map(([path, log]) => [path.split("/").at(-2), log as object]),
        ) as never;
      });

      const nothing = {
        ...{ list: 404, search: 404, sync: 404, get: 404, "free-busy": 404 },
        // What the library makes of a 404 to a PROPPATCH.
        ...{ add: 404, change: 404, move: 404, delete: 404, rename: "PropsetError", remove: 404 },
      };
      const reads = { list: ["one", "two"], search: ["one", "two"], sync: 2, get: 200, "free-busy": true };
      const writesNothing = { add: 403, change: 403, move: 403, delete: 403, rename: 403, remove: 403 };
      const done = expect.toSatisfy((status: number) => status >= 200 && status < 300, "done");
      const read = { ...reads, ...writesNothing };
      const write = { ...read, add: done, change: done, move: server.isComplete ? 201 : 412, delete: done };
      const expected: Record<string, Record<string, unknown>> = {
        private: nothing,
        "free-busy": { ...nothing, "free-busy": true },
        read,
        append: { ...read, add: done, change: 412 },
        write,
        manage: { ...write, rename: true },
        owner: { ...write, rename: true, remove: done },
        reader: read,
        adder: { ...read, add: done, change: 412 },
        editor: { ...read, add: 412, change: done },
        remover: { ...read, delete: done },
      };

      for (const [role, outcome] of Object.entries(expected))
        test(`does with caldav for Python exactly what "${role}" allows`, () => {
          expect(outcomes[role]).toEqual(outcome);
        });

      test("does with tsdav exactly what the role allows", async () => {
        for (const calendar of ["read", "append", "write"]) await fill(calendar);
        const tour = (calendar: string) => shareeTour(account("bob"), server.calendar(calendar));
        expect(await tour("private")).toMatchObject({ add: 404, change: 404, delete: 404 });
        expect(await tour("free-busy")).toMatchObject({ add: 404, change: 404, delete: 404 });
        expect(await tour("read")).toEqual({ list: ["one", "two"], add: 403, change: 403, delete: 403 });
        expect(await tour("append")).toEqual({ list: ["one", "two"], add: 201, change: 412, delete: 403 });
        expect(await tour("write")).toEqual({ list: ["one", "two"], add: 201, change: done, delete: done });
      });

      test("is told their own principal, wherever they ask", async () => {
        const principal = async (path: string) => {
          const asked = propfind("0", "D:current-user-principal", "D:current-user-privilege-set");
          const reply = await request(envoy.url, path, { ...asked, auth: `bob:${users.bob}` });
          expect(reply.status).toBe(207);
          return multistatus(reply.body).entries[0]?.props["current-user-principal"];
        };
        for (const path of ["/", server.calendar("read")]) expect(await principal(path)).toContain('"/bob/"');
      });

      test("learns by sync-collection what changed and what is gone", async () => {
        await fill("read");
        const path = server.calendar("read");
        const ask = async (token?: string) => {
          const reply = await request(envoy.url, path, { ...sync(token), auth: `bob:${users.bob}` });
          expect(reply.status).toBe(207);
          return multistatus(reply.body);
        };
        const { token, hrefs } = await ask();
        expect(hrefs.filter((href) => href.endsWith(".ics")).sort()).toEqual([`${path}one.ics`, `${path}two.ics`]);
        await send("DELETE", `${path}one.ics`, undefined);
        await send("PUT", `${path}three.ics`, event("three"));
        const { entries } = await ask(token);
        expect(entries.map(({ href, status }) => [href, status]).sort()).toEqual([
          [`${path}one.ics`, 404],
          [`${path}three.ics`, 200],
        ]);
      });

      if (server.knowsBob)
        test("finds their own home, and not what is shared", async () => {
          const tour = await ownerTour(account("bob"));
          expect(tour).toMatchObject({ principal: "/bob/", home: "/bob/", calendars: ["/bob/tsdav/"] });
        });
    });

    test("discovery begins at the well-known address, for everybody", async () => {
      for (const method of ["GET", "PROPFIND"]) {
        const reply = await request(envoy.url, "/.well-known/caldav", { method, auth: `alice:${users.alice}` });
        expect(reply).toMatchObject({ status: 301, headers: { location: "/" } });
      }
    });
  });
