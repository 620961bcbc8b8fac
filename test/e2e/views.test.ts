/** What a sharee sees of private events, on a real Envoy and a real Radicale (contract, section 5). */
import { beforeAll, describe, expect, test } from "vitest";
import { request, type RequestOptions, startEnvoy, startRadicale, type TestEnvoy } from "./support/index.ts";

const event = (uid: string, summary: string, more = "", alarm = true) =>
  [
    "BEGIN:VCALENDAR",
    "VERSION:2.0",
    "PRODID:-//test//EN",
    "BEGIN:VEVENT",
    `UID:${uid}`,
    "DTSTAMP:20260101T000000Z",
    "DTSTART:20260105T090000Z",
    "DTEND:20260105T100000Z",
    `SUMMARY:${summary}`,
    "DESCRIPTION:hidden words",
    ...(more ? [more] : []),
    ...(alarm ? ["BEGIN:VALARM", "ACTION:DISPLAY", "DESCRIPTION:wake up", "TRIGGER:-PT15M", "END:VALARM"] : []),
    "END:VEVENT",
    "END:VCALENDAR",
    "",
  ].join("\r\n");

let envoy: TestEnvoy;
const as = (user: string, path: string, options: RequestOptions = {}) =>
  request(envoy.url, path, {
    ...options,
    headers: { "x-caldav-user": user, ...(options.headers as Record<string, string>) },
  });
const calendarType = { "content-type": "text/calendar; charset=utf-8" };
const put = (user: string, path: string, body: string, headers: Record<string, string> = {}) =>
  as(user, path, { method: "PUT", body, headers: { ...calendarType, ...headers } });
const xml = (user: string, method: string, path: string, body: string, depth = "1") =>
  as(user, path, { method, body, headers: { depth, "content-type": "application/xml" } });

const query = `<C:calendar-query xmlns:C="urn:ietf:params:xml:ns:caldav" xmlns:D="DAV:"><D:prop><D:getetag/><C:calendar-data/></D:prop><C:filter><C:comp-filter name="VCALENDAR"/></C:filter></C:calendar-query>`;
const multiget = (...hrefs: string[]) =>
  `<C:calendar-multiget xmlns:C="urn:ietf:params:xml:ns:caldav" xmlns:D="DAV:"><D:prop><D:getetag/><C:calendar-data/></D:prop>${hrefs.map((href) => `<D:href>${href}</D:href>`).join("")}</C:calendar-multiget>`;
const sync = (token: string) =>
  `<D:sync-collection xmlns:D="DAV:"><D:sync-token>${token}</D:sync-token><D:sync-level>1</D:sync-level><D:prop><D:getetag/></D:prop></D:sync-collection>`;
const propfind = (...names: string[]) =>
  `<D:propfind xmlns:D="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav" xmlns:CS="http://calendarserver.org/ns/"><D:prop>${names.map((name) => `<${name}/>`).join("")}</D:prop></D:propfind>`;
const tokenOf = (body: string) => /<(?:\w+:)?sync-token>([^<]*)</.exec(body)?.[1] ?? "";
const etagOf = (body: string, href: string) =>
  new RegExp(`${href}</(?:\\w+:)?href>.*?getetag>([^<]*)<`, "s").exec(body)?.[1]?.replaceAll("&quot;", '"') ?? "";

beforeAll(async () => {
  const radicale = await startRadicale();
  envoy = await startEnvoy({
    upstream: radicale.url,
    config: {
      server: "radicale",
      identity: { header: { name: "x-caldav-user" } },
      upstream: { cluster: "caldav", authenticate: { header: "x-remote-user", as: "owner" } },
      shares: [
        { calendar: "alice/work", with: ["bob"], access: "read" },
        { calendar: "alice/work", with: ["carol"], access: "write" },
        { calendar: "alice/work", with: ["dave"], access: "busy" },
        {
          calendar: "alice/work",
          with: ["erin"],
          access: "manage",
          private: "show",
          confidential: "show",
          alarms: "keep",
        },
        { calendar: "alice/work", with: ["frank"], access: "free-busy" },
        { calendar: "alice/work", with: ["gina"], access: "write", private: "hide", confidential: "hide" },
      ],
    },
  });
  for (const calendar of ["work", "home"])
    expect((await as("alice", `/alice/${calendar}/`, { method: "MKCALENDAR" })).status).toBe(201);
  expect((await as("carol", "/carol/own/", { method: "MKCALENDAR" })).status).toBe(201);
  expect((await put("alice", "/alice/work/open.ics", event("open", "Standup"))).status).toBe(201);
  expect((await put("alice", "/alice/work/plain.ics", event("plain", "Lunch", "", false))).status).toBe(201);
  expect((await put("alice", "/alice/work/secret.ics", event("secret", "Surgeon", "CLASS:PRIVATE"))).status).toBe(201);
});

