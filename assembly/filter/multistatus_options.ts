import { MultistatusOption } from "../dav/multistatus_policy";
import { BodyKind } from "../dav/report";
import { RequestBody } from "../dav/request_body";
import { BodyPlan } from "../policy/decide_body";

/** What of a request shapes its multistatus: `MultistatusOption`s. */
export function optionsOf(body: RequestBody, plan: BodyPlan): i32 {
  return (
    (body.asksPrivileges ? MultistatusOption.PRIVILEGES : 0) |
    (body.asksPrincipal ? MultistatusOption.PRINCIPAL : 0) |
    (body.namesOnly ? MultistatusOption.NAMES_ONLY : 0) |
    (plan.addsTag && !body.namesOnly ? MultistatusOption.ENTITY_TAG_NOT_ASKED : 0) |
    (plan.addsData ? MultistatusOption.DATA_NOT_ASKED : 0) |
    (answersWithheld(body) ? MultistatusOption.WITHHELD_NOT_FOUND : 0)
  );
}

/**
 * True where an object that may not be seen is answered with 404: the client named it itself, or it asks what changed
 * since, and what became hidden is gone (RFC 6578, 3.5.2).
 */
function answersWithheld(body: RequestBody): bool {
  if (body.kind == BodyKind.SYNC_COLLECTION) return body.syncToken.len > 0;
  return body.kind == BodyKind.CALENDAR_MULTIGET;
}
