import type { Case, Step } from "./case.ts";
import { as, calendarReply, configWith, multistatus, needPrivileges, propfind, response, share } from "./support.ts";

/** Where servers keep things. */
const layouts: Record<string, { principal: string; home: string; calendar: string }> = {
  radicale: { principal: "/{user}/", home: "/{user}/", calendar: "/{user}/{calendar}/" },
  xandikos: { principal: "/{user}/", home: "/{user}/calendars/", calendar: "/{user}/calendars/{calendar}/" },
  davical: {
    principal: "/caldav.php/{user}/",
    home: "/caldav.php/{user}/",
    calendar: "/caldav.php/{user}/{calendar}/",
  },
  baikal: {
    principal: "/dav.php/principals/{user}/",
    home: "/dav.php/calendars/{user}/",
    calendar: "/dav.php/calendars/{user}/{calendar}/",
  },
  nextcloud: {
    principal: "/remote.php/dav/principals/users/{user}/",
    home: "/remote.php/dav/calendars/{user}/",
    calendar: "/remote.php/dav/calendars/{user}/{calendar}/",
  },
  cyrus: {
    principal: "/dav/principals/user/{user}/",
    home: "/dav/calendars/user/{user}/",
    calendar: "/dav/calendars/user/{user}/{calendar}/",
  },
  sogo: {
    principal: "/SOGo/dav/{user}/",
    home: "/SOGo/dav/{user}/Calendar/",
    calendar: "/SOGo/dav/{user}/Calendar/{calendar}/",
  },
  stalwart: { principal: "/dav/pal/{user}/", home: "/dav/cal/{user}/", calendar: "/dav/cal/{user}/{calendar}/" },
  custom: { principal: "/p/{user}/", home: "/x/{user}/c/", calendar: "/x/{user}/c/{calendar}/" },
};

const fill = (pattern: string, user: string, calendar = "work"): string =>
  pattern.replace("{user}", user).replace("{calendar}", calendar);
const missing = { status: 404, upstream: [] };

/** The layout of every server. */
export const layoutCases: Case[] = Object.entries(layouts).flatMap(([server, layout]) => {
  const config = configWith(
    [share("alice/work", "bob", "read")],
    server === "custom" ? { server, layout } : { server },
  );
  const work = fill(layout.calendar, "alice");
  const secret = fill(layout.calendar, "alice", "private");
  const get = (path: string, user: string, status: number): Step => ({
    request: { path, headers: as(user) },
    expect: { status, upstream: status === 200 ? [{ path }] : [] },
  });
  const find = (path: string, user: string, ok: boolean): Step => ({
    request: { method: "PROPFIND", path, headers: as(user, { depth: "1" }), body: propfind("D:getetag") },
    upstream: multistatus(response(path)),
    expect: ok ? { status: 207, upstream: [{ path }] } : missing,
  });
  return [
    {
      name: `${server}: a share is of one calendar of one owner, and of nothing else`,
      config,
      upstream: calendarReply,
      steps: [
        get(`${work}1.ics`, "alice", 200),
        get(`${work}1.ics`, "bob", 200),
        get(`${work}1.ics`, "carol", 404),
        get(`${secret}1.ics`, "alice", 200),
        get(`${secret}1.ics`, "bob", 404),
        get(`${fill(layout.calendar, "carol")}1.ics`, "bob", 404),
        get(`${work}deep/1.ics`, "bob", 404),
        find(work, "bob", true),
        find(secret, "bob", false),
      ],
    },
    {
      name: `${server}: home and principal are their owner's`,
      config,
      steps: [layout.home, layout.principal].flatMap((pattern) => [
        find(fill(pattern, "alice"), "alice", true),
        find(fill(pattern, "alice"), "bob", false),
        find(fill(pattern, "bob"), "bob", true),
      ]),
    },
    {
      name: `${server}: a refusal names the resource where the server has it`,
      config,
      steps: [
        {
          request: { method: "DELETE", path: `${work}1.ics`, headers: as("bob") },
          expect: { status: 403, body: needPrivileges(work, "D:unbind"), upstream: [] },
        },
        {
          request: { method: "DELETE", path: work, headers: as("bob") },
          expect: { status: 403, body: needPrivileges(fill(layout.home, "alice"), "D:unbind"), upstream: [] },
        },
        {
          request: { method: "MKCALENDAR", path: fill(layout.calendar, "alice", "new"), headers: as("alice") },
          upstream: { status: 201 },
          expect: { status: 201, upstream: [{}] },
        },
        {
          request: { method: "MKCALENDAR", path: fill(layout.calendar, "alice", "new"), headers: as("bob") },
          expect: missing,
        },
      ],
    },
    {
      name: `${server}: a listing shows what is one's own and what is shared`,
      config,
      steps: [
        {
          request: {
            method: "PROPFIND",
            path: "/",
            headers: as("bob", { depth: "1" }),
            body: propfind("D:displayname"),
          },
          upstream: multistatus(
            ...[
              work,
              `${work}1.ics`,
              secret,
              `${secret}1.ics`,
              fill(layout.home, "carol"),
              fill(layout.calendar, "bob"),
              "/elsewhere/",
            ].map((path) => response(path)),
          ),
          expect: {
            status: 207,
            body: {
              has: [work, `${work}1.ics`, fill(layout.calendar, "bob")].map((path) => `<D:href>${path}</D:href>`),
              lacks: [secret, "carol", "elsewhere"],
            },
          },
        },
      ],
    },
  ];
});
