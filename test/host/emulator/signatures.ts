/** Signatures of what host and guest call of each other, as cpp-host checks them when it links a module. */

/** Parameters, then results; `i` is i32 and `I` is i64. */
export type Signature = string;

const of = (parameters: number, result: "i" | "" = "i"): Signature => `${"i".repeat(parameters)}:${result}`;

/** Functions of `env` that Envoy links for ABI 0.2.1 (`exports.h`). Any other import makes it refuse the module. */
export const HOST_FUNCTIONS: ReadonlyMap<string, Signature> = new Map([
  ["proxy_log", of(3)],
  ["proxy_get_log_level", of(1)],
  ["proxy_get_status", of(3)],
  ["proxy_get_property", of(4)],
  ["proxy_set_property", of(4)],
  ["proxy_send_local_response", of(8)],
  ["proxy_continue_stream", of(1)],
  ["proxy_close_stream", of(1)],
  ["proxy_get_shared_data", of(5)],
  ["proxy_set_shared_data", of(5)],
  ["proxy_register_shared_queue", of(3)],
  ["proxy_resolve_shared_queue", of(5)],
  ["proxy_dequeue_shared_queue", of(3)],
  ["proxy_enqueue_shared_queue", of(3)],
  ["proxy_get_header_map_value", of(5)],
  ["proxy_add_header_map_value", of(5)],
  ["proxy_replace_header_map_value", of(5)],
  ["proxy_remove_header_map_value", of(3)],
  ["proxy_get_header_map_pairs", of(3)],
  ["proxy_set_header_map_pairs", of(3)],
  ["proxy_get_header_map_size", of(2)],
  ["proxy_get_buffer_status", of(3)],
  ["proxy_get_buffer_bytes", of(5)],
  ["proxy_set_buffer_bytes", of(5)],
  ["proxy_http_call", of(10)],
  ["proxy_grpc_call", of(12)],
  ["proxy_grpc_stream", of(9)],
  ["proxy_grpc_close", of(1)],
  ["proxy_grpc_cancel", of(1)],
  ["proxy_grpc_send", of(4)],
  ["proxy_set_tick_period_milliseconds", of(1)],
  ["proxy_get_current_time_nanoseconds", of(1)],
  ["proxy_define_metric", of(4)],
  ["proxy_increment_metric", "iI:i"],
  ["proxy_record_metric", "iI:i"],
  ["proxy_get_metric", of(2)],
  ["proxy_set_effective_context", of(1)],
  ["proxy_done", of(0)],
  ["proxy_call_foreign_function", of(6)],
  ["pthread_equal", of(2)],
  ["emscripten_notify_memory_growth", of(1, "")],
]);

/** Functions of the guest that the host calls, where it has them (`wasm.h`). */
export const GUEST_FUNCTIONS: ReadonlyMap<string, Signature> = new Map([
  ["malloc", of(1)],
  ["_initialize", of(0, "")],
  ["_start", of(0, "")],
  ["main", of(2)],
  ["proxy_on_context_create", of(2, "")],
  ["proxy_on_vm_start", of(2)],
  ["proxy_validate_configuration", of(2)],
  ["proxy_on_configure", of(2)],
  ["proxy_on_tick", of(1, "")],
  ["proxy_on_request_headers", of(3)],
  ["proxy_on_request_body", of(3)],
  ["proxy_on_request_trailers", of(2)],
  ["proxy_on_request_metadata", of(2)],
  ["proxy_on_response_headers", of(3)],
  ["proxy_on_response_body", of(3)],
  ["proxy_on_response_trailers", of(2)],
  ["proxy_on_response_metadata", of(2)],
  ["proxy_on_http_call_response", of(5, "")],
  ["proxy_on_queue_ready", of(2, "")],
  ["proxy_on_foreign_function", of(3, "")],
  ["proxy_on_done", of(1)],
  ["proxy_on_log", of(1, "")],
  ["proxy_on_delete", of(1, "")],
]);

const LETTERS: Record<number, string> = { 0x7f: "i", 0x7e: "I", 0x7d: "f", 0x7c: "F" };

/**
 * Reads the signatures of a module's imported and exported functions from its bytes, which the JavaScript API does not tell.
 * @see https://webassembly.github.io/spec/core/binary/modules.html
 */
export function signaturesOf(bytecode: Uint8Array): { imports: [string, Signature][]; exports: [string, Signature][] } {
  const types: Signature[] = [];
  const functions: number[] = [];
  const imports: [string, Signature][] = [];
  const exports: [string, Signature][] = [];
  for (const { id, reader } of sections(bytecode)) {
    if (id < 1 || id > 7 || id === 4 || id === 5 || id === 6) continue;
    for (let count = reader.number(); count > 0; count--) {
      if (id === 1) {
        reader.byte();
        types.push(`${reader.letters()}:${reader.letters()}`);
      } else if (id === 2) {
        const name = `${reader.text()}.${reader.text()}`;
        if (reader.byte() !== 0) throw new Error(`${name} is an import, but not of a function`);
        const type = reader.number();
        functions.push(type);
        imports.push([name, types[type] ?? ""]);
      } else if (id === 3) functions.push(reader.number());
      else {
        const name = reader.text();
        const kind = reader.byte();
        const index = reader.number();
        if (kind === 0) exports.push([name, types[functions[index] ?? -1] ?? ""]);
      }
    }
  }
  return { imports, exports };
}

function* sections(bytecode: Uint8Array): Generator<{ id: number; reader: Reader }> {
  const reader = new Reader(Buffer.from(bytecode), 8);
  while (!reader.done) {
    const id = reader.byte();
    yield { id, reader: reader.section() };
  }
}

class Reader {
  constructor(
    private readonly bytes: Buffer,
    private at: number,
  ) {}

  get done(): boolean {
    return this.at >= this.bytes.length;
  }

  byte(): number {
    return this.bytes[this.at++] ?? 0;
  }

  /** A number in LEB128. */
  number(): number {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = this.byte();
      value |= (byte & 127) << shift;
      if (byte < 128) return value >>> 0;
    }
  }

  text(): string {
    const size = this.number();
    this.at += size;
    return this.bytes.toString("utf8", this.at - size, this.at);
  }

  letters(): string {
    return Array.from({ length: this.number() }, () => LETTERS[this.byte()] ?? "?").join("");
  }

  section(): Reader {
    const size = this.number();
    this.at += size;
    return new Reader(this.bytes.subarray(this.at - size, this.at), 0);
  }
}
