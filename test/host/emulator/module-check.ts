import { HOST_FUNCTIONS } from "./abi.ts";
import { WASI_FUNCTIONS } from "./wasi-imports.ts";

/** Why Envoy would refuse to load a module. */
export class LoadError extends Error {}

const KNOWN = new Map<string, ReadonlySet<string>>([
  ["env", new Set([...HOST_FUNCTIONS, "emscripten_notify_memory_growth", "pthread_equal"])],
  ["wasi_snapshot_preview1", new Set(WASI_FUNCTIONS)],
  ["wasi_unstable", new Set(WASI_FUNCTIONS)],
]);

/**
 * Checks what cpp-host checks when it loads and links a module: the ABI version, `malloc`, and that every import is a
 * function that the host has.
 * @throws LoadError with the host's own words
 */
export function checkModule(module: WebAssembly.Module, _bytecode: Uint8Array): void {
  const exported = new Set(WebAssembly.Module.exports(module).map((e) => e.name));
  if (!exported.has("proxy_abi_version_0_2_1")) throw new LoadError("Missing or unknown Proxy-Wasm ABI version");
  for (const { module: from, name, kind } of WebAssembly.Module.imports(module)) {
    if (kind !== "function" || !KNOWN.get(from)?.has(name))
      throw new LoadError(`Failed to load Wasm module due to a missing import: ${from}.${name}`);
  }
  if (!exported.has("malloc") && !exported.has("proxy_on_memory_allocate"))
    throw new LoadError("Wasm module is missing malloc function.");
}
