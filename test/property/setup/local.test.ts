/** What `npm start` puts into envoy.yaml. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { parse } from "yaml";
import { localBootstrap } from "../../../cli/local.ts";
import { root } from "../../../tools/run.mjs";

/** The leaves of a value that differ from another's, as path: value. */
function differences(from: unknown, to: unknown, path = ""): Record<string, unknown> {
  if (typeof from !== "object" || typeof to !== "object" || from === null || to === null)
    return from === to ? {} : { [path]: to };
  const keys = new Set([...Object.keys(from), ...Object.keys(to)]);
  const at = (value: object, key: string): unknown => (value as Record<string, unknown>)[key];
  return Object.assign({}, ...[...keys].map((key) => differences(at(from, key), at(to, key), `${path}/${key}`)));
}

test("npm start runs envoy.yaml with other addresses and paths, and nothing else", () => {
  const yaml = readFileSync(join(root, "envoy", "envoy.yaml"), "utf8");
  const server = { host: "127.0.0.1", port: 5 };
  const values = { port: 9443, certificate: "c", key: "k", wasm: "w", server };
  const local = localBootstrap(yaml, values, ["127.0.0.1", "::1"]);
  const listener = "/static_resources/listeners/0";
  const tls = `${listener}/filter_chains/0/transport_socket/typed_config/common_tls_context/tls_certificates/0`;
  const filters = `${listener}/filter_chains/0/filters/0/typed_config/http_filters`;
  const cluster = "/static_resources/clusters/0/load_assignment/endpoints/0/lb_endpoints/0/endpoint";
  expect(differences(parse(yaml), local)).toEqual({
    "/admin/address/socket_address/port_value": 0,
    [`${listener}/address/socket_address/address`]: "127.0.0.1",
    [`${listener}/address/socket_address/port_value`]: 9443,
    [`${listener}/additional_addresses`]: [{ address: { socket_address: { address: "::1", port_value: 9443 } } }],
    [`${tls}/certificate_chain/filename`]: "c",
    [`${tls}/private_key/filename`]: "k",
    [`${filters}/1/typed_config/config/vm_config/code/local/filename`]: "w",
    [`${cluster}/address/socket_address/address`]: "127.0.0.1",
    [`${cluster}/address/socket_address/port_value`]: 5,
  });
});
