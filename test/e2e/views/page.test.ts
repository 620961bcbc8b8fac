/** docs/views.md says what is so: every table, event and answer in it is one that a real Envoy gave. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { format, resolveConfig } from "prettier";
import { beforeAll, describe, expect, test } from "vitest";
import { root } from "../../../tools/run.mjs";
import {
  calendarQuery,
  freeBusy,
  multiget,
  multistatus,
  propfind,
  report,
  request,
  type RequestOptions,
  type Response,
  startEnvoy,
  startRadicale,
  sync,
} from "../support/index.ts";
import { journal, meeting, task } from "./objects.ts";

/** Every way to share that the page is about, by what it calls it. */
const settings: Record<string, Record<string, string>> = {
  "`free-busy`": { access: "free-busy" },
  "`busy`": { access: "busy" },
  "`read`": { access: "read" },
  "`read`, `alarms: keep`": { access: "read", alarms: "keep" },
  "`read`, `private: hide`": { access: "read", private: "hide" },
  "`read`, `private: hide`, `confidential: hide`": { access: "read", private: "hide", confidential: "hide" },
  "`read`, `confidential: show`": { access: "read", confidential: "show" },
  "`read`, `private: show`, `confidential: show`": { access: "read", private: "show", confidential: "show" },
  "`read`, `private: show`, `confidential: show`, `alarms: keep`": {
    access: "read",
    private: "show",
    confidential: "show",
    alarms: "keep",
  },
};
const roles = ["busy", "read", "append", "write", "manage", "owner"];
const objects: Record<string, { name: string; text: string }> = {
  public: { name: "public.ics", text: meeting("weekly@example.com") },
  CONFIDENTIAL: { name: "confidential.ics", text: meeting("c@example.com", { class: "CONFIDENTIAL" }) },
  PRIVATE: { name: "private.ics", text: meeting("p@example.com", { class: "PRIVATE" }) },
  "`X-SECRET`": { name: "unknown.ics", text: meeting("x@example.com", { class: "X-SECRET" }) },
  "PRIVATE override": { name: "override.ics", text: meeting("o@example.com", { overrideClass: "PRIVATE" }) },
  task: { name: "task.ics", text: task("task@example.com") },
  "PRIVATE task": { name: "private-task.ics", text: task("ptask@example.com", { class: "PRIVATE" }) },
};

const calendar = "/alice/work/";
const ics = { "content-type": "text/calendar; charset=utf-8" };
const userOf = (setting: string) => `user${Object.keys(settings).indexOf(setting)}`;
let url: string;
const as = (user: string, path: string, options: RequestOptions = {}): Promise<Response> =>
  request(url, path, { ...options, headers: { ...(options.headers as object), "x-caldav-user": user } });
const put = (user: string, path: string, body: string, headers: Record<string, string> = {}) =>
  as(user, path, { method: "PUT", body, headers: { ...ics, ...headers } });

const withoutAlarms = (text: string) => text.replace(/BEGIN:VALARM\r\n[^]*?END:VALARM\r\n/g, "");
const code = (language: string, text: string) =>
  `\`\`\`${language}\n${text.replaceAll("\r\n", "\n").trimEnd()}\n\`\`\``;
const row = (cells: string[]) => `| ${cells.join(" | ")} |`;
const table = (head: string[], rows: string[][]) => [head, head.map(() => "---"), ...rows].map(row).join("\n");

beforeAll(async () => {
  const radicale = await startRadicale();
  const shares = [
    ...Object.entries(settings).map(([name, share]) => ({ calendar: "alice/work", with: [userOf(name)], ...share })),
    ...roles.map((access) => ({ calendar: "alice/work", with: [access], access })),
    { calendar: "alice/work", with: ["hiding"], access: "write", private: "hide" },
  ];
  const envoy = await startEnvoy({
    upstream: radicale.url,
    config: {
      server: "radicale",
      identity: { header: { name: "x-caldav-user" } },
      upstream: { cluster: "caldav", authenticate: { header: "x-remote-user", as: "owner" } },
      shares,
    },
  });
  url = envoy.url;
  expect((await as("alice", calendar, { method: "MKCALENDAR" })).status).toBe(201);
  const all = [...Object.values(objects), { name: "journal.ics", text: journal("journal@example.com") }];
  for (const { name, text } of all) expect((await put("alice", `${calendar}${name}`, text)).status, name).toBe(201);
});

