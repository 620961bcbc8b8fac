/** Who sees an event without its alarms and changes it leaves its owner's as they were, on real servers. */
import { describe, expect, test } from "vitest";
import {
  event,
  multistatus,
  propfind,
  request,
  type RequestOptions,
  type Response,
  startEnvoy,
  startRadicale,
  startUpstream,
  startXandikos,
} from "../support/index.ts";
import { meeting } from "./objects.ts";

const ics = { "content-type": "text/calendar; charset=utf-8" };
const alarm = (words: string) => [
  "BEGIN:VALARM",
  "ACTION:DISPLAY",
  `DESCRIPTION:${words}`,
  "TRIGGER:-PT15M",
  "END:VALARM",
];
const sharing = (upstream: string, server: string) => ({
  upstream,
  config: {
    server,
    identity: { header: { name: "x-caldav-user" } },
    upstream: { cluster: "caldav", authenticate: { header: "x-remote-user", as: "owner" } },
    shares: [{ calendar: "alice/work", with: ["bob"], access: "write" }],
    limits: { request_body: "1MiB" },
  },
});
/** The alarms of each component, in order. */
const alarmsOf = (text: string) =>
  (text.match(/BEGIN:VEVENT[^]*?END:VEVENT/g) ?? []).map((part) =>
    [...part.matchAll(/BEGIN:VALARM[^]*?DESCRIPTION:([^\r\n]*)[^]*?END:VALARM/g)].map(([, words]) => words),
  );

const servers = [
  { server: "radicale", start: () => startRadicale(), home: "/alice/" },
  { server: "xandikos", start: () => startXandikos(), home: "/alice/calendars/" },
];

describe.each(servers)("over $server", ({ server, start, home }) => {
  test("somebody who sees no alarms edits a series again and again, and its owner's stay", async () => {
    const { url } = await startEnvoy(sharing((await start()).url, server));
    const as = (user: string, path: string, options: RequestOptions = {}): Promise<Response> =>
      request(url, path, { ...options, headers: { ...(options.headers as object), "x-caldav-user": user } });
    const put = (user: string, path: string, body: string, headers: Record<string, string> = {}) =>
      as(user, path, { method: "PUT", body, headers: { ...ics, ...headers } });
    const calendar = `${home}work/`;
    const path = `${calendar}1.ics`;
    expect((await as("alice", calendar, { method: "MKCALENDAR" })).status).toBe(201);
    expect((await put("alice", path, meeting("weekly@example.com"))).status).toBe(201);

    let seen = await as("bob", path);
    expect(seen.body).not.toContain("VALARM");
    for (const name of ["Take-over", "Merger of equals"]) {
      const written = seen.body.replace(/^SUMMARY:.*(?=\r?$)/m, `SUMMARY:${name}`);
      const reply = await put("bob", path, written, { "if-match": seen.headers.etag ?? "" });
      expect(reply.status, reply.body).toBeLessThan(300);
      const owners = await as("alice", path);
      expect(owners.body).toContain(`SUMMARY:${name}`);
      expect(alarmsOf(owners.body)).toEqual([["Bring the papers"], []]);
      const listed = multistatus((await as("bob", calendar, propfind("1", "D:getetag"))).body);
      const again = await as("bob", path);
      expect(again.body).not.toContain("VALARM");
      expect(listed.entries.find(({ href }) => href === path)?.props.getetag?.replaceAll("&quot;", '"')).toBe(
        again.headers.etag,
      );
      // What was sent may be stored in another form; then there is no ETag that says it was not.
      if (reply.headers.etag !== undefined) expect(reply.headers.etag).toBe(again.headers.etag);
      const stale = await put("bob", path, written, { "if-match": seen.headers.etag ?? "" });
      expect(stale.status).toBe(412);
      seen = again;
    }

    const override = ["BEGIN:VEVENT", "UID:weekly@example.com", "DTSTAMP:20260101T000000Z"];
    override.push("RECURRENCE-ID;TZID=Europe/Berlin:20260126T090000", "DTSTART;TZID=Europe/Berlin:20260126T110000");
    override.push("DTEND;TZID=Europe/Berlin:20260126T120000", "SUMMARY:Later", ...alarm("bob's own"), "END:VEVENT", "");
    const more = seen.body.replace("END:VCALENDAR", `${override.join("\r\n")}END:VCALENDAR`);
    const moved = await put("bob", path, more, { "if-match": seen.headers.etag ?? "" });
    expect(moved.status, moved.body).toBeLessThan(300);
    expect(moved.headers.etag).toBeUndefined();
    const owners = await as("alice", path);
    expect(alarmsOf(owners.body).sort()).toEqual([[], ["Bring the papers"], ["Bring the papers"]]);

    const made = await put("bob", `${calendar}2.ics`, event("2", "Lunch", ...alarm("bob's own")));
    expect(made.status, made.body).toBe(201);
    expect(made.headers.etag).toBeUndefined();
    expect((await as("alice", `${calendar}2.ics`)).body).not.toContain("VALARM");
  });
});

describe("a large event", () => {
  const words = `DESCRIPTION:${"many words ".repeat(50_000)}`;
  const old = event("1", "Review", words, ...alarm("of the owner"));
  const now = event("1", "Retrospective", words);
  const merged = now.replace("END:VEVENT", `${alarm("of the owner").join("\r\n")}\r\nEND:VEVENT`);

  const put = async (buffer: number) => {
    const upstream = await startUpstream();
    let got = "";
    upstream.respond(({ method, body }, response) => {
      if (method === "PUT") got = body;
      response.writeHead(method === "PUT" ? 204 : 200, { ...ics, etag: '"1"' });
      response.end(method === "PUT" ? "" : old);
    });
    const envoy = await startEnvoy({
      ...sharing(upstream.url, "radicale"),
      edit: (bootstrap) => {
        for (const listener of bootstrap.static_resources.listeners)
          listener.per_connection_buffer_limit_bytes = buffer;
      },
    });
    const send = () =>
      request(envoy.url, "/alice/work/1.ics", {
        method: "PUT",
        body: now,
        headers: { ...ics, "x-caldav-user": "bob" },
      });
    return { reply: await send(), got, again: await send() };
  };

  test("is held, and goes on with the alarms of its owner", async () => {
    const { reply, got } = await put(2 << 20);
    expect(reply.status).toBe(204);
    expect(got === merged).toBe(true);
  });

  test("that is too large for Envoy only with the alarms is 413, and Envoy goes on", async () => {
    const { reply, got, again } = await put(now.length + 20);
    expect([reply.status, again.status]).toEqual([413, 413]);
    expect(got).toBe("");
  });
});
