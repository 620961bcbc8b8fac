/**
 * A filter that does what the request's header `x-script` says and logs every callback, so that one module can ask the
 * host any question. A script is `callback: operation; operation | callback: …`. A callback may be written with the number
 * of its call (`on_request_body#2`) or with `.end` for the one that ends the stream. Operations: see `perform`.
 * The plugin's configuration is a script too, for `on_vm_start`, `on_configure`, `on_tick` and the root's `on_done`.
 */
import {
  abort,
  answered,
  answeredHex,
  answeredPairs,
  clear,
  forget,
  log,
  malloc,
  out,
  pairs,
  proxy_add_header_map_value,
  proxy_call_foreign_function,
  proxy_close_stream,
  proxy_continue_stream,
  proxy_define_metric,
  proxy_dequeue_shared_queue,
  proxy_done,
  proxy_enqueue_shared_queue,
  proxy_get_buffer_bytes,
  proxy_get_buffer_status,
  proxy_get_current_time_nanoseconds,
  proxy_get_header_map_pairs,
  proxy_get_header_map_size,
  proxy_get_header_map_value,
  proxy_get_log_level,
  proxy_get_metric,
  proxy_get_property,
  proxy_get_shared_data,
  proxy_get_status,
  proxy_http_call,
  proxy_increment_metric,
  proxy_record_metric,
  proxy_register_shared_queue,
  proxy_remove_header_map_value,
  proxy_replace_header_map_value,
  proxy_resolve_shared_queue,
  proxy_send_local_response,
  proxy_set_buffer_bytes,
  proxy_set_effective_context,
  proxy_set_header_map_pairs,
  proxy_set_property,
  proxy_set_shared_data,
  proxy_set_tick_period_milliseconds,
  ptr,
  utf8,
} from "./host";
export { abort, malloc };

class Context {
  script: string = "";
  calls: Map<string, i32> = new Map();
  isRoot: bool;
  constructor(isRoot: bool) {
    this.isRoot = isRoot;
  }
}

const contexts = new Map<u32, Context>();
let lastStream: u32 = 0;
let metric: u32 = 0;
let queue: u32 = 0;
let answer: u32 = 0;

export function proxy_abi_version_0_2_1(): void {}

export function proxy_on_context_create(id: u32, parent: u32): void {
  forget();
  contexts.set(id, new Context(parent == 0));
  if (parent != 0) lastStream = id;
  if (parent == 0) log("» root on_context_create " + id.toString());
}

export function proxy_on_vm_start(id: u32, size: u32): u32 {
  return run(id, "on_vm_start", " size=" + size.toString(), false, 1);
}

export function proxy_on_configure(id: u32, size: u32): u32 {
  clear();
  if (proxy_get_buffer_bytes(7, 0, size, out, out + 4) == 0 && contexts.has(id)) contexts.get(id).script = answered();
  return run(id, "on_configure", " size=" + size.toString(), false, 1);
}

export function proxy_on_tick(id: u32): void {
  run(id, "on_tick", "", false, 0);
}

export function proxy_on_request_headers(id: u32, count: u32, end: u32): u32 {
  const name = utf8("x-script");
  clear();
  if (proxy_get_header_map_value(0, ptr(name), name.byteLength, out, out + 4) == 0 && contexts.has(id))
    contexts.get(id).script = answered();
  proxy_remove_header_map_value(0, ptr(name), name.byteLength);
  return run(id, "on_request_headers", "", end != 0, 0);
}

export function proxy_on_request_body(id: u32, size: u32, end: u32): u32 {
  return run(id, "on_request_body", " size=" + size.toString(), end != 0, 0);
}

export function proxy_on_request_trailers(id: u32, count: u32): u32 {
  return run(id, "on_request_trailers", " count=" + count.toString(), false, 0);
}

export function proxy_on_response_headers(id: u32, count: u32, end: u32): u32 {
  return run(id, "on_response_headers", "", end != 0, 0);
}

export function proxy_on_response_body(id: u32, size: u32, end: u32): u32 {
  return run(id, "on_response_body", " size=" + size.toString(), end != 0, 0);
}

export function proxy_on_response_trailers(id: u32, count: u32): u32 {
  return run(id, "on_response_trailers", " count=" + count.toString(), false, 0);
}

export function proxy_on_http_call_response(id: u32, token: u32, headers: u32, size: u32, trailers: u32): void {
  // The script is that of the request that is open; the host calls the root.
  const context = contexts.has(id) ? contexts.get(id) : new Context(true);
  const saved = context.script;
  if (contexts.has(lastStream)) context.script = contexts.get(lastStream).script;
  const sizes =
    " headers=" + (headers > 0 ? "some" : "none") + " size=" + size.toString() + " trailers=" + trailers.toString();
  run(id, "on_http_call_response", sizes, false, 0);
  context.script = saved;
}

