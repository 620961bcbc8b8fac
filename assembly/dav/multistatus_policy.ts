import { Writer } from "../bytes/writer";

/** What the request asked for, as far as it shapes the answer. */
export namespace MultistatusOption {
  /** DAV:propname: properties have no values. */
  export const NAMES_ONLY: i32 = 1;
  /** DAV:current-user-privilege-set was asked for by name: it is added even where the server left it out. */
  export const PRIVILEGES: i32 = 2;
  /** As PRIVILEGES, for DAV:current-user-principal. */
  export const PRINCIPAL: i32 = 4;
  /** What a calendar-data filter withholds was asked for by its href (multiget): it is answered with 404. */
  export const WITHHELD_NOT_FOUND: i32 = 8;
  /** The proxy asked for calendar-data to learn what may be seen; the client did not, and does not get it. */
  export const DATA_NOT_ASKED: i32 = 16;
  /** As DATA_NOT_ASKED, for DAV:getetag. */
  export const ENTITY_TAG_NOT_ASKED: i32 = 32;
  /** Responses that need proof need it even where they have a status only. */
  export const PROVES_ALL: i32 = 64;
}

/** What becomes of a property in a response. */
export namespace Rewrite {
  export const KEEP: i32 = 0;
  export const DROP: i32 = 1;
  /** `replaceProperty` is asked for what stands in it. */
  export const REPLACE: i32 = 2;
}

/** Filters what is in a CALDAV:calendar-data (RFC 4791, 9.6). */
export abstract class CalendarDataFilter {
  /** A calendar-data begins. */
  abstract begin(): void;

  /**
   * Takes the next piece of its text, decoded (no XML left in it), cut anywhere, even inside a UTF-8 sequence. What is
   * written to `out`, which need not keep step with the input, is escaped by the caller.
   */
  abstract write(ptr: usize, len: i32, out: Writer): void;

  /** The text is complete. False: the person must not know of this resource, and its whole response goes. */
  abstract end(out: Writer): bool;
}

/**
 * What one person may see of a multistatus: the questions that a `MultistatusRewriter` asks. Those after `visible` are
 * about the href that it was asked for last.
 */
export abstract class MultistatusPolicy {
  /**
   * Whether the person may see the resource that an href names. The bytes are the text of the DAV:href, trimmed, without
   * XML escapes but percent-coded as it came; they are valid during the call. It is asked once for each href, and again
   * for a response whose properties held further responses.
   */
  abstract visible(ptr: usize, len: i32): bool;

  /** As `visible`, for an href in an error. It does not change what the other questions are about. */
  mayName(ptr: usize, len: i32): bool {
    return false;
  }

  /** Writes what stands in DAV:current-user-privilege-set, with the prefixes D for `DAV:` and C for CalDAV. */
  abstract privileges(out: Writer): void;

  /** Whether DAV:acl may be shown. */
  abstract aclVisible(): bool;

  /** Writes what stands in DAV:current-user-principal, with the same prefixes. */
  abstract currentUserPrincipal(out: Writer): void;

  /** The filter that the calendar-data of the response goes through, or null. */
  abstract calendarData(): CalendarDataFilter | null;

  /**
   * True when the response may only be shown on proof: calendar-data of it that has passed the filter (there must be
   * one), or a property that was replaced, after which `isProven`.
   */
  needsProof(): bool {
    return false;
  }

  /** True when what was last given to `replaceProperty` proves that the response may be shown. */
  isProven(): bool {
    return false;
  }

  /** A response that had properties ended without proof, and is withheld. */
  lacksProof(): void {}

  /**
   * What becomes of another property (`XmlNamespace`, local name). DAV:sync-token of a whole multistatus (RFC 6578,
   * 6.4) is asked for too.
   */
  rewriteProperty(namespace: i32, local: usize, localLen: i32): i32 {
    return Rewrite.KEEP;
  }

  /** Writes what stands in a property instead, as XML, given the text in it as it came, decoded (at most 64 KiB). */
  replaceProperty(namespace: i32, local: usize, localLen: i32, value: usize, valueLen: i32, out: Writer): void {}

  /**
   * Writes the href (percent-coded, not XML-escaped) that the person knows a visible resource by, and gives true; false
   * when it stays.
   */
  mapHref(ptr: usize, len: i32, out: Writer): bool {
    return false;
  }
}

/** The policy of a rewriter that was given none. */
export class SeesNothing extends MultistatusPolicy {
  visible(ptr: usize, len: i32): bool {
    return false;
  }

  privileges(out: Writer): void {}

  aclVisible(): bool {
    return false;
  }

  currentUserPrincipal(out: Writer): void {}

  calendarData(): CalendarDataFilter | null {
    return null;
  }
}
