import { randomFillSync } from "node:crypto";
import { RANDOM_MAX_BYTES } from "./abi.ts";
import type { Vm } from "./vm.ts";

type Import = (...args: (number | bigint)[]) => number | undefined;

const [SUCCESS, BADF, FAULT, INVAL, NOENT, NOSYS, NOTDIR, NOTSUP] = [0, 8, 21, 28, 44, 52, 20, 58];

/** Functions that Envoy answers with a constant. */
const CONSTANT: Record<string, number> = {
  fd_read: NOSYS,
  fd_seek: SUCCESS,
  fd_close: SUCCESS,
  fd_fdstat_set_flags: NOSYS,
  fd_fdstat_set_rights: SUCCESS,
  args_get: SUCCESS,
  fd_advise: SUCCESS,
  fd_allocate: SUCCESS,
  fd_datasync: SUCCESS,
  fd_filestat_get: BADF,
  fd_filestat_set_size: SUCCESS,
  fd_filestat_set_times: SUCCESS,
  fd_pread: NOSYS,
  fd_pwrite: NOSYS,
  fd_readdir: NOTDIR,
  fd_renumber: NOTSUP,
  fd_sync: SUCCESS,
  fd_tell: BADF,
  fd_prestat_get: BADF,
  fd_prestat_dir_name: NOSYS,
  path_open: NOENT,
  path_filestat_get: NOTSUP,
  path_create_directory: NOTSUP,
  path_filestat_set_times: NOTSUP,
  path_link: NOTSUP,
  path_readlink: NOTSUP,
  path_remove_directory: NOTSUP,
  path_rename: NOTSUP,
  path_symlink: NOTSUP,
  path_unlink_file: NOTSUP,
  sock_accept: NOTSUP,
  sock_recv: NOTSUP,
  sock_send: NOTSUP,
  sock_shutdown: NOTSUP,
  sched_yield: SUCCESS,
};

const ACTIVE = [
  "fd_write",
  "fd_fdstat_get",
  "environ_get",
  "environ_sizes_get",
  "args_sizes_get",
  "clock_time_get",
  "clock_res_get",
  "random_get",
  "poll_oneoff",
  "proc_exit",
];

/** Names of all WASI functions that Envoy links. */
export const WASI_FUNCTIONS = [...Object.keys(CONSTANT), ...ACTIVE];

/** The WASI functions as Envoy has them: output goes to its log, there are no files, and `proc_exit` only logs. */
export function wasiImports(vm: Vm): Record<string, Import> {
  const { process } = vm;
  const ok = (written: boolean): number => (written ? SUCCESS : FAULT);
  const environment = (): Buffer[] =>
    Object.entries(process.options.environment).map(([k, v]) => Buffer.from(`${k}=${v}\0`));
  const active: Record<string, (...args: number[]) => number | undefined> = {
    fd_write: (fd = 0, vectors = 0, count = 0, writtenAt = 0) => {
      if (fd !== 1 && fd !== 2) return BADF;
      const parts: Buffer[] = [];
      for (let i = 0; i < count; i++) {
        const vector = vm.read(vectors + 8 * i, 8);
        const part = vector && vm.read(vector.readUInt32LE(0), vector.readUInt32LE(4));
        if (!part) return FAULT;
        parts.push(part);
      }
      const text = Buffer.concat(parts).toString();
      if (text !== "") process.log(vm, fd === 1 ? "info" : "error", text.replace(/\n$/, ""));
      return ok(vm.writeU32(writtenAt, Buffer.byteLength(text)));
    },
    fd_fdstat_get: (fd = 0, at = 0) => {
      if (fd !== 1 && fd !== 2) return BADF;
      const stat = Buffer.alloc(24);
      stat.writeUInt32LE(64, 8);
      return ok(vm.write(at, stat));
    },
    environ_get: (pointersAt = 0, textAt = 0) => {
      let at = textAt;
      return ok(
        environment().every((entry, i) => {
          const written = vm.writeU32(pointersAt + 4 * i, at) && vm.write(at, entry);
          at += entry.length;
          return written;
        }),
      );
    },
    environ_sizes_get: (countAt = 0, sizeAt = 0) =>
      ok(vm.writeU32(countAt, environment().length) && vm.writeU32(sizeAt, Buffer.concat(environment()).length)),
    args_sizes_get: (countAt = 0, sizeAt = 0) => ok(vm.writeU32(countAt, 0) && vm.writeU32(sizeAt, 0)),
    clock_res_get: (clock = 0, at = 0) => (clock > 1 ? NOTSUP : ok(vm.writeU64(at, 1n))),
    random_get: (at = 0, size = 0) =>
      size > RANDOM_MAX_BYTES ? INVAL : size === 0 ? SUCCESS : ok(vm.write(at, randomFillSync(Buffer.alloc(size)))),
    poll_oneoff: (_in, _out, _count, eventsAt = 0) => ok(vm.writeU32(eventsAt, 0)),
    proc_exit: () => undefined,
  };
  return {
    ...Object.fromEntries(Object.entries(CONSTANT).map(([name, answer]) => [name, () => answer])),
    ...(active as Record<string, Import>),
    clock_time_get: (clock, _precision, at) =>
      Number(clock) > 1 ? NOTSUP : ok(vm.writeU64(Number(at), process.nanoseconds())),
  };
}
