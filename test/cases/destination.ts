import type { Case, Expectation } from "./case.ts";
import { as, configWith, host, needPrivileges, share } from "./support.ts";

const config = configWith([
  share("alice/work", "bob", "write"),
  share("alice/read", "bob", "read"),
  share("alice/notes", "bob", "append"),
  share("alice/fixed", "bob", ["read", "write-content"]),
  share("alice/drop", "bob", ["bind", "unbind"]),
]);
const upstream = { status: 201 };
const transfer = (
  method: string,
  path: string,
  destination: string,
  more: Record<string, string> = {},
  user = "bob",
) => ({
  method,
  path,
  headers: as(user, { destination, ...more }),
});
const sent = (destination: string | RegExp): Expectation => ({ status: 201, upstream: [{ headers: { destination } }] });
const lacks = (href: string, privilege: string): Expectation => ({
  status: 403,
  body: needPrivileges(href, privilege),
  upstream: [],
});
const both = (entry: (method: string) => { request: ReturnType<typeof transfer>; expect: Expectation }[]) =>
  ["COPY", "MOVE"].flatMap(entry);

/** Destination: where MOVE and COPY go, and what they need. */
export const destination: Case[] = [
  {
    name: "COPY needs read on the source",
    config,
    upstream,
    steps: [
      { request: transfer("COPY", "/alice/read/1.ics", "/alice/work/2.ics"), expect: sent("/alice/work/2.ics") },
      { request: transfer("COPY", "/alice/private/1.ics", "/alice/work/2.ics"), expect: { status: 404, upstream: [] } },
      { request: transfer("COPY", "/alice/drop/1.ics", "/alice/work/2.ics"), expect: { status: 404, upstream: [] } },
      { request: transfer("COPY", "/alice/read/1.ics", "/bob/home/2.ics"), expect: sent("/bob/home/2.ics") },
    ],
  },
  {
    name: "MOVE needs read on the source and unbind on the source's parent",
    config,
    upstream,
    steps: [
      { request: transfer("MOVE", "/alice/work/1.ics", "/alice/work/2.ics"), expect: sent("/alice/work/2.ics") },
      {
        request: transfer("MOVE", "/alice/read/1.ics", "/alice/work/2.ics"),
        expect: lacks("/alice/read/", "D:unbind"),
      },
      {
        request: transfer("MOVE", "/alice/fixed/1.ics", "/alice/work/2.ics"),
        expect: lacks("/alice/fixed/", "D:unbind"),
      },
      { request: transfer("MOVE", "/alice/drop/1.ics", "/alice/work/2.ics"), expect: { status: 404, upstream: [] } },
      { request: transfer("MOVE", "/alice/private/1.ics", "/alice/work/2.ics"), expect: { status: 404, upstream: [] } },
    ],
  },
  {
    name: "both need bind on the destination's parent",
    config,
    upstream,
    steps: both((method) => [
      { request: transfer(method, "/alice/work/1.ics", "/alice/read/2.ics"), expect: lacks("/alice/read/", "D:bind") },
      {
        request: transfer(method, "/alice/work/1.ics", "/alice/fixed/2.ics"),
        expect: lacks("/alice/fixed/", "D:bind"),
      },
      { request: transfer(method, "/alice/work/1.ics", "/alice/drop/2.ics"), expect: sent("/alice/drop/2.ics") },
      { request: transfer(method, "/alice/work/1.ics", "/bob/home/2.ics"), expect: sent("/bob/home/2.ics") },
    ]),
  },
  {
    name: "both need unbind or write-content when they may overwrite",
    config,
    upstream,
    steps: both((method) => [
      {
        request: transfer(method, "/alice/work/1.ics", "/alice/notes/2.ics"),
        expect: lacks("/alice/notes/", "D:unbind"),
      },
      {
        request: transfer(method, "/alice/work/1.ics", "/alice/notes/2.ics", { overwrite: "T" }),
        expect: lacks("/alice/notes/", "D:unbind"),
      },
      {
        request: transfer(method, "/alice/work/1.ics", "/alice/notes/2.ics", { overwrite: "x" }),
        expect: lacks("/alice/notes/", "D:unbind"),
      },
      {
        request: transfer(method, "/alice/work/1.ics", "/alice/notes/2.ics", { overwrite: "F" }),
        expect: sent("/alice/notes/2.ics"),
      },
      {
        request: transfer(method, "/alice/work/1.ics", "/alice/notes/2.ics", { overwrite: "f" }),
        expect: sent("/alice/notes/2.ics"),
      },
    ]),
  },
  {
    name: "a Destination that is not readable does not exist",
    config,
    steps: both((method) =>
      ["/alice/private/2.ics", "/carol/home/2.ics", "/nobody/x/1.ics", "/alice/inbox/1.ics"].map((to) => ({
        request: transfer(method, "/alice/work/1.ics", to),
        expect: { status: 404, body: "Not Found\n", upstream: [] },
      })),
    ),
  },
  {
    name: "a Destination outside the layout does not exist",
    config: configWith([share("alice/work", "bob", "write")], { other_paths: { "/.web/": "authenticated" } }),
    steps: both((method) =>
      ["/.web/1.ics", "/.git/x", "/"].map((to) => ({
        request: transfer(method, "/alice/work/1.ics", to),
        expect: { status: 404, upstream: [] },
      })),
    ),
  },
  {
    name: "a whole calendar is moved, copied and made by owners in their own homes",
    config,
    upstream,
    steps: [
      { request: transfer("MOVE", "/alice/work/", "/alice/new/", {}, "alice"), expect: sent("/alice/new/") },
      { request: transfer("COPY", "/alice/work/", "/alice/new/", {}, "alice"), expect: sent("/alice/new/") },
      { request: transfer("MOVE", "/alice/work/", "/bob/new/"), expect: lacks("/alice/", "D:unbind") },
      { request: transfer("COPY", "/alice/work/", "/bob/new/"), expect: sent("/bob/new/") },
      { request: transfer("COPY", "/bob/home/", "/alice/work/"), expect: lacks("/alice/", "D:bind") },
      { request: transfer("COPY", "/bob/home/", "/alice/work/sub/"), expect: { status: 403, upstream: [] } },
      { request: transfer("COPY", "/bob/home/1.ics", "/alice/work/"), expect: lacks("/alice/", "D:bind") },
    ],
  },
  {
    name: "Destination on another authority: 502",
    config,
    steps: both((method) =>
      [
        "http://other.example/alice/work/2.ics",
        "https://calendar.example.evil.example/alice/work/2.ics",
        "http://calendar.exampl/alice/work/2.ics",
        "http://calendar.example:8443/alice/work/2.ics",
        "http://www.calendar.example/alice/work/2.ics",
        "https://other.example",
        "http://localhost/alice/work/2.ics",
        "http://127.0.0.1:5232/alice/work/2.ics",
        "http://[::1]/alice/work/2.ics",
      ].flatMap((to) =>
        ["bob", "alice"].map((user) => ({
          request: transfer(method, "/alice/work/1.ics", to, {}, user),
          expect: { status: 502, upstream: [] },
        })),
      ),
    ),
  },
  {
    name: "scheme and port of the client's own view are accepted and rewritten to what the server expects",
    config,
    upstream,
    steps: both((method) =>
      [
        `http://${host}/alice/work/2.ics`,
        `https://${host}/alice/work/2.ics`,
        `https://${host}:443/alice/work/2.ics`,
        `http://${host}:80/alice/work/2.ics`,
        `HTTP://${host.toUpperCase()}/alice/work/2.ics`,
        `https://${host}/alice/w%6Frk/2.ics`,
      ].map((to) => ({
        request: transfer(method, "/alice/work/1.ics", to),
        expect: sent(new RegExp(`^(https?://${host.replace(".", "\\.")})?/alice/work/2\\.ics$`)),
      })),
    ),
  },
  {
    name: "a Destination that is no URI of this kind, or none at all: 400",
    config,
    steps: both((method) => [
      ...[
        "work/2.ics",
        "2.ics",
        `//${host}/alice/work/2.ics`,
        `ftp://${host}/alice/work/2.ics`,
        `file:///alice/work/2.ics`,
        `http:/alice/work/2.ics`,
        `http://${host}`,
        `http://user@${host}/alice/work/2.ics`,
        `http://user:password@${host}/alice/work/2.ics`,
        `http://${host}@other.example/alice/work/2.ics`,
        `http://${host}\\@other.example/alice/work/2.ics`,
        `http://${host}?/alice/work/2.ics`,
        `http://${host}%2F/alice/work/2.ics`,
        `/alice/work/2.ics?a=b`,
        `javascript:alert(1)`,
        `*`,
      ].map((to) => ({
        request: transfer(method, "/alice/work/1.ics", to),
        expect: { status: 400, upstream: [] },
      })),
      {
        request: { method, path: "/alice/work/1.ics", headers: as("bob") },
        expect: { status: 400, upstream: [] },
      },
    ]),
  },
  {
    name: "the Destination is sent on encoded as the path that was judged",
    config: configWith([share("zoë/büro", "bob", "write")]),
    upstream,
    steps: [
      {
        request: transfer("MOVE", "/zo%C3%AB/b%C3%BCro/1.ics", "/zo%c3%ab/b%c3%bcro/a%20b%41.ics"),
        expect: sent("/zo%C3%AB/b%C3%BCro/a%20bA.ics"),
      },
    ],
  },
];
