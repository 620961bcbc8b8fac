import { text, Text } from "../bytes/text";
import { Writer } from "../bytes/writer";
import { escapeText } from "../xml/escape";
import { HeldOutput } from "../xml/held_output";
import { XmlTag } from "../xml/tag";
import { ResponseFrame } from "./multistatus_frame";
import { HrefText, MAX_HREF } from "./multistatus_href";
import { DavElement } from "./multistatus_names";
import { writeForbiddenAcl, writeNotFound, writeOwnProperties } from "./multistatus_parts";
import { CalendarDataFilter, MultistatusOption, MultistatusPolicy, Rewrite, SeesNothing } from "./multistatus_policy";

/** What becomes of a property. */
export namespace Fate {
  export const KEPT: i32 = 0;
  export const REMOVED: i32 = 1;
  /** Its tags stay, without what is in it. */
  export const EMPTIED: i32 = 2;
  /** Its text goes through `Answers.filter`. */
  export const FILTERED: i32 = 3;
  /** As FILTERED, but only to see whether it passes: nothing of it stays. */
  export const CHECKED: i32 = 4;
  export const REPLACED: i32 = 5;
  /** As REPLACED, but nothing of it stays. */
  export const PROVED: i32 = 6;
}

const HREF_OPEN: Text = text('<D:href xmlns:D="DAV:">');
const HREF_CLOSE: Text = text("</D:href>");

/** Stands in where no policy was given; one for all. */
const NOBODY: MultistatusPolicy = new SeesNothing();

/** Asks the policy what a multistatus raises, and writes its answers. */
export class Answers {
  policy: MultistatusPolicy = NOBODY;
  /** The filter for the calendar-data of the response that was asked about last, or null. */
  filter: CalendarDataFilter | null = null;
  private options: i32 = 0;
  /** The level of that response. */
  private asked: i32 = -1;
  private mapped: Writer = new Writer(MAX_HREF);

  begin(policy: MultistatusPolicy, options: i32): void {
    this.policy = policy;
    this.options = options;
    this.asked = -1;
    this.filter = null;
  }

  /** Lets go of the policy, and gives memory back that is larger than `keep` bytes. */
  end(keep: i32): void {
    this.policy = NOBODY;
    this.filter = null;
    this.mapped.release(keep);
  }

  private has(option: i32): bool {
    return (this.options & option) != 0;
  }

  /** Whether the href of a response of this level may be seen. */
  isVisible(level: i32, href: HrefText): bool {
    this.asked = level;
    return this.policy.visible(href.ptr, href.len);
  }

  /** Adds a DAV:href in an error, if the resource may be named there. Nothing of it was put out before. */
  addHref(href: HrefText, output: HeldOutput): void {
    if (!this.policy.mayName(href.ptr, href.len)) return;
    this.mapped.reset();
    const isMapped = this.policy.mapHref(href.ptr, href.len, this.mapped);
    const out = output.writer();
    out.text(HREF_OPEN);
    if (isMapped) escapeText(this.mapped.ptr, this.mapped.len, out);
    else escapeText(href.ptr, href.len, out);
    out.text(HREF_CLOSE);
  }

  /** The head of a response has ended: asks for its filter, and whether it needs one. */
  findFilter(frame: ResponseFrame): void {
    const isOne = frame.hrefs == 1;
    this.filter = isOne && !this.has(MultistatusOption.NAMES_ONLY) ? this.policy.calendarData() : null;
    // Of several hrefs each would need its own.
    frame.needsProof = isOne ? this.policy.needsProof() : this.has(MultistatusOption.PROVES_ALL);
  }

  /** Makes the policy look at this response again when it was asked about one inside. False when it is not seen now. */
  recall(level: i32, frame: ResponseFrame, hrefs: HrefText): bool {
    if (this.asked == level) return true;
    this.asked = level;
    if (!this.policy.visible(hrefs.ptrAt(frame.hrefAt), frame.hrefLen)) return false;
    this.findFilter(frame);
    return true;
  }

