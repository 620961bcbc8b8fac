import { text } from "../bytes/text";
import { TextSet } from "../bytes/text_set";
import { XmlNamespace } from "../xml/namespace";
import { XmlReader, XmlToken } from "../xml/reader";
import { SeenBodies } from "./seen_bodies";

const PROP = new TextSet([text("prop")]);
/** What changes without any write: locks run out, and what others store counts too. */
const VOLATILE = new TextSet([
  text("lockdiscovery"),
  text("quota-available-bytes"),
  text("quota-used-bytes"),
  text("quota-assigned-bytes"),
]);

/** What `CHECK` asks for, or what changes with an object's ETag, or what never changes. */
const COVERED = new TextSet([
  text("calendar-color"),
  text("calendar-data"),
  text("calendar-description"),
  text("calendar-home-set"),
  text("calendar-order"),
  text("calendar-timezone"),
  text("calendar-user-address-set"),
  text("calendar-user-type"),
  text("current-user-principal"),
  text("current-user-privilege-set"),
  text("displayname"),
  text("getcontentlength"),
  text("getcontenttype"),
  text("getctag"),
  text("getetag"),
  text("getlastmodified"),
  text("owner"),
  text("principal-URL"),
  text("principal-collection-set"),
  text("resourcetype"),
  text("schedule-calendar-transp"),
  text("schedule-tag"),
  text("supported-calendar-component-set"),
  text("supported-calendar-data"),
  text("supported-report-set"),
  text("sync-token"),
]);

/** The question by which a collection is checked for changes: what is covered and does change. */
export const CHECK = text(
  '<?xml version="1.0" encoding="utf-8"?><D:propfind xmlns:D="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav" ' +
    'xmlns:S="http://calendarserver.org/ns/" xmlns:A="http://apple.com/ns/ical/"><D:prop>' +
    "<S:getctag/><D:sync-token/><D:getetag/><D:resourcetype/><D:displayname/><C:calendar-description/>" +
    "<A:calendar-color/><A:calendar-order/><C:calendar-timezone/><C:supported-calendar-component-set/>" +
    "<C:schedule-calendar-transp/></D:prop></D:propfind>",
);

const VOLATILE_BIT: u8 = 1;
const COVERED_BIT: u8 = 2;
const seen = new SeenBodies();
const bits = memory.data(1);

/** What the properties that a request names say about how long its answer stays true. Reused. */
export class AskedProperties {
  /** The answer may change though nobody writes anything. */
  isVolatile: bool = false;
  /** All of it changes only when the answer to `CHECK` does. */
  isCovered: bool = false;
  private reader: XmlReader = new XmlReader();

  /** Reads the body of a PROPFIND or REPORT, which is well-formed. Without a body it is for all properties. */
  read(ptr: usize, len: i32, maxDepth: i32): void {
    this.isVolatile = true;
    this.isCovered = false;
    if (len <= 0) return;
    if (!seen.find(ptr, len, maxDepth)) {
      this.readNames(ptr, len, maxDepth);
      store<u8>(bits, (this.isVolatile ? VOLATILE_BIT : 0) | (this.isCovered ? COVERED_BIT : 0));
      seen.keep(ptr, len, maxDepth, bits, 1);
      return;
    }
    this.isVolatile = (load<u8>(seen.found.ptr) & VOLATILE_BIT) != 0;
    this.isCovered = (load<u8>(seen.found.ptr) & COVERED_BIT) != 0;
  }

  private readNames(ptr: usize, len: i32, maxDepth: i32): void {
    const reader = this.reader;
    reader.open(ptr, len, maxDepth);
    let names = 0;
    let isVolatile = false;
    let isCovered = true;
    let isInProp = false;
    while (reader.next() < XmlToken.EOF) {
      if (reader.token != XmlToken.START) continue;
      const local = reader.local;
      if (reader.depth == 2) {
        isInProp = reader.namespace == XmlNamespace.DAV && PROP.has(local.ptr, local.len);
      } else if (reader.depth == 3 && isInProp) {
        names++;
        if (VOLATILE.has(local.ptr, local.len)) isVolatile = true;
        // In a namespace of somebody's own, a name of these may be anything.
        if (!isKnown(reader.namespace)) isCovered = false;
        if (!COVERED.has(local.ptr, local.len)) isCovered = false;
      }
    }
    if (reader.token != XmlToken.EOF || names == 0) return;
    this.isVolatile = isVolatile;
    this.isCovered = isCovered;
  }
}

function isKnown(namespace: i32): bool {
  return (
    namespace == XmlNamespace.DAV ||
    namespace == XmlNamespace.CALDAV ||
    namespace == XmlNamespace.CALENDARSERVER ||
    namespace == XmlNamespace.APPLE
  );
}
