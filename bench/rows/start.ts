/** How long Envoy needs until it serves, with many shares, for the filter and for one that ignores its configuration. */
import { config, type Context } from "../context.ts";
import { cpuSeconds } from "../cpu.ts";
import type { Line } from "../report.ts";
import { median } from "../rounds.ts";
import { stage } from "../stage.ts";
import { configWith } from "./shares.ts";

export async function start({ filter, noop, server, rounds, shares, say }: Context): Promise<Line[]> {
  say(`starting with ${shares} shares`);
  const many = configWith(shares);
  const time = async (module: string, config: object) => {
    const began = performance.now();
    const { envoy, stop } = await stage(server, [{ name: "caldav", module, config, shots: [] }]);
    const seconds = { wall: (performance.now() - began) / 1000, cpu: cpuSeconds(envoy.pid) };
    await stop();
    return seconds;
  };
  const more: { wall: number; cpu: number; alone: number }[] = [];
  for (let round = 0; round < Math.min(rounds, 5); round++) {
    const ignoring = await time(noop, many);
    const reading = await time(filter, many);
    const small = (await time(filter, config)).wall - (await time(noop, config)).wall;
    more.push({ wall: reading.wall - ignoring.wall, cpu: reading.cpu - ignoring.cpu, alone: small });
  }
  const of = (pick: (one: (typeof more)[number]) => number): number => median(more.map(pick));
  const wall = of((one) => one.wall);
  const goal = { text: "< 1 s more", held: wall < 1 };
  const compared = `more than a no-op filter; ${of((one) => one.cpu).toFixed(2)} s of CPU; ${of((one) => one.alone).toFixed(2)} s with 2 shares`;
  return [{ work: `start with ${shares.toLocaleString("en")} shares`, value: `${wall.toFixed(2)} s`, compared, goal }];
}
