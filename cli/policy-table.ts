/** Who sees what, read from the shares of a configuration. For people; the filter itself does not use it. */

/** As far as the demo uses them. */
export interface Share {
  calendar: string;
  with: string[];
  access: string | string[];
}

export interface SharedConfiguration {
  groups?: Record<string, string[]>;
  shares: Share[];
}

/**
 * A row for each calendar, a column for each person and one for those who do not sign in.
 * @param calendars as owner/calendar
 * @param names the people
 */
export function accessTable(configuration: SharedConfiguration, calendars: string[], names: string[]): string[][] {
  const header = ["calendar", ...names, "(not signed in)"];
  const rows = calendars.map((calendar) => [
    calendar,
    ...names.map((name) => (calendar.startsWith(`${name}/`) ? "owner" : roles(configuration, calendar, name))),
    roles(configuration, calendar),
  ]);
  return [header, ...rows];
}

/** The roles that a person's shares give on a calendar, or "-". */
function roles({ groups = {}, shares }: SharedConfiguration, calendar: string, name?: string): string {
  const means = (subject: string): boolean => {
    if (subject === "anyone") return true;
    if (name === undefined) return false;
    const group = /^group:(.*)$/.exec(subject)?.[1];
    return subject === "authenticated" || subject === name || (group !== undefined && !!groups[group]?.includes(name));
  };
  const given = shares
    .filter((share) => matches(share.calendar, calendar) && share.with.some(means))
    .flatMap(({ access }) => access);
  return [...new Set(given)].join(" + ") || "-";
}

function matches(pattern: string, calendar: string): boolean {
  const segments = calendar.split("/");
  const wanted = pattern.split("/");
  return wanted.length === segments.length && wanted.every((part, at) => part === "*" || part === segments[at]);
}

/** Rows of cells as text in columns, each line behind `indent`. */
export function columns(rows: string[][], indent = "  "): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => (row[column] ?? "").length)));
  const line = (row: string[]): string => row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join("  ");
  return rows.map((row) => `${indent}${line(row)}`.trimEnd()).join("\n");
}
