/**
 * Where the filter itself spends its time on large bodies: its functions, by what each takes of one body in Node's V8, with the
 * host emulated. Envoy's side is not in it; what a change is worth in Envoy, `npm run bench -- bodies` says.
 *   npx tsx bench/profile.ts [work] [--times=50]     one of the works of bench/large.ts, by a part of its name
 */
import { Session } from "node:inspector/promises";
import { parseArgs } from "node:util";
import { Emulator } from "../test/host/emulator/index.ts";
import { filterPath } from "../tools/build.ts";
import { config, served, works } from "./large.ts";

/** What a body comes in: about what Envoy reads at once. */
const PIECE = 32 << 10;
const SHOWN = 30;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { times: { type: "string", default: "50" } },
});
const times = Number(values.times);
const host = await Emulator.create(await filterPath());
host.configure("caldav", config);

for (const work of works.filter(({ name }) => name.includes(positionals[0] ?? ""))) {
  for (let i = 0; i < 3; i++) play(work);
  const spent = await profile(() => {
    for (let i = 0; i < times; i++) play(work);
  });
  const all = [...spent.values()].reduce((sum, time) => sum + time, 0);
  const line = (time: number, name: string): string =>
    `${(time / times).toFixed(0).padStart(8)} µs ${((time / all) * 100).toFixed(1).padStart(5)} %  ${name}`;
  console.log(`\n${work.name}\n${line(all, "all")}`);
  for (const [name, time] of [...spent].sort((a, b) => b[1] - a[1]).slice(0, SHOWN)) console.log(line(time, name));
}

/** Sends the request of a work, and its body through the filter. */
function play({ user, body, method, text }: (typeof works)[number]): void {
  const { status, type, body: bytes } = served[body] ?? { status: 404, type: "", body: Buffer.alloc(0) };
  const pieces = Array.from({ length: Math.ceil(bytes.length / PIECE) }, (_, i) =>
    bytes.subarray(i * PIECE, (i + 1) * PIECE),
  );
  const headers = { "x-caldav-user": user, depth: "1", "content-type": "application/xml" };
  const found = host.exchange({ method, path: "/alice/work/", headers, body: text }, () => ({
    status,
    headers: { "content-type": `${type}; charset=utf-8` },
    chunks: pieces,
  }));
  if (found.status !== status) throw new Error(`${method} of ${body} as ${user}: ${found.status}`);
}

/** The time that each function of a Wasm module takes itself while `run` runs, in µs. */
async function profile(run: () => void): Promise<Map<string, number>> {
  const session = new Session();
  session.connect();
  await session.post("Profiler.enable");
  await session.post("Profiler.setSamplingInterval", { interval: 200 });
  await session.post("Profiler.start");
  run();
  const { nodes, samples = [], timeDeltas = [] } = (await session.post("Profiler.stop")).profile;
  session.disconnect();
  const frames = new Map(nodes.map(({ id, callFrame }) => [id, callFrame]));
  const spent = new Map<string, number>();
  samples.forEach((id, at) => {
    const frame = frames.get(id);
    if (!frame?.url.startsWith("wasm:")) return;
    const name = frame.functionName.replace("assembly/", "");
    spent.set(name, (spent.get(name) ?? 0) + (timeDeltas[at] ?? 0));
  });
  return spent;
}
