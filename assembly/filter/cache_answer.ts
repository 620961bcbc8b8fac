import { HeaderMap } from "../abi/types";
import { lower, Slice, startsWithFolded } from "../bytes/slice";
import { text, Text } from "../bytes/text";
import { TextSet } from "../bytes/text_set";
import { Writer } from "../bytes/writer";
import { Condition, Conditions } from "../cache/conditional";
import { Entry } from "../cache/entry";
import { forbidsStoring, isKept } from "../cache/kept_headers";
import { ByteRange, RangeResult, writeUnsatisfiedRange } from "../cache/range";
import { Method } from "../dav/method";
import { HeaderBlock } from "../host/header_block";
import { addHeader, HeaderCursor } from "../host/headers";
import { sendReply } from "../host/reply";
import { CachedRead } from "./cached_read";
import { contentLengthOf } from "./content_length";
import * as Names from "./names";
import { ReadHeader } from "./read_headers";
import { statusOf } from "./response_headers";

const AGE: Text = text("age");
const CONTENT_RANGE: Text = text("content-range");
const LAST_MODIFIED: Text = text("last-modified");
const DETAILS: Text = text("caldav_cache");
/** What a key holds, or, as to who asks, what it stands for. */
const COVERED = new TextSet([
  text("accept"),
  text("accept-encoding"),
  text("accept-language"),
  text("authorization"),
  text("brief"),
  text("caldav-timezones"),
  text("cookie"),
  text("depth"),
  text("prefer"),
]);

const headers = new HeaderBlock();
const line = new Writer(16 << 10);
const conditions = new Conditions();
const byteRange = new ByteRange();
const range = new Slice();
const ifRange = new Slice();
const etag = new Slice();
const lastModified = new Slice();
const nothing = new Slice();
const cursor = new HeaderCursor();

/**
 * Answers a read with what is stored, as if the server had (RFC 9110, 13 and 14): in full, 304, 206 or 416. False when
 * only the server can tell, and nothing was sent. `age` in ms; `inParts`: a `Range` counts, as it does not in a view.
 */
export function answerFrom(entry: Entry, method: i32, read: CachedRead, age: i64, inParts: bool): bool {
  etag.clear();
  lastModified.clear();
  headers.clear();
  for (entry.rewind(); entry.nextHeader();) {
    if (entry.name.is(Names.ETAG)) etag.set(entry.value.ptr, entry.value.len);
    else if (entry.name.is(LAST_MODIFIED)) lastModified.set(entry.value.ptr, entry.value.len);
  }
  const isGet = method == Method.GET || method == Method.HEAD;
  let condition = Condition.HOLDS;
  if (isGet) {
    readConditions(read);
    condition = conditions.evaluate(etag, lastModified);
    if (condition == Condition.UNKNOWN) return false;
  }
  const isShort = condition != Condition.HOLDS;
  for (entry.rewind(); entry.nextHeader();) {
    if (isShort && entry.name.is(Names.CONTENT_TYPE)) continue;
    headers.addPair(entry.name.ptr, entry.name.len, entry.value.ptr, entry.value.len);
  }
  line.reset();
  line.decimal(age / 1000);
  headers.add(AGE, line.ptr, line.len);
  line.reset();
  read.status.write(nothing, line);
  headers.add(Names.CACHE_STATUS, line.ptr, line.len);
  if (headers.overflow) return false;
  if (isShort) {
    sendReply(condition == Condition.NOT_MODIFIED ? 304 : 412, headers, 0, 0, DETAILS);
    return true;
  }
  if (inParts && method == Method.GET && entry.status == 200) return answerRange(entry, read);
  sendReply(entry.status, headers, entry.body.ptr, entry.body.len, DETAILS);
  return true;
}

function answerRange(entry: Entry, read: CachedRead): bool {
  const body = entry.body;
  read.headers.get(ReadHeader.RANGE, range);
  read.headers.get(ReadHeader.IF_RANGE, ifRange);
  const result = byteRange.evaluate(range, ifRange, etag, body.len);
  line.reset();
  if (result == RangeResult.UNSATISFIABLE) {
    writeUnsatisfiedRange(body.len, line);
    headers.add(CONTENT_RANGE, line.ptr, line.len);
    sendReply(416, headers, 0, 0, DETAILS);
  } else if (result == RangeResult.PART) {
    byteRange.writeContentRange(body.len, line);
    headers.add(CONTENT_RANGE, line.ptr, line.len);
    const len = byteRange.last - byteRange.first + 1;
    sendReply(206, headers, body.ptr + <usize>byteRange.first, len, DETAILS);
  } else sendReply(entry.status, headers, body.ptr, body.len, DETAILS);
  return true;
}

