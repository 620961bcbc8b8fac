import type { Case, Expectation } from "./case.ts";
import { as, calendarReply, configWith, host, multiget, multistatus, response, share } from "./support.ts";

const config = configWith([share("alice/work", "bob", "write")]);
const refused: Expectation = { status: 400, upstream: [] };

/** Paths that servers read in different ways, from a calendar that bob may write to. */
const ambiguous: [string, string][] = [
  ["an encoded slash", "/alice/work%2F1.ics"],
  ["an encoded slash in lower case", "/alice/work%2f1.ics"],
  ["an encoded slash at the end", "/alice/work/1.ics%2F"],
  ["an encoded slash between owner and calendar", "/alice%2Fwork/1.ics"],
  ["an encoded backslash", "/alice/work%5C1.ics"],
  ["an encoded backslash in lower case", "/alice/work%5c..%5cprivate/1.ics"],
  ["a backslash", "/alice/work\\1.ics"],
  ["a backslash that goes up", "/alice/work/..\\private/1.ics"],
  ["a dot segment", "/alice/./work/1.ics"],
  ["a dot segment at the end", "/alice/work/."],
  ["two dots", "/alice/work/../private/1.ics"],
  ["two dots at the end", "/alice/work/.."],
  ["two dots and a slash at the end", "/alice/work/../"],
  ["two dots that lead back", "/alice/private/../work/1.ics"],
  ["two dots at the beginning", "/../alice/work/1.ics"],
  ["two encoded dots", "/alice/work/%2e%2e/private/1.ics"],
  ["two encoded dots in upper case", "/alice/work/%2E%2E/private/1.ics"],
  ["one dot of two encoded", "/alice/work/.%2e/private/1.ics"],
  ["the other dot of two encoded", "/alice/work/%2e./private/1.ics"],
  ["an encoded dot", "/alice/work/%2e/1.ics"],
  ["two dots and an encoded slash", "/alice/work/..%2fprivate/1.ics"],
  ["two slashes", "/alice//work/1.ics"],
  ["two slashes at the beginning", "//alice/work/1.ics"],
  ["two slashes at the end", "/alice/work//"],
  ["three slashes", "/alice/work///1.ics"],
  ["a semicolon", "/alice/work;v=1/1.ics"],
  ["a semicolon in the object's name", "/alice/work/1.ics;a=b"],
  ["a semicolon as a segment", "/alice/work/;/1.ics"],
  ["two dots and a semicolon", "/alice/work/..;/private/1.ics"],
  ["an encoded semicolon", "/alice/work%3B/1.ics"],
  ["an encoded semicolon in lower case", "/alice/work/..%3b/private/1.ics"],
  ["an encoded NUL", "/alice/work/1.ics%00"],
  ["an encoded NUL before a suffix", "/alice/work/private%00.ics"],
  ["an encoded line feed", "/alice/work/1%0A.ics"],
  ["an encoded carriage return", "/alice/work/1%0d.ics"],
  ["an encoded tabulator", "/alice/work/1%09.ics"],
  ["an encoded escape character", "/alice/work/1%1b.ics"],
  ["an encoded DEL", "/alice/work/1%7F.ics"],
  ["a lone continuation byte", "/alice/work/%80.ics"],
  ["an overlong slash in two bytes", "/alice/work%C0%AF1.ics"],
  ["an overlong slash in three bytes", "/alice/work%E0%80%AF1.ics"],
  ["an overlong dot", "/alice/work/%C0%AE%C0%AE/private/1.ics"],
  ["an overlong NUL", "/alice/work/%C0%80.ics"],
  ["a UTF-8 sequence that is cut off", "/alice/work/%C3.ics"],
  ["a UTF-8 sequence that is cut off by a slash", "/alice/work/%E2%82/1.ics"],
  ["an encoded surrogate", "/alice/work/%ED%A0%80.ics"],
  ["a code point over U+10FFFF", "/alice/work/%F4%90%80%80.ics"],
  ["the byte FF", "/alice/work/%FF.ics"],
  ["Latin-1", "/alice/caf%E9/1.ics"],
  ["a percent sign alone", "/alice/work/100%"],
  ["a percent sign and one digit", "/alice/work/100%2"],
  ["a percent sign and no digits", "/alice/work/100%zz.ics"],
  ["IIS's %u", "/alice/work%u002f1.ics"],
  ["a slash encoded twice", "/alice/work%252F1.ics"],
  ["a backslash encoded twice", "/alice/work%255C1.ics"],
  ["two dots encoded twice", "/alice/work/%252e%252e/private/1.ics"],
  ["a semicolon encoded twice", "/alice/work%253Bx/1.ics"],
  ["a NUL encoded twice", "/alice/work/%2500.ics"],
  ["a letter encoded twice", "/alice/wor%256B/1.ics"],
  ["a letter encoded twice, its digits encoded too", "/alice/wor%25%36%42/1.ics"],
  ["a letter encoded twice, one digit encoded", "/alice/wor%256%42/1.ics"],
  ["a letter encoded three times", "/alice/wor%25256B/1.ics"],
  ["an owner encoded twice", "/%2561lice/work/1.ics"],
];

