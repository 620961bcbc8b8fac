/** The table that `npm run bench` prints, in the form of docs/performance.md. */

/** One line of the table. */
export interface Line {
  /** What was done. */
  work: string;
  /** What was measured, with its unit. */
  value: string;
  /** Compared with what, and how much: "1.12 × a no-op filter (1.10 – 1.14)". */
  compared: string;
  /** The figure to hold, if there is one. */
  goal?: { text: string; held: boolean };
}

/** Markdown, with columns that line up in a terminal. */
export function table(lines: Line[]): string {
  const rows = [
    ["work", "measured", "compared", "figure to hold"],
    ...lines.map(({ work, value, compared, goal }) => [
      work,
      value,
      compared,
      goal ? `${goal.text} ${goal.held ? "✓" : "✗"}` : "",
    ]),
  ];
  const widths = [0, 1, 2, 3].map((column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const print = (row: string[]): string =>
    `| ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(" | ")} |`;
  const [head = [], ...rest] = rows.map(print);
  return [head, `| ${widths.map((width) => "-".repeat(width)).join(" | ")} |`, ...rest].join("\n");
}
