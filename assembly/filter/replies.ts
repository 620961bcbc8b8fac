import { Text, text } from "../bytes/text";
import { Writer } from "../bytes/writer";
import { writeNeedPrivileges, writePreconditionError } from "../dav/error_body";
import { ALLOW } from "../dav/method";
import { HeaderMap } from "../abi/types";
import { HeaderBlock } from "../host/header_block";
import { HeaderCursor } from "../host/headers";
import { sendReply } from "../host/reply";
import { Case } from "../policy/decide";
import { Need, Precondition } from "../policy/decision";
import * as Names from "./names";

const cursor = new HeaderCursor();
const NOT_SIGNED_IN: Text = text("Sign in to use this calendar.\n");
const NOT_FOUND: Text = text("Not Found\n");
const BAD_REQUEST: Text = text("Bad Request\n");
const METHOD_NOT_ALLOWED: Text = text("Method Not Allowed\n");
const PRECONDITION_FAILED: Text = text("Precondition Failed\n");
const TOO_LARGE: Text = text("The request is too large.\n");
const UNSUPPORTED: Text = text("Unsupported Media Type\n");
const TOO_MANY: Text = text("Too many failed sign-ins. Try again later.\n");
const BAD_GATEWAY: Text = text("Bad Gateway\n");
const TROUBLE: Text = text("Internal Server Error\n");
const UNAVAILABLE: Text = text("Service Unavailable\n");
const GATEWAY_TIMEOUT: Text = text("Gateway Timeout\n");
const FORBIDDEN: Text = text("Forbidden\n");

/** What a server that CalDAV clients can use says it is; the owner gets the server's own answer. */
const DAV_CLASSES: Text = text("1, 3, access-control, calendar-access");
const DETAILS: Text = text("caldav");

/** Answers in the server's place. One serves all streams of a root. */
export class Replies {
  private headers: HeaderBlock = new HeaderBlock();
  private body: Writer = new Writer(1 << 20);
  private href: Writer = new Writer(64 << 10);

  constructor(
    /** `WWW-Authenticate` of a 401. */
    readonly challenge: Text,
    /** `Vary` of every answer. */
    private vary: Text,
    private context: Text,
  ) {}

  /** Refuses as the decision says (contract, section 3, "How a refusal looks"). */
  refuse(it: Case): void {
    const decision = it.decision;
    this.begin();
    if (decision.status == 401) this.headers.addText(Names.WWW_AUTHENTICATE, this.challenge);
    if (decision.status == 405) this.headers.addText(Names.ALLOW, ALLOW);
    if (decision.precondition == Precondition.NONE) return this.send(decision.status, bodyOf(decision.status));
    this.headers.addText(Names.CONTENT_TYPE, Names.XML);
    if (decision.precondition == Precondition.NEED_PRIVILEGES) {
      this.href.reset();
      writeNeeded(it, this.href);
      writeNeedPrivileges(this.href, decision.privilege, this.body);
    } else writePreconditionError(decision.precondition, this.body);
    sendReply(decision.status, this.headers, this.body.ptr, this.body.len, DETAILS);
  }

  /** Refuses for longer: `Retry-After` in seconds. */
  refuseFor(status: i32, seconds: i64): void {
    this.begin();
    this.href.reset();
    this.href.decimal(max<i64>(seconds, 1));
    this.headers.add(Names.RETRY_AFTER, this.href.ptr, this.href.len);
    this.send(status, bodyOf(status));
  }

  /** The refusal of what is not there, whatever the server said. */
  notFound(): void {
    this.begin();
    this.send(404, NOT_FOUND);
  }

  /** The refusal of who is not signed in, in place of the server's. */
  notSignedIn(): void {
    this.begin();
    this.headers.addText(Names.WWW_AUTHENTICATE, this.challenge);
    this.send(401, NOT_SIGNED_IN);
  }

  /** An answer without more to say than its status. */
  plain(status: i32): void {
    this.begin();
    this.send(status, bodyOf(status));
  }

