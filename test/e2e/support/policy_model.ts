/** Who sees what of the model's calendars: the filter's configuration, and what it has to make of the server's answers. */
import { ownerOf, splitPath } from "./calendar_model.ts";
import { type Answer, type AnswerEntry, type Query } from "./calendar_reads.ts";
import { shown } from "./dav.ts";

/**
 * How a person sees a calendar: all of it and may change it ("write") or not ("read"), private events and alarms not
 * ("limited"), private events not even as blocks ("hidden"), all as blocks ("busy"), only free-busy-query ("free-busy").
 */
export type Sight = "write" | "read" | "limited" | "hidden" | "busy" | "free-busy";

const hiding = { private: "hide", confidential: "hide" };
const accesses: Record<Sight, object> = {
  write: { access: "write", ...shown },
  read: { access: "read", ...shown },
  limited: { access: "read" },
  hidden: { access: "read", ...hiding },
  busy: { access: "busy" },
  "free-busy": { access: "free-busy" },
};

/** Calendar to sharee to sight. Objects whose names begin with `p` are private, all others are not. */
export const sights: Record<string, Record<string, Sight>> = {
  "/alice/work/": { bob: "read", erin: "write", gina: "limited", hugo: "hidden", dave: "busy", frank: "free-busy" },
  "/alice/home/": { bob: "busy", erin: "read" },
  "/alice/extra/": { bob: "read", dave: "limited" },
  "/carol/plans/": { alice: "write", gina: "limited" },
};

/** The configuration of the filter: a header says who asks, and the server is told. */
export const policy = {
  server: "radicale",
  identity: { header: { name: "x-caldav-user" } },
  upstream: { cluster: "caldav", authenticate: { header: "x-remote-user", as: "user" } },
  shares: Object.entries(sights).flatMap(([path, sharees]) =>
    Object.entries(sharees).map(([name, sight]) => ({
      calendar: path.slice(1, -1),
      with: [name],
      ...accesses[sight],
    })),
  ),
};

/** How a person sees what is at a path; undefined: not at all. */
export function sightOf(person: string, path: string): Sight | undefined {
  return ownerOf(path) === person ? "write" : sights[splitPath(path).calendar]?.[person];
}

/** True when the tags that come with a sight are the filter's own. */
export const hasOwnTags = (sight: Sight | undefined) => sight === "limited" || sight === "hidden" || sight === "busy";

const missing: AnswerEntry = { status: 404, props: {} };

/** Whether nothing of an object is shown. */
export const isHidden = (path: string, sight: Sight | undefined) =>
  sight === "hidden" && splitPath(path).name.startsWith("p");

/** What has to become of the server's answer for a person, but for tags. */
export function seenBy(person: string, query: Query, answer: Answer): Answer {
  const sight = sightOf(person, query.path);
  const freeBusy = query.kind === "free-busy-query";
  if (!sight || (sight === "free-busy" && !freeBusy) || isHidden(query.path, sight)) return { status: 404 };
  const { periods, ...seen } = answer;
  if (periods) {
    const visible = Object.entries(periods).filter(([href]) => !isHidden(href, sight));
    seen.busy = [...new Set(visible.map(([, period]) => period))].sort();
  }
  if (answer.text !== undefined) seen.text = seenText(answer.text, sight);
  if (answer.entries) {
    // A multiget names what it wants; there, and only there, what is hidden is said to be missing.
    const named = query.kind === "calendar-multiget";
    const entries = Object.entries(answer.entries).filter(([href]) => named || !isHidden(href, sight));
    seen.entries = Object.fromEntries(
      entries.map(([href, entry]) => [href, isHidden(href, sight) ? missing : seenEntry(entry, sight)]),
    );
  }
  return seen;
}

function seenEntry({ status, props }: AnswerEntry, sight: Sight): AnswerEntry {
  const seen = { ...props };
  if ("calendar-data" in seen) seen["calendar-data"] = seenText(seen["calendar-data"], sight);
  if ("current-user-privilege-set" in seen) seen["current-user-privilege-set"] = sight === "write" ? "write" : "read";
  return { status, props: seen };
}

/** What is compared of an event: its text, or the one thing of a block that tells which it is. */
function seenText(text: string, sight: Sight): string {
  const plain = text.replaceAll("\r", "").trim();
  if (sight === "write" || sight === "read") return plain;
  return sight === "busy" || plain.includes("CLASS:PRIVATE")
    ? block(plain)
    : plain.replaceAll(/BEGIN:VALARM\n.*?END:VALARM\n/gs, "");
}

const block = (text: string) => [/^SEQUENCE:.*$/m, /^DTSTART:.*$/m].map((line) => line.exec(text)?.[0]).join(" ");

/** The same of what a client got. */
export function shownText(text: string, sight: Sight | undefined): string {
  const plain = text.replaceAll("\r", "").trim();
  const redacted = hasOwnTags(sight) && plain.includes("SUMMARY:Busy") && !plain.includes("DESCRIPTION");
  return redacted ? block(plain) : plain;
}
