import { decodeBase64 } from "../bytes/base64";
import { indexOf, lower, Slice, startsWith, startsWithFolded } from "../bytes/slice";
import { text, Text } from "../bytes/text";
import { Writer } from "../bytes/writer";
import { CertificateField, Config, IdentityConfig, IdentitySource } from "../config/config";
import { propertyPath, readProperty } from "../host/property";
import { commonNameOf } from "../policy/distinguished_name";
import { Person } from "../policy/person";
import { normalizeUserName } from "../policy/user_name";
import { IdentityHeaders, RequestHeaders } from "./request_headers";

const BASIC: Text = text("basic ");
const MTLS: Text = propertyPath(["connection", "mtls"]);
const URI_SAN: Text = propertyPath(["connection", "uri_san_peer_certificate"]);
const DNS_SAN: Text = propertyPath(["connection", "dns_san_peer_certificate"]);
const SUBJECT: Text = propertyPath(["connection", "subject_peer_certificate"]);
/** Envoy has no attribute for it: the set_filter_state filter in front puts %DOWNSTREAM_PEER_EMAIL_SAN% there. */
const EMAIL_SAN: Text = propertyPath(["filter_state", "caldav.email_san"]);
const DASH: Text = text("-");

/** Finds out who asks, from the one source that is configured (contract, section 2, `identity`). One for each root. */
export class Identity {
  readonly headers: IdentityHeaders;
  private source: i32;
  private lowercase: bool;
  private domain: Text;
  private field: i32;
  private prefix: Text;
  private claims: Text[];
  private groupClaims: Text[];
  private raw: Writer = new Writer(16 << 10);
  private name: Writer = new Writer(1024);
  private value: Slice = new Slice();

  constructor(config: Config) {
    const identity = config.identity;
    this.headers = new IdentityHeaders(
      text(identity.header),
      text(identity.groupsHeader),
      text(config.upstream.header),
    );
    this.source = identity.source;
    this.lowercase = identity.lowercase;
    this.domain = text(identity.stripDomain);
    this.field = identity.field;
    this.prefix = text(identity.prefix);
    this.claims = claimPaths(identity.metadata, identity.claim);
    this.groupClaims = identity.groupsClaim.length > 0 ? claimPaths(identity.metadata, identity.groupsClaim) : [];
  }

  /** Signs `person` in, or leaves it anonymous; false when two sources contradict each other. */
  resolve(headers: RequestHeaders, person: Person): bool {
    person.clear();
    if (headers.identityIsAmbiguous) return false;
    switch (this.source) {
      case IdentitySource.HEADER:
        if (this.signIn(headers.user.ptr, headers.user.len, person)) this.addGroups(headers.groups, person);
        break;
      case IdentitySource.BASIC:
        this.fromBasic(headers.authorization, person);
        break;
      case IdentitySource.JWT:
        this.fromJwt(person);
        break;
      case IdentitySource.CLIENT_CERTIFICATE:
        this.fromCertificate(person);
        break;
    }
    return true;
  }

  /** Gives back memory that is outside of garbage collection, when the configuration is no longer used. */
  free(): void {
    this.raw.release(0);
    this.name.release(0);
  }

  private signIn(ptr: usize, len: i32, person: Person): bool {
    if (len <= 0 || !normalizeUserName(ptr, len, this.lowercase, this.domain, this.name)) return false;
    person.signIn(this.name.ptr, this.name.len);
    return true;
  }

  /** RFC 7617. The password is not looked at: the server checks it. */
  private fromBasic(authorization: Slice, person: Person): void {
    if (!startsWithFolded(authorization.ptr, authorization.len, BASIC)) return;
    let ptr = authorization.ptr + <usize>BASIC.len;
    while (ptr < authorization.end && load<u8>(ptr) == 0x20) ptr++;
    this.raw.reset();
    if (!decodeBase64(ptr, <i32>(authorization.end - ptr), this.raw)) return;
    const colon = indexOf(this.raw.ptr, this.raw.len, 0x3a);
    if (colon > 0) this.signIn(this.raw.ptr, colon, person);
  }

  private fromJwt(person: Person): void {
    if (!this.readFirst(this.claims) || !this.signIn(this.value.ptr, this.value.len, person)) return;
    if (this.groupClaims.length > 0 && this.readFirst(this.groupClaims)) this.addGroups(this.value, person);
  }