  options(): void {
    this.begin();
    this.headers.addText(Names.DAV, DAV_CLASSES);
    this.headers.addText(Names.ALLOW, ALLOW);
    sendReply(200, this.headers, 0, 0, DETAILS);
  }

  /** RFC 6764, section 5. */
  redirect(): void {
    this.begin();
    this.headers.addText(Names.LOCATION, this.context);
    sendReply(301, this.headers, 0, 0, DETAILS);
  }

  /**
   * A response in the place of the server's, with the headers that it has now. Envoy refuses a body that has become
   * larger than its buffers while it was held; a local reply may have any size.
   */
  resend(status: u32, body: Writer): void {
    this.headers.clear();
    if (!cursor.open(HeaderMap.RESPONSE)) return this.plain(502);
    while (cursor.next()) {
      const name = cursor.name;
      const isOfServer =
        load<u8>(name.ptr) == 0x3a || name.is(Names.CONTENT_LENGTH) || name.is(Names.TRANSFER_ENCODING);
      if (!isOfServer) this.headers.addPair(name.ptr, name.len, cursor.value.ptr, cursor.value.len);
    }
    sendReply(status, this.headers, body.ptr, body.len, DETAILS);
  }

  /** A finished 207; 503 when it did not fit. */
  multistatus(body: Writer): void {
    if (body.overflow) return this.plain(503);
    this.begin();
    this.headers.addText(Names.CONTENT_TYPE, Names.XML);
    sendReply(207, this.headers, body.ptr, body.len, DETAILS);
  }

  /** A finished text of iCalendar, with a `Cache-Status` or null; 503 when it did not fit. */
  calendar(body: Writer, cacheStatus: Writer | null): void {
    if (body.overflow) return this.plain(503);
    this.begin();
    if (cacheStatus !== null) this.headers.add(Names.CACHE_STATUS, cacheStatus.ptr, cacheStatus.len);
    this.headers.addText(Names.CONTENT_TYPE, Names.CALENDAR);
    sendReply(200, this.headers, body.ptr, body.len, DETAILS);
  }

  /** Gives back memory that is outside of garbage collection, when the configuration is no longer used. */
  free(): void {
    this.headers.free();
    this.body.release(0);
    this.href.release(0);
  }

  private begin(): void {
    this.headers.clear();
    this.body.reset();
    this.headers.addText(Names.CACHE_CONTROL, Names.PRIVATE_NO_CACHE);
    this.headers.addText(Names.VARY, this.vary);
  }

  private send(status: i32, body: Text): void {
    this.headers.addText(Names.CONTENT_TYPE, Names.PLAIN_TEXT);
    sendReply(status, this.headers, body.ptr, body.len, DETAILS);
  }
}

function bodyOf(status: i32): Text {
  if (status < 400) return Names.EMPTY;
  switch (status) {
    case 400:
      return BAD_REQUEST;
    case 401:
      return NOT_SIGNED_IN;
    case 404:
      return NOT_FOUND;
    case 405:
      return METHOD_NOT_ALLOWED;
    case 412:
      return PRECONDITION_FAILED;
    case 413:
      return TOO_LARGE;
    case 415:
      return UNSUPPORTED;
    case 429:
      return TOO_MANY;
    case 500:
      return TROUBLE;
    case 502:
      return BAD_GATEWAY;
    case 503:
      return UNAVAILABLE;
    case 504:
      return GATEWAY_TIMEOUT;
    default:
      return FORBIDDEN;
  }
}

/** The href of the resource on which a privilege is missing. */
function writeNeeded(it: Case, out: Writer): void {
  const there = it.decision.need >= Need.DESTINATION;
  const path = there ? it.request.destinationPath : it.request.path;
  const parent = it.decision.need == Need.PARENT || it.decision.need == Need.DESTINATION_PARENT;
  path.write(out, parent ? path.count - 1 : path.count, parent || path.isCollection);
}
