import { SharedTable } from "../cache/shared_table";
import { SharedValue } from "../host/shared_data";

/** Envoy's shared data, as the cache wants it. */
class SharedEntries extends SharedTable {
  private shared: SharedValue = new SharedValue();

  read(key: usize, keyLen: i32): bool {
    const shared = this.shared;
    const isThere = shared.read(key, keyLen);
    this.value.set(shared.value.ptr, shared.value.len);
    this.cas = shared.cas;
    return isThere;
  }

  write(key: usize, keyLen: i32, ptr: usize, len: i32, cas: u32): bool {
    return this.shared.write(key, keyLen, ptr, len, cas);
  }
}

/** One for all: what a read gave is used before the next. */
export const sharedEntries = new SharedEntries();
