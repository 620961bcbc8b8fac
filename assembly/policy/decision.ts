import { Privilege } from "./privilege";

/** What is to be done with a request. */
export namespace Verdict {
  /** Send it on. */
  export const PASS: i32 = 0;
  /** Refuse it with the status and reason below. */
  export const REFUSE: i32 = 1;
  /** Answer OPTIONS in the server's place. */
  export const ANSWER_OPTIONS: i32 = 2;
  /** Redirect to the context path (RFC 6764, section 5). */
  export const REDIRECT: i32 = 3;
  /** Answer a multiget in the server's place: nothing that it names can be seen. */
  export const ANSWER_MULTIGET: i32 = 4;
}

/** Why; goes to metrics and access logs, never into an answer. */
export namespace Reason {
  export const OWNER: i32 = 0;
  export const SHARE: i32 = 1;
  export const PUBLIC: i32 = 2;
  export const OTHER_PATH: i32 = 3;
  export const DISCOVERY: i32 = 4;
  export const NOT_SIGNED_IN: i32 = 5;
  export const OUTSIDE_LAYOUT: i32 = 6;
  export const NOT_READABLE: i32 = 7;
  export const LACKS_PRIVILEGE: i32 = 8;
  export const METHOD: i32 = 9;
  export const AMBIGUOUS_PATH: i32 = 10;
  export const BAD_HEADER: i32 = 11;
  export const DEPTH: i32 = 12;
  export const DESTINATION: i32 = 13;
  export const CONTENT_ENCODING: i32 = 14;
  export const TOO_LARGE: i32 = 15;
  export const SHARING: i32 = 16;
  export const BAD_BODY: i32 = 17;
  export const UNKNOWN_REPORT: i32 = 18;
  export const TOO_MANY_HREFS: i32 = 19;
  export const AMBIGUOUS_IDENTITY: i32 = 20;
  export const BLOCKED: i32 = 21;
  export const UPSTREAM: i32 = 22;
  export const PRECONDITION: i32 = 23;
  export const REDACTED: i32 = 24;
  export const HIDDEN_PROPERTY: i32 = 25;
  export const TROUBLE: i32 = 26;
}

export const REASON_NAMES: string[] = [
  "owner",
  "share",
  "public",
  "other_path",
  "discovery",
  "not_signed_in",
  "outside_layout",
  "not_readable",
  "lacks_privilege",
  "method",
  "ambiguous_path",
  "bad_header",
  "depth",
  "destination",
  "content_encoding",
  "too_large",
  "sharing",
  "bad_body",
  "unknown_report",
  "too_many_hrefs",
  "ambiguous_identity",
  "blocked",
  "upstream",
  "precondition",
  "redacted",
  "hidden_property",
  "trouble",
];

/** A precondition that a 403 names (RFC 4918, 16). */
export namespace Precondition {
  export const NONE: i32 = 0;
  export const NEED_PRIVILEGES: i32 = 1;
  export const PROPFIND_FINITE_DEPTH: i32 = 2;
  export const ALLOWED_PRINCIPAL: i32 = 3;
  export const SUPPORTED_REPORT: i32 = 4;
  export const NUMBER_OF_MATCHES: i32 = 5;
  export const SUPPORTED_FILTER: i32 = 6;
  export const VALID_SYNC_TOKEN: i32 = 7;
  export const SUPPORTED_CALENDAR_DATA: i32 = 8;
  export const VALID_CALENDAR_DATA: i32 = 9;
  export const VALID_FILTER: i32 = 10;
}

/** The resource that a `need-privileges` speaks of. */
export namespace Need {
  export const THIS: i32 = 0;
  export const PARENT: i32 = 1;
  export const DESTINATION: i32 = 2;
  export const DESTINATION_PARENT: i32 = 3;
}

/** What is to be done with one request, and how. Reused. */
export class Decision {
  verdict: i32 = Verdict.REFUSE;
  status: i32 = 500;
  reason: i32 = Reason.TROUBLE;
  precondition: i32 = Precondition.NONE;
  /** With NEED_PRIVILEGES: the one that is missing, and on what. */
  privilege: u32 = Privilege.NONE;
  need: i32 = Need.THIS;

  /** PUT by somebody who may only make new objects. */
  forceIfNoneMatch: bool = false;
  /** PUT by somebody who may only change what is there. */
  forceIfMatch: bool = false;
  /** PROPFIND of an object without a finite Depth. */
  forceDepthZero: bool = false;
  /** The request's body decides; hold it. */
  readsBody: bool = false;
  /** A 207 must be read: the person is not the owner of all that may be in it. */
  rewrites: bool = false;
  /** The person sees the calendar through a view: less than the server holds. */
  isView: bool = false;
  /** Whether what is written over may be written by somebody who sees it redacted is known only from the object. */
  guardsObject: bool = false;
  /** MOVE or COPY onto a place where something may be that the person does not see in full. */
  forceNoOverwrite: bool = false;
  /** Some events do not exist for the person: what a listing names has to be looked at first. */
  hidesObjects: bool = false;
  /** A free-busy-query that the filter answers itself, from what the server holds. */
  answersFreeBusy: bool = false;
  /** The body is an object by somebody who sees no alarms: those in it go, and those of the one it replaces stay. */
  mergesAlarms: bool = false;
  /** What is stored is not what the person sent, or not what they will see: an ETag would say that it is. */
  dropsEtag: bool = false;

  pass(reason: i32): void {
    this.reset();
    this.verdict = Verdict.PASS;
    this.status = 200;
    this.reason = reason;
  }

  refuse(status: i32, reason: i32): void {
    this.reset();
    this.verdict = Verdict.REFUSE;
    this.status = status;
    this.reason = reason;
  }

  refuseWith(precondition: i32, reason: i32): void {
    this.refuse(403, reason);
    this.precondition = precondition;
  }

  /** 403 that names the missing privilege (RFC 3744, 7.1.1). */
  lacks(privilege: u32, need: i32): void {
    this.refuse(403, Reason.LACKS_PRIVILEGE);
    this.precondition = Precondition.NEED_PRIVILEGES;
    this.privilege = privilege;
    this.need = need;
  }

  private reset(): void {
    this.precondition = Precondition.NONE;
    this.privilege = Privilege.NONE;
    this.need = Need.THIS;
    this.forceIfNoneMatch = false;
    this.forceIfMatch = false;
    this.forceDepthZero = false;
    this.readsBody = false;
    this.rewrites = false;
    this.isView = false;
    this.guardsObject = false;
    this.forceNoOverwrite = false;
    this.hidesObjects = false;
    this.answersFreeBusy = false;
    this.mergesAlarms = false;
    this.dropsEtag = false;
  }
}
