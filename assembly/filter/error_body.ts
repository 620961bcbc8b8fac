import { Writer } from "../bytes/writer";
import { text, Text } from "../bytes/text";
import { MultistatusPolicy } from "../dav/multistatus_policy";
import { XmlNamespace } from "../xml/namespace";
import { XmlReader, XmlToken } from "../xml/reader";

const ERROR: Text = text("error");
const HREF: Text = text("href");
const MKCALENDAR_RESPONSE: Text = text("mkcalendar-response");
const MKCOL_RESPONSE: Text = text("mkcol-response");
const PROP: Text = text("prop");
const SUPPORTED_REPORT: Text = text("supported-report");
const MAX_DEPTH: i32 = 64;

const reader = new XmlReader();
const href = new Writer(16 << 10);

/**
 * Whether an XML body of the server's that is no multistatus may be shown. In a DAV:error, preconditions such as
 * CALDAV:no-uid-conflict name other resources by their hrefs, and one that the person may not see must not become known
 * that way. The answers to LOCK, MKCOL and MKCALENDAR may be shown. What is anything else, or cannot be read, is not:
 * nobody looked into it.
 */
export function mayShowError(policy: MultistatusPolicy, ptr: usize, len: i32): bool {
  reader.open(ptr, len, MAX_DEPTH);
  let shows = true;
  while (reader.next() < XmlToken.EOF) {
    if (reader.token == XmlToken.START && reader.depth == 1 && !isError()) {
      if (!isAnswer()) return false;
      while (reader.next() < XmlToken.EOF);
      break;
    }
    if (reader.token != XmlToken.START || !reader.is(XmlNamespace.DAV, HREF)) continue;
    href.reset();
    if (!reader.readText(href)) return false;
    let start = href.ptr;
    let end = href.ptr + <usize>href.len;
    while (start < end && load<u8>(start) <= 0x20) start++;
    while (end > start && load<u8>(end - 1) <= 0x20) end--;
    if (href.overflow || !policy.mayName(start, <i32>(end - start))) shows = false;
  }
  return shows && reader.token == XmlToken.EOF;
}

/** True when the XML of a 403 is a DAV:error that says that the server has no such report (RFC 3253, 3.6). */
export function saysNoReport(ptr: usize, len: i32): bool {
  reader.open(ptr, len, MAX_DEPTH);
  let says = false;
  while (reader.next() < XmlToken.EOF) {
    if (reader.token != XmlToken.START) continue;
    if (reader.depth == 1 && !isError()) return false;
    if (reader.depth == 2 && reader.is(XmlNamespace.DAV, SUPPORTED_REPORT)) says = true;
  }
  return says && reader.token == XmlToken.EOF;
}

function isError(): bool {
  return reader.is(XmlNamespace.DAV, ERROR);
}

/** The root of what LOCK (RFC 4918, 9.10.1), MKCOL (RFC 5689, 5.2) and MKCALENDAR (RFC 4791, 5.3.1) are answered with. */
function isAnswer(): bool {
  if (reader.is(XmlNamespace.DAV, PROP) || reader.is(XmlNamespace.DAV, MKCOL_RESPONSE)) return true;
  return reader.is(XmlNamespace.CALDAV, MKCALENDAR_RESPONSE);
}
