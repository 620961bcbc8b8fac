/** The host functions of ABI 0.2.1 that the probes call, as they are: each gives the host's status. */

@external("env", "proxy_log")
export declare function proxy_log(level: u32, data: usize, size: i32): u32;
@external("env", "proxy_get_log_level")
export declare function proxy_get_log_level(level: usize): u32;
@external("env", "proxy_get_current_time_nanoseconds")
export declare function proxy_get_current_time_nanoseconds(time: usize): u32;
@external("env", "proxy_set_tick_period_milliseconds")
export declare function proxy_set_tick_period_milliseconds(period: u32): u32;
@external("env", "proxy_set_effective_context")
export declare function proxy_set_effective_context(id: u32): u32;
@external("env", "proxy_done")
export declare function proxy_done(): u32;
@external("env", "proxy_get_status")
export declare function proxy_get_status(code: usize, data: usize, size: usize): u32;
@external("env", "proxy_get_property")
export declare function proxy_get_property(path: usize, pathSize: i32, data: usize, size: usize): u32;
@external("env", "proxy_set_property")
export declare function proxy_set_property(path: usize, pathSize: i32, data: usize, size: i32): u32;
@external("env", "proxy_continue_stream")
export declare function proxy_continue_stream(type: u32): u32;
@external("env", "proxy_close_stream")
export declare function proxy_close_stream(type: u32): u32;
@external("env", "proxy_send_local_response")
export declare function proxy_send_local_response(
  code: u32,
  details: usize,
  detailsSize: i32,
  body: usize,
  bodySize: i32,
  headers: usize,
  headersSize: i32,
  grpc: i32,
): u32;
@external("env", "proxy_get_header_map_value")
export declare function proxy_get_header_map_value(map: u32, name: usize, nameSize: i32, data: usize, size: usize): u32;
@external("env", "proxy_get_header_map_pairs")
export declare function proxy_get_header_map_pairs(map: u32, data: usize, size: usize): u32;
@external("env", "proxy_get_header_map_size")
export declare function proxy_get_header_map_size(map: u32, size: usize): u32;
@external("env", "proxy_set_header_map_pairs")
export declare function proxy_set_header_map_pairs(map: u32, data: usize, size: i32): u32;
@external("env", "proxy_add_header_map_value")
export declare function proxy_add_header_map_value(map: u32, name: usize, nameSize: i32, data: usize, size: i32): u32;
@external("env", "proxy_replace_header_map_value")
export declare function proxy_replace_header_map_value(
  map: u32,
  name: usize,
  nameSize: i32,
  data: usize,
  size: i32,
): u32;
@external("env", "proxy_remove_header_map_value")
export declare function proxy_remove_header_map_value(map: u32, name: usize, nameSize: i32): u32;
@external("env", "proxy_get_buffer_status")
export declare function proxy_get_buffer_status(type: u32, size: usize, flags: usize): u32;
@external("env", "proxy_get_buffer_bytes")
export declare function proxy_get_buffer_bytes(type: u32, start: i32, length: i32, data: usize, size: usize): u32;
@external("env", "proxy_set_buffer_bytes")
export declare function proxy_set_buffer_bytes(type: u32, start: i32, length: i32, data: usize, size: i32): u32;
@external("env", "proxy_http_call")
export declare function proxy_http_call(
  cluster: usize,
  clusterSize: i32,
  headers: usize,
  headersSize: i32,
  body: usize,
  bodySize: i32,
  trailers: usize,
  trailersSize: i32,
  timeout: u32,
  token: usize,
): u32;
@external("env", "proxy_get_shared_data")
export declare function proxy_get_shared_data(key: usize, keySize: i32, data: usize, size: usize, cas: usize): u32;
@external("env", "proxy_set_shared_data")
export declare function proxy_set_shared_data(key: usize, keySize: i32, data: usize, size: i32, cas: u32): u32;
@external("env", "proxy_register_shared_queue")
export declare function proxy_register_shared_queue(name: usize, nameSize: i32, token: usize): u32;
@external("env", "proxy_resolve_shared_queue")
export declare function proxy_resolve_shared_queue(
  vm: usize,
  vmSize: i32,
  name: usize,
  nameSize: i32,
  token: usize,
): u32;
@external("env", "proxy_enqueue_shared_queue")
export declare function proxy_enqueue_shared_queue(token: u32, data: usize, size: i32): u32;
@external("env", "proxy_dequeue_shared_queue")
export declare function proxy_dequeue_shared_queue(token: u32, data: usize, size: usize): u32;
@external("env", "proxy_define_metric")
export declare function proxy_define_metric(type: u32, name: usize, nameSize: i32, id: usize): u32;
@external("env", "proxy_increment_metric")
export declare function proxy_increment_metric(id: u32, by: i64): u32;
@external("env", "proxy_record_metric")
export declare function proxy_record_metric(id: u32, value: u64): u32;
@external("env", "proxy_get_metric")
export declare function proxy_get_metric(id: u32, value: usize): u32;
@external("env", "proxy_call_foreign_function")
export declare function proxy_call_foreign_function(
  name: usize,
  nameSize: i32,
  argument: usize,
  argumentSize: i32,
  data: usize,
  size: usize,
): u32;

