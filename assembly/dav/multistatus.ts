import { Writer } from "../bytes/writer";
import { escapeText } from "../xml/escape";
import { HeldOutput } from "../xml/held_output";
import { XmlMisc, XmlSink } from "../xml/sink";
import { XmlStream } from "../xml/stream";
import { XmlTag } from "../xml/tag";
import { CalendarDataPipe } from "./multistatus_calendar_data";
import { MAX_NESTED, newFrames, ResponseFrame } from "./multistatus_frame";
import { HrefText, MAX_HREF } from "./multistatus_href";
import { davElement, DavElement } from "./multistatus_names";
import { writeForbiddenAcl, writeNotFound, writeOpenedRoot, writeOwnProperties } from "./multistatus_parts";
import { MultistatusOption, MultistatusPolicy, Rewrite, SeesNothing } from "./multistatus_policy";
import { PropertyReplacement } from "./multistatus_replacement";

/** What an open element is to the rewriter. */
namespace Role {
  /** Anything that is passed on with all that is in it. */
  export const OTHER: u8 = 0;
  export const MULTISTATUS: u8 = 1;
  export const RESPONSE: u8 = 2;
  /** The DAV:href that a response begins with. */
  export const HREF: u8 = 3;
  export const PROPSTAT: u8 = 4;
  export const PROP: u8 = 5;
  /** A calendar-data that goes through a filter. */
  export const CALENDAR_DATA: u8 = 6;
  /** A property that is replaced, and what stands in it. */
  export const REPLACED: u8 = 7;
}

/** A depth that no element has: nothing that comes is looked at any more. */
const NEVER: i32 = i32.MAX_VALUE;
const MAX_ROLES: i32 = 1026;
/** Bytes of the head of a response or propstat that are held back, at most. */
const MAX_HEAD: i32 = 64 << 10;
/** Memory that is kept from one use to the next. */
const KEEP: i32 = 256 << 10;

/**
 * Filters the body of a 207 (RFC 4918, 13; RFC 6578, 3.6) for one person, as a stream and in constant memory. What the
 * person may not see disappears: responses at any depth, DAV:acl; what depends on the person is answered by the policy.
 * Everything else passes byte for byte. Anything out of order fails closed.
 *
 *     rewriter.begin(policy, options);
 *     rewriter.write(ptr, len);  // then take rewriter.out and reset it
 *     rewriter.finish();         // false: the body was no complete multistatus
 */
export class MultistatusRewriter extends XmlSink {
  /** Bytes of one response held while its calendar-data is filtered, at most; a larger one is withheld. */
  maxHeld: i32 = 16 << 20;

  private failed: bool = false;
  private options: i32 = 0;
  private policy: MultistatusPolicy = new SeesNothing();
  private stream: XmlStream = new XmlStream();
  private output: HeldOutput = new HeldOutput(96 << 20);
  private injected: Writer = new Writer(8 << 20);
  private rootClosed: bool = false;
  /** The roles of the open elements, by depth. */
  private roles: usize = heap.alloc(<usize>MAX_ROLES);
  private frames: StaticArray<ResponseFrame> = newFrames();
  /** How many responses are open, and which of them the policy was asked about last. */
  private open: i32 = 0;
  private asked: i32 = -1;
  /** The depth of the element that is being left out, or 0; and whether its end tag stays. */
  private skip: i32 = 0;
  private skipKeepsEnd: bool = false;

  private href: HrefText = new HrefText();
  private hrefMark: i64 = 0;
  private hrefTextMark: i64 = 0;
  private mapped: Writer = new Writer(MAX_HREF);
  private calendarData: CalendarDataPipe = new CalendarDataPipe(32 << 20);
  private replacement: PropertyReplacement = new PropertyReplacement();

