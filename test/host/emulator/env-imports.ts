import { BUFFER_TYPE_MAX, LEVELS, MAP_TYPE_MAX, Status, STREAM_TYPE_MAX } from "./abi.ts";
import { callForeignFunction } from "./foreign.ts";
import { decodePairs, encodePairs } from "./pairs.ts";
import type { Vm } from "./vm.ts";

type Import = (...args: (number | bigint)[]) => number;

/** The functions of module `env` with the argument checks and answers of cpp-host's `exports.cc`. */
export function envImports(vm: Vm): Record<string, Import> {
  const { process } = vm;
  const INVALID = Status.InvalidMemoryAccess;
  const ok = (written: boolean): number => (written ? Status.Ok : INVALID);
  const text = (at: number, size: number): string | null => vm.read(at, size)?.toString() ?? null;

  const functions: Record<string, (...args: number[]) => number> = {
    proxy_log: (level = 0, at = 0, size = 0) => {
      const name = LEVELS[level];
      const message = text(at, size);
      if (name === undefined) return Status.BadArgument;
      if (message === null) return INVALID;
      process.log(vm, name, message);
      return Status.Ok;
    },
    proxy_get_log_level: (at = 0) => ok(vm.writeU32(at, LEVELS.indexOf(process.logLevel))),
    proxy_get_current_time_nanoseconds: (at = 0) => ok(vm.writeU64(at, process.nanoseconds())),
    proxy_set_tick_period_milliseconds: (period = 0) => {
      vm.context().root.setTickPeriod(period);
      return Status.Ok;
    },
    proxy_get_status: (codeAt = 0, at = 0, sizeAt = 0) => {
      const { code, message } = vm.context().root.callStatus;
      return ok(vm.writeU32(codeAt, code) && vm.give(Buffer.from(message), at, sizeAt));
    },
    proxy_set_effective_context: (id = 0) => (vm.setEffective(id) ? Status.Ok : Status.BadArgument),
    proxy_done: () => vm.context().finishShutdown(),

    proxy_get_property: (pathAt = 0, pathSize = 0, at = 0, sizeAt = 0) => {
      const path = text(pathAt, pathSize);
      if (path === null) return INVALID;
      const value = vm.context().getProperty(path);
      return Buffer.isBuffer(value) ? ok(vm.give(value, at, sizeAt)) : value;
    },
    proxy_set_property: (pathAt = 0, pathSize = 0, at = 0, size = 0) => {
      const path = text(pathAt, pathSize);
      const value = vm.read(at, size);
      return path === null || value === null ? INVALID : vm.context().setProperty(path, value);
    },

    proxy_continue_stream: (type = 0) =>
      type > STREAM_TYPE_MAX ? Status.BadArgument : vm.context().continueStream(type),
    proxy_close_stream: (type = 0) => (type > STREAM_TYPE_MAX ? Status.BadArgument : vm.context().closeStream(type)),
    proxy_send_local_response: (
      code = 0,
      detailsAt = 0,
      detailsSize = 0,
      at = 0,
      size = 0,
      pairsAt = 0,
      pairsSize = 0,
    ) => {
      const details = text(detailsAt, detailsSize);
      const body = vm.read(at, size);
      const pairs = vm.read(pairsAt, pairsSize);
      if (details === null || body === null || pairs === null) return INVALID;
      vm.context().sendLocalResponse(code, details, body, decodePairs(pairs));
      vm.stopNextIteration = true;
      return Status.Ok;
    },

    proxy_get_header_map_value: (type = 0, nameAt = 0, nameSize = 0, at = 0, sizeAt = 0) => {
      if (type > MAP_TYPE_MAX) return Status.BadArgument;
      const name = text(nameAt, nameSize);
      if (name === null) return INVALID;
      const value = vm.context().getHeader(type, name);
      return typeof value === "number" ? value : ok(vm.give(Buffer.from(value), at, sizeAt));
    },
    proxy_get_header_map_pairs: (type = 0, at = 0, sizeAt = 0) => {
      if (type > MAP_TYPE_MAX) return Status.BadArgument;
      const pairs = vm.context().readMap(type)?.pairs() ?? [];
      return ok(vm.give(pairs.length === 0 ? Buffer.alloc(0) : encodePairs(pairs), at, sizeAt));
    },
    proxy_get_header_map_size: (type = 0, at = 0) => {
      const map = type > MAP_TYPE_MAX ? null : vm.context().writeMap(type);
      return map === null ? Status.BadArgument : ok(vm.writeU32(at, map.byteSize));
    },
    ...headerChanges(vm, text),

    proxy_get_buffer_status: (type = 0, sizeAt = 0, flagsAt = 0) => {
      if (type > BUFFER_TYPE_MAX) return Status.BadArgument;
      const buffer = vm.context().getBuffer(type);
      return buffer === null
        ? Status.NotFound
        : ok(vm.writeU32(sizeAt, buffer.bytes.length) && vm.writeU32(flagsAt, 0));
    },
    proxy_get_buffer_bytes: (type = 0, start = 0, length = 0, at = 0, sizeAt = 0) => {
      if (type > BUFFER_TYPE_MAX) return Status.BadArgument;
      const buffer = vm.context().getBuffer(type);
      if (buffer === null) return Status.NotFound;
      return ok(vm.give(buffer.bytes.subarray(start, start + length), at, sizeAt));
    },
    proxy_set_buffer_bytes: (type = 0, start = 0, length = 0, at = 0, size = 0) => {
      if (type > BUFFER_TYPE_MAX) return Status.BadArgument;
      const buffer = vm.context().getBuffer(type);
      if (buffer === null) return Status.NotFound;
      const data = vm.read(at, size);
      return data === null ? INVALID : buffer.replace(start, length, data);
    },

    proxy_http_call: (...args) => {
      const [uriAt = 0, uriSize = 0, pairsAt = 0, pairsSize = 0, at = 0, size = 0] = args;
      const [trailersAt = 0, trailersSize = 0, timeout = 0, tokenAt = 0] = args.slice(6);
      const cluster = text(uriAt, uriSize);
      const headers = vm.read(pairsAt, pairsSize);
      const body = vm.read(at, size);
      const trailers = vm.read(trailersAt, trailersSize);
      if (cluster === null || !headers || !body || !trailers || !vm.writeU32(tokenAt, 0)) return INVALID;
      const call = {
        cluster,
        headers: decodePairs(headers),
        body,
        trailers: decodePairs(trailers),
        timeout: timeout | 0,
      };
      const token = vm.context().root.httpCall(call);
      if (typeof token !== "object") return token;
      vm.writeU32(tokenAt, token.token);
      return Status.Ok;
    },
    proxy_grpc_call: () => Status.ParseFailure,
    proxy_grpc_stream: () => Status.ParseFailure,
    proxy_grpc_close: () => Status.BadArgument,
    proxy_grpc_cancel: () => Status.BadArgument,
    proxy_grpc_send: () => Status.BadArgument,

    proxy_get_shared_data: (keyAt = 0, keySize = 0, at = 0, sizeAt = 0, casAt = 0) => {
      const key = vm.read(keyAt, keySize);
      if (key === null) return INVALID;
      const entry = process.sharedData.get(vm.vmId, key);
      return entry ? ok(vm.give(entry.value, at, sizeAt) && vm.writeU32(casAt, entry.cas)) : Status.NotFound;
    },
    proxy_set_shared_data: (keyAt = 0, keySize = 0, at = 0, size = 0, cas = 0) => {
      const key = vm.read(keyAt, keySize);
      const value = vm.read(at, size);
      return key === null || value === null ? INVALID : process.sharedData.set(vm.vmId, key, value, cas);
    },
    proxy_register_shared_queue: (at = 0, size = 0, tokenAt = 0) => {
      const name = text(at, size);
      if (name === null) return INVALID;
      const root = vm.context().root;
      const token = process.sharedQueues.register(vm.vmId, name, (ready) => root.queueReady(ready));
      return ok(vm.writeU32(tokenAt, token));
    },
    proxy_resolve_shared_queue: (vmAt = 0, vmSize = 0, at = 0, size = 0, tokenAt = 0) => {
      const vmId = text(vmAt, vmSize);
      const name = text(at, size);
      if (vmId === null || name === null) return INVALID;
      const token = process.sharedQueues.resolve(vmId || vm.vmId, name);
      return token === 0 ? Status.NotFound : ok(vm.writeU32(tokenAt, token));
    },
    proxy_dequeue_shared_queue: (token = 0, at = 0, sizeAt = 0) => {
      const item = process.sharedQueues.dequeue(token);
      return typeof item === "number" ? item : ok(vm.give(item, at, sizeAt));
    },
    proxy_enqueue_shared_queue: (token = 0, at = 0, size = 0) => {
      const item = vm.read(at, size);
      return item === null ? INVALID : process.sharedQueues.enqueue(token, item);
    },

    proxy_define_metric: (type = 0, at = 0, size = 0, idAt = 0) => {
      const name = text(at, size);
      if (name === null) return INVALID;
      const id = process.metrics.define(vm, type, name);
      return id === null ? Status.BadArgument : ok(vm.writeU32(idAt, id));
    },
    proxy_get_metric: (id = 0, at = 0) => {
      const value = process.metrics.read(vm, id);
      return typeof value === "bigint" ? ok(vm.writeU64(at, value)) : value;
    },

    proxy_call_foreign_function: (nameAt = 0, nameSize = 0, at = 0, size = 0, resultAt = 0, resultSizeAt = 0) => {
      const name = text(nameAt, nameSize);
      const argument = vm.read(at, size);
      if (name === null || argument === null) return INVALID;
      const { status, result } = callForeignFunction(vm.context(), name, argument);
      if (result === null) return status;
      const address = result.length > 0 ? vm.allocate(result.length) : 0;
      if (address !== 0) vm.write(address, result);
      if (resultAt !== 0 && !vm.writeU32(resultAt, address)) return INVALID;
      if (resultSizeAt !== 0 && !vm.writeU32(resultSizeAt, result.length)) return INVALID;
      return status;
    },
    pthread_equal: (left, right) => (left === right ? 1 : 0),
    emscripten_notify_memory_growth: () => 0,
  };

  return {
    ...(functions as Record<string, Import>),
    proxy_increment_metric: (id, by) => process.metrics.increment(vm, Number(id), BigInt(by)),
    proxy_record_metric: (id, value) => process.metrics.record(vm, Number(id), BigInt.asUintN(64, BigInt(value))),
  };
}

