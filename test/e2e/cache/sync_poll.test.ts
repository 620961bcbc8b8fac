/** Polls that ask whether anything has changed are answered from what the cache knows (RFC 6578; contract, section 6). */
import { beforeAll, describe, expect, test } from "vitest";
import {
  event,
  propfind,
  request,
  startEnvoy,
  startUpstream,
  sync,
  type TestEnvoy,
  type Upstream,
} from "../support/index.ts";

const config = {
  server: "radicale",
  identity: { header: { name: "x-caldav-user" } },
  upstream: { authenticate: { header: "x-remote-user", as: "owner" } },
  shares: [{ calendar: "alice/work", with: ["bob"], access: "read" }],
};
const noChange = (token: string) =>
  '<?xml version="1.0" encoding="utf-8"?>\n<D:multistatus xmlns:D="DAV:">' +
  `<D:sync-token>${token}</D:sync-token></D:multistatus>\n`;

describe("with exclusive coherence", () => {
  let envoy: TestEnvoy;
  let upstream: Upstream;
  let version = 1;
  let isTruncated = false;

  beforeAll(async () => {
    upstream = await startUpstream(({ method, path }, response) => {
      if (method === "PUT") {
        version++;
        response.writeHead(201).end();
        return;
      }
      const token = `<D:sync-token>http://example.com/ns/sync/${version}</D:sync-token>`;
      const more = isTruncated
        ? `<D:response><D:href>${path}</D:href><D:status>HTTP/1.1 507 Insufficient Storage</D:status></D:response>`
        : "";
      const inProp = `<D:propstat><D:prop>${token}</D:prop><D:status>HTTP/1.1 200 OK</D:status></D:propstat>`;
      const self = `<D:response><D:href>${path}</D:href>${inProp}</D:response>`;
      const object =
        `<D:response><D:href>/alice/work/1.ics</D:href><D:propstat><D:prop><D:getetag>"${version}"</D:getetag></D:prop>` +
        "<D:status>HTTP/1.1 200 OK</D:status></D:propstat></D:response>";
      response.writeHead(207, { "content-type": "application/xml; charset=utf-8" });
      response.end(
        `<?xml version="1.0"?><D:multistatus xmlns:D="DAV:">${method === "PROPFIND" ? self : object + more + token}</D:multistatus>`,
      );
    });
    envoy = await startEnvoy({ config: { ...config, cache: { coherence: "exclusive" } }, upstream: upstream.url });
  });

  const ask = async (name: string, question: ReturnType<typeof sync> | ReturnType<typeof propfind>) => {
    const before = upstream.requests.length;
    const { headers, ...rest } = question;
    const answer = await request(envoy.url, "/alice/work/", {
      ...rest,
      headers: { ...headers, "x-caldav-user": name },
    });
    return { ...answer, asked: upstream.requests.length - before };
  };
  const change = () =>
    request(envoy.url, "/alice/work/1.ics", {
      method: "PUT",
      headers: { "x-caldav-user": "alice", "content-type": "text/calendar" },
      body: event("1"),
    });
  const tokenOf = (body: string) => /sync-token>([^<]+)</.exec(body)?.[1] ?? "";

  test("the first sync from the token of the last one does not reach the server", async () => {
    const first = await ask("alice", sync());
    expect(first.asked).toBe(1);
    const second = await ask("alice", sync(tokenOf(first.body)));
    expect(second).toMatchObject({ status: 207, asked: 0, body: noChange(tokenOf(first.body)) });
    expect(second.headers).toMatchObject({ "content-type": "application/xml; charset=utf-8" });
    expect(second.headers["cache-status"]).toMatch(/^caldav; hit; ttl=\d+$/);
  });

  test("a token that a PROPFIND told is as good", async () => {
    await change();
    const { body } = await ask("alice", propfind("0", "sync-token"));
    expect(await ask("alice", sync(tokenOf(body)))).toMatchObject({ asked: 0, body: noChange(tokenOf(body)) });
  });

  test("after a write the server is asked again", async () => {
    const { body } = await ask("alice", sync());
    await change();
    expect(await ask("alice", sync(tokenOf(body)))).toMatchObject({ asked: 1 });
  });

  test("a view has tokens of its own, and only its own are known", async () => {
    const alices = tokenOf((await ask("alice", sync())).body);
    const bobs = tokenOf((await ask("bob", sync())).body);
    expect(bobs).not.toBe(alices);
    expect(await ask("bob", sync(bobs))).toMatchObject({ asked: 0, body: noChange(bobs) });
    expect((await ask("bob", sync(alices))).body).not.toBe(noChange(alices));
  });

  test("the token of an answer that was cut short is not the present one (RFC 6578, 3.6)", async () => {
    await change();
    isTruncated = true;
    const { body } = await ask("alice", sync());
    expect(await ask("alice", sync(tokenOf(body)))).toMatchObject({ asked: 1 });
    isTruncated = false;
  });
});
