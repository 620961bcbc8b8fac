import { Writer } from "../bytes/writer";
import { skipSpace } from "../xml/chars";
import { HeldOutput } from "../xml/held_output";
import { XmlMisc, XmlSink } from "../xml/sink";
import { XmlStream } from "../xml/stream";
import { XmlTag } from "../xml/tag";
import { Answers, Fate } from "./multistatus_answers";
import { CalendarDataPipe } from "./multistatus_calendar_data";
import { MAX_HEAD, ResponseFrame, ResponseStack } from "./multistatus_frame";
import { HrefText } from "./multistatus_href";
import { davElement, DavElement, isOutcome } from "./multistatus_names";
import { writeNotFound, writeOpenedRoot } from "./multistatus_parts";
import { MultistatusPolicy } from "./multistatus_policy";
import { PropertyReplacement } from "./multistatus_replacement";
import { newRoles, Role, roleOf, setRole } from "./multistatus_role";

/** A depth that no element has: nothing that comes is looked at any more. */
const NEVER: i32 = i32.MAX_VALUE;
/** Memory that is kept from one use to the next, in bytes for each buffer. */
const KEEP: i32 = 16 << 10;

/**
 * Filters the body of a 207 (RFC 4918, 13; RFC 6578, 3.6) for one person, as a stream and in constant memory. What the
 * person may not see disappears: responses at any depth, DAV:acl; what depends on the person is answered by the policy.
 * Everything else passes byte for byte. Anything out of order fails closed.
 * `begin`, then `write` and take `out` any number of times, then `finish` and `release`. Make few and use them again: some of
 * their memory lies outside of garbage collection and is never freed.
 */
export class MultistatusRewriter extends XmlSink {
  /** Bytes of one response held while it may be withheld, at most; a larger one is. To be set before `begin`. */
  maxHeld: i32 = 16 << 20;

  private failed: bool = false;
  private stream: XmlStream = new XmlStream();
  private output: HeldOutput = new HeldOutput(96 << 20);
  private injected: Writer = new Writer(8 << 20);
  private rootClosed: bool = false;
  /** The roles of the open elements, by depth. */
  private roles: usize = newRoles();
  private responses: ResponseStack = new ResponseStack();
  private answers: Answers = new Answers();
  /** The depth of the element that is being left out, or 0; and whether its end tag stays. */
  private skip: i32 = 0;
  private skipKeepsEnd: bool = false;

  private href: HrefText = new HrefText();
  private errorHref: HrefText = new HrefText();
  private hrefMark: i64 = 0;
  private hrefTextMark: i64 = 0;
  private calendarData: CalendarDataPipe = new CalendarDataPipe(32 << 20);
  private replacement: PropertyReplacement = new PropertyReplacement();

  /** Begins with a body. `options` are of `MultistatusOption`. */
  begin(policy: MultistatusPolicy, options: i32): void {
    this.release();
    this.failed = false;
    this.answers.begin(policy, options);
    this.stream.begin();
    this.responses.clear();
    this.responses.maxHeld = this.maxHeld;
    this.rootClosed = false;
    setRole(this.roles, 0, Role.OTHER);
    this.skip = 0;
    this.skipKeepsEnd = false;
  }

  /** Lets go of the policy, of what is in `out`, and of memory that a large body took. Nothing is taken before `begin`. */
  release(): void {
    this.failed = true;
    this.answers.end(KEEP);
    this.stream.release(KEEP);
    this.output.begin(KEEP);
    this.injected.release(KEEP);
    this.href.release(KEEP);
    this.errorHref.release(KEEP);
    this.calendarData.release(KEEP);
    this.replacement.release(KEEP);
  }

  /** Adds a response with status 404 for an href, given as XML text, at the end. To be called before the end comes. */
  appendNotFound(href: usize, len: i32): void {
    writeNotFound(href, len, true, this.injected);
  }

  /** What is ready after a `write`. The caller asks for it anew each time, takes what is in it, and resets it. */
  get out(): Writer {
    return this.output.out;
  }

  /** Takes the next chunk, cut anywhere. False when the body cannot be filtered, now or before. */
  write(ptr: usize, len: i32): bool {
    if (this.failed) return false;
    if (!this.stream.write(ptr, len, this)) this.fail();
    this.output.suspend(this.responses.heldFrom());
    if (this.output.overflow || this.injected.overflow) this.fail();
    return !this.failed;
  }

  /** True when the body was a complete multistatus. */
  finish(): bool {
    return !this.failed && this.stream.finish();
  }

  symbol(namespace: i32, local: usize, localLen: i32): i32 {
    return davElement(namespace, local, localLen);
  }

