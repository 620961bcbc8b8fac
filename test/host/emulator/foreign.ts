import { Status } from "./abi.ts";
import type { Context } from "./context.ts";

/** Foreign functions that Envoy 1.40 registers and the emulator does not model. */
const UNMODELLED = new Set([
  "compress",
  "declare_property",
  "expr_create",
  "expr_delete",
  "expr_evaluate",
  "set_envoy_filter_state",
  "sign",
  "uncompress",
  "verify_signature",
]);

/**
 * Calls one of Envoy's foreign functions.
 * @returns NotFound for a name that Envoy does not know; result is null when the function leaves the out pointers alone
 * @throws Error for a function that Envoy has and the emulator lacks, so that a test does not pass by accident
 */
export function callForeignFunction(
  context: Context,
  name: string,
  _argument: Buffer,
): { status: number; result: Buffer | null } {
  if (name === "clear_route_cache") {
    context.clearRouteCache();
    return { status: Status.Ok, result: Buffer.alloc(0) };
  }
  if (UNMODELLED.has(name)) throw new Error(`the emulator does not model the foreign function ${name}`);
  return { status: Status.NotFound, result: null };
}
