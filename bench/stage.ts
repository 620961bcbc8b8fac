/** What is measured: one Envoy with a listener for each variant, so that they differ in their filter and in nothing else. */
import { Load, type Shot } from "./load.ts";
import type { Variant } from "./rounds.ts";
import { type ListenerOptions, startEnvoy, type TestEnvoy } from "../test/e2e/support/envoy.ts";

/** A listener and what is sent to it. */
export interface Part {
  name: string;
  /** The module of its only filter; none: no filter. */
  module?: string;
  /** The filter's configuration. */
  config?: object;
  shots: Shot[];
  /** The status that every answer must have; default 200. */
  status?: number[];
}

/** Parts that are ready to be measured. */
export interface Stage {
  envoy: TestEnvoy;
  variants: Variant[];
  /** Ends the Envoy and the connections to it. */
  stop: () => Promise<void>;
}

/** Starts an Envoy with one worker and makes each part a variant to measure. */
export async function stage(server: string, parts: Part[]): Promise<Stage> {
  const listeners = parts.map(({ name, module, config }): ListenerOptions => ({
    module: module ?? false,
    config,
    vmId: name,
    routes: [{ match: { prefix: "/" }, route: { cluster: "caldav", timeout: "0s" } }],
  }));
  const envoy = await startEnvoy({ listeners, upstream: server, logLevel: "warning", edit: bare });
  const loads = envoy.urls.map((url) => new Load(url));
  const variants = parts.map(({ name, shots, status = [200] }, at) => {
    const send = async (amount: number): Promise<void> => loads[at]?.send(shots, status, amount);
    return { name, pid: envoy.pid, send };
  });
  const stop = async (): Promise<void> => {
    await Promise.all(loads.map((load) => load.close()));
    await envoy.stop();
  };
  return { envoy, variants, stop };
}

/** What costs CPU in every variant alike would make the filter look cheaper than it is: it goes. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any
function bare(bootstrap: any): void {
  delete bootstrap.overload_manager;
  for (const listener of bootstrap.static_resources.listeners) {
    const manager = listener.filter_chains[0].filters[0].typed_config;
    delete manager.access_log;
  }
}
