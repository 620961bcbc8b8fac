/** What the people of the model do: any step of a run, from its seed and number. */
import { ownerOf, splitPath, type Write } from "./calendar_model.ts";
import { type Query } from "./calendar_reads.ts";
import { sightOf, sights } from "./policy_model.ts";
import { Random } from "./random.ts";

/** One read or several at once, or a write and reads of what it touches. */
export type Step = { reads: Read[] } | { person: string; write: Write; around: Around[] };

/** A read that begins so many ms after the write. */
export interface Around {
  read: Read;
  after: number;
}

/** What clients remember of earlier answers. */
export interface Memory {
  /** Sync-tokens by person and calendar. */
  tokens: Map<string, string[]>;
  /** ETags by person and path. */
  etags: Map<string, string>;
  /** The last reads: clients poll, so most ask again what was asked before. */
  recent: Read[];
  /** How many different events are written under a name. Where they are few, what was there comes back. */
  contents: number;
}

interface Read {
  person: string;
  query: Query;
}

export const calendars = Object.keys(sights);
/** The only owner with writes of which nobody knows what became of them. */
export const frail = "carol";

const names = ["o1.ics", "o2.ics", "o3.ics", "o4.ics", "p1.ics", "p2.ics"];
const often = { "/alice/work/": 5, "/alice/home/": 2, "/alice/extra/": 1, "/carol/plans/": 3 };
const writers: Record<string, string[]> = {
  "/alice/work/": ["alice", "erin"],
  "/alice/home/": ["alice"],
  "/alice/extra/": ["alice"],
  "/carol/plans/": ["carol", "alice"],
};
const reads = {
  poll: 4,
  list: 2,
  home: 1,
  known: 1,
  get: 3,
  head: 1,
  object: 1,
  query: 2,
  multiget: 2,
  sync: 3,
  free: 1,
};

/** How many steps write, in the busy part of every hundred and in the rest, where a cache can show what it keeps. */
const writing = { busy: 0.3, calm: 0.02, part: 35 };

/** What happens in step `number` of a run. */
export function randomStep(random: Random, number: number, memory: Memory): Step {
  const isBusy = number % 100 < writing.part;
  if (random.chance(isBusy ? writing.busy : writing.calm)) {
    const { person, write } = randomWrite(random, number, memory);
    return { person, write, around: random.chance(0.6) ? readsAround(random, write) : [] };
  }
  const { recent } = memory;
  const first = recent.length > 0 && random.chance(0.7) ? random.pick(recent) : randomRead(random, memory);
  recent.push(first);
  if (recent.length > 12) recent.shift();
  const [owner, calendar] = [first.query.path.split("/")[1] as string, splitPath(first.query.path).calendar];
  if (!random.chance(0.08)) return { reads: [first] };
  // Several at once want the same, as they do when a shared calendar has changed.
  const others = [owner, ...Object.keys(sights[calendar] ?? {})];
  const named = first.query.kind === "sync-collection" || "ifNoneMatch" in first.query;
  const more = Array.from({ length: 1 + random.below(4) }, () => (named ? first.person : random.pick(others)));
  return { reads: [first, ...more.map((person) => ({ person, query: first.query }))] };
}

function randomRead(random: Random, { tokens, etags }: Memory): Read {
  const calendar = random.weighted(often);
  const owner = calendar.split("/")[1] as string;
  const people = [owner, owner, ...Object.keys(sights[calendar] ?? {}), ...(random.chance(0.2) ? ["mallory"] : [])];
  const person = random.pick(people);
  const path = calendar + random.pick(names);
  const of = (query: Query): Read => ({ person, query });
  const kind = random.weighted(reads);
  switch (kind) {
    case "poll":
      return of({ kind: "propfind", path: calendar, depth: "0", props: ["getctag", "sync-token"] });
    case "list":
      return of({ kind: "propfind", path: calendar, depth: "1", props: ["getetag", "resourcetype"] });
    case "home":
      return { person: owner, query: homeQuery(owner, random.pick(["0", "1"])) };
    case "known": {
      const props = ["displayname", "resourcetype", "current-user-privilege-set", "current-user-principal"];
      const all = random.chance(0.5) ? [...props, "asked-by"] : props;
      return of({ kind: "propfind", path: calendar, depth: "0", props: all });
    }
    case "get":
    case "head": {
      const etag = random.chance(0.5) ? etags.get(`${person} ${path}`) : undefined;
      if (etag !== undefined) return of({ kind, path, ifNoneMatch: etag });
      const isPart = kind === "get" && ["write", "read"].includes(sightOf(person, path) ?? "") && random.chance(0.3);
      return of(isPart ? { kind, path, range: [10, 99] } : { kind, path });
    }
    case "object":
      return of({ kind: "propfind", path, depth: "0", props: ["getetag"] });
    case "query":
      return of({
        kind: "calendar-query",
        path: calendar,
        props: random.pick([["getetag", "calendar-data"], ["getetag"]]),
      });
    case "multiget": {
      const hrefs = names.filter(() => random.chance(0.4)).map((name) => calendar + name);
      const named = hrefs.length > 0 ? hrefs : [path];
      return of({ kind: "calendar-multiget", path: calendar, props: ["getetag", "calendar-data"], hrefs: named });
    }
    case "sync": {
      const known = tokens.get(`${person} ${calendar}`) ?? [];
      const token = random.chance(0.2) ? "" : random.chance(0.7) ? (known.at(-1) ?? "") : random.pick([...known, ""]);
      return of({ kind: "sync-collection", path: calendar, props: ["getetag"], token });
    }
    case "free":
      return of({ kind: "free-busy-query", path: calendar });
  }
}

