import { Slice } from "../bytes/slice";
import { Writer } from "../bytes/writer";
import { Config } from "../config/config";
import { ResourceKind } from "../dav/layout";
import { MultistatusRewriter } from "../dav/multistatus";
import { BodyKind } from "../dav/report";
import { Depth } from "../dav/request";
import { now } from "../host/clock";
import { fillRandom } from "../host/random";
import { writeFreeBusy } from "../ical/free_busy_writer";
import { Case } from "../policy/decide";
import { answerFreeBusy } from "../policy/decide_body";
import { Precondition, Reason, Verdict } from "../policy/decision";
import { SeenObjects } from "../policy/seen_objects";
import { BusyTimeCollector } from "./busy_time_collector";
import { FreeBusyProgress, FreeBusyStep } from "./free_busy_progress";
import { writeEventQuery, writePeriodQuery } from "./free_busy_query";
import * as Names from "./names";
import { OwnCall } from "./own_call";
import { Upstream } from "./upstream";

/** How long it is believed that a server has no free-busy-query, in ms. */
const BELIEVED: i64 = 3_600_000;
const KEEP: i32 = 64 << 10;
const UID: usize = memory.data(16, 8);

/** One of each for all roots: an answer is read in one go, and large buffers are outside of garbage collection. */
const rewriter = new MultistatusRewriter();
const collector = new BusyTimeCollector();
const body = new Writer(4096);
const calendar = new Writer(32 << 20);

/**
 * Answers a free-busy-query (RFC 4791, 7.10) in the server's place, from what the server says to a calendar-query of the
 * filter's own: for who must not learn of hidden events, and where the server has no such report. One serves all
 * streams of a root.
 */
export class FreeBusy {
  private path: Writer = new Writer(64 << 10);
  private tag: Slice = new Slice();
  /** Until then, in ms since 1970, the server is not asked. */
  private lacksUntil: i64 = 0;

  constructor(
    private call: OwnCall,
    private upstream: Upstream,
  ) {}

  /** Decides who answers a report that may go on. */
  choose(it: Case, kind: i32): void {
    if (kind != BodyKind.FREE_BUSY_QUERY || it.decision.verdict != Verdict.PASS || it.decision.answersFreeBusy) return;
    if (this.lacksUntil != 0 && it.request.resource.kind == ResourceKind.CALENDAR && now() < this.lacksUntil) {
      answerFreeBusy(it);
    }
  }

  /** Asks the server for the next part; the call's token, or 0. */
  ask(stream: u32, it: Case, progress: FreeBusyProgress, authority: Slice, authorization: Writer): u32 {
    const path = it.request.path;
    this.path.reset();
    path.write(this.path, path.count, true);
    this.call.begin(Names.REPORT, this.path, authority);
    this.upstream.addIdentity(it, authorization, this.call.headers);
    this.call.headers.addText(Names.DEPTH, Names.ONE);
    this.call.headers.addText(Names.CONTENT_TYPE, Names.XML);
    body.reset();
    if (progress.step == FreeBusyStep.EVENTS) writeEventQuery(it.request, true, body);
    else writePeriodQuery(body);
    return this.call.sendBytes(stream, body.ptr, body.len);
  }

  /**
   * Takes the answer, of `size` bytes, and decides: what is known is complete (true), or the next part has to be asked
   * for, or the query is refused. To be called before a stream is entered.
   */
  take(config: Config, it: Case, progress: FreeBusyProgress, size: i32, seen: SeenObjects): bool {
    const status = this.call.status(this.tag);
    const isOfEvents = progress.step == FreeBusyStep.EVENTS;
    if (status != 207) {
      // Where nobody can put a VFREEBUSY, there is none.
      if (!isOfEvents && lacksSuch(status)) return this.complete(progress);
      refuse(it, status);
      return false;
    }
    // RFC 4791, 7.10: without Depth it is 0, which is the calendar without what is in it.
    if (it.request.depth == Depth.ZERO || it.request.depth == Depth.ABSENT) return this.complete(progress);
    collector.begin(config, it, seen, isOfEvents, progress.periods);
    const ok = this.call.readMultistatus(rewriter, collector, size);
    collector.settle();
    rewriter.release();
    collector.release();
    if (!ok || collector.isUncertain) it.decision.refuse(503, Reason.UPSTREAM);
    else if (!collector.isKnown) it.decision.refuseWith(Precondition.SUPPORTED_REPORT, Reason.UPSTREAM);
    else if (collector.isCut || progress.periods.overflow) {
      it.decision.refuseWith(Precondition.NUMBER_OF_MATCHES, Reason.UPSTREAM);
    } else if (isOfEvents) progress.step = FreeBusyStep.PERIODS;
    else return this.complete(progress);
    return false;
  }

  /** The text of the answer, valid until the next one. */
  answer(progress: FreeBusyProgress): Writer {
    calendar.release(KEEP);
    progress.periods.settle();
    fillRandom(UID, 16);
    writeFreeBusy(progress.periods, now() / 1000, UID, calendar);
    return calendar;
  }

  /** Gives back memory that is outside of garbage collection, when the configuration is no longer used. */
  free(): void {
    this.path.release(0);
  }

  /** Only a server that answers the filter's query is one that has just not the report. */
  private complete(progress: FreeBusyProgress): bool {
    if (progress.isFallback) this.lacksUntil = now() + BELIEVED;
    return true;
  }
}

/** A server that has no such report, or filter, says so in one of these ways. */
export function lacksSuch(status: i32): bool {
  return status == 400 || status == 403 || status == 405 || status == 415 || status == 422 || status == 501;
}

function refuse(it: Case, status: i32): void {
  if (status == 404 || status == 410) it.decision.refuse(404, Reason.NOT_READABLE);
  else if (status == 401) it.decision.refuse(502, Reason.UPSTREAM);
  else if (lacksSuch(status)) it.decision.refuseWith(Precondition.SUPPORTED_REPORT, Reason.UPSTREAM);
  else it.decision.refuse(503, Reason.UPSTREAM);
}
