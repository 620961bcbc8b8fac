/** Much more than the cache may hold goes through it: Envoy's memory must stay near what was allowed. */
import { multistatusOf } from "../cache/requests.ts";
import { by, config, type Context } from "../context.ts";
import { residentMiB } from "../cpu.ts";
import type { Shot } from "../load.ts";
import type { Line } from "../report.ts";
import { stage } from "../stage.ts";
import { startFastServer } from "../upstream.ts";

const MIB = 1 << 20;
const MAX_BYTES = 64 * MIB;
const TIMES = 10;
/** What the filter and Envoy may need besides, in bytes. */
const BESIDES = 40_000_000;
/** Answers of so many bytes; each size makes up the same part of all bytes. */
const sizes = [4 << 10, 64 << 10, 512 << 10];

/** The most by which Envoy grows meanwhile. */
export async function cacheMemory({ filter, say }: Context): Promise<Line[]> {
  say(`${TIMES} × ${MAX_BYTES / MIB} MiB through a cache of ${MAX_BYTES / MIB} MiB`);
  const folder = (size: number): string => `/alice/work/${size}-`;
  const server = await startFastServer(
    sizes.map((size) => ({
      ...{ prefix: folder(size), status: 207, type: "application/xml; charset=utf-8" },
      body: multistatusOf(size),
    })),
  );
  const shots = sizes.flatMap((size): Shot[] => {
    const amount = Math.ceil((TIMES * MAX_BYTES) / sizes.length / size);
    return Array.from({ length: amount }, (_, at) => by("alice", "GET", `${folder(size)}${at}.ics`));
  });
  const mixed = shuffled(shots);
  const part = {
    name: "x",
    module: filter,
    config: { ...config, cache: { coherence: "exclusive", max_bytes: "64MiB" } },
  };
  const { envoy, variants, stop } = await stage(server, [{ ...part, shots: mixed, status: [207] }]);
  // What the first requests take is not the cache's.
  await variants[0]?.send(100);
  const before = residentMiB(envoy.pid);
  let peak = before;
  const timer = setInterval(() => (peak = Math.max(peak, residentMiB(envoy.pid))), 50);
  await variants[0]?.send(mixed.length);
  clearInterval(timer);
  const grown = Math.max(peak, residentMiB(envoy.pid)) - before;
  const stats = await envoy.stats("caldav\\.cache\\.bytes");
  const held = [...stats.values()].reduce((sum, bytes) => sum + bytes, 0) / MIB;
  await stop();
  return [
    {
      work: `${TIMES} × max_bytes through the cache`,
      value: `${grown.toFixed(0)} MiB`,
      compared: `more memory of Envoy at its peak; max_bytes: ${MAX_BYTES / MIB} MiB, ${held.toFixed(0)} MiB of entries at the end`,
      goal: { text: "≤ max_bytes + 40 MB", held: grown * MIB <= MAX_BYTES + BESIDES },
    },
  ];
}

/** In another order, and always the same one: sizes take turns by chance. */
function shuffled<T>(items: T[]): T[] {
  let state = 1;
  const keyed = items.map((item) => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    return { key: state >>> 8, item };
  });
  return keyed.sort((a, b) => a.key - b.key).map(({ item }) => item);
}