/** The same question some times while a write is under way and soon after: the races are there. */
function readsAround(random: Random, write: Write): Around[] {
  const path = "to" in write && random.chance(0.7) ? write.to : write.path;
  const { calendar, name } = splitPath(path);
  const owner = ownerOf(path);
  const others = Object.entries(sights[calendar] ?? {}).filter(([, sight]) => sight !== "free-busy");
  const person = random.pick([owner, owner, ...others.map(([sharee]) => sharee)]);
  const questions: Query[] = [
    { kind: "propfind", path: calendar, depth: "0", props: ["getctag", "sync-token"] },
    { kind: "calendar-query", path: calendar, props: ["getetag"] },
    ...(name === "" ? [] : [{ kind: "get" as const, path }]),
    ...(person === owner ? [homeQuery(owner, "1")] : []),
  ];
  const read = { person, query: random.pick(questions) };
  const late = owner === frail ? 250 : 70;
  return Array.from({ length: 3 + random.below(4) }, () => ({ read, after: random.below(late) }));
}

const homeQuery = (owner: string, depth: "0" | "1"): Query => ({
  kind: "propfind",
  path: `/${owner}/`,
  depth,
  props: ["displayname", "resourcetype", "getctag", "sync-token"],
});

function randomWrite(random: Random, number: number, memory: Memory): { person: string; write: Write } {
  const { etags } = memory;
  const calendar = random.weighted(often);
  const person = random.pick(writers[calendar] as string[]);
  const owns = calendar.startsWith(`/${person}/`);
  const name = random.pick(names);
  const path = calendar + name;
  const of = (write: Write) => ({ person, write });
  if (calendar === "/alice/extra/" && random.chance(0.5)) {
    const there = random.chance(0.8) ? calendar : "/alice/spare/";
    const to = there === calendar ? "/alice/spare/" : calendar;
    const kind = random.weighted({ mkcalendar: 4, delete: 2, move: 2 });
    return of(kind === "move" ? { kind, path: there, to, overwrite: random.chance(0.5) } : { kind, path: there });
  }
  const kind = random.weighted({ put: 6, delete: 1, move: 2, copy: 1.5, proppatch: owns ? 1 : 0 });
  switch (kind) {
    case "put": {
      const write: Write = { kind, path, text: randomEvent(number % memory.contents, name) };
      const etag = etags.get(`${person} ${path}`);
      if (random.chance(0.2)) write.ifNoneMatch = "*";
      else if (etag !== undefined && random.chance(0.3)) write.ifMatch = etag;
      return of(write);
    }
    case "move":
    case "copy": {
      const elsewhere = random.chance(0.8) && person === "alice";
      const targets = calendars.filter(
        (target) => writers[target]?.includes(person) && !(elsewhere && target === calendar),
      );
      const letter = name.charAt(0);
      const to = random.pick(targets) + random.pick(names.filter((other) => other.startsWith(letter)));
      const write: Write = { kind, path, to, overwrite: random.chance(0.7) };
      return to === path ? of({ kind: "delete", path }) : of(write);
    }
    case "proppatch":
      return of({ kind, path: calendar, displayname: `Name ${number}` });
    case "delete":
      return of({ kind, path });
  }
}

/** A calendar with something in it, to begin with. */
export function firstWrites(): Write[] {
  const text = (name: string) => randomEvent(0, name);
  return calendars.flatMap((calendar) => [
    { kind: "mkcalendar", path: calendar },
    ...names.map((name): Write => ({ kind: "put", path: calendar + name, text: text(name) })),
  ]);
}

/** An event that tells in its SEQUENCE and DTSTART, which every view keeps, by which step it was written. */
function randomEvent(number: number, name: string): string {
  const random = new Random(number, name.charCodeAt(1));
  const time = (hours: number) =>
    new Date(Date.UTC(2026, 0, 5, hours + number * 2)).toISOString().replaceAll(/[-:]|\.000/g, "");
  const size = random.chance(0.02) ? 60_000 : random.chance(0.3) ? random.below(4000) : random.below(200);
  const alarm = ["BEGIN:VALARM", "ACTION:DISPLAY", "DESCRIPTION:wake up", "TRIGGER:-PT15M", "END:VALARM"];
  const padding = Array.from(
    { length: Math.ceil(size / 60) },
    (_, at) => `${at === 0 ? "DESCRIPTION:" : " "}${"x & y <z> ".repeat(6)}`,
  );
  return [
    ...["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//test//EN", "BEGIN:VEVENT", `UID:${name}`],
    ...["DTSTAMP:20260101T000000Z", `DTSTART:${time(9)}`, `DTEND:${time(10)}`, `SEQUENCE:${number}`],
    ...[`SUMMARY:Meeting ${number}`, ...(name.startsWith("p") ? ["CLASS:PRIVATE"] : []), ...padding],
    ...[...(random.chance(0.3) ? alarm : []), "END:VEVENT", "END:VCALENDAR", ""],
  ].join("\r\n");
}
