import { BufferType, MapType, Status } from "./abi.ts";
import { readOnly, type GuestBuffer } from "./body-buffer.ts";
import { HeaderMap } from "./header-map.ts";
import { HttpCall, type HttpCallRequest } from "./http-call.ts";
import { BODILESS } from "./message.ts";
import type { Pair } from "./pairs.ts";
import { serialized, walk, type Property } from "./properties.ts";
import type { Vm } from "./vm.ts";

/** Attributes that have parts, but cannot be read as a whole. */
const WITHOUT_A_FORM = new Set(
  "connection destination filter_state metadata request response source upstream xds".split(" "),
);

/** One configuration of the filter. */
export interface PluginSettings {
  name: string;
  rootId: string;
  configuration: Buffer;
}

/** A VM, root or stream context as host functions see it. What only streams have, they override. */
export abstract class Context {
  /** Whether the guest has been told of it. */
  created = false;

  constructor(
    readonly vm: Vm,
    readonly id: number,
    readonly plugin: PluginSettings,
  ) {
    vm.contexts.set(id, this);
  }

  abstract get root(): RootContext;

  /** Tells the guest of it, once. */
  create(): void {
    if (!this.vm.failed && !this.created && this.vm.has("proxy_on_context_create"))
      this.vm.defer(() =>
        this.vm.call(this, "proxy_on_context_create", this.id, this instanceof RootContext ? 0 : this.root.id),
      );
    this.created = true;
  }

  /** Asks the guest to finish; false when it wants to call `proxy_done` later. */
  onDone(): boolean {
    if (this.vm.failed || !this.vm.has("proxy_on_done")) return true;
    return this.vm.defer(() => this.vm.call(this, "proxy_on_done", this.id)) !== 0;
  }

  /** Tells the guest that it is gone. */
  onDelete(): void {
    if (this.created && !this.vm.failed && this.vm.has("proxy_on_delete"))
      this.vm.defer(() => this.vm.call(this, "proxy_on_delete", this.id));
  }

  /** Headers that can be read now, or null. */
  readMap(type: number): HeaderMap | null {
    const response = this.root.callResponse;
    if (type === MapType.HttpCallResponseHeaders) return response?.headers ?? null;
    if (type === MapType.HttpCallResponseTrailers) return response?.trailers ?? null;
    return null;
  }

  /** Headers that can be changed now, or null. */
  writeMap(_type: number): HeaderMap | null {
    return null;
  }

  /** First value of a header, or the status that the host answers. */
  getHeader(type: number, name: string): string | number {
    const map = this.readMap(type);
    return map === null ? Status.BadArgument : (map.get(name) ?? Status.NotFound);
  }

  /** A buffer that can be read now, or null. */
  getBuffer(type: number): GuestBuffer | null {
    if (type === BufferType.VmConfiguration) return readOnly(Buffer.from(this.vm.process.options.vmConfiguration));
    if (type === BufferType.HttpCallResponseBody) {
      const response = this.root.callResponse;
      return response ? readOnly(response.body) : null;
    }
    if (type === BufferType.PluginConfiguration) return null;
    return readOnly(Buffer.alloc(0));
  }

  /** Bytes of a property, or a status; the path is separated by NUL. */
  getProperty(path: string): Buffer | number {
    const [first = "", ...rest] = path.replace(/\0$/, "").split("\0");
    const value = this.findProperty(first);
    if (value !== undefined && rest.length === 0 && WITHOUT_A_FORM.has(first)) return Status.SerializationFailure;
    return serialized(walk(value, rest));
  }

  /** Stores filter state `wasm.PATH`. */
  setProperty(_path: string, _value: Buffer): number {
    return Status.NotFound;
  }

  continueStream(type: number): number {
    return type === 3 ? Status.Unimplemented : Status.Ok;
  }

  closeStream(_type: number): number {
    return Status.Ok;
  }

  sendLocalResponse(_code: number, _details: string, _body: Buffer, _headers: Pair[]): void {}

  clearRouteCache(): void {}

  finishShutdown(): number {
    return Status.NotFound;
  }

