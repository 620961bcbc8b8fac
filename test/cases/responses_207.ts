import type { Case, Match, Reply, Request } from "./case.ts";
import {
  as,
  configWith,
  freeBusyAnswer,
  host,
  multistatus,
  multistatusBody,
  propfind,
  query,
  response,
  share,
  sync,
  xml,
} from "./support.ts";

const shares = [
  share("alice/work", "bob", "read"),
  share("alice/public", "anyone", "read"),
  share("alice/times", "bob", "free-busy"),
];
const config = configWith(shares);
const find = (user: string, path = "/alice/work/", ...props: string[]): Request => ({
  method: "PROPFIND",
  path,
  headers: as(user, { depth: "1" }),
  body: propfind(...(props.length > 0 ? props : ["D:getetag"])),
});
const type = { "content-type": "application/xml; charset=utf-8" };
const pieces = (text: string, size: number): string[] => text.match(new RegExp(`[\\s\\S]{1,${size}}`, "g")) ?? [];

const leaf = {
  all: "<D:all/>",
  read: "<D:read/>",
  write: "<D:write/>",
  "write-properties": "<D:write-properties/>",
  "write-content": "<D:write-content/>",
  bind: "<D:bind/>",
  unbind: "<D:unbind/>",
  unlock: "<D:unlock/>",
  "read-acl": "<D:read-acl/>",
  "write-acl": "<D:write-acl/>",
  "read-current-user-privilege-set": "<D:read-current-user-privilege-set/>",
  "read-free-busy": "<C:read-free-busy/>",
};
type Name = keyof typeof leaf;
const reading: Name[] = ["read", "read-current-user-privilege-set", "read-free-busy"];
const writing: Name[] = [...reading, "write-content", "bind", "unbind", "unlock"];
const held: [string | string[], Name[]][] = [
  ["read", reading],
  ["append", [...reading, "bind"]],
  ["write", writing],
  ["manage", [...writing, "write-properties", "write"]],
  ["owner", Object.keys(leaf) as Name[]],
  [["read"], reading],
  [
    ["read", "bind"],
    [...reading, "bind"],
  ],
  [
    ["read", "write"],
    [...reading, "write", "write-properties", "write-content", "bind", "unbind"],
  ],
  [
    ["read", "write-content", "bind", "unbind"],
    [...reading, "write-content", "bind", "unbind"],
  ],
  [
    ["read", "write-properties", "write-content", "bind", "unbind"],
    [...reading, "write", "write-properties", "write-content", "bind", "unbind"],
  ],
  [
    ["read", "read-acl"],
    [...reading, "read-acl"],
  ],
  [["all"], Object.keys(leaf) as Name[]],
];
const privileges = (names: Name[]): Match => ({
  has: ["current-user-privilege-set>", ...names.map((name) => `<D:privilege>${leaf[name]}</D:privilege>`)],
  lacks: (Object.keys(leaf) as Name[])
    .filter((name) => !names.includes(name))
    .map((name) => `<D:privilege>${leaf[name]}`),
});
const serverSays =
  "<D:current-user-privilege-set><D:privilege><D:all/></D:privilege><D:privilege><D:write-acl/></D:privilege></D:current-user-privilege-set>";

const broken: [string, string][] = [
  ["is cut off", multistatusBody(response("/alice/work/")).slice(0, -20)],
  ["is no XML", "Internal error: see log"],
  ["is HTML", "<html><body><br>alice's private calendar</body></html>"],
  ["has another root", xml('<D:error xmlns:D="DAV:"><D:href>/alice/private/</D:href></D:error>')],
  ["has two roots", multistatusBody(response("/alice/work/")) + multistatusBody(response("/alice/private/"))],
  [
    "has an undeclared prefix",
    xml(`<D:multistatus xmlns:D="DAV:"><E:response><D:href>/alice/private/</D:href></E:response></D:multistatus>`),
  ],
  [
    "has wrong nesting",
    xml('<D:multistatus xmlns:D="DAV:"><D:response><D:href>/alice/work/</D:response></D:href></D:multistatus>'),
  ],
  ["has a DOCTYPE", `<!DOCTYPE x [<!ENTITY a "b">]>${multistatusBody(response("/alice/work/"))}`],
  ["is in another encoding", multistatusBody(response("/alice/work/")).replace("utf-8", "utf-16")],
];

