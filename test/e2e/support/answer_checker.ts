/**
 * Decides whether an answer is one that the server could have given. The server's states are in one order and each has
 * its time, so a read is right when it shows a state that was the present one at some moment while it was under way
 * (linearizability of a register). That also means that nobody ever goes back: a read that begins when another one or a
 * write has ended cannot show an older state than that.
 */
import { isDeepStrictEqual } from "node:util";
import { type History, splitPath, type State } from "./calendar_model.ts";
import { type Answer, answerTo, type Query, type Range } from "./calendar_reads.ts";
import { observed, type Reply } from "./observed.ts";
import { hasOwnTags, seenBy, sightOf } from "./policy_model.ts";

/** A read that has been answered. Times are of performance.now, in ms. */
export interface Read {
  step: string;
  person: string;
  query: Query;
  begun: number;
  ended: number;
  reply: Reply;
}

/** The moments whose states an answer may show. */
export interface Promised {
  /** How much older than the request's begin an answer may be, in ms; default 0. */
  staleness?: number;
  /** Whoever has written in a calendar, and was answered, sees it, however old else an answer may be. */
  ownWrites?: boolean;
}

/** Tags come in pairs: what the person got, and what it stands for. */
type Pairs = [string, string][];

export class AnswerChecker {
  /** What a tag of the filter's own may stand for, after all that has been seen; by person and tag. */
  private readonly meanings = new Map<string, Set<string>>();

  /** When somebody's last write in a calendar was answered; by person and calendar. */
  private readonly wrote = new Map<string, number>();

  constructor(
    private readonly history: History,
    private readonly promised: Promised = {},
  ) {}

  /** Takes note of a write that was answered at `ended`. */
  noteWrite(person: string, paths: string[], ended: number): void {
    for (const path of paths) this.wrote.set(`${person} ${splitPath(path).calendar}`, ended);
  }

  /** What is wrong with an answer that tells something; undefined when nothing is. */
  fault(read: Read): string | undefined {
    const { person, query, begun, ended } = read;
    const whole = observed(person, query, read.reply);
    const { staleness = 0, ownWrites = false } = this.promised;
    const wrote = ownWrites ? (this.wrote.get(`${person} ${splitPath(query.path).calendar}`) ?? 0) : 0;
    const from = Math.max(begun - staleness, Math.min(wrote, begun));
    const states = this.history.during(from, ended);
    const loose = this.looseEntries(person, query, states);
    const got = without(whole, loose);
    const possible: Pairs[] = [];
    for (const state of states)
      for (const meant of this.queriesMeant(person, query)) {
        const pairs = this.matches(without(this.expected(meant, state, person, got), loose), got, person, query.path);
        if (pairs) possible.push(pairs);
      }
    if (possible.length === 0) return this.describe(read, whole, states);
    this.learn(person, possible);
    return undefined;
  }

  /** @param got says whether a part is enough */
  private expected(query: Query, state: State, person: string, got?: Answer): Answer {
    const answer = answerTo(query, state, this.history, person);
    const { status, text, etag } = answer;
    if (got?.status !== 206 || status !== 200 || text === undefined) return seenBy(person, query, answer);
    const [first, last] = (query as { range?: Range }).range ?? [0, -1];
    const bytes = Buffer.from(text);
    return {
      status: 206,
      etag,
      text: `bytes ${first}-${last}/${bytes.length}: ${bytes.toString("utf8", first, last + 1)}`,
    };
  }

  /**
   * The objects that an answer may leave out. Whom something may be hidden from gets a list of the server only of those
   * objects that the filter has looked at, before or after it. One that was made and removed again in between it cannot
   * tell from what is no calendar object.
   */
  private looseEntries(person: string, query: Query, states: State[]): string[] {
    const sight = sightOf(person, query.path);
    if (query.kind !== "propfind" || (sight !== "hidden" && sight !== "busy") || states.length < 2) return [];
    const path = splitPath(query.path).calendar;
    const held = states.map(({ calendars }) => calendars.get(path)?.objects);
    const names = new Set(held.flatMap((objects) => [...(objects?.keys() ?? [])]));
    const isFleeting = (name: string) => {
      const is = held.map((objects) => objects?.has(name) === true);
      const made = is.indexOf(true);
      return made > 0 && is.includes(false, made);
    };
    return [...names].filter(isFleeting).map((name) => path + name);
  }

