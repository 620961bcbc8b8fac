import type { Case } from "./case.ts";
import { as, configWith, multistatus, precondition, propfind, response, share } from "./support.ts";

const config = configWith([share("alice/work", "bob", "manage")], {
  other_paths: { "/.web/": "authenticated", "/.web/public/": "anyone", "/.status/": "anyone", "/.ä/": "anyone" },
});
const upstream = { headers: { "content-type": "text/html", "x-frame": "deny" }, body: "<h1>hello</h1>" };
const passes = (path: string) => ({ status: 200, body: "<h1>hello</h1>", upstream: [{ path }] });
const missing = { status: 404, body: "Not Found\n", upstream: [] };

/** Outside the layout everything is 404, but for prefixes named in other_paths: authenticated or anyone. */
export const otherPaths: Case[] = [
  {
    name: "other_paths: authenticated is for whoever is signed in",
    config,
    upstream,
    steps: ["/.web/", "/.web", "/.web/app.js", "/.web/a/b/c"].flatMap((path) => [
      { request: { path, headers: as("alice") }, expect: passes(path) },
      { request: { path, headers: as("carol") }, expect: passes(path) },
      { request: { path }, expect: { status: 401, headers: { "www-authenticate": /^Basic/ }, upstream: [] } },
    ]),
  },
  {
    name: "other_paths: anyone is for everybody, signed in or not",
    config,
    upstream,
    steps: ["/.status/", "/.web/public/x", "/.%C3%A4/x"].flatMap((path) => [
      { request: { path, headers: as("carol") }, expect: passes(path) },
      { request: { path }, expect: passes(path) },
    ]),
  },
  {
    name: "other_paths: all else outside the layout is 404, also where a prefix begins alike",
    config,
    upstream,
    steps: ["/.webdav/", "/.we/", "/.web2/x", "/.Web/", "/.statu", "/.git/", "/.status.bak"].flatMap((path) => [
      { request: { path, headers: as("alice") }, expect: missing },
      { request: { path }, expect: missing },
    ]),
  },
  {
    name: "other_paths: the longest prefix counts",
    config: configWith([], { other_paths: { "/.web/": "anyone", "/.web/admin/": "authenticated" } }),
    upstream,
    steps: [
      { request: { path: "/.web/x" }, expect: passes("/.web/x") },
      { request: { path: "/.web/admin/x" }, expect: { status: 401, upstream: [] } },
      { request: { path: "/.web/adm%69n/x" }, expect: { status: 401, upstream: [] } },
      { request: { path: "/.web/admin/x", headers: as("bob") }, expect: passes("/.web/admin/x") },
    ],
  },
  {
    name: "other_paths: ambiguous paths are refused here as well",
    config,
    upstream,
    steps: [
      "/.web/../alice/private/1.ics",
      "/.web/%2e%2e/alice/private/1.ics",
      "/.web//x",
      "/.web/..%2falice",
      "/.web/;/x",
    ].map((path) => ({
      request: { path, headers: as("bob") },
      expect: { status: 400, upstream: [] },
    })),
  },
  {
    name: "other_paths: nothing of a calendar is seen through them",
    config,
    upstream: multistatus(
      response("/.web/"),
      response("/alice/work/1.ics"),
      response("/alice/private/1.ics"),
      response("/elsewhere/"),
    ),
    steps: [
      {
        request: {
          method: "PROPFIND",
          path: "/.web/",
          headers: as("bob", { depth: "1" }),
          body: propfind("D:getetag"),
        },
        expect: { status: 207, body: { has: ["/.web/", "/alice/work/1.ics"], lacks: ["private", "elsewhere"] } },
      },
    ],
  },
  {
    name: "other_paths: nothing is carried between them and the layout, nor out of one prefix into another",
    config,
    upstream: { status: 201 },
    steps: [
      ...["/alice/work/1.ics", "/bob/home/1.ics", "/.status/x", "/.git/x"].map((destination) => ({
        request: { method: "MOVE", path: "/.web/x", headers: as("bob", { destination }) },
        expect: missing,
      })),
      {
        request: { method: "MOVE", path: "/.web/x", headers: as("bob", { destination: "/.web/y" }) },
        expect: { status: 201, upstream: [{}] },
      },
    ],
  },
  {
    name: "other_paths: ACL and sharing are refused",
    config,
    steps: [
      {
        request: { method: "ACL", path: "/.web/", headers: as("bob") },
        expect: { status: 403, body: precondition("D:allowed-principal"), upstream: [] },
      },
    ],
  },
  {
    name: "other_paths: reports about calendars are not for them",
    config,
    steps: [
      {
        request: {
          method: "REPORT",
          path: "/.web/",
          headers: as("bob"),
          body: '<C:calendar-query xmlns:C="urn:ietf:params:xml:ns:caldav"/>',
        },
        expect: { status: 403, body: precondition("D:supported-report"), upstream: [] },
      },
    ],
  },
];
