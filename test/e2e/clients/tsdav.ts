/** What people do with a calendar, by tsdav. */
import {
  createCalendarObject,
  createDAVClient,
  type DAVCalendar,
  deleteCalendarObject,
  fetchCalendarObjects,
  updateCalendarObject,
} from "tsdav";
import { Agent, fetch as undiciFetch } from "undici";
import { event } from "../support/index.ts";

export interface Account {
  /** Scheme, host and port: the client finds the rest. */
  url: string;
  user: string;
  password: string;
  /** The certificate authority, as PEM text; undefined for plain HTTP. */
  authority?: string;
}

const pathOf = (url = "") => decodeURIComponent(new URL(url, "http://localhost").pathname);

/** A `fetch` that trusts the account's authority. */
function trusting({ authority }: Account) {
  const agent = new Agent({ connect: { ca: authority } });
  const fetch = ((target: string, options: object) => undiciFetch(target, { ...options, dispatcher: agent })) as never;
  return { fetch, close: () => agent.close() };
}

const summariesOf = (objects: { data?: unknown }[]) =>
  objects.map(({ data }) => /^SUMMARY:(.*?)\r?$/m.exec(String(data))?.[1]).sort();

/** An owner makes a calendar, works with it, and deletes it; what came of each step. */
export async function ownerTour(account: Account): Promise<Record<string, unknown>> {
  const { fetch, close } = trusting(account);
  try {
    const client = await createDAVClient({
      serverUrl: account.url,
      credentials: { username: account.user, password: account.password },
      authMethod: "Basic",
      defaultAccountType: "caldav",
      fetch,
    });
    const log: Record<string, unknown> = {};
    const found = await client.createAccount({ account: { serverUrl: account.url, accountType: "caldav" } });
    log.principal = pathOf(found.principalUrl);
    log.home = pathOf(found.homeUrl);
    const url = new URL("tsdav/", found.homeUrl).href;
    const [made] = await client.makeCalendar({ url, props: { displayname: "Tour" } });
    log.made = made?.status;
    const calendars = await client.fetchCalendars();
    log.calendars = calendars.map((each) => pathOf(each.url)).sort();
    const calendar = calendars.find((each) => pathOf(each.url) === pathOf(url)) as DAVCalendar;
    log.name = calendar.displayName;

    for (const name of ["one", "two", "three"]) {
      const reply = await client.createCalendarObject({
        calendar,
        filename: `${name}.ics`,
        iCalString: event(name, name),
      });
      log[`create ${name}`] = reply.status;
    }
    const objects = await client.fetchCalendarObjects({ calendar });
    log.objects = summariesOf(objects);
    const [one, two, three] = ["one", "two", "three"].map((name) =>
      objects.find((each) => each.url.endsWith(`${name}.ics`)),
    );
    const some = await client.fetchCalendarObjects({ calendar, objectUrls: [one?.url ?? "", two?.url ?? ""] });
    log.some = summariesOf(some);
    const inJanuary = { start: "2026-01-01T00:00:00Z", end: "2026-02-01T00:00:00Z" };
    log.january = summariesOf(await client.fetchCalendarObjects({ calendar, timeRange: inJanuary }));
    const inMarch = { start: "2026-03-01T00:00:00Z", end: "2026-04-01T00:00:00Z" };
    log.march = summariesOf(await client.fetchCalendarObjects({ calendar, timeRange: inMarch }));

    const headers = { "content-type": "text/calendar; charset=utf-8" };
    const change = { calendarObject: { url: one?.url ?? "", etag: one?.etag, data: event("one", "changed") }, headers };
    log.update = (await client.updateCalendarObject(change)).status;
    log["update of what has changed"] = (await client.updateCalendarObject(change)).status;
    log.delete = (await client.deleteCalendarObject({ calendarObject: { url: two?.url ?? "" } })).status;
    const four = await client.createCalendarObject({
      calendar,
      filename: "four.ics",
      iCalString: event("four", "four"),
    });
    log["create four"] = four.status;
    const synced = await client.smartCollectionSyncDetailed({
      collection: { ...calendar, objects, objectMultiGet: client.calendarMultiGet },
      method: "webdav",
    });
    const { created, updated, deleted } = synced.objects as Record<string, { url: string; data?: string }[]>;
    log.created = summariesOf(created ?? []);
    log.updated = summariesOf(updated ?? []);
    log.deleted = deleted?.map((each) => pathOf(each.url));

    const [moved] = await client.davRequest({
      url: three?.url ?? "",
      init: {
        method: "MOVE",
        headers: { destination: new URL("moved.ics", url).href, overwrite: "T" },
        body: undefined,
      },
      parseOutgoing: false,
    });
    log.move = moved?.status;
    log.remaining = (await client.fetchCalendarObjects({ calendar })).map((each) => pathOf(each.url)).sort();
    log["calendar deleted"] = (await client.deleteObject({ url })).status;
    log["calendars left"] = (await client.fetchCalendars()).map((each) => pathOf(each.url)).sort();
    return log;
  } finally {
    await close();
  }
}

/** A sharee reads, adds, changes and removes in a calendar whose path they were told; the status of each, and what was read. */
export async function shareeTour(account: Account, path: string): Promise<Record<string, unknown>> {
  const { fetch, close } = trusting(account);
  try {
    const authorization = `Basic ${Buffer.from(`${account.user}:${account.password}`).toString("base64")}`;
    const calendar = { url: new URL(path, account.url).href };
    const url = (name: string) => new URL(name, calendar.url).href;
    const headers = { authorization };
    const writing = { authorization, "content-type": "text/calendar; charset=utf-8" };
    const list = await fetchCalendarObjects({ calendar, headers, fetch }).then(summariesOf, () => "refused");
    const added = { calendar, filename: "tsdav.ics", iCalString: event("tsdav", "added") };
    const changed = { url: url("two.ics"), data: event("two", "two") };
    return {
      list,
      add: (await createCalendarObject({ ...added, headers, fetch })).status,
      change: (await updateCalendarObject({ calendarObject: changed, headers: writing, fetch })).status,
      delete: (await deleteCalendarObject({ calendarObject: { url: url("tsdav.ics") }, headers, fetch })).status,
    };
  } finally {
    await close();
  }
}
