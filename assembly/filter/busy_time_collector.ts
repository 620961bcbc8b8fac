import { equal, Slice } from "../bytes/slice";
import { text, Text } from "../bytes/text";
import { Writer } from "../bytes/writer";
import { Config } from "../config/config";
import { Resource, ResourceKind } from "../dav/layout";
import { CalendarDataFilter, MultistatusPolicy, Rewrite } from "../dav/multistatus_policy";
import { pathOfReference, ResourcePath } from "../dav/path";
import { BusyPeriods } from "../ical/busy_periods";
import { FreeBusyReader } from "../ical/free_busy_reader";
import { Case } from "../policy/decide";
import { busyTimeOf, hidesBusyTime } from "../policy/grant_view";
import { Seen, SeenObjects } from "../policy/seen_objects";
import { XmlNamespace } from "../xml/namespace";
import { Look } from "./hidden_objects";

const GETETAG: Text = text("getetag");

/** Reads the busy time out of the calendar-data of one object after the other. */
class BusyTimeReader extends CalendarDataFilter {
  readonly reader: FreeBusyReader = new FreeBusyReader();
  readonly look: Look = new Look();
  /** Some objects do not count: what there is of this one has to be looked at too. */
  looks: bool = false;
  countsEvents: bool = true;
  /** There was calendar-data of the object that came last. */
  hasData: bool = false;
  /** There was calendar-data. */
  sawData: bool = false;
  /** Something was not understood, so that the busy time is not known. */
  isOdd: bool = false;
  private into: BusyPeriods = new BusyPeriods();

  open(into: BusyPeriods): void {
    this.into = into;
    this.sawData = false;
    this.hasData = false;
    this.isOdd = false;
  }

  begin(): void {
    this.sawData = true;
    this.hasData = true;
    this.reader.begin(this.into.start, this.into.end, this.countsEvents);
    if (this.looks) this.look.begin();
  }

  write(ptr: usize, len: i32, out: Writer): void {
    this.reader.write(ptr, len);
    if (this.looks) this.look.write(ptr, len, out);
  }

  end(out: Writer): bool {
    const isRead = this.reader.end();
    if (this.looks) this.look.end(out);
    // Of what does not exist for the person, not even that it cannot be read may be told.
    if (this.looks && !this.look.shown) return true;
    if (isRead) this.into.addAll(this.reader.periods);
    else this.isOdd = true;
    return true;
  }
}

/** Collects the busy time of the answer to a calendar-query, but for that of objects that do not exist for the person. */
export class BusyTimeCollector extends MultistatusPolicy {
  /** The server has cut its answer short (RFC 5323, 2.3.1, and as in RFC 6578, 3.6: it names the calendar itself). */
  isCut: bool = false;
  private data: BusyTimeReader = new BusyTimeReader();
  private path: ResourcePath = new ResourcePath();
  private resource: Resource = new Resource();
  private config: Config = new Config();
  private seen: SeenObjects = new SeenObjects();
  private sawObject: bool = false;
  /** What is known of the object that came last, as it came: a `Seen`. */
  private known: i32 = Seen.NOTHING;
  private tag: Slice = new Slice();
  /**
   * There was an event that nobody had looked at in this version. Its instances in the range may say less than the whole
   * object, of which an override elsewhere may be private.
   */
  isUncertain: bool = false;

  /** `countsEvents`: events count too, not only VFREEBUSY. What is found is added to `into`. */
  begin(config: Config, it: Case, seen: SeenObjects, countsEvents: bool, into: BusyPeriods): void {
    this.config = config;
    this.seen = seen;
    this.isCut = false;
    this.sawObject = false;
    this.isUncertain = false;
    this.data.looks = hidesBusyTime(it.grant);
    this.data.countsEvents = countsEvents;
    busyTimeOf(it.grant, this.data.look.view);
    this.data.open(into);
  }

  /** True when all that came was understood, and the events came with their data. */
  get isKnown(): bool {
    return !this.data.isOdd && (this.data.sawData || !this.sawObject || !this.data.countsEvents);
  }

  /** Gives back what a large object took. */
  release(): void {
    this.data.reader.release(0);
    this.data.reader.periods.release(0);
    this.data.look.redactor.release(0);
  }

  /** The response before is complete. */
  settle(): void {
    if (this.data.hasData && this.data.looks && this.data.countsEvents && this.known != Seen.SHOWN) {
      this.isUncertain = true;
    }
    this.data.hasData = false;
  }

  rewriteProperty(namespace: i32, local: usize, localLen: i32): i32 {
    const isTag = namespace == XmlNamespace.DAV && equal(local, localLen, GETETAG.ptr, GETETAG.len);
    return isTag ? Rewrite.REPLACE : Rewrite.KEEP;
  }

  replaceProperty(namespace: i32, local: usize, localLen: i32, value: usize, valueLen: i32, out: Writer): void {
    this.tag.set(value, valueLen);
    this.known = this.seen.find(this.resource.object, this.tag);
  }

  visible(ptr: usize, len: i32): bool {
    this.settle();
    this.known = Seen.NOTHING;
    const at = pathOfReference(ptr, len);
    const resource = this.resource;
    resource.clear();
    if (this.path.parse(ptr + <usize>at, len - at)) this.config.layout.classify(this.path, resource);
    if (resource.kind == ResourceKind.CALENDAR) this.isCut = true;
    if (resource.kind != ResourceKind.OBJECT || this.seen.hides(resource.object)) return false;
    this.sawObject = true;
    return true;
  }

  privileges(out: Writer): void {}

  aclVisible(): bool {
    return true;
  }

  currentUserPrincipal(out: Writer): void {}

  calendarData(): CalendarDataFilter | null {
    return this.data;
  }
}
