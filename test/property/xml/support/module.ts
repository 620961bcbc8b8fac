import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** What every harness exports. */
interface Memory {
  memory: WebAssembly.Memory;
  alloc(len: number): number;
  free(ptr: number): void;
}

/** A harness of test/property/harness, compiled by itself and run in Node. */
export class Module<T> {
  private constructor(readonly wasm: T & Memory) {}

  /** Compiles a harness (a few seconds) and instantiates it. */
  static async compile<T>(harness: string): Promise<Module<T>> {
    const folder = mkdtempSync(join(tmpdir(), "caldav-harness-"));
    const out = join(folder, "harness.wasm");
    const options = ["--enable", "simd", "--optimize", "--runtime", "incremental", "--maximumMemory", "2048"];
    const source = `test/property/harness/${harness}.ts`;
    execFileSync(process.execPath, ["node_modules/assemblyscript/bin/asc.js", source, ...options, "-o", out]);
    const abort = (): never => {
      throw new Error("the module aborted");
    };
    const { instance } = await WebAssembly.instantiate(readFileSync(out), { env: { abort } });
    rmSync(folder, { recursive: true });
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
