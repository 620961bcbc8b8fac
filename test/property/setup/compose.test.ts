/** docker-compose.yml, which no container engine runs here: what it names exists, and fits envoy.yaml and the tested versions. */
import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { calendars, people } from "../../../cli/demo.ts";
import { type Bootstrap, caldavFilter, connectionManager, tlsContext } from "../../../cli/local.ts";
import { ENVOY_VERSION, RADICALE_VERSION } from "../../../cli/versions.ts";
import { root } from "../../../tools/run.mjs";

const read = (file: string): string => readFileSync(join(root, file), "utf8");
// What the user's PORT would be put into.
const compose: Bootstrap = parse(read("docker-compose.yml").replaceAll("${PORT:-8443}", "8443"));
const envoy: Bootstrap = parse(read("envoy/envoy.yaml"));
const dockerfile = read("envoy/Dockerfile");
const [listener] = envoy.static_resources.listeners;
const services: [string, Bootstrap][] = Object.entries(compose.services);
const mountsOf = (service: string): string[][] =>
  (compose.services[service].volumes as string[]).map((mount) => mount.split(":"));

describe("docker-compose.yml", () => {
  test("runs the tested versions of Envoy and Radicale", () => {
    expect(compose.services.envoy.image).toBe(`envoyproxy/envoy:v${ENVOY_VERSION}`);
    expect(read("requirements/envoy.txt")).toMatch(`\nenvoy-server==${ENVOY_VERSION}\n`);
    expect(read("requirements/radicale.txt")).toMatch(`\nradicale==${RADICALE_VERSION}\n`);
    expect(dockerfile).toMatch(/^COPY requirements\/radicale\.txt \/requirements\.txt$/m);
  });

  test("uses official images of named versions only", () => {
    const images = [
      compose.services.envoy.image,
      ...[...dockerfile.matchAll(/^FROM (\S+)/gm)].map((found) => found[1]),
    ];
    for (const image of images) expect(image).toMatch(/^(envoyproxy\/envoy:v|node:|python:)\d+(\.\d+)+/);
  });

  test("builds from stages that exist", () => {
    for (const [, { build }] of services)
      if (build) {
        expect(existsSync(join(root, build.context, build.dockerfile))).toBe(true);
        expect(dockerfile).toMatch(new RegExp(`^FROM \\S+ AS ${build.target}$`, "m"));
      }
  });

  test("mounts files that exist and volumes that are declared", () => {
    const sources = services.flatMap(([name]) => mountsOf(name).map(([source = ""]) => source));
    for (const source of sources)
      if (source.startsWith(".")) expect(existsSync(join(root, source)), source).toBe(true);
      else expect(Object.keys(compose.volumes)).toContain(source);
  });

  test("runs programs that exist, with the paths that are mounted", () => {
    for (const [name, { command }] of services) {
      const words: string[] = command.split(/[\s"']+/);
      for (const program of words.filter((word) => word.endsWith(".ts")))
        expect(existsSync(join(root, program))).toBe(true);
      const targets = mountsOf(name).map(([, target = ""]) => target);
      for (const path of words.filter((word) => word.startsWith("/")))
        expect(
          targets.some((target) => path === target || path.startsWith(target)),
          `${name}: ${path}`,
        ).toBe(true);
    }
  });

  test("gives Envoy every file that envoy.yaml names", () => {
    const [certificate] = tlsContext(listener).common_tls_context.tls_certificates;
    const { filename } = caldavFilter(listener).vm_config.code.local;
    const { prepare } = compose.services;
    const volumeAt = (service: string, folder: string) =>
      mountsOf(service).find(([, target]) => target === folder)?.[0];
    // The filter and the certificate are put into the volumes that Envoy reads.
    expect(filename).toBe("/etc/envoy/filter/caldav.wasm");
    expect(prepare.command).toMatch("cp build/caldav.wasm /filter/");
    expect(volumeAt("envoy", "/etc/envoy/filter")).toBe(volumeAt("prepare", "/filter"));
    expect(certificate.certificate_chain.filename).toBe("/etc/envoy/tls/certificate.pem");
    expect(certificate.private_key.filename).toBe("/etc/envoy/tls/key.pem");
    expect(prepare.command).toMatch("cli/certificate.ts /tls && chown 101 /tls/*.pem");
    expect(volumeAt("envoy", "/etc/envoy/tls")).toBe(volumeAt("prepare", "/tls"));
    expect(compose.services.envoy.environment.ENVOY_UID).toBe("101");
    expect(dockerfile).toMatch(/^RUN node --import tsx tools\/build\.ts$/m);
  });

  test("joins ports and names: clients to the listener, the cluster to Radicale, the seed to Envoy", () => {
    expect(compose.services.envoy.ports).toEqual([`127.0.0.1:8443:${listener.address.socket_address.port_value}`]);
    const [{ lb_endpoints: endpoints }] = envoy.static_resources.clusters[0].load_assignment.endpoints;
    const server = endpoints[0].endpoint.address.socket_address;
    expect(Object.keys(compose.services)).toContain(server.address);
    expect(read("envoy/radicale.ini")).toMatch(`hosts = 0.0.0.0:${server.port_value}\n`);
    expect(compose.services.seed.command).toMatch(`https://envoy:${listener.address.socket_address.port_value}/`);
  });

  test("lets nobody but Envoy reach Radicale, which believes what it is told", () => {
    expect(compose.services.radicale.ports).toBeUndefined();
    expect(compose.services.radicale.networks).toEqual(["backend"]);
    expect(compose.networks.backend.internal).toBe(true);
    expect(read("envoy/radicale.ini")).toMatch(/type = http_x_remote_user/);
  });

  test("starts each service after those that it needs", () => {
    for (const [, service] of services)
      for (const name of Object.keys(service.depends_on ?? {})) expect(Object.keys(compose.services)).toContain(name);
    expect(compose.services.envoy.depends_on.prepare.condition).toBe("service_completed_successfully");
  });
});

describe("envoy.yaml", () => {
  const filters: Bootstrap[] = connectionManager(listener).http_filters;

  test("knows the passwords that the demo prints", () => {
    const { users } = filters.find(({ name }) => name === "envoy.filters.http.basic_auth").typed_config;
    const lines = people.map(({ name, password }) => {
      const hash = createHash("sha1").update(password).digest("base64");
      return `${name}:{SHA}${hash}\n`;
    });
    expect(users.inline_string).toBe(lines.join(""));
  });

  test("shares calendars that the demo has", () => {
    const { shares } = caldavFilter(listener).configuration.value;
    const paths = calendars.map(({ owner, id }) => `${owner}/${id}`);
    for (const { calendar } of shares) expect(paths).toContain(calendar);
  });

  test("fails closed, and comes back after a crash", () => {
    expect(caldavFilter(listener)).toMatchObject({
      failure_policy: "FAIL_RELOAD",
      allow_on_headers_stop_iteration: true,
    });
  });

  test("retries no write", () => {
    const { routes } = connectionManager(listener).route_config.virtual_hosts[0];
    for (const { match, route } of routes)
      if (route.retry_policy) {
        const methods = match.headers[0].string_match.safe_regex.regex.split("|");
        expect(methods).toEqual(["GET", "HEAD", "OPTIONS", "PROPFIND", "REPORT"]);
      }
  });

  test("puts the sign-in before the filter", () => {
    const names = filters.map(({ name }) => name);
    expect(names.indexOf("envoy.filters.http.basic_auth")).toBeLessThan(names.indexOf("caldav"));
    expect(names.at(-1)).toBe("envoy.filters.http.router");
  });
});
