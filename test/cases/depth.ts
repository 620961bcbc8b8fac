import type { Case } from "./case.ts";
import { as, configWith, multistatus, precondition, propfind, query, response, share } from "./support.ts";

const config = configWith([share("alice/work", "bob", "read")], { other_paths: { "/.web/": "authenticated" } });
const body = propfind("D:getetag");
const upstream = multistatus(response("/alice/work/"));
const finite = { status: 403, body: precondition("D:propfind-finite-depth"), upstream: [] };
const collections: [string, string][] = [
  ["bob", "/alice/work/"],
  ["bob", "/alice/work"],
  ["alice", "/alice/work/"],
  ["alice", "/alice/"],
  ["alice", "/"],
  ["bob", "/"],
  ["alice", "/.web/"],
];

/** `Depth: infinity`, or no Depth, on PROPFIND of a collection: 403 DAV:propfind-finite-depth. */
export const depth: Case[] = [
  ...["infinity", "Infinity", "INFINITY"].map((value): Case => ({
    name: `Depth: ${value} on PROPFIND of a collection: 403 DAV:propfind-finite-depth`,
    config,
    steps: collections.map(([user, path]) => ({
      request: { method: "PROPFIND", path, headers: as(user, { depth: value }), body },
      expect: finite,
    })),
  })),
  {
    name: "no Depth on PROPFIND of a collection: 403 DAV:propfind-finite-depth",
    config,
    steps: collections.flatMap(([user, path]) => [
      { request: { method: "PROPFIND", path, headers: as(user), body }, expect: finite },
      { request: { method: "PROPFIND", path, headers: as(user) }, expect: finite },
    ]),
  },
  {
    name: "Depth: 0 and Depth: 1 on a collection are passed on",
    config,
    upstream,
    steps: collections.slice(0, 6).flatMap(([user, path]) =>
      ["0", "1"].map((value) => ({
        request: { method: "PROPFIND", path, headers: as(user, { depth: value }), body },
        expect: { status: 207, upstream: [{ headers: { depth: value } }] },
      })),
    ),
  },
  {
    name: "no Depth, or infinity, on an object, which has no members: Depth: 0 is sent on",
    config,
    upstream: multistatus(response("/alice/work/1.ics")),
    steps: ["alice", "bob"].flatMap((user) => [
      {
        request: { method: "PROPFIND", path: "/alice/work/1.ics", headers: as(user), body },
        expect: { status: 207, upstream: [{ headers: { depth: "0" } }] },
      },
      {
        request: { method: "PROPFIND", path: "/alice/work/1.ics", headers: as(user, { depth: "infinity" }), body },
        expect: { status: 207, upstream: [{ headers: { depth: "0" } }] },
      },
    ]),
  },
  {
    name: "what is not readable does not exist, whatever the Depth",
    config,
    steps: ["0", "1", "infinity"].map((value) => ({
      request: { method: "PROPFIND", path: "/alice/private/", headers: as("bob", { depth: value }), body },
      expect: { status: 404, upstream: [] },
    })),
  },
  {
    name: "a Depth that is none of these is refused",
    config,
    steps: ["2", "-1", "0,1", "0, 0", "1;x", "infinite", "noroot", "1,noroot", "00", "+1", "０"].map((value) => ({
      request: { method: "PROPFIND", path: "/alice/work/", headers: as("bob", { depth: value }), body },
      expect: { status: 400, upstream: [] },
    })),
    except: { ring: "envoy", why: "one of the values is no Latin-1, which Node does not send" },
  },
  {
    name: "a REPORT has any Depth",
    config,
    upstream: multistatus(response("/alice/work/1.ics")),
    steps: ["0", "1", "infinity"].map((value) => ({
      request: { method: "REPORT", path: "/alice/work/", headers: as("bob", { depth: value }), body: query },
      expect: { status: 207, upstream: [{ headers: { depth: value } }] },
    })),
  },
];
