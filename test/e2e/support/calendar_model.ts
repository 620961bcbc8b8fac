/** What a simple CalDAV server holds: states that never change, the writes that lead from one to the next, and when they did. */
import { createHash } from "node:crypto";

/** A calendar object resource (RFC 4791, 4.1). */
export interface CalendarObject {
  /** Its iCalendar text, as it was put. */
  text: string;
  etag: string;
}

/** A calendar collection (RFC 4791, 4.2). */
export interface Calendar {
  /** Which write made it: one that is made again under the same name is another. */
  id: number;
  displayname: string;
  /** Changes with the objects, not with the properties. */
  ctag: string;
  /** RFC 6578, 4. */
  token: string;
  /** By the last segment of their paths. */
  objects: ReadonlyMap<string, CalendarObject>;
}

export interface State {
  version: number;
  /** By path, such as /alice/work/. */
  calendars: ReadonlyMap<string, Calendar>;
}

/** A request that may change something. `path` is an object's, or a calendar's with a slash at its end. */
export type Write =
  | { kind: "put"; path: string; text: string; ifMatch?: string; ifNoneMatch?: string }
  | { kind: "delete"; path: string }
  | { kind: "move" | "copy"; path: string; to: string; overwrite: boolean }
  | { kind: "mkcalendar"; path: string }
  | { kind: "proppatch"; path: string; displayname: string };

/** What ETags, ctags and sync-tokens are made of: the number of the write, or the content, so that they come back with it. */
export type Tags = "counter" | "content";

/** A calendar's path and an object's name; the name is "" for the calendar itself. */
export function splitPath(path: string): { calendar: string; name: string } {
  const [, owner = "", calendar = "", name = ""] = path.split("/");
  return { calendar: `/${owner}/${calendar}/`, name };
}

/** The owner of what is at a path. */
export const ownerOf = (path: string) => path.split("/")[1] ?? "";

/** All states of a server, and since when each was the present one. */
export class History {
  private readonly states: State[];
  private readonly since: number[] = [0];
  private readonly byToken = new Map<string, Calendar>();

  /** @param first what has been written before anybody asks */
  constructor(
    first: Write[] = [],
    readonly tags: Tags = "counter",
  ) {
    this.states = [{ version: 0, calendars: new Map() }];
    for (const write of first) this.write(write, 0);
  }

  get present(): State {
    return this.states.at(-1);
  }

  /** The states of which each was the present one at some moment from `from` to `to` (performance.now, ms), the first first. */
  during(from: number, to: number): State[] {
    let first = this.since.length - 1;
    while (first > 0 && (this.since[first] as number) > from) first--;
    let last = this.since.length - 1;
    while (last > first && (this.since[last] as number) > to) last--;
    return this.states.slice(first, last + 1);
  }

  /** The calendar as it was when this was its sync-token. */
  atToken(token: string): Calendar | undefined {
    return this.byToken.get(token);
  }

  /**
   * Does what a request asks for at once.
   * @param at the present moment (performance.now, ms)
   * @returns the status to answer, and whether there is a new state
   */
  write(write: Write, at: number): { status: number; changed: boolean } {
    const { present } = this;
    const version = present.version + 1;
    const calendars = new Map(present.calendars);
    const status = this.apply(write, calendars, version);
    if (status >= 400) return { status, changed: false };
    this.states.push({ version, calendars });
    this.since.push(at);
    return { status, changed: true };
  }

  private apply(write: Write, calendars: Map<string, Calendar>, version: number): number {
    const { calendar: path, name } = splitPath(write.path);
    const calendar = calendars.get(path);
    if (write.kind === "mkcalendar") {
      if (calendar) return 405;
      calendars.set(path, this.sealed({ id: version, displayname: path, objects: new Map() }, version));
      return 201;
    }
    if (!calendar) return write.kind === "put" ? 409 : 404;
    if (write.kind === "proppatch") {
      calendars.set(path, { ...calendar, displayname: write.displayname });
      return 207;
    }
    const object = calendar.objects.get(name);
    if (write.kind === "put") {
      if (write.ifMatch !== undefined && write.ifMatch !== object?.etag) return 412;
      if (write.ifNoneMatch === "*" && object) return 412;
      this.store(calendars, path, name, this.newObject(write.text, version), version);
      return object ? 204 : 201;
    }
    if (name === "") return this.applyToCalendar(write, calendars, path, calendar, version);
    if (!object) return 404;
    if (write.kind === "delete") {
      this.store(calendars, path, name, undefined, version);
      return 204;
    }
    const target = splitPath(write.to);
    const before = calendars.get(target.calendar);
    if (!before) return 409;
    const existed = before.objects.has(target.name);
    if (existed && !write.overwrite) return 412;
    if (write.kind === "move") this.store(calendars, path, name, undefined, version);
    this.store(calendars, target.calendar, target.name, this.newObject(object.text, version), version);
    return existed ? 204 : 201;
  }

  /** DELETE, MOVE and COPY of a whole calendar. */
  private applyToCalendar(
    write: Extract<Write, { kind: "delete" | "move" | "copy" }>,
    calendars: Map<string, Calendar>,
    path: string,
    calendar: Calendar,
    version: number,
  ): number {
    if (write.kind === "delete") {
      calendars.delete(path);
      return 204;
    }
    const existed = calendars.has(write.to);
    if (existed && !write.overwrite) return 412;
    if (write.kind === "move") calendars.delete(path);
    calendars.set(write.to, this.sealed({ ...calendar, id: version }, version));
    return existed ? 204 : 201;
  }

  private store(
    calendars: Map<string, Calendar>,
    path: string,
    name: string,
    object: CalendarObject | undefined,
    version: number,
  ): void {
    const calendar = calendars.get(path) as Calendar;
    const objects = new Map(calendar.objects);
    if (object) objects.set(name, object);
    else objects.delete(name);
    calendars.set(path, this.sealed({ ...calendar, objects }, version));
  }

  private newObject(text: string, version: number): CalendarObject {
    return { text, etag: this.tags === "counter" ? `"${version}"` : `"${hash(text)}"` };
  }

  /** Gives a calendar the tags that fit its objects. */
  private sealed(calendar: Omit<Calendar, "ctag" | "token">, version: number): Calendar {
    const objects = [...calendar.objects].sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, { etag }]) => name + etag);
    const tag = this.tags === "counter" ? String(version) : hash(`${calendar.id} ${objects.join()}`);
    const done = { ...calendar, ctag: `ctag-${tag}`, token: `http://calendar.example/sync/${calendar.id}/${tag}` };
    this.byToken.set(done.token, done);
    return done;
  }
}

const hash = (text: string) => createHash("sha256").update(text).digest("hex").slice(0, 16);
