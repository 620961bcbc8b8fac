/** How servers may read one and the same path. Bytes are held as Latin-1 text: one character is one byte. */

const decode = (text: string): string =>
  text.replace(/%([0-9a-fA-F]{2})/g, (_, hex: string) => String.fromCharCode(parseInt(hex, 16)));
const withoutParameters = (text: string): string => text.replace(/;[^/]*/g, "");
const withoutFragment = (text: string): string => text.replace(/#.*$/s, "");
const withoutQuery = (text: string): string => text.replace(/\?.*$/s, "");
const upToNul = (text: string): string => text.replace(/\0.*$/s, "");
const withSlashes = (text: string): string => text.replaceAll("\\", "/");
const collapsed = (text: string): string => text.replace(/\/{2,}/g, "/");
const trimmed = (text: string): string => text.replace(/[\x00-\x1f\x7f]/g, "");

/** RFC 3986, 5.2.4, on decoded or undecoded segments. */
function withoutDots(text: string): string {
  const out: string[] = [];
  for (const segment of text.split("/")) {
    if (segment === "..") out.pop();
    else if (segment !== ".") out.push(segment);
  }
  return out.join("/");
}

/** The segments of a path as it stands. */
const split = (text: string): string[] => text.replace(/^\//, "").replace(/\/$/, "").split("/");

/** The readings of a request target without its query, by name. Each gives the segments that the server would look for. */
export const servers: Record<string, (path: string) => string[]> = {
  "decodes each segment once": (path) => split(path).map(decode),
  "decodes before it splits": (path) => split(decode(path)),
  "decodes twice": (path) => split(decode(decode(path))),
  "decodes three times": (path) => split(decode(decode(decode(path)))),
  "resolves dots, then decodes": (path) => split(decode(withoutDots(path))),
  "decodes, then resolves dots": (path) => split(withoutDots(decode(path))),
  "decodes twice, then resolves dots": (path) => split(withoutDots(decode(decode(path)))),
  "merges slashes": (path) => split(decode(collapsed(path))),
  "decodes, then merges slashes": (path) => split(collapsed(decode(path))),
  "strips parameters": (path) => split(decode(withoutParameters(path))),
  "decodes, then strips parameters": (path) => split(withoutParameters(decode(path))),
  "strips parameters, then resolves dots": (path) => split(withoutDots(decode(withoutParameters(path)))),
  "takes backslashes for slashes": (path) => split(decode(withSlashes(path))),
  "decodes, then takes backslashes for slashes": (path) => split(withSlashes(decode(path))),
  "takes backslashes for slashes and resolves dots": (path) => split(withoutDots(withSlashes(decode(path)))),
  "ends at NUL": (path) => split(upToNul(decode(path))),
  "ends at a fragment": (path) => split(decode(withoutFragment(path))),
  "drops control characters": (path) => split(trimmed(decode(path))),
  "does it all": (path) =>
    split(withoutDots(collapsed(withSlashes(withoutParameters(upToNul(decode(decode(withoutFragment(path))))))))),
};

/** The slow and readable reader: the segments, or null for a path that is refused. */
export function readSlowly(target: string): { segments: string[]; collection: boolean; query: boolean } | null {
  if (!target.startsWith("/") || target.length > 8192 || target.includes("#")) return null;
  const path = withoutQuery(target);
  const query = path !== target;
  if (query && /[\x00-\x20]/.test(target.slice(path.length + 1))) return null;
  const collection = path.endsWith("/");
  const body = path.slice(1, collection ? Math.max(1, path.length - 1) : undefined);
  const raw = path === "/" ? [] : body.split("/");
  if (raw.length > 32) return null;
  const segments: string[] = [];
  for (const segment of raw) {
    if (/%(?![0-9a-fA-F]{2})/.test(segment)) return null;
    const decoded = decode(segment);
    if (decoded === "" || decoded === "." || decoded === "..") return null;
    if (/[\x00-\x1f\x7f\\;/]/.test(decoded) || /%[0-9a-fA-F]{2}/.test(decoded)) return null;
    if (Buffer.from(Buffer.from(decoded, "latin1").toString("utf8"), "utf8").toString("latin1") !== decoded)
      return null;
    segments.push(decoded);
  }
  return { segments, collection, query };
}