/** What somebody sees of an object, in a word. */
async function seen(user: string, name: string): Promise<string> {
  const reply = await as(user, `${calendar}${name}`);
  const { body: whole } = await as("alice", `${calendar}${name}`);
  if (reply.status !== 200) return String(reply.status);
  if (reply.body === whole) return "in full";
  if (reply.body === withoutAlarms(whole)) return "without alarms";
  expect(reply.body.match(/^SUMMARY:.*$/gm)).toEqual(["SUMMARY:Busy", "SUMMARY:Busy"]);
  expect(reply.body).not.toMatch(/Merger|Initech|Room|Mallory|example\.com\/|Legal|VALARM|X-/);
  return "Busy";
}

async function matrix(): Promise<string> {
  const rows: string[][] = [];
  for (const setting of Object.keys(settings)) {
    const cells = await Promise.all(Object.values(objects).map(({ name }) => seen(userOf(setting), name)));
    rows.push([setting, ...cells]);
  }
  return table(["share", ...Object.keys(objects)], rows);
}

/** A response's status, and the precondition of its DAV:error. */
function outcome({ status, body }: Response): string {
  const [, prefix = "", name = ""] = /<(D|C):(?!error|href|resource|privilege)([\w-]+)/.exec(body) ?? [];
  return name === "" ? String(status) : `${status} ${prefix === "D" ? "DAV" : "CALDAV"}:${name}`;
}

async function writes(): Promise<string> {
  const rows: string[][] = [];
  const fresh = meeting("new@example.com");
  const own = (name: string, text: string) => put("alice", `${calendar}${name}`, text);
  for (const user of [...roles, "hiding"]) {
    const made = `made-by-${user}.ics`;
    const tries = [
      () => put(user, `${calendar}${made}`, meeting(`${made}@example.com`)),
      () => put(user, `${calendar}plain.ics`, fresh),
      () => as(user, `${calendar}plain.ics`, { method: "DELETE" }),
      () => put(user, `${calendar}private.ics`, fresh),
      () => as(user, `${calendar}private.ics`, { method: "DELETE" }),
      () => as(user, `${calendar}private.ics`, { method: "MOVE", headers: { destination: `/${user}/x/1.ics` } }),
      () => as(user, `${calendar}public.ics`, { method: "COPY", headers: { destination: `/${user}/x/1.ics` } }),
      () => as(user, calendar, { ...propfind("0"), method: "PROPPATCH", body: renaming }),
    ];
    const cells: string[] = [];
    for (const attempt of tries) {
      await own("plain.ics", fresh);
      cells.push(outcome(await attempt()));
    }
    expect(await seen("alice", "private.ics")).toBe("in full");
    for (const name of [made, "plain.ics"]) await as("alice", `${calendar}${name}`, { method: "DELETE" });
    rows.push([user === "hiding" ? "`write`, `private: hide`" : `\`${user}\``, ...cells]);
  }
  const head = [
    "role",
    "PUT, new",
    "PUT, seen",
    "DELETE, seen",
    "PUT, private",
    "DELETE, private",
    "MOVE, private",
    "COPY, alarms",
  ];
  return table([...head, "PROPPATCH, calendar"], rows);
}
const renaming =
  '<D:propertyupdate xmlns:D="DAV:"><D:set><D:prop><D:displayname>Work</D:displayname></D:prop></D:set></D:propertyupdate>';

