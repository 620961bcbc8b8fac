/** The devices at work: each polls, fetches what has changed, and sometimes writes. */
import { Pool } from "undici";
import { Random } from "../../test/e2e/support/random.ts";
import { calendarOf, event, poll } from "../cache/requests.ts";
import { by } from "../context.ts";
import type { Shot } from "../load.ts";
import { devicesOf, type Owned, type Visit } from "./plan.ts";

/** The calendar that everybody shares. */
export const TEAM = "/team/calendar/";
export const homeOf = (user: string): string => `/${user}/calendar/`;

/** What was asked so far, and where the answers came from. */
export interface Counts {
  reads: number;
  /** Reads that the cache answered, without the server or after a check. */
  hits: number;
  writes: number;
}

interface Reply {
  status: number;
  text: string;
  /** Cache-Status, or nothing. */
  cache: string;
}

const xml = "application/xml; charset=utf-8";

/** All devices of an office, on one connection: what matters is the order of what they do, and not how fast. */
export class Office {
  readonly counts: Counts = { reads: 0, hits: 0, writes: 0 };
  readonly devices: Owned[];
  /** The sync-token that a device knows of a calendar, by both. */
  private readonly known = new Map<string, string>();
  private readonly random: Random;
  private readonly pool: Pool;
  private readonly share: number;

  /**
   * @param url where they find their calendars
   * @param share how many of all requests are writes: 0.03 is 3 %
   */
  constructor(url: string, people: number, share: number, seed: number) {
    this.devices = devicesOf(people);
    this.random = new Random(seed);
    this.pool = new Pool(url, { connections: 1, pipelining: 1 });
    this.share = share;
  }

  /** A device looks at its two calendars; then a desktop may write, if there were not enough writes. */
  async visit({ time, device }: Visit): Promise<void> {
    const owned = this.devices[device];
    if (owned === undefined) return;
    for (const path of [homeOf(owned.user), TEAM]) await this.look(time, device, owned.user, path);
    const { reads, writes } = this.counts;
    if (owned.kind === "desktop" && writes < this.share * (reads + writes)) await this.write(time, owned.user);
  }

  /** Forgets what was counted: the day begins. */
  begin(): void {
    Object.assign(this.counts, { reads: 0, hits: 0, writes: 0 });
  }

  async close(): Promise<void> {
    await this.pool.close();
  }

  /** A poll and, when the calendar has changed since the last one, what a client sends to catch up. */
  private async look(time: number, device: number, user: string, path: string): Promise<void> {
    const key = `${device} ${path}`;
    const known = this.known.get(key);
    const token = tokenIn(await this.read(time, poll(user, path)));
    if (known === undefined) this.known.set(key, token);
    if (known === undefined || known === token) return;
    const changes = await this.read(time, sync(user, path, known));
    const hrefs = [...changes.text.matchAll(/<(?:\w+:)?href>([^<]+\.ics)</g)].map(([, href = ""]) => href);
    if (hrefs.length > 0) await this.read(time, multiget(user, path, hrefs));
    this.known.set(key, tokenIn(changes));
  }

  /** An event is made or changed, in two of three cases in a calendar of one's own. */
  private async write(time: number, user: string): Promise<void> {
    const path = this.random.below(3) > 0 ? homeOf(user) : TEAM;
    const name = `${user}-${this.random.below(10)}`;
    const body = calendarOf([event(name, this.random.below(365), `Written at ${time}`)]);
    const shot = by(user, "PUT", `${path}${name}.ics`, { headers: { "content-type": "text/calendar" }, body });
    const { status } = await this.send(time, shot);
    if (status !== 201 && status !== 204) throw new Error(`PUT of ${shot.path}: ${status}`);
    this.counts.writes++;
  }

  private async read(time: number, shot: Shot): Promise<Reply> {
    const reply = await this.send(time, shot);
    if (reply.status !== 207) throw new Error(`${shot.method} of ${shot.path}: ${reply.status} ${reply.text}`);
    this.counts.reads++;
    if (reply.cache.includes("hit")) this.counts.hits++;
    return reply;
  }

  private async send(time: number, { method, path, headers, body }: Shot): Promise<Reply> {
    const timed = { ...headers, "x-bench-time": String(time) };
    const options = { method: method as "GET", path, headers: timed, body, reset: false };
    const reply = await this.pool.request(options);
    const text = await reply.body.text();
    return { status: reply.statusCode, text, cache: String(reply.headers["cache-status"] ?? "") };
  }
}

function tokenIn({ text }: Reply): string {
  const token = /<(?:\w+:)?sync-token>([^<]+)</.exec(text)?.[1];
  if (token === undefined) throw new Error(`There is no sync-token in ${text}`);
  return token;
}

function sync(user: string, path: string, token: string): Shot {
  const body = `<?xml version="1.0" encoding="utf-8"?>\n<sync-collection xmlns="DAV:"><sync-token>${token}</sync-token><sync-level>1</sync-level><prop><getetag/></prop></sync-collection>`;
  return by(user, "REPORT", path, { headers: { "content-type": xml }, body });
}

function multiget(user: string, path: string, hrefs: string[]): Shot {
  const wanted = hrefs.map((href) => `<href>${href}</href>`).join("");
  const body = `<?xml version="1.0" encoding="utf-8"?>\n<C:calendar-multiget xmlns="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav"><prop><getetag/><C:calendar-data/></prop>${wanted}</C:calendar-multiget>`;
  return by(user, "REPORT", path, { headers: { depth: "1", "content-type": xml }, body });
}
