import { startsWith } from "../bytes/slice";
import { text, Text } from "../bytes/text";
import { Writer } from "../bytes/writer";
import { ViewTags } from "../policy/view_tag";

/** What a view's sync-token begins with; it has to be a URI (RFC 6578, 4). */
export const VIEW_TOKEN: Text = text("urn:x-caldav-view:");

/** Writes the sync-token that a view has for the server's; false when that is too long. */
export function encodeSyncToken(tags: ViewTags, code: u32, ptr: usize, len: i32, out: Writer): bool {
  const mark = out.len;
  out.text(VIEW_TOKEN);
  if (tags.encode(code, ptr, len, out)) return true;
  out.len = mark;
  return false;
}

/** Writes the server's sync-token for a view's; false when it is none of this view. */
export function decodeSyncToken(tags: ViewTags, code: u32, ptr: usize, len: i32, out: Writer): bool {
  if (!startsWith(ptr, len, VIEW_TOKEN)) return false;
  return tags.decode(code, ptr + <usize>VIEW_TOKEN.len, len - VIEW_TOKEN.len, out);
}
