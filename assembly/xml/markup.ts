import { startsWith } from "../bytes/slice";
import { Text, text } from "../bytes/text";

const DOCTYPE: Text = text("<!DOCTYPE");
const ENTITY: Text = text("<!ENTITY");
const ELEMENT: Text = text("<!ELEMENT");
const ATTLIST: Text = text("<!ATTLIST");
const NOTATION: Text = text("<!NOTATION");

/** True when the bytes begin a document type declaration (XML 1.0, 2.8) or a declaration that belongs into one. */
export function isMarkupDeclaration(ptr: usize, len: i32): bool {
  return (
    startsWith(ptr, len, DOCTYPE) ||
    startsWith(ptr, len, ENTITY) ||
    startsWith(ptr, len, ELEMENT) ||
    startsWith(ptr, len, ATTLIST) ||
    startsWith(ptr, len, NOTATION)
  );
}
