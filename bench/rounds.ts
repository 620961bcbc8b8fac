/** Measures variants in turns, so that whatever else the machine does touches all of them alike. */
import { cpuSeconds } from "./cpu.ts";

/** Something to measure. */
export interface Variant {
  name: string;
  /** The process whose CPU time counts. */
  pid: number;
  /** Sends `amount` requests. */
  send: (amount: number) => Promise<void>;
  /** It gets so many times fewer requests than the others, but at least one: for what takes much longer. */
  fewer?: number;
  /** How its CPU time is read; by default `cpuSeconds`. */
  cpu?: (pid: number) => number;
}

/** CPU time of a request in µs, by the name of the variant, in the order of the rounds. */
export type Costs = Map<string, number[]>;

export interface RoundOptions {
  /** How many rounds are counted. */
  rounds: number;
  /** How many requests a variant gets in each. */
  amount: number;
}

/** A round of warm-up that is dropped, then the rounds: A B C, B C A, C A B, … */
export async function measure(variants: Variant[], { rounds, amount }: RoundOptions): Promise<Costs> {
  const costs: Costs = new Map(variants.map(({ name }) => [name, []]));
  const amountOf = ({ fewer = 1 }: Variant): number => Math.max(1, Math.round(amount / fewer));
  for (const variant of variants) await variant.send(amountOf(variant));
  for (let round = 0; round < rounds; round++) {
    for (let at = 0; at < variants.length; at++) {
      const variant = variants[(at + round) % variants.length];
      if (variant === undefined) continue;
      const { cpu = cpuSeconds, pid } = variant;
      const before = cpu(pid);
      await variant.send(amountOf(variant));
      costs.get(variant.name)?.push(((cpu(pid) - before) / amountOf(variant)) * 1e6);
    }
  }
  return costs;
}

/** The middle one; of an even number, the mean of the two in the middle. */
export function median(values: number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

/** The median of the ratios of each round, and the spread of its middle half. */
export function ratio(costs: Costs, of: string, to: string): { median: number; low: number; high: number } {
  const below = costs.get(to) ?? [];
  const ratios = (costs.get(of) ?? []).map((cost, round) => cost / (below[round] ?? NaN)).sort((a, b) => a - b);
  const at = (part: number): number => ratios[Math.floor((ratios.length - 1) * part)] ?? NaN;
  return { median: median(ratios), low: at(0.25), high: at(0.75) };
}
