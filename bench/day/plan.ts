/** Who has which devices, and when each of them looks for changes: one working day of an office. */
import { Random } from "../../test/e2e/support/random.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
/** Monday, 5 January 2026, midnight UTC. */
export const MIDNIGHT = Date.UTC(2026, 0, 5);
export const HOURS = 24;

/** A phone polls at all hours, a desktop while somebody sits in front of it. */
export interface Owned {
  user: string;
  kind: "phone" | "desktop";
}

/** One device looks whether anything has changed. */
export interface Visit {
  /** ms since 1970. */
  time: number;
  /** The place of the device in `devices`. */
  device: number;
}

export const userName = (at: number): string => `person${at}`;

/** A phone and a desktop for everybody. */
export function devicesOf(people: number): Owned[] {
  return Array.from({ length: people }, (_, at): Owned[] => [
    { user: userName(at), kind: "phone" },
    { user: userName(at), kind: "desktop" },
  ]).flat();
}

/**
 * All polls of a day in their order: phones every 15 minutes, desktops every 5 from about half past eight to about half
 * past five, each at a time of its own and not quite punctual.
 */
export function visitsOf(devices: Owned[], seed: number): Visit[] {
  const random = new Random(seed);
  const visits = devices.flatMap(({ kind }, device): Visit[] => {
    const every = kind === "phone" ? 15 * MINUTE : 5 * MINUTE;
    const late = random.below(HOUR);
    const from = kind === "phone" ? 0 : 8 * HOUR + late;
    const until = kind === "phone" ? HOURS * HOUR : 17 * HOUR + late;
    const times: Visit[] = [];
    for (let time = from + random.below(every); time < until; time += every) {
      times.push({ time: MIDNIGHT + Math.min(time + random.below(MINUTE / 2), HOURS * HOUR - 1), device });
    }
    return times;
  });
  return visits.sort((a, b) => a.time - b.time);
}
