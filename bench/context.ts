/** What all rows of the bench share. */
import { median, ratio, type Costs, type RoundOptions } from "./rounds.ts";
import type { Line } from "./report.ts";
import type { Shot } from "./load.ts";

export interface Context extends RoundOptions {
  /** The module that is measured. */
  filter: string;
  /** A module with empty callbacks. */
  noop: string;
  /** A module that makes the host calls of the owner's GET, and does nothing else. */
  calls: string;
  /** The URL of a server that costs little. */
  server: string;
  /** How many shares are many. */
  shares: number;
  /** How many people there are in the office whose day is played. */
  people: number;
  /** How many requests the memory is watched over. */
  soak: number;
  /** Says what is being done. */
  say: (what: string) => void;
}

/** The configuration that rows start from; alice, bob and carol are people, and alice's calendar "work" is shared. */
export const config = {
  server: "radicale",
  identity: { header: { name: "x-caldav-user" } },
  upstream: { cluster: "caldav" },
  shares: [
    { calendar: "alice/work", with: ["bob"], access: "read", private: "show", confidential: "show", alarms: "keep" },
    { calendar: "alice/work", with: ["carol"], access: "busy" },
  ],
};

/** A request of `user`, as a calendar client sends it. */
export function by(user: string, method: string, path: string, more: Partial<Shot> = {}): Shot {
  const headers = { "x-caldav-user": user, "user-agent": "bench/1", accept: "*/*", ...more.headers };
  return { ...more, method, path, headers };
}

/** One line of a measured variant, as a ratio to another of the same run. */
export function compare(costs: Costs, work: string, of: string, to: string, toName: string, goal?: number): Line {
  const { median: middle, low, high } = ratio(costs, of, to);
  const value = `${median(costs.get(of) ?? []).toFixed(1)} µs`;
  const compared = `${middle.toFixed(2)} × ${toName} (${low.toFixed(2)} – ${high.toFixed(2)})`;
  return {
    work,
    value,
    compared,
    goal: goal === undefined ? undefined : { text: `≤ ${goal.toFixed(2)} ×`, held: middle <= goal },
  };
}
