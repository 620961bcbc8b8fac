/**
 * What the emulator is held to (test/host/emulator/behaviours.ts), seen in a real Envoy. After an upgrade of Envoy, record anew with
 * RECORD=1 npx vitest run --project e2e test/e2e/behaviours.test.ts, and look at what changed.
 */
import { writeFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { caldavFilter, connectionManager, type Bootstrap } from "../../cli/local.ts";
import { replyTo } from "../cases/case.ts";
import { comparable, configuration, flavours, metadata, recorded, recording } from "../host/emulator/behaviour.ts";
import type { Behaviour, Flavour, Seen } from "../host/emulator/behaviour.ts";
import { behaviours } from "../host/emulator/behaviours.ts";
import { compileProbe } from "../host/emulator/compile.ts";
import { Emulator } from "../host/emulator/index.ts";
import { answer, joined, play } from "./play.ts";
import { crashes } from "./support/cleanup.ts";
import { startEnvoy, startUpstream, type TestEnvoy, type Upstream } from "./support/index.ts";

const names = Object.keys(flavours) as Flavour[];
const fresh: Record<string, Seen> = {};
let envoy: TestEnvoy;
let upstream: Upstream;

beforeAll(async () => {
  const module = await probe();
  upstream = await startUpstream();
  const routes = [{ match: { prefix: "/" }, route: { cluster: "caldav", timeout: "0s" } }];
  const listeners = names.map((name) => ({
    module,
    config: configuration,
    vmId: name,
    before: [setMetadata()],
    routes,
  }));
  envoy = await startEnvoy({ upstream: upstream.url, listeners, edit });
});

afterAll(async () => {
  await envoy.stop();
  // Here the filter is meant to crash.
  crashes.length = 0;
  if (process.env.RECORD) writeFileSync(recording, `${JSON.stringify(fresh, null, 2)}\n`);
});

describe("Envoy", () => {
  for (const behaviour of behaviours)
    // On a busy machine Envoy may read two pieces at once.
    test(behaviour.name, { retry: process.env.RECORD ? 0 : 2 }, async () => {
      const seen = await observe(behaviour);
      if (process.env.RECORD) fresh[behaviour.name] = seen;
      else expect(seen).toEqual(recorded()[behaviour.name]);
    });
});

describe("Envoy's process", () => {
  test.each(["on_log: close 0", "on_done: reply 403 x _ y", "on_delete: close 1"])(
    "ends when a stream is ended again from its last callbacks: %s",
    async (script) => {
      const doomed = await startEnvoy({ upstream: upstream.url, module: await probe(), config: configuration });
      await play(doomed.url, { path: "/" }, [["x-script", script]]);
      await expect.poll(() => fetch(doomed.url).catch(() => "gone"), { timeout: 5000 }).toBe("gone");
      await doomed.stop();
    },
  );

  test("configures, replaces and ends roots as the emulator does", async () => {
    const [first, second] = ["on_configure: property plugin_name", "on_configure: property plugin_root_id"];
    const host = await Emulator.create(await probe(), { concurrency: 2, vmId: "caldav" });
    host.configure("caldav", first);
    host.configure("caldav", second);
    const traceOf = (...vms: string[]): string[] =>
      host.logs.filter(({ vm }) => vms.includes(vm)).map(({ message }) => message);
    // The canary of a configuration runs on the main thread, just before it is configured there.
    const main = traceOf("canary", "main").sort();
    const options = { upstream: upstream.url, module: await probe(), config: first, concurrency: 2 };
    const real = await startEnvoy(options);
    expect(await real.reload(second)).toMatchObject({ accepted: true });
    await expect
      .poll(() => real.lines.filter((line) => line.includes("» root on_delete")).length, { timeout: 8000 })
      .toBe(3);
    const threads = new Map<string, string[]>();
    for (const line of real.lines.filter((text) => text.includes("»"))) {
      const thread = /\]\[(\d+)\]/.exec(line)?.[1] ?? "";
      threads.set(thread, [...(threads.get(thread) ?? []), line.slice(line.indexOf("»"))]);
    }
    const [mainThread = [], ...workers] = [...threads.values()];
    expect(mainThread.sort()).toEqual(main);
    expect(workers).toEqual([traceOf("worker 0"), traceOf("worker 1")]);
  });
});

async function observe(behaviour: Behaviour): Promise<Seen> {
  upstream.requests.length = 0;
  upstream.respond((request, response) => {
    return answer(
      replyTo({ ...request, headers: joined(request.rawHeaders) }, behaviour.upstream, { body: "ok" }),
      response,
    );
  });
  const from = envoy.lines.length;
  const base = envoy.urls[names.indexOf(behaviour.flavour ?? "default")] ?? "";
  const script: [string, string] = ["x-script", behaviour.script];
  const { reset, ...response } = await play(base, { path: "/", ...behaviour.request }, [script]);
  const lines = (): string[] => envoy.lines.slice(from);
  // After a trap there is no on_delete; a call that was made last may still be under way.
  const over = (): boolean => lines().some((line) => / on_delete| failed: Uncaught/.test(line));
  for (let i = 0; i < 50 && !over(); i++) await new Promise((done) => setTimeout(done, 10));
  await new Promise((done) => setTimeout(done, 40));
  const trace = lines().filter((line) => line.includes("»"));
  const sent = upstream.requests.map(({ method, path, rawHeaders, body }) => ({
    method,
    path,
    headers: joined(rawHeaders),
    body,
  }));
  return plain(comparable({ trace, ...response, reset: reset || undefined, upstream: sent }));
}

function probe(): Promise<string> {
  return compileProbe("test/host/probes/scripted.ts");
}

function edit(bootstrap: Bootstrap): void {
  for (const [at, listener] of (bootstrap.static_resources.listeners as Bootstrap[]).entries()) {
    const { holdHeaders, bufferLimit } = flavours[names[at] ?? "default"];
    listener.per_connection_buffer_limit_bytes = bufferLimit;
    caldavFilter(listener).allow_on_headers_stop_iteration = holdHeaders;
    caldavFilter(listener).reload_config = { backoff: { base_interval: "0.005s", max_interval: "0.01s" } };
    const manager = connectionManager(listener);
    manager.http_protocol_options = { enable_trailers: true };
    manager.stream_idle_timeout = "1s";
    manager.use_remote_address = false;
    manager.access_log = [];
  }
  const options = { explicit_http_config: { http_protocol_options: { enable_trailers: true } } };
  const type = "type.googleapis.com/envoy.extensions.upstreams.http.v3.HttpProtocolOptions";
  for (const cluster of bootstrap.static_resources.clusters)
    cluster.typed_extension_protocol_options = {
      "envoy.extensions.upstreams.http.v3.HttpProtocolOptions": { "@type": type, ...options },
    };
}

function setMetadata(): { name: string; typed_config: Record<string, unknown> } {
  const entries = Object.entries(metadata).map(([name, value]) => ({
    metadata_namespace: name,
    allow_overwrite: true,
    value,
  }));
  const type = "type.googleapis.com/envoy.extensions.filters.http.set_metadata.v3.Config";
  return { name: "envoy.filters.http.set_metadata", typed_config: { "@type": type, metadata: entries } };
}

/** As it comes back from the recording. */
function plain(seen: Seen): Seen {
  return JSON.parse(JSON.stringify(seen)) as Seen;
}