const opaque: [string, Reply][] = [
  ["200 with XML", { status: 200, headers: type, body: multistatusBody(response("/alice/private/")) }],
  [
    "200 with a calendar",
    { status: 200, headers: { "content-type": "text/calendar" }, body: "BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n" },
  ],
  ["200 with HTML", { status: 200, headers: { "content-type": "text/html" }, body: "<ul><li>private" }],
  ["200 without a body", { status: 200, headers: type }],
  ["201", { status: 201, headers: type, body: "/alice/private/" }],
  ["206", { status: 206, headers: type, body: "/alice/private/" }],
  ["226", { status: 226, headers: type, body: "/alice/private/" }],
];
const asks: [string, Request][] = [
  ["PROPFIND", find("bob")],
  ["REPORT calendar-query", { ...find("bob"), method: "REPORT", body: query }],
  ["REPORT sync-collection", { ...find("bob"), method: "REPORT", body: sync }],
];

const everything = multistatusBody(
  response("/alice/work/", serverSays),
  response("/alice/private/", "<D:acl><D:ace/></D:acl>"),
  "<!-- what the owner sees -->",
  response("/nobody/"),
);

/** Answers tell the truth. */
export const responses207: Case[] = [
  {
    name: "an error inside of a 207 names only what the person may see",
    config,
    steps: [
      {
        request: find("bob"),
        upstream: multistatus(
          response("/alice/work/1.ics").replace(
            "</D:propstat>",
            "<D:error><D:need-privileges><D:resource><D:href>/alice/secret/2.ics</D:href><D:privilege><D:read/></D:privilege>" +
              "</D:resource><D:resource><D:href>/alice/work/3.ics</D:href></D:resource></D:need-privileges></D:error></D:propstat>",
          ),
        ),
        expect: {
          status: 207,
          body: { has: ["/alice/work/1.ics", "<D:privilege><D:read/>", "/alice/work/3.ics"], lacks: ["secret"] },
        },
      },
    ],
  },
  ...held.map(([access, names]): Case => ({
    name: `current-user-privilege-set in every 207 is what this person has here: ${[access].flat().join(", ")}`,
    config: configWith([share("alice/work", "bob", access)]),
    upstream: multistatus(response("/alice/work/", serverSays)),
    steps: [
      {
        request: find("bob", "/alice/work/", "D:current-user-privilege-set"),
        expect: { status: 207, body: privileges(names) },
      },
      { request: { ...find("bob"), body: undefined }, expect: { status: 207, body: privileges(names) } },
      { request: { ...find("bob"), method: "REPORT", body: query }, expect: { status: 207, body: privileges(names) } },
      { request: { ...find("bob"), method: "REPORT", body: sync }, expect: { status: 207, body: privileges(names) } },
    ],
  })),
  {
    name: "current-user-privilege-set is told where the server knows none, when it is asked for",
    config,
    upstream: multistatus(
      "<D:response><D:href>/alice/work/</D:href><D:propstat><D:prop><D:current-user-privilege-set/></D:prop><D:status>HTTP/1.1 404 Not Found</D:status></D:propstat></D:response>",
      response("/alice/work/1.ics"),
    ),
    steps: [
      {
        request: find("bob", "/alice/work/", "D:current-user-privilege-set", "D:getetag"),
        expect: { status: 207, body: { has: ["<D:privilege><D:read/></D:privilege>"], lacks: ["404"] } },
      },
      { request: find("bob"), expect: { status: 207 } },
    ],
  },
  {
    name: "current-user-privilege-set is each response's own, not the request's",
    config: configWith([share("alice/work", "bob", "write"), share("alice/read", "bob", "read")]),
    upstream: multistatus(...["/alice/work/", "/alice/read/", "/bob/home/"].map((path) => response(path, serverSays))),
    steps: [
      {
        request: find("bob", "/alice/work/", "D:current-user-privilege-set"),
        expect: {
          status: 207,
          body: /\/alice\/work\/<[^]*?<D:write-content\/>[^]*\/alice\/read\/<(?:(?!write-content)[^])*\/bob\/home\/<[^]*<D:all\/>/,
        },
      },
    ],
  },
  {
    name: "the owner's current-user-privilege-set is the server's own",
    config,
    upstream: multistatus(response("/alice/work/", serverSays)),
    steps: [
      {
        request: find("alice", "/alice/work/", "D:current-user-privilege-set"),
        expect: { status: 207, body: multistatusBody(response("/alice/work/", serverSays)) },
      },
    ],
  },
  {
    name: "DAV:acl is shown to the owner only",
    config: configWith([
      share("alice/work", "bob", "manage"),
      share("alice/work", "carol", "owner"),
      share("alice/work", "dave", ["read", "read-acl", "write-acl"]),
    ]),
    upstream: multistatus(
      response(
        "/alice/work/",
        "<D:acl><D:ace><D:principal><D:href>/erin/</D:href></D:principal></D:ace></D:acl><D:getetag>1</D:getetag>",
      ),
    ),
    steps: [
      { request: find("alice", "/alice/work/", "D:acl"), expect: { status: 207, body: { has: ["/erin/"] } } },
      {
        request: find("bob", "/alice/work/", "D:acl"),
        expect: { status: 207, body: { has: ["<D:getetag>1</D:getetag>"], lacks: ["erin", "<D:ace"] } },
      },
      { request: find("dave", "/alice/work/", "D:acl"), expect: { status: 207, body: { lacks: ["erin", "<D:ace"] } } },
    ],
  },
  ...["user", "owner"].map((kind): Case => ({
    name: `current-user-principal is the person's own, even where the server was told it is the owner (as: ${kind})`,
    config: configWith(shares, {
      upstream: { cluster: "caldav", authenticate: { header: "x-remote-user", as: kind } },
    }),
    upstream: multistatus(
      response("/alice/work/", "<D:current-user-principal><D:href>/alice/</D:href></D:current-user-principal>"),
    ),
    steps: [
      {
        request: find("bob", "/alice/work/", "D:current-user-principal"),
        expect: {
          status: 207,
          body: {
            has: ["<D:current-user-principal><D:href>/bob/</D:href></D:current-user-principal>"],
            lacks: ["<D:href>/alice/</D:href>"],
          },
          upstream: [{ headers: { "x-remote-user": kind === "owner" ? "alice" : "bob" } }],
        },
      },
      {
        request: find("alice", "/alice/work/", "D:current-user-principal"),
        expect: { status: 207, body: { has: ["<D:href>/alice/</D:href></D:current-user-principal>"] } },
      },
    ],
  })),
  {
    name: "current-user-principal of whom is not signed in is unauthenticated",
    config,
    upstream: multistatus(
      response("/alice/public/", "<D:current-user-principal><D:href>/alice/</D:href></D:current-user-principal>"),
    ),
    steps: [
      {
        request: find("", "/alice/public/", "D:current-user-principal"),
        expect: {
          status: 207,
          body: {
            has: ["<D:current-user-principal><D:unauthenticated/></D:current-user-principal>"],
            lacks: ["<D:href>/alice/</D:href>"],
          },
        },
      },
    ],
  },
  {
    name: "responses for what the person may not see are taken out of every 207",
    config,
    upstream: multistatus(
      response("/alice/"),
      response("/alice/work/"),
      response("/alice/work/1.ics"),
      response("/alice/work/deep/1.ics"),
      response("/alice/private/"),
      response("/alice/private/1.ics"),
      response("/alice/times/"),
      response("/alice/inbox/"),
      response("/carol/"),
      response("/bob/"),
      response("/bob/home/"),
      response("/elsewhere/"),
    ),
    steps: asks.map(([, request]) => ({
      request,
      expect: {
        status: 207,
        body: {
          has: ["/alice/work/", "/alice/work/1.ics", "/bob/", "/bob/home/"].map((href) => `<D:href>${href}</D:href>`),
          lacks: ["<D:href>/alice/</D:href>", "deep", "private", "times", "inbox", "carol", "elsewhere"],
        },
      },
    })),
  },
  {
    name: "hrefs are compared by their decoded segments here as well",
    config: configWith([share("zoë/büro", "bob", "read")]),
    upstream: multistatus(
      response("/zo%C3%AB/b%C3%BCro/1.ics"),
      response("/zo%c3%ab/b%c3%bcro/2.ics"),
      response("/zoë/büro/3.ics"),
      response(`http://${host}/zo%C3%AB/b%C3%BCro/4.ics`),
      response("http://backend.internal:5232/zo%C3%AB/b%C3%BCro/5.ics"),
      response("<![CDATA[/zo%C3%AB/b%C3%BCro/6.ics]]>"),
      response("/zo&#xEB;/b&#252;ro/7.ics"),
      response("/zo%C3%AB/b%C3%BCro/../private/8.ics"),
      response("/zo%C3%AB//b%C3%BCro/9.ics"),
      response("/zo%C3%AB%2Fb%C3%BCro/10.ics"),
      response("/zo%25C3%25AB/b%C3%BCro/11.ics"),
      response("/zo%C3%AB/b%C3%BCro/&twelve;.ics"),
      response(""),
      response("http://backend.internal"),
    ),
    steps: [
      {
        request: find("bob", "/zo%C3%AB/b%C3%BCro/"),
        expect: {
          status: 207,
          body: {
            has: [1, 2, 3, 4, 5, 6, 7].map((n) => `${n}.ics`),
            lacks: ["8.ics", "9.ics", "10.ics", "11.ics", "twelve", "internal<"],
          },
        },
      },
    ],
  },
  {
    name: "responses inside of responses are filtered as well (expand-property)",
    config,
    upstream: multistatus(
      response(
        "/alice/work/",
        `<D:owner>${response("/alice/", "<D:displayname>Alice</D:displayname>")}</D:owner>` +
          `<D:group>${response("/bob/", "<D:displayname>Bob</D:displayname>")}${response("/carol/", "<D:displayname>Carol</D:displayname>")}</D:group>`,
      ),
    ),
    steps: [
      {
        request: {
          ...find("bob"),
          method: "REPORT",
          body: xml('<D:expand-property xmlns:D="DAV:"><D:property name="owner"/></D:expand-property>'),
        },
        expect: { status: 207, body: { has: ["/alice/work/", "Bob"], lacks: ["Alice", "Carol"] } },
      },
    ],
  },
  {
    name: "a response with several hrefs keeps those that may be seen",
    config,
    upstream: multistatus(
      "<D:response><D:href>/alice/private/1.ics</D:href><D:href>/alice/work/1.ics</D:href><D:href>/carol/x/1.ics</D:href><D:status>HTTP/1.1 423 Locked</D:status></D:response>",
      "<D:response><D:href>/alice/private/2.ics</D:href><D:href>/carol/y/1.ics</D:href><D:status>HTTP/1.1 423 Locked</D:status></D:response>",
    ),
    steps: [
      {
        request: find("bob"),
        expect: {
          status: 207,
          body: { has: ["<D:href>/alice/work/1.ics</D:href>", "423 Locked"], lacks: ["private", "carol"] },
        },
      },
    ],
  },
  {
    name: "every other 207 is filtered as well: of PROPPATCH, DELETE, COPY, MOVE, MKCALENDAR, LOCK",
    config: configWith([share("alice/work", "bob", "manage")]),
    upstream: multistatus(response("/alice/work/1.ics"), response("/alice/private/1.ics")),
    steps: ["DELETE", "COPY", "MOVE", "LOCK", "PUT"].map((method) => ({
      request: { method, path: "/alice/work/1.ics", headers: as("bob", { destination: "/alice/work/2.ics" }) },
      expect: { status: 207, body: { has: ["/alice/work/1.ics"], lacks: ["private"] } },
    })),
  },
  {
    name: "prefixes, default namespaces and chunks make no difference",
    config,
    steps: [1, 3, 7, 64].map((size) => ({
      request: find("bob"),
      upstream: {
        status: 207,
        headers: type,
        chunks: pieces(
          xml(
            '<multistatus xmlns="DAV:" xmlns:x="DAV:"><response><href>/alice/work/</href><status>HTTP/1.1 200 OK</status></response>' +
              "<x:response><x:href>/alice/private/</x:href><x:status>HTTP/1.1 200 OK</x:status></x:response>" +
              '<y:response xmlns:y="DAV:"><y:href>/carol/</y:href><y:status>HTTP/1.1 200 OK</y:status></y:response></multistatus>',
          ),
          size * 8,
        ),
      },
      expect: { status: 207, body: { has: ["<href>/alice/work/</href>"], lacks: ["private", "carol"] } },
    })),
  },
  {
    name: "a 207 whose length changes has no false Content-Length",
    config,
    upstream: multistatus(response("/alice/work/"), response("/alice/private/")),
    steps: [
      {
        request: find("bob"),
        expect: { status: 207, body: multistatusBody(response("/alice/work/")), headers: { "content-length": null } },
      },
    ],
  },
  {
    name: "trailers of a 207 do not go on",
    config,
    upstream: {
      status: 207,
      headers: type,
      chunks: [multistatusBody(response("/alice/work/"), response("/alice/private/"))],
      trailers: { "x-secret": "private" },
    },
    steps: [
      {
        request: find("bob"),
        expect: { status: 207, body: { has: ["/alice/work/"], lacks: ["private"] }, trailers: { "x-secret": null } },
      },
    ],
  },
  ...broken.map(([name, body]): Case => ({
    name: `a 207 that ${name} fails closed`,
    config,
    steps: asks.slice(0, 2).map(([, request]) => ({
      request,
      upstream: { status: 207, headers: type, chunks: [body] },
      expect: { reset: true },
    })),
  })),
  {
    name: "a 207 that the server breaks off is broken off",
    config,
    upstream: {
      status: 207,
      headers: type,
      chunks: [multistatusBody(response("/alice/work/")).slice(0, -20)],
      reset: "after chunks",
    },
    steps: [{ request: find("bob"), expect: { reset: true } }],
  },
  {
    name: "a 207 that is compressed although nobody asked for it fails closed",
    config,
    steps: ["gzip", "br", "deflate", "zstd", "x-gzip"].map((encoding) => ({
      request: find("bob"),
      upstream: { status: 207, headers: { ...type, "content-encoding": encoding }, body: "/alice/private/" },
      expect: { status: 502, body: { lacks: ["private"] }, headers: { "content-encoding": null } },
    })),
  },
  ...asks.flatMap(([what, request]) =>
    opaque.map(([name, reply]): Case => ({
      name: `a server that answers ${what} of a sharee with ${name} fails closed`,
      config,
      steps: [{ request, upstream: reply, expect: { status: 502, body: { lacks: ["private", "VCALENDAR"] } } }],
    })),
  ),
  {
    name: "an error of the server is passed on",
    config,
    steps: [400, 403, 409, 412, 423, 500, 503, 507].map((status) => ({
      request: find("bob"),
      upstream: { status, headers: { "content-type": "text/plain" }, body: "no" },
      expect: { status },
    })),
  },
  {
    name: "the owner's own traffic streams through untouched, byte for byte and unparsed",
    config,
    steps: [
      {
        request: find("alice"),
        upstream: { status: 207, headers: type, body: everything },
        expect: { status: 207, body: everything, headers: { "content-length": String(everything.length) } },
      },
      {
        request: find("alice"),
        upstream: { status: 207, headers: type, chunks: pieces(everything, 40) },
        expect: { status: 207, body: everything },
      },
      {
        request: find("alice"),
        upstream: { status: 207, headers: type, body: "<no xml" },
        expect: { status: 207, body: "<no xml" },
      },
      {
        request: find("alice"),
        upstream: { status: 207, headers: { ...type, "content-encoding": "gzip" }, body: "zipped" },
        expect: { status: 207, body: "zipped", headers: { "content-encoding": "gzip" } },
      },
      {
        request: find("alice"),
        upstream: { status: 200, headers: type, body: "anything" },
        expect: { status: 200, body: "anything" },
      },
      {
        request: { ...find("alice"), method: "REPORT", body: query },
        upstream: { status: 207, headers: type, body: everything },
        expect: { status: 207, body: everything },
      },
      {
        request: { path: "/alice/work/1.ics", headers: as("alice") },
        upstream: {
          headers: { "content-type": "text/calendar", etag: 'W/"x"', "last-modified": "Mon, 05 Jan 2026 12:00:00 GMT" },
          body: freeBusyAnswer,
        },
        expect: {
          status: 200,
          body: freeBusyAnswer,
          headers: { etag: 'W/"x"', "last-modified": "Mon, 05 Jan 2026 12:00:00 GMT" },
        },
      },
    ],
  },
  {
    name: "DAV:propname lists names, and none of what is hidden",
    config,
    upstream: multistatus(
      response("/alice/work/", "<D:getetag/><D:acl/><D:current-user-privilege-set/>"),
      response("/alice/private/", "<D:getetag/>"),
    ),
    steps: [
      {
        request: { ...find("bob"), body: xml('<D:propfind xmlns:D="DAV:"><D:propname/></D:propfind>') },
        expect: {
          status: 207,
          body: { has: ["<D:getetag/>", "<D:current-user-privilege-set/>"], lacks: ["private", "<D:privilege>"] },
        },
      },
    ],
  },
];
