import type { Context } from "./context.ts";
import { envImports } from "./env-imports.ts";
import { checkModule, LoadError } from "./module-check.ts";
import type { Process } from "./process.ts";
import { wasiImports } from "./wasi-imports.ts";

/** Imports that stay callable while the module initializes; any other traps (`wasm.cc` startVm). */
const ALLOWED_IN_START = /^(proxy_log$|(?!proxy_))/;
/** Imports that stay callable inside `malloc` (`wasm.h` allocMemory). */
const ALLOWED_IN_MALLOC = /^(proxy_log|fd_write|clock_time_get|poll_oneoff)$/;

type Exported = (...args: (number | bigint)[]) => number | bigint | undefined;

/**
 * One instance of the module: Envoy has a base, a canary for each configuration, one for the main thread and one for
 * each worker. Holds what cpp-host's `WasmBase` and `WasmVm` hold.
 */
export class Vm {
  /** All living contexts by id; 0 is the VM itself. */
  readonly contexts = new Map<number, Context>();
  /** Why the VM can no longer be called, or null. Set by the first trap. */
  failed: string | null = null;
  /** Set by a local reply: whatever the callback answers then counts as stop. */
  stopNextIteration = false;
  /** Timer periods in ms by root id, and when each is due next. */
  readonly ticks = new Map<number, { period: number; due: number }>();
  /** Metric names by the ids that this VM got for them. */
  readonly metricNames = new Map<number, string>();
  /** Largest request of `malloc`, and how often it was called, since the VM started. */
  readonly malloc = { calls: 0, largest: 0 };

  private nextContextId = 1;
  private nextCallId = 0;
  private readonly nextMetricId = [0, 1, 2];
  private readonly afterCallActions: (() => void)[] = [];
  private current: Context | null = null;
  private effectiveId = 0;
  private allowed: RegExp | null = null;
  private instance: WebAssembly.Instance | null = null;

  /**
   * @param label where it runs, for logs: base, canary, main or worker N
   * @throws LoadError when Envoy would refuse the module
   */
  constructor(
    readonly process: Process,
    readonly module: WebAssembly.Module,
    readonly bytecode: Uint8Array,
    readonly vmId: string,
    readonly label: string,
  ) {}

  /** Links and starts the module: `_initialize`, then `main`, or `_start`. */
  start(vmContext: Context): void {
    checkModule(this.module, this.bytecode);
    this.contexts.set(0, vmContext);
    const guarded = (functions: Record<string, Exported>): WebAssembly.ModuleImports =>
      Object.fromEntries(
        Object.entries(functions).map(([name, f]) => [
          name,
          (...args: (number | bigint)[]) => {
            if (this.allowed && !this.allowed.test(name)) throw new WebAssembly.RuntimeError("restricted_callback");
            return f(...args.map((arg) => (typeof arg === "number" ? arg >>> 0 : arg)));
          },
        ]),
      );
    const wasi = guarded(wasiImports(this));
    this.instance = new WebAssembly.Instance(this.module, {
      env: guarded(envImports(this)),
      wasi_snapshot_preview1: wasi,
      wasi_unstable: wasi,
    });
    this.allowed = ALLOWED_IN_START;
    if (this.has("_initialize")) {
      this.call(vmContext, "_initialize");
      if (this.has("main")) this.call(vmContext, "main", 0, 0);
    } else if (this.has("_start")) this.call(vmContext, "_start");
    this.allowed = null;
    if (this.failed) throw new LoadError(`Failed to initialize Wasm code: ${this.failed}`);
  }

  /** Whether the module exports a function of this name. */
  has(name: string): boolean {
    return typeof this.instance?.exports[name] === "function";
  }

  /** Bytes of linear memory now. */
  get memorySize(): number {
    return this.memory().length;
  }

  /**
   * Calls an export on behalf of a context. A trap marks the VM failed, as does running out of stack, and gives 0.
   * @returns the result as an unsigned number; 0 when the function is void
   */
  call(context: Context, name: string, ...args: number[]): number {
    const f = this.instance?.exports[name] as Exported;
    const saved: [Context | null, number] = [this.current, this.effectiveId];
    this.current = context;
    this.effectiveId = 0;
    try {
      return Number(f(...args) ?? 0) >>> 0;
    } catch (error) {
      this.fail(`Function: ${name} failed: ${error instanceof Error ? error.message : String(error)}`);
      return 0;
    } finally {
      [this.current, this.effectiveId] = saved;
    }
  }

