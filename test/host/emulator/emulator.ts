import { readFile } from "node:fs/promises";
import { RootContext, type PluginSettings } from "./context.ts";
import { exchange, type Exchange, type ExchangeOptions, type RequestInput, type UpstreamHandler } from "./exchange.ts";
import type { HttpCall } from "./http-call.ts";
import { Process, type LogLine, type ProcessOptions } from "./process.ts";
import { Stream, type StreamOptions } from "./stream.ts";
import { encodeStruct, type Json } from "./struct.ts";
import { Vm } from "./vm.ts";

/** What came of giving the filter a configuration. */
export interface Configured {
  /** Whether Envoy would take it. A refused one leaves what was in force before. */
  accepted: boolean;
  /** What was logged on the way. */
  logs: LogLine[];
}

/** A configuration in force: its root context in the main thread's VM and in each worker's. */
interface Plugin {
  settings: PluginSettings;
  roots: { vm: Vm; root: RootContext }[];
  /** Streams that still use it. */
  open: number;
  replaced: boolean;
}

/**
 * A Proxy-Wasm host, ABI 0.2.1, that does to the filter what Envoy 1.40 does: one VM a thread, a root context for each
 * configuration, a filter chain that holds and buffers, local replies that come back, failures that are for good.
 * Everything happens at once and in order; only HTTP calls wait, until the test answers them.
 */
export class Emulator {
  /** Clusters' answers, metrics, shared data, logs and the clock of the process. */
  readonly process: Process;
  private readonly vms: Vm[] = [];
  private readonly plugins = new Map<string, Plugin>();
  private lastReload = -Infinity;

  private constructor(
    private readonly bytecode: Uint8Array,
    private readonly module: WebAssembly.Module,
    options: Partial<ProcessOptions>,
  ) {
    this.process = new Process(options);
  }

  /**
   * Loads a module as Envoy does when it first sees it: the base VM is linked and started.
   * @param wasm path of the module, or its bytes
   * @throws LoadError when Envoy would refuse it
   */
  static async create(wasm: string | Uint8Array, options: Partial<ProcessOptions> = {}): Promise<Emulator> {
    const bytecode = typeof wasm === "string" ? await readFile(wasm) : wasm;
    const emulator = new Emulator(bytecode, await WebAssembly.compile(new Uint8Array(bytecode)), options);
    emulator.newVm("base");
    return emulator;
  }

  /**
   * Gives the filter a configuration, as an update of its listener would: a canary VM tries it, then the main thread's VM
   * and each worker's get a root context for it. The one before it is told `on_done` when its last request is over.
   * An equal configuration changes nothing.
   * @param name name of the plugin; another name is another filter beside it in the same VMs
   * @param configuration a string or bytes as they are (a StringValue), an object as a serialized Struct
   */
  configure(name: string, configuration: string | Uint8Array | Json): Configured {
    const settings = { name, rootId: this.process.options.rootId, configuration: toBytes(configuration) };
    const before = this.process.logs.length;
    const accepted = this.process.event(() => this.install(settings));
    return { accepted, logs: this.process.logs.slice(before) };
  }

  /** Takes a plugin away, as removing its listener would. */
  remove(name: string): void {
    const plugin = this.plugins.get(name);
    this.plugins.delete(name);
    if (plugin) this.process.event(() => this.retire(plugin));
  }

  /**
   * A new request on a worker.
   * @param plugin name of the plugin; default the first one configured
   * @param worker number of the worker, from 0
   */
  openStream(plugin?: string, options: StreamOptions & { worker?: number } = {}): Stream {
    const found = plugin === undefined ? [...this.plugins.values()][0] : this.plugins.get(plugin);
    if (!found) throw new Error("nothing is configured");
    const at = (options.worker ?? 0) + 1;
    if (found.roots[at]?.vm.failed && this.process.options.failurePolicy === "FAIL_RELOAD") this.reload(at);
    const { vm, root } = found.roots[at] as { vm: Vm; root: RootContext };
    const stream = new Stream(vm, root, options);
    found.open++;
    stream.onClosed = () => {
      found.open--;
      if (found.replaced) this.retire(found);
    };
    return stream;
  }

  /** Plays a whole request and response through the filter; see `exchange`. */
  exchange(request: RequestInput, upstream: UpstreamHandler, options: ExchangeOptions = {}): Exchange {
    return exchange(this, request, upstream, options);
  }

