import type { Case, Step } from "./case.ts";
import { as, calendarReply, configWith, event, share } from "./support.ts";

const read = (user: string, ok: boolean | 401, groups?: string, path = "/alice/work/1.ics"): Step => ({
  request: { path, headers: as(user, groups === undefined ? {} : { "x-caldav-groups": groups }) },
  expect: { status: ok === true ? 200 : ok === 401 ? 401 : 404, upstream: ok === true ? [{}] : [] },
});
const write = (user: string, status: number, path = "/alice/work/1.ics"): Step => ({
  request: { method: "PUT", path, headers: as(user, { "content-type": "text/calendar" }), body: event },
  expect: { upstream: status < 300 ? [{ method: "PUT" }] : [], ...(status < 300 ? {} : { status }) },
});
const people = (name: string, config: Case["config"], steps: Step[]): Case => ({
  name,
  config,
  upstream: calendarReply,
  steps,
});
const past = "2001-01-01T00:00:00Z";
const future = "2199-01-01T00:00:00Z";

/** Whom a share is with, and what several shares add up to. */
export const peopleCases: Case[] = [
  people("nobody but the owner has anything unless a share says so", configWith([]), [
    read("alice", true),
    read("bob", false),
    read("", 401),
  ]),
  people("a share is with the users that it names", configWith([share("alice/work", ["bob", "carol"], "read")]), [
    read("bob", true),
    read("carol", true),
    read("dave", false),
    read("Bob", false),
    read("bo", false),
    read("bobb", false),
    read("", 401),
  ]),
  people(
    "group:NAME is with the members that the configuration lists",
    configWith([share("alice/work", "group:team", "read")], {
      groups: { team: ["bob", "carol"], other: ["dave"], empty: [] },
    }),
    [
      read("bob", true),
      read("carol", true),
      read("dave", false),
      read("team", false),
      read("group:team", false),
      read("", 401),
    ],
  ),
  people(
    "group:NAME is with whom the source of identity puts into it",
    configWith([share("alice/work", "group:team", "read")], { groups: { other: ["bob"] } }),
    [
      read("bob", true, "team"),
      read("bob", true, "a, team ,b"),
      read("bob", true, "other,team"),
      read("bob", false, "team2"),
      read("bob", false, "Team"),
      read("bob", false, "tea,m"),
      read("bob", false, "group:team"),
      read("bob", false, ""),
      read("bob", false),
      {
        request: { path: "/alice/work/1.ics", headers: { "x-caldav-groups": "team" } },
        expect: { status: 401, upstream: [] },
      },
    ],
  ),
  people("authenticated is any signed-in user", configWith([share("alice/work", "authenticated", "read")]), [
    read("bob", true),
    read("anyone", true),
    read("", 401),
  ]),
  people("anyone needs no sign-in", configWith([share("alice/work", "anyone", "read")]), [
    read("bob", true),
    read("", true),
    write("", 401),
    write("bob", 403),
    read("", 401, undefined, "/alice/private/1.ics"),
  ]),
  {
    name: "anyone may be given more than to read, and is not asked to sign in for it",
    config: configWith([share("alice/requests", "anyone", "append")]),
    upstream: { status: 201 },
    steps: [
      {
        request: {
          method: "PUT",
          path: "/alice/requests/1.ics",
          headers: { "content-type": "text/calendar" },
          body: event,
        },
        expect: { status: 201, upstream: [{ headers: { "if-none-match": "*" } }] },
      },
      {
        request: { method: "DELETE", path: "/alice/requests/1.ics" },
        expect: { status: 401, upstream: [] },
      },
    ],
  },
  people("a user named like a keyword is that user only", configWith([share("alice/work", "bob", "read")]), [
    read("anyone", false),
    read("authenticated", false),
    read("*", false),
  ]),
  people(
    "`*` stands for one whole segment: alice/* is every calendar of one owner",
    configWith([share("alice/*", "bob", "read")]),
    [
      read("bob", true),
      read("bob", true, undefined, "/alice/private/1.ics"),
      read("bob", false, undefined, "/carol/work/1.ics"),
      read("bob", false, undefined, "/alice/inbox/1.ics"),
      read("bob", false, undefined, "/alice/"),
      read("bob", false, undefined, "/alice/work/deep/1.ics"),
      read("carol", false),
    ],
  ),
  people(
    "`*` stands for one whole segment: */public is one calendar of every owner",
    configWith([share("*/public", "bob", "read")]),
    [
      read("bob", true, undefined, "/alice/public/1.ics"),
      read("bob", true, undefined, "/carol/public/1.ics"),
      read("bob", false, undefined, "/carol/public2/1.ics"),
      read("bob", false),
    ],
  ),
  people("`*` stands for one whole segment: */* is every calendar", configWith([share("*/*", "bob", "read")]), [
    read("bob", true),
    read("bob", true, undefined, "/carol/x/1.ics"),
    read("bob", false, undefined, "/carol/"),
    read("carol", false),
  ]),
  people("a calendar that is named `*` by the client is just that", configWith([share("alice/work", "bob", "read")]), [
    read("bob", false, undefined, "/alice/*/1.ics"),
    read("bob", false, undefined, "/*/work/1.ics"),
    read("bob", false, undefined, "/alice/%2A/1.ics"),
  ]),
  people(
    "several shares that match one person add up",
    configWith(
      [
        share("alice/work", "bob", ["read"]),
        share("alice/*", "group:team", ["bind"]),
        share("*/work", "authenticated", ["write-content"]),
        share("alice/work", "carol", "manage"),
      ],
      { groups: { team: ["bob"] } },
    ),
    [
      read("bob", true),
      { ...write("bob", 201), expect: { upstream: [{ headers: { "if-match": null, "if-none-match": null } }] } },
      write("dave", 201),
      read("dave", false),
      {
        request: { method: "DELETE", path: "/alice/work/1.ics", headers: as("bob") },
        expect: { status: 403, upstream: [] },
      },
      { request: { method: "DELETE", path: "/alice/work/1.ics", headers: as("carol") }, expect: { upstream: [{}] } },
    ],
  ),
  people(
    "a share ends when `until` says so",
    configWith([
      share("alice/work", "bob", "read", { until: past }),
      share("alice/work", "carol", "read", { until: future }),
      share("alice/work", "dave", "write", { until: past }),
      share("alice/work", "dave", "read"),
    ]),
    [read("bob", false), read("carol", true), read("dave", true), write("dave", 403), read("alice", true)],
  ),
  people("a share for anyone ends as well", configWith([share("alice/work", "anyone", "read", { until: past })]), [
    read("", 401),
    read("bob", false),
  ]),
  {
    name: "a share ends while the configuration is in force",
    config: configWith([share("alice/work", "bob", "read", { until: "2026-01-05T12:00:10Z" })]),
    upstream: calendarReply,
    steps: [
      read("bob", true),
      { ...read("bob", true), after: 9000 },
      { ...read("bob", false), after: 1000 },
      read("alice", true),
    ],
    except: { ring: "envoy", why: "the emulated host's clock begins at 2026-01-05T12:00:00Z; Envoy's is the real one" },
  },
  people(
    "`until` with an offset is a moment",
    configWith([
      share("alice/work", "bob", "read", { until: "2199-01-01T00:00:00+14:00" }),
      share("alice/work", "carol", "read", { until: "2001-01-01T00:00:00-12:00" }),
    ]),
    [read("bob", true), read("carol", false)],
  ),
  people(
    "what a share gives is for the calendar and its objects, not for the home",
    configWith([share("alice/*", "bob", "owner")]),
    [
      {
        request: { method: "PROPFIND", path: "/alice/", headers: as("bob", { depth: "0" }) },
        expect: { status: 404, upstream: [] },
      },
      { request: { method: "PROPPATCH", path: "/alice/", headers: as("bob") }, expect: { status: 404, upstream: [] } },
      { request: { method: "DELETE", path: "/alice/", headers: as("bob") }, expect: { status: 404, upstream: [] } },
    ],
  ),
];
