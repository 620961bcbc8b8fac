/** envoy/envoy.yaml with the addresses and paths of this machine. */
import { networkInterfaces } from "node:os";
import { parse } from "yaml";

/** An Envoy bootstrap, as JSON. Its shape is Envoy's: https://www.envoyproxy.io/docs/envoy/v1.40.0/api-v3/ */
// eslint-disable-next-line @typescript-eslint/no-explicit-any
export type Bootstrap = any;

/** What differs between the container and this machine. */
export interface LocalValues {
  /** The port on the loopback addresses. */
  port: number;
  certificate: string;
  key: string;
  wasm: string;
  /** Where the CalDAV server listens. */
  server: { host: string; port: number };
}

/**
 * Puts this machine's values in the places of the container's.
 * @param yaml the text of envoy/envoy.yaml
 * @param addresses the addresses to listen on; both loopback addresses where the machine has them
 */
export function localBootstrap(yaml: string, values: LocalValues, addresses = loopbackAddresses()): Bootstrap {
  const bootstrap: Bootstrap = parse(yaml);
  const socket = (address: string, port: number) => ({ socket_address: { address, port_value: port } });
  bootstrap.admin.address = socket("127.0.0.1", 0);
  const [listener] = bootstrap.static_resources.listeners;
  const [first = "127.0.0.1", ...more] = addresses;
  listener.address = socket(first, values.port);
  if (more.length > 0) listener.additional_addresses = more.map((at) => ({ address: socket(at, values.port) }));
  const [certificate] = tlsContext(listener).common_tls_context.tls_certificates;
  certificate.certificate_chain.filename = values.certificate;
  certificate.private_key.filename = values.key;
  caldavFilter(listener).vm_config.code.local.filename = values.wasm;
  const [endpoints] = bootstrap.static_resources.clusters[0].load_assignment.endpoints;
  endpoints.lb_endpoints[0].endpoint.address = socket(values.server.host, values.server.port);
  return bootstrap;
}

/** The loopback addresses of this machine: `localhost` may mean either. */
export function loopbackAddresses(): string[] {
  const internal = Object.values(networkInterfaces()).flatMap((list) => list ?? []);
  return ["127.0.0.1", ...(internal.some(({ address }) => address === "::1") ? ["::1"] : [])];
}

/** The DownstreamTlsContext of a listener's first filter chain. */
export function tlsContext(listener: Bootstrap): Bootstrap {
  return listener.filter_chains[0].transport_socket.typed_config;
}

/** The HttpConnectionManager of a listener's first filter chain. */
export function connectionManager(listener: Bootstrap): Bootstrap {
  return listener.filter_chains[0].filters[0].typed_config;
}

/** The PluginConfig of a listener's caldav filter. */
export function caldavFilter(listener: Bootstrap): Bootstrap {
  const filters: Bootstrap[] = connectionManager(listener).http_filters;
  return filters.find(({ name }) => name === "caldav").typed_config.config;
}