describe("a read share with the default view", () => {
  test("shows a private event as a Busy block, on every route", async () => {
    const replies = await Promise.all([
      as("bob", "/alice/work/secret.ics"),
      as("bob", "/alice/work/"),
      xml("bob", "REPORT", "/alice/work/", query),
      xml("bob", "REPORT", "/alice/work/", multiget("/alice/work/secret.ics", "/alice/work/open.ics")),
      xml("bob", "REPORT", "/bob/", multiget("/alice/work/secret.ics")),
    ]);
    for (const [at, reply] of replies.entries()) {
      if (at === 4) continue;
      expect(reply.status, `route ${at}`).toBe(at < 2 ? 200 : 207);
      expect(reply.body, `route ${at}`).toContain("SUMMARY:Busy");
      expect(reply.body, `route ${at}`).not.toContain("Surgeon");
      expect(reply.body, `route ${at}`).toContain("DTSTART:20260105T090000Z");
    }
  });

  test("shows a public event without its alarms", async () => {
    const reply = await as("bob", "/alice/work/open.ics");
    expect(reply.status).toBe(200);
    expect(reply.body).toContain("SUMMARY:Standup");
    expect(reply.body).toContain("hidden words");
    expect(reply.body).not.toContain("VALARM");
    expect(reply.headers["content-length"]).toBe(String(Buffer.byteLength(reply.body)));
  });

  test("has ETags of its own, the same on every route, and they are understood", async () => {
    const own = await as("alice", "/alice/work/secret.ics");
    const seen = await as("bob", "/alice/work/secret.ics");
    const listed = await xml("bob", "PROPFIND", "/alice/work/", propfind("D:getetag"));
    const got = await xml("bob", "REPORT", "/alice/work/", multiget("/alice/work/secret.ics"));
    expect(seen.headers["etag"]).toMatch(/^"[\w-]+"$/);
    expect(seen.headers["etag"]).not.toBe(own.headers["etag"]);
    expect(etagOf(listed.body, "/alice/work/secret.ics")).toBe(seen.headers["etag"]);
    expect(etagOf(got.body, "/alice/work/secret.ics")).toBe(seen.headers["etag"]);
    const full = await as("erin", "/alice/work/secret.ics");
    expect(full.headers["etag"]).toBe(own.headers["etag"]);
    const head = await as("bob", "/alice/work/secret.ics", { method: "HEAD" });
    expect(head.headers["etag"]).toBe(seen.headers["etag"]);
    expect(head.headers["content-length"]).toBe(seen.headers["content-length"]);
    expect(head.body).toBe("");
  });

  test("syncs with tokens of its own, and any other token is no longer valid", async () => {
    const first = await xml("bob", "REPORT", "/alice/work/", sync(""), "0");
    expect(first.status).toBe(207);
    const token = tokenOf(first.body);
    expect(token).toMatch(/^urn:x-caldav-view:/);
    expect(tokenOf((await xml("bob", "PROPFIND", "/alice/work/", propfind("D:sync-token"), "0")).body)).toBe(token);
    const again = await xml("bob", "REPORT", "/alice/work/", sync(token), "0");
    expect(again.status).toBe(207);
    expect(again.body).not.toContain(".ics");
    const owners = tokenOf((await xml("alice", "REPORT", "/alice/work/", sync(""), "0")).body);
    for (const [user, wrong] of [
      ["bob", owners],
      ["dave", token],
      ["alice", token],
      ["erin", token],
    ] as const) {
      const reply = await xml(user, "REPORT", "/alice/work/", sync(wrong), "0");
      expect(reply.status, user).toBe(403);
      expect(reply.body, user).toContain("valid-sync-token");
    }
  });

  test("gives no oracle on what is hidden", async () => {
    const filtered = (inner: string) =>
      query.replace(
        '<C:comp-filter name="VCALENDAR"/>',
        `<C:comp-filter name="VCALENDAR"><C:comp-filter name="VEVENT">${inner}</C:comp-filter></C:comp-filter>`,
      );
    const match = filtered('<C:prop-filter name="SUMMARY"><C:text-match>Surgeon</C:text-match></C:prop-filter>');
    const reply = await xml("bob", "REPORT", "/alice/work/", match);
    expect(reply.status).toBe(403);
    expect(reply.body).toContain("supported-filter");
    expect((await xml("erin", "REPORT", "/alice/work/", match)).body).toContain("Surgeon");
    const range = filtered('<C:time-range start="20260105T000000Z" end="20260106T000000Z"/>');
    const found = await xml("bob", "REPORT", "/alice/work/", range);
    expect(found.status).toBe(207);
    expect(found.body).toContain("secret.ics");
    expect(found.body).not.toContain("Surgeon");
  });

  test("asks for whole objects, whatever part of them the client wants", async () => {
    const partial = query.replace(
      "<C:calendar-data/>",
      '<C:calendar-data><C:comp name="VCALENDAR"><C:comp name="VEVENT"><C:prop name="SUMMARY"/><C:prop name="DESCRIPTION"/></C:comp></C:comp></C:calendar-data>',
    );
    const reply = await xml("bob", "REPORT", "/alice/work/", partial);
    expect(reply.status).toBe(207);
    expect(reply.body).not.toContain("Surgeon");
    expect(reply.body).toContain("Standup");
  });

  test("tells no size of what is hidden", async () => {
    const reply = await xml("bob", "PROPFIND", "/alice/work/", propfind("D:getcontentlength", "D:getetag"));
    expect(reply.status).toBe(207);
    expect(reply.body).not.toMatch(/getcontentlength>\d/);
  });
});

