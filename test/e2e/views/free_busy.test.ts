/** free-busy-query (RFC 4791, 7.10): the filter's own answer beside that of real servers, for the same calendar. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { icalJsFault } from "../../property/redaction/support/parsers.ts";
import {
  report,
  request,
  type Response,
  startEnvoy,
  startRadicale,
  startUpstream,
  startXandikos,
  type TestEnvoy,
} from "../support/index.ts";
import { meeting } from "./objects.ts";

const plain = { calendar: "alice/work", access: "read" };
const shares = [
  { ...plain, with: ["bob"] },
  { ...plain, with: ["busy"], access: "busy" },
  { ...plain, with: ["frank"], access: "free-busy" },
  { ...plain, with: ["hides"], private: "hide" },
  { ...plain, with: ["hides-both"], private: "hide", confidential: "hide" },
];

const object = (kind: string, uid: string, ...lines: string[]) =>
  [
    ...["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//test//EN", `BEGIN:${kind}`, `UID:${uid}@example.com`],
    ...["DTSTAMP:20260101T000000Z", ...lines, `END:${kind}`, "END:VCALENDAR", ""],
  ].join("\r\n");
const event = (uid: string, start: string, ...lines: string[]) =>
  object("VEVENT", uid, `DTSTART${/T/.test(start) ? ":" : ";VALUE=DATE:"}${start}`, `SUMMARY:secret ${uid}`, ...lines);

/** All kinds of events, in January and February 2026. */
const objects: Record<string, string> = {
  "hour.ics": event("hour", "20260106T090000Z", "DTEND:20260106T100000Z"),
  "lasting.ics": event("lasting", "20260106T093000Z", "DURATION:PT2H"),
  "next.ics": event("next", "20260106T113000Z", "DURATION:PT30M"),
  "tentative.ics": event("tentative", "20260107T090000Z", "DTEND:20260107T100000Z", "STATUS:TENTATIVE"),
  "cancelled.ics": event("cancelled", "20260107T120000Z", "DTEND:20260107T130000Z", "STATUS:CANCELLED"),
  "transparent.ics": event("transparent", "20260107T150000Z", "DTEND:20260107T160000Z", "TRANSP:TRANSPARENT"),
  "day.ics": event("day", "20260109", "DTEND;VALUE=DATE:20260110"),
  "days.ics": event("days", "20260115", "DTEND;VALUE=DATE:20260118"),
  "early.ics": event("early", "20251231T230000Z", "DTEND:20260101T010000Z"),
  "late.ics": event("late", "20260131T230000Z", "DTEND:20260201T010000Z"),
  "outside.ics": event("outside", "20260301T100000Z", "DTEND:20260301T110000Z"),
  "daily.ics": event("daily", "20260120T060000Z", "DTEND:20260120T063000Z", "RRULE:FREQ=DAILY;COUNT=3"),
  "weekly.ics": meeting("weekly@example.com"),
  "once.ics": meeting("once@example.com")
    .replaceAll("20260105", "20260128")
    .replace(/RRULE.*\r\nEXDATE.*\r\n/, "")
    .replace(/BEGIN:VEVENT(?:(?!BEGIN:VEVENT)[^])*RECURRENCE-ID[^]*END:VEVENT\r\n/, ""),
};
const hidden: Record<string, string> = {
  "private.ics": event("private", "20260122T090000Z", "DTEND:20260122T100000Z", "CLASS:PRIVATE"),
  "confidential.ics": event("confidential", "20260123T090000Z", "DTEND:20260123T100000Z", "CLASS:CONFIDENTIAL"),
  // The private override is not in the range that is asked for.
  "override.ics": [
    event("override", "20260126T170000Z", "DTEND:20260126T180000Z", "RRULE:FREQ=MONTHLY;COUNT=3").replace(
      "END:VCALENDAR\r\n",
      "",
    ),
    event(
      "override",
      "20260326T200000Z",
      "DTEND:20260326T210000Z",
      "RECURRENCE-ID:20260326T170000Z",
      "CLASS:PRIVATE",
    ).replace(/^BEGIN:VCALENDAR\r\nVERSION.*\r\nPRODID.*\r\n/, ""),
  ].join(""),
};

const ask = (start: string, end: string, depth: "0" | "1" = "1") =>
  report("C:free-busy-query", `<C:time-range start="${start}" end="${end}"/>`, depth);
const january = ask("20260101T000000Z", "20260201T000000Z");