/** Two words for the host to answer in, and one more. */
export const out: usize = memory.data(16);

export function clear(): void {
  store<u64>(out, 0);
  store<u64>(out, 0, 8);
}

/** What the host wrote: bytes that `malloc` gave it, as UTF-8. */
export function answered(): string {
  const at = load<usize>(out);
  const size = load<i32>(out, 4);
  return at == 0 ? "" : String.UTF8.decodeUnsafe(at, size);
}

/** The same in hexadecimal. */
export function answeredHex(): string {
  const at = load<usize>(out);
  let hex = "";
  for (let i = 0; i < load<i32>(out, 4); i++)
    hex += load<u8>(at + i)
      .toString(16)
      .padStart(2, "0");
  return hex;
}

export function utf8(text: string): ArrayBuffer {
  return String.UTF8.encode(text);
}

export function ptr(buffer: ArrayBuffer): usize {
  return changetype<usize>(buffer);
}

/** Serializes "name=value,name=value" as pairs. */
export function pairs(list: string): ArrayBuffer {
  const entries = list == "" ? new Array<string>() : list.split(",");
  let size = 4;
  const parts = new Array<ArrayBuffer>();
  for (let i = 0; i < entries.length; i++) {
    const at = entries[i].indexOf("=");
    parts.push(utf8(entries[i].substring(0, at)));
    parts.push(utf8(entries[i].substring(at + 1)));
    size += 8 + parts[2 * i].byteLength + parts[2 * i + 1].byteLength + 2;
  }
  const bytes = new ArrayBuffer(size);
  let to = ptr(bytes);
  store<u32>(to, entries.length);
  to += 4;
  for (let i = 0; i < parts.length; i++, to += 4) store<u32>(to, parts[i].byteLength);
  for (let i = 0; i < parts.length; i++) {
    memory.copy(to, ptr(parts[i]), parts[i].byteLength);
    to += parts[i].byteLength + 1;
  }
  return bytes;
}

/** Reads pairs that the host wrote into "name=value" entries. */
export function answeredPairs(): string {
  const at = load<usize>(out);
  if (at == 0) return "";
  const count = load<u32>(at);
  let from = at + 4 + 8 * count;
  const entries = new Array<string>();
  for (let i: u32 = 0; i < count; i++) {
    const nameSize = load<u32>(at + 4 + 8 * i);
    const valueSize = load<u32>(at + 8 + 8 * i);
    entries.push(
      String.UTF8.decodeUnsafe(from, nameSize) + "=" + String.UTF8.decodeUnsafe(from + nameSize + 1, valueSize),
    );
    from += nameSize + valueSize + 2;
  }
  return entries.join(" ");
}

export function log(text: string): void {
  const bytes = utf8(text);
  proxy_log(2, ptr(bytes), bytes.byteLength);
}

export function abort(message: string | null, file: string | null, line: u32, _column: u32): void {
  log("abort: " + (message ? message : "") + " " + (file ? file : "") + ":" + line.toString());
  unreachable();
}

// What the host allocates lives until the next host callback begins.
let given = new Array<ArrayBuffer>();

export function malloc(size: i32): usize {
  const bytes = new ArrayBuffer(size);
  given.push(bytes);
  return ptr(bytes);
}

export function forget(): void {
  given = new Array<ArrayBuffer>();
}
