import { text, Text } from "../bytes/text";
import { setFilterState } from "../host/property";
import { Case } from "../policy/decide";
import { REASON_NAMES, Verdict } from "../policy/decision";

const PRINCIPAL: Text = text("caldav.principal");
const OWNER: Text = text("caldav.owner");
const CALENDAR: Text = text("caldav.calendar");
const DECISION: Text = text("caldav.decision");
const REASON: Text = text("caldav.reason");
const ALLOWED: Text = text("allowed");
const REFUSED: Text = text("refused");
const REASONS: Text[] = REASON_NAMES.map<Text>((name: string): Text => text(name));

/**
 * Leaves what was decided in Envoy's filter state, as `wasm.caldav.decision` and so on, where access logs and later
 * filters find it. Only what is there is set: a host call costs about a microsecond.
 */
export function publishDecision(it: Case): void {
  const decision = it.decision;
  const resource = it.request.resource;
  const verdict = decision.verdict == Verdict.REFUSE ? REFUSED : ALLOWED;
  setFilterState(DECISION, verdict.ptr, verdict.len);
  if (decision.reason >= 0 && decision.reason < REASONS.length) {
    const reason = unchecked(REASONS[decision.reason]);
    setFilterState(REASON, reason.ptr, reason.len);
  }
  if (it.person.isSignedIn) setFilterState(PRINCIPAL, it.person.name.ptr, it.person.name.len);
  if (resource.user.len > 0) setFilterState(OWNER, resource.user.ptr, resource.user.len);
  if (resource.calendar.len > 0) setFilterState(CALENDAR, resource.calendar.ptr, resource.calendar.len);
}
