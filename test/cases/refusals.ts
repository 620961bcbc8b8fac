import type { Case, Reply } from "./case.ts";
import {
  as,
  calendarReply,
  configWith,
  event,
  multistatus,
  needPrivileges,
  propfind,
  query,
  response,
  share,
  uncached,
  xml,
} from "./support.ts";

const config = configWith([share("alice/work", "bob", "read"), share("alice/public", "anyone", "read")]);
const notFound = {
  status: 404,
  headers: {
    ...uncached,
    "content-type": "text/plain; charset=utf-8",
    "content-length": "10",
    vary: "Authorization, Cookie, Depth, Prefer, Brief, x-caldav-user",
    etag: null,
    "last-modified": null,
    "set-cookie": null,
    "x-server": null,
    "x-envoy-upstream-service-time": null,
    dav: null,
  },
  body: "Not Found\n",
};
const serverSays: Reply[] = [
  {
    status: 404,
    headers: { "content-type": "text/html", "x-server": "cal/1.0", "set-cookie": "a=b", dav: "1" },
    body: "<h1>no such event</h1>",
  },
  { status: 404, headers: { "content-type": "text/plain" }, body: "gone fishing" },
  { status: 404, headers: {}, chunks: ["no ", "such ", "thing"] },
  { status: 404 },
];
const asked: [string, string, string?][] = [
  ["GET", ""],
  ["PUT", "", event],
  ["DELETE", ""],
  ["PROPFIND", "0", propfind("D:getetag")],
  ["PROPFIND", "1", propfind("D:getetag")],
  ["REPORT", "1", query],
  ["COPY", ""],
  ["LOCK", ""],
];

