import { text, Text } from "../bytes/text";
import { Writer } from "../bytes/writer";
import { Precondition } from "../policy/decision";
import { writePrivilege } from "./privilege_xml";

const OPEN: Text = text(
  '<?xml version="1.0" encoding="utf-8"?>\n<D:error xmlns:D="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav">',
);
const CLOSE: Text = text("</D:error>\n");
const NEED_OPEN: Text = text("<D:need-privileges><D:resource><D:href>");
const NEED_MIDDLE: Text = text("</D:href>");
const NEED_CLOSE: Text = text("</D:resource></D:need-privileges>");

/** The empty elements of the preconditions, by `Precondition`. */
const ELEMENTS: Text[] = [
  text(""),
  text(""),
  text("<D:propfind-finite-depth/>"),
  text("<D:allowed-principal/>"),
  text("<D:supported-report/>"),
  text("<D:number-of-matches-within-limits/>"),
  text("<C:supported-filter/>"),
  text("<D:valid-sync-token/>"),
  text("<C:supported-calendar-data/>"),
  text("<C:valid-calendar-data/>"),
  text("<C:valid-filter/>"),
];

/** Writes a DAV:error that names a precondition (RFC 4918, 16). */
export function writePreconditionError(precondition: i32, out: Writer): void {
  out.text(OPEN);
  if (precondition > 0 && precondition < ELEMENTS.length) out.text(ELEMENTS[precondition]);
  out.text(CLOSE);
}

/**
 * Writes the DAV:error that says which privilege is missing on which resource (RFC 3744, 7.1.1); `href` is already
 * percent-encoded, so it needs no escaping.
 */
export function writeNeedPrivileges(href: Writer, privilege: u32, out: Writer): void {
  out.text(OPEN);
  out.text(NEED_OPEN);
  out.bytes(href.ptr, href.len);
  out.text(NEED_MIDDLE);
  writePrivilege(privilege, out);
  out.text(NEED_CLOSE);
  out.text(CLOSE);
}
