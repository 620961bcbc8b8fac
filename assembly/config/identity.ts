import { Text } from "../bytes/text";
import { Config, IdentityConfig, IdentitySource, UpstreamAuthentication, UpstreamConfig } from "./config";
import { Kind, member, Node, usable } from "./document";
import { Faults } from "./faults";
import * as Key from "./keys";
import { lowerCase } from "./people";

/** The sources of an identity, in the order of `IdentitySource`. */
const SOURCES: Text[] = [Key.HEADER, Key.BASIC, Key.JWT, Key.CLIENT_CERTIFICATE];

/** Reads `identity`: who somebody is. */
export function readIdentity(root: Node, identity: IdentityConfig, faults: Faults): void {
  const node = usable(root, Key.IDENTITY);
  if (node === null) return;
  let sources = "";
  let count = 0;
  for (let i = 0; i < SOURCES.length; i++) {
    if (member(node, SOURCES[i]) === null) continue;
    identity.source = i;
    sources += (count++ == 0 ? "" : " and ") + String.UTF8.decode(SOURCES[i].buffer);
  }
  if (count == 0) faults.at(node, "needs exactly one of header, basic, jwt and client_certificate");
  if (count > 1) faults.at(node, "has " + sources + ": exactly one source says who somebody is");
  identity.lowercase = flagOf(node, Key.LOWERCASE);
  identity.stripDomain = stringOf(node, Key.STRIP_DOMAIN, "");
  identity.realm = stringOf(node, Key.REALM, identity.realm);
  const source = count == 1 ? usable(node, SOURCES[identity.source]) : null;
  if (source === null) return;
  if (identity.source == IdentitySource.HEADER) {
    identity.header = lowerCase(stringOf(source, Key.NAME, ""));
    identity.groupsHeader = lowerCase(stringOf(source, Key.GROUPS, ""));
  } else if (identity.source == IdentitySource.BASIC) {
    identity.remember = <i64>numberOf(source, Key.REMEMBER, <f64>identity.remember);
  } else if (identity.source == IdentitySource.JWT) {
    identity.metadata = stringOf(source, Key.METADATA, "");
    identity.claim = stringOf(source, Key.CLAIM, identity.claim);
    identity.groupsClaim = stringOf(source, Key.GROUPS, "");
  } else {
    const field = usable(source, Key.FIELD);
    if (field !== null) identity.field = <i32>field.word;
    identity.prefix = stringOf(source, Key.PREFIX, "");
  }
}

/** Reads `upstream`, after `identity`: what the server is told about who somebody is. */
export function readUpstream(root: Node, config: Config, faults: Faults): void {
  const node = usable(root, Key.UPSTREAM);
  if (node === null) return;
  const upstream = config.upstream;
  upstream.cluster = stringOf(node, Key.CLUSTER, "");
  const authenticate = usable(node, Key.AUTHENTICATE);
  if (authenticate === null || authenticate.kind != Kind.OBJECT) return;
  const header = member(authenticate, Key.HEADER);
  const basic = member(authenticate, Key.BASIC);
  if ((header === null) == (basic === null)) {
    faults.at(authenticate, "needs exactly one of header and basic");
    return;
  }
  if (basic !== null) readUpstreamBasic(authenticate, upstream, faults);
  else readUpstreamHeader(authenticate, config, faults);
}

function readUpstreamBasic(authenticate: Node, upstream: UpstreamConfig, faults: Faults): void {
  const as = member(authenticate, Key.AS);
  if (as !== null) faults.at(as, 'goes with "header" only');
  const basic = usable(authenticate, Key.BASIC);
  if (basic === null) return;
  upstream.authenticate = UpstreamAuthentication.BASIC;
  upstream.username = stringOf(basic, Key.USERNAME, "");
  upstream.password = stringOf(basic, Key.PASSWORD, "");
}

function readUpstreamHeader(authenticate: Node, config: Config, faults: Faults): void {
  const as = usable(authenticate, Key.AS);
  if (member(authenticate, Key.AS) === null) faults.atMember(authenticate, Key.AS, 'is required: "user" or "owner"');
  const owner = as !== null && as.word == 1;
  config.upstream.authenticate = owner ? UpstreamAuthentication.HEADER_AS_OWNER : UpstreamAuthentication.HEADER_AS_USER;
  config.upstream.header = lowerCase(stringOf(authenticate, Key.HEADER, ""));
  if (config.identity.source == IdentitySource.BASIC) {
    const why = "with identity.basic nobody would check passwords: a server that trusts a header does not";
    faults.atMember(authenticate, Key.HEADER, why);
  }
}

/** The text of a member, or what it is by default. */
export function stringOf(object: Node, key: Text, byDefault: string): string {
  const node = usable(object, key);
  return node === null ? byDefault : node.string;
}

/** The number of a member, or what it is by default. */
export function numberOf(object: Node, key: Text, byDefault: f64): f64 {
  const node = usable(object, key);
  return node === null ? byDefault : node.number;
}

/** The truth of a member; false by default. */
export function flagOf(object: Node, key: Text): bool {
  const node = usable(object, key);
  return node !== null && node.isTrue;
}