describe("a write share with the default view", () => {
  test("changes and deletes what is seen in full", async () => {
    const seen = await as("carol", "/alice/work/plain.ics");
    const changed = await put("carol", "/alice/work/plain.ics", event("plain", "Dinner", "", false), {
      "if-match": seen.headers["etag"] ?? "",
    });
    expect(changed.status).toBe(204);
    expect((await as("carol", "/alice/work/plain.ics")).headers["etag"]).toBe(changed.headers["etag"]);
    expect((await as("alice", "/alice/work/plain.ics")).body).toContain("Dinner");
    const stale = await put("carol", "/alice/work/plain.ics", event("plain", "Supper", "", false), {
      "if-match": seen.headers["etag"] ?? "",
    });
    expect(stale.status).toBe(412);
    expect((await put("carol", "/alice/work/new.ics", event("new", "New"))).status).toBe(201);
    expect((await as("carol", "/alice/work/new.ics", { method: "DELETE" })).status).toBeLessThan(300);
    expect((await as("alice", "/alice/work/new.ics")).status).toBe(404);
  });

  test("cannot write over, delete or carry away what is seen redacted", async () => {
    const path = "/alice/work/secret.ics";
    const destination = { destination: `${envoy.url}/carol/own/secret.ics` };
    const replies = [
      await put("carol", path, event("secret", "Mine")),
      await put("carol", path, event("secret", "Mine"), {
        "if-match": (await as("carol", path)).headers["etag"] ?? "",
      }),
      await as("carol", path, { method: "DELETE" }),
      await as("carol", path, { method: "COPY", headers: destination }),
      await as("carol", path, { method: "MOVE", headers: destination }),
      await as("carol", "/alice/work/", { method: "COPY", headers: { destination: `${envoy.url}/carol/copy/` } }),
    ];
    expect(replies.map(({ status }) => status)).toEqual([403, 403, 403, 403, 403, 403]);
    expect((await as("alice", path)).body).toContain("Surgeon");
    expect((await as("carol", "/carol/own/secret.ics")).status).toBe(404);
  });
});

describe("the role busy", () => {
  test("sees every event as a Busy block", async () => {
    const reply = await xml("dave", "REPORT", "/alice/work/", query);
    expect(reply.status).toBe(207);
    expect(reply.body).not.toMatch(/Standup|Dinner|Lunch|Surgeon|hidden words|VALARM/);
    expect(reply.body.match(/SUMMARY:Busy/g)).toHaveLength(3);
  });
});

describe("the role free-busy", () => {
  test("gets free-busy-query and nothing else", async () => {
    const ask = `<C:free-busy-query xmlns:C="urn:ietf:params:xml:ns:caldav"><C:time-range start="20260105T000000Z" end="20260106T000000Z"/></C:free-busy-query>`;
    const reply = await xml("frank", "REPORT", "/alice/work/", ask);
    expect(reply.status).toBe(200);
    expect(reply.body).toContain("BEGIN:VFREEBUSY");
    expect(reply.body).not.toMatch(/Standup|Surgeon/);
    for (const path of ["/alice/work/", "/alice/work/open.ics"]) expect((await as("frank", path)).status).toBe(404);
    expect((await xml("frank", "REPORT", "/alice/work/", query)).status).toBe(404);
    expect((await xml("frank", "PROPFIND", "/alice/work/", propfind("D:getetag"))).status).toBe(404);
  });
});

