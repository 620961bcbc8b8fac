import type { Case, Reply } from "./case.ts";
import {
  as,
  configWith,
  event,
  multiget,
  multistatus,
  propfind,
  query,
  response,
  share,
  sync,
  xml,
} from "./support.ts";

const config = configWith([share("alice/work", "bob", "manage")]);
const upstream: Reply = multistatus(response("/alice/work/"));
const types = { "content-type": "application/xml; charset=utf-8", depth: "1" };
const ask = (body: string, method = "REPORT", user = "bob", more: Record<string, string> = {}) => ({
  method,
  path: "/alice/work/",
  headers: as(user, { ...types, ...more }),
  body,
});
const open = '<D:propfind xmlns:D="DAV:"><D:prop>';
const close = "</D:prop></D:propfind>";

const refused: [string, string[]][] = [
  [
    "a DOCTYPE",
    [
      `<!DOCTYPE D:propfind>${open}<D:getetag/>${close}`,
      xml(`<!DOCTYPE D:propfind SYSTEM "http://evil.example/x.dtd">${open}<D:getetag/>${close}`),
      xml(`<!DOCTYPE D:propfind [<!ELEMENT x ANY>]>${open}<D:getetag/>${close}`),
      xml(`<!--x--><!DOCTYPE D:propfind>${open}<D:getetag/>${close}`),
      xml(`<!doctype D:propfind>${open}<D:getetag/>${close}`),
    ],
  ],
  [
    "an entity declaration or an entity that nobody declared",
    [
      xml(`<!DOCTYPE x [<!ENTITY a "b">]>${open}<D:getetag/>&a;${close}`),
      xml(`<!DOCTYPE x [<!ENTITY % p SYSTEM "file:///etc/passwd">%p;]>${open}${close}`),
      xml(`<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>${open}&b;${close}`),
      xml(`${open}<D:x>&nbsp;</D:x>${close}`),
      xml(`${open}<D:x>&a;</D:x>${close}`),
      xml(`${open}<D:x a="&a;"/>${close}`),
    ],
  ],
  [
    "a wrong encoding",
    [
      `<?xml version="1.0" encoding="utf-16"?>${open}<D:getetag/>${close}`,
      `<?xml version="1.0" encoding="ISO-8859-1"?>${open}<D:getetag/>${close}`,
      `<?xml version="1.0" encoding="UTF-7"?>${open}<D:getetag/>${close}`,
      `<?xml version="1.0" encoding="windows-1252"?>${open}<D:getetag/>${close}`,
      [...`${open}${close}`].join("\0") + "\0",
      "\0" + [...`${open}${close}`].join("\0"),
    ],
  ],
  [
    "malformed XML",
    [
      "x",
      "<",
      "{}",
      " ",
      `${open}<D:getetag/>`,
      `${open}<D:getetag></D:prop></D:propfind>`,
      `${open}${close}<D:more xmlns:D="DAV:"/>`,
      `${open}${close}x`,
      `x${open}${close}`,
      `${open}<x:y/>${close}`,
      `${open}<D:x a="1" a="2"/>${close}`,
      `${open}<D:x a=1/>${close}`,
      `${open}<D:x a="<"/>${close}`,
      `${open}<D:x>&</D:x>${close}`,
      `${open}<D:x>&#0;</D:x>${close}`,
      `${open}<D:x>&#x110000;</D:x>${close}`,
      `${open}<D:x>\u0001</D:x>${close}`,
      `${open}<D:x>]]></D:x>${close}`,
      `${open}<!-- a -- b -->${close}`,
      `${open}<![CDATA[x${close}`,
      ` <?xml version="1.0"?>${open}${close}`,
      `<?xml version="1.1"?>${open}${close}`,
      `${open}<1x/>${close}`,
      `${open}<D:a:b/>${close}`,
      `${open}<D:x xmlns:D=""/>${close}`,
      `<!--x-->`,
    ],
  ],
];

