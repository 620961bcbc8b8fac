import { describe, expect, test } from "vitest";
import { callbacksOf, exchange, scripted, traceOf } from "./support.ts";

describe("configurations", () => {
  test("a canary, the main thread and each worker are configured, every first root with id 1", async () => {
    const host = await scripted({ concurrency: 2 });
    const created = host.logs.filter(({ message }) => message === "» root on_context_create 1").map(({ vm }) => vm);
    expect(created).toEqual(["canary", "main", "worker 0", "worker 1"]);
    expect(callbacksOf(host.logs, "worker 1")).toEqual([
      "root on_context_create 1",
      "root on_vm_start size=0",
      "root on_configure size=0",
    ]);
  });

  test("a new configuration is a new root in the same VM, whose id comes after those of streams", async () => {
    const host = await scripted();
    exchange(host, "");
    exchange(host, "");
    const { accepted, logs } = host.configure("probe", "on_configure: property plugin_name");
    expect(accepted).toBe(true);
    expect(callbacksOf(logs, "worker 0")).toEqual([
      "root on_context_create 4",
      "root on_vm_start size=0",
      "root on_configure size=34",
      "root on_done",
      "root on_delete",
    ]);
  });

  test("the old root lives until its last request is over", async () => {
    const host = await scripted();
    const stream = host.openStream().requestHeaders(
      [
        [":method", "GET"],
        [":path", "/"],
        [":authority", "x"],
      ],
      true,
    );
    expect(callbacksOf(host.configure("probe", "new").logs, "worker 0")).not.toContain("root on_done");
    const before = host.logs.length;
    stream.responseHeaders([[":status", "204"]], true);
    expect(callbacksOf(host.logs.slice(before), "worker 0")).toEqual([
      "on_response_headers end",
      "on_log",
      "on_done",
      "on_delete",
      "root on_done",
      "root on_delete",
    ]);
  });

  test("a root may put off its end", async () => {
    const host = await scripted({}, "on_done: done; return 0 | on_tick: done | on_configure: tick 100");
    const { logs } = host.configure("probe", "new");
    expect(callbacksOf(logs, "worker 0")).toContain("root on_done");
    expect(callbacksOf(logs, "worker 0")).not.toContain("root on_delete");
    expect(traceOf(logs, "worker 0")).toContain("  done = 1");
  });

  test("an equal configuration changes nothing", async () => {
    const host = await scripted({}, "same");
    expect(host.configure("probe", "same")).toEqual({ accepted: true, logs: [] });
  });

  test("a refused configuration leaves the one in force, and only the canary saw it", async () => {
    const host = await scripted({}, "old");
    const { accepted, logs } = host.configure("probe", "on_configure: return 0");
    expect(accepted).toBe(false);
    expect(new Set(logs.map(({ vm }) => vm))).toEqual(new Set(["canary"]));
    expect(exchange(host, "").status).toBe(200);
  });

  test("a trap in on_configure refuses the configuration and leaves the VMs alone", async () => {
    const host = await scripted({}, "old");
    expect(host.configure("probe", "on_configure: trap").accepted).toBe(false);
    expect(exchange(host, "")).toMatchObject({ status: 200, vmFailed: null });
  });

  test("two plugins have a root each in the same VMs", async () => {
    const host = await scripted();
    host.configure("other", "on_tick: level | on_configure: tick 1000");
    expect(host.exchange({ path: "/" }, () => ({}), { plugin: "other" }).status).toBe(200);
    const before = host.logs.length;
    host.advance(1000);
    expect(callbacksOf(host.logs.slice(before))).toEqual(["root on_tick", "root on_tick"]);
  });
});

describe("time", () => {
  test("ticks come in their time on the main thread and on every worker", async () => {
    const host = await scripted({}, "on_configure: tick 400 | on_tick#2: tick 0");
    const before = host.logs.length;
    host.advance(399);
    expect(callbacksOf(host.logs.slice(before))).toEqual([]);
    host.advance(5000);
    expect(callbacksOf(host.logs.slice(before), "worker 0")).toEqual(["root on_tick", "root on_tick"]);
    expect(callbacksOf(host.logs.slice(before), "main")).toHaveLength(2);
    expect(host.now).toBe(Date.UTC(2026, 0, 5, 12) + 5399);
  });
});

describe("a trap", () => {
  test("makes every later request of the worker a 503", async () => {
    const host = await scripted();
    expect(exchange(host, "on_request_headers: trap")).toMatchObject({ status: 503, vmFailed: /unreachable/ });
    const later = exchange(host, "");
    expect(later).toMatchObject({ status: 503, upstreamRequests: [], localReply: { details: "wasm_fail_stream" } });
    expect(later.vmFailed).toMatch(/proxy_on_request_headers failed/);
    expect(later.logs).toEqual([]);
  });

  test("leaves other workers alone", async () => {
    const host = await scripted({ concurrency: 2 });
    exchange(host, "on_request_headers: trap");
    expect(exchange(host, "", {}, undefined, { worker: 1 }).status).toBe(200);
  });

  test("fails requests under way at their next callback", async () => {
    const host = await scripted();
    const headers: [string, string][] = [
      [":method", "GET"],
      [":path", "/"],
      [":authority", "x"],
    ];
    const stream = host.openStream().requestHeaders(headers, true);
    exchange(host, "on_request_headers: trap");
    expect(stream.done).toBe(false);
    stream.responseHeaders([[":status", "200"]], false);
    expect(stream.client.status).toBe(503);
  });

  test("under FAIL_OPEN is a 503 for its own request, and later ones pass without the filter", async () => {
    const host = await scripted({ failurePolicy: "FAIL_OPEN" });
    expect(exchange(host, "on_request_headers: trap").status).toBe(503);
    expect(exchange(host, "")).toMatchObject({ status: 200, logs: [] });
  });

  test("under FAIL_RELOAD is over with a new VM, after a while, without what the old one knew", async () => {
    const host = await scripted({ failurePolicy: "FAIL_RELOAD" });
    exchange(host, "on_request_headers: trap");
    expect(exchange(host, "").status).toBe(200);
    exchange(host, "on_request_headers: trap");
    expect(exchange(host, "").status).toBe(503);
    host.advance(1000);
    const again = exchange(host, "");
    expect(again.status).toBe(200);
    expect(callbacksOf(host.logs, "worker 0").filter((line) => line === "root on_context_create 1")).toHaveLength(3);
  });

  test("is also what would bring Envoy down: a reply or a reset from the last callbacks", async () => {
    for (const script of [
      "on_log: reply 403 x _ y",
      "on_log: close 0",
      "on_done: close 1",
      "on_delete: reply 403 x _ y",
    ]) {
      const host = await scripted();
      expect(exchange(host, script).vmFailed, script).toMatch(
        /^Envoy would crash: proxy_(send_local_response|close_stream) in on_/,
      );
    }
  });
});
