import { HeaderMap } from "../abi/types";
import { Writer } from "../bytes/writer";
import { encodeEntityTag } from "../dav/entity_tags";
import { removeHeader, replaceHeader } from "../host/headers";
import { Case } from "../policy/decide";
import { viewCode } from "../policy/grant_view";
import * as Names from "./names";
import { ResponseHeaders } from "./response_headers";
import { Plugin } from "./root";

const tag = new Writer(4096);

/** A view has tags of its own, and what describes the server's bytes does not describe the view's. */
export function setViewHeaders(plugin: Plugin, it: Case, headers: ResponseHeaders): void {
  headers.removeOfBytes();
  const etag = headers.etag;
  if (etag.len == 0) return;
  tag.reset();
  if (!it.decision.dropsEtag && encodeEntityTag(plugin.tags, viewCode(it.grant), etag.ptr, etag.len, tag)) {
    replaceHeader(HeaderMap.RESPONSE, Names.ETAG, tag.ptr, tag.len);
  } else removeHeader(HeaderMap.RESPONSE, Names.ETAG.ptr, Names.ETAG.len);
}