/** The request body. */
export const requestBodies: Case[] = [
  ...refused.flatMap(([name, bodies]) =>
    bodies.map((body): Case => ({
      name: `request body: ${name} is 400 (${JSON.stringify(body.slice(0, 90))})`,
      config,
      steps: ["bob", "alice"].flatMap((user) =>
        ["PROPFIND", "REPORT", "PROPPATCH"].map((method) => ({
          request: ask(body, method, user),
          expect: { status: 400, upstream: [] },
        })),
      ),
    })),
  ),
  {
    name: "request body: a charset in the Content-Type that is not UTF-8 is a wrong encoding: 400",
    config,
    steps: ["bob", "alice"].flatMap((user) =>
      ["utf-16", "utf-7", "iso-8859-1", '"UTF-7"', "UTF-16LE", "windows-1252", "utf8; charset=utf-7"].flatMap(
        (charset) =>
          ["application/xml", "text/xml"].map((type) => ({
            request: ask(multiget("/alice/work/1.ics"), "REPORT", user, {
              "content-type": `${type}; charset=${charset}`,
            }),
            expect: { status: 400, upstream: [] },
          })),
      ),
    ),
  },
  {
    name: "request body: UTF-8 in any spelling is right",
    config,
    upstream,
    steps: [
      ...[
        "application/xml",
        "text/xml",
        'application/xml; charset="utf-8"',
        "text/xml;charset=UTF-8",
        "text/xml; Charset=utf-8; x=y",
        "text/plain",
      ].map((type) => ({
        request: ask(query, "REPORT", "bob", { "content-type": type }),
        expect: { status: 207, upstream: [{ body: query }] },
      })),
      { request: ask(query.replace("utf-8", "UTF-8")), expect: { status: 207, upstream: [{}] } },
      { request: ask(`\ufeff${query}`), expect: { status: 207, upstream: [{}] } },
      { request: ask(query.replace(/<\?.*\?>\n/, "")), expect: { status: 207, upstream: [{}] } },
    ],
  },
  {
    name: "request body: too deep is 400",
    config: configWith([share("alice/work", "bob", "read")], { limits: { xml_depth: 10 } }),
    upstream,
    steps: ["bob", "alice"].flatMap((user) => [
      {
        request: ask(open + "<D:x>".repeat(8) + "</D:x>".repeat(8) + close, "PROPFIND", user),
        expect: { status: 207, upstream: [{}] },
      },
      {
        request: ask(open + "<D:x>".repeat(9) + "</D:x>".repeat(9) + close, "PROPFIND", user),
        expect: { status: 400, upstream: [] },
      },
    ]),
  },
  {
    name: "request body: far too deep is 400",
    config,
    steps: [
      { request: ask("<x>".repeat(100_000)), expect: { status: 400, upstream: [] } },
      {
        request: ask(open + "<D:x>".repeat(50_000) + "</D:x>".repeat(50_000) + close, "PROPFIND"),
        expect: { status: 400, upstream: [] },
      },
    ],
  },
  {
    name: "request body: none at all is right for PROPFIND, MKCALENDAR, MKCOL and LOCK",
    config,
    upstream,
    steps: [
      ...["PROPFIND", "LOCK"].flatMap((method) => [
        { request: ask("", method), expect: { upstream: [{ body: "" }] } },
        { request: { ...ask("", method), body: undefined }, expect: { upstream: [{ body: "" }] } },
      ]),
      ...["MKCALENDAR", "MKCOL"].map((method) => ({
        request: { ...ask("", method, "alice"), path: "/alice/new/", body: undefined },
        expect: { upstream: [{ body: "" }] },
      })),
    ],
  },
  {
    name: "request body: too large is 413, by its length",
    config: configWith([share("alice/work", "bob", "manage")], { limits: { request_body: "2KiB" } }),
    upstream: { status: 201 },
    steps: ["bob", "alice"].flatMap((user) => [
      ...["PROPFIND", "REPORT", "PROPPATCH"].map((method) => ({
        request: ask(open + " ".repeat(2048) + close, method, user),
        expect: { status: 413, upstream: [] },
      })),
      {
        request: {
          method: "PUT",
          path: "/alice/work/1.ics",
          headers: as(user, { "content-type": "text/calendar" }),
          body: "x".repeat(2049),
        },
        expect: { status: 413, upstream: [] },
      },
      {
        request: {
          method: "PUT",
          path: "/alice/work/1.ics",
          headers: as(user, { "content-type": "text/calendar" }),
          body: "x".repeat(2048),
        },
        expect: { status: 201, upstream: [{}] },
      },
    ]),
  },
  {
    name: "request body: too large is 413, by its chunks",
    config: configWith([share("alice/work", "bob", "manage")], { limits: { request_body: "2KiB" } }),
    upstream: { status: 201 },
    steps: ["bob", "alice"].flatMap((user) => [
      ...["PROPFIND", "REPORT", "PROPPATCH"].map((method) => ({
        request: {
          ...ask("", method, user),
          body: undefined,
          chunks: [open, " ".repeat(1000), " ".repeat(1000), " ".repeat(1000), close],
        },
        expect: { status: 413, upstream: [] },
      })),
      {
        request: {
          method: "PUT",
          path: "/alice/work/1.ics",
          headers: as(user, { "content-type": "text/calendar" }),
          chunks: ["x".repeat(1000), "x".repeat(1000), "x".repeat(1000)],
        },
        expect: { status: 413 },
      },
    ]),
  },
  {
    name: "request body: with a Content-Encoding is 415",
    config,
    steps: ["bob", "alice"].flatMap((user) =>
      ["gzip", "deflate", "br", "x-gzip", "gzip, identity", "zstd"].flatMap((encoding) => [
        {
          request: ask(query, "REPORT", user, { "content-encoding": encoding }),
          expect: { status: 415, upstream: [] },
        },
        {
          request: {
            method: "PUT",
            path: "/alice/work/1.ics",
            headers: as(user, { "content-encoding": encoding }),
            body: event,
          },
          expect: { status: 415, upstream: [] },
        },
      ]),
    ),
  },
  {
    name: "request body: Content-Encoding: identity is none",
    config,
    upstream,
    steps: [
      {
        request: ask(query, "REPORT", "bob", { "content-encoding": "identity" }),
        expect: { status: 207, upstream: [{}] },
      },
    ],
  },
  {
    name: "request body: what comes in chunks goes on whole, with a Content-Length",
    config,
    upstream,
    steps: ["bob", "alice"].flatMap((user) =>
      [
        [query.slice(0, 50), query.slice(50, 51), query.slice(51)],
        [...query].slice(0, 20).concat(query.slice(20)),
        [query],
      ].map((chunks) => ({
        request: { ...ask("", "REPORT", user), body: undefined, chunks },
        expect: {
          status: 207,
          upstream: [{ body: query, headers: { "content-length": String(query.length), "transfer-encoding": null } }],
        },
      })),
    ),
  },
  {
    name: "request body: trailers end it as well, and do not go on",
    config,
    upstream,
    steps: [
      {
        request: {
          ...ask("", "REPORT"),
          body: undefined,
          chunks: [query],
          trailers: { "x-remote-user": "alice", "x-more": "1" },
        },
        expect: { status: 207, upstream: [{ body: query, headers: { "x-remote-user": null, "x-more": null } }] },
      },
      {
        request: {
          ...ask("", "REPORT"),
          body: undefined,
          chunks: [`<!DOCTYPE x>${query}`],
          trailers: { "x-more": "1" },
        },
        expect: { status: 400, upstream: [] },
      },
      {
        request: {
          ...ask("", "REPORT"),
          body: undefined,
          chunks: [multiget("/alice/private/1.ics")],
          trailers: { "x-more": "1" },
        },
        expect: { status: 207, body: { has: ["404 Not Found"] }, upstream: [] },
      },
    ],
  },
  {
    name: "request body: a PUT's is passed on as it is",
    config,
    upstream: { status: 201 },
    steps: ["bob", "alice"].flatMap((user) => [
      {
        request: {
          method: "PUT",
          path: "/alice/work/1.ics",
          headers: as(user, { "content-type": "text/calendar" }),
          body: event,
        },
        expect: { status: 201, upstream: [{ body: event, headers: { "content-length": String(event.length) } }] },
      },
      {
        request: {
          method: "PUT",
          path: "/alice/work/1.ics",
          headers: as(user, { "content-type": "text/calendar" }),
          chunks: [event.slice(0, 30), event.slice(30)],
        },
        expect: { status: 201, upstream: [{ body: event }] },
      },
    ]),
  },
  {
    name: "request body: trailers of a PUT do not go on either",
    config,
    upstream: { status: 201 },
    steps: ["bob", "alice"].map((user) => ({
      request: {
        method: "PUT",
        path: "/alice/work/1.ics",
        headers: as(user, { "content-type": "text/calendar" }),
        chunks: [event],
        trailers: { "x-remote-user": "carol", "x-more": "1" },
      },
      expect: { status: 201, upstream: [{ body: event, headers: { "x-remote-user": null, "x-more": null } }] },
    })),
  },
  {
    name: "request body: sync-collection with a server's token is passed on as it is",
    config,
    upstream,
    steps: [
      {
        request: ask(sync.replace("<D:sync-token/>", "<D:sync-token>http://server.example/1</D:sync-token>")),
        expect: {
          status: 207,
          upstream: [{ body: sync.replace("<D:sync-token/>", "<D:sync-token>http://server.example/1</D:sync-token>") }],
        },
      },
    ],
  },
  {
    name: "request body: a PROPFIND's is judged as well",
    config,
    upstream,
    steps: [
      {
        request: ask(propfind("D:getetag"), "PROPFIND"),
        expect: { status: 207, upstream: [{ body: propfind("D:getetag") }] },
      },
      { request: ask(`${open}<D:x>`, "PROPFIND"), expect: { status: 400, upstream: [] } },
    ],
  },
  {
    name: "request body: an object sent in chunks goes on with a Content-Length, since Radicale reads no chunks",
    config,
    upstream: { status: 201 },
    steps: ["alice", "bob"].map((user) => ({
      request: {
        method: "PUT",
        path: "/alice/work/new.ics",
        headers: as(user, { "content-type": "text/calendar" }),
        chunks: [event.slice(0, 20), event.slice(20)],
      },
      expect: {
        status: 201,
        upstream: [
          {
            body: event,
            headers: { "content-length": String(Buffer.byteLength(event)), "transfer-encoding": null },
          },
        ],
      },
    })),
  },
];
