import { indexOf } from "../bytes/slice";
import { Writer } from "../bytes/writer";

const LF: u8 = 10;
const CR: u8 = 13;

/**
 * Ends the lines of a text whose lines end with a carriage return alone with CRLF, so that it can be mixed with others;
 * leaves every other text as it is. False when `text` has no room for it.
 */
export function endLinesWithLineFeed(text: Writer): bool {
  const len = text.len;
  if (indexOf(text.ptr, len, LF) >= 0) return true;
  let count = 0;
  for (let i = 0; i < len; i++) if (load<u8>(text.ptr + <usize>i) == CR) count++;
  if (count == 0) return true;
  if (!text.reserve(count)) return false;
  // From the end, so that nothing is overwritten before it is moved.
  let from = text.ptr + <usize>len;
  let to = from + <usize>count;
  while (to > from) {
    const c = load<u8>(--from);
    if (c == CR) store<u8>(--to, LF);
    store<u8>(--to, c);
  }
  text.len = len + count;
  return true;
}