/** What is stored of what somebody sends who does not see the alarms. */
async function kept(): Promise<string> {
  const path = `${calendar}kept.ics`;
  expect((await put("alice", path, meeting("kept@example.com"))).status).toBe(201);
  const sent = (await as("write", path)).body.replace("SUMMARY:Merger talks\r\n", "SUMMARY:Take-over talks\r\n");
  expect((await put("write", path, sent)).status).toBe(204);
  const { body } = await as("alice", path);
  await as("alice", path, { method: "DELETE" });
  expect(body).toContain("Take-over");
  return code("diff", removed(body, sent).replace(/^-/gm, "+"));
}

const filtered = (filter: string, data = "<C:calendar-data/>") =>
  report(
    "C:calendar-query",
    `<D:prop>${data}</D:prop><C:filter><C:comp-filter name="VCALENDAR">${filter}</C:comp-filter></C:filter>`,
  );
const inEvent = (filter: string) => `<C:comp-filter name="VEVENT">${filter}</C:comp-filter>`;
const month = 'start="20260101T000000Z" end="20260201T000000Z"';
const asked: Record<string, ReturnType<typeof report>> = {
  "a filter on SUMMARY": filtered(
    inEvent('<C:prop-filter name="SUMMARY"><C:text-match>Merger</C:text-match></C:prop-filter>'),
  ),
  "a filter on CLASS": filtered(
    inEvent('<C:prop-filter name="CLASS"><C:text-match>PRIVATE</C:text-match></C:prop-filter>'),
  ),
  "a filter on a parameter": filtered(
    inEvent('<C:prop-filter name="DTSTART"><C:param-filter name="X"/></C:prop-filter>'),
  ),
  "a filter on VALARM": filtered(inEvent('<C:comp-filter name="VALARM"/>')),
  "a filter on VTODO": filtered('<C:comp-filter name="VTODO"/>'),
  "sync-collection with DAV:limit": report(
    "D:sync-collection",
    "<D:sync-token/><D:sync-level>1</D:sync-level><D:limit><D:nresults>2</D:nresults></D:limit><D:prop><D:getetag/></D:prop>",
    "0",
  ),
  "a filter on UID": filtered(inEvent('<C:prop-filter name="UID"><C:text-match>weekly</C:text-match></C:prop-filter>')),
  "a `time-range`": filtered(inEvent(`<C:time-range ${month}/>`)),
  "calendar-data with `expand`": filtered(
    inEvent(`<C:time-range ${month}/>`),
    `<C:calendar-data><C:expand ${month}/></C:calendar-data>`,
  ),
  "free-busy-query": freeBusy,
};
const askers = {
  busy: "`busy`",
  read: "`read`",
  hide: "`read`, `private: hide`",
  strip: "`read`, `private: show`, `confidential: show`",
  all: "`read`, `private: show`, `confidential: show`, `alarms: keep`",
};

async function refusals(): Promise<string> {
  const rows: string[][] = [];
  for (const [name, query] of Object.entries(asked)) {
    const replies = await Promise.all(Object.values(askers).map((setting) => as(userOf(setting), calendar, query)));
    rows.push([name, ...replies.map((reply) => (reply.status < 300 ? "answered" : outcome(reply)))]);
  }
  return table(["asked for", ...Object.values(askers)], rows);
}

/** The ETags of the private event, as everybody gets it on every route. */
async function tags(): Promise<string> {
  const path = `${calendar}private.ics`;
  const rows: string[][] = [];
  for (const user of ["alice", userOf(askers.read), userOf(askers.busy), userOf(askers.all)]) {
    const replies = [
      as(user, calendar, propfind("1", "D:getetag")),
      as(user, calendar, calendarQuery),
      as(user, calendar, multiget(path)),
      as(user, calendar, sync()),
    ];
    const { headers } = await as(user, path);
    for (const reply of replies) {
      const { entries } = multistatus((await reply).body);
      expect(entries.find(({ href }) => href === path)?.props.getetag?.replaceAll("&quot;", '"')).toBe(headers.etag);
    }
    expect(headers.etag).toBeTruthy();
    const { headers: owners } = await as("alice", path);
    const setting = Object.keys(settings).find((name) => userOf(name) === user) ?? "its owner";
    rows.push([setting, headers.etag === owners.etag ? "the server's" : "of the view"]);
  }
  return table(["who", "ETag, the same on all routes"], rows);
}

