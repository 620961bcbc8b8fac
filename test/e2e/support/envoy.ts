/** A real Envoy with the filter in it. */
import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { type Envoy, findEnvoy } from "../../../cli/envoy.ts";
import { EnvoyRefused, faultLines, launchEnvoy, type RunningEnvoy } from "../../../cli/launch.ts";
import { type Bootstrap, connectionManager, tlsContext } from "../../../cli/local.ts";
import { filterPath } from "../../../tools/build.ts";
import { root } from "../../../tools/run.mjs";
import { Authority } from "./authority.ts";
import { untilTheEnd } from "./cleanup.ts";
import { temporaryFolder } from "./folder.ts";

/** An HTTP filter as Envoy's configuration has it. */
export type HttpFilter = { name: string; typed_config: Record<string, unknown> };

/**
 * One listener. What is not said is as in envoy/envoy.yaml, but its only HTTP filters are these and the router: there is no sign-in,
 * so a test sends x-caldav-user itself.
 */
export interface ListenerOptions {
  /** The caldav filter's configuration: an object goes as a Struct, a text as a StringValue. */
  config?: object | string;
  /** The module to load; default build/caldav.wasm, or what CALDAV_WASM names. False: no caldav filter. */
  module?: string | false;
  vmId?: string;
  /** Default "plain". "mtls" asks every client for a certificate of `authority`. */
  transport?: "plain" | "tls" | "mtls";
  /** HTTP filters before the caldav filter, and between it and the router. */
  before?: HttpFilter[];
  after?: HttpFilter[];
  /** The routes of the only virtual host; default: those of envoy/envoy.yaml. */
  routes?: object[];
}

export interface EnvoyOptions extends ListenerOptions {
  /** Several listeners; then the options above are not used. */
  listeners?: ListenerOptions[];
  /** The URL of the server behind cluster "caldav". */
  upstream?: string;
  /** More clusters: name to the URLs of their servers. */
  clusters?: Record<string, string | string[]>;
  /** Worker threads; default 1. */
  concurrency?: number;
  /** The last word on the bootstrap; the listeners are still in its static_resources. Runs at every reload too. */
  edit?: (bootstrap: Bootstrap) => void;
  /** Listeners come from a file that can be reloaded, unless this is set: then Envoy ends when it does not accept them. */
  static?: boolean;
  /** Envoy's --log-level; default "info". */
  logLevel?: string;
}

/** What became of a reload. */
export interface Reload {
  accepted: boolean;
  /** The faults that were logged, when it was not accepted. */
  problem: string;
}

export interface TestEnvoy {
  /** The base URL of the first listener. */
  url: string;
  /** The base URL of every listener. */
  urls: string[];
  port: number;
  /** The base URL of the admin interface. */
  admin: string;
  pid: number;
  /** Envoy's log and access log so far. */
  lines: string[];
  /** Signs the certificates of TLS listeners, and those that mTLS clients need. */
  authority: Authority | undefined;
  /** The values of Envoy's counters and gauges whose names match a regular expression. */
  stats(filter?: string): Promise<Map<string, number>>;
  /** Replaces the filter's configuration, one for each listener, without a restart, as an LDS update. */
  reload(...configs: (object | string)[]): Promise<Reload>;
  stop(): Promise<void>;
}

let binary: Promise<Envoy> | undefined;

/**
 * Starts Envoy on free loopback ports and waits until it serves.
 * @throws EnvoyRefused with the faults, when it does not accept the configuration
 */
export async function startEnvoy(options: EnvoyOptions = {}): Promise<TestEnvoy> {
  binary ??= findEnvoy();
  const folder = temporaryFolder("envoy");
  const listeners = options.listeners ?? [options];
  const secured = listeners.some(({ transport = "plain" }) => transport !== "plain");
  const authority = secured ? await Authority.create() : undefined;
  const dynamic = new ListenerFile(folder);
  const write = async (): Promise<Bootstrap> => {
    const bootstrap = await makeBootstrap({ ...options, listeners }, authority);
    if (!options.static) dynamic.take(bootstrap);
    return bootstrap;
  };
  const { concurrency = 1, logLevel } = options;
  const { path } = await binary;
  const envoy = await launchEnvoy(path, await write(), { folder, concurrency, logLevel });
  const { child, admin } = envoy;
  const stop = untilTheEnd(
    () => child.stop(),
    () => child.lines,
  );
  const rejected = await envoy.stats("lds\\.update_rejected");
  if ([...rejected.values()].some((count) => count > 0)) {
    await stop();
    throw new EnvoyRefused(faultsOf(child.lines));
  }
  const ports = await envoy.ports();
  const urls = listeners.map(({ transport = "plain" }, at) => {
    const scheme = transport === "plain" ? "http" : "https";
    return `${scheme}://${scheme === "http" ? "127.0.0.1" : "localhost"}:${ports.get(`caldav${at}`)}`;
  });
  const reload = async (...configs: (object | string)[]): Promise<Reload> => {
    configs.forEach((config, at) => Object.assign(listeners[at] ?? {}, { config }));
    const from = child.lines.length;
    return dynamic.change(envoy, concurrency, write, () => faultsOf(child.lines.slice(from)));
  };
  return {
    url: urls[0] ?? "",
    urls,
    port: ports.get("caldav0") ?? 0,
    admin,
    pid: child.pid,
    lines: child.lines,
    authority,
    stats: (filter) => envoy.stats(filter),
    reload,
    stop,
  };
}

