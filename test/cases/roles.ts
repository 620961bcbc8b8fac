import type { Case, ExpectedRequest, Expectation, Request } from "./case.ts";
import {
  acl,
  as,
  configWith,
  csShare,
  event,
  freeBusy,
  lockinfo,
  mkcalendar,
  multiget,
  needPrivileges,
  precondition,
  propfind,
  proppatch,
  query,
  share,
  sync,
  willing,
} from "./support.ts";

/** What comes of a request. */
type Outcome = Expectation & { says: string };

const pass = (headers: ExpectedRequest["headers"] = {}): Outcome => ({
  says: "is passed on",
  status: undefined,
  upstream: [{ headers }],
});
const missing: Outcome = { says: "is answered as if nothing were there", status: 404, upstream: [] };
const signIn: Outcome = {
  says: "is asked to sign in",
  status: 401,
  headers: { "www-authenticate": /realm="Calendars"/ },
  upstream: [],
};
const lacks = (privilege: string, href: string): Outcome => ({
  says: `is refused, ${privilege} on ${href} is missing`,
  status: 403,
  headers: { "content-type": /^application\/xml/ },
  body: needPrivileges(href, privilege),
  upstream: [],
});
const notAllowed: Outcome = { says: "is not allowed", status: 405, headers: { allow: /PROPFIND/ }, upstream: [] };
const answered: Outcome = { says: "is answered", status: 200, headers: { dav: /calendar-access/ } };
const notShareable: Outcome = {
  says: "is refused, since user_shares allows nothing",
  status: 403,
  body: precondition("D:allowed-principal"),
  upstream: [],
};
const onlyNew: Outcome = {
  says: "is passed on with If-None-Match: *",
  status: 201,
  upstream: [{ headers: { "if-none-match": "*", "if-match": null } }],
};

/** Whose request it is: one whom a share gives a role, the calendar's owner, one with no share, one not signed in. */
const people = [
  "free-busy",
  "busy",
  "read",
  "append",
  "write",
  "manage",
  "owner",
  "the owner",
  "a stranger",
  "nobody",
] as const;
type Person = (typeof people)[number];

const object = "/alice/work/1.ics";
const calendar = "/alice/work/";

/** For each request what each of `people` gets, in that order, by the table of contract section 3. */
const table: { request: Request; what: string; gets: Record<Person, Outcome> }[] = [];

function add(what: string, request: Request, ...gets: Outcome[]): void {
  if (gets.length !== people.length) throw new Error(`${what}: ${gets.length} outcomes`);
  table.push({
    request,
    what,
    gets: Object.fromEntries(people.map((one, at) => [one, gets[at]])) as Record<Person, Outcome>,
  });
}

/** For requests that need nothing but to read. What is seen redacted may need a look at more than was asked for. */
function reads(what: string, request: Request): void {
  const redacted: Outcome = {
    says: "is answered, redacted",
    status: request.method === "PROPFIND" || request.method === "REPORT" ? 207 : 200,
    body: { lacks: ["Review"] },
  };
  add(what, request, missing, redacted, pass(), pass(), pass(), pass(), pass(), pass(), missing, signIn);
}

