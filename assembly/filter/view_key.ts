import { LogLevel } from "../abi/types";
import { text, Text } from "../bytes/text";
import { fillRandom } from "../host/random";
import { log } from "../host/log";
import { SharedValue } from "../host/shared_data";

const SHARED_KEY: Text = text("caldav.view_key");
const KEY_SIZE: i32 = 32;
const DIGITS = "0123456789abcdef";
const random = new StaticArray<u8>(KEY_SIZE);

/**
 * The key of the tags of views. It has to be the same in every worker, so without a secret of the configuration the
 * first root of this Envoy makes one up, and the others find it in shared data: Envoy configures its main thread's VM
 * before it starts those of the workers.
 */
export function viewKey(secret: string): Text {
  if (secret.length > 0) return text(secret);
  const shared = new SharedValue();
  if (!shared.read(SHARED_KEY.ptr, SHARED_KEY.len)) {
    if (!fillRandom(changetype<usize>(random), KEY_SIZE)) {
      log(LogLevel.WARN, "caldav: the host has no randomness; set views.secret, or the ETags of views can be guessed");
    }
    shared.write(SHARED_KEY.ptr, SHARED_KEY.len, changetype<usize>(random), KEY_SIZE, 0);
    // Whoever was first, what stands there now is everybody's.
    shared.read(SHARED_KEY.ptr, SHARED_KEY.len);
  }
  let key = "";
  for (let i = 0; i < shared.value.len; i++) {
    const byte = load<u8>(shared.value.ptr + <usize>i);
    key += DIGITS.charAt(byte >> 4) + DIGITS.charAt(byte & 15);
  }
  return text(key);
}