function headerChanges(
  vm: Vm,
  text: (at: number, size: number) => string | null,
): Record<string, (...args: number[]) => number> {
  const change =
    (apply: "add" | "set" | "remove") =>
    (type = 0, nameAt = 0, nameSize = 0, at = 0, size = 0): number => {
      if (type > MAP_TYPE_MAX) return Status.BadArgument;
      const name = text(nameAt, nameSize);
      const value = apply === "remove" ? "" : text(at, size);
      if (name === null || value === null) return Status.InvalidMemoryAccess;
      const map = vm.context().writeMap(type);
      if (map === null) return Status.BadArgument;
      if (apply === "remove") map.remove(name);
      else map[apply](name, value);
      return Status.Ok;
    };
  return {
    proxy_add_header_map_value: change("add"),
    proxy_replace_header_map_value: change("set"),
    proxy_remove_header_map_value: change("remove"),
    proxy_set_header_map_pairs: (type = 0, at = 0, size = 0) => {
      if (type > MAP_TYPE_MAX) return Status.BadArgument;
      const pairs = vm.read(at, size);
      if (pairs === null) return Status.InvalidMemoryAccess;
      const map = vm.context().writeMap(type);
      if (map === null) return Status.BadArgument;
      map.replaceAll(decodePairs(pairs));
      return Status.Ok;
    },
  };
}
