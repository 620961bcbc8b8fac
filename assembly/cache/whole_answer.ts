import { text, Text } from "../bytes/text";

const MULTISTATUS_END: Text = text("multistatus>");
const CALENDAR_END: Text = text("END:VCALENDAR");
/** `HTTP`, as a word of memory. */
const HTTP: u32 = 0x50545448;

/**
 * Whether an answer of the server's is worth keeping: it ends as it should (a server that is cut off says so only where
 * it gave a Content-Length, or sent chunks), and nothing in it failed: no DAV:status in a 207 is 5xx, which would be
 * gone at the next request. `hasLength`: it came with a Content-Length, of which Envoy saw to it that it is right.
 */
export function isWholeAnswer(status: i32, ptr: usize, len: i32, hasLength: bool): bool {
  while (len > 0 && load<u8>(ptr + <usize>(len - 1)) <= 0x20) len--;
  const end = ptr + <usize>len;
  if (status != 207) return hasLength || endsWith(end, len, CALENDAR_END);
  return endsWith(end, len, MULTISTATUS_END) && !tellsOfFailure(ptr, len);
}

/** True when there is `HTTP/…`, one space or more, and a 5. What only looks so in somebody's text is not kept either. */
function tellsOfFailure(ptr: usize, len: i32): bool {
  const last = ptr + <usize>len - 10;
  for (let at = ptr; at < last; at++) {
    if (load<u32>(at) != HTTP || load<u8>(at, 4) != 0x2f) continue;
    let p = at + 5;
    while (p < last && load<u8>(p) > 0x20) p++;
    while (p < last && load<u8>(p) <= 0x20) p++;
    if (load<u8>(p) == 0x35) return true;
  }
  return false;
}

function endsWith(end: usize, len: i32, what: Text): bool {
  return len >= what.len && memory.compare(end - <usize>what.len, what.ptr, <usize>what.len) == 0;
}
