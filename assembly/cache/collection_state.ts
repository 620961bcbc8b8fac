import { text } from "../bytes/text";
import { TextSet } from "../bytes/text_set";
import { Writer } from "../bytes/writer";
import { isSpace } from "../xml/chars";
import { XmlReader, XmlToken } from "../xml/reader";

const RESOURCE_TYPE = new TextSet([text("resourcetype")]);
const STATE = new TextSet([text("getctag"), text("sync-token")]);
const CALENDAR = new TextSet([text("calendar")]);
const PRINCIPAL = new TextSet([text("principal")]);
const RESPONSE: i32 = 2;
const RESPONSE_NAME = new TextSet([text("response")]);
const PROPERTY: i32 = 5;
const value = new Writer(16 << 10);
const reader = new XmlReader();

/**
 * Whether the answer to `CHECK` changes with what is in its calendars: each of them, and whatever it is about alone, has
 * a ctag or a sync-token that is not empty. A principal needs none. False too for what is no multistatus.
 */
export function tellsState(ptr: usize, len: i32, maxDepth: i32): bool {
  reader.open(ptr, len, maxDepth);
  let responses = 0;
  let without = 0;
  let isCalendar = false;
  let isPrincipal = false;
  let hasState = false;
  let inType = false;
  let inState = false;
  while (reader.next() < XmlToken.EOF) {
    const depth = reader.depth;
    if (reader.token == XmlToken.START) {
      const local = reader.local;
      if (depth == RESPONSE) {
        isCalendar = false;
        isPrincipal = false;
        hasState = false;
      } else if (depth == PROPERTY) {
        inType = RESOURCE_TYPE.has(local.ptr, local.len);
        inState = STATE.has(local.ptr, local.len);
      } else if (depth == PROPERTY + 1 && inType) {
        if (CALENDAR.has(local.ptr, local.len)) isCalendar = true;
        if (PRINCIPAL.has(local.ptr, local.len)) isPrincipal = true;
      }
    } else if (reader.token == XmlToken.TEXT) {
      if (inState && !isBlank()) hasState = true;
    } else if (depth == PROPERTY) {
      inType = false;
      inState = false;
    } else if (depth == RESPONSE && RESPONSE_NAME.has(reader.local.ptr, reader.local.len)) {
      responses++;
      if (isCalendar && !hasState) return false;
      if (!isPrincipal && !hasState) without++;
    }
  }
  return reader.token == XmlToken.EOF && responses > 0 && !(responses == 1 && without == 1);
}

function isBlank(): bool {
  value.reset();
  reader.appendText(value);
  for (let i = 0; i < value.len; i++) if (!isSpace(load<u8>(value.ptr + <usize>i))) return false;
  return !value.overflow;
}
