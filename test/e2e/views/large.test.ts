/** Hiding works in calendars that are larger than Envoy's buffers. */
import { expect, test } from "vitest";
import { event, multistatus, propfind, request, startEnvoy, startUpstream } from "../support/index.ts";

const count = 20_000;
const isPrivate = (at: number) => at % 3 === 0;
const entry = (at: number, more = "") =>
  `<response><href>/alice/work/${at}.ics</href><propstat><prop><getetag>"${at}"</getetag>${more}</prop><status>HTTP/1.1 200 OK</status></propstat></response>\n`;
const answer = (one: (at: number) => string) =>
  `<?xml version="1.0"?><multistatus xmlns="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav">${Array.from({ length: count }, (_, at) => one(at)).join("")}</multistatus>`;

test("a listing of a calendar of 20,000 events leaves out just what is hidden", async () => {
  const upstream = await startUpstream();
  const padding = `DESCRIPTION:${"words ".repeat(100)}`;
  const data = answer((at) => {
    const text = event(String(at), "Review", padding, ...(isPrivate(at) ? ["CLASS:PRIVATE"] : []));
    return entry(at, `<C:calendar-data>${text.replaceAll("\r", "&#13;")}</C:calendar-data>`);
  });
  const listing = answer((at) => entry(at));
  upstream.respond(({ method }, response) => {
    response.writeHead(207, { "content-type": "application/xml; charset=utf-8" });
    response.end(method === "REPORT" ? data : listing);
  });
  const envoy = await startEnvoy({
    upstream: upstream.url,
    config: {
      server: "radicale",
      identity: { header: { name: "x-caldav-user" } },
      shares: [{ calendar: "alice/work", with: ["bob"], access: "read", private: "hide" }],
    },
  });
  expect(data.length).toBeGreaterThan(16 << 20);
  const { headers, ...more } = propfind("1", "D:getetag");
  const reply = await request(envoy.url, "/alice/work/", { ...more, headers: { ...headers, "x-caldav-user": "bob" } });
  expect(reply.status).toBe(207);
  const { hrefs } = multistatus(reply.body);
  const visible = Array.from({ length: count }, (_, at) => at).filter((at) => !isPrivate(at));
  expect(hrefs).toEqual(visible.map((at) => `/alice/work/${at}.ics`));
});
