import { Text, text } from "../bytes/text";
import { Writer } from "../bytes/writer";
import { escapeText } from "../xml/escape";
import { XmlTag } from "../xml/tag";
import { MultistatusPolicy } from "./multistatus_policy";

/** Declared on every element that is added, so that it fits whatever prefixes the server uses. */
const PROPSTAT_OPEN: Text = text(`<D:propstat xmlns:D="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav"><D:prop>`);
const PROPSTAT_OK: Text = text("</D:prop><D:status>HTTP/1.1 200 OK</D:status></D:propstat>");
const PROPSTAT_FORBIDDEN: Text = text("</D:prop><D:status>HTTP/1.1 403 Forbidden</D:status></D:propstat>");
const PRIVILEGES_OPEN: Text = text("<D:current-user-privilege-set>");
const PRIVILEGES_CLOSE: Text = text("</D:current-user-privilege-set>");
const PRINCIPAL_OPEN: Text = text("<D:current-user-principal>");
const PRINCIPAL_CLOSE: Text = text("</D:current-user-principal>");
const ACL: Text = text("<D:acl/>");
const RESPONSE_OPEN: Text = text(`<D:response xmlns:D="DAV:"><D:href>`);
const RESPONSE_NOT_FOUND: Text = text("</D:href><D:status>HTTP/1.1 404 Not Found</D:status></D:response>");

/** Writes a DAV:propstat (RFC 4918, 14.22) with status 200 and the properties wanted, which may be none. */
export function writeOwnProperties(policy: MultistatusPolicy, privileges: bool, principal: bool, out: Writer): void {
  out.text(PROPSTAT_OPEN);
  if (privileges) {
    out.text(PRIVILEGES_OPEN);
    policy.privileges(out);
    out.text(PRIVILEGES_CLOSE);
  }
  if (principal) {
    out.text(PRINCIPAL_OPEN);
    policy.currentUserPrincipal(out);
    out.text(PRINCIPAL_CLOSE);
  }
  out.text(PROPSTAT_OK);
}

/** Writes a DAV:propstat that says that DAV:acl may not be seen. */
export function writeForbiddenAcl(out: Writer): void {
  out.text(PROPSTAT_OPEN);
  out.text(ACL);
  out.text(PROPSTAT_FORBIDDEN);
}

/** Writes a DAV:response that says that there is nothing at `href`, given as plain text or, with `escaped`, as XML. */
export function writeNotFound(href: usize, len: i32, escaped: bool, out: Writer): void {
  out.text(RESPONSE_OPEN);
  if (escaped) out.bytes(href, len);
  else escapeText(href, len, out);
  out.text(RESPONSE_NOT_FOUND);
}

/** Writes an empty root, `<D:multistatus …/>`, as an element that holds `content`. */
export function writeOpenedRoot(tag: XmlTag, ptr: usize, len: i32, content: Writer, out: Writer): void {
  out.bytes(ptr, len - 2);
  out.byte(0x3e);
  out.bytes(content.ptr, content.len);
  out.byte(0x3c);
  out.byte(0x2f);
  out.bytes(tag.name, tag.nameLen);
  out.byte(0x3e);
}
