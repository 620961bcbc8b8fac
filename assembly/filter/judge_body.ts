import { BufferKind, HeaderMap, Status } from "../abi/types";
import { Slice } from "../bytes/slice";
import { Writer } from "../bytes/writer";
import { BodyKind } from "../dav/report";
import { RequestBodies } from "../dav/request_bodies";
import { RequestBody } from "../dav/request_body";
import { copyBody, replaceBody } from "../host/body";
import { removeHeader, replaceHeader } from "../host/headers";
import { Case } from "../policy/decide";
import { BodyPlan, decideBody, refuseBody } from "../policy/decide_body";
import { Reason, Verdict } from "../policy/decision";
import * as Names from "./names";
import { Response } from "./response";
import { Plugin } from "./root";

/** Memory that is kept from one body to the next, in bytes. */
const KEEP: i32 = 256 << 10;

/** One of each for all streams: a body is judged in one go. */
const bodies = new RequestBodies();
const noBody = new RequestBody();
const plan = new BodyPlan();
const bytes = new Writer(80 << 20);
const number = new Writer(32);

/** What was judged last, as the client sent it; valid until the next body is judged. */
class Judged {
  /** A value of `BodyKind`. */
  kind: i32 = 0;
  readonly body: Slice = new Slice();
  /** It names what lies outside of the collection that is asked. */
  leavesCollection: bool = false;
  /** Of a sync-collection, decoded; empty where there is none. */
  readonly syncToken: Slice = new Slice();

  /** A request without a body. */
  clear(): void {
    this.kind = BodyKind.NONE;
    this.body.clear();
    this.leavesCollection = false;
    this.syncToken.clear();
  }
}

export const judged = new Judged();

/**
 * Decides with the held body of `size` bytes, and puts what the server is to get of it in its place. The outcome is in
 * `it.decision`; `response` learns what shapes the answer. In a request body or trailers callback only.
 */
export function judgeBody(
  plugin: Plugin,
  it: Case,
  size: i32,
  authority: Slice,
  hasContentLength: bool,
  response: Response,
): void {
  const limits = plugin.config.limits;
  bytes.release(KEEP);
  if (size > 0 && !copyBody(BufferKind.REQUEST_BODY, size, bytes)) return it.decision.refuse(500, Reason.TROUBLE);
  if (size == 0) judgeNoBody(plugin, it, authority, response);
  else {
    const body = bodies.read(bytes.ptr, bytes.len, limits.xmlDepth, limits.multigetHrefs);
    if (!bodies.isValid) return refuseBody(it, body.error);
    decideBody(plugin.config, it, body, bytes.ptr, bytes.len, authority, plugin.tags, plan);
    plugin.freeBusy.choose(it, body.kind);
    response.expect(body, plan);
    judged.kind = body.kind;
    judged.body.set(bytes.ptr, bytes.len);
    judged.leavesCollection = plan.leavesCollection;
    judged.syncToken.set(body.syncToken.ptr, body.syncToken.len);
    if (response.lacksMemory) it.decision.refuse(503, Reason.TROUBLE);
  }
  if (it.decision.verdict != Verdict.PASS) return;
  // It may be only the body from which it is known that the answer has to be read.
  if (it.decision.rewrites || it.decision.isView) {
    removeHeader(HeaderMap.REQUEST, Names.ACCEPT_ENCODING.ptr, Names.ACCEPT_ENCODING.len);
  }
  if (!plan.isRewritten) {
    setBodyLength(size, hasContentLength);
    return;
  }
  // What was to be cut out of it must not go on. The body last: when it is too large for Envoy's buffer, the stream has
  // ended then.
  const rewritten = plan.rewritten;
  const isReady = writeLength(rewritten.len, hasContentLength);
  if (!isReady || !replaceBody(BufferKind.REQUEST_BODY, size, rewritten.ptr, rewritten.len)) {
    it.decision.refuse(500, Reason.TROUBLE);
  }
}

/** As `judgeBody`, for a request that came without a body; in the request headers callback too. */
export function judgeNoBody(plugin: Plugin, it: Case, authority: Slice, response: Response): void {
  noBody.clear();
  decideBody(plugin.config, it, noBody, 0, 0, authority, plugin.tags, plan);
  response.expect(noBody, plan);
  judged.clear();
}

/** The length of a held body is known, and some servers read no chunked bodies: it goes on with a Content-Length. */
export function setBodyLength(size: i32, hasContentLength: bool): void {
  if (!hasContentLength) writeLength(size, false);
}

/** Sets the Content-Length of a held body; false when the host does not take the header. */
export function writeLength(length: i32, hasContentLength: bool): bool {
  if (!hasContentLength) {
    removeHeader(HeaderMap.REQUEST, Names.TRANSFER_ENCODING.ptr, Names.TRANSFER_ENCODING.len);
  }
  number.reset();
  number.decimal(length);
  return replaceHeader(HeaderMap.REQUEST, Names.CONTENT_LENGTH, number.ptr, number.len) == Status.OK;
}