  start(tag: XmlTag, ptr: usize, len: i32, depth: i32): void {
    if (this.skip != 0) return;
    const element = tag.symbol;
    const parent = roleOf(this.roles, depth - 1);
    setRole(this.roles, depth, Role.OTHER);
    if (depth == 1) this.startRoot(element, tag, ptr, len);
    else if (parent == Role.REPLACED) {
      setRole(this.roles, depth, Role.REPLACED);
      this.replacement.element();
    } else if (parent == Role.HREF || parent == Role.CALENDAR_DATA) this.drop(this.responses.open - 1, false);
    else if (element == DavElement.RESPONSE) this.startResponse(parent, tag, ptr, len, depth);
    else if (parent == Role.MULTISTATUS) this.startInMultistatus(element, tag, ptr, len, depth);
    else if (parent == Role.RESPONSE) this.startInResponse(element, tag, ptr, len, depth);
    else if (parent == Role.PROP) this.startProperty(tag, ptr, len, depth);
    else if (parent == Role.PROPSTAT && element == DavElement.PROP) {
      setRole(this.roles, depth, Role.PROP);
      this.output.add(ptr, len);
    } else if (parent == Role.PROPSTAT && !isOutcome(element)) this.leaveOut(tag, depth);
    else if (parent == Role.ERROR || parent == Role.ERROR_HREF) this.startInError(element, tag, ptr, len, depth);
    else {
      if (parent == Role.PROPSTAT && element == DavElement.ERROR) setRole(this.roles, depth, Role.ERROR);
      this.output.add(ptr, len);
    }
    if (this.output.position > this.responses.checkAt) this.checkHeld();
  }

  private startRoot(element: i32, tag: XmlTag, ptr: usize, len: i32): void {
    setRole(this.roles, 1, Role.MULTISTATUS);
    this.rootClosed = tag.selfClosing;
    if (element != DavElement.MULTISTATUS) this.fail();
    else if (!tag.selfClosing || this.injected.len == 0) this.output.add(ptr, len);
    else writeOpenedRoot(tag, ptr, len, this.injected, this.output.writer());
  }

  private startInMultistatus(element: i32, tag: XmlTag, ptr: usize, len: i32, depth: i32): void {
    if (element == DavElement.SYNC_TOKEN) this.settleFate(this.answers.rewriteOf(tag), tag, ptr, len, depth);
    else if (element == DavElement.RESPONSE_DESCRIPTION) this.output.add(ptr, len);
    else this.leaveOut(tag, depth);
  }

  private startResponse(parent: u8, tag: XmlTag, ptr: usize, len: i32, depth: i32): void {
    if (parent == Role.RESPONSE && !this.endHead(false)) return;
    if (parent == Role.PROP) this.responses.last.propstatMark = -1;
    if (tag.selfClosing) return;
    if (!this.responses.enter(depth, this.output.position, this.href.length)) return this.fail();
    setRole(this.roles, depth, Role.RESPONSE);
    this.output.add(ptr, len);
  }

  // @ts-ignore: decorator
  @inline
  private startInResponse(element: i32, tag: XmlTag, ptr: usize, len: i32, depth: i32): void {
    const frame = this.responses.last;
    if (element == DavElement.HREF) {
      if (frame.head) this.startHref(frame, tag, ptr, len, depth);
      else if (frame.mark >= 0) this.drop(this.responses.open - 1, false);
      else this.leaveOut(tag, depth);
      return;
    }
    if (!this.endHead(element == DavElement.STATUS)) return;
    if (element == DavElement.PROPSTAT) {
      // Several hrefs go with a status only.
      if (frame.hrefs > 1) return this.leaveOut(tag, depth);
      frame.propstats++;
      if (tag.selfClosing) frame.propstatsKept++;
      else {
        setRole(this.roles, depth, Role.PROPSTAT);
        frame.propstatMark = this.output.position;
        this.responses.watch(frame.propstatMark + MAX_HEAD);
        frame.removed = false;
      }
    } else if (!isOutcome(element)) return this.leaveOut(tag, depth);
    else if (element == DavElement.ERROR) setRole(this.roles, depth, Role.ERROR);
    this.output.add(ptr, len);
  }

  /** Preconditions such as DAV:need-privileges name other resources by their hrefs (RFC 3744, 7.1.1). */
  private startInError(element: i32, tag: XmlTag, ptr: usize, len: i32, depth: i32): void {
    const isHref = element == DavElement.HREF;
    if ((isHref && tag.selfClosing) || roleOf(this.roles, depth - 1) == Role.ERROR_HREF)
      return this.leaveOut(tag, depth);
    setRole(this.roles, depth, isHref ? Role.ERROR_HREF : Role.ERROR);
    if (isHref) this.errorHref.begin(0);
    else this.output.add(ptr, len);
  }

