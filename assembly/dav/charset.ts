import { equalFolded, startsWithFolded } from "../bytes/slice";
import { text, Text } from "../bytes/text";

const CHARSET: Text = text("charset");
const ALLOWED: Text[] = [text("utf-8"), text("utf8"), text("us-ascii")];

/**
 * False when a Content-Type names a charset other than UTF-8 (or its part, ASCII): a server that goes by it (RFC 7303, 3)
 * would read another document than the filter did. Servers look for the word in different ways, so wherever it stands it
 * must be followed by nothing else.
 */
export function isUtf8Type(ptr: usize, len: i32): bool {
  const end = ptr + <usize>len;
  for (let at = ptr; at < end; at++) {
    if (!startsWithFolded(at, <i32>(end - at), CHARSET)) continue;
    at += <usize>CHARSET.len;
    while (at < end && isFiller(load<u8>(at))) at++;
    const start = at;
    while (at < end && !isFiller(load<u8>(at)) && load<u8>(at) != 0x3b) at++;
    if (!isAllowed(start, <i32>(at - start))) return false;
  }
  return true;
}

function isAllowed(ptr: usize, len: i32): bool {
  for (let i = 0; i < ALLOWED.length; i++) {
    const name = unchecked(ALLOWED[i]);
    if (equalFolded(ptr, len, name.ptr, name.len)) return true;
  }
  return false;
}

/** White space, `=` and quotes. */
function isFiller(c: u8): bool {
  return c == 0x20 || c == 0x09 || c == 0x3d || c == 0x22 || c == 0x27;
}
