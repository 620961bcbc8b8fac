import type { Case, Reply, Rule, Step } from "./case.ts";
import { calendarReply, configWith, event, multistatus, response, share } from "./support.ts";

const basic = (pair: string): string => `Basic ${Buffer.from(pair).toString("base64")}`;
const withView = { calendar: "alice/work", with: ["dave"], access: "write" };
const config = configWith([share("alice/work", "bob", "read"), share("alice/public", "anyone", "read"), withView], {
  identity: { basic: { remember: "60s" } },
  other_paths: { "/.web/": "authenticated", "/.free/": "anyone" },
});
const refused: Reply = { status: 401, headers: { "www-authenticate": 'Basic realm="server"' }, body: "no" };
const known = /^Basic (YWxpY2U6cmlnaHQ=|Ym9iOnJpZ2h0|ZGF2ZTpyaWdodA==)$/;
/** A server that knows the password `right` of three people, and looks at it in all but OPTIONS and `/.web/`. */
const server: Rule[] = [
  { method: "OPTIONS", reply: { headers: { dav: "1" } } },
  { path: /^\/\.(web|free)\//, reply: { body: "a page" } },
  { method: "PROPFIND", headers: { authorization: known }, reply: multistatus(response("/")) },
  { headers: { authorization: known }, reply: calendarReply },
  { headers: { authorization: null }, reply: calendarReply },
  { reply: refused },
];
const ask = (method: string, path: string, pair: string, more: Partial<Step["request"]> = {}): Step["request"] => ({
  method,
  path,
  headers: { authorization: basic(pair), "content-type": "text/calendar" },
  ...more,
});
const notSignedIn = { status: 401, headers: { "www-authenticate": 'Basic realm="Calendars", charset="UTF-8"' } };

/** What a name counts for whose password the server has not accepted. */
export const passwords: Case[] = [
  {
    name: "an answer to OPTIONS says nothing of the password: what depends on policy is still not told",
    config,
    upstream: server,
    steps: [
      { request: ask("OPTIONS", "/bob/", "bob:wrong"), expect: { status: 200 } },
      { request: ask("GET", "/alice/private/", "bob:wrong"), expect: notSignedIn },
      { request: ask("DELETE", "/alice/work/1.ics", "bob:wrong"), expect: notSignedIn },
    ],
  },
  {
    name: "a body that cannot be read tells who guesses nothing of shares",
    config,
    upstream: server,
    steps: ["/alice/work/", "/alice/private/"].map((path) => ({
      request: ask("REPORT", path, "bob:wrong", { body: "<not XML" }),
      expect: notSignedIn,
    })),
  },
  {
    name: "a body that cannot be read is told to who signed in",
    config,
    upstream: server,
    steps: [{ request: ask("REPORT", "/alice/work/", "bob:right", { body: "<not XML" }), expect: { status: 400 } }],
  },
  {
    name: "a path that is for who signed in takes a password, although the server serves it to anybody",
    config,
    upstream: server,
    steps: [
      { request: ask("GET", "/.web/", "bob:wrong"), expect: notSignedIn },
      { request: ask("GET", "/.web/", "bob:right"), expect: { status: 200, body: "a page" } },
      { request: ask("GET", "/.free/", "bob:wrong"), expect: { status: 200, upstream: [{ path: "/.free/" }] } },
    ],
  },
  {
    name: "a wrong password that shows at the look before a write is 401, and counts as a failed sign-in",
    config: configWith([withView], {
      identity: { basic: { remember: "60s" } },
      limits: { auth_failures: { count: 2, per: "60s", block: "5m" } },
    }),
    upstream: server,
    steps: [
      ...[1, 2].map(() => ({
        request: ask("PUT", "/alice/work/1.ics", "dave:wrong", { body: event }),
        expect: { status: 401, upstream: [{ method: "GET" }] },
      })),
      {
        request: ask("PUT", "/alice/work/1.ics", "dave:wrong", { body: event }),
        expect: { status: 429, upstream: [] },
      },
    ],
  },
  {
    name: "credentials that sign nobody in here are not for the server to read in its own way",
    config,
    upstream: server,
    steps: ["Basic !YWxpY2U6cmlnaHQ=", "Bearer token", `Basic ${btoa(".alice:right")}`].map((authorization) => ({
      request: { path: "/alice/public/1.ics", headers: { authorization } },
      expect: { status: 200, upstream: [{ headers: { authorization: null } }] },
    })),
  },
  {
    name: "a session of the server's is not taken for a password",
    config,
    upstream: server,
    steps: [
      {
        request: {
          path: "/alice/work/1.ics",
          headers: { authorization: basic("alice:wrong"), cookie: "session=mallory" },
        },
        expect: { ...notSignedIn, upstream: [{ headers: { cookie: null } }] },
      },
      {
        request: { path: "/.free/", headers: { cookie: "session=mallory" } },
        expect: { status: 200, upstream: [{ headers: { cookie: "session=mallory" } }] },
      },
    ],
  },
];