  /** HTTP calls of the filter that wait for an answer, oldest first. */
  get httpCalls(): HttpCall[] {
    return [...new Set(this.vms)].flatMap((vm) =>
      [...vm.contexts.values()].flatMap((context) =>
        context instanceof RootContext ? [...context.calls.values()] : [],
      ),
    );
  }

  /** Why the first failed VM failed, or null. */
  get vmFailed(): string | null {
    return this.vms.find((vm) => vm.failed)?.failed ?? null;
  }

  /** VM of a worker, for a look at its memory and contexts. */
  worker(at = 0): Vm {
    const plugin = [...this.plugins.values()][0];
    return plugin?.roots[at + 1]?.vm ?? (this.vms[0] as Vm);
  }

  get logs(): LogLine[] {
    return this.process.logs;
  }

  get now(): number {
    return this.process.now;
  }

  /** Sets the clock; no timer runs. */
  set now(ms: number) {
    this.process.now = ms;
  }

  /** Lets time pass, in ms: ticks run and HTTP calls time out, each at its time. */
  advance(ms: number): void {
    const until = this.process.now + ms;
    for (;;) {
      const ticks = this.vms.flatMap((vm) =>
        [...vm.ticks].map(([id, tick]) => ({ at: tick.due, run: () => runTick(vm, id) })),
      );
      const timeouts = this.httpCalls
        .filter((call) => call.request.timeout > 0)
        .map((call) => ({ at: call.started + call.request.timeout, run: () => call.timeOut() }));
      const next = [...ticks, ...timeouts].filter(({ at }) => at <= until).sort((a, b) => a.at - b.at)[0];
      if (!next) break;
      this.process.now = Math.max(this.process.now, next.at);
      this.process.event(next.run);
    }
    this.process.now = until;
  }

  private install(settings: PluginSettings): boolean {
    const old = this.plugins.get(settings.name);
    if (old && old.settings.configuration.equals(settings.configuration)) return true;
    const canary = this.newVm("canary");
    const accepted = this.startPlugin(canary, settings) !== null && !canary.failed;
    this.vms.splice(this.vms.indexOf(canary), 1);
    if (!accepted) return false;
    const labels = ["main", ...Array.from({ length: this.process.options.concurrency }, (_, i) => `worker ${i}`)];
    const roots = labels.map((label) => {
      const vm = this.vms.find((candidate) => candidate.label === label && !candidate.failed) ?? this.newVm(label);
      return { vm, root: this.startPlugin(vm, settings) };
    });
    if (roots.some(({ root }) => root === null)) return false;
    this.plugins.set(settings.name, { settings, roots: roots as Plugin["roots"], open: 0, replaced: false });
    if (old) this.retire(old);
    return true;
  }

  private retire(plugin: Plugin): void {
    plugin.replaced = true;
    if (plugin.open > 0) return;
    for (const { vm, root } of plugin.roots) if (!vm.failed) root.shutdown();
  }

  private startPlugin(vm: Vm, settings: PluginSettings): RootContext | null {
    const root = new RootContext(vm, vm.allocateContextId(), settings);
    return root.start() && root.configure() ? root : null;
  }

  private newVm(label: string): Vm {
    const { vmId } = this.process.options;
    const vm = new Vm(this.process, this.module, this.bytecode, vmId, label);
    vm.start(new RootContext(vm, 0, { name: "", rootId: "", configuration: Buffer.alloc(0) }));
    this.vms.push(vm);
    return vm;
  }

  /** FAIL_RELOAD: a new VM for the worker, with every plugin, at most once per backoff. */
  private reload(at: number): void {
    if (this.process.now - this.lastReload < this.process.options.reloadBackoff) return;
    this.lastReload = this.process.now;
    const label = `worker ${at - 1}`;
    this.vms.splice(
      this.vms.findIndex((vm) => vm.label === label),
      1,
    );
    const vm = this.newVm(label);
    for (const plugin of this.plugins.values()) {
      const root = this.startPlugin(vm, plugin.settings);
      if (root) plugin.roots[at] = { vm, root };
    }
  }
}

function runTick(vm: Vm, rootId: number): void {
  const tick = vm.ticks.get(rootId);
  const root = vm.contexts.get(rootId);
  if (tick) tick.due += tick.period;
  if (vm.failed || !(root instanceof RootContext)) vm.ticks.delete(rootId);
  else root.tick();
}

function toBytes(configuration: string | Uint8Array | Json): Buffer {
  if (typeof configuration === "string") return Buffer.from(configuration);
  return configuration instanceof Uint8Array ? Buffer.from(configuration) : encodeStruct(configuration);
}
