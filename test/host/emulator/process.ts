import { LEVELS, Status, type Level } from "./abi.ts";
import { Metrics } from "./metrics.ts";
import type { Vm } from "./vm.ts";

/** One line of Envoy's log. */
export interface LogLine {
  level: Level;
  message: string;
  /** Which VM wrote it: base, canary, main or worker N. */
  vm: string;
}

/** What an emulated Envoy process is started with; every setting has a default. */
export interface ProcessOptions {
  /** Worker threads; each has a VM of its own. Default 1. */
  concurrency: number;
  /** `allow_on_headers_stop_iteration` of the plugin. Default true. */
  holdHeaders: boolean;
  /** Most bytes of a body that Envoy buffers, `per_connection_buffer_limit_bytes`. Default 1 MiB. */
  bufferLimit: number;
  /** Run a full garbage collection whenever the host allocates in the guest. Needs a module built with `--exportRuntime`. Default false. */
  collectInMalloc: boolean;
  /** What happens to requests after a trap. Default FAIL_CLOSED, as in Envoy. */
  failurePolicy: "FAIL_CLOSED" | "FAIL_OPEN" | "FAIL_RELOAD";
  /** Time between two reloads of a failed VM under FAIL_RELOAD, in ms. Default 1000. */
  reloadBackoff: number;
  /** Identifier of the VM; equal ones share their shared data. Default "". */
  vmId: string;
  /** The plugin's root_id. Default "". */
  rootId: string;
  /** The VM configuration, read by `on_vm_start`. Default empty. */
  vmConfiguration: Uint8Array | string;
  /** Names of the clusters that HTTP calls can go to. Default: any name is one. */
  clusters: string[] | null;
  /** Envoy's log level, for what is kept and what `proxy_get_log_level` answers. Default info. */
  logLevel: Level;
  /** Environment variables of the VM. Default none. */
  environment: Record<string, string>;
  /** Time at the start, in ms since 1970. Default 2026-01-05T12:00:00Z. */
  now: number;
}

/** What all VMs of an Envoy process have in common. */
export class Process {
  readonly options: ProcessOptions;
  readonly sharedData = new SharedData();
  readonly sharedQueues = new SharedQueues((run) => this.atEndOfEvent(() => this.event(run)));
  readonly metrics = new Metrics();
  readonly logs: LogLine[] = [];
  logLevel: Level;
  /** Milliseconds since 1970; set it, or move it with `Emulator.advance` so that timers run. */
  now: number;
  private depth = 0;
  private readonly endOfEvent: (() => void)[] = [];

  constructor(options: Partial<ProcessOptions> = {}) {
    this.options = {
      concurrency: 1,
      holdHeaders: true,
      bufferLimit: 1 << 20,
      collectInMalloc: false,
      failurePolicy: "FAIL_CLOSED",
      reloadBackoff: 1000,
      vmId: "",
      rootId: "",
      vmConfiguration: "",
      clusters: null,
      logLevel: "info",
      environment: {},
      now: Date.UTC(2026, 0, 5, 12),
      ...options,
    };
    this.logLevel = this.options.logLevel;
    this.now = this.options.now;
  }

  /** Handles one event of the event loop, and then what was put off to its end. */
  event<T>(run: () => T): T {
    this.depth++;
    try {
      return run();
    } finally {
      if (--this.depth === 0) for (const action of this.endOfEvent.splice(0)) action();
    }
  }

  /** Puts something off until the present event has been handled. */
  atEndOfEvent(action: () => void): void {
    this.endOfEvent.push(action);
  }

  /** The clock in nanoseconds since 1970. */
  nanoseconds(): bigint {
    return BigInt(Math.round(this.now * 1000)) * 1000n;
  }

  /** Keeps a line when the log level lets it through. */
  log(vm: Vm, level: Level, message: string): void {
    if (LEVELS.indexOf(level) >= LEVELS.indexOf(this.logLevel)) this.logs.push({ level, message, vm: vm.label });
  }
}

/** `shared_data.cc`: values by VM id and key, each with a number that changes on every write. There is no delete. */
export class SharedData {
  private readonly entries = new Map<string, { value: Buffer; cas: number }>();
  private cas = 0;

  get(vmId: string, key: Uint8Array): { value: Buffer; cas: number } | undefined {
    return this.entries.get(this.keyOf(vmId, key));
  }

  /** @param cas the number read with the value, or 0 to overwrite; a stale one gives CasMismatch */
  set(vmId: string, key: Uint8Array, value: Buffer, cas: number): number {
    const old = this.get(vmId, key);
    if (old && cas !== 0 && cas !== old.cas) return Status.CasMismatch;
    this.entries.set(this.keyOf(vmId, key), { value, cas: ++this.cas });
    return Status.Ok;
  }

  /** Number of keys, of all VM ids. */
  get size(): number {
    return this.entries.size;
  }

  /** Bytes of all values. */
  get bytes(): number {
    return [...this.entries.values()].reduce((sum, { value }) => sum + value.length, 0);
  }

  private keyOf(vmId: string, key: Uint8Array): string {
    return `${vmId}\0${Buffer.from(key).toString("latin1")}`;
  }
}

/** `shared_queue.cc`: first in, first out, no ceiling; who registered last is called after each item, by itself. */
export class SharedQueues {
  private readonly queues: { name: string; items: Buffer[]; ready: (token: number) => void }[] = [];
  private readonly post: (run: () => void) => void;

  constructor(post: (run: () => void) => void) {
    this.post = post;
  }

  register(vmId: string, name: string, ready: (token: number) => void): number {
    const token = this.resolve(vmId, name) || this.queues.push({ name: `${vmId}\0${name}`, items: [], ready });
    const queue = this.queues[token - 1];
    if (queue) queue.ready = ready;
    return token;
  }

  resolve(vmId: string, name: string): number {
    return this.queues.findIndex((queue) => queue.name === `${vmId}\0${name}`) + 1;
  }

  enqueue(token: number, item: Buffer): number {
    const queue = this.queues[token - 1];
    queue?.items.push(item);
    if (queue) this.post(() => queue.ready(token));
    return queue ? Status.Ok : Status.NotFound;
  }

  dequeue(token: number): Buffer | number {
    const queue = this.queues[token - 1];
    return queue ? (queue.items.shift() ?? Status.Empty) : Status.NotFound;
  }
}