  protected findProperty(name: string): Property | undefined {
    if (name === "plugin_name") return this.plugin.name;
    if (name === "plugin_root_id") return this.plugin.rootId;
    if (name === "plugin_vm_id") return this.vm.vmId;
    return undefined;
  }
}

/** A root context: one configuration of the filter in one VM. Id 0 is the VM's own, for `malloc` and start. */
export class RootContext extends Context {
  /** Set while the answer to an HTTP call is being handed to the guest. */
  callResponse: { headers: HeaderMap; body: Buffer; trailers: HeaderMap | null } | null = null;
  /** What `proxy_get_status` answers. */
  callStatus = { code: 0, message: "" };
  /** HTTP calls that nobody has answered yet. */
  readonly calls = new Map<number, HttpCall>();
  /** Set once the guest has answered `on_done` with false and until it calls `proxy_done`. */
  pendingDone = false;
  private configuring = false;

  override get root(): RootContext {
    return this;
  }

  /** `on_context_create`, `on_vm_start`; false when the guest refuses. */
  start(): boolean {
    return this.vm.defer(() => {
      if (this.vm.has("proxy_on_context_create")) {
        this.vm.call(this, "proxy_on_context_create", this.id, 0);
        this.created = true;
      }
      const size = Buffer.from(this.vm.process.options.vmConfiguration).length;
      return !this.vm.has("proxy_on_vm_start") || this.vm.call(this, "proxy_on_vm_start", this.id, size) !== 0;
    });
  }

  /** `on_configure`; false when the guest refuses. A failed VM counts as configured, as in cpp-host. */
  configure(): boolean {
    if (this.vm.failed) return true;
    this.create();
    if (!this.vm.has("proxy_on_configure")) return true;
    this.configuring = true;
    const size = this.plugin.configuration.length;
    const accepted = this.vm.defer(() => this.vm.call(this, "proxy_on_configure", this.id, size)) !== 0;
    this.configuring = false;
    return accepted;
  }

  override getBuffer(type: number): GuestBuffer | null {
    if (type === BufferType.PluginConfiguration && this.configuring) return readOnly(this.plugin.configuration);
    return super.getBuffer(type);
  }

  /** Starts an HTTP call; gives a status when Envoy would not. */
  httpCall(request: HttpCallRequest): HttpCall | number {
    const { clusters } = this.vm.process.options;
    if (request.timeout < 0 || (clusters && !clusters.includes(request.cluster))) return Status.BadArgument;
    const headers = new HeaderMap("request", request.headers);
    if ([":path", ":method", ":authority"].some((name) => headers.get(name) === null)) return Status.BadArgument;
    if (request.body.length > 0) headers.set("content-length", String(request.body.length));
    else if (!BODILESS.has(headers.get(":method") ?? "")) headers.set("content-length", "0");
    const call = new HttpCall(this, this.vm.allocateCallId(), { ...request, headers: headers.pairs() });
    this.calls.set(call.token, call);
    return call;
  }

  /** A period of 0 stops the timer. */
  setTickPeriod(period: number): void {
    if (period === 0) this.vm.ticks.delete(this.id);
    else this.vm.ticks.set(this.id, { period, due: this.vm.process.now + period });
  }

  /** Runs `on_tick`. */
  tick(): void {
    if (!this.vm.failed && this.vm.has("proxy_on_tick"))
      this.vm.defer(() => this.vm.call(this, "proxy_on_tick", this.id));
  }

  /** Runs `on_queue_ready`. */
  queueReady(token: number): void {
    if (!this.vm.failed && this.vm.has("proxy_on_queue_ready"))
      this.vm.defer(() => this.vm.call(this, "proxy_on_queue_ready", this.id, token));
  }

  /** The configuration is no longer used: `on_done`, then `on_delete` now or after `proxy_done`. */
  shutdown(): void {
    this.vm.ticks.delete(this.id);
    if (this.onDone()) this.remove();
    else this.pendingDone = true;
  }

  override finishShutdown(): number {
    const { root } = this;
    if (!root.pendingDone) return Status.NotFound;
    root.pendingDone = false;
    this.vm.afterCall(() => root.remove());
    return Status.Ok;
  }

  private remove(): void {
    this.onDelete();
    this.calls.clear();
    this.vm.contexts.delete(this.id);
  }
}
