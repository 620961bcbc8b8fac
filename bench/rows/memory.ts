/** Mixed requests for a long time: Envoy's memory must not grow. */
import { by, config, type Context } from "../context.ts";
import { residentMiB } from "../cpu.ts";
import type { Shot } from "../load.ts";
import type { Line } from "../report.ts";
import { stage } from "../stage.ts";

const xml = { "content-type": "application/xml" };
const propfind = '<propfind xmlns="DAV:"><allprop/></propfind>';
const multiget =
  '<C:calendar-multiget xmlns="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav"><prop><getetag/></prop>' +
  "<href>/alice/work/1.ics</href><href>/alice/private/1.ics</href></C:calendar-multiget>";

/** What clients send, and what they should not. */
const mix: Shot[] = [
  by("alice", "GET", "/alice/work/1.ics"),
  by("bob", "GET", "/alice/work/1.ics"),
  by("carol", "GET", "/alice/work/1.ics"),
  by("bob", "GET", "/alice/private/1.ics"),
  by("alice", "PROPFIND", "/alice/work/", { headers: { depth: "1", ...xml }, body: propfind }),
  by("bob", "PROPFIND", "/alice/work/", { headers: { depth: "1", ...xml }, body: propfind }),
  by("bob", "PROPFIND", "/alice/work/", { headers: { depth: "infinity" } }),
  by("bob", "PROPFIND", "/alice/work/", { headers: { depth: "1", ...xml }, body: "<propfind" }),
  by("bob", "REPORT", "/alice/work/", { headers: { depth: "1", ...xml }, body: multiget }),
  by("alice", "PUT", "/alice/work/2.ics", { headers: { "content-type": "text/calendar" }, body: "BEGIN:VCALENDAR" }),
  by("bob", "PUT", "/alice/work/2.ics", { headers: { "content-type": "text/calendar" }, body: "BEGIN:VCALENDAR" }),
  by("alice", "DELETE", "/alice/work/2.ics"),
  by("alice", "OPTIONS", "/alice/work/"),
  by("bob", "GET", "/alice/work/%2e%2e/1.ics"),
  by("", "GET", "/alice/work/1.ics"),
];
const anyAnswer = [200, 201, 204, 207, 400, 401, 403, 404];

export async function memory({ filter, server, soak, say }: Context): Promise<Line[]> {
  say(`${soak} mixed requests`);
  const { envoy, variants, stop } = await stage(server, [
    { name: "mix", module: filter, config, shots: mix, status: anyAnswer },
  ]);
  const [variant] = variants;
  if (variant === undefined) return [];
  const first = Math.min(50_000, Math.ceil(soak / 2));
  await variant.send(first);
  const before = residentMiB(envoy.pid);
  await variant.send(soak - first);
  const grown = residentMiB(envoy.pid) - before;
  await stop();
  const count = (n: number): string => n.toLocaleString("en");
  return [
    {
      work: `${count(soak)} mixed requests`,
      value: `${grown >= 0 ? "+" : ""}${grown.toFixed(1)} MiB`,
      compared: `Envoy's memory after the first ${count(first)}: ${before.toFixed(0)} MiB`,
      goal: { text: "flat", held: grown < 2 },
    },
  ];
}