  private fromCertificate(person: Person): void {
    const value = this.value;
    // Without this, the attributes would speak of a certificate that nobody verified.
    if (!readProperty(MTLS.ptr, MTLS.len, value) || value.len < 1 || load<u8>(value.ptr) != 1) return;
    const path =
      this.field == CertificateField.URI_SAN
        ? URI_SAN
        : this.field == CertificateField.DNS_SAN
          ? DNS_SAN
          : this.field == CertificateField.EMAIL_SAN
            ? EMAIL_SAN
            : SUBJECT;
    if (!readProperty(path.ptr, path.len, value)) return;
    let ptr = value.ptr;
    let len = value.len;
    // Envoy writes several addresses with commas between them, and none as a dash: then it is not said who it is.
    if (this.field == CertificateField.EMAIL_SAN && (value.is(DASH) || indexOf(ptr, len, 0x2c) >= 0)) return;
    if (this.field == CertificateField.SUBJECT_CN) {
      this.raw.reset();
      if (!commonNameOf(ptr, len, this.raw)) return;
      ptr = this.raw.ptr;
      len = this.raw.len;
    }
    if (!startsWith(ptr, len, this.prefix)) return;
    this.signIn(ptr + <usize>this.prefix.len, len - this.prefix.len, person);
  }

  private readFirst(paths: Text[]): bool {
    for (let i = 0; i < paths.length; i++) {
      if (readProperty(paths[i].ptr, paths[i].len, this.value) && this.value.len > 0) return true;
    }
    return false;
  }

  /**
   * Groups come as text (`a,b` or `a b`), or, from a claim that is a list, as Envoy serializes lists: the count, the
   * sizes of key and value, then each key and value followed by NUL.
   */
  private addGroups(value: Slice, person: Person): void {
    if (value.len <= 0) return;
    if (this.source == IdentitySource.JWT && isSerializedList(value)) {
      const count = load<i32>(value.ptr);
      let at = value.ptr + 4 + ((<usize>count) << 3);
      for (let i = 0; i < count; i++) {
        const key = load<i32>(value.ptr + 4 + ((<usize>i) << 3));
        const rest = load<i32>(value.ptr + 8 + ((<usize>i) << 3));
        // An object comes as pairs too: its keys are no groups.
        if (key > 0 && rest == 0) this.addGroup(at, key, person);
        at += <usize>key + <usize>rest + 2;
      }
      return;
    }
    let start = value.ptr;
    for (let at = value.ptr; at <= value.end; at++) {
      const c: u8 = at < value.end ? load<u8>(at) : 0x2c;
      const separates = c == 0x2c || (this.source == IdentitySource.JWT && c == 0x20);
      if (!separates) continue;
      let end = at;
      while (start < end && load<u8>(start) == 0x20) start++;
      while (end > start && load<u8>(end - 1) == 0x20) end--;
      if (end > start) this.addGroup(start, <i32>(end - start), person);
      start = at + 1;
    }
  }

  private addGroup(ptr: usize, len: i32, person: Person): void {
    this.name.reset();
    for (let i = 0; i < len; i++) {
      const c = load<u8>(ptr + <usize>i);
      this.name.byte(this.lowercase ? lower(c) : c);
    }
    if (!this.name.overflow) person.addGroup(this.name.ptr, this.name.len);
  }
}

/** True when the bytes are a list as Envoy serializes one, to the last byte; no text begins with NULs. */
function isSerializedList(value: Slice): bool {
  if (value.len < 4) return false;
  const count = load<i32>(value.ptr);
  if (count < 0 || <i64>count * 8 + 4 > <i64>value.len) return false;
  let total: i64 = 4 + <i64>count * 8;
  for (let i = 0; i < count * 2; i++) {
    const size = load<i32>(value.ptr + 4 + ((<usize>i) << 2));
    if (size < 0) return false;
    total += <i64>size + 1;
  }
  return total == <i64>value.len;
}

/**
 * A claim by its whole name; where that has dots, also as a path of nested claims (`realm_access.roles`). The whole
 * name comes first: `https://example.com/groups` is one name.
 */
function claimPaths(metadata: string, claim: string): Text[] {
  const head = ["metadata", "filter_metadata", "envoy.filters.http.jwt_authn", metadata];
  const paths: Text[] = [propertyPath(head.concat([claim]))];
  if (claim.includes(".")) paths.push(propertyPath(head.concat(claim.split("."))));
  return paths;
}

/** What `WWW-Authenticate` says when nobody is signed in. */
export function challengeOf(identity: IdentityConfig): Text {
  const realm = 'realm="' + identity.realm + '"';
  if (identity.source == IdentitySource.JWT) return text("Bearer " + realm);
  if (identity.source == IdentitySource.CLIENT_CERTIFICATE) return text("ClientCertificate " + realm);
  return text("Basic " + realm + ', charset="UTF-8"');
}
