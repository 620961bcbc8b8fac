import { Slice } from "../bytes/slice";
import { text, Text } from "../bytes/text";
import { TextSet } from "../bytes/text_set";

/** What is of one connection or one exchange (RFC 9111, 3.1), or is said anew of each answer. */
const DROPPED = new TextSet([
  text("authentication-info"),
  text("cache-status"),
  text("connection"),
  text("content-length"),
  text("date"),
  text("keep-alive"),
  text("proxy-authenticate"),
  text("proxy-authentication-info"),
  text("proxy-connection"),
  text("proxy-status"),
  text("server"),
  text("server-timing"),
  text("set-cookie"),
  text("te"),
  text("transfer-encoding"),
  text("upgrade"),
  text("www-authenticate"),
  text("x-request-id"),
]);
const ENVOYS: Text = text("x-envoy-");

/**
 * Headers with which an answer cannot be stored: those that change what the body means, and Age, since what another
 * cache kept may be older than the last write.
 */
const DECISIVE = new TextSet([text("age"), text("content-encoding"), text("content-range"), text("trailer")]);
const ALLOW_ORIGIN: Text = text("access-control-allow-origin");

/** Whether a header of an answer (its name in lower case) is stored with it. */
export function isKept(name: usize, len: i32): bool {
  if (len == 0 || load<u8>(name) == 0x3a || DROPPED.has(name, len)) return false;
  return len < ENVOYS.len || memory.compare(name, ENVOYS.ptr, ENVOYS.len) != 0;
}

/** Whether an answer with this header (its name in lower case) must not be stored at all. */
export function forbidsStoring(name: Slice, value: Slice): bool {
  if (DECISIVE.has(name.ptr, name.len)) return true;
  // Written for whoever asked (the Fetch standard, CORS protocol), and Origin is in no key.
  return name.is(ALLOW_ORIGIN) && !(value.len == 1 && load<u8>(value.ptr) == 0x2a);
}