  /** Begins with a body. `options` are of `MultistatusOption`. */
  begin(policy: MultistatusPolicy, options: i32): void {
    this.failed = false;
    this.options = options;
    this.policy = policy;
    this.stream.begin();
    this.output.begin(KEEP);
    this.injected.release(KEEP);
    this.href.release(KEEP);
    this.calendarData.release(KEEP);
    this.rootClosed = false;
    this.setRole(0, Role.OTHER);
    this.open = 0;
    this.asked = -1;
    this.skip = 0;
    this.skipKeepsEnd = false;
  }

  /** Adds a response with status 404 for an href, given as XML text, at the end. To be called before the end comes. */
  appendNotFound(href: usize, len: i32): void {
    writeNotFound(href, len, true, this.injected);
  }

  /** Adds DAV:response elements, given as XML that declares its own prefixes, at the end. */
  appendResponses(ptr: usize, len: i32): void {
    this.injected.bytes(ptr, len);
  }

  /** What is ready. The caller takes it after each `write`, and resets it. */
  get out(): Writer {
    return this.output.out;
  }

  /** Takes the next chunk, cut anywhere. False when the body cannot be filtered, now or before. */
  write(ptr: usize, len: i32): bool {
    if (this.failed) return false;
    this.output.resume();
    if (!this.stream.write(ptr, len, this)) this.fail();
    this.output.suspend(this.heldFrom());
    if (this.output.overflow || this.injected.overflow) this.fail();
    return !this.failed;
  }

  /** True when the body was a complete multistatus. */
  finish(): bool {
    return !this.failed && this.stream.finish();
  }

  /** The position from which on the output may still be taken back, or -1. */
  private heldFrom(): i64 {
    for (let i = 0; i < this.open; i++) {
      const frame = this.frame(i);
      if (frame.mark >= 0) return frame.mark;
      if (frame.propstatMark >= 0) return frame.propstatMark;
    }
    return -1;
  }

  start(tag: XmlTag, ptr: usize, len: i32, depth: i32): void {
    if (this.skip != 0) return;
    const element = davElement(tag.namespace, tag.local, tag.localLen);
    const parent = this.role(depth - 1);
    this.setRole(depth, Role.OTHER);
    if (depth == 1) this.startRoot(element, tag, ptr, len);
    else if (parent == Role.REPLACED) {
      this.setRole(depth, Role.REPLACED);
      this.replacement.element();
    } else if (parent == Role.HREF || parent == Role.CALENDAR_DATA) this.drop(this.open - 1, false);
    else if (element == DavElement.RESPONSE) this.startResponse(parent, tag, ptr, len, depth);
    else if (parent == Role.MULTISTATUS) this.startInMultistatus(element, tag, ptr, len, depth);
    else if (parent == Role.RESPONSE) this.startInResponse(element, tag, ptr, len, depth);
    else if (parent == Role.PROP) this.startProperty(element, tag, ptr, len, depth);
    else {
      if (parent == Role.PROPSTAT && element == DavElement.PROP) this.setRole(depth, Role.PROP);
      this.output.add(ptr, len);
    }
    this.checkHeld(len);
  }

  private startRoot(element: i32, tag: XmlTag, ptr: usize, len: i32): void {
    this.setRole(1, Role.MULTISTATUS);
    this.rootClosed = tag.selfClosing;
    if (element != DavElement.MULTISTATUS) this.fail();
    else if (!tag.selfClosing || this.injected.len == 0) this.output.add(ptr, len);
    else writeOpenedRoot(tag, ptr, len, this.injected, this.output.writer());
  }

  private startInMultistatus(element: i32, tag: XmlTag, ptr: usize, len: i32, depth: i32): void {
    if (element == DavElement.SYNC_TOKEN) this.startRewritten(tag, ptr, len, depth);
    else if (element == DavElement.RESPONSE_DESCRIPTION) this.output.add(ptr, len);
    else this.leaveOut(tag, depth);
  }

