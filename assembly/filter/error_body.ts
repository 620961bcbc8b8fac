import { Writer } from "../bytes/writer";
import { text, Text } from "../bytes/text";
import { MultistatusPolicy } from "../dav/multistatus_policy";
import { XmlNamespace } from "../xml/namespace";
import { XmlReader, XmlToken } from "../xml/reader";

const HREF: Text = text("href");
const MAX_DEPTH: i32 = 64;

const reader = new XmlReader();
const href = new Writer(16 << 10);

/**
 * Whether a DAV:error of the server's may be shown: preconditions such as CALDAV:no-uid-conflict name other resources by
 * their hrefs, and one that the person may not see must not become known that way. What cannot be read is not shown.
 */
export function mayShowError(policy: MultistatusPolicy, ptr: usize, len: i32): bool {
  reader.open(ptr, len, MAX_DEPTH);
  let shows = true;
  while (reader.next() < XmlToken.EOF) {
    if (reader.token != XmlToken.START || !reader.is(XmlNamespace.DAV, HREF)) continue;
    href.reset();
    if (!reader.readText(href)) return false;
    let start = href.ptr;
    let end = href.ptr + <usize>href.len;
    while (start < end && load<u8>(start) <= 0x20) start++;
    while (end > start && load<u8>(end - 1) <= 0x20) end--;
    if (href.overflow || !policy.visible(start, <i32>(end - start))) shows = false;
  }
  return shows && reader.token == XmlToken.EOF;
}
