import { Slice } from "../bytes/slice";
import { Writer } from "../bytes/writer";
import { Config } from "../config/config";
import { decodeEntityTag } from "../dav/entity_tags";
import { Resource } from "../dav/layout";
import { Method } from "../dav/method";
import { ResourcePath } from "../dav/path";
import { readReference } from "../dav/reference";
import { Destination } from "../dav/request";
import { Case } from "./decide";
import { maySee } from "./decide_body";
import { Reason } from "./decision";
import { hidesObjects, isView, viewCode } from "./grant_view";
import { Grant } from "./shares";
import { ViewTags } from "./view_tag";

const path = new ResourcePath();
const resource = new Resource();
const grant = new Grant();

/**
 * An `If` header may name other resources in tags (RFC 4918, 10.4), and whether its condition holds tells of their
 * state. One that the person may not see does not exist for them: the condition fails, and the request with 412. A
 * view's entity tags become the server's in `out`, which then holds the header that goes on; a tag that is not of the
 * view matches nothing, and when no list could hold for that the request fails here: some servers do not read `If`.
 */
export function decideIf(config: Config, it: Case, authority: Slice, tags: ViewTags, out: Writer): void {
  const header = it.request.ifHeader;
  let at = header.ptr;
  let inList = false;
  // What the person has on the resource that the list at hand is about: at first on the Request-URI.
  let about = it.grant;
  let seesView = it.decision.isView;
  let written = at;
  let isNegated = false;
  let fails = false;
  let mayHold = false;
  out.reset();
  while (at < header.end) {
    const c = load<u8>(at++);
    if (c == 0x28 && !inList) {
      inList = true;
      fails = false;
      isNegated = false;
    } else if (c == 0x29 && inList) {
      inList = false;
      if (!fails) mayHold = true;
    } else if (c == 0x5b && inList) {
      // Of what is hidden some servers would say 412, of what is not there 404. Before a write the object is looked at.
      if (seesView && isRead(it.request.method) && hidesObjects(about)) {
        return it.decision.refuse(412, Reason.PRECONDITION);
      }
      const start = at;
      at = entityTagEnd(at, header.end);
      if (at == 0) return it.decision.refuse(400, Reason.BAD_HEADER);
      if (seesView) {
        out.bytes(written, <i32>(start - written));
        const isOfView = decodeEntityTag(tags, viewCode(about), start, <i32>(at - start) - 1, out);
        if (!isOfView && !isNegated) fails = true;
        written = at - 1;
      }
      isNegated = false;
    } else if (c == 0x3c) {
      const start = at;
      while (at < header.end && load<u8>(at) != 0x3e) at++;
      if (at >= header.end) return it.decision.refuse(400, Reason.BAD_HEADER);
      at++;
      isNegated = false;
      if (inList) continue;
      if (!isVisible(config, it, start, <i32>(at - start) - 1, authority)) {
        return it.decision.refuse(412, Reason.PRECONDITION);
      }
      seesView = resource.isInCalendar && isView(grant);
      about = grant;
    } else if (inList && isLetter(c)) {
      isNegated = true;
    } else if (c != 0x20 && c != 0x09) {
      // What is no `Not` either would be read in another way by each server.
      return it.decision.refuse(400, Reason.BAD_HEADER);
    }
  }
  if (inList) return it.decision.refuse(400, Reason.BAD_HEADER);
  if (!mayHold) return it.decision.refuse(412, Reason.PRECONDITION);
  if (out.len > 0) out.bytes(written, <i32>(header.end - written));
}

function isRead(method: i32): bool {
  return method == Method.GET || method == Method.HEAD || method == Method.PROPFIND || method == Method.REPORT;
}

/** What follows the `]` of an entity tag in brackets, whose begin is at `at`; 0 when it is none. */
function entityTagEnd(at: usize, end: usize): usize {
  if (at + 1 < end && load<u8>(at) == 0x57 && load<u8>(at, 1) == 0x2f) at += 2;
  if (at >= end || load<u8>(at) != 0x22) return 0;
  do at++;
  while (at < end && load<u8>(at) != 0x22);
  at++;
  return at < end && load<u8>(at) == 0x5d ? at + 1 : 0;
}

function isLetter(c: u8): bool {
  return (c | 32) - 97 < 26;
}

function isVisible(config: Config, it: Case, ptr: usize, len: i32, authority: Slice): bool {
  if (readReference(ptr, len, authority.ptr, authority.len, path) != Destination.HERE) return false;
  config.layout.classify(path, resource);
  return maySee(config, it, path, resource, grant);
}
