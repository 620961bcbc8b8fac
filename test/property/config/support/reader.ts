import { compileHarness } from "../../support/compile";
import { encodeStruct, type Json } from "./struct";

interface Exports {
  memory: WebAssembly.Memory;
  alloc(len: number): number;
  free(ptr: number): void;
  resultPtr(): number;
  resultLen(): number;
  read(ptr: number, len: number): number;
  summary(): void;
  grant(ptr: number, len: number, kind: number, now: number): void;
  groupsOf(ptr: number, len: number): void;
  describeSchema(): void;
}

/** Who a share is with, as the filter asks for it. */
export const Subject = { user: 0, group: 1, authenticated: 2, anyone: 3 } as const;

/** The filter's own configuration reader, compiled by itself and run in Node. */
export class Reader {
  private constructor(private readonly wasm: Exports) {}

  /** Compiles the harness (a few seconds the first time) and instantiates it. */
  static compile(): Reader {
    const abort = (): never => {
      throw new Error("the module aborted");
    };
    const instance = new WebAssembly.Instance(new WebAssembly.Module(compileHarness("config")), { env: { abort } });
    return new Reader(instance.exports as unknown as Exports);
  }

  /** Reads bytes of either form. Gives null when they are accepted, else the faults, one a line. */
  readBytes(bytes: Uint8Array): string | null {
    const accepted = this.withBytes(bytes, (ptr) => this.wasm.read(ptr, bytes.length)) !== 0;
    const faults = this.result();
    if (accepted !== (faults === "")) throw new Error(`accepted is ${accepted}, but the faults are "${faults}"`);
    return accepted ? null : faults;
  }

  readStruct(configuration: { [key: string]: Json }): string | null {
    return this.readBytes(encodeStruct(configuration));
  }

  readJson(configuration: Json): string | null {
    return this.readBytes(Buffer.from(JSON.stringify(configuration)));
  }

  /** The configuration that was accepted last, without its tables. */
  summary(): Record<string, string | number> {
    this.wasm.summary();
    return JSON.parse(this.result());
  }

  /** What `[privileges, private, confidential, keep alarms, until]` the shares give. `kind` is of `Subject`. */
  grant(owner: string, calendar: string, kind: number, name = "", now = 1): number[] {
    const bytes = Buffer.from([owner, calendar, name].join("\0"));
    this.withBytes(bytes, (ptr) => this.wasm.grant(ptr, bytes.length, kind, now));
    return JSON.parse(this.result());
  }

  groupsOf(user: string): string[] {
    const bytes = Buffer.from(user);
    this.withBytes(bytes, (ptr) => this.wasm.groupsOf(ptr, bytes.length));
    return JSON.parse(this.result());
  }

  /** The schema that the reader follows. */
  schema(): Described {
    this.wasm.describeSchema();
    return JSON.parse(this.result());
  }

  get memoryBytes(): number {
    return this.wasm.memory.buffer.byteLength;
  }

  private withBytes<T>(bytes: Uint8Array, use: (ptr: number) => T): T {
    const ptr = this.wasm.alloc(bytes.length);
    new Uint8Array(this.wasm.memory.buffer).set(bytes, ptr);
    const given = use(ptr);
    this.wasm.free(ptr);
    return given;
  }

  private result(): string {
    const ptr = this.wasm.resultPtr();
    return Buffer.from(this.wasm.memory.buffer, ptr, this.wasm.resultLen()).toString();
  }
}

/** A shape of assembly/config/schema.ts. */
export interface Described {
  kinds: number;
  format: number;
  min: number;
  max: number;
  minItems: number;
  falseWord?: number;
  words: string[];
  fields: Record<string, Described>;
  required: string[];
  entries?: Described;
  keyFormat?: number;
  items?: Described;
}