describe("hide", () => {
  const hidden = "/alice/work/secret.ics";

  test("makes an object look like one that does not exist, on every route", async () => {
    const gone = await as("gina", "/alice/work/nothing.ics");
    const replies = [
      await as("gina", hidden),
      await as("gina", hidden, { method: "HEAD" }),
      await as("gina", hidden, { headers: { "if-none-match": "*" } }),
      await xml("gina", "PROPFIND", hidden, propfind("D:getetag"), "0"),
      await as("gina", hidden, { method: "DELETE" }),
      await as("gina", hidden, { method: "MOVE", headers: { destination: `${envoy.url}/gina/x/1.ics` } }),
    ];
    expect(replies.map(({ status }) => status)).toEqual([404, 404, 404, 404, 404, 404]);
    const shown = ({ status, headers, body }: typeof gone) => ({ status, body, headers: { ...headers, date: "" } });
    expect(shown(replies[0]!)).toEqual(shown(gone));
    expect((await put("gina", hidden, event("secret", "Mine"))).status).toBe(403);
    expect((await as("alice", hidden)).body).toContain("Surgeon");
  });

  test("leaves it out of every listing", async () => {
    const listings = [
      await as("gina", "/alice/work/"),
      await xml("gina", "PROPFIND", "/alice/work/", propfind("D:getetag")),
      await xml("gina", "REPORT", "/alice/work/", query),
      await xml("gina", "REPORT", "/alice/work/", query.replace("<C:calendar-data/>", "")),
      await xml("gina", "REPORT", "/alice/work/", sync(""), "0"),
    ];
    for (const [at, { status, body }] of listings.entries()) {
      expect(status, `listing ${at}`).toBe(at === 0 ? 200 : 207);
      expect(body, `listing ${at}`).not.toContain("secret");
      expect(body, `listing ${at}`).toContain(at === 0 ? "UID:open" : "/alice/work/open.ics");
    }
    // What was asked of the server only to find out is not told to the client.
    expect(listings[3]?.body).not.toContain("calendar-data");
    expect(listings[4]?.body).not.toContain("calendar-data");
    expect(listings[1]?.body).toContain("<href>/alice/work/</href>");
    const named = await xml("gina", "REPORT", "/alice/work/", multiget(hidden, "/alice/work/open.ics"));
    expect(named.body).toContain("Standup");
    expect(named.body).toMatch(/secret.ics<\/(?:\w+:)?href><(?:\w+:)?status>HTTP\/1.1 404/);
  });

  test("removes from the next sync what becomes private, and brings back what becomes public", async () => {
    const path = "/alice/work/turns.ics";
    expect((await put("alice", path, event("turns", "Open"))).status).toBe(201);
    const first = await xml("gina", "REPORT", "/alice/work/", sync(""), "0");
    expect(first.body).toContain(path);
    await put("alice", path, event("turns", "Closed", "CLASS:PRIVATE"));
    const second = await xml("gina", "REPORT", "/alice/work/", sync(tokenOf(first.body)), "0");
    expect(second.status).toBe(207);
    expect(second.body).toMatch(/turns.ics<\/(?:\w+:)?href><(?:\w+:)?status>HTTP\/1.1 404/);
    expect(second.body).not.toContain("getetag");
    await put("alice", path, event("turns", "Open again"));
    const third = await xml("gina", "REPORT", "/alice/work/", sync(tokenOf(second.body)), "0");
    expect(third.body).toMatch(/turns.ics<\/(?:\w+:)?href><(?:\w+:)?propstat/);
    expect((await as("alice", path, { method: "DELETE" })).status).toBeLessThan(300);
    const fourth = await xml("gina", "REPORT", "/alice/work/", sync(tokenOf(third.body)), "0");
    expect(fourth.body).toMatch(/turns.ics<\/(?:\w+:)?href><(?:\w+:)?status>HTTP\/1.1 404/);
  });

  test("counts no hidden event as busy time", async () => {
    const later = event("later", "Dentist", "CLASS:PRIVATE")
      .replace("T090000Z", "T150000Z")
      .replace("T100000Z", "T160000Z");
    const ask = `<C:free-busy-query xmlns:C="urn:ietf:params:xml:ns:caldav"><C:time-range start="20260105T000000Z" end="20260106T000000Z"/></C:free-busy-query>`;
    expect((await put("alice", "/alice/work/later.ics", later)).status).toBe(201);
    const shown = await xml("gina", "REPORT", "/alice/work/", ask);
    expect([shown.status, shown.body.match(/^FREEBUSY.*/gm)]).toEqual([
      200,
      ["FREEBUSY;FBTYPE=BUSY:20260105T090000Z/20260105T100000Z"],
    ]);
    const all = await xml("frank", "REPORT", "/alice/work/", ask);
    expect(all.body).toContain("20260105T150000Z/20260105T160000Z");
    expect((await as("alice", "/alice/work/later.ics", { method: "DELETE" })).status).toBeLessThan(300);
  });
});
