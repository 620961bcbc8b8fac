import { text, Text } from "../bytes/text";
import { XmlNamespace } from "../xml/namespace";
import { XmlReader } from "../xml/reader";

/** What the root element of a request body asks for. */
export namespace BodyKind {
  export const NONE: i32 = 0;
  export const UNKNOWN: i32 = 1;
  export const PROPFIND: i32 = 2;
  export const PROPERTYUPDATE: i32 = 3;
  export const MKCALENDAR: i32 = 4;
  export const MKCOL: i32 = 5;
  export const LOCKINFO: i32 = 6;
  export const CALENDAR_QUERY: i32 = 7;
  export const CALENDAR_MULTIGET: i32 = 8;
  export const FREE_BUSY_QUERY: i32 = 9;
  export const SYNC_COLLECTION: i32 = 10;
  export const EXPAND_PROPERTY: i32 = 11;
  export const PRINCIPAL_PROPERTY_SEARCH: i32 = 12;
  export const PRINCIPAL_SEARCH_PROPERTY_SET: i32 = 13;
  export const PRINCIPAL_MATCH: i32 = 14;
  export const ACL_PRINCIPAL_PROP_SET: i32 = 15;
  export const ADDRESSBOOK_QUERY: i32 = 16;
  export const ADDRESSBOOK_MULTIGET: i32 = 17;
}

class Root {
  constructor(
    public namespace: i32,
    public local: Text,
    public kind: i32,
  ) {}
}

const ROOTS: Root[] = [
  new Root(XmlNamespace.DAV, text("propfind"), BodyKind.PROPFIND),
  new Root(XmlNamespace.DAV, text("propertyupdate"), BodyKind.PROPERTYUPDATE),
  new Root(XmlNamespace.CALDAV, text("mkcalendar"), BodyKind.MKCALENDAR),
  new Root(XmlNamespace.DAV, text("mkcol"), BodyKind.MKCOL),
  new Root(XmlNamespace.DAV, text("lockinfo"), BodyKind.LOCKINFO),
  new Root(XmlNamespace.CALDAV, text("calendar-query"), BodyKind.CALENDAR_QUERY),
  new Root(XmlNamespace.CALDAV, text("calendar-multiget"), BodyKind.CALENDAR_MULTIGET),
  new Root(XmlNamespace.CALDAV, text("free-busy-query"), BodyKind.FREE_BUSY_QUERY),
  new Root(XmlNamespace.DAV, text("sync-collection"), BodyKind.SYNC_COLLECTION),
  new Root(XmlNamespace.DAV, text("expand-property"), BodyKind.EXPAND_PROPERTY),
  new Root(XmlNamespace.DAV, text("principal-property-search"), BodyKind.PRINCIPAL_PROPERTY_SEARCH),
  new Root(XmlNamespace.DAV, text("principal-search-property-set"), BodyKind.PRINCIPAL_SEARCH_PROPERTY_SET),
  new Root(XmlNamespace.DAV, text("principal-match"), BodyKind.PRINCIPAL_MATCH),
  new Root(XmlNamespace.DAV, text("acl-principal-prop-set"), BodyKind.ACL_PRINCIPAL_PROP_SET),
  new Root(XmlNamespace.CARDDAV, text("addressbook-query"), BodyKind.ADDRESSBOOK_QUERY),
  new Root(XmlNamespace.CARDDAV, text("addressbook-multiget"), BodyKind.ADDRESSBOOK_MULTIGET),
];

/** The kind of the root element that `reader` just began. */
export function bodyKindOf(reader: XmlReader): i32 {
  for (let i = 0; i < ROOTS.length; i++) {
    const root = unchecked(ROOTS[i]);
    if (reader.is(root.namespace, root.local)) return root.kind;
  }
  return BodyKind.UNKNOWN;
}

/** True for a multiget, whose body is a list of hrefs. */
export function isMultiget(kind: i32): bool {
  return kind == BodyKind.CALENDAR_MULTIGET || kind == BodyKind.ADDRESSBOOK_MULTIGET;
}

/** True for the reports of RFC 3744 that ask about principals. */
export function isPrincipalReport(kind: i32): bool {
  return kind >= BodyKind.EXPAND_PROPERTY && kind <= BodyKind.ACL_PRINCIPAL_PROP_SET;
}
