import { equal } from "../bytes/slice";
import { Text, text } from "../bytes/text";
import { XmlNamespace } from "../xml/namespace";

/** The elements that a multistatus is made of (RFC 4918, 14), and the properties that the filter answers itself. */
export namespace DavElement {
  export const OTHER: i32 = 0;
  export const MULTISTATUS: i32 = 1;
  export const RESPONSE: i32 = 2;
  export const HREF: i32 = 3;
  export const PROPSTAT: i32 = 4;
  export const PROP: i32 = 5;
  export const STATUS: i32 = 6;
  export const RESPONSE_DESCRIPTION: i32 = 7;
  export const SYNC_TOKEN: i32 = 8;
  export const ACL: i32 = 9;
  export const CURRENT_USER_PRIVILEGE_SET: i32 = 10;
  export const CURRENT_USER_PRINCIPAL: i32 = 11;
  export const CALENDAR_DATA: i32 = 12;
  export const ERROR: i32 = 13;
  export const GETETAG: i32 = 14;
}

const HREF: u32 = 0x66657268;
const PROP: u32 = 0x706f7270;
const RESPONSE: u64 = 0x65736e6f70736572;
const PROPSTAT: u64 = 0x74617473706f7270;

const ACL: Text = text("acl");
const ERROR: Text = text("error");
const STATUS: Text = text("status");
const GETETAG: Text = text("getetag");
const SYNC_TOKEN: Text = text("sync-token");
const MULTISTATUS: Text = text("multistatus");
const CALENDAR_DATA: Text = text("calendar-data");
const RESPONSE_DESCRIPTION: Text = text("responsedescription");
const CURRENT_USER_PRINCIPAL: Text = text("current-user-principal");
const CURRENT_USER_PRIVILEGE_SET: Text = text("current-user-privilege-set");

/** Which `DavElement` an element is, by its namespace (`XmlNamespace`) and local name. */
export function davElement(namespace: i32, local: usize, len: i32): i32 {
  if (namespace == XmlNamespace.CALDAV) return when(DavElement.CALENDAR_DATA, CALENDAR_DATA, local, len);
  if (namespace != XmlNamespace.DAV) return DavElement.OTHER;
  switch (len) {
    case 3:
      return when(DavElement.ACL, ACL, local, len);
    case 4: {
      const name = load<u32>(local);
      return name == PROP ? DavElement.PROP : name == HREF ? DavElement.HREF : DavElement.OTHER;
    }
    case 5:
      return when(DavElement.ERROR, ERROR, local, len);
    case 6:
      return when(DavElement.STATUS, STATUS, local, len);
    case 7:
      return when(DavElement.GETETAG, GETETAG, local, len);
    case 8: {
      const name = load<u64>(local);
      return name == RESPONSE ? DavElement.RESPONSE : name == PROPSTAT ? DavElement.PROPSTAT : DavElement.OTHER;
    }
    case 10:
      return when(DavElement.SYNC_TOKEN, SYNC_TOKEN, local, len);
    case 11:
      return when(DavElement.MULTISTATUS, MULTISTATUS, local, len);
    case 19:
      return when(DavElement.RESPONSE_DESCRIPTION, RESPONSE_DESCRIPTION, local, len);
    case 22:
      return when(DavElement.CURRENT_USER_PRINCIPAL, CURRENT_USER_PRINCIPAL, local, len);
    case 26:
      return when(DavElement.CURRENT_USER_PRIVILEGE_SET, CURRENT_USER_PRIVILEGE_SET, local, len);
    default:
      return DavElement.OTHER;
  }
}

function when(element: i32, name: Text, local: usize, len: i32): i32 {
  return equal(local, len, name.ptr, name.len) ? element : DavElement.OTHER;
}

/**
 * True for what tells how it went with a response or propstat. What else stands beside the properties may hold anything,
 * and nobody needs it: unknown elements are to be ignored (RFC 4918, 17).
 */
// @ts-ignore: decorator
@inline
export function isOutcome(element: i32): bool {
  return element == DavElement.STATUS || element == DavElement.ERROR || element == DavElement.RESPONSE_DESCRIPTION;
}
