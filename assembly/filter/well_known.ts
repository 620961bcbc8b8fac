import { Slice } from "../bytes/slice";
import { text, Text } from "../bytes/text";
import { Method } from "../dav/method";
import { Case } from "../policy/decide";
import { Reason, Verdict } from "../policy/decision";

const WELL_KNOWN: Text = text(".well-known");
const CALDAV: Text = text("caldav");

const segment = new Slice();

/**
 * Decides a request for `/.well-known/caldav` (RFC 6764, 5): before any sign-in, for the methods that discovery uses.
 * False, with nothing decided, for any other path.
 */
export function decideWellKnown(it: Case): bool {
  const path = it.request.path;
  if (!it.request.pathIsPlain || path.count != 2) return false;
  segment.set(path.ptr(0), path.len(0));
  if (!segment.is(WELL_KNOWN)) return false;
  segment.set(path.ptr(1), path.len(1));
  if (!segment.is(CALDAV)) return false;
  const method = it.request.method;
  const decision = it.decision;
  if (method == Method.GET || method == Method.HEAD || method == Method.PROPFIND || method == Method.OPTIONS) {
    decision.pass(Reason.DISCOVERY);
    decision.verdict = Verdict.REDIRECT;
  } else decision.refuse(405, Reason.METHOD);
  return true;
}
