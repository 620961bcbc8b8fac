import { equalFolded, lower } from "../bytes/slice";
import { Text } from "../bytes/text";
import { isUtf8 } from "../bytes/utf8";
import { Writer } from "../bytes/writer";

const MAX_USER_NAME: i32 = 255;

/**
 * The user name that an identity stands for: without `@domain` when that is the configured one, in lower case when so
 * configured (ASCII only). Written to `out`; false when it can be nobody's name, since it could not be one segment of a
 * path or the value of a header.
 */
export function normalizeUserName(ptr: usize, len: i32, lowercase: bool, domain: Text, out: Writer): bool {
  out.reset();
  const end = ptr + <usize>len;
  let size = len;
  if (domain.len > 0 && size > domain.len) {
    const at = end - <usize>domain.len - 1;
    if (load<u8>(at) == 0x40 && equalFolded(at + 1, domain.len, domain.ptr, domain.len)) size -= domain.len + 1;
  }
  for (let i = 0; i < size; i++) {
    const c = load<u8>(ptr + <usize>i);
    out.byte(lowercase ? lower(c) : c);
  }
  return isUserName(out.ptr, out.len);
}

/**
 * True for a name that can be one whole segment of a path, and a value of a header: with white space around it, it would
 * be somebody else once a server has trimmed it.
 */
export function isUserName(ptr: usize, len: i32): bool {
  if (len <= 0 || len > MAX_USER_NAME || load<u8>(ptr) == 0x2e) return false;
  if (load<u8>(ptr) == 0x20 || load<u8>(ptr + <usize>(len - 1)) == 0x20) return false;
  for (let i = 0; i < len; i++) {
    const c = load<u8>(ptr + <usize>i);
    if (c < 0x20 || c == 0x7f || c == 0x2f || c == 0x5c || c == 0x3b) return false;
  }
  return isUtf8(ptr, len);
}