export function proxy_on_done(id: u32): u32 {
  return run(id, "on_done", "", false, 1);
}

export function proxy_on_log(id: u32): void {
  run(id, "on_log", "", false, 0);
}

export function proxy_on_delete(id: u32): void {
  run(id, "on_delete", "", false, 0);
  contexts.delete(id);
}

function run(id: u32, callback: string, details: string, end: bool, otherwise: u32): u32 {
  answer = otherwise;
  const known = contexts.has(id);
  const context = known ? contexts.get(id) : new Context(true);
  const count = context.calls.has(callback) ? context.calls.get(callback) + 1 : 1;
  context.calls.set(callback, count);
  log("» " + (known ? (context.isRoot ? "root " : "") : "unknown ") + callback + details + (end ? " end" : ""));
  const blocks = context.script.split("|");
  for (let i = 0; i < blocks.length; i++) {
    const colon = blocks[i].indexOf(":");
    const name = blocks[i].substring(0, colon).trim();
    const matches = name == callback || name == callback + "#" + count.toString() || (end && name == callback + ".end");
    if (colon < 0 || !matches) continue;
    const operations = blocks[i].substring(colon + 1).split(";");
    for (let j = 0; j < operations.length; j++) perform(operations[j].trim().split(" "));
  }
  forget();
  return answer;
}

/** Maps and buffers are named by their numbers; `_` stands for an empty text, and `.` separates the parts of a property. */
function perform(words: string[]): void {
  const operation = words[0];
  const name = words.length > 2 ? utf8(text(words[2])) : utf8("");
  const number = words.length > 1 ? <u32>I32.parseInt(words[1]) : 0;
  const third = words.length > 2 ? I32.parseInt(words[2]) : 0;
  const rest = utf8(words.length > 3 ? text(words.slice(3).join(" ")) : "");
  clear();
  if (operation == "return") answer = number;
  else if (operation == "trap") unreachable();
  else if (operation == "get") {
    const status = proxy_get_header_map_value(number, ptr(name), name.byteLength, out, out + 4);
    say(words, status, answered());
  } else if (operation == "pairs") {
    const status = proxy_get_header_map_pairs(number, out, out + 4);
    say(words, status, answeredPairs());
  } else if (operation == "size") {
    const status = proxy_get_header_map_size(number, out);
    say(words, status, load<u32>(out) > 0 ? "some" : "none");
  } else if (operation == "add") {
    say(words, proxy_add_header_map_value(number, ptr(name), name.byteLength, ptr(rest), rest.byteLength), "");
  } else if (operation == "replace") {
    say(words, proxy_replace_header_map_value(number, ptr(name), name.byteLength, ptr(rest), rest.byteLength), "");
  } else if (operation == "remove") {
    say(words, proxy_remove_header_map_value(number, ptr(name), name.byteLength), "");
  } else if (operation == "set-pairs") {
    const list = pairs(String.UTF8.decode(name));
    say(words, proxy_set_header_map_pairs(number, ptr(list), list.byteLength), "");
  } else if (operation == "body") {
    const status = proxy_get_buffer_bytes(
      number,
      third,
      words.length > 3 ? I32.parseInt(words[3]) : i32.MAX_VALUE,
      out,
      out + 4,
    );
    say(words, status, load<u32>(out, 4) > 64 ? load<u32>(out, 4).toString() + " bytes" : answered());
  } else if (operation == "body-size") {
    const status = proxy_get_buffer_status(number, out, out + 4);
    say(words, status, load<u32>(out).toString());
  } else if (operation == "set-body") {
    const data = utf8(text(words.slice(4).join(" ")));
    say(words, proxy_set_buffer_bytes(number, third, I32.parseInt(words[3]), ptr(data), data.byteLength), "");
  } else if (operation == "property" || operation == "property-hex") {
    const path = utf8(words[1].split(".").join("\0").split("/").join("."));
    const status = proxy_get_property(ptr(path), path.byteLength, out, out + 4);
    say(words, status, operation == "property" ? answered() : answeredHex());
  } else if (operation == "set-property") {
    const path = utf8(words[1].split("/").join("."));
    say(words, proxy_set_property(ptr(path), path.byteLength, ptr(name), name.byteLength), "");
  } else if (operation == "reply") {
    // reply STATUS DETAILS HEADERS BODY
    const list = words.length > 3 ? pairs(text(words[3])) : pairs("");
    const body = utf8(words.length > 4 ? text(words.slice(4).join(" ")) : "");
    const status = proxy_send_local_response(
      number,
      ptr(name),
      name.byteLength,
      ptr(body),
      body.byteLength,
      ptr(list),
      list.byteLength,
      -1,
    );
    say(words, status, "");
  } else if (operation == "call") {
    // call CLUSTER TIMEOUT HEADERS BODY
    const cluster = utf8(words[1]);
    const list = pairs(words[3]);
    const body = utf8(words.length > 4 ? text(words.slice(4).join(" ")) : "");
    const none = pairs("");
    const status = proxy_http_call(
      ptr(cluster),
      cluster.byteLength,
      ptr(list),
      list.byteLength,
      ptr(body),
      body.byteLength,
      ptr(none),
      none.byteLength,
      third,
      out,
    );
    say(words, status, load<u32>(out) > 0 ? "token" : "no token");
  } else performMore(operation, words, number, name);
}

