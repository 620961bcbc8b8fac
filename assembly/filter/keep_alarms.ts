import { BufferKind } from "../abi/types";
import { equal } from "../bytes/slice";
import { Writer } from "../bytes/writer";
import { copyBody, replaceBody } from "../host/body";
import { AlarmMerge, Merge } from "../policy/alarm_merge";
import { Case } from "../policy/decide";
import { Precondition, Reason } from "../policy/decision";
import { viewOf } from "../policy/grant_view";
import { Redactor } from "../policy/redaction";
import { View } from "../policy/redaction_view";
import { writeLength } from "./judge_body";
import { Plugin } from "./root";

/** Memory that is kept from one body to the next, in bytes. */
const KEEP: i32 = 256 << 10;

/** One of each for all streams: a body is merged in one go. */
const sent = new Writer(80 << 20);
const merged = new Writer(80 << 20);
const shown = new Writer(20 << 20);
const merge = new AlarmMerge();
const redactor = new Redactor();
const view = new View();

/**
 * Gives the held body, of `size` bytes and with a Content-Length, the alarms of the object that the guard looked at last
 * (of none, when there is none), and takes its own out: who sends it sees no alarms. When the body could not be kept
 * from losing them, it is refused. In a request callback, or a call's callback after the stream was entered.
 */
export function keepAlarms(plugin: Plugin, it: Case, size: i32): void {
  sent.release(KEEP);
  merged.release(KEEP);
  shown.release(KEEP);
  const decision = it.decision;
  if (size > 0 && !copyBody(BufferKind.REQUEST_BODY, size, sent)) return decision.refuse(503, Reason.TROUBLE);
  const result = merge.merge(plugin.guard.object, sent, plugin.config.limits.requestBody, merged);
  if (merged.overflow) return decision.refuse(503, Reason.TROUBLE);
  if (result == Merge.TOO_LARGE) return decision.refuse(413, Reason.TOO_LARGE);
  if (result == Merge.UNMERGEABLE) return decision.refuse(403, Reason.REDACTED);
  if (result == Merge.UNREADABLE) return decision.refuseWith(Precondition.VALID_CALENDAR_DATA, Reason.BAD_BODY);
  // Alarms are in UTF-8, as the server sent them, and cannot be put into a text in another encoding.
  if (result == Merge.WRITTEN && !it.request.isUtf8) {
    return decision.refuseWith(Precondition.VALID_CALENDAR_DATA, Reason.BAD_BODY);
  }
  const stored = result == Merge.WRITTEN ? merged : sent;
  // RFC 4791, 5.3.4: with an ETag the client would not fetch what it has now.
  decision.dropsEtag = sent.len != size || !showsAs(it, stored);
  if (result == Merge.UNCHANGED) return;
  // The body last: when it is too large for Envoy's buffer, the stream has ended then.
  const isReady = writeLength(merged.len, true);
  if (!isReady || !replaceBody(BufferKind.REQUEST_BODY, size, merged.ptr, merged.len)) {
    decision.refuse(500, Reason.TROUBLE);
  }
}

/** True when the person will see just what they sent. */
function showsAs(it: Case, stored: Writer): bool {
  viewOf(it.grant, view);
  redactor.begin(view, false);
  redactor.write(stored.ptr, stored.len);
  return redactor.end(shown) && equal(shown.ptr, shown.len, sent.ptr, sent.len);
}
