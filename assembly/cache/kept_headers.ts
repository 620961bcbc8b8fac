import { text } from "../bytes/text";
import { TextSet } from "../bytes/text_set";

const KEPT = new TextSet([
  text("allow"),
  text("cache-control"),
  text("content-disposition"),
  text("content-language"),
  text("content-location"),
  text("content-type"),
  text("dav"),
  text("etag"),
  text("last-modified"),
  text("preference-applied"),
  text("schedule-tag"),
  text("vary"),
  text("x-content-type-options"),
]);

/** Headers that change what the body means: an answer with one cannot be stored without it. */
const DECISIVE = new TextSet([text("content-encoding"), text("content-range"), text("trailer")]);

/**
 * Whether a header of an answer (its name in lower case) is stored with it. What belongs to one exchange (Set-Cookie,
 * Date, the connection's own) is not, and neither is what nobody thought of.
 */
export function isKept(name: usize, len: i32): bool {
  return KEPT.has(name, len);
}

/** Whether an answer with this header (in lower case) must not be stored at all. */
export function forbidsStoring(name: usize, len: i32): bool {
  return DECISIVE.has(name, len);
}