/** The Envoy's faults, from its own lines and the filter's. */
function faultsOf(lines: string[]): string {
  const warnings = lines.filter((line) => /\[warning\]\[config\]|rejected/.test(line));
  return [...faultLines(lines), ...warnings].join("\n");
}

async function makeBootstrap(options: EnvoyOptions, authority: Authority | undefined): Promise<Bootstrap> {
  const bootstrap: Bootstrap = parse(readFileSync(join(root, "envoy", "envoy.yaml"), "utf8"));
  const { static_resources: resources } = bootstrap;
  const [shipped] = resources.listeners;
  bootstrap.admin.address = socket("127.0.0.1", 0);
  resources.listeners = [];
  for (const [at, listener] of (options.listeners ?? []).entries())
    resources.listeners.push(await makeListener(structuredClone(shipped), `caldav${at}`, listener, authority));
  const clusters = { caldav: options.upstream ?? "http://127.0.0.1:9", ...options.clusters };
  const [model] = resources.clusters;
  resources.clusters = Object.entries(clusters).map(([name, urls]) => ({
    ...model,
    name,
    load_assignment: {
      cluster_name: name,
      endpoints: [{ lb_endpoints: [urls].flat().map((url) => ({ endpoint: { address: socketOf(url) } })) }],
    },
  }));
  options.edit?.(bootstrap);
  return bootstrap;
}

async function makeListener(listener: Bootstrap, name: string, options: ListenerOptions, authority?: Authority) {
  const { transport = "plain", module = await filterPath() } = options;
  listener.name = name;
  listener.address = socket("127.0.0.1", 0);
  const manager = connectionManager(listener);
  delete manager.early_header_mutation_extensions;
  const filters: Bootstrap[] = manager.http_filters;
  const caldav = filters.find((filter) => filter.name === "caldav");
  const router = filters.find((filter) => filter.name === "envoy.filters.http.router");
  const plugin = caldav.typed_config.config;
  plugin.vm_config.vm_id = options.vmId ?? "caldav";
  plugin.vm_config.code.local.filename = module;
  plugin.configuration = configurationOf(options.config ?? {});
  manager.http_filters = [...(options.before ?? []), ...(module ? [caldav] : []), ...(options.after ?? []), router];
  const [host] = manager.route_config.virtual_hosts;
  // Its first route is there for the sign-in filter.
  host.routes = options.routes ?? host.routes.slice(1);
  if (transport === "plain" || authority === undefined) delete listener.filter_chains[0].transport_socket;
  else {
    const { certificateFile, keyFile } = await authority.server();
    const context = tlsContext(listener);
    const [certificate] = context.common_tls_context.tls_certificates;
    certificate.certificate_chain.filename = certificateFile;
    certificate.private_key.filename = keyFile;
    if (transport === "mtls") {
      context.require_client_certificate = true;
      context.common_tls_context.validation_context = { trusted_ca: { filename: authority.certificateFile } };
    }
  }
  return listener;
}

function configurationOf(config: object | string): object {
  const type = typeof config === "string" ? "StringValue" : "Struct";
  return { "@type": `type.googleapis.com/google.protobuf.${type}`, value: config };
}

function socket(address: string, port: number): object {
  return { socket_address: { address, port_value: port } };
}

function socketOf(url: string): object {
  const { hostname, port } = new URL(url);
  return socket(hostname.replace(/^\[|\]$/g, ""), Number(port || 80));
}

/** The listeners of an Envoy in a file that it watches. */
class ListenerFile {
  private readonly file: string;
  private version = 0;

  constructor(folder: string) {
    mkdirSync(join(folder, "lds"));
    this.file = join(folder, "lds", "listeners.json");
  }

  /** Moves the listeners of a bootstrap to the file. */
  take(bootstrap: Bootstrap): void {
    const type = "type.googleapis.com/envoy.config.listener.v3.Listener";
    const resources = bootstrap.static_resources.listeners.map((listener: Bootstrap) => ({
      "@type": type,
      ...listener,
    }));
    delete bootstrap.static_resources.listeners;
    bootstrap.node ??= { id: "test", cluster: "test" };
    bootstrap.dynamic_resources = {
      lds_config: { resource_api_version: "V3", path_config_source: { path: this.file } },
    };
    // Envoy sees a file that is moved into place, never one half written.
    writeFileSync(`${this.file}.new`, JSON.stringify({ version_info: String(++this.version), resources }));
    renameSync(`${this.file}.new`, this.file);
  }

  /** Writes a new version and waits until every worker has it, or Envoy has refused it. */
  async change(
    envoy: RunningEnvoy,
    workers: number,
    write: () => Promise<unknown>,
    faults: () => string,
  ): Promise<Reload> {
    const read = async (): Promise<(name: string) => number> => {
      const stats = await envoy.stats("^listener_manager\\.");
      return (name) => stats.get(`listener_manager.${name}`) ?? 0;
    };
    const before = await read();
    await write();
    const accepted = await envoy.child.until("the reload", async () => {
      const now = await read();
      const grew = (name: string) => now(name) - before(name);
      if (grew("lds.update_rejected") > 0) return "no";
      const updated = grew("lds.update_success") > 0 && now("total_listeners_warming") === 0;
      const changed = grew("listener_modified") + grew("listener_added");
      return updated && grew("listener_create_success") >= workers * changed && "yes";
    });
    return { accepted: accepted === "yes", problem: accepted === "yes" ? "" : faults() };
  }
}
