/** A view's ETags are understood wherever a client may state a condition, and are of no use in another view. */
import { beforeAll, expect, test } from "vitest";
import { event, request, type RequestOptions, startEnvoy, startUpstream, type Upstream } from "../support/index.ts";

const path = "/alice/work/1.ics";
const ics = { "content-type": "text/calendar" };
const never = '"caldav-no-match"';
let upstream: Upstream;
let url: string;

beforeAll(async () => {
  upstream = await startUpstream((_, response) => {
    response.writeHead(200, { ...ics, etag: 'W/"a]b,c"' });
    response.end(event("1"));
  });
  const users = { bob: { access: "write" }, carol: { access: "write", alarms: "keep" }, dave: { access: "read" } };
  const shares = Object.entries(users).map(([user, share]) => ({ calendar: "alice/work", with: [user], ...share }));
  shares.push({ calendar: "alice/other", with: ["bob"], access: "write", private: "show" } as (typeof shares)[number]);
  const config = { server: "radicale", identity: { header: { name: "x-caldav-user" } }, shares };
  ({ url } = await startEnvoy({ upstream: upstream.url, config }));
});

const as = (user: string, options: RequestOptions = {}, at = path) =>
  request(url, at, { ...options, headers: { ...(options.headers as object), "x-caldav-user": user } });
const etagOf = async (user: string, at = path) => (await as(user, {}, at)).headers.etag ?? "";

/** What the server gets of a header of a DELETE. */
async function sent(user: string, name: string, value: string): Promise<unknown> {
  upstream.requests.length = 0;
  await as(user, { method: "DELETE", headers: { [name]: value } });
  return upstream.requests.find(({ method }) => method === "DELETE")?.headers[name];
}

test("an If header gets the server's ETag for the view's", async () => {
  const own = await etagOf("bob");
  expect(await sent("bob", "if", `([${own}] <urn:uuid:1>)`)).toBe('([W/"a]b,c"] <urn:uuid:1>)');
  expect(await sent("bob", "if", `(Not [${own}])(["x"])`)).toBe(`(Not [W/"a]b,c"])([${never}])`);
  expect(await sent("dave", "if", `([${own}])`)).toBeUndefined();
});

test("every resource that an If header names has the ETags of its own view", async () => {
  const [here, there] = [await etagOf("bob"), await etagOf("bob", "/alice/other/1.ics")];
  expect(here).not.toBe(there);
  const value = `<${path}> ([${here}]) ([${there}]) </alice/other/1.ics> ([${here}]) ([${there}])`;
  const server = 'W/"a]b,c"';
  const expected = `<${path}> ([${server}]) ([${never}]) </alice/other/1.ics> ([${never}]) ([${server}])`;
  expect(await sent("bob", "if", value)).toBe(expected);
});

test("an ETag of another view is never that of the object", async () => {
  const other = await etagOf("carol");
  expect(await sent("bob", "if", `([${other}]) (<urn:uuid:1>)`)).toBe(`([${never}]) (<urn:uuid:1>)`);
  expect(await sent("bob", "if", `([${other}])`)).toBeUndefined();
  expect(await sent("bob", "if-match", other)).toBe(never);
});
