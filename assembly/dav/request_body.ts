import { equal, Slice } from "../bytes/slice";
import { text, Text } from "../bytes/text";
import { Writer } from "../bytes/writer";
import { XmlNamespace } from "../xml/namespace";
import { XmlReader, XmlToken } from "../xml/reader";
import { bodyKindOf, BodyKind, isMultiget } from "./report";
import { TimeRange } from "./time_range";

const HREF: Text = text("href");
const ALLPROP: Text = text("allprop");
const PROPNAME: Text = text("propname");
const CURRENT_USER_PRIVILEGE_SET: Text = text("current-user-privilege-set");
const CURRENT_USER_PRINCIPAL: Text = text("current-user-principal");
const COMP: Text = text("comp");
const LIMIT: Text = text("limit");
const EXPAND: Text = text("expand");
const GETETAG: Text = text("getetag");
const LIMIT_RECURRENCE_SET: Text = text("limit-recurrence-set");
const LIMIT_FREEBUSY_SET: Text = text("limit-freebusy-set");
const PROP_FILTER: Text = text("prop-filter");
const COMP_FILTER: Text = text("comp-filter");
const PARAM_FILTER: Text = text("param-filter");
const NAME: Text = text("name");
const PROP: Text = text("prop");
const CALENDAR_DATA: Text = text("calendar-data");
const SYNC_TOKEN: Text = text("sync-token");
const TIME_RANGE: Text = text("time-range");

/** What a view shows of every event (contract, section 5): the only properties that a filter may speak of, */
const VISIBLE_PROPERTIES: Text[] = [
  text("UID"),
  text("DTSTAMP"),
  text("DTSTART"),
  text("DTEND"),
  text("DURATION"),
  text("RRULE"),
  text("RDATE"),
  text("EXDATE"),
  text("RECURRENCE-ID"),
  text("SEQUENCE"),
  text("TRANSP"),
  text("STATUS"),
];
/** and these of tasks, which are shown in full or not at all. */
const TASK_PROPERTIES: Text[] = [text("DUE"), text("COMPLETED")];
const TASK: Text = text("VTODO");

/** What a view that leaves out alarms still has. */
const VISIBLE_COMPONENTS: Text[] = [
  text("VCALENDAR"),
  text("VEVENT"),
  text("VTODO"),
  text("VJOURNAL"),
  text("VTIMEZONE"),
  text("VFREEBUSY"),
];

/** Which properties a report asks for. */
export namespace Asked {
  /** None: there is no list of them, or an empty tag. */
  export const NOTHING: i32 = 0;
  export const PROP: i32 = 1;
  export const ALLPROP: i32 = 2;
  export const PROPNAME: i32 = 3;
}

/** Words of one href: where its element stands in the body, and where its text stands in `texts`. */
const HREF_WORDS: i32 = 4;

/**
 * What an XML request body says, read once and in full: nothing in it counts before the document was found well-formed.
 * Reused by all streams, one after the other.
 */
export class RequestBody {
  kind: i32 = BodyKind.NONE;
  /** `XmlError` when `read` gave false. */
  error: i32 = 0;
  asksPrivileges: bool = false;
  asksPrincipal: bool = false;
  namesOnly: bool = false;
  /** calendar-data was asked with `expand`: overrides outside of the range do not come with it. */
  expands: bool = false;
  /** A filter speaks of a property, parameter or component that an event seen redacted does not show. */
  filtersHidden: bool = false;
  /** A filter speaks of alarms, or of a component that may be one. */
  filtersAlarms: bool = false;
  /** There is a DAV:href that is no entry of a multiget, or something else that a report has once or not at all. */
  isAmbiguous: bool = false;
  tooManyHrefs: bool = false;
  /** A DAV:limit says how many responses there may be (RFC 6578, 3.7). */
  limitsMatches: bool = false;
  hrefs: i32 = 0;
  /** The report asks for CALDAV:calendar-data by name. */
  asksCalendarData: bool = false;
  /** DAV:getetag is asked for by name. */
  asksEntityTag: bool = false;
  /** Which properties a PROPFIND or a report asks for: an `Asked`. */
  asked: i32 = Asked.NOTHING;
  /**
   * Where a property can be added to them: in a DAV:prop, or with one of its own in place of what stands from here until
   * there. Both 0 when it cannot.
   */
  askedStart: i32 = 0;
  askedEnd: i32 = 0;
  /** Where the text of a sync-collection's DAV:sync-token stands in the body; both 0 when there is none. */
  syncTokenStart: i32 = 0;
  syncTokenEnd: i32 = 0;
  /** That text, decoded. */
  readonly syncToken: Writer = new Writer(16 << 10);
  /** How many time-ranges a free-busy-query has (RFC 4791, 9.11: one). */
  timeRanges: i32 = 0;
  /** The last of them. */
  readonly timeRange: TimeRange = new TimeRange();
  private positions: Writer = new Writer(32 << 20);
  private texts: Writer = new Writer(64 << 20);
  /** Pairs of offsets: parts of calendar-data that narrow what the server sends (comp, limit-…). */
  private selections: Writer = new Writer(1 << 20);
  private name: Writer = new Writer(1024);
  /** The depth of the last comp-filter, when it is one of tasks; else -1. */
  private taskDepth: i32 = -1;
  private hasAsked: bool = false;
  private reader: XmlReader = new XmlReader();