/** How a refusal looks. */
export const refusals: Case[] = [
  {
    name: "not signed in: 401 with WWW-Authenticate",
    config,
    steps: ["/alice/work/1.ics", "/alice/work/", "/alice/private/1.ics", "/nobody/x/", "/alice/"].map((path) => ({
      request: { path },
      expect: {
        status: 401,
        headers: { "www-authenticate": 'Basic realm="Calendars", charset="UTF-8"', ...uncached },
        upstream: [],
      },
    })),
  },
  {
    name: "not signed in: every method but OPTIONS is asked to sign in, whether anything is there or not",
    config,
    steps: asked.flatMap(([method, depth, body]) =>
      ["/alice/work/1.ics", "/alice/nothing/1.ics"].map((path) => ({
        request: { method, path, headers: as("", depth ? { depth } : {}), body },
        expect: { status: 401, headers: { "www-authenticate": /^Basic / }, upstream: [] },
      })),
    ),
  },
  {
    name: "not signed in: with a share for anyone, what it does not give is still asked to sign in for",
    config,
    upstream: calendarReply,
    steps: [
      { request: { path: "/alice/public/1.ics" }, expect: { status: 200, body: event, upstream: [{}] } },
      { request: { method: "DELETE", path: "/alice/public/1.ics" }, expect: { status: 401, upstream: [] } },
      { request: { method: "PUT", path: "/alice/public/1.ics", body: event }, expect: { status: 401, upstream: [] } },
      { request: { path: "/alice/private/1.ics" }, expect: { status: 401, upstream: [] } },
    ],
  },
  {
    name: "a signed-in name that nobody can have is nobody",
    config,
    steps: ["a/b", "a\\b", ".", "..", ".web", "a;b", "a\tb", "x".repeat(300)].map((user) => ({
      request: { path: "/alice/work/1.ics", headers: as(user) },
      expect: { status: 401, upstream: [] },
    })),
  },
  {
    name: "two who say they signed in: 400",
    config,
    steps: [
      {
        request: {
          path: "/alice/work/1.ics",
          headers: [
            ["x-caldav-user", "alice"],
            ["x-caldav-user", "bob"],
          ],
        },
        expect: { status: 400, upstream: [] },
      },
    ],
  },
  {
    name: "outside the layout and other_paths: 404",
    config: {
      server: "baikal",
      identity: { header: { name: "x-caldav-user" } },
      upstream: { cluster: "caldav" },
      other_paths: { "/card.php/": "authenticated" },
      shares: [],
    },
    steps: [
      "/admin/",
      "/index.php",
      "/dav.php/addressbooks/alice/",
      "/dav.php2/calendars/alice/work/",
      "/card.phpx/",
      "/.git/config",
    ].flatMap((path) =>
      ["GET", "POST", "PROPFIND", "DELETE", "OPTIONS"].map((method) => ({
        request: { method, path, headers: as("alice", { depth: "0" }) },
        expect: { status: 404, body: "Not Found\n", upstream: [] },
      })),
    ),
  },
  ...serverSays.flatMap((reply, at): Case[] => [
    {
      name: `not readable: 404, the very status, headers and body of something that does not exist (server's answer ${at + 1})`,
      config: configWith([share("alice/work", "bob", "manage")]),
      upstream: reply,
      steps: asked.flatMap(([method, depth, body]) =>
        ["/alice/work/missing.ics", "/alice/private/1.ics", "/alice/nothing/1.ics", "/nobody/x/1.ics"].map((path) => ({
          request: {
            method,
            path,
            headers: as("bob", {
              ...(depth ? { depth } : {}),
              ...(method === "COPY" ? { destination: "/alice/work/2.ics" } : {}),
            }),
            body,
          },
          expect: notFound,
        })),
      ),
    },
  ]),
  {
    name: "not readable: the same for a calendar that was shared and does not exist",
    config: configWith([share("alice/ghost", "bob", "read")]),
    upstream: serverSays[0],
    steps: ["/alice/ghost/1.ics", "/alice/ghost/", "/alice/other/"].map((path) => ({
      request: { path, headers: as("bob") },
      expect: notFound,
    })),
  },
  {
    name: "not readable: the same for HEAD, without a body",
    config,
    upstream: { status: 404, headers: { "x-server": "cal/1.0" } },
    steps: ["/alice/work/missing.ics", "/alice/private/1.ics"].map((path) => ({
      request: { method: "HEAD", path, headers: as("bob") },
      expect: {
        status: 404,
        body: "",
        headers: { "content-type": "text/plain; charset=utf-8", "x-server": null, ...uncached },
      },
    })),
  },
  {
    name: "the owner gets the server's own 404",
    config,
    upstream: serverSays[0],
    steps: [
      {
        request: { path: "/alice/work/missing.ics", headers: as("alice") },
        expect: { status: 404, headers: { "x-server": "cal/1.0" }, body: "<h1>no such event</h1>" },
      },
    ],
  },
  {
    name: "readable, but not this: 403 with need-privileges naming resource and privilege",
    config,
    steps: [
      {
        request: { method: "PUT", path: "/alice/work/1.ics", headers: as("bob"), body: event },
        expect: {
          status: 403,
          headers: { "content-type": "application/xml; charset=utf-8", ...uncached },
          body:
            xml('<D:error xmlns:D="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav"><D:need-privileges><D:resource>') +
            "<D:href>/alice/work/1.ics</D:href><D:privilege><D:write-content/></D:privilege>" +
            "</D:resource></D:need-privileges></D:error>\n",
          upstream: [],
        },
      },
    ],
  },
  {
    name: "the resource of a need-privileges is percent-encoded and cannot break out of the XML",
    config: configWith([share("alice/*", "bob", "read")]),
    steps: [
      ["/alice/caf%C3%A9/a%20b.ics", "/alice/caf%C3%A9/a%20b.ics"],
      ["/alice/%3Cx%3E/%22&'.ics", "/alice/%3Cx%3E/%22%26%27.ics"],
      ["/alice/]]%3E/%26amp%3C.ics", "/alice/%5D%5D%3E/%26amp%3C.ics"],
    ].map(([path = "", href = ""]) => ({
      request: { method: "PUT", path, headers: as("bob"), body: event },
      expect: { status: 403, body: needPrivileges(href, "D:write-content"), upstream: [] },
    })),
  },
  {
    name: "the filter itself in trouble, no answer from the server: 5xx, it never fails open",
    config,
    upstream: { reset: "before headers" },
    steps: [
      { request: { path: "/alice/work/1.ics", headers: as("bob") }, expect: { status: 503 } },
      {
        request: { method: "PROPFIND", path: "/alice/work/", headers: as("bob", { depth: "1" }) },
        expect: { status: 503 },
      },
    ],
  },
  {
    name: "no answer from a call: 5xx, it never fails open",
    config: configWith([share("alice/work", "bob", "read")], { identity: { basic: {} } }),
    upstream: { reset: "before headers" },
    steps: [
      {
        request: { path: "/alice/private/1.ics", headers: { authorization: `Basic ${btoa("bob:secret")}` } },
        expect: { status: 503 },
      },
      {
        request: {
          method: "DELETE",
          path: "/alice/work/1.ics",
          headers: { authorization: `Basic ${btoa("bob:secret")}` },
        },
        expect: { status: 503 },
      },
    ],
  },
  {
    name: "a refusal that tells of the policy is told only to whom the server has let in",
    config: configWith([share("alice/work", "bob", "read")], { identity: { basic: { remember: "0s" } } }),
    upstream: [
      { headers: { authorization: `Basic ${btoa("bob:secret")}` }, reply: multistatus(response("/bob/")) },
      { reply: { status: 401 } },
    ],
    steps: [
      {
        request: {
          method: "DELETE",
          path: "/alice/work/1.ics",
          headers: { authorization: `Basic ${btoa("bob:wrong")}` },
        },
        expect: { status: 401 },
      },
      {
        request: { path: "/alice/private/1.ics", headers: { authorization: `Basic ${btoa("bob:wrong")}` } },
        expect: { status: 401 },
      },
      {
        request: {
          method: "DELETE",
          path: "/alice/work/1.ics",
          headers: { authorization: `Basic ${btoa("bob:secret")}` },
        },
        expect: { status: 403 },
      },
      {
        request: { path: "/alice/private/1.ics", headers: { authorization: `Basic ${btoa("bob:secret")}` } },
        expect: { status: 404 },
      },
    ],
  },
  {
    name: "a refusal's reason is in the access log, never in the answer",
    config,
    steps: [
      {
        request: { path: "/alice/private/1.ics", headers: as("bob") },
        expect: {
          status: 404,
          body: "Not Found\n",
          filterState: { caldav: "decision=refused reason=not_readable principal=bob owner=alice calendar=private" },
        },
      },
      {
        request: { path: "/alice/work/1.ics", headers: as("bob") },
        expect: {
          filterState: {
            caldav: /^decision=allowed reason=share principal=bob owner=alice calendar=work privilege=read,/,
          },
        },
      },
      {
        request: { path: "/alice/x%20principal=bob/1.ics", headers: as("alice") },
        expect: {
          filterState: {
            caldav:
              "decision=allowed reason=owner principal=alice owner=alice calendar=x%20principal=bob privilege=all",
          },
        },
      },
    ],
  },
];
