import { proxy_get_shared_data, proxy_set_shared_data } from "../abi/imports";
import { answerAddress, answeredLen, answeredPtr, takeLarge } from "../abi/memory";
import { Status } from "../abi/types";
import { Slice } from "../bytes/slice";

/**
 * Data shared by all workers of Envoy that run this VM. There is no delete, and one lock for all, so keys must come
 * from a fixed set.
 */
export class SharedValue {
  readonly value: Slice = new Slice();
  cas: u32 = 0;

  /** Reads a key; false when it was never set. The bytes are scratch. */
  read(key: usize, keyLen: i32): bool {
    this.value.clear();
    const answer = answerAddress();
    takeLarge(true);
    const status = proxy_get_shared_data(key, keyLen, answer, answer + 4, answer + 8);
    takeLarge(false);
    if (status != Status.OK) return false;
    this.cas = load<u32>(answer, 8);
    if (answeredPtr() == 0) return false;
    this.value.set(answeredPtr(), answeredLen());
    return true;
  }

  /** Writes a key if nobody else did since `read` (cas 0: in any case); false when somebody did. */
  write(key: usize, keyLen: i32, ptr: usize, len: i32, cas: u32): bool {
    return proxy_set_shared_data(key, keyLen, ptr, len, cas) == Status.OK;
  }
}