  /** No body at all. */
  clear(): void {
    this.kind = BodyKind.NONE;
    this.error = 0;
    this.asksPrivileges = false;
    this.asksPrincipal = false;
    this.namesOnly = false;
    this.expands = false;
    this.filtersHidden = false;
    this.filtersAlarms = false;
    this.isAmbiguous = false;
    this.tooManyHrefs = false;
    this.limitsMatches = false;
    this.taskDepth = -1;
    this.hrefs = 0;
    this.asksCalendarData = false;
    this.asksEntityTag = false;
    this.asked = Asked.NOTHING;
    this.askedStart = 0;
    this.askedEnd = 0;
    this.hasAsked = false;
    this.syncTokenStart = 0;
    this.syncTokenEnd = 0;
    this.syncToken.reset();
    this.timeRanges = 0;
    this.timeRange.clear();
    this.positions.release(64 << 10);
    this.texts.release(64 << 10);
    this.selections.reset();
  }

  /** Reads a body; false when it is not well-formed UTF-8 XML within the limits. */
  read(ptr: usize, len: i32, maxDepth: i32, maxHrefs: i32): bool {
    this.clear();
    const reader = this.reader;
    reader.open(ptr, len, maxDepth);
    while (reader.next() < XmlToken.EOF) if (reader.token == XmlToken.START) this.element(maxHrefs);
    this.error = reader.error;
    return (
      reader.token == XmlToken.EOF &&
      !this.positions.overflow &&
      !this.texts.overflow &&
      !this.selections.overflow &&
      !this.syncToken.overflow
    );
  }

  private element(maxHrefs: i32): void {
    const reader = this.reader;
    const depth = reader.depth;
    if (depth == 1) {
      this.kind = bodyKindOf(reader);
      if (!reader.isEmptyTag) this.askedStart = this.askedEnd = reader.tokenEnd;
      return;
    }
    if (reader.namespace == XmlNamespace.DAV) {
      if (reader.local.is(HREF)) {
        if (isMultiget(this.kind) && depth == 2) this.href(maxHrefs);
        else this.isAmbiguous = true;
      } else if (depth == 3 && reader.local.is(CURRENT_USER_PRIVILEGE_SET)) this.asksPrivileges = true;
      else if (depth == 3 && reader.local.is(CURRENT_USER_PRINCIPAL)) this.asksPrincipal = true;
      else if (depth == 3 && reader.local.is(GETETAG)) this.asksEntityTag = true;
      else if (depth == 2 && reader.local.is(PROPNAME)) this.ask(Asked.PROPNAME);
      else if (depth == 2 && reader.local.is(LIMIT)) this.limitsMatches = true;
      else if (depth == 2 && reader.local.is(PROP)) this.ask(Asked.PROP);
      else if (depth == 2 && reader.local.is(ALLPROP)) this.ask(Asked.ALLPROP);
      else if (depth == 2 && this.kind == BodyKind.SYNC_COLLECTION && reader.local.is(SYNC_TOKEN)) this.token();
      return;
    }
    if (reader.namespace != XmlNamespace.CALDAV) return;
    const local = reader.local;
    if (depth == 2 && this.kind == BodyKind.FREE_BUSY_QUERY && local.is(TIME_RANGE)) {
      this.timeRanges++;
      this.timeRange.read(reader);
    }
    if (depth == 3 && local.is(CALENDAR_DATA)) this.asksCalendarData = true;
    if (local.is(PROP_FILTER)) {
      const isOfTask = depth == this.taskDepth + 1;
      if (!this.names(VISIBLE_PROPERTIES) && !(isOfTask && this.names(TASK_PROPERTIES))) this.filtersHidden = true;
    } else if (local.is(COMP_FILTER)) {
      if (!this.names(VISIBLE_COMPONENTS)) this.filtersAlarms = true;
      this.taskDepth = equal(this.name.ptr, this.name.len, TASK.ptr, TASK.len) ? depth : -1;
    } else if (local.is(PARAM_FILTER)) this.filtersHidden = true;
    else if (local.is(EXPAND)) this.expands = true;
    else if (local.is(COMP) || local.is(LIMIT_RECURRENCE_SET) || local.is(LIMIT_FREEBUSY_SET)) this.selection();
  }

