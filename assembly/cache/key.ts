import { Slice } from "../bytes/slice";
import { Writer } from "../bytes/writer";
import { Method } from "../dav/method";
import { ResourcePath } from "../dav/path";
import { Depth } from "../dav/request";
import { CanonicalBody } from "./canonical_body";

/** Bytes of what identifies a policy. */
export const POLICY_SIZE: i32 = 16;

/** Another number whenever keys or entries are laid out differently: an older module may share this Envoy's data. */
const FORMAT: u8 = 1;

/** What kind of read a key is of. HEAD is answered from what GET got; what HEAD got must not be stored. */
namespace ReadKind {
  export const NONE: u8 = 0;
  export const GET: u8 = 1;
  export const PROPFIND: u8 = 2;
  export const REPORT: u8 = 3;
}

/**
 * All that the answer to a read depends on, and the key made of it. Two reads have the same key only when they are by
 * the same person, under the same policy, of the same resource, and ask for the same thing: every field is of fixed
 * size or has its length before it, and the body, in its canonical form, comes last. Reused: `clear`, set what there
 * is, then `write`.
 */
export class ReadKey {
  /** Where the 16 bytes are that say which configuration decided. */
  policy: usize = 0;
  isSignedIn: bool = false;
  /** The person's name, when signed in. */
  readonly person: Slice = new Slice();
  /** What else tells apart what the server is told about who asks; a keyed hash, or empty. */
  readonly identity: Slice = new Slice();
  /** `:scheme` and `:authority`: another server may be behind another host, and servers write hrefs with both. */
  readonly scheme: Slice = new Slice();
  readonly authority: Slice = new Slice();
  /**
   * Request headers that the answer depends on, as the client sent them; empty when there was none, or when the server
   * is not sent it. `Prefer` (RFC 8144), `Brief`, `Accept`, `Accept-Encoding`, `Accept-Language`, and
   * `CalDAV-Timezones` (RFC 7809, 7.1).
   */
  readonly prefer: Slice = new Slice();
  readonly brief: Slice = new Slice();
  readonly accept: Slice = new Slice();
  readonly acceptEncoding: Slice = new Slice();
  readonly acceptLanguage: Slice = new Slice();
  readonly timezones: Slice = new Slice();
  /** The request's body. */
  readonly body: Slice = new Slice();
  private canonical: CanonicalBody = new CanonicalBody();

  clear(): void {
    this.policy = 0;
    this.isSignedIn = false;
    this.person.clear();
    this.identity.clear();
    this.scheme.clear();
    this.authority.clear();
    this.prefer.clear();
    this.brief.clear();
    this.accept.clear();
    this.acceptEncoding.clear();
    this.acceptLanguage.clear();
    this.timezones.clear();
    this.body.clear();
  }

  /**
   * Adds the key of a read to `out`, whose ceiling is that of a key: `method` is a `Method`, `path` a path that was
   * parsed, `depth` a `Depth` (of no matter for GET), `maxDepth` the nesting of the body's elements. False when the
   * read has no key and is not to be cached, and then nothing was added: another method, a query, a Depth that is none,
   * a body where there should be none or the other way round, one without a canonical form, or too much of anything.
   */
  write(method: i32, path: ResourcePath, depth: i32, maxDepth: i32, out: Writer): bool {
    const start = out.len;
    if (this.fields(method, path, depth, out) && this.content(method, maxDepth, out) && !out.overflow) return true;
    out.len = start;
    return false;
  }

  private fields(method: i32, path: ResourcePath, depth: i32, out: Writer): bool {
    const kind = kindOf(method);
    if (kind == ReadKind.NONE || this.policy == 0 || path.hasQuery || depth == Depth.INVALID) return false;
    if (path.count == 0 && !path.isCollection) return false;
    out.byte(FORMAT);
    out.byte(kind);
    out.bytes(this.policy, POLICY_SIZE);
    out.byte(this.isSignedIn ? 1 : 0);
    if (this.isSignedIn) field(out, this.person);
    field(out, this.identity);
    field(out, this.scheme);
    field(out, this.authority);
    out.byte(path.isCollection ? 1 : 0);
    out.word(path.count);
    for (let i = 0; i < path.count; i++) {
      out.word(path.len(i));
      out.bytes(path.ptr(i), path.len(i));
    }
    if (kind != ReadKind.GET) out.byte(<u8>depth);
    field(out, this.prefer);
    field(out, this.brief);
    field(out, this.accept);
    field(out, this.acceptEncoding);
    field(out, this.acceptLanguage);
    field(out, this.timezones);
    return true;
  }

  /** The body. A PROPFIND may do without (RFC 4918, 9.1), a report cannot. */
  private content(method: i32, maxDepth: i32, out: Writer): bool {
    if (this.body.isEmpty) return method != Method.REPORT;
    if (method == Method.GET || method == Method.HEAD) return false;
    return this.canonical.write(this.body.ptr, this.body.len, maxDepth, out);
  }
}

function kindOf(method: i32): u8 {
  if (method == Method.GET || method == Method.HEAD) return ReadKind.GET;
  if (method == Method.PROPFIND) return ReadKind.PROPFIND;
  return method == Method.REPORT ? ReadKind.REPORT : ReadKind.NONE;
}

function field(out: Writer, value: Slice): void {
  const len = max(value.len, 0);
  out.word(len);
  out.bytes(value.ptr, len);
}
