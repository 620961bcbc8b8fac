import type { Case } from "./case.ts";
import { as, configWith, multistatus, propfind, response, xml } from "./support.ts";

/** Where discovery is to go on, by preset (RFC 6764, 5). */
const contexts: Record<string, string> = {
  radicale: "/",
  xandikos: "/",
  davical: "/caldav.php/",
  baikal: "/dav.php/",
  nextcloud: "/remote.php/dav/",
  cyrus: "/dav/",
  sogo: "/SOGo/dav/",
  stalwart: "/dav/",
};
const identity = { header: { name: "x-caldav-user" } };
const upstream = { cluster: "caldav" };
const custom = {
  server: "custom",
  identity,
  upstream,
  layout: {
    principal: "/cal/dav/people/{user}/",
    home: "/cal/dav/homes/{user}/",
    calendar: "/cal/dav/homes/{user}/{calendar}/",
  },
};
const redirect = (location: string) => ({
  status: 301,
  headers: { location, "www-authenticate": null },
  body: "",
  upstream: [],
});

/** How clients find their calendars. */
export const discovery: Case[] = [
  ...Object.entries(contexts).map(([server, context]): Case => ({
    name: `/.well-known/caldav redirects (relative, 301) to the context path of ${server} for GET, PROPFIND and OPTIONS`,
    config: { server, identity, upstream },
    steps: ["GET", "PROPFIND", "OPTIONS", "HEAD"].flatMap((method) => [
      { request: { method, path: "/.well-known/caldav" }, expect: redirect(context) },
      {
        request: { method, path: "/.well-known/caldav/", headers: as("alice", { depth: "0" }) },
        expect: redirect(context),
      },
    ]),
  })),
  {
    name: "/.well-known/caldav of a custom layout leads to what its patterns have in common",
    config: custom,
    steps: [
      {
        request: {
          method: "PROPFIND",
          path: "/.well-known/caldav",
          headers: { depth: "0" },
          body: propfind("D:current-user-principal"),
        },
        expect: redirect("/cal/dav/"),
      },
    ],
  },
  {
    name: "/.well-known/caldav takes no other method",
    config: configWith([]),
    steps: ["PUT", "DELETE", "POST", "PROPPATCH", "REPORT", "MKCALENDAR", "MOVE", "TRACE"].map((method) => ({
      request: { method, path: "/.well-known/caldav", headers: as("alice") },
      expect: { status: 405, upstream: [] },
    })),
  },
  {
    name: "other well-known names are outside the layout",
    config: configWith([]),
    steps: [
      "/.well-known/carddav",
      "/.well-known/",
      "/.well-known",
      "/.well-known/caldav/x",
      "/.well-known/Caldav",
      "/.WELL-KNOWN/caldav",
    ].map((path) => ({
      request: { path, headers: as("alice") },
      expect: { status: 404, upstream: [] },
    })),
  },
  {
    name: "PROPFIND of the context path finds one's own principal",
    config: custom,
    upstream: multistatus(
      response(
        "/cal/dav/",
        "<D:current-user-principal><D:href>/cal/dav/people/service/</D:href></D:current-user-principal>",
      ),
    ),
    steps: [
      ...["/cal/dav/", "/cal/", "/", "/cal/dav/homes/", "/cal/dav/people"].map((path) => ({
        request: {
          method: "PROPFIND",
          path,
          headers: as("bob", { depth: "0" }),
          body: propfind("D:current-user-principal"),
        },
        expect: {
          status: 207,
          body: {
            has: ["<D:current-user-principal><D:href>/cal/dav/people/bob/</D:href></D:current-user-principal>"],
            lacks: ["service"],
          },
          upstream: [{ path }],
        },
      })),
      {
        request: { method: "PROPFIND", path: "/cal/dav/", headers: { depth: "0" } },
        expect: { status: 401, upstream: [] },
      },
      {
        request: { method: "PROPFIND", path: "/cal/other/", headers: as("bob", { depth: "0" }) },
        expect: { status: 404, upstream: [] },
      },
    ],
  },
  {
    name: "PROPFIND Depth: 1 of what lies above the users lists nobody else",
    config: custom,
    upstream: multistatus(...["", "alice/", "bob/", "carol/"].map((name) => response(`/cal/dav/people/${name}`))),
    steps: [
      {
        request: {
          method: "PROPFIND",
          path: "/cal/dav/people/",
          headers: as("bob", { depth: "1" }),
          body: propfind("D:displayname"),
        },
        expect: {
          status: 207,
          body: {
            has: ["<D:href>/cal/dav/people/</D:href>", "<D:href>/cal/dav/people/bob/</D:href>"],
            lacks: ["alice", "carol"],
          },
        },
      },
    ],
  },
  {
    name: "OPTIONS * is answered",
    config: configWith([]),
    steps: [
      {
        request: { method: "OPTIONS", path: "*" },
        expect: { status: 200, headers: { dav: /calendar-access/ }, upstream: [] },
      },
    ],
    except: { ring: "envoy", why: "whether Envoy lets the asterisk form through is Envoy's own" },
  },
  {
    name: "a 207 that the owner asks of a service account is about the owner",
    config: {
      ...(configWith([]) as object),
      upstream: { cluster: "caldav", authenticate: { basic: { username: "svc", password: "secret" } } },
    },
    upstream: multistatus(
      response(
        "/alice/",
        "<D:current-user-principal><D:href>/svc/</D:href></D:current-user-principal><D:current-user-privilege-set/><D:acl><D:ace/></D:acl>",
      ),
    ),
    steps: [
      {
        request: {
          method: "PROPFIND",
          path: "/alice/",
          headers: as("alice", { depth: "0" }),
          body: xml('<propfind xmlns="DAV:"><prop><current-user-principal/></prop></propfind>'),
        },
        expect: {
          status: 207,
          body: {
            has: ["<D:href>/alice/</D:href></D:current-user-principal>", "<D:all/>", "<D:acl><D:ace/></D:acl>"],
            lacks: ["svc"],
          },
          upstream: [{ headers: { authorization: `Basic ${btoa("svc:secret")}` } }],
        },
      },
    ],
  },
];
