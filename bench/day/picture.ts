/** What a day cost the server, hour by hour, as an SVG of its own: no library, since everybody who builds would install it. */

/** One way of caching, and what the server did with it. */
export interface Series {
  name: string;
  /** CPU seconds of the server in each hour. */
  hours: number[];
  /** What to say below its name. */
  lines: string[];
}

const WIDTH = 760;
const LEFT = 210;
const PANEL = 120;
const GAP = 26;
const TOP = 62;
const BOTTOM = 40;
const COLORS = ["#8a8f98", "#2f7ed8", "#1a9c6b"];

const style = `
  text { font: 13px system-ui, sans-serif; fill: #24292f; }
  .title { font-size: 16px; font-weight: 600; }
  .name { font-weight: 600; }
  .small { font-size: 11px; fill: #656d76; }
  .line { stroke: #d0d7de; }
  .back { fill: #ffffff; }
  @media (prefers-color-scheme: dark) {
    text { fill: #e6edf3; }
    .small { fill: #8d96a0; }
    .line { stroke: #3d444d; }
    .back { fill: #0d1117; }
  }
`;

/** Draws one panel below the other, all with the same scale. */
export function picture(title: string, subtitle: string, series: Series[]): string {
  const most = Math.max(...series.flatMap(({ hours }) => hours));
  const height = TOP + series.length * (PANEL + GAP) + BOTTOM - GAP;
  const panels = series.map((one, at) => panel(one, TOP + at * (PANEL + GAP), most, COLORS[at] ?? "#888888"));
  const axis = Array.from({ length: 9 }, (_, at) => {
    const x = LEFT + (at * 3 * (WIDTH - LEFT - 20)) / 24;
    return `<text class="small" x="${x.toFixed(1)}" y="${height - BOTTOM + 18}" text-anchor="middle">${at * 3}:00</text>`;
  });
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" role="img" aria-label="${escape(title)}">`,
    `<style>${style}</style>`,
    `<rect class="back" width="${WIDTH}" height="${height}"/>`,
    `<text class="title" x="20" y="28">${escape(title)}</text>`,
    `<text class="small" x="20" y="46">${escape(subtitle)}</text>`,
    ...panels,
    ...axis,
    "</svg>",
    "",
  ].join("\n");
}

function panel({ name, hours, lines }: Series, top: number, most: number, color: string): string {
  const step = (WIDTH - LEFT - 20) / hours.length;
  const base = top + PANEL;
  const bars = hours.map((value, hour) => {
    // What is there at all can be seen.
    const size = Math.max((value / most) * (PANEL - 14), value > 0 ? 0.5 : 0);
    const place = `x="${(LEFT + hour * step + 1.5).toFixed(1)}" y="${(base - size).toFixed(1)}"`;
    const label = `<title>${hour}:00 – ${hour + 1}:00: ${value.toFixed(2)} s</title>`;
    return `<rect ${place} width="${(step - 3).toFixed(1)}" height="${size.toFixed(1)}" fill="${color}">${label}</rect>`;
  });
  return [
    `<text class="name" x="20" y="${top + 34}">${escape(name)}</text>`,
    ...lines.map((line, at) => `<text x="20" y="${top + 56 + at * 18}">${escape(line)}</text>`),
    `<line class="line" x1="${LEFT}" y1="${base}" x2="${WIDTH - 20}" y2="${base}"/>`,
    `<line class="line" x1="${LEFT}" y1="${top + 14}" x2="${WIDTH - 20}" y2="${top + 14}" stroke-dasharray="2 4"/>`,
    `<text class="small" x="${LEFT - 6}" y="${top + 18}" text-anchor="end">${most.toFixed(most < 10 ? 1 : 0)} s</text>`,
    ...bars,
  ].join("\n");
}

function escape(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll('"', "&quot;");
}