/** The busy periods of an answer, joined and sorted, as `TYPE start/end`. */
function periods({ status, body }: Response): string[] {
  expect(status, body).toBe(200);
  expect(icalJsFault(body)).toBeNull();
  const found: { type: string; start: string; end: string }[] = [];
  for (const [, parameters = "", value = ""] of body
    .replaceAll("\r\n ", "")
    .matchAll(/^FREEBUSY((?:;[^:]*)?):(.*)\r$/gm)) {
    const type = /FBTYPE=([\w-]+)/.exec(parameters)?.[1] ?? "BUSY";
    // Radicale names the time of cancelled events too.
    if (type === "FREE") continue;
    for (const period of value.split(",")) {
      const [start = "", end = ""] = period.split("/");
      found.push({ type, start, end: end.startsWith("P") ? after(start, end) : end });
    }
  }
  found.sort((a, b) => (`${a.type} ${a.start}` < `${b.type} ${b.start}` ? -1 : 1));
  const joined: typeof found = [];
  for (const one of found) {
    const last = joined.at(-1);
    if (last && last.type === one.type && one.start <= last.end) last.end = one.end > last.end ? one.end : last.end;
    else if (one.start < one.end) joined.push({ ...one });
  }
  return joined.map(({ type, start, end }) => `${type} ${start}/${end}`);
}

function after(start: string, duration: string): string {
  const [, days = 0, hours = 0, minutes = 0] = /^P(?:(\d+)D)?T?(?:(\d+)H)?(?:(\d+)M)?/.exec(duration) ?? [];
  const at = Date.parse(start.replace(/(....)(..)(..)T(..)(..)(..)Z/, "$1-$2-$3T$4:$5:$6Z"));
  const time = new Date(at + ((Number(days) * 24 + Number(hours)) * 60 + Number(minutes)) * 60_000);
  return time.toISOString().replace(/[-:]|\.\d+/g, "");
}

/** Words that the role free-busy must never get. */
const words = /SUMMARY|secret|Merger|UID:\w+@example\.com|ORGANIZER|LOCATION/;

const servers = {
  radicale: { start: () => startRadicale(), home: "/alice/work/" },
  xandikos: { start: () => startXandikos("/alice/"), home: "/alice/calendars/work/" },
};