  // @ts-ignore: decorator
  @inline
  private startHref(frame: ResponseFrame, tag: XmlTag, ptr: usize, len: i32, depth: i32): void {
    frame.hrefs++;
    if (tag.selfClosing) return;
    setRole(this.roles, depth, Role.HREF);
    this.hrefMark = this.output.position;
    this.output.add(ptr, len);
    this.hrefTextMark = this.output.position;
    this.href.begin(frame.hrefBase);
  }

  // @ts-ignore: decorator
  @inline
  private endHref(ptr: usize, len: i32): void {
    const frame = this.responses.last;
    const href = this.href;
    const isVisible = href.finish() && this.answers.isVisible(this.responses.open - 1, href);
    if (!isVisible || !this.answers.mapHref(href, this.hrefTextMark, this.output)) {
      return this.output.rewind(this.hrefMark);
    }
    frame.visible++;
    frame.hrefAt = href.at;
    frame.hrefLen = href.len;
    this.output.add(ptr, len);
  }

  /**
   * Something other than an href comes in the response, or its end: now it is known whether it may pass. With `status`,
   * any number of hrefs may have come. False when it was dropped.
   */
  private endHead(status: bool): bool {
    const frame = this.responses.last;
    if (!frame.head) return true;
    frame.head = false;
    if (frame.visible == 0 || (frame.hrefs > 1 && !status)) {
      this.drop(this.responses.open - 1, false);
      return false;
    }
    this.answers.findFilter(frame);
    // What may be withheld stays held to its end.
    if (this.answers.filter === null && !frame.needsProof) frame.mark = -1;
    else this.responses.watch(frame.mark + <i64>this.maxHeld);
    return true;
  }

  // @ts-ignore: decorator
  @inline
  private startProperty(tag: XmlTag, ptr: usize, len: i32, depth: i32): void {
    const frame = this.responses.last;
    if (!this.answers.recall(this.responses.open - 1, frame, this.href)) return this.fail();
    const fate = this.answers.fateOf(tag, frame);
    if (fate == Fate.REMOVED || fate == Fate.CHECKED || fate == Fate.PROVED) frame.removed = true;
    else frame.propstatMark = -1;
    this.settleFate(fate, tag, ptr, len, depth);
  }

  private settleFate(fate: i32, tag: XmlTag, ptr: usize, len: i32, depth: i32): void {
    if (fate == Fate.REMOVED) return this.leaveOut(tag, depth);
    if (fate != Fate.CHECKED && fate != Fate.PROVED) this.output.add(ptr, len);
    if (fate == Fate.KEPT || tag.selfClosing) return;
    if (fate == Fate.EMPTIED) {
      this.skip = depth;
      this.skipKeepsEnd = true;
    } else if (fate == Fate.REPLACED || fate == Fate.PROVED) {
      setRole(this.roles, depth, Role.REPLACED);
      this.replacement.begin(tag, depth, fate == Fate.PROVED);
    } else {
      setRole(this.roles, depth, Role.CALENDAR_DATA);
      this.calendarData.begin(fate == Fate.CHECKED);
    }
  }

  end(ptr: usize, len: i32, depth: i32): void {
    if (this.skip != 0) {
      if (depth != this.skip) return;
      this.skip = 0;
      if (this.skipKeepsEnd) this.output.add(ptr, len);
      this.skipKeepsEnd = false;
      return;
    }
    switch (roleOf(this.roles, depth)) {
      case Role.HREF:
        this.endHref(ptr, len);
        break;
      case Role.RESPONSE:
        this.endResponse(ptr, len);
        break;
      case Role.PROPSTAT:
        this.endPropstat(ptr, len);
        break;
      case Role.CALENDAR_DATA:
        this.endCalendarData(ptr, len);
        break;
      case Role.REPLACED:
        this.endReplaced(ptr, len, depth);
        break;
      case Role.ERROR_HREF:
        if (this.errorHref.finish()) this.answers.addHref(this.errorHref, this.output);
        break;
      case Role.MULTISTATUS:
        this.rootClosed = true;
        this.output.add(this.injected.ptr, this.injected.len);
        this.output.add(ptr, len);
        break;
      default:
        this.output.add(ptr, len);
    }
    if (this.output.position > this.responses.checkAt) this.checkHeld();
  }