function performMore(operation: string, words: string[], number: u32, name: ArrayBuffer): void {
  const first = utf8(words.length > 1 ? text(words[1]) : "");
  const third = words.length > 2 ? I32.parseInt(words[2]) : 0;
  if (operation == "continue") say(words, proxy_continue_stream(number), "");
  else if (operation == "close") say(words, proxy_close_stream(number), "");
  else if (operation == "effective")
    say(words, proxy_set_effective_context(words.length > 1 ? number : lastStream), "");
  else if (operation == "done") say(words, proxy_done(), "");
  else if (operation == "tick") say(words, proxy_set_tick_period_milliseconds(number), "");
  else if (operation == "level") {
    const status = proxy_get_log_level(out);
    say(words, status, load<u32>(out).toString());
  } else if (operation == "time") {
    const status = proxy_get_current_time_nanoseconds(out);
    say(words, status, load<u64>(out) > 0 ? "some" : "none");
  } else if (operation == "status") {
    const status = proxy_get_status(out + 8, out, out + 4);
    say(words, status, load<u32>(out, 8).toString() + " " + answered());
  } else if (operation == "get-shared") {
    const status = proxy_get_shared_data(ptr(first), first.byteLength, out, out + 4, out + 8);
    say(words, status, answered());
  } else if (operation == "set-shared") {
    // set-shared KEY VALUE [fresh|stale]: with the number that belongs to the value, with another, or with none
    let cas: u32 = 0;
    if (words.length > 3) {
      proxy_get_shared_data(ptr(first), first.byteLength, out, out + 4, out + 8);
      cas = load<u32>(out, 8) + (words[3] == "stale" ? 1000000 : 0);
    }
    say(words, proxy_set_shared_data(ptr(first), first.byteLength, ptr(name), name.byteLength, cas), "");
  } else if (operation == "queue") {
    const status = proxy_register_shared_queue(ptr(first), first.byteLength, out);
    queue = load<u32>(out);
    say(words, status, queue > 0 ? "token" : "none");
  } else if (operation == "resolve") {
    const status = proxy_resolve_shared_queue(0, 0, ptr(first), first.byteLength, out);
    say(words, status, load<u32>(out) > 0 ? "token" : "none");
  } else if (operation == "enqueue") say(words, proxy_enqueue_shared_queue(queue, ptr(first), first.byteLength), "");
  else if (operation == "dequeue") {
    const status = proxy_dequeue_shared_queue(words.length > 1 ? number : queue, out, out + 4);
    say(words, status, answered());
  } else if (operation == "metric") {
    // metric TYPE NAME: defines it, and the following operations are about it
    const status = proxy_define_metric(number, ptr(name), name.byteLength, out);
    metric = load<u32>(out);
    say(words, status, (metric & 3).toString());
  } else if (operation == "increment") say(words, proxy_increment_metric(metric, I64.parseInt(words[1])), "");
  else if (operation == "record") say(words, proxy_record_metric(metric, I64.parseInt(words[1])), "");
  else if (operation == "read-metric") {
    const status = proxy_get_metric(words.length > 1 ? number : metric, out);
    say(words, status, load<u64>(out).toString());
  } else if (operation == "foreign") {
    const status = proxy_call_foreign_function(ptr(first), first.byteLength, 0, 0, out, out + 4);
    say(words, status, answered());
  } else if (operation == "allocate") new ArrayBuffer(third);
  else if (operation == "recurse") say(words, deeper(number), "");
  else if (operation != "") say(words, 999, "unknown operation");
}

function deeper(depth: u32): u32 {
  return depth == 0 ? 0 : deeper(depth - 1) + (metric > 7 ? 1 : 0);
}

function text(word: string): string {
  return word == "_" ? "" : word.split("~").join(" ");
}

function say(words: string[], status: u32, value: string): void {
  log("»   " + words.join(" ") + " = " + status.toString() + (value == "" ? "" : " " + value));
}