describe.each(Object.entries(servers))("on %s", (server, { start, home }) => {
  let direct: TestEnvoy;
  let lacking: TestEnvoy;
  const config = {
    server,
    upstream: { cluster: "caldav", authenticate: { header: "x-remote-user", as: "owner" } },
    shares,
  };
  const identity = { header: { name: "x-caldav-user" } };
  let reloads = 0;
  /** Envoy's new configuration knows nothing of what the old one found out. */
  const forget = async () => {
    const { accepted } = await lacking.reload({ ...config, identity: { ...identity, realm: `${reloads++}` } });
    expect(accepted).toBe(true);
  };
  /** The REPORTs that reached the server that lacks one. */
  const reports: string[] = [];
  let refusal: { status: number; type: string; body: string } = { status: 501, type: "text/plain", body: "no" };
  const as = (envoy: TestEnvoy, user: string, options: object = january): Promise<Response> => {
    const { headers = {}, ...rest } = options as { headers?: Record<string, string> };
    return request(envoy.url, home, { ...rest, headers: { ...headers, "x-caldav-user": user } });
  };

  beforeAll(async () => {
    const real = await start();
    // The server, but without the report.
    const front = await startUpstream(async ({ method, path, headers, body }, response) => {
      if (method === "REPORT") reports.push(/<(?:\w+:)?([\w-]+) xmlns/.exec(body)?.[1] ?? "");
      if (body.includes("free-busy-query")) {
        response.writeHead(refusal.status, { "content-type": refusal.type }).end(refusal.body);
        return;
      }
      const reply = await request(real.url, path, { method, headers: headers as Record<string, string>, body });
      response
        .writeHead(reply.status, { "content-type": reply.headers["content-type"] ?? "text/plain" })
        .end(reply.body);
    });
    direct = await startEnvoy({ upstream: real.url, config: { ...config, identity } });
    lacking = await startEnvoy({ upstream: front.url, config: { ...config, identity } });
    const made = await request(direct.url, home, { method: "MKCALENDAR", headers: { "x-caldav-user": "alice" } });
    expect(made.status).toBe(201);
    for (const [name, body] of Object.entries({ ...objects, ...hidden })) {
      const headers = { "x-caldav-user": "alice", "content-type": "text/calendar; charset=utf-8" };
      const put = await request(direct.url, `${home}${name}`, { method: "PUT", headers, body });
      expect(put.status, `${name} ${put.body}`).toBe(201);
    }
  });
  afterAll(async () => {
    await direct.stop();
    await lacking.stop();
  });

  test("the filter's own answer is that of the server, for everybody", async () => {
    const own = periods(await as(direct, "alice"));
    expect(own.length).toBeGreaterThan(10);
    for (const user of ["alice", "bob", "busy", "frank"]) {
      const reply = await as(lacking, user);
      expect(periods(reply), user).toEqual(own);
      expect(reply.body, user).not.toMatch(words);
    }
  });

  test("the first query too is answered, and after it the server is not asked again", async () => {
    await forget();
    reports.length = 0;
    for (const user of ["bob", "alice"]) await as(lacking, user);
    expect(reports).toEqual([
      "free-busy-query",
      "calendar-query",
      "calendar-query",
      "calendar-query",
      "calendar-query",
    ]);
  });

  test("however the server says that it lacks the report, the filter answers", async () => {
    const own = periods(await as(direct, "alice"));
    const error = `<D:error xmlns:D="DAV:"><D:supported-report/></D:error>`;
    const ways = [400, 405, 415, 422, 501].map((status) => ({ status, type: "text/plain", body: "no" }));
    for (const way of [...ways, { status: 403, type: "application/xml", body: error }]) {
      refusal = way;
      await forget();
      for (const user of ["frank", "alice"]) expect(periods(await as(lacking, user)), String(way.status)).toEqual(own);
    }
    refusal = { status: 403, type: "application/xml", body: error.replace("supported-report", "need-privileges") };
    await forget();
    for (const user of ["frank", "alice"]) expect((await as(lacking, user)).status).toBe(403);
    refusal = { status: 501, type: "text/plain", body: "no" };
  });

  test("hidden events are no busy time, whatever part of them is in the range", async () => {
    const all = periods(await as(direct, "alice"));
    const without = (...days: string[]) =>
      all.filter((period) => !days.some((day) => period.includes(` 202601${day}`)));
    for (const envoy of [direct, lacking]) {
      const hides = await as(envoy, "hides");
      expect(periods(hides)).toEqual(without("22T09", "26T17"));
      expect(hides.body).not.toMatch(words);
      expect(periods(await as(envoy, "hides-both"))).toEqual(without("22T09", "23", "26T17"));
    }
  });

  test("a VFREEBUSY that somebody put into the calendar counts", async () => {
    const range = ask("20270101T000000Z", "20270201T000000Z");
    const body = object(
      "VFREEBUSY",
      "stored",
      ...["DTSTART:20270101T000000Z", "DTEND:20270201T000000Z", "COMMENT:secret"],
      "FREEBUSY;FBTYPE=BUSY-UNAVAILABLE:20270104T090000Z/PT1H,20270104T093000Z/20270104T110000Z",
      "FREEBUSY;FBTYPE=FREE:20270105T090000Z/PT1H",
    );
    const headers = { "x-caldav-user": "alice", "content-type": "text/calendar; charset=utf-8" };
    const put = await request(direct.url, `${home}stored.ics`, { method: "PUT", headers, body });
    // Radicale takes none.
    expect(put.status, put.body).toBe(server === "radicale" ? 400 : 201);
    if (server === "radicale") return;
    for (const user of ["frank", "hides"]) {
      const reply = await as(lacking, user, range);
      expect(periods(reply), user).toEqual(["BUSY-UNAVAILABLE 20270104T090000Z/20270104T110000Z"]);
      expect(reply.body).not.toMatch(words);
    }
    await request(direct.url, `${home}stored.ics`, { method: "DELETE", headers });
  });

  test("Depth 0 is the calendar without its events", async () => {
    const shallow = ask("20260101T000000Z", "20260201T000000Z", "0");
    for (const user of ["frank", "hides"]) expect(periods(await as(lacking, user, shallow)), user).toEqual([]);
  });

  test("what is asked for without an end has no answer, and what is no range is refused", async () => {
    const range = (attributes: string) => report("C:free-busy-query", `<C:time-range ${attributes}/>`);
    for (const user of ["alice", "frank", "hides"]) {
      const status = async (query: object) => {
        const { status, body } = await as(lacking, user, query);
        return `${status} ${/<[DC]:([\w-]+)\/>/.exec(body)?.[1] ?? ""}`.trim();
      };
      expect(await status(range('start="20260101T000000Z"'))).toBe("403 number-of-matches-within-limits");
      expect(await status(report("C:free-busy-query", ""))).toBe("400");
      for (const wrong of ["", 'start="20260101"', 'start="20260201T000000Z" end="20260101T000000Z"'])
        expect(await status(range(wrong)), wrong).toBe("403 valid-filter");
    }
  });

  test("a calendar that is not there is not there", async () => {
    for (const user of ["frank", "nobody"]) {
      const reply = await request(lacking.url, home.replace("work", "none"), {
        ...january,
        headers: { ...january.headers, "x-caldav-user": user },
      });
      expect(reply.status, user).toBe(404);
    }
  });
});
