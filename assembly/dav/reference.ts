import { equalFolded, indexOf, startsWithFolded } from "../bytes/slice";
import { text, Text } from "../bytes/text";
import { Destination } from "./request";
import { ResourcePath } from "./path";

const HTTP: Text = text("http://");
const HTTPS: Text = text("https://");
const PORT_HTTP: Text = text(":80");
const PORT_HTTPS: Text = text(":443");

/**
 * Reads a Simple-ref (RFC 4918, 8.3): an absolute path, or an http(s) URI whose authority must be the one that the
 * client used for this request. Scheme and a default port are the client's own view and make no difference. Gives a
 * value of `Destination`; with HERE the path is parsed.
 */
export function readReference(ptr: usize, len: i32, authority: usize, authorityLen: i32, path: ResourcePath): i32 {
  if (len <= 0) return Destination.ABSENT;
  if (load<u8>(ptr) == 0x2f) {
    // `//host/path` would be another authority for whoever reads it as a network-path reference.
    return path.parse(ptr, len) && !path.hasQuery ? Destination.HERE : Destination.INVALID;
  }
  let scheme: Text;
  if (startsWithFolded(ptr, len, HTTP)) scheme = HTTP;
  else if (startsWithFolded(ptr, len, HTTPS)) scheme = HTTPS;
  else return Destination.INVALID;
  const rest = ptr + <usize>scheme.len;
  const restLen = len - scheme.len;
  const slash = indexOf(rest, restLen, 0x2f);
  const hostLen = slash < 0 ? restLen : slash;
  for (let i = 0; i < hostLen; i++) {
    const c = load<u8>(rest + <usize>i);
    // User information, an encoded or otherwise odd authority: nothing a client sends on purpose.
    if (c == 0x40 || c == 0x25 || c == 0x5c || c == 0x3f || c == 0x23 || c <= 0x20) return Destination.INVALID;
  }
  if (!sameAuthority(rest, hostLen, authority, authorityLen)) return Destination.ELSEWHERE;
  if (slash < 0) return Destination.INVALID;
  return path.parse(rest + <usize>slash, restLen - slash) && !path.hasQuery ? Destination.HERE : Destination.INVALID;
}

/** True when both are the same host, and the same port where both name one that is not a default. */
function sameAuthority(a: usize, aLen: i32, b: usize, bLen: i32): bool {
  return equalFolded(a, withoutDefaultPort(a, aLen), b, withoutDefaultPort(b, bLen));
}

function withoutDefaultPort(ptr: usize, len: i32): i32 {
  if (endsWith(ptr, len, PORT_HTTPS)) return len - PORT_HTTPS.len;
  if (endsWith(ptr, len, PORT_HTTP)) return len - PORT_HTTP.len;
  return len;
}

function endsWith(ptr: usize, len: i32, suffix: Text): bool {
  return len >= suffix.len && memory.compare(ptr + <usize>(len - suffix.len), suffix.ptr, <usize>suffix.len) == 0;
}