  /** A part of calendar-data, skipped as a whole: comp holds nothing but more comp and prop. */
  private selection(): void {
    const start = this.reader.tokenStart;
    if (!this.reader.skip()) return;
    this.selections.word(start);
    this.selections.word(this.reader.tokenEnd);
  }

  /** What is asked for; a second such element would make it ambiguous. */
  private ask(what: i32): void {
    const reader = this.reader;
    if (this.hasAsked) this.isAmbiguous = true;
    this.hasAsked = true;
    if (what == Asked.PROPNAME) this.namesOnly = true;
    this.asked = what == Asked.PROP && reader.isEmptyTag ? Asked.NOTHING : what;
    this.askedStart = this.asked == Asked.PROP ? reader.tokenEnd : reader.tokenStart;
    if (what != Asked.PROP) reader.skip();
    this.askedEnd = reader.tokenEnd;
  }

  /** The token the client synchronised to last (RFC 6578, 6.2). A second one makes the body ambiguous. */
  private token(): void {
    if (this.syncTokenStart != 0) this.isAmbiguous = true;
    this.syncToken.reset();
    this.syncTokenStart = this.reader.tokenEnd;
    if (!this.reader.readText(this.syncToken)) this.isAmbiguous = true;
    this.syncTokenEnd = max(this.reader.tokenStart, this.syncTokenStart);
  }

  private href(maxHrefs: i32): void {
    if (this.hrefs >= maxHrefs) {
      this.tooManyHrefs = true;
      return;
    }
    const start = this.reader.tokenStart;
    const at = this.texts.len;
    if (!this.reader.readText(this.texts)) {
      // An element inside an href: no reference at all, so it stands for nothing that can be seen.
      this.texts.len = at;
      while (this.reader.token < XmlToken.EOF && !(this.reader.token == XmlToken.END && this.reader.depth == 2)) {
        this.reader.next();
      }
    }
    this.positions.word(start);
    this.positions.word(this.reader.tokenEnd);
    this.positions.word(at);
    this.positions.word(this.texts.len - at);
    this.hrefs++;
  }

  private names(words: Text[]): bool {
    this.name.reset();
    if (!this.reader.attribute(NAME, this.name)) return false;
    const name = this.name;
    for (let i = 0; i < words.length; i++) {
      const word = unchecked(words[i]);
      if (word.len == name.len && memory.compare(word.ptr, name.ptr, <usize>name.len) == 0) return true;
    }
    return false;
  }

  /** The decoded text of href `i`, white space around it left out; valid until the next `read`. */
  hrefText(i: i32, into: Slice): void {
    let ptr = this.texts.ptr + <usize>this.word(this.positions, i * HREF_WORDS + 2);
    let end = ptr + <usize>this.word(this.positions, i * HREF_WORDS + 3);
    while (ptr < end && load<u8>(ptr) <= 0x20) ptr++;
    while (end > ptr && load<u8>(end - 1) <= 0x20) end--;
    into.set(ptr, <i32>(end - ptr));
  }

  /** Where the element of href `i` begins in the body. */
  hrefStart(i: i32): i32 {
    return this.word(this.positions, i * HREF_WORDS);
  }

  /** Where it ends. */
  hrefEnd(i: i32): i32 {
    return this.word(this.positions, i * HREF_WORDS + 1);
  }

  get selectionCount(): i32 {
    return this.selections.len >> 3;
  }

  selectionStart(i: i32): i32 {
    return this.word(this.selections, i * 2);
  }

  selectionEnd(i: i32): i32 {
    return this.word(this.selections, i * 2 + 1);
  }

  private word(writer: Writer, index: i32): i32 {
    return load<i32>(writer.ptr + ((<usize>index) << 2));
  }
}
