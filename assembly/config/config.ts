import { Writer } from "../bytes/writer";
import { GroupTable } from "../policy/groups";
import { ShareTable } from "../policy/shares";
import { Layout } from "../dav/layout";
import { PrefixTable } from "../dav/prefixes";

export namespace Server {
  export const CUSTOM: i32 = 0;
  export const RADICALE: i32 = 1;
  export const XANDIKOS: i32 = 2;
  export const DAVICAL: i32 = 3;
  export const BAIKAL: i32 = 4;
  export const NEXTCLOUD: i32 = 5;
  export const CYRUS: i32 = 6;
  export const SOGO: i32 = 7;
  export const STALWART: i32 = 8;
}

export namespace IdentitySource {
  export const HEADER: i32 = 0;
  export const BASIC: i32 = 1;
  export const JWT: i32 = 2;
  export const CLIENT_CERTIFICATE: i32 = 3;
}

export namespace CertificateField {
  export const URI_SAN: i32 = 0;
  export const DNS_SAN: i32 = 1;
  export const EMAIL_SAN: i32 = 2;
  export const SUBJECT_CN: i32 = 3;
}

export namespace UpstreamAuthentication {
  export const PASSTHROUGH: i32 = 0;
  export const HEADER_AS_USER: i32 = 1;
  export const HEADER_AS_OWNER: i32 = 2;
  export const BASIC: i32 = 3;
}

/** Contract section 2, `identity`. Names of headers are lower case. */
export class IdentityConfig {
  source: i32 = IdentitySource.HEADER;
  header: string = "";
  /** The header with the groups; "" for none. */
  groupsHeader: string = "";
  /** How long an accepted password counts as checked, in ms. */
  remember: i64 = 60_000;
  metadata: string = "";
  claim: string = "sub";
  /** The claim with the groups; "" for none. */
  groupsClaim: string = "";
  field: i32 = CertificateField.URI_SAN;
  prefix: string = "";
  lowercase: bool = false;
  stripDomain: string = "";
  realm: string = "Calendars";
}

/** Contract section 2, `upstream`. */
export class UpstreamConfig {
  /** The cluster of the filter's own requests; "" for the cluster of the request's own route. */
  cluster: string = "";
  authenticate: i32 = UpstreamAuthentication.PASSTHROUGH;
  header: string = "";
  username: string = "";
  password: string = "";
}

export namespace Coherence {
  export const OFF: i32 = 0;
  export const VALIDATE: i32 = 1;
  export const EXCLUSIVE: i32 = 2;
}

/** Contract section 2, `cache`; sizes in bytes, times in ms. */
export class CacheConfig {
  coherence: i32 = Coherence.OFF;
  validateEvery: i64 = 5000;
  maxAge: i64 = 3_600_000;
  /** For how much longer an answer may be given when the server fails; 0 for never. */
  staleIfError: i64 = 0;
  maxEntry: i32 = 1 << 20;
  maxBytes: i64 = 64 << 20;
}

/** Contract section 2, `limits`; sizes in bytes, times in ms. */
export class LimitsConfig {
  requestBody: i32 = 1 << 20;
  multigetHrefs: i32 = 5000;
  xmlDepth: i32 = 64;
  authFailureCount: i32 = 10;
  authFailurePer: i64 = 60_000;
  authFailureBlock: i64 = 300_000;
}

/** A configuration that was found right, compiled: what a root context holds and every decision reads. */
export class Config {
  server: i32 = Server.CUSTOM;
  layout: Layout = new Layout();
  identity: IdentityConfig = new IdentityConfig();
  upstream: UpstreamConfig = new UpstreamConfig();
  groups: GroupTable = new GroupTable();
  shares: ShareTable = new ShareTable();
  otherPaths: PrefixTable = new PrefixTable();
  limits: LimitsConfig = new LimitsConfig();
  cache: CacheConfig = new CacheConfig();
  /** `cache.max_age` in seconds, when set: how long a public calendar may be kept by caches. */
  publicMaxAge: i32 = 300;
  /** `views.secret`: what makes the tags of views; "" for one of Envoy's own. */
  viewSecret: string = "";

  /** Gives the memory of the tables back, when no request is decided by it any more. */
  free(): void {
    this.groups.free();
    this.shares.free();
    this.otherPaths.free();
  }
}
