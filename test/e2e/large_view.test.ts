/** Objects larger than Envoy's buffers, seen through a view. */
import { expect, test } from "vitest";
import { request, startEnvoy, startUpstream } from "./support/index.ts";

const lines = (summary: string, more: string[], filler: number) => {
  const line = `X-FILLER:${"abcdefghij".repeat(6)}`;
  return [
    "BEGIN:VCALENDAR",
    "VERSION:2.0",
    "PRODID:-//test//EN",
    "BEGIN:VEVENT",
    "UID:large",
    "DTSTAMP:20260101T000000Z",
    "DTSTART:20260105T090000Z",
    `SUMMARY:${summary}`,
    ...more,
    ...Array.from({ length: Math.ceil(filler / (line.length + 2)) }, () => line),
    "BEGIN:VALARM",
    "ACTION:AUDIO",
    "TRIGGER:-PT15M",
    "END:VALARM",
    "END:VEVENT",
    "END:VCALENDAR",
    "",
  ].join("\r\n");
};

test.each([0.3, 0.9, 1.5, 5, 12])(
  "an object of %d MB is shown whole, and hidden whole when it is private",
  async (megabytes) => {
    const open = lines("Large", [], megabytes * 1e6);
    const secret = lines("Secret", ["CLASS:PRIVATE"], megabytes * 1e6);
    const upstream = await startUpstream((incoming, response) => {
      const body = incoming.path?.includes("open") ? open : secret;
      response.writeHead(200, { "content-type": "text/calendar; charset=utf-8", etag: '"1"', "x-own": "kept" });
      response.end(body);
    });
    const envoy = await startEnvoy({
      upstream: upstream.url,
      config: {
        server: "radicale",
        identity: { header: { name: "x-caldav-user" } },
        shares: [
          { calendar: "alice/work", with: ["bob"], access: "read" },
          { calendar: "alice/work", with: ["gina"], access: "read", private: "hide" },
        ],
      },
      edit: (bootstrap) => {
        for (const listener of bootstrap.static_resources.listeners) delete listener.per_connection_buffer_limit_bytes;
      },
    });
    const headers = { "x-caldav-user": "bob" };
    const shown = await request(envoy.url, "/alice/work/open.ics", { headers });
    expect(shown.status).toBe(200);
    expect(shown.body.length).toBe(open.length - open.match(/BEGIN:VALARM[^]*END:VALARM\r\n/)![0].length);
    expect(shown.headers).toMatchObject({ "content-length": String(shown.body.length), "x-own": "kept" });
    expect(shown.headers["cache-control"]).toBe("private, no-cache");
    expect(shown.headers["etag"]).toMatch(/^"[\w-]+"$/);
    const redacted = await request(envoy.url, "/alice/work/secret.ics", { headers });
    expect(redacted.status).toBe(200);
    expect(redacted.body).toContain("SUMMARY:Busy");
    expect(redacted.body).not.toMatch(/Secret|FILLER/);
    const hidden = await request(envoy.url, "/alice/work/secret.ics", { headers: { "x-caldav-user": "gina" } });
    expect(hidden.status).toBe(404);
    await envoy.stop();
    await upstream.stop();
  },
);
