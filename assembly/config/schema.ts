import { PRIVILEGE_NAMES, ROLE_NAMES } from "../policy/privilege";
import { Kind } from "./document";
import * as Key from "./keys";
import { count, duration, flag, Format, list, map, object, optional, required, Shape, size, str, words } from "./shape";

/*
 * The configuration (docs/configuration.md), as data: what the check follows, and what envoy/schema.json is held
 * against. Lists of words stand in the order of the constants they become.
 */

const SECOND: f64 = 1000;
const MINUTE: f64 = 60 * SECOND;
const HOUR: f64 = 60 * MINUTE;
const DAY: f64 = 24 * HOUR;
const KIB: f64 = 1024;
const MIB: f64 = 1024 * KIB;
const GIB: f64 = 1024 * MIB;

const NAME = str(Format.NAME);
const HEADER = str(Format.HEADER);
const TEXT = str(Format.TEXT);
const SUBJECTS = list(str(Format.SUBJECT), 1);

/** In the order of `Server`. */
const SERVER = words("server", [
  "custom",
  "radicale",
  "xandikos",
  "davical",
  "baikal",
  "nextcloud",
  "cyrus",
  "sogo",
  "stalwart",
]);
/** In the order of `CertificateField`. */
const CERTIFICATE_FIELD = words("field", ["uri_san", "dns_san", "email_san", "subject_cn"]);
/** In the order of `Show`. */
const SHOW = words("word", ["hide", "busy", "show"]);
const ALARMS = words("word", ["strip", "keep"]);
const AS = words("word", ["user", "owner"]);
const OTHER_ACCESS = words("word", ["authenticated", "anyone"]);
export const ROLE = words("role", ROLE_NAMES);
export const PRIVILEGE = words("privilege", PRIVILEGE_NAMES);

/** A role, or a list of privileges. */
function access(): Shape {
  const shape = words("role", ROLE_NAMES).stray(PRIVILEGE.words, "a privilege goes in a list");
  shape.kinds = Kind.STRING | Kind.LIST;
  shape.what = "a role or a list of privileges";
  shape.items = words("privilege", PRIVILEGE_NAMES).stray(ROLE.words, "a role stands alone, not in a list");
  shape.minItems = 1;
  return shape;
}

/** The word passthrough, or an object; a password may stand here by mistake, so what stands here is never shown. */
function authenticate(): Shape {
  const shape = words("word", ["passthrough"]).hidden();
  shape.kinds = Kind.STRING | Kind.OBJECT;
  shape.what = "passthrough, { header, as } or { basic }";
  shape.fields = [
    optional(Key.HEADER, HEADER),
    optional(Key.AS, AS),
    optional(
      Key.BASIC,
      object([required(Key.USERNAME, str(Format.USER_ID)), required(Key.PASSWORD, str(Format.TEXT).hidden())]),
    ),
  ];
  return shape;
}

/** `off` arrives as false when it is not quoted. */
function coherence(): Shape {
  const shape = words("word", ["off", "validate", "exclusive"]);
  shape.kinds = Kind.STRING | Kind.BOOL;
  shape.falseWord = 0;
  return shape;
}

const SHARE = object([
  required(Key.CALENDAR, str(Format.CALENDAR)),
  required(Key.WITH, SUBJECTS),
  required(Key.ACCESS, access()),
  optional(Key.PRIVATE, SHOW),
  optional(Key.CONFIDENTIAL, SHOW),
  optional(Key.ALARMS, ALARMS),
  optional(Key.UNTIL, str(Format.TIMESTAMP)),
]);

const IDENTITY = object([
  optional(Key.HEADER, object([required(Key.NAME, HEADER), optional(Key.GROUPS, HEADER)])),
  optional(Key.BASIC, object([optional(Key.REMEMBER, duration(0, DAY))])),
  optional(Key.JWT, object([required(Key.METADATA, TEXT), optional(Key.CLAIM, TEXT), optional(Key.GROUPS, TEXT)])),
  optional(Key.CLIENT_CERTIFICATE, object([required(Key.FIELD, CERTIFICATE_FIELD), optional(Key.PREFIX, TEXT)])),
  optional(Key.LOWERCASE, flag()),
  optional(Key.STRIP_DOMAIN, str(Format.DOMAIN)),
  optional(Key.REALM, str(Format.REALM)),
]);

const LIMITS = object([
  optional(Key.REQUEST_BODY, size(KIB, 64 * MIB)),
  optional(Key.MULTIGET_HREFS, count(1, 1_000_000)),
  optional(Key.XML_DEPTH, count(1, 1024)),
  optional(
    Key.AUTH_FAILURES,
    object([
      optional(Key.COUNT, count(1, 1_000_000)),
      optional(Key.PER, duration(SECOND, DAY)),
      optional(Key.BLOCK, duration(SECOND, 7 * DAY)),
    ]),
  ),
]);

const CACHE = object([
  optional(Key.COHERENCE, coherence()),
  optional(Key.VALIDATE_EVERY, duration(0, HOUR)),
  optional(Key.MAX_AGE, duration(0, 365 * DAY)),
  optional(Key.STALE_IF_ERROR, duration(0, DAY)),
  optional(Key.MAX_ENTRY, size(KIB, 64 * MIB)),
  optional(Key.MAX_BYTES, size(KIB, 64 * GIB)),
]);

const ROUTING = object([
  optional(Key.BACKEND_HEADER, HEADER),
  optional(Key.SHARD_HEADER, HEADER),
  optional(Key.BACKENDS, map(Format.NAME, TEXT)),
  optional(Key.DEFAULT, NAME),
  optional(Key.USERS, map(Format.NAME, NAME)),
  optional(Key.GROUPS, map(Format.NAME, NAME)),
]);

/** The whole configuration. */
export const CONFIGURATION = object([
  required(Key.SERVER, SERVER),
  optional(Key.LAYOUT, object([optional(Key.PRINCIPAL, TEXT), optional(Key.HOME, TEXT), optional(Key.CALENDAR, TEXT)])),
  required(Key.IDENTITY, IDENTITY),
  optional(Key.UPSTREAM, object([optional(Key.CLUSTER, TEXT), optional(Key.AUTHENTICATE, authenticate())])),
  optional(Key.GROUPS, map(Format.NAME, list(NAME, 0))),
  optional(Key.SHARES, list(SHARE, 0)),
  optional(Key.OTHER_PATHS, map(Format.TEXT, OTHER_ACCESS)),
  optional(Key.USER_SHARES, object([optional(Key.ALLOW, list(ROLE, 0)), optional(Key.WITH, SUBJECTS)])),
  optional(Key.MOUNTS, flag()),
  optional(Key.CACHE, CACHE),
  optional(Key.LIMITS, LIMITS),
  optional(Key.ROUTING, ROUTING),
  optional(Key.VIEWS, object([optional(Key.SECRET, str(Format.TEXT).hidden())])),
]);
