import { text, Text } from "../bytes/text";
import { sha256 } from "../bytes/sha256";
import { Slice } from "../bytes/slice";
import { Writer } from "../bytes/writer";
import { digest, DIGEST_SIZE } from "../cache/digest";
import { ReadKey } from "../cache/key";
import { Config, IdentitySource } from "../config/config";
import { ResourceKind } from "../dav/layout";
import { Method } from "../dav/method";
import { Depth } from "../dav/request";
import { Case } from "../policy/decide";
import { viewCode } from "../policy/grant_view";
import { CachedRead } from "./cached_read";
import { routeCluster } from "./own_call";
import { ReadHeader } from "./read_headers";
import { Upstream } from "./upstream";

const CHECKED: Text = text("check");
const TOKEN: Text = text("sync-token");
const identity = new Slice();
const value = new Slice();
const scratch = new Writer(64 << 10);
const hash = new StaticArray<u8>(32);

/** Under what the cache of one configuration keeps what it knows. */
export class CacheKeys {
  /** The key that was made last, but for those of reads. */
  readonly last: Writer = new Writer(64 << 10);
  private key: ReadKey = new ReadKey();
  private policy: StaticArray<u8> = new StaticArray<u8>(32);
  private secret: StaticArray<u8> = new StaticArray<u8>(32);
  private tokenDigest: StaticArray<u8> = new StaticArray<u8>(DIGEST_SIZE);
  private isBasic: bool;
  /** Who asks, or for whom, makes a difference to the server. */
  private isPersonal: bool;

  /** `policy`: the bytes of the configuration; `secret`: what clients cannot know and all workers do. */
  constructor(
    private config: Config,
    upstream: Upstream,
    policy: Writer,
    secret: Text,
  ) {
    this.isBasic = config.identity.source == IdentitySource.BASIC;
    this.isPersonal = upstream.tellsPerson;
    sha256(policy.ptr, policy.len, changetype<usize>(this.policy));
    sha256(secret.ptr, secret.len, changetype<usize>(this.secret));
  }

  /** Makes the key of a read, into the read; false when it has none. `ptr` and `len`: its body. */
  ofRead(it: Case, read: CachedRead, ptr: usize, len: i32): bool {
    const key = this.key;
    const headers = read.headers;
    const request = it.request;
    read.cluster.reset();
    value.clear();
    if (routeCluster(value)) read.cluster.bytes(value.ptr, value.len);
    if (read.cluster.overflow) return false;
    this.begin(it, read);
    headers.get(ReadHeader.PREFER, key.prefer);
    headers.get(ReadHeader.BRIEF, key.brief);
    headers.get(ReadHeader.ACCEPT, key.accept);
    if (!it.decision.rewrites && !it.decision.isView) headers.get(ReadHeader.ACCEPT_ENCODING, key.acceptEncoding);
    headers.get(ReadHeader.ACCEPT_LANGUAGE, key.acceptLanguage);
    headers.get(ReadHeader.TIMEZONES, key.timezones);
    key.body.set(ptr, len);
    read.key.reset();
    if (!key.write(request.method, request.path, request.depth, this.config.limits.xmlDepth, read.key)) return false;
    digest(changetype<usize>(this.secret), read.key.ptr, read.key.len, changetype<usize>(read.digest));
    return true;
  }

  /** Makes the key of the present sync-token of a read's calendar, in `last`; gives its digest, or 0. */
  ofToken(it: Case, read: CachedRead): usize {
    this.begin(it, read);
    this.last.reset();
    if (!this.key.write(Method.GET, it.request.path, Depth.ZERO, 1, this.last)) return 0;
    // A GET has nothing after this.
    this.last.text(TOKEN);
    const at = changetype<usize>(this.tokenDigest);
    digest(changetype<usize>(this.secret), this.last.ptr, this.last.len, at);
    return this.last.overflow ? 0 : at;
  }

  /**
   * Makes the key of what the server said last about the state of a read's collection, in `last`, and its digest in the
   * read: one for all, or for each person where the server is told who asks.
   */
  ofCheck(it: Case, read: CachedRead): usize {
    const key = this.last;
    const resource = it.request.resource;
    key.reset();
    key.text(CHECKED);
    key.bytes(changetype<usize>(this.policy), 16);
    key.byte(<u8>(resource.kind == ResourceKind.OBJECT ? ResourceKind.CALENDAR : resource.kind));
    addName(key, resource.user);
    addName(key, resource.calendar);
    read.headers.get(ReadHeader.AUTHORITY, value);
    addName(key, value);
    value.set(read.cluster.ptr, read.cluster.len);
    addName(key, value);
    if (this.isPersonal) addName(key, it.person.name);
    const at = changetype<usize>(read.checkDigest);
    digest(changetype<usize>(this.secret), key.ptr, key.len, at);
    return at;
  }

  /** Gives back memory that is outside of garbage collection, when the configuration is no longer used. */
  free(): void {
    this.last.release(0);
  }

  /** What the keys of all reads of a person begin with. */
  private begin(it: Case, read: CachedRead): void {
    const key = this.key;
    key.clear();
    key.policy = changetype<usize>(this.policy);
    key.isSignedIn = it.person.isSignedIn;
    key.person.set(it.person.name.ptr, it.person.name.len);
    this.writeIdentity(it, read);
    key.identity.set(identity.ptr, identity.len);
    read.headers.get(ReadHeader.SCHEME, key.scheme);
    read.headers.get(ReadHeader.AUTHORITY, key.authority);
  }

  /**
   * What the person may see here, since shares end, which server it is, and how that is told who asks. With `identity.basic` the
   * password is checked by itself; any other way of signing in to the server stands in the key, as a keyed hash.
   */
  private writeIdentity(it: Case, read: CachedRead): void {
    scratch.reset();
    scratch.word(it.grant.privileges);
    scratch.word(viewCode(it.grant));
    scratch.word(read.cluster.len);
    scratch.bytes(read.cluster.ptr, read.cluster.len);
    const hasCredentials = read.headers.has(ReadHeader.AUTHORIZATION) || read.headers.has(ReadHeader.COOKIE);
    if (this.isPersonal && !this.isBasic && hasCredentials) {
      const fixed = scratch.len;
      scratch.bytes(changetype<usize>(this.secret), 32);
      this.addHeader(read, ReadHeader.AUTHORIZATION);
      this.addHeader(read, ReadHeader.COOKIE);
      sha256(scratch.ptr + <usize>fixed, scratch.len - fixed, changetype<usize>(hash));
      scratch.len = fixed;
      scratch.bytes(changetype<usize>(hash), 32);
    }
    identity.set(scratch.ptr, scratch.len);
  }

  private addHeader(read: CachedRead, which: i32): void {
    read.headers.get(which, value);
    scratch.word(value.ptr == 0 ? -1 : value.len);
    scratch.bytes(value.ptr, value.len);
  }
}

function addName(key: Writer, name: Slice): void {
  key.word(name.len);
  key.bytes(name.ptr, name.len);
}
