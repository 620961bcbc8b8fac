/** The filter's own cache over a real server: contract, section 6. */
import { beforeAll, describe, expect, test } from "vitest";
import {
  event,
  request,
  type RequestOptions,
  shown,
  startEnvoy,
  startUpstream,
  type TestEnvoy,
  type Upstream,
} from "./support/index.ts";

const config = {
  server: "radicale",
  identity: { header: { name: "x-caldav-user" } },
  upstream: { authenticate: { header: "x-remote-user", as: "owner" } },
  shares: [
    { calendar: "alice/work", with: ["bob"], access: "write", ...shown },
    { calendar: "alice/work", with: ["carol"], access: "busy" },
  ],
};
const by = (name: string, options: RequestOptions = {}): RequestOptions => ({
  ...options,
  headers: { "x-caldav-user": name, ...(options.headers as Record<string, string>) },
});

describe("in front of the only way to the server", () => {
  let envoy: TestEnvoy;
  let upstream: Upstream;
  let text = event("1", "Planning");
  let version = 1;

  beforeAll(async () => {
    upstream = await startUpstream(({ method, path }, response) => {
      if (method === "PUT") {
        text = event("1", "Changed");
        version++;
        response.writeHead(204, { etag: `"${version}"` }).end();
        return;
      }
      if (method === "GET" || method === "HEAD") {
        response.writeHead(200, {
          "content-type": "text/calendar",
          etag: `"${version}"`,
          "last-modified": "Mon, 05 Jan 2026 09:00:00 GMT",
        });
        response.end(text);
        return;
      }
      response.writeHead(207, { "content-type": "application/xml; charset=utf-8" });
      response.end(
        `<?xml version="1.0"?><D:multistatus xmlns:D="DAV:"><D:response><D:href>${path}</D:href><D:propstat><D:prop>` +
          `<D:getetag>"${version}"</D:getetag></D:prop><D:status>HTTP/1.1 200 OK</D:status></D:propstat></D:response></D:multistatus>`,
      );
    });
    envoy = await startEnvoy({ config: { ...config, cache: { coherence: "exclusive" } }, upstream: upstream.url });
  });

  test("the second GET of an object does not reach the server", async () => {
    const first = await request(envoy.url, "/alice/work/1.ics", by("alice"));
    expect(first.headers["cache-status"]).toBe("caldav; fwd=miss; stored");
    const before = upstream.requests.length;
    const second = await request(envoy.url, "/alice/work/1.ics", by("alice"));
    expect(second.headers["cache-status"]).toMatch(/^caldav; hit; ttl=\d+$/);
    expect(second.body).toBe(first.body);
    expect(second.headers.etag).toBe('"1"');
    expect(upstream.requests.length).toBe(before);
  });
});