/** What no client can send through Envoy's or Node's HTTP at all, or no XML and header may hold; Envoy itself refuses the rest. */
const raw: [string, string][] = [
  ["a fragment", "/alice/work/1.ics#x"],
  ["an empty fragment", "/alice/work/1.ics#"],
  ["a fragment after a query", "/alice/work/1.ics?a#b"],
];
const control: [string, string][] = [
  ["a NUL", "/alice/work/1.ics\0"],
  ["a line feed", "/alice/work/1\n.ics"],
  ["a tabulator", "/alice/work/1\t.ics"],
  ["DEL", "/alice/work/1\x7f.ics"],
];

const methods = ["GET", "PUT", "DELETE", "PROPFIND", "OPTIONS", "MKCALENDAR"];

function inPath(name: string, path: string, more: Partial<Case> = {}): Case {
  return {
    name: `${name} in the path is ambiguous: refused, not repaired`,
    config,
    ...more,
    steps: [
      ...methods.map((method) => ({ request: { method, path, headers: as("bob") }, expect: refused })),
      { request: { path, headers: as("alice") }, expect: refused },
      { request: { path }, expect: refused },
    ],
  };
}

function inDestination(name: string, path: string): Case {
  const move = (method: string, destination: string) => ({
    request: { method, path: "/alice/work/2.ics", headers: as("bob", { destination }) },
    expect: refused,
  });
  return {
    name: `${name} in the Destination is ambiguous: refused, not repaired`,
    config,
    steps: [move("MOVE", path), move("COPY", path), move("MOVE", `http://${host}${path}`)],
  };
}

function inHref(name: string, path: string): Case {
  const body = multiget("/alice/work/2.ics", path, `http://${host}${path}`);
  return {
    name: `${name} in a multiget's href is ambiguous: it never reaches the server, and is answered as not there`,
    config,
    upstream: multistatus(response("/alice/work/2.ics")),
    steps: [
      {
        request: { method: "REPORT", path: "/alice/work/", headers: as("bob"), body },
        expect: {
          status: 207,
          body: { has: ["/alice/work/2.ics", `<D:href>${path}</D:href><D:status>HTTP/1.1 404 Not Found</D:status>`] },
          upstream: [{ body: { has: ["<D:href>/alice/work/2.ics</D:href>"], lacks: [path] } }],
        },
      },
    ],
  };
}

/** Other spellings of /alice/work/1.ics, and names that merely look odd. */
const plain: [string, string][] = [
  ["an encoded letter", "/alice/w%6Frk/1.ics"],
  ["an encoded letter in lower case", "/%61lice/w%6frk/1.ics"],
  ["an encoded dot inside a name", "/alice/work/1%2Eics"],
];
const odd = [
  "/alice/work/a%20b.ics",
  "/alice/work/a@b.ics",
  "/alice/work/%7Btest%7D.ics",
  "/alice/work/caf%C3%A9.ics",
  "/alice/work/%F0%9F%98%80.ics",
  "/alice/work/...",
  "/alice/work/.hidden",
  "/alice/work/..1.ics",
  "/alice/work/100%25.ics",
  "/alice/work/a+b=c,d!e(f)*'&$~:.ics",
  "/alice/work/%3Fa.ics",
  "/alice/work/a%23b.ics",
];

