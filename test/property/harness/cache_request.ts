import { Slice } from "../../../assembly/bytes/slice";
import { Writer } from "../../../assembly/bytes/writer";
import { CacheControl } from "../../../assembly/cache/cache_control";
import { CacheStatus } from "../../../assembly/cache/cache_status";
import { CanonicalBody } from "../../../assembly/cache/canonical_body";
import { Conditions } from "../../../assembly/cache/conditional";
import { digest } from "../../../assembly/cache/digest";
import { ReadKey } from "../../../assembly/cache/key";
import { ByteRange } from "../../../assembly/cache/range";
import { ResourcePath } from "../../../assembly/dav/path";

/** What the cache makes of a request, for tests in Node. What is written can be taken from `outPtr`, `outLen`. */

let out = new Writer(1 << 20);
const canonical = new CanonicalBody();
const control = new CacheControl();
const conditions = new Conditions();
const range = new ByteRange();
const status = new CacheStatus();
const key = new ReadKey();
const path = new ResourcePath();
const slices: Slice[] = [new Slice(), new Slice(), new Slice(), new Slice(), new Slice(), new Slice()];

export function alloc(len: i32): usize {
  return heap.alloc(<usize>max(len, 1));
}

export function free(ptr: usize): void {
  heap.free(ptr);
}

export function outPtr(): usize {
  return out.ptr;
}

export function outLen(): i32 {
  return out.len;
}

/** Sets the ceiling of what is written. */
export function limit(bytes: i32): void {
  out.release(0);
  out = new Writer(bytes);
}

/** The canonical form of a body, after a few bytes that stand there already. */
export function canonicalBody(ptr: usize, len: i32, maxDepth: i32): bool {
  out.reset();
  out.byte(0xff);
  return canonical.write(ptr, len, maxDepth, out);
}

/** Reads one Cache-Control more; `begin` forgets the ones before. */
export function cacheControl(begin: bool, ptr: usize, len: i32): void {
  if (begin) control.clear();
  control.add(ptr, len);
}

/** 1 no-cache, 2 no-store, 4 only-if-cached. */
export function controlFlags(): i32 {
  return (control.noCache ? 1 : 0) | (control.noStore ? 2 : 0) | (control.onlyIfCached ? 4 : 0);
}

export function controlMaxAge(): i64 {
  return control.maxAge;
}

export function controlMinFresh(): i64 {
  return control.minFresh;
}

/** Sets slice `i` to bytes that the caller keeps; absent with `ptr` 0. */
export function slice(i: i32, ptr: usize, len: i32): void {
  slices[i].set(ptr, len);
}

/** Slices: If-Match, If-None-Match, If-Modified-Since, If-Unmodified-Since, ETag, Last-Modified. */
export function condition(): i32 {
  conditions.clear();
  conditions.ifMatch.set(slices[0].ptr, slices[0].len);
  conditions.ifNoneMatch.set(slices[1].ptr, slices[1].len);
  conditions.ifModifiedSince.set(slices[2].ptr, slices[2].len);
  conditions.ifUnmodifiedSince.set(slices[3].ptr, slices[3].len);
  return conditions.evaluate(slices[4], slices[5]);
}

/** Slices: Range, If-Range, ETag. With a part, its Content-Range is written. */
export function byteRange(length: i32): i32 {
  const result = range.evaluate(slices[0], slices[1], slices[2], length);
  out.reset();
  if (result == 1) range.writeContentRange(length, out);
  return result;
}

/** Slices: what the server's answer says already. */
export function cacheStatus(forward: i32, ttl: i64): void {
  out.reset();
  status.clear();
  status.forward = forward;
  status.ttl = ttl;
  status.write(slices[0], out);
}

/** A digest of 16 bytes. */
export function digestOf(secret: usize, ptr: usize, len: i32): void {
  out.reset();
  out.reserve(16);
  digest(secret, ptr, len, out.ptr);
  out.len = 16;
}

export function keyBegin(policy: usize, isSignedIn: bool): void {
  key.clear();
  key.policy = policy;
  key.isSignedIn = isSignedIn;
}

/** person, identity, scheme, authority, prefer, brief, accept, accept-encoding, accept-language, timezones, body. */
export function keyField(i: i32, ptr: usize, len: i32): void {
  const fields: Slice[] = [
    key.person,
    key.identity,
    key.scheme,
    key.authority,
    key.prefer,
    key.brief,
    key.accept,
    key.acceptEncoding,
    key.acceptLanguage,
    key.timezones,
    key.body,
  ];
  fields[i].set(ptr, len);
}

export function keyWrite(method: i32, ptr: usize, len: i32, depth: i32): bool {
  out.reset();
  path.parse(ptr, len);
  return key.write(method, path, depth, 64, out);
}
