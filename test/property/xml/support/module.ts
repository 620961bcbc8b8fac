import { compileHarness } from "../../support/compile.ts";

/** What every harness exports. */
interface Memory {
  memory: WebAssembly.Memory;
  alloc(len: number): number;
  free(ptr: number): void;
}

/** A harness of test/property/harness, compiled by itself and run in Node. */
export class Module<T> {
  private constructor(readonly wasm: T & Memory) {}

  /** Compiles a harness (a few seconds, the first time) and instantiates it. */
  static async compile<T>(harness: string): Promise<Module<T>> {
    const abort = (): never => {
      throw new Error("the module aborted");
    };
    const { instance } = await WebAssembly.instantiate(compileHarness(harness), { env: { abort } });
    return new Module(instance.exports as unknown as T & Memory);
  }

  /** Hands bytes over for the length of a call. */
  give<R>(bytes: Uint8Array, use: (ptr: number, len: number) => R): R {
    const ptr = this.wasm.alloc(bytes.length);
    new Uint8Array(this.wasm.memory.buffer).set(bytes, ptr);
    const result = use(ptr, bytes.length);
    this.wasm.free(ptr);
    return result;
  }

  /** A copy of bytes of the module. */
  take(ptr: number, len: number): Buffer {
    return Buffer.from(Buffer.from(this.wasm.memory.buffer, ptr, len));
  }
}