  private startResponse(parent: u8, tag: XmlTag, ptr: usize, len: i32, depth: i32): void {
    if (parent == Role.RESPONSE && !this.endHead(false)) return;
    if (parent == Role.PROP) this.keepPropstat();
    if (tag.selfClosing) return;
    if (this.open >= MAX_NESTED) return this.fail();
    this.frame(this.open++).begin(depth, this.output.position, this.href.length);
    this.setRole(depth, Role.RESPONSE);
    this.output.add(ptr, len);
  }

  private startInResponse(element: i32, tag: XmlTag, ptr: usize, len: i32, depth: i32): void {
    const frame = this.frame(this.open - 1);
    if (element == DavElement.HREF) {
      if (frame.head) this.startHref(frame, tag, ptr, len, depth);
      else if (frame.mark >= 0) this.drop(this.open - 1, false);
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
        this.setRole(depth, Role.PROPSTAT);
        frame.propstatMark = this.output.position;
        frame.removed = false;
      }
    }
    this.output.add(ptr, len);
  }

  private startHref(frame: ResponseFrame, tag: XmlTag, ptr: usize, len: i32, depth: i32): void {
    frame.hrefs++;
    if (tag.selfClosing) return;
    this.setRole(depth, Role.HREF);
    this.hrefMark = this.output.position;
    this.output.add(ptr, len);
    this.hrefTextMark = this.output.position;
    this.href.begin(frame.hrefBase);
  }

  private endHref(ptr: usize, len: i32): void {
    const frame = this.frame(this.open - 1);
    const href = this.href;
    const mapped = this.mapped;
    this.asked = this.open - 1;
    if (!href.finish() || !this.policy.visible(href.ptr, href.len)) return this.output.rewind(this.hrefMark);
    frame.hrefAt = href.at;
    frame.hrefLen = href.len;
    mapped.reset();
    if (this.policy.mapHref(href.ptr, href.len, mapped)) {
      if (mapped.overflow) return this.output.rewind(this.hrefMark);
      this.output.rewind(this.hrefTextMark);
      escapeText(mapped.ptr, mapped.len, this.output.writer());
    }
    frame.visible++;
    this.output.add(ptr, len);
  }

  /**
   * Something other than an href comes in the response, or its end: now it is known whether it may pass. With `status`,
   * any number of hrefs may have come. False when it was dropped.
   */
  private endHead(status: bool): bool {
    const frame = this.frame(this.open - 1);
    if (!frame.head) return true;
    frame.head = false;
    if (frame.visible == 0 || (frame.hrefs > 1 && !status)) {
      this.drop(this.open - 1, false);
      return false;
    }
    if (frame.hrefs == 1 && !this.has(MultistatusOption.NAMES_ONLY)) frame.filter = this.policy.calendarData();
    // What a filter may withhold stays held to its end.
    if (frame.filter == null) frame.mark = -1;
    return true;
  }

  private startProperty(element: i32, tag: XmlTag, ptr: usize, len: i32, depth: i32): void {
    const frame = this.frame(this.open - 1);
    if (this.has(MultistatusOption.NAMES_ONLY)) {
      this.keepPropstat();
      this.output.add(ptr, len);
      this.leaveOut(tag, depth);
      this.skipKeepsEnd = !tag.selfClosing;
      return;
    }
    this.ask(frame);
    switch (element) {
      case DavElement.CURRENT_USER_PRIVILEGE_SET:
        frame.privilegesSeen = true;
        return this.removeProperty(tag, depth);
      case DavElement.CURRENT_USER_PRINCIPAL:
        frame.principalSeen = true;
        return this.removeProperty(tag, depth);
      case DavElement.ACL:
        if (this.policy.aclVisible()) break;
        frame.aclSeen = true;
        return this.removeProperty(tag, depth);
      case DavElement.CALENDAR_DATA:
        if (frame.filter == null) break;
        this.keepPropstat();
        this.output.add(ptr, len);
        this.setRole(depth, Role.CALENDAR_DATA);
        return this.calendarData.begin();
    }
    this.startRewritten(tag, ptr, len, depth);
  }

  /** A property, or the sync-token of the whole, that the policy may keep, drop or replace. */
  private startRewritten(tag: XmlTag, ptr: usize, len: i32, depth: i32): void {
    const rewrite = this.policy.rewriteProperty(tag.namespace, tag.local, tag.localLen);
    if (rewrite == Rewrite.DROP) return this.removeProperty(tag, depth);
    this.keepPropstat();
    this.output.add(ptr, len);
    if (rewrite != Rewrite.REPLACE) return;
    this.setRole(depth, Role.REPLACED);
    this.replacement.begin(tag, depth);
  }

  private removeProperty(tag: XmlTag, depth: i32): void {
    if (this.open > 0) this.frame(this.open - 1).removed = true;
    this.leaveOut(tag, depth);
  }

  /** A property of the open propstat stays, so the propstat does. */
  private keepPropstat(): void {
    if (this.open > 0) this.frame(this.open - 1).propstatMark = -1;
  }

  end(ptr: usize, len: i32, depth: i32): void {
    if (this.skip != 0) {
      if (depth != this.skip) return;
      this.skip = 0;
      if (this.skipKeepsEnd) this.output.add(ptr, len);
      this.skipKeepsEnd = false;
      return;
    }
    switch (this.role(depth)) {
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
      case Role.MULTISTATUS:
        this.rootClosed = true;
        this.output.add(this.injected.ptr, this.injected.len);
        this.output.add(ptr, len);
        break;
      default:
        this.output.add(ptr, len);
    }
    this.checkHeld(len);
  }

  private endPropstat(ptr: usize, len: i32): void {
    const frame = this.frame(this.open - 1);
    const emptied = frame.propstatMark >= 0 && frame.removed;
    if (emptied) this.output.rewind(frame.propstatMark);
    else {
      frame.propstatsKept++;
      this.output.add(ptr, len);
    }
    frame.propstatMark = -1;
  }

  private endCalendarData(ptr: usize, len: i32): void {
    const filter = this.frame(this.open - 1).filter;
    if (filter == null || !this.calendarData.end(filter, this.output)) return this.drop(this.open - 1, true);
    this.output.add(ptr, len);
  }

  private endReplaced(ptr: usize, len: i32, depth: i32): void {
    if (depth != this.replacement.depth) return this.replacement.element();
    if (this.open > 0) this.ask(this.frame(this.open - 1));
    this.replacement.finish(this.policy, this.output);
    this.output.add(ptr, len);
  }

  private endResponse(ptr: usize, len: i32): void {
    const index = this.open - 1;
    const frame = this.frame(index);
    if (!this.endHead(true)) {
      // Its end is here: nothing is left to leave out.
      if (!this.failed) this.skip = 0;
      return;
    }
    if (frame.propstats > 0 && !this.has(MultistatusOption.NAMES_ONLY)) this.addPropstats(frame);
    this.output.add(ptr, len);
    this.close(index);
  }

  /** Adds what the filter answers itself. A response that has lost all of its propstats gets an empty one. */
  private addPropstats(frame: ResponseFrame): void {
    const outermost = this.open == 1;
    const privileges = frame.privilegesSeen || (outermost && this.has(MultistatusOption.PRIVILEGES));
    const principal = frame.principalSeen || (outermost && this.has(MultistatusOption.PRINCIPAL));
    this.ask(frame);
    if (privileges || principal || (frame.propstatsKept == 0 && !frame.aclSeen)) {
      writeOwnProperties(this.policy, privileges, principal, this.output.writer());
    }
    if (frame.aclSeen) writeForbiddenAcl(this.output.writer());
  }

  text(ptr: usize, len: i32, cdata: bool): void {
    if (this.skip != 0) return;
    switch (this.role(this.stream.depth)) {
      case Role.HREF:
        this.href.text(ptr, len, cdata);
        this.output.add(ptr, len);
        break;
      case Role.CALENDAR_DATA: {
        const filter = this.frame(this.open - 1).filter;
        if (filter != null) this.calendarData.text(ptr, len, cdata, filter, this.output);
        break;
      }
      case Role.REPLACED:
        this.replacement.text(ptr, len, cdata);
        break;
      default:
        this.output.add(ptr, len);
    }
    this.checkHeld(len);
  }

  misc(kind: i32, ptr: usize, len: i32): void {
    if (this.rootClosed && kind == XmlMisc.INSTRUCTION) this.fail();
    if (this.skip != 0) return;
    const role = this.role(this.stream.depth);
    if (role == Role.CALENDAR_DATA) this.calendarData.boundary();
    else if (role == Role.REPLACED) this.replacement.boundary();
    else {
      if (role == Role.HREF) this.href.boundary();
      this.output.add(ptr, len);
    }
    this.checkHeld(len);
  }

  settle(): void {
    this.output.flush();
  }

  /** Holds what is held to its bounds, after `len` more bytes of input. */
  private checkHeld(len: i32): void {
    if (this.open == 0 || this.skip != 0) return;
    const last = this.frame(this.open - 1);
    if (last.head) {
      last.headBytes += len;
      if (last.headBytes > MAX_HEAD) return this.drop(this.open - 1, false);
    }
    const position = this.output.position;
    for (let i = 0; i < this.open; i++) {
      const frame = this.frame(i);
      if (frame.mark >= 0 && position - frame.mark > <i64>this.maxHeld) return this.drop(i, true);
      if (frame.propstatMark >= 0 && position - frame.propstatMark > <i64>MAX_HEAD) frame.propstatMark = -1;
    }
  }

  /** Makes `frame`, the innermost open response, the one that the policy was asked about last. */
  private ask(frame: ResponseFrame): void {
    if (this.asked == this.open - 1) return;
    this.asked = this.open - 1;
    const href = this.href.ptrAt(frame.hrefAt);
    if (!this.policy.visible(href, frame.hrefLen)) return this.fail();
    frame.filter = this.policy.calendarData();
  }

  /**
   * Takes an open response back, and leaves out what is still to come of it. With `withheld`, a calendar-data filter
   * wants it so.
   */
  private drop(index: i32, withheld: bool): void {
    if (index < 0) return this.fail();
    const frame = this.frame(index);
    if (frame.mark < 0) return this.fail();
    this.output.rewind(frame.mark);
    if (withheld && this.has(MultistatusOption.WITHHELD_NOT_FOUND)) this.addNotFound(frame);
    this.skip = frame.depth;
    this.skipKeepsEnd = false;
    this.close(index);
  }

  private addNotFound(frame: ResponseFrame): void {
    const href = this.href.ptrAt(frame.hrefAt);
    this.mapped.reset();
    const out = this.output.writer();
    if (!this.policy.mapHref(href, frame.hrefLen, this.mapped)) writeNotFound(href, frame.hrefLen, false, out);
    else if (!this.mapped.overflow) writeNotFound(this.mapped.ptr, this.mapped.len, false, out);
  }

  /** Forgets the open responses from `index` on. */
  private close(index: i32): void {
    this.open = index;
    this.href.length = this.frame(index).hrefBase;
  }

  private leaveOut(tag: XmlTag, depth: i32): void {
    if (!tag.selfClosing) this.skip = depth;
  }

  private fail(): void {
    this.failed = true;
    this.skip = NEVER;
  }

  private has(option: i32): bool {
    return (this.options & option) != 0;
  }

  private frame(index: i32): ResponseFrame {
    return this.frames[index];
  }

  private role(depth: i32): u8 {
    return load<u8>(this.roles + <usize>depth);
  }

  private setRole(depth: i32, role: u8): void {
    store<u8>(this.roles + <usize>depth, role);
  }
}
