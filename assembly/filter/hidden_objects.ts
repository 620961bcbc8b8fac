import { equal, Slice } from "../bytes/slice";
import { text, Text } from "../bytes/text";
import { Writer } from "../bytes/writer";
import { Config } from "../config/config";
import { Resource, ResourceKind } from "../dav/layout";
import { MultistatusRewriter } from "../dav/multistatus";
import { CalendarDataFilter, MultistatusPolicy, Rewrite } from "../dav/multistatus_policy";
import { pathOfReference, ResourcePath } from "../dav/path";
import { Case } from "../policy/decide";
import { busyTimeOf, viewOf } from "../policy/grant_view";
import { Redactor } from "../policy/redaction";
import { View } from "../policy/redaction_view";
import { SeenObjects } from "../policy/seen_objects";
import { escapeText } from "../xml/escape";
import { XmlNamespace } from "../xml/namespace";
import { writeEventQuery } from "./free_busy_query";
import * as Names from "./names";
import { OwnCall } from "./own_call";
import { Upstream } from "./upstream";

const EVERYTHING: Text = text(
  '<?xml version="1.0" encoding="utf-8"?>' +
    '<C:calendar-query xmlns:C="urn:ietf:params:xml:ns:caldav" xmlns:D="DAV:">' +
    "<D:prop><D:getetag/><C:calendar-data/></D:prop>" +
    '<C:filter><C:comp-filter name="VCALENDAR"/></C:filter></C:calendar-query>',
);

const ONE: Text = text(
  '<?xml version="1.0" encoding="utf-8"?>' +
    '<C:calendar-multiget xmlns:C="urn:ietf:params:xml:ns:caldav" xmlns:D="DAV:">' +
    "<D:prop><D:getetag/><C:calendar-data/></D:prop><D:href>",
);
const ONE_CLOSE: Text = text("</D:href></C:calendar-multiget>");
const GETETAG: Text = text("getetag");

/** Shows an object as the view does, and tells whether anything of it is shown. */
export class Look extends CalendarDataFilter {
  readonly view: View = new View();
  readonly redactor: Redactor = new Redactor();
  shown: bool = false;
  private out: Writer = new Writer(20 << 20);

  begin(): void {
    this.redactor.begin(this.view, false);
  }

  write(ptr: usize, len: i32, out: Writer): void {
    this.redactor.write(ptr, len);
  }

  end(out: Writer): bool {
    this.out.release(1 << 20);
    this.shown = this.redactor.end(this.out);
    return true;
  }
}

/** Collects which objects of a calendar a person sees anything of, and which not. */
class Collector extends MultistatusPolicy {
  readonly look: Look = new Look();
  readonly path: ResourcePath = new ResourcePath();
  readonly resource: Resource = new Resource();
  /** The object whose data has not been looked at yet. */
  private pending: bool = false;
  private tag: Writer = new Writer(64 << 10);
  private version: Slice = new Slice();

  constructor(
    public config: Config,
    private seen: SeenObjects,
  ) {
    super();
  }

  begin(config: Config, seen: SeenObjects): void {
    this.config = config;
    this.seen = seen;
    this.pending = false;
    this.look.shown = false;
  }

  visible(ptr: usize, len: i32): bool {
    this.settle();
    const at = pathOfReference(ptr, len);
    this.resource.clear();
    if (this.path.parse(ptr + <usize>at, len - at)) this.config.layout.classify(this.path, this.resource);
    this.pending = this.resource.kind == ResourceKind.OBJECT;
    this.look.shown = false;
    this.tag.reset();
    return true;
  }

  /** The response before is complete: what was not shown to be visible is hidden. */
  settle(): void {
    if (!this.pending) return;
    this.pending = false;
    this.version.set(this.tag.ptr, this.tag.len);
    this.seen.note(this.resource.object, this.version, this.look.shown);
  }

  rewriteProperty(namespace: i32, local: usize, localLen: i32): i32 {
    const isTag = namespace == XmlNamespace.DAV && equal(local, localLen, GETETAG.ptr, GETETAG.len);
    return isTag ? Rewrite.REPLACE : Rewrite.KEEP;
  }

  replaceProperty(namespace: i32, local: usize, localLen: i32, value: usize, valueLen: i32, out: Writer): void {
    this.tag.reset();
    this.tag.bytes(value, valueLen);
  }

  privileges(out: Writer): void {}

  aclVisible(): bool {
    return true;
  }

  currentUserPrincipal(out: Writer): void {}

  calendarData(): CalendarDataFilter | null {
    return this.look;
  }
}

const query = new Writer(512 << 10);
const rewriter = new MultistatusRewriter();
const collector = new Collector(new Config(), new SeenObjects());

/**
 * Finds out which objects of a calendar exist for a person, for a listing that does not carry their data: by asking the
 * server for all of them, or for the one that is asked for. Nothing is taken on trust from the server's own idea of
 * CLASS. What is found holds for the versions that were looked at, by their entity tags: of an object that is made or
 * changed between the look and the listing nothing is known, and the listing does not name it.
 */
export class HiddenObjects {
  private path: Writer = new Writer(64 << 10);
  private href: Writer = new Writer(64 << 10);
  private tag: Slice = new Slice();

  constructor(
    private call: OwnCall,
    private upstream: Upstream,
  ) {}

  /**
   * Asks the server for the object or calendar of the request, or what of it a free-busy-query is about; the call's
   * token, or 0.
   */
  ask(stream: u32, it: Case, authority: Slice, authorization: Writer): u32 {
    const path = it.request.path;
    this.path.reset();
    const isObject = it.request.resource.kind == ResourceKind.OBJECT;
    path.write(this.path, isObject ? path.count - 1 : path.count, true);
    this.call.begin(Names.REPORT, this.path, authority);
    this.upstream.addIdentity(it, authorization, this.call.headers);
    this.call.headers.addText(Names.DEPTH, Names.ONE);
    this.call.headers.addText(Names.CONTENT_TYPE, Names.XML);
    query.reset();
    if (isObject) {
      this.href.reset();
      path.write(this.href, path.count, false);
      query.text(ONE);
      escapeText(this.href.ptr, this.href.len, query);
      query.text(ONE_CLOSE);
      if (this.href.overflow || query.overflow) return 0;
    } else if (it.decision.answersFreeBusy) writeEventQuery(it.request, false, query);
    else return this.call.send(stream, EVERYTHING);
    return this.call.sendBytes(stream, query.ptr, query.len);
  }

  /**
   * Adds the answer, of `size` bytes, to `seen`; false when it cannot be told. To be called before a stream is entered.
   */
  take(config: Config, it: Case, size: i32, seen: SeenObjects): bool {
    if (this.call.status(this.tag) != 207) return false;
    collector.begin(config, seen);
    if (it.decision.answersFreeBusy) busyTimeOf(it.grant, collector.look.view);
    else viewOf(it.grant, collector.look.view);
    const ok = this.call.readMultistatus(rewriter, collector, size);
    collector.settle();
    collector.look.redactor.release(0);
    return ok && !seen.overflow;
  }

  /** Gives back memory that is outside of garbage collection, when the configuration is no longer used. */
  free(): void {
    this.path.release(0);
    this.href.release(0);
  }
}