  // @ts-ignore: decorator
  @inline
  private endPropstat(ptr: usize, len: i32): void {
    const frame = this.responses.last;
    const emptied = frame.propstatMark >= 0 && frame.removed;
    if (emptied) this.output.rewind(frame.propstatMark);
    else {
      frame.propstatsKept++;
      this.output.add(ptr, len);
    }
    frame.propstatMark = -1;
  }

  private endCalendarData(ptr: usize, len: i32): void {
    const filter = this.answers.filter;
    if (filter === null || !this.calendarData.end(filter, this.output)) return this.drop(this.responses.open - 1, true);
    if (this.calendarData.hasText) this.responses.last.isProven = true;
    if (!this.calendarData.discards) this.output.add(ptr, len);
  }

  private endReplaced(ptr: usize, len: i32, depth: i32): void {
    if (depth != this.replacement.depth) return this.replacement.element();
    const mark = this.output.position;
    this.replacement.finish(this.answers.policy, this.output);
    if (this.responses.open > 0 && this.answers.policy.isProven()) this.responses.last.isProven = true;
    if (this.replacement.discards) this.output.rewind(mark);
    else this.output.add(ptr, len);
  }

  // @ts-ignore: decorator
  @inline
  private endResponse(ptr: usize, len: i32): void {
    const level = this.responses.open - 1;
    const frame = this.responses.last;
    if (this.endHead(true)) {
      if (!this.answers.recall(level, frame, this.href)) return this.fail();
      if (!this.answers.isUnproven(frame)) {
        this.answers.addPropstats(frame, level == 0, this.output);
        this.output.add(ptr, len);
        return this.close(level);
      }
      this.drop(level, true);
    }
    // Its end is here: nothing is left to leave out.
    if (!this.failed) this.skip = 0;
  }

  text(ptr: usize, len: i32, depth: i32, cdata: bool): void {
    if (this.skip != 0) return;
    switch (roleOf(this.roles, depth)) {
      case Role.HREF:
        this.href.text(ptr, len, cdata);
        this.output.add(ptr, len);
        break;
      case Role.CALENDAR_DATA: {
        const filter = this.answers.filter;
        if (filter != null) this.calendarData.text(ptr, len, cdata, filter, this.output);
        break;
      }
      case Role.REPLACED:
        this.replacement.text(ptr, len, cdata);
        break;
      case Role.ERROR_HREF:
        this.errorHref.text(ptr, len, cdata);
        break;
      case Role.ERROR:
      case Role.OTHER:
        this.output.add(ptr, len);
        break;
      default:
        // Between the elements of a multistatus there are only blanks.
        if (!cdata && skipSpace(ptr, ptr + <usize>len) == ptr + <usize>len) this.output.add(ptr, len);
    }
    if (this.output.position > this.responses.checkAt) this.checkHeld();
  }

  misc(kind: i32, ptr: usize, len: i32, depth: i32): void {
    if (this.rootClosed && kind == XmlMisc.INSTRUCTION) this.fail();
    if (this.skip != 0) return;
    const role = roleOf(this.roles, depth);
    if (role == Role.CALENDAR_DATA) this.calendarData.boundary();
    else if (role == Role.REPLACED) this.replacement.boundary();
    else if (role == Role.ERROR_HREF) this.errorHref.boundary();
    else {
      if (role == Role.HREF) this.href.boundary();
      this.output.add(ptr, len);
    }
    if (this.output.position > this.responses.checkAt) this.checkHeld();
  }

  settle(): void {
    this.output.flush();
  }

  /** Drops the response that has become too much to hold. */
  private checkHeld(): void {
    const level = this.responses.tooLong(this.output.position);
    if (level >= 0) this.drop(level, !this.responses.at(level).head);
  }

  /**
   * Takes an open response back, and leaves out what is still to come of it. With `withheld`, a calendar-data filter
   * wants it so.
   */
  private drop(level: i32, withheld: bool): void {
    if (level < 0) return this.fail();
    const frame = this.responses.at(level);
    if (frame.mark < 0) return this.fail();
    this.output.rewind(frame.mark);
    if (withheld) this.answers.addWithheld(frame, this.href, this.output);
    this.skip = frame.depth;
    this.skipKeepsEnd = false;
    this.close(level);
  }

  /** Forgets the open responses from this level on. */
  private close(level: i32): void {
    this.responses.open = level;
    this.href.length = this.responses.at(level).hrefBase;
  }

  private leaveOut(tag: XmlTag, depth: i32): void {
    if (!tag.selfClosing) this.skip = depth;
  }

  private fail(): void {
    this.failed = true;
    this.skip = NEVER;
  }
}
