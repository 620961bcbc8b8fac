/** Starts an Envoy process from a bootstrap and waits until it serves. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Child } from "./child.ts";
import type { Bootstrap } from "./local.ts";

export interface LaunchOptions {
  /** A folder for the bootstrap and the admin address; must exist. */
  folder: string;
  /** Worker threads; default 1. */
  concurrency?: number;
  /** Envoy's log goes to this file too. */
  log?: string;
  /** Envoy's --log-level; default "info". */
  logLevel?: string;
}

/** A fault that Envoy found in what it was given, in Envoy's (or the filter's) words. */
export class EnvoyRefused extends Error {}

/** A running Envoy. */
export class RunningEnvoy {
  readonly child: Child;
  /** The base URL of its admin interface, without a slash at the end. */
  readonly admin: string;

  constructor(child: Child, admin: string) {
    this.child = child;
    this.admin = admin;
  }

  /** The port of each listener, by its name; of several addresses the first. */
  async ports(): Promise<Map<string, number>> {
    const reply = await fetch(`${this.admin}/listeners?format=json`);
    const { listener_statuses: listeners = [] } = (await reply.json()) as {
      listener_statuses?: { name: string; local_address: { socket_address: { port_value: number } } }[];
    };
    return new Map(listeners.map(({ name, local_address }) => [name, local_address.socket_address.port_value]));
  }

  /**
   * The values of Envoy's counters and gauges.
   * @param filter a regular expression that their names match
   */
  async stats(filter = ""): Promise<Map<string, number>> {
    const text = await (await fetch(`${this.admin}/stats?filter=${encodeURIComponent(filter)}`)).text();
    const rows = text.split("\n").map((line) => /^(.+): (\d+)$/.exec(line));
    return new Map(rows.flatMap((row) => (row ? [[row[1] ?? "", Number(row[2])]] : [])));
  }
}

/**
 * Starts Envoy.
 * @param path the binary
 * @param bootstrap its configuration
 * @throws EnvoyRefused when it does not accept the configuration; Error when it does not come up for another reason
 */
export async function launchEnvoy(path: string, bootstrap: Bootstrap, options: LaunchOptions): Promise<RunningEnvoy> {
  const file = join(options.folder, "envoy.json");
  const adminFile = join(options.folder, "admin.txt");
  writeFileSync(file, JSON.stringify(bootstrap, null, 2));
  writeFileSync(adminFile, "");
  const child = new Child(
    "Envoy",
    path,
    [
      ...["-c", file, "--disable-hot-restart", "--concurrency", String(options.concurrency ?? 1)],
      ...["--log-level", options.logLevel ?? "info", "--component-log-level", "main:warning"],
      ...["--admin-address-path", adminFile, "--drain-time-s", "2", "--parent-shutdown-time-s", "3"],
    ],
    { log: options.log },
  );
  try {
    const admin = await child.until("its admin address", () => readFileSync(adminFile, "utf8").trim());
    const envoy = new RunningEnvoy(child, `http://${admin}`);
    await child.until("its listeners", async () => (await fetch(`${envoy.admin}/ready`).catch(() => undefined))?.ok);
    return envoy;
  } catch (error) {
    await child.stop();
    const faults = faultLines(child.lines);
    throw faults.length > 0 ? new EnvoyRefused(faults.join("\n")) : error;
  }
}

/** Lines that follow from a fault and say nothing about it. */
const CONSEQUENCE =
  /^(Wasm VM failed|Plugin .*failed to load|error `Unable to create Wasm plugin|Unable to create Wasm)/;

/** What Envoy's log says about why it gave up: its errors, each with its further lines, without time, thread and source. */
export function faultLines(lines: string[]): string[] {
  const faults: string[] = [];
  let inFault = false;
  for (const line of lines) {
    const entry = /^\[[^\]]+\]\[\d+\]\[(\w+)\]\[[^\]]+\] (?:\[[^\]]*:\d+\] )?(.*)$/.exec(line);
    const text = entry?.[2] ?? line;
    if (entry) inFault = /^(critical|error)$/.test(entry[1] ?? "") && !CONSEQUENCE.test(text);
    if (inFault && text !== "") faults.push(text);
  }
  return [...new Set(faults)];
}
