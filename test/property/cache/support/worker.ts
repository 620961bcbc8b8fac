import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { SharedMap } from "./shared_map.ts";

/** What the harness exports, and what Binaryen's asyncify adds. */
interface Harness {
  memory: WebAssembly.Memory;
  alloc(len: number): number;
  free(ptr: number): void;
  malloc(len: number): number;
  rewind(): void;
  open(maxEntry: number, maxBytes: number): void;
  payloadPtr(): number;
  payloadLen(): number;
  expires(): number;
  evicted(): number;
  delta(): number;
  fits(keyLen: number, payloadLen: number): number;
  isSame(slot: number, other: number): number;
  save(slot: number, ptr: number): void;
  isSaved(slot: number, ptr: number): number;
  asyncify_start_unwind(data: number): void;
  asyncify_stop_unwind(): void;
  asyncify_start_rewind(data: number): void;
  asyncify_stop_rewind(): void;
  asyncify_get_state(): number;
}

/** An operation under way: goes on with each `next()` up to its next call of the host. */
export type Steps<T> = Generator<void, T>;

const STACK = 16 << 10;
const UNWINDING = 1;
const REWINDING = 2;

/**
 * Compiles the harness so that its operations can pause at every call of the host: others then run in between, in any
 * order.
 */
export async function compileWorker(): Promise<WebAssembly.Module> {
  const folder = mkdtempSync(join(tmpdir(), "caldav-harness-"));
  const out = join(folder, "cache.wasm");
  const options = ["--enable", "simd", "--optimize", "--runtime", "incremental", "--runPasses", "asyncify", "-o", out];
  execFileSync(process.execPath, [
    "node_modules/assemblyscript/bin/asc.js",
    "test/property/harness/cache.ts",
    ...options,
  ]);
  const module = await WebAssembly.compile(readFileSync(out));
  rmSync(folder, { recursive: true });
  return module;
}

/** One worker of Envoy: an instance of its own, over the map that all share. It does one operation at a time. */
export class Worker {
  readonly wasm: Harness;
  private readonly stack: number;

  constructor(
    module: WebAssembly.Module,
    private readonly map: SharedMap,
  ) {
    const abort = (): never => {
      throw new Error("the module aborted");
    };
    const env = {
      abort,
      read: (key: number, keyLen: number, answer: number) => this.host(() => this.read(key, keyLen, answer)),
      write: (key: number, keyLen: number, ptr: number, len: number, cas: number) =>
        this.host(() => this.write(key, keyLen, ptr, len, cas)),
    };
    this.wasm = new WebAssembly.Instance(module, { env }).exports as unknown as Harness;
    this.stack = this.wasm.alloc(STACK + 8);
  }

  /** Calls an export; pauses before every call of the host. Byte arrays are handed over as pointer and length. */
  *call(name: string, ...args: (number | Uint8Array)[]): Steps<number> {
    this.wasm.rewind();
    const given: number[] = [];
    const flat = args.flatMap((arg) => {
      if (typeof arg === "number") return [arg];
      const ptr = this.give(arg);
      given.push(ptr);
      return [ptr, arg.length];
    });
    const run = (this.wasm as unknown as Record<string, (...args: number[]) => number>)[name]!;
    let result = run(...flat);
    while (this.wasm.asyncify_get_state() === UNWINDING) {
      this.wasm.asyncify_stop_unwind();
      yield;
      this.wasm.asyncify_start_rewind(this.stack);
      result = run(...flat);
    }
    given.forEach((ptr) => this.wasm.free(ptr));
    return result;
  }

  /** A copy of bytes of the instance. */
  bytes(ptr: number, len: number): Buffer {
    return Buffer.from(Buffer.from(this.wasm.memory.buffer, ptr, len));
  }

  /** Copies bytes into memory that `wasm.free` gives back. */
  give(bytes: Uint8Array): number {
    const ptr = this.wasm.alloc(Math.max(bytes.length, 1));
    new Uint8Array(this.wasm.memory.buffer).set(bytes, ptr);
    return ptr;
  }

  /** Pauses the operation the first time, and does the work when it goes on. */
  private host(work: () => boolean): number {
    if (this.wasm.asyncify_get_state() === REWINDING) {
      this.wasm.asyncify_stop_rewind();
      return work() ? 1 : 0;
    }
    new Uint32Array(this.wasm.memory.buffer, this.stack, 2).set([this.stack + 8, this.stack + 8 + STACK]);
    this.wasm.asyncify_start_unwind(this.stack);
    return 0;
  }

  private read(key: number, keyLen: number, answer: number): boolean {
    const found = this.map.get(this.bytes(key, keyLen).toString("latin1"));
    if (!found) return false;
    const ptr = this.wasm.malloc(found.value.length);
    if (ptr === 0) return false;
    new Uint8Array(this.wasm.memory.buffer).set(found.value, ptr);
    new Uint32Array(this.wasm.memory.buffer, answer, 3).set([ptr, found.value.length, found.cas]);
    return true;
  }

  private write(key: number, keyLen: number, ptr: number, len: number, cas: number): boolean {
    return this.map.set(this.bytes(key, keyLen).toString("latin1"), this.bytes(ptr, len), cas >>> 0);
  }
}

/** Runs an operation to its end, with nobody in between. */
export function finish<T>(steps: Steps<T>): T {
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
  }
}