  /** What becomes of a property of the response that was asked about last. */
  fateOf(tag: XmlTag, frame: ResponseFrame): i32 {
    const isTag = tag.symbol == DavElement.GETETAG;
    if (isTag && this.has(MultistatusOption.ENTITY_TAG_NOT_ASKED)) return frame.needsProof ? Fate.PROVED : Fate.REMOVED;
    if (this.has(MultistatusOption.NAMES_ONLY)) return isTag && frame.needsProof ? Fate.REPLACED : Fate.EMPTIED;
    switch (tag.symbol) {
      case DavElement.CURRENT_USER_PRIVILEGE_SET:
        frame.privilegesSeen = true;
        return Fate.REMOVED;
      case DavElement.CURRENT_USER_PRINCIPAL:
        frame.principalSeen = true;
        return Fate.REMOVED;
      case DavElement.ACL:
        if (this.policy.aclVisible()) break;
        frame.aclSeen = true;
        return Fate.REMOVED;
      case DavElement.CALENDAR_DATA:
        if (this.has(MultistatusOption.DATA_NOT_ASKED)) return this.filter !== null ? Fate.CHECKED : Fate.REMOVED;
        if (this.filter !== null) return Fate.FILTERED;
    }
    return this.rewriteOf(tag);
  }

  /** True when a response has ended that may not be shown. One with a status only tells nothing that needs proof. */
  isUnproven(frame: ResponseFrame): bool {
    if (!frame.needsProof || frame.isProven) return false;
    if (frame.propstats > 0) this.policy.lacksProof();
    return frame.propstats > 0 || this.has(MultistatusOption.PROVES_ALL);
  }

  /** What becomes of an element that only the policy knows of. */
  rewriteOf(tag: XmlTag): i32 {
    switch (this.policy.rewriteProperty(tag.namespace, tag.local, tag.localLen)) {
      case Rewrite.DROP:
        return Fate.REMOVED;
      case Rewrite.REPLACE:
        return Fate.REPLACED;
      default:
        return Fate.KEPT;
    }
  }

  /**
   * Adds the propstats that the filter answers itself at the end of a response. One that has lost all of its own gets an
   * empty one.
   */
  addPropstats(frame: ResponseFrame, outermost: bool, output: HeldOutput): void {
    if (frame.propstats == 0 || this.has(MultistatusOption.NAMES_ONLY)) return;
    const privileges = frame.privilegesSeen || (outermost && this.has(MultistatusOption.PRIVILEGES));
    const principal = frame.principalSeen || (outermost && this.has(MultistatusOption.PRINCIPAL));
    if (privileges || principal || (frame.propstatsKept == 0 && !frame.aclSeen)) {
      writeOwnProperties(this.policy, privileges, principal, output.writer());
    }
    if (frame.aclSeen) writeForbiddenAcl(output.writer());
  }

  /** Puts the href that the person knows in the place of what was put out from `position` on, if it is another. */
  mapHref(href: HrefText, position: i64, output: HeldOutput): bool {
    this.mapped.reset();
    if (!this.policy.mapHref(href.ptr, href.len, this.mapped)) return true;
    output.rewind(position);
    escapeText(this.mapped.ptr, this.mapped.len, output.writer());
    return !this.mapped.overflow;
  }

  /** Adds what stands for a withheld response. */
  addWithheld(frame: ResponseFrame, hrefs: HrefText, output: HeldOutput): void {
    if (!this.has(MultistatusOption.WITHHELD_NOT_FOUND)) return;
    const href = hrefs.ptrAt(frame.hrefAt);
    const mapped = this.mapped;
    mapped.reset();
    if (!this.policy.mapHref(href, frame.hrefLen, mapped)) mapped.bytes(href, frame.hrefLen);
    if (!mapped.overflow) writeNotFound(mapped.ptr, mapped.len, false, output.writer());
  }
}
