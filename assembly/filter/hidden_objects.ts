import { BufferKind } from "../abi/types";
import { Slice } from "../bytes/slice";
import { text, Text } from "../bytes/text";
import { Writer } from "../bytes/writer";
import { Config } from "../config/config";
import { Resource, ResourceKind } from "../dav/layout";
import { MultistatusRewriter } from "../dav/multistatus";
import { CalendarDataFilter, MultistatusPolicy } from "../dav/multistatus_policy";
import { pathOfReference, ResourcePath } from "../dav/path";
import { readBody, WINDOW } from "../host/body";
import { Case } from "../policy/decide";
import { busyTimeOf, viewOf } from "../policy/grant_view";
import { ObjectSet } from "../policy/object_set";
import { Redactor } from "../policy/redaction";
import { View } from "../policy/redaction_view";
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

/** Collects the objects of a calendar of which a person may see nothing. */
class Collector extends MultistatusPolicy {
  readonly look: Look = new Look();
  readonly path: ResourcePath = new ResourcePath();
  readonly resource: Resource = new Resource();
  /** The object whose data has not been looked at yet. */
  private pending: bool = false;

  constructor(
    public config: Config,
    public hidden: ObjectSet,
  ) {
    super();
  }

  begin(config: Config, hidden: ObjectSet): void {
    this.config = config;
    this.hidden = hidden;
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
    return true;
  }

  /** The response before is complete: what was not shown to be visible is hidden. */
  settle(): void {
    const object = this.resource.object;
    if (this.pending && !this.look.shown) this.hidden.add(object.ptr, object.len);
    this.pending = false;
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

const query = new Writer(4096);
const window = new Slice();
const rewriter = new MultistatusRewriter();
const collector = new Collector(new Config(), new ObjectSet());

/**
 * Finds out which objects of a calendar do not exist for a person, for a listing that does not carry their data: by
 * asking the server for all of them. Nothing is taken on trust from the server's own idea of CLASS. An object that
 * becomes hidden between the look and the listing is named once more; its data is never shown.
 */
export class HiddenObjects {
  private path: Writer = new Writer(64 << 10);
  private tag: Slice = new Slice();

  constructor(
    private call: OwnCall,
    private upstream: Upstream,
  ) {}

  /** Asks the server for the calendar of the request, or what of it a free-busy-query is about; the call's token, or 0. */
  ask(stream: u32, it: Case, authority: Slice, authorization: Writer): u32 {
    const path = it.request.path;
    this.path.reset();
    path.write(this.path, path.count, true);
    this.call.begin(Names.REPORT, this.path, authority);
    this.upstream.addIdentity(it, authorization, this.call.headers);
    this.call.headers.addText(Names.DEPTH, Names.ONE);
    this.call.headers.addText(Names.CONTENT_TYPE, Names.XML);
    if (!it.decision.answersFreeBusy) return this.call.send(stream, EVERYTHING);
    query.reset();
    writeEventQuery(it.request, false, query);
    return this.call.sendBytes(stream, query.ptr, query.len);
  }

  /** Takes the answer, of `size` bytes, into `hidden`; false when it cannot be told. To be called before a stream is entered. */
  take(config: Config, it: Case, size: i32, hidden: ObjectSet): bool {
    hidden.clear();
    if (this.call.status(this.tag) != 207) return false;
    collector.begin(config, hidden);
    if (it.decision.answersFreeBusy) busyTimeOf(it.grant, collector.look.view);
    else viewOf(it.grant, collector.look.view);
    rewriter.begin(collector, 0);
    let ok = true;
    for (let at = 0; ok && at < size; at += window.len) {
      ok = readBody(BufferKind.CALL_RESPONSE_BODY, at, min(WINDOW, size - at), window);
      if (ok) ok = rewriter.write(window.ptr, window.len);
      rewriter.out.reset();
    }
    if (ok) ok = rewriter.finish();
    collector.settle();
    collector.look.redactor.release(0);
    return ok && !hidden.overflow;
  }

  /** Gives back memory that is outside of garbage collection, when the configuration is no longer used. */
  free(): void {
    this.path.release(0);
  }
}
