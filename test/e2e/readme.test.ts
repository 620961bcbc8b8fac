/** README.md says what is so. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { root } from "../../tools/run.mjs";
import { EnvoyRefused, request, startEnvoy, startRadicale } from "./support/index.ts";

const readme = readFileSync(join(root, "README.md"), "utf8");
const [policyText = ""] = /(?<=```yaml\n)[^]*?(?=```)/.exec(readme) ?? [];
const policy: Record<string, unknown> = parse(policyText);

const event = [
  ...["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//test//EN", "BEGIN:VEVENT", "UID:1", "DTSTAMP:20300101T000000Z"],
  ...["DTSTART:20300101T100000Z", "DURATION:PT1H", "SUMMARY:Planning", "END:VEVENT", "END:VCALENDAR", ""],
].join("\r\n");
const freeBusy = `<C:free-busy-query xmlns:C="urn:ietf:params:xml:ns:caldav">
  <C:time-range start="20300101T000000Z" end="20300102T000000Z"/></C:free-busy-query>`;

describe("README.md", () => {
  test("names commands and files that exist", () => {
    const { scripts } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
    for (const [, command = ""] of readme.matchAll(/^ {4}npm (\w+)$/gm))
      expect(Object.keys(scripts)).toContain(command);
    for (const [, link = ""] of readme.matchAll(/\]\(([\w./-]+)\)/g))
      expect(existsSync(join(root, link)), link).toBe(true);
  });

  test("has a first policy of at most ten lines that does what it says", async () => {
    expect(policyText.trimEnd().split("\n").length).toBeLessThanOrEqual(10);
    const radicale = await startRadicale();
    const { url } = await startEnvoy({ config: policy, upstream: radicale.url });
    const as = (user: string, method: string, path: string, body?: string, headers: Record<string, string> = {}) =>
      request(url, path, { method, body, headers: { "x-caldav-user": user, ...headers } });

    // Alice does as she likes.
    expect((await as("alice", "MKCALENDAR", "/alice/work/")).status).toBe(201);
    expect((await as("alice", "MKCALENDAR", "/alice/home/")).status).toBe(201);
    const ics = { "content-type": "text/calendar" };
    expect((await as("alice", "PUT", "/alice/work/1.ics", event, ics)).status).toBe(201);

    const secret = event.replace("SUMMARY", "CLASS:PRIVATE\r\nSUMMARY").replace("UID:1", "UID:2");
    expect((await as("alice", "PUT", "/alice/work/2.ics", secret, ics)).status).toBe(201);

    // Bob reads her calendar "work", and changes nothing; of events that Alice marked private he only sees that she is busy.
    expect((await as("bob", "GET", "/alice/work/1.ics")).body).toMatch(/SUMMARY:Planning/);
    expect((await as("bob", "GET", "/alice/work/2.ics")).body).toMatch(/SUMMARY:Busy/);
    expect((await as("bob", "PUT", "/alice/work/1.ics", event, ics)).status).toBe(403);
    expect((await as("bob", "DELETE", "/alice/work/1.ics")).status).toBe(403);

    // Carol learns when Alice is busy, and nothing else.
    const xml = { "content-type": "application/xml" };
    const busy = await as("carol", "REPORT", "/alice/work/", freeBusy, { ...xml, depth: "1" });
    expect(busy.status).toBe(200);
    expect(busy.body).toMatch(/FREEBUSY.*20300101T100000Z/);
    expect(busy.body).not.toMatch(/Planning/);
    expect((await as("carol", "GET", "/alice/work/1.ics")).status).toBe(404);

    // For everyone else, and for every other calendar, it is as if it did not exist.
    expect((await as("dave", "GET", "/alice/work/1.ics")).status).toBe(404);
    expect((await as("bob", "PROPFIND", "/alice/home/", "", { depth: "0" })).status).toBe(404);
  });

  test("shows a fault as the filter tells it", async () => {
    const [, fault = ""] = /^ {4}(shares\[0\].*)$/m.exec(readme) ?? [];
    const config = { ...policy, shares: [{ calendar: "alice/work", with: ["bob"], access: "raed" }] };
    const refusal = await startEnvoy({ config }).then(String, (error: unknown) => error);
    expect(refusal).toBeInstanceOf(EnvoyRefused);
    expect(String(refusal)).toContain(fault);
  });

  test("says which settings are not there yet, and the filter refuses them by name", async () => {
    for (const [name, value] of Object.entries({
      mounts: true,
      user_shares: { allow: ["read"], with: ["authenticated"] },
    })) {
      expect(readme).toMatch(`\`${name}\``);
      const refusal = await startEnvoy({ config: { ...policy, [name]: value } }).then(String, String);
      expect(refusal).toMatch(new RegExp(`${name}.*does not work yet`));
    }
  });
});
