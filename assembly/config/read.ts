import { check } from "./check";
import { Config, LimitsConfig } from "./config";
import { Document, Node, usable } from "./document";
import { Faults } from "./faults";
import { numberOf, readIdentity, readUpstream } from "./identity";
import { isSpace, readJson } from "./json_reader";
import * as Key from "./keys";
import { People } from "./people";
import { checkHeaders, readRouting } from "./routing";
import { CONFIGURATION } from "./schema";
import { readOtherPaths, readServer } from "./server";
import { readGroups, readShares, readUserShares } from "./shares";
import { readStruct } from "./struct_reader";
import { checkAvailable } from "./unavailable";

/** A longer configuration is refused; 100,000 shares take about 20 MiB. */
const MAX_BYTES: i32 = 32 << 20;

/**
 * Reads a configuration, as a serialized google.protobuf.Struct or as JSON, and compiles it. Gives null when anything
 * in it is wrong, with every fault in `faults`, which must come empty. The bytes are the caller's and may go when it
 * returns; the configuration is the caller's to `free`.
 */
export function readConfig(ptr: usize, len: i32, faults: Faults): Config | null {
  const document = new Document();
  const config = new Config();
  if (readDocument(ptr, len, document, faults)) {
    check(document.root, CONFIGURATION, faults);
    fill(document.root, config, faults);
  }
  document.free();
  if (faults.count == 0) return config;
  config.free();
  return null;
}

/** Reads the bytes, whichever of the two forms they have; nothing at all is an object with nothing in it. */
function readDocument(ptr: usize, len: i32, document: Document, faults: Faults): bool {
  if (len > MAX_BYTES) {
    faults.at(document.root, "is longer than 32 MiB");
    return false;
  }
  let at = 0;
  while (at < len && isSpace(load<u8>(ptr + <usize>at))) at++;
  if (at == len) return true;
  // A Struct begins with 0x0a, a line feed in JSON too; but in none with a key that is known here do only bytes of
  // white space stand before the first `{`: there is a key's length, then its first letter.
  if (load<u8>(ptr + <usize>at) == 123) return readJson(ptr, len, document, faults);
  return readStruct(ptr, len, document, faults);
}

function fill(root: Node, config: Config, faults: Faults): void {
  readServer(root, config, faults);
  readIdentity(root, config.identity, faults);
  readUpstream(root, config, faults);
  const people = new People(config.identity, usable(root, Key.GROUPS));
  readGroups(root, config, people, faults);
  readShares(root, config, people, faults);
  readOtherPaths(root, config, faults);
  readUserShares(root, config, people, faults);
  readCache(root, config, faults);
  readLimits(root, config.limits);
  readViews(root, config, faults);
  readRouting(root, people, faults);
  checkHeaders(root, config.identity, config.upstream, faults);
  checkAvailable(root, faults);
  people.free();
}

function readCache(root: Node, config: Config, faults: Faults): void {
  const node = usable(root, Key.CACHE);
  if (node === null) return;
  config.publicMaxAge = <i32>(numberOf(node, Key.MAX_AGE, <f64>config.publicMaxAge * 1000) / 1000);
  const entry = usable(node, Key.MAX_ENTRY);
  const all = usable(node, Key.MAX_BYTES);
  const cache = config.cache;
  const coherence = usable(node, Key.COHERENCE);
  if (coherence !== null) cache.coherence = <i32>coherence.word;
  cache.validateEvery = <i64>numberOf(node, Key.VALIDATE_EVERY, <f64>cache.validateEvery);
  cache.maxAge = <i64>numberOf(node, Key.MAX_AGE, <f64>cache.maxAge);
  cache.staleIfError = <i64>numberOf(node, Key.STALE_IF_ERROR, <f64>cache.staleIfError);
  cache.maxEntry = <i32>numberOf(node, Key.MAX_ENTRY, <f64>cache.maxEntry);
  cache.maxBytes = <i64>numberOf(node, Key.MAX_BYTES, <f64>cache.maxBytes);
  if (entry !== null && all !== null && entry.number > all.number) faults.at(entry, "is more than max_bytes");
}

/** A short secret could be guessed like the ETags it protects. */
function readViews(root: Node, config: Config, faults: Faults): void {
  const node = usable(root, Key.VIEWS);
  const secret = usable(node, Key.SECRET);
  if (secret === null) return;
  if (secret.textLen < 16) faults.at(secret, "must be at least 16 bytes long");
  config.viewSecret = secret.string;
}

function readLimits(root: Node, limits: LimitsConfig): void {
  const node = usable(root, Key.LIMITS);
  if (node === null) return;
  limits.requestBody = <i32>numberOf(node, Key.REQUEST_BODY, <f64>limits.requestBody);
  limits.multigetHrefs = <i32>numberOf(node, Key.MULTIGET_HREFS, <f64>limits.multigetHrefs);
  limits.xmlDepth = <i32>numberOf(node, Key.XML_DEPTH, <f64>limits.xmlDepth);
  const failures = usable(node, Key.AUTH_FAILURES);
  if (failures === null) return;
  limits.authFailureCount = <i32>numberOf(failures, Key.COUNT, <f64>limits.authFailureCount);
  limits.authFailurePer = <i64>numberOf(failures, Key.PER, <f64>limits.authFailurePer);
  limits.authFailureBlock = <i64>numberOf(failures, Key.BLOCK, <f64>limits.authFailureBlock);
}
