import type { SharedMap } from "./shared_map.ts";

/** How many writes all parts of all cells count. */
export function countsIn(map: SharedMap): number {
  let sum = 0;
  for (const [key, { value }] of map.values) {
    if (!key.startsWith("caldav/g/")) continue;
    for (let part = 8; part < value.length; part += 16)
      sum += value.readUInt16LE(part + 4) + value.readUInt16LE(part + 6);
  }
  return sum;
}