  /** The query with the tags that it names as the server has them. */
  private queriesMeant(person: string, query: Query): Query[] {
    if (!hasOwnTags(sightOf(person, query.path))) return [query];
    const meanings = (tag: string) => [...(this.meanings.get(`${person} ${tag}`) ?? [tag])];
    if (query.kind === "sync-collection") return meanings(query.token).map((token) => ({ ...query, token }));
    if ((query.kind === "get" || query.kind === "head") && query.ifNoneMatch !== undefined)
      return meanings(query.ifNoneMatch).map((ifNoneMatch) => ({ ...query, ifNoneMatch }));
    return [query];
  }

  /** The pairs of tags that make the two the same, if any do. */
  private matches(expected: Answer, got: Answer, person: string, path: string): Pairs | undefined {
    if (!hasOwnTags(sightOf(person, path)))
      return isDeepStrictEqual(stripped(expected), stripped(got)) ? [] : undefined;
    const pairs: Pairs = [];
    if (!isDeepStrictEqual(withoutTags(expected), withoutTags(got))) return undefined;
    const [ours, theirs] = [tagsOf(expected), tagsOf(got)];
    if (ours.length !== theirs.length) return undefined;
    for (const [at, tag] of theirs.entries()) {
      const meaning = ours[at] as string;
      if (this.meanings.get(`${person} ${tag}`)?.has(meaning) === false) return undefined;
      pairs.push([tag, meaning]);
    }
    return pairs;
  }

  /** Keeps of every tag's meanings those that this answer leaves open. */
  private learn(person: string, possible: Pairs[]): void {
    const open = new Map<string, Set<string>>();
    for (const [tag, meaning] of possible.flat()) {
      const key = `${person} ${tag}`;
      open.set(key, (open.get(key) ?? new Set()).add(meaning));
    }
    for (const [key, meanings] of open) this.meanings.set(key, meanings);
  }

  private describe({ step, person, query, begun, ended, reply }: Read, got: Answer, states: State[]): string {
    const [first, last] = [states[0] as State, states.at(-1)];
    const older = this.history
      .during(0, ended)
      .findLast((state) =>
        this.queriesMeant(person, query).some((meant) =>
          this.matches(this.expected(meant, state, person, got), got, person, query.path),
        ),
      );
    const show = (state: State) => JSON.stringify(stripped(this.expected(query, state, person)));
    return [
      `step ${step}: ${person} got what the server would not have said: ${JSON.stringify(query)}`,
      `  under way ${begun.toFixed(1)}-${ended.toFixed(1)} ms, Cache-Status: ${String(reply.headers["cache-status"])}`,
      `  got      ${JSON.stringify(stripped(got))}`,
      `  state ${first.version}: ${show(first)}`,
      ...(last === first ? [] : [`  state ${last.version}: ${show(last)} (and ${states.length - 2} between)`]),
      older ? `  it is what was right until after state ${older.version}` : "  it was never right",
    ].join("\n");
  }
}

function without(answer: Answer, hrefs: string[]): Answer {
  if (!answer.entries || hrefs.length === 0) return answer;
  const entries = Object.entries(answer.entries).filter(([href]) => !hrefs.includes(href));
  return { ...answer, entries: Object.fromEntries(entries) };
}

/** Without what is undefined, and with the entries in one order. */
function stripped(answer: Answer): unknown {
  const copy = JSON.parse(JSON.stringify(answer)) as Answer;
  if (copy.entries)
    copy.entries = Object.fromEntries(Object.entries(copy.entries).sort(([a], [b]) => (a < b ? -1 : 1)));
  return copy;
}

const tagNames = ["getetag", "getctag", "sync-token"];

/** All tags of an answer, in an order that depends on nothing else. */
function tagsOf({ etag, token, entries = {} }: Answer): string[] {
  const inside = Object.keys(entries)
    .sort()
    .flatMap((href) => tagNames.map((name) => entries[href]?.props[name]));
  return [etag, token, ...inside].filter((tag) => tag !== undefined);
}

function withoutTags(answer: Answer): unknown {
  const copy = stripped({ ...answer, etag: undefined, token: undefined }) as Answer;
  for (const { props } of Object.values(copy.entries ?? {}))
    for (const name of tagNames) if (name in props) props[name] = "";
  return copy;
}