const seen = (path: string, sent = path): Case["steps"] => [
  {
    request: { path, headers: as("bob") },
    expect: { status: 200, upstream: [{ method: "GET", path: sent }] },
  },
];

/** A path is compared by its decoded segments, never as text; what can be read in two ways is refused. */
export const paths: Case[] = [
  ...ambiguous.map(([name, path]) => inPath(name, path)),
  ...raw.map(([name, path]) => inPath(name, path)),
  ...control.map(([name, path]) =>
    inPath(name, path, {
      except: { ring: "envoy", why: "no HTTP/1.1 client can send it: it ends or breaks the request line" },
    }),
  ),
  ...ambiguous.map(([name, path]) => inDestination(name, path)),
  ...raw.slice(0, 2).map(([name, path]) => inDestination(name, path)),
  ...ambiguous.map(([name, path]) => inHref(name, path)),
  ...raw.map(([name, path]) => inHref(name, path)),
  ...plain.map(([name, path]) => ({
    name: `${name} makes no other resource: a path is compared by its decoded segments`,
    config,
    upstream: calendarReply,
    steps: seen(path),
  })),
  ...odd.map((path) => ({
    name: `${path} can be read in one way only and is passed on as it came`,
    config,
    upstream: calendarReply,
    steps: seen(path),
  })),
  {
    name: "a path is never compared as text: what merely begins alike is another calendar",
    config,
    upstream: calendarReply,
    steps: ["/alice/work2/1.ics", "/alice/wor/1.ics", "/alice/Work/1.ics", "/Alice/work/1.ics", "/alicework/1.ics"].map(
      (path) => ({ request: { path, headers: as("bob") }, expect: { status: 404, upstream: [] } }),
    ),
  },
  {
    name: "an encoded name is the same calendar for a share written in UTF-8",
    config: configWith([share("zoë/büro", "bob", "read")]),
    upstream: calendarReply,
    steps: seen("/zo%C3%AB/b%c3%bcro/1.ics"),
  },
  {
    name: "the composed and the decomposed form of a letter are two names",
    config: configWith([share("zoë/büro", "bob", "read")]),
    steps: [
      { request: { path: "/zoe%CC%88/b%C3%BCro/1.ics", headers: as("bob") }, expect: { status: 404, upstream: [] } },
    ],
  },
  {
    name: "what lies deeper in a calendar than its objects is nobody's but the owner's",
    config,
    upstream: calendarReply,
    steps: [
      { request: { path: "/alice/work/sub/1.ics", headers: as("bob") }, expect: { status: 404, upstream: [] } },
      { request: { path: "/alice/work/sub/1.ics", headers: as("alice") }, expect: { status: 200, upstream: [{}] } },
    ],
  },
  {
    name: "an endless path is refused",
    config,
    steps: [
      { request: { path: `/alice/work/${"a/".repeat(40)}`, headers: as("alice") }, expect: refused },
      { request: { path: `/alice/work/${"a".repeat(9000)}`, headers: as("alice") }, expect: refused },
    ],
  },
  ...["?sabreAction=info", "?mount", "?export", "?a=b&c=d", "?", "?x=%2F..%2F"].map((search): Case => ({
    name: `an unknown query parameter, ${search}, is dropped and not passed on`,
    config,
    upstream: calendarReply,
    steps: ["alice", "bob"].map((user) => ({
      request: { path: `/alice/work/1.ics${search}`, headers: as(user) },
      expect: { status: 200, upstream: [{ path: "/alice/work/1.ics" }] },
    })),
  })),
];
