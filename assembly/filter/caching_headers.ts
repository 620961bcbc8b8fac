import { HeaderMap } from "../abi/types";
import { text, Text } from "../bytes/text";
import { Writer } from "../bytes/writer";
import { ResourceKind } from "../dav/layout";
import { Method } from "../dav/method";
import { replaceHeader, replaceHeaderText } from "../host/headers";
import { Case } from "../policy/decide";
import { isView, viewCode } from "../policy/grant_view";
import { Privilege } from "../policy/privilege";
import { publicRightsOn } from "../policy/rights";
import { Grant } from "../policy/shares";
import { Subject } from "../policy/subject";
import * as Names from "./names";
import { ResponseHeaders } from "./response_headers";
import { Plugin } from "./root";

const PUBLIC_MAX_AGE: Text = text("public, max-age=");
const COMMA: Text = text(", ");
const everybody = new Grant();
const value = new Writer(4096);

/** Tells caches what they may keep (contract, section 6): what was seen through the filter is nobody else's. */
export function setCachingHeaders(plugin: Plugin, it: Case, headers: ResponseHeaders): void {
  const isOther = it.request.resource.kind == ResourceKind.OUTSIDE;
  if (isOther && !it.person.isSignedIn) return;
  headers.removeStale();
  const age = publicAge(plugin, it, headers);
  if (age > 0) {
    value.reset();
    value.text(PUBLIC_MAX_AGE);
    value.decimal(age);
    replaceHeader(HeaderMap.RESPONSE, Names.CACHE_CONTROL, value.ptr, value.len);
    // Everybody gets the very same: it depends on nothing but what the server says.
    if (!isView(everybody)) return;
  } else replaceHeaderText(HeaderMap.RESPONSE, Names.CACHE_CONTROL, Names.PRIVATE_NO_CACHE);
  if (headers.vary.len == 0) {
    replaceHeaderText(HeaderMap.RESPONSE, Names.VARY, plugin.vary);
    return;
  }
  value.reset();
  value.text(plugin.vary);
  value.text(COMMA);
  value.bytes(headers.vary.ptr, headers.vary.len);
  replaceHeader(HeaderMap.RESPONSE, Names.VARY, value.ptr, value.len);
}

/**
 * How many seconds a GET may be kept by anybody: only what everybody, signed in or not, sees just so, and never for
 * longer than that share lasts. 0: not at all. What everybody has is left in `everybody`.
 */
function publicAge(plugin: Plugin, it: Case, headers: ResponseHeaders): i64 {
  const method = it.request.method;
  if (method != Method.GET && method != Method.HEAD) return 0;
  const status = headers.status;
  if (status != 200 && status != 304 && status != 206) return 0;
  // A session that the server opens for one person.
  if (headers.hasSetCookie && plugin.upstream.isPassthrough) return 0;
  const config = plugin.config;
  if (it.request.resource.kind < ResourceKind.CALENDAR || !config.shares.names(Subject.ANYONE)) return 0;
  publicRightsOn(config.shares, it.request.resource, it.now, everybody);
  if (!(everybody.privileges & (Privilege.READ | Privilege.READ_BUSY))) return 0;
  const seesMore = it.isOwner ? isView(everybody) : viewCode(it.grant) != viewCode(everybody);
  if (seesMore) return 0;
  let age = <i64>config.publicMaxAge;
  if (everybody.until != 0) age = min(age, (everybody.until - it.now) / 1000);
  return age;
}