for (const path of [object, calendar]) {
  const all = people.map(() => answered);
  add(`OPTIONS of ${path}`, { method: "OPTIONS", path }, ...all);
  reads(`GET of ${path}`, { path });
  reads(`HEAD of ${path}`, { method: "HEAD", path });
  const body = propfind("D:getetag");
  reads(`PROPFIND of ${path}`, { method: "PROPFIND", path, headers: { depth: "0" }, body });
}
reads("PROPFIND with Depth: 1", {
  method: "PROPFIND",
  path: calendar,
  headers: { depth: "1" },
  body: propfind("D:getetag"),
});
reads("REPORT calendar-query", { method: "REPORT", path: calendar, headers: { depth: "1" }, body: query });
reads("REPORT calendar-multiget", { method: "REPORT", path: calendar, body: multiget(object) });
reads("REPORT sync-collection", { method: "REPORT", path: calendar, body: sync });
{
  const request = { method: "REPORT", path: calendar, headers: { "x-test": "free-busy" }, body: freeBusy };
  add(
    "REPORT free-busy-query",
    request,
    pass(),
    pass(),
    pass(),
    pass(),
    pass(),
    pass(),
    pass(),
    pass(),
    missing,
    signIn,
  );
}
{
  const request = { method: "PUT", path: object, headers: { "content-type": "text/calendar" }, body: event };
  const free = pass({ "if-none-match": null, "if-match": null });
  const lack = lacks("D:write-content", object);
  add("PUT of an object", request, missing, lack, lack, onlyNew, free, free, free, free, missing, signIn);
  const match = { ...request, headers: { ...request.headers, "if-match": '"1"' } };
  const kept = pass({ "if-match": '"1"' });
  add("PUT with If-Match", match, missing, lack, lack, lack, kept, kept, kept, kept, missing, signIn);
}
{
  const request = { method: "DELETE", path: object };
  const lack = lacks("D:unbind", calendar);
  add("DELETE of an object", request, missing, lack, lack, lack, pass(), pass(), pass(), pass(), missing, signIn);
}
{
  const request = { method: "DELETE", path: calendar };
  const lack = lacks("D:unbind", "/alice/");
  add("DELETE of a whole calendar", request, missing, lack, lack, lack, lack, lack, pass(), pass(), missing, signIn);
}
for (const method of ["MKCALENDAR", "MKCOL"]) {
  const lack = lacks("D:bind", "/alice/");
  const body = method === "MKCALENDAR" ? mkcalendar : undefined;
  const made = { method, path: "/alice/new/", body };
  const gone = people.map((one) => (one === "the owner" ? pass() : one === "nobody" ? signIn : missing));
  add(`${method} in the home`, made, ...gone);
  const there = { method, path: calendar, body };
  add(`${method} of a shared calendar`, there, missing, lack, lack, lack, lack, lack, lack, pass(), missing, signIn);
}
for (const path of [object, calendar]) {
  const request = { method: "PROPPATCH", path, body: proppatch };
  const lack = lacks("D:write-properties", path);
  add(`PROPPATCH of ${path}`, request, missing, lack, lack, lack, lack, pass(), pass(), pass(), missing, signIn);
}
for (const method of ["LOCK", "UNLOCK"]) {
  const request = { method, path: object, body: method === "LOCK" ? lockinfo : undefined };
  const lack = lacks("D:write-content", object);
  add(method, request, missing, lack, lack, lack, pass(), pass(), pass(), pass(), missing, signIn);
}
{
  const lack = lacks("D:unbind", calendar);
  const headers = { destination: "/alice/work/2.ics" };
  const copy = { method: "COPY", path: object, headers };
  const bind = lacks("D:bind", calendar);
  const replace = lacks("D:unbind", calendar);
  add("COPY that may overwrite", copy, missing, bind, bind, replace, pass(), pass(), pass(), pass(), missing, signIn);
  const new_ = { method: "COPY", path: object, headers: { ...headers, overwrite: "F" } };
  add(
    "COPY that may not overwrite",
    new_,
    missing,
    bind,
    bind,
    pass(),
    pass(),
    pass(),
    pass(),
    pass(),
    missing,
    signIn,
  );
  const move = { method: "MOVE", path: object, headers };
  add("MOVE that may overwrite", move, missing, lack, lack, lack, pass(), pass(), pass(), pass(), missing, signIn);
  const shift = { method: "MOVE", path: object, headers: { ...headers, overwrite: "F" } };
  add("MOVE that may not overwrite", shift, missing, lack, lack, lack, pass(), pass(), pass(), pass(), missing, signIn);
}
{
  const lack = lacks("D:write-acl", calendar);
  const request = { method: "ACL", path: calendar, body: acl };
  add("ACL", request, missing, lack, lack, lack, lack, notShareable, notShareable, notShareable, missing, signIn);
  const headers = { "content-type": "application/davsharing+xml" };
  const post = { method: "POST", path: calendar, headers, body: csShare };
  add(
    "POST of CS:share",
    post,
    missing,
    lack,
    lack,
    lack,
    lack,
    notShareable,
    notShareable,
    notShareable,
    missing,
    signIn,
  );
}
for (const name of ["inbox", "outbox"]) {
  const headers = { "content-type": "text/calendar" };
  const own = people.map((one) => (one === "the owner" ? pass() : one === "nobody" ? signIn : missing));
  add(`POST to the scheduling ${name}`, { method: "POST", path: `/alice/${name}/`, headers, body: event }, ...own);
  add(`GET in the scheduling ${name}`, { path: `/alice/${name}/1.ics` }, ...own);
}
for (const method of ["TRACE", "PATCH", "SEARCH", "LINK"]) {
  add(method, { method, path: object }, ...people.map(() => notAllowed));
}

const noRole: readonly Person[] = ["the owner", "a stranger", "nobody"];
const configs = new Map(
  people.map((one) => [one, configWith(noRole.includes(one) ? [] : [share("alice/work", "bob", one)])]),
);

const userOf: Record<string, string> = { "the owner": "alice", nobody: "" };

/** Every role × every method: the table of contract section 3, and what each role of section 2 stands for. */
export const roles: Case[] = people.flatMap((one) =>
  table.map(({ request, what, gets }) => {
    const { says, ...expect } = gets[one];
    const headers = as(userOf[one] ?? "bob", request.headers as Record<string, string>);
    return {
      name: `${one}: ${what} ${says}`,
      config: configs.get(one) ?? null,
      upstream: willing,
      steps: [{ request: { ...request, headers }, expect }],
    };
  }),
);
