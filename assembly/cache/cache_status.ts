import { Slice } from "../bytes/slice";
import { text, Text } from "../bytes/text";
import { tokenEnd } from "../bytes/http_token";
import { Writer } from "../bytes/writer";

/** Why a request went on to the server (RFC 9211, 2.2). */
export namespace Forward {
  /** It did not: a hit. */
  export const NONE: i32 = 0;
  /** The cache was configured not to handle it. */
  export const BYPASS: i32 = 1;
  /** The method's semantics require it. */
  export const METHOD: i32 = 2;
  /** Nothing is stored for the URI. */
  export const URI_MISS: i32 = 3;
  /** Something is stored for the URI, but not for these headers. */
  export const VARY_MISS: i32 = 4;
  /** There is nothing stored, for either reason. */
  export const MISS: i32 = 5;
  /** The client asked for it. */
  export const REQUEST: i32 = 6;
  export const STALE: i32 = 7;
  export const PARTIAL: i32 = 8;
}

const FORWARDS: Text[] = [
  text("; hit"),
  text("; fwd=bypass"),
  text("; fwd=method"),
  text("; fwd=uri-miss"),
  text("; fwd=vary-miss"),
  text("; fwd=miss"),
  text("; fwd=request"),
  text("; fwd=stale"),
  text("; fwd=partial"),
];
const CACHE: Text = text("caldav");
const COMMA: Text = text(", ");
const FWD_STATUS: Text = text("; fwd-status=");
const TTL: Text = text("; ttl=");
const STORED: Text = text("; stored");
const COLLAPSED: Text = text("; collapsed");
const DETAIL: Text = text("; detail=");

/** What `ttl` is when there is none. */
export const NO_TTL: i64 = i64.MIN_VALUE;
/** The largest Integer of structured fields (RFC 8941, 3.3.1). */
const MAX_INTEGER: i64 = 999999999999999;

/** What became of a request in the cache, for `Cache-Status` (RFC 9211). Reused: `clear` first. */
export class CacheStatus {
  forward: i32 = Forward.NONE;
  /** The status of the server's answer where the client's is another; 0: not said. */
  forwardStatus: i32 = 0;
  /** For how many more seconds it is fresh; negative when it is stale. */
  ttl: i64 = NO_TTL;
  stored: bool = false;
  /** Another request that was under way did for this one. */
  collapsed: bool = false;
  /** Further words, of ASCII; written as a token where they are one. */
  detail: Text | null = null;

  clear(): void {
    this.forward = Forward.NONE;
    this.forwardStatus = 0;
    this.ttl = NO_TTL;
    this.stored = false;
    this.collapsed = false;
    this.detail = null;
  }

  /**
   * Writes the value of the header: what the server's answer said already (`upstream`, empty when nothing; left out
   * when nobody could read it), then this cache, as the one closer to the client.
   */
  write(upstream: Slice, out: Writer): void {
    if (isReadable(upstream)) {
      out.bytes(upstream.ptr, upstream.len);
      out.text(COMMA);
    }
    out.text(CACHE);
    if (this.forward >= 0 && this.forward < FORWARDS.length) out.text(unchecked(FORWARDS[this.forward]));
    if (this.forwardStatus > 0) number(out, FWD_STATUS, this.forwardStatus);
    if (this.ttl != NO_TTL) number(out, TTL, max(min(this.ttl, MAX_INTEGER), -MAX_INTEGER));
    if (this.stored) out.text(STORED);
    if (this.collapsed) out.text(COLLAPSED);
    const detail = this.detail;
    if (detail === null) return;
    out.text(DETAIL);
    writeItem(out, detail);
  }
}

function number(out: Writer, name: Text, value: i64): void {
  out.text(name);
  out.decimal(value);
}

/** Writes a sf-token, or a sf-string with what cannot stand in one left out (RFC 8941, 3.3.3 and 3.3.4). */
function writeItem(out: Writer, value: Text): void {
  const end = value.ptr + <usize>value.len;
  if (value.len > 0 && (load<u8>(value.ptr) | 32) - 97 < 26 && tokenEnd(value.ptr, end) == end) {
    out.text(value);
    return;
  }
  out.byte(0x22);
  for (let p = value.ptr; p < end; p++) {
    const c = load<u8>(p);
    if (c < 0x20 || c >= 0x7f) continue;
    if (c == 0x22 || c == 0x5c) out.byte(0x5c);
    out.byte(c);
  }
  out.byte(0x22);
}

/**
 * True when a list of other caches holds something, and nothing that would swallow what is added to it: its bytes are
 * printable ASCII, its strings end, and so does not a comma.
 */
function isReadable(list: Slice): bool {
  let inString = false;
  let last: u8 = 0x2c;
  for (let i = 0; i < list.len; i++) {
    const c = load<u8>(list.ptr + <usize>i);
    if (c == 0x09 ? inString : c < 0x20 || c >= 0x7f) return false;
    if (inString && c == 0x5c) i++;
    else if (c == 0x22) inString = !inString;
    if (c > 0x20) last = c;
  }
  return !inString && last != 0x2c;
}
