import { Module } from "../../xml/support/module.ts";

/** test/property/harness/cache_request.ts. */
export interface CacheRequest {
  outPtr(): number;
  outLen(): number;
  limit(bytes: number): void;
  canonicalBody(ptr: number, len: number, maxDepth: number): number;
  cacheControl(begin: boolean, ptr: number, len: number): void;
  controlFlags(): number;
  controlMaxAge(): bigint;
  controlMinFresh(): bigint;
  slice(i: number, ptr: number, len: number): void;
  condition(): number;
  byteRange(length: number): number;
  cacheStatus(forward: number, ttl: bigint): void;
  digestOf(secret: number, ptr: number, len: number): void;
  keyBegin(policy: number, isSignedIn: boolean): void;
  keyField(i: number, ptr: number, len: number): void;
  keyWrite(method: number, ptr: number, len: number, depth: number): number;
}

export type RequestModule = Module<CacheRequest>;

export function compileCacheRequest(): Promise<RequestModule> {
  return Module.compile<CacheRequest>("cache_request");
}

/** What was written. */
export function written(module: RequestModule): Buffer {
  return module.take(module.wasm.outPtr(), module.wasm.outLen());
}

/** Hands over values, absent where undefined, for the length of a call. */
export function giveAll<R>(
  module: RequestModule,
  values: (string | Uint8Array | undefined)[],
  take: (i: number, ptr: number, len: number) => void,
  use: () => R,
): R {
  const pointers = values.map((value, i) => {
    if (value === undefined) {
      take(i, 0, 0);
      return 0;
    }
    const bytes = typeof value === "string" ? Buffer.from(value, "latin1") : value;
    const ptr = module.wasm.alloc(bytes.length);
    new Uint8Array(module.wasm.memory.buffer).set(bytes, ptr);
    take(i, ptr, bytes.length);
    return ptr;
  });
  const result = use();
  for (const ptr of pointers) if (ptr !== 0) module.wasm.free(ptr);
  return result;
}
