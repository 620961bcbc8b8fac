/** The policy of the fuzzed configuration once more, slow and plain: shares as a list, looked through for every question. */
import type { Json } from "../emulator/struct.ts";

type Show = "hide" | "busy" | "show";
interface Share {
  calendar: string;
  with: string[];
  access: "free-busy" | "busy" | "read" | "append" | "write" | "manage" | "owner";
  private?: Show;
  confidential?: Show;
  alarms?: "keep" | "strip";
  until?: string;
}

export const groups: Record<string, string[]> = { team: ["heidi", "bob"], staff: ["gina"] };
export const shares: Share[] = [
  { calendar: "alice/work", with: ["bob"], access: "read" },
  { calendar: "alice/work", with: ["carol"], access: "write" },
  { calendar: "alice/work", with: ["dave"], access: "busy" },
  { calendar: "alice/work", with: ["erin"], access: "manage", private: "show", confidential: "show", alarms: "keep" },
  { calendar: "alice/work", with: ["frank"], access: "free-busy" },
  { calendar: "alice/work", with: ["gina"], access: "append", private: "hide", confidential: "busy" },
  { calendar: "alice/*", with: ["group:team"], access: "free-busy" },
  { calendar: "alice/home", with: ["group:team"], access: "busy", alarms: "keep" },
  { calendar: "alice/home", with: ["bob"], access: "append", private: "hide" },
  { calendar: "*/public", with: ["anyone"], access: "read", private: "hide", confidential: "hide" },
  { calendar: "carol/work", with: ["authenticated"], access: "read", confidential: "show" },
  { calendar: "carol/home", with: ["group:staff"], access: "write", private: "show", confidential: "show" },
  { calendar: "carol/home", with: ["ivan"], access: "owner", until: "2026-01-01T00:00:00Z" },
];

export const config = (realm: string): Json => ({
  server: "radicale",
  identity: { header: { name: "x-caldav-user", groups: "x-caldav-groups" }, realm },
  upstream: { cluster: "caldav" },
  groups,
  shares: shares as unknown as Json[],
  other_paths: { "/.web/": "authenticated" },
});

export interface Who {
  user: string;
  groups: string[];
}

const ROLES: Record<Share["access"], string[]> = {
  "free-busy": ["free-busy"],
  busy: ["free-busy", "see"],
  read: ["free-busy", "see", "text"],
  append: ["free-busy", "see", "text", "bind"],
  write: ["free-busy", "see", "text", "bind", "unbind", "content"],
  manage: ["free-busy", "see", "text", "bind", "unbind", "content", "properties"],
  owner: ["free-busy", "see", "text", "bind", "unbind", "content", "properties", "own"],
};
const OPENNESS: Show[] = ["hide", "busy", "show"];

/** What somebody has on a calendar: words of `ROLES`, and how events of a CLASS and alarms are shown. */
export function rights(who: Who, owner: string, calendar: string, now: number) {
  const all = { can: new Set(ROLES.owner), private: "show" as Show, confidential: "show" as Show, alarms: true };
  if (who.user !== "" && who.user === owner) return { ...all, isOwner: true };
  const none = { can: new Set<string>(), private: "hide" as Show, confidential: "hide" as Show, alarms: false };
  if (["inbox", "outbox", ".in", ".out", "trashbin"].includes(calendar.toLowerCase()))
    return { ...none, isOwner: false };
  const of = shares.filter((share) => {
    const [shareOwner, shareCalendar] = share.calendar.split("/");
    if (shareOwner !== "*" && shareOwner !== owner) return false;
    if (shareCalendar !== "*" && shareCalendar !== calendar) return false;
    if (share.until !== undefined && now >= Date.parse(share.until)) return false;
    return share.with.some(
      (subject) =>
        subject === "anyone" ||
        (who.user !== "" &&
          (subject === "authenticated" ||
            subject === who.user ||
            (subject.startsWith("group:") &&
              (who.groups.includes(subject.slice(6)) || (groups[subject.slice(6)] ?? []).includes(who.user))))),
    );
  });
  const most = (values: Show[]): Show => OPENNESS[Math.max(0, ...values.map((value) => OPENNESS.indexOf(value)))]!;
  return {
    can: new Set(of.flatMap(({ access }) => ROLES[access])),
    private: most(of.map((share) => share.private ?? "busy")),
    confidential: most(of.map((share) => share.confidential ?? "busy")),
    alarms: of.some((share) => share.alarms === "keep"),
    isOwner: false,
  };
}

