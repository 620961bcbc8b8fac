import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import ICAL from "ical.js";

/** What ical.js finds wrong with a text of one or more calendars: nothing, or its words. */
export function icalJsFault(text: string): string | null {
  try {
    const parsed = ICAL.parse(text) as unknown[];
    // One calendar, or a list of calendars.
    const calendars = (typeof parsed[0] === "string" ? [parsed] : parsed) as unknown[][];
    const pending = calendars.map((calendar) => new ICAL.Component(calendar as never));
    for (let component = pending.pop(); component; component = pending.pop()) {
      for (const property of component.getAllProperties()) property.getValues();
      pending.push(...component.getAllSubcomponents());
    }
    return null;
  } catch (error) {
    return String(error);
  }
}

/**
 * What the Python package icalendar finds wrong with each text.
 * @throws Error when Python or the package is missing
 */
export function icalendarFaults(texts: Buffer[]): string[][] {
  const environment = join(process.cwd(), ".venv", "bin", "python");
  const python = existsSync(environment) ? environment : "python3";
  const input = texts.flatMap((text) => {
    const size = Buffer.alloc(4);
    size.writeUInt32LE(text.length);
    return [size, text];
  });
  const script = join(import.meta.dirname, "parse.py");
  const { status, stdout, stderr, error } = spawnSync(python, [script], {
    input: Buffer.concat(input),
    encoding: "utf8",
    maxBuffer: 1 << 28,
  });
  if (error || status !== 0) throw new Error(`${python}: ${error?.message ?? stderr}`);
  return stdout
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line) as string[]);
}
