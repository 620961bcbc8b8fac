import { hexByte } from "../bytes/percent";
import { lower } from "../bytes/slice";
import { Writer } from "../bytes/writer";

/**
 * Writes the one common name (CN) of a distinguished name in the text form of RFC 4514, as Envoy gives a certificate's
 * subject: `CN=alice,OU=Cal,O=Acme`. Escapes (`\,`, `\2C`) and quotes are resolved. False when there is no CN or more
 * than one: then it is not said who it is.
 */
export function commonNameOf(ptr: usize, len: i32, out: Writer): bool {
  const end = ptr + <usize>len;
  let at = ptr;
  let found = false;
  while (at < end) {
    while (at < end && load<u8>(at) == 0x20) at++;
    const type = at;
    while (at < end && load<u8>(at) != 0x3d) at++;
    if (at >= end) return false;
    const isName = at - type == 2 && lower(load<u8>(type)) == 0x63 && lower(load<u8>(type, 1)) == 0x6e;
    if (isName && found) return false;
    if (isName) found = true;
    at++;
    let quoted = false;
    while (at < end) {
      let c = load<u8>(at);
      if (c == 0x22) {
        quoted = !quoted;
        at++;
        continue;
      }
      if (!quoted && (c == 0x2c || c == 0x2b || c == 0x3b)) break;
      if (c == 0x5c) {
        if (at + 1 >= end) return false;
        const hex = hexByte(at + 1, end);
        c = hex >= 0 ? <u8>hex : load<u8>(at + 1);
        at += hex >= 0 ? 3 : 2;
      } else at++;
      if (isName) out.byte(c);
    }
    if (quoted) return false;
    at++;
  }
  return found && out.len > 0 && !out.overflow;
}