/** The object names in every kind of listing, which must be those that GET shows; private tasks apart, as the page says. */
async function listings(): Promise<string> {
  for (const setting of Object.values(askers)) {
    const user = userOf(setting);
    const visible: string[] = [];
    for (const { name } of Object.values(objects)) if ((await seen(user, name)) !== "404") visible.push(name);
    const lists = async (query: RequestOptions) => {
      const { hrefs } = multistatus((await as(user, calendar, query)).body);
      const names = hrefs.map((href) => href.slice(calendar.length));
      return names.filter((name) => name !== "" && name !== "journal.ics").sort();
    };
    expect(await lists(filtered("", "<D:getetag/>")), setting).toEqual(visible.sort());
    const named = setting === askers.read ? [...visible, "private-task.ics"] : visible;
    expect(await lists(propfind("1", "D:getetag")), setting).toEqual(named.sort());
    expect(await lists(sync()), setting).toEqual(named.sort());
  }
  return "PROPFIND, calendar-query and sync-collection name just the objects that GET shows";
}

async function page(): Promise<string> {
  const text = async (setting: string, name: string) => (await as(userOf(setting), `${calendar}${name}`)).body;
  const full = (await as("alice", `${calendar}private.ics`)).body;
  const blocks: Record<string, string> = {
    matrix: await matrix(),
    full: code("ics", full),
    stripped: code("diff", removed(full, await text(askers.strip, "private.ics"))),
    busy: code("ics", await text(askers.read, "private.ics")),
    "free-busy": await freeBusyBlock(),
    listings: await listings(),
    tags: await tags(),
    writes: await writes(),
    kept: await kept(),
    refusals: await refusals(),
  };
  expect(await text(askers.busy, "private.ics")).toBe(await text(askers.read, "private.ics"));
  const template = readFileSync(join(root, "test/e2e/views/page.md"), "utf8");
  const filled = template.replace(/\{\{([\w-]+)\}\}/g, (whole, name: string) => blocks[name] ?? whole);
  expect(filled).not.toMatch(/\{\{/);
  return format(filled, { ...(await resolveConfig(root)), parser: "markdown" });
}

async function freeBusyBlock(): Promise<string> {
  const reply = await as(userOf("`free-busy`"), calendar, freeBusy);
  expect(reply.status).toBe(200);
  // The time of the answer.
  const body = reply.body.replace(/^DTSTAMP:\d{8}T\d{6}Z/m, "DTSTAMP:20260101T000000Z");
  return `${code("xml", freeBusy.body.replace(/ xmlns:(D|CS)="[^"]*"/g, ""))}\n\n${code("ics", body)}`;
}

/** What is left out between two texts, with the lines around it. */
function removed(before: string, after: string): string {
  const left = after.split("\r\n");
  const lines = before.split("\r\n").map((line) => {
    if (left[0] !== line) return `-${line}`;
    left.shift();
    return ` ${line}`;
  });
  expect(left).toEqual([]);
  const near = (at: number) => lines.slice(Math.max(0, at - 2), at + 3).some((line) => line.startsWith("-"));
  return lines.filter((_, at) => near(at)).join("\n");
}

describe("docs/views.md", () => {
  test("says what every role and setting shows, with what a real Envoy answers", async () => {
    await expect(await page()).toMatchFileSnapshot(join(root, "docs", "views.md"));
  });

  test("is right that who may write sees no more than who may read", async () => {
    for (const { name } of Object.values(objects)) {
      const { body } = await as("read", `${calendar}${name}`);
      for (const role of ["append", "write", "manage", "owner"])
        expect((await as(role, `${calendar}${name}`)).body, `${role} ${name}`).toBe(body);
    }
  });
});