/** The segments of a path that can be read in one way only, else null. */
export function segmentsOf(path: string): string[] | null {
  const plain = path.replace(/^https?:\/\/calendar\.example(:80|:443)?(?=\/)/, "");
  if (!plain.startsWith("/") || /[?#;\\\0]|\/\//.test(plain)) return null;
  try {
    const segments = plain.slice(1).replace(/\/$/, "").split("/").map(decodeURIComponent);
    return segments.some((segment) => /[/\\;]|^\.\.?$|%[0-9a-f]{2}/i.test(segment))
      ? null
      : segments.filter((s) => s !== "");
  } catch {
    return null;
  }
}

/** Why a request must not have reached the server for this person, or null. */
export function objection(
  who: Who,
  request: { method: string; path: string; headers: Record<string, string>; body: string; via: string },
  now: number,
): string | null {
  const { method, headers, body } = request;
  if (/^\/\.web([/?]|$)/.test(request.path)) return who.user === "" ? "not signed in" : null;
  const where = segmentsOf(request.path);
  if (!where) return "an ambiguous path";
  if (where.length === 0) return who.user === "" ? "not signed in" : null;
  const may = rights(who, where[0]!, where[1] ?? "", now);
  if (where.length === 1 || where.length > 3) return may.isOwner ? null : "another's home, or too deep";
  const need = (right: string, has = may): string | null => (has.can.has(right) ? null : `${right} is missing`);
  const isObject = where.length === 3;
  switch (method) {
    case "OPTIONS":
      return may.isOwner ? null : "it is answered here";
    case "GET":
    case "HEAD":
    case "PROPFIND":
      return need("see");
    case "REPORT": {
      const wrong = need(/free-busy-query/.test(body) ? "free-busy" : "see");
      if (wrong || !/multiget/.test(body)) return wrong;
      const hrefs = [...body.matchAll(/<D:href>([^<]*)<\/D:href>/g)].map(([, href]) => href!.trim());
      const hidden = hrefs.find((href) => {
        const segments = segmentsOf(href);
        if (!segments) return true;
        if (segments[0] === ".web") return who.user === "";
        if (segments.length < 2 || segments.length > 3) return segments[0] !== who.user && segments.length > 0;
        return !rights(who, segments[0]!, segments[1]!, now).can.has("see");
      });
      return hidden === undefined ? null : `the href ${hidden}`;
    }
    case "PUT":
      if (!isObject) return may.isOwner ? null : "a whole calendar";
      if (may.can.has("content") && may.can.has("bind")) return null;
      return may.can.has("bind") && headers["if-none-match"] === "*" ? null : "content is missing";
    case "DELETE":
      return isObject ? need("unbind") : need("own");
    case "PROPPATCH":
      return need("properties");
    case "LOCK":
    case "UNLOCK":
      return need("content");
    case "POST":
      return need("bind") ?? need("content");
    case "MKCOL":
    case "MKCALENDAR":
      return may.isOwner ? null : "bind on the home is missing";
    case "COPY":
    case "MOVE": {
      const there = segmentsOf(headers.destination ?? "");
      if (!there || there.length < 2) return "no destination";
      const has = rights(who, there[0]!, there[1]!, now);
      if ((there.length !== 3 || !isObject) && !has.isOwner) return "a collection in another's home";
      const wrong = need("see") ?? (method === "MOVE" ? need("unbind") : null) ?? need("bind", has);
      if (wrong) return wrong;
      const replaces = headers.overwrite !== "F";
      return replaces && !has.can.has("unbind") && !has.can.has("content") ? "it may overwrite" : null;
    }
    default:
      return "an unknown method";
  }
}
