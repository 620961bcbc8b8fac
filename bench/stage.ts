/** What is measured: one Envoy with a listener for each variant, so that they differ in their filter and in nothing else. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { type Bootstrap, connectionManager } from "../cli/local.ts";
import { type HttpFilter, type ListenerOptions, startEnvoy, type TestEnvoy } from "../test/e2e/support/envoy.ts";
import { root } from "../tools/run.mjs";
import { Load, type Shot } from "./load.ts";
import type { Variant } from "./rounds.ts";

/** A listener and what is sent to it. */
export interface Part {
  name: string;
  /** The module of its only filter; none: no filter. */
  module?: string;
  /** The filter's configuration. */
  config?: object;
  shots: Shot[];
  /** With TLS, access log, sign-in and routes as envoy/envoy.yaml has them. */
  asShipped?: boolean;
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
  const listeners = parts.map(({ name, module, config, asShipped }): ListenerOptions => ({
    module: module ?? false,
    config,
    vmId: name,
    ...(asShipped ? { transport: "tls", before: [shippedSignIn()] } : { routes: [everything] }),
  }));
  const edit = (bootstrap: Bootstrap): void => {
    delete bootstrap.overload_manager;
    bootstrap.static_resources.listeners.forEach((listener: Bootstrap, at: number) => {
      if (!parts[at]?.asShipped) makeBare(listener);
    });
  };
  const envoy = await startEnvoy({ listeners, upstream: server, logLevel: "warning", edit });
  const ca = envoy.authority?.certificate;
  const loads = envoy.urls.map((url) => new Load(url, ca));
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

const everything = { match: { prefix: "/" }, route: { cluster: "caldav", timeout: "0s" } };

/** What costs CPU in every variant alike would make the filter look cheaper than it is: it goes. */
function makeBare(listener: Bootstrap): void {
  delete connectionManager(listener).access_log;
}

/** The sign-in of envoy/envoy.yaml. */
function shippedSignIn(): HttpFilter {
  const { static_resources } = parse(readFileSync(join(root, "envoy", "envoy.yaml"), "utf8"));
  return connectionManager(static_resources.listeners[0]).http_filters[0] as HttpFilter;
}