  /** Marks the VM failed. The first reason counts. */
  fail(reason: string): void {
    this.failed ??= reason;
    this.process.log(this, "error", reason);
  }

  /** Runs a host-to-guest call and then what the guest asked to be done after it (`DeferAfterCallActions`). */
  defer<T>(call: () => T): T {
    const result = call();
    this.stopNextIteration = false;
    for (let action = this.afterCallActions.shift(); action; action = this.afterCallActions.shift()) action();
    return result;
  }

  /** Puts something off until the present host-to-guest call has returned. */
  afterCall(action: () => void): void {
    this.afterCallActions.push(action);
  }

  /** Whether the guest is being called right now. */
  get busy(): boolean {
    return this.current !== null;
  }

  /** The context that host functions act on: the effective one if it still lives, else the one called. */
  context(): Context {
    const effective = this.effectiveId === 0 ? undefined : this.contexts.get(this.effectiveId);
    return (effective ?? this.current) as Context;
  }

  /** Makes another context the one that host functions act on, until the present call returns. False if there is none. */
  setEffective(id: number): boolean {
    if (!this.contexts.has(id)) return false;
    this.effectiveId = id;
    return true;
  }

  /** Ids are never used twice; roots and streams share one sequence. */
  allocateContextId(): number {
    return this.nextContextId++;
  }

  /** Tokens of HTTP calls go up in fours. */
  allocateCallId(): number {
    return (this.nextCallId += 4);
  }

  /** Ids of metrics carry their type in the two low bits. */
  allocateMetricId(type: number): number {
    const id = (this.nextMetricId[type] ?? 0) + 4;
    this.nextMetricId[type] = id;
    return id;
  }

  /** A view of linear memory; stale after any call into the guest. */
  memory(): Buffer {
    return Buffer.from((this.instance?.exports["memory"] as WebAssembly.Memory).buffer);
  }

  /** A copy of guest memory, or null when it lies outside. */
  read(at: number, size: number): Buffer | null {
    const memory = this.memory();
    return at + size > memory.length ? null : Buffer.from(memory.subarray(at, at + size));
  }

  /** Copies bytes into guest memory; false when it lies outside. */
  write(at: number, bytes: Uint8Array): boolean {
    const memory = this.memory();
    if (at + bytes.length > memory.length) return false;
    memory.set(bytes, at);
    return true;
  }

  /** Writes a u32; false when it lies outside. */
  writeU32(at: number, value: number): boolean {
    const bytes = Buffer.alloc(4);
    bytes.writeUInt32LE(value >>> 0);
    return this.write(at, bytes);
  }

  /** Writes a u64; false when it lies outside. */
  writeU64(at: number, value: bigint): boolean {
    const bytes = Buffer.alloc(8);
    bytes.writeBigUInt64LE(BigInt.asUintN(64, value));
    return this.write(at, bytes);
  }

  /**
   * Has the guest allocate, from inside a host call. With `collectInMalloc` a full garbage collection runs first, which
   * frees whatever the guest only holds as a number.
   * @returns the address, or 0 when the guest gave none or trapped
   */
  allocate(size: number): number {
    this.malloc.calls++;
    this.malloc.largest = Math.max(this.malloc.largest, size);
    const vmContext = this.contexts.get(0) as Context;
    const outer = this.allowed;
    this.allowed = ALLOWED_IN_MALLOC;
    if (this.process.options.collectInMalloc && this.has("__collect")) this.call(vmContext, "__collect");
    const at = this.call(vmContext, "malloc", size);
    this.allowed = outer;
    return at !== 0 && at + size <= this.memorySize ? at : 0;
  }

  /** Hands bytes to the guest: allocates, copies, and writes address and size. Empty bytes give 0 and 0 without `malloc`. */
  give(bytes: Uint8Array, addressAt: number, sizeAt: number): boolean {
    let at = 0;
    if (bytes.length > 0) {
      at = this.allocate(bytes.length);
      if (at === 0 || !this.write(at, bytes)) return false;
    }
    return this.writeU32(addressAt, at) && this.writeU32(sizeAt, bytes.length);
  }
}
