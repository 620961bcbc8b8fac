import { GUEST_FUNCTIONS, HOST_FUNCTIONS, signaturesOf } from "./signatures.ts";
import { WASI_FUNCTIONS } from "./wasi-imports.ts";

/** Why Envoy would refuse to load a module. */
export class LoadError extends Error {}

const WASI_MODULES = new Set(["wasi_snapshot_preview1", "wasi_unstable"]);

/**
 * Checks what cpp-host checks when it loads and links a module: the ABI version, `malloc`, that every import is a function
 * that the host has, and that both sides mean the same by it.
 * @throws LoadError with the host's own words
 */
export function checkModule(module: WebAssembly.Module, bytecode: Uint8Array): void {
  const exported = new Set(WebAssembly.Module.exports(module).map(({ name }) => name));
  if (!exported.has("proxy_abi_version_0_2_1")) throw new LoadError("Missing or unknown Proxy-Wasm ABI version");
  for (const { module: from, name, kind } of WebAssembly.Module.imports(module)) {
    const known = from === "env" ? HOST_FUNCTIONS.has(name) : WASI_MODULES.has(from) && WASI_FUNCTIONS.includes(name);
    if (kind !== "function" || !known)
      throw new LoadError(`Failed to load Wasm module due to a missing import: ${from}.${name}`);
  }
  const { imports, exports } = signaturesOf(bytecode);
  for (const [name, signature] of imports) {
    const wanted = HOST_FUNCTIONS.get(name.replace(/^env\./, ""));
    if (wanted !== undefined && wanted !== signature)
      throw new LoadError(
        `Failed to load Wasm module due to an import type mismatch: ${name}, want: ${signature}, but host exports: ${wanted}`,
      );
  }
  for (const [name, signature] of exports) {
    const wanted = GUEST_FUNCTIONS.get(name);
    if (wanted !== undefined && wanted !== signature)
      throw new LoadError(`Bad function signature for: ${name}, want: ${wanted}, but the module exports: ${signature}`);
  }
  if (!exported.has("malloc")) throw new LoadError("Wasm module is missing malloc function.");
}