function readConditions(read: CachedRead): void {
  const from = read.headers;
  from.get(ReadHeader.IF_MATCH, conditions.ifMatch);
  from.get(ReadHeader.IF_NONE_MATCH, conditions.ifNoneMatch);
  from.get(ReadHeader.IF_MODIFIED_SINCE, conditions.ifModifiedSince);
  from.get(ReadHeader.IF_UNMODIFIED_SINCE, conditions.ifUnmodifiedSince);
}

/** The status of the response as it came; in the response headers callback only. */
export function responseStatus(): i32 {
  if (!cursor.open(HeaderMap.RESPONSE)) return 0;
  while (cursor.next()) if (cursor.name.is(Names.STATUS)) return statusOf(cursor.value);
  return 0;
}

/**
 * Begins to keep an answer of the server's, as it now goes to the client, of at most `limit` bytes; in the response
 * headers callback only, after all other changes. `ours`: what the filter put into `Vary`. Adds `Cache-Status`,
 * after what caches behind this one have said (RFC 9211, 2).
 */
export function keepAnswer(read: CachedRead, mayBeStored: bool, ours: Text, limit: i32): void {
  let isStored = mayBeStored && cursor.open(HeaderMap.RESPONSE);
  if (isStored) {
    let status = 0;
    let begun = false;
    while (cursor.next()) {
      const name = cursor.name;
      const value = cursor.value;
      if (name.is(Names.STATUS)) {
        status = statusOf(value);
        read.answer.begin(status, read.began, read.before, nothing);
        begun = true;
      } else if (forbidsStoring(name, value) || name.is(Names.SET_COOKIE)) isStored = false;
      else if (name.is(Names.CONTENT_LENGTH) && contentLengthOf(value) > <i64>limit) isStored = false;
      else if (name.is(Names.VARY) && !isCovered(value, ours)) isStored = false;
      else if (begun && isKept(name.ptr, name.len)) {
        read.answer.header(name.ptr, name.len, value.ptr, value.len);
      }
    }
    isStored = isStored && begun && (status == 200 || status == 207);
  }
  if (isStored) read.keep(limit);
  else read.drop();
  read.status.stored = isStored;
  line.reset();
  read.status.write(nothing, line);
  addHeader(HeaderMap.RESPONSE, Names.CACHE_STATUS, line.ptr, line.len);
}

/**
 * Keeps an answer of the filter's own, a 200 of iCalendar, of at most `limit` bytes. Gives its `Cache-Status`, valid
 * until the next answer.
 */
export function keepOwnAnswer(read: CachedRead, mayBeStored: bool, ours: Text, limit: i32, body: Writer): Writer {
  if (mayBeStored) {
    const answer = read.answer;
    const type = Names.CALENDAR;
    const control = Names.PRIVATE_NO_CACHE;
    answer.begin(200, read.began, read.before, nothing);
    answer.header(Names.CONTENT_TYPE.ptr, Names.CONTENT_TYPE.len, type.ptr, type.len);
    answer.header(Names.CACHE_CONTROL.ptr, Names.CACHE_CONTROL.len, control.ptr, control.len);
    answer.header(Names.VARY.ptr, Names.VARY.len, ours.ptr, ours.len);
    read.keep(limit);
    read.take(body.ptr, body.len);
  } else read.drop();
  read.status.stored = read.isStored;
  line.reset();
  read.status.write(nothing, line);
  return line;
}

/**
 * Whether all that the server says its answer depends on stands in the key. The filter's own part of the header comes
 * first, and names the header of identity too.
 */
function isCovered(vary: Slice, ours: Text): bool {
  let at = vary.ptr;
  if (startsWithFolded(vary.ptr, vary.len, ours)) at += <usize>ours.len;
  while (at < vary.end) {
    let end = at;
    while (end < vary.end && load<u8>(end) != 0x2c && load<u8>(end) > 0x20) end++;
    const len = <i32>(end - at);
    if (len > 0) {
      name.reset();
      for (let p = at; p < end; p++) name.byte(lower(load<u8>(p)));
      if (name.overflow || !COVERED.has(name.ptr, name.len)) return false;
    }
    at = end + 1;
  }
  return true;
}

const name = new Writer(256);
