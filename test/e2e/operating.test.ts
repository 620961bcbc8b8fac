/** What operators see: contract, section 9. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import { root } from "../../tools/run.mjs";
import { request, startEnvoy, startUpstream, type TestEnvoy } from "./support/index.ts";

let envoy: TestEnvoy;

beforeAll(async () => {
  const upstream = await startUpstream((_request, response) => {
    response.writeHead(200, { "content-type": "text/calendar" }).end("SUMMARY:Surgeon");
  });
  envoy = await startEnvoy({
    upstream: upstream.url,
    config: {
      server: "radicale",
      identity: { header: { name: "x-caldav-user" } },
      shares: [
        {
          calendar: "alice/work",
          with: ["bob"],
          access: "write",
          private: "show",
          confidential: "show",
          alarms: "keep",
        },
      ],
    },
  });
  const ask = (user: string, method: string, path: string) =>
    request(envoy.url, path, { method, headers: { "x-caldav-user": user, authorization: "Bearer secret-token" } });
  await ask("alice", "GET", "/alice/work/1.ics");
  await ask("bob", "GET", "/alice/work/1.ics");
  await ask("bob", "GET", "/alice/home/1.ics");
  await ask("bob", "PROPPATCH", "/alice/work/1.ics");
});

test("decisions are counted by result and reason", async () => {
  const stats = await envoy.stats("^wasmcustom\\.caldav\\.decisions");
  const counts = [...stats]
    .filter(([, count]) => count > 0)
    .map(([name, count]) => [name.replace(/^.*caldav\./, ""), count]);
  expect(Object.fromEntries(counts)).toEqual({
    "decisions.allowed.owner": 1,
    "decisions.allowed.share": 1,
    "decisions.refused.not_readable": 1,
    "decisions.refused.lacks_privilege": 1,
  });
});

test("the access log says who asked for whose calendar, and what was decided and why", async () => {
  const decided = () => envoy.lines.filter((line) => line.includes("decision="));
  await expect.poll(() => decided().length, { timeout: 20_000 }).toBe(4);
  const log = decided().join("\n");
  expect(log).toContain("decision=allowed reason=owner principal=alice owner=alice calendar=work privilege=all");
  expect(log).toContain("decision=allowed reason=share principal=bob owner=alice calendar=work privilege=read,");
  expect(log).toContain("decision=refused reason=not_readable principal=bob owner=alice calendar=home");
  expect(log).toContain("decision=refused reason=lacks_privilege principal=bob owner=alice calendar=work");
});

test("no token and no event text is ever logged", () => {
  expect(envoy.lines.join("\n")).not.toMatch(/secret-token|Surgeon/);
});

test("docs/operating.md names every counter", async () => {
  const page = readFileSync(join(root, "docs", "operating.md"), "utf8");
  const names = [...(await envoy.stats("^wasmcustom\\.caldav"))].map(([name]) => name.replace(/^.*?(caldav\.)/, "$1"));
  expect(names.length).toBeGreaterThan(50);
  for (const name of names) {
    const [, , , reason = ""] = name.split(".");
    expect(page).toContain(name.includes(".decisions.") ? `\`${reason}\`` : `\`${name}\``);
  }
});

test("the time that the filter takes is a histogram, of one request in 64", async () => {
  const page = async () => (await fetch(`${envoy.admin}/stats/prometheus?filter=filter_time_us`)).text();
  // Envoy merges what the workers recorded every five seconds.
  await expect.poll(page, { timeout: 20_000 }).toMatch(/caldav_filter_time_us_count\{[^}]*\} [1-9]/);
});
