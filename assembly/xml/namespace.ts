import { equal } from "../bytes/slice";
import { Text, text } from "../bytes/text";

/** The namespaces that CalDAV servers and clients use, as small numbers. */
export namespace XmlNamespace {
  /** No namespace: no prefix and no default namespace in scope. */
  export const NONE: i32 = 0;
  export const DAV: i32 = 1;
  /** RFC 4791. */
  export const CALDAV: i32 = 2;
  /** `http://calendarserver.org/ns/`: ctags, delegation, sharing. */
  export const CALENDARSERVER: i32 = 3;
  /** RFC 6352. */
  export const CARDDAV: i32 = 4;
  /** `http://apple.com/ns/ical/`: colours and order of calendars. */
  export const APPLE: i32 = 5;
  /** What the prefix `xml` is always bound to. */
  export const XML: i32 = 6;
  /** Any other. */
  export const OTHER: i32 = 7;
}

const CALDAV: Text = text("urn:ietf:params:xml:ns:caldav");
const CALENDARSERVER: Text = text("http://calendarserver.org/ns/");
const CARDDAV: Text = text("urn:ietf:params:xml:ns:carddav");
const APPLE: Text = text("http://apple.com/ns/ical/");
export const XML_URI: Text = text("http://www.w3.org/XML/1998/namespace");
export const XMLNS_URI: Text = text("http://www.w3.org/2000/xmlns/");

const DAV_COLON: u32 = 0x3a564144;

/** The number of a namespace, by its name. */
export function namespaceOf(ptr: usize, len: i32): i32 {
  switch (len) {
    case 0:
      return XmlNamespace.NONE;
    case 4:
      return load<u32>(ptr) == DAV_COLON ? XmlNamespace.DAV : XmlNamespace.OTHER;
    case 25:
      return is(ptr, len, APPLE) ? XmlNamespace.APPLE : XmlNamespace.OTHER;
    case 29:
      if (is(ptr, len, CALDAV)) return XmlNamespace.CALDAV;
      return is(ptr, len, CALENDARSERVER) ? XmlNamespace.CALENDARSERVER : XmlNamespace.OTHER;
    case 30:
      return is(ptr, len, CARDDAV) ? XmlNamespace.CARDDAV : XmlNamespace.OTHER;
    case 36:
      return is(ptr, len, XML_URI) ? XmlNamespace.XML : XmlNamespace.OTHER;
    default:
      return XmlNamespace.OTHER;
  }
}

function is(ptr: usize, len: i32, constant: Text): bool {
  return equal(ptr, len, constant.ptr, constant.len);
}
