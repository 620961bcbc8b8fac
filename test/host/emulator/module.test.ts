import { describe, expect, test } from "vitest";
import { compileProbe } from "./compile.ts";
import { Emulator, LoadError } from "./index.ts";

const load = async (probe: string): Promise<Emulator> =>
  Emulator.create(await compileProbe(`test/host/probes/${probe}.ts`));

describe("a module is refused", () => {
  test("when it imports what ABI 0.2.1 does not have", async () => {
    await expect(load("unknown-import")).rejects.toThrow(
      new LoadError("Failed to load Wasm module due to a missing import: env.proxy_clear_route_cache"),
    );
  });

  test("when it means something else by a host function", async () => {
    await expect(load("wrong-signature")).rejects.toThrow(/import type mismatch: env.proxy_get_metric, want: i:i/);
  });

  test("when it calls the host while it initializes", async () => {
    await expect(load("start-call")).rejects.toThrow(/Failed to initialize Wasm code: .*restricted_callback/);
  });

  test("when it says nothing of the ABI", async () => {
    const empty = new Uint8Array([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0]);
    await expect(Emulator.create(empty)).rejects.toThrow("Missing or unknown Proxy-Wasm ABI version");
  });
});

describe("memory", () => {
  test("a collection in malloc frees what is only held by its address", async () => {
    const path = await compileProbe("test/host/probes/dangling.ts");
    const said: string[] = [];
    for (const collectInMalloc of [false, true]) {
      const host = await Emulator.create(path, { collectInMalloc });
      host.configure("probe", "");
      said.push(...host.exchange({ path: "/" }, () => ({})).logs.map(({ message }) => message));
    }
    expect(said).toEqual(["still there", "gone"]);
  });

  test("the host calls malloc from inside its functions, and not for empty values", async () => {
    const host = await Emulator.create(await compileProbe("test/host/probes/scripted.ts"));
    host.configure("probe", "");
    const calls = (script: string): number => {
      const before = host.worker().malloc.calls;
      host.exchange({ path: "/", headers: { "x-script": script } }, () => ({ status: 204 }));
      return host.worker().malloc.calls - before;
    };
    const none = calls("on_request_headers: level");
    expect(calls("on_request_headers: get 0 :path")).toBe(none + 1);
    expect(calls("on_request_headers: body 0 0; get 0 x-none; pairs 2")).toBe(none);
  });
});
