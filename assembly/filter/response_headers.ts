import { HeaderMap } from "../abi/types";
import { indexOf, Slice, startsWithFolded } from "../bytes/slice";
import { text, Text } from "../bytes/text";
import { HeaderCursor, removeHeader } from "../host/headers";
import * as Names from "./names";

const IDENTITY: Text = text("identity");
const TEXT_CALENDAR: Text = text("text/calendar");
const EXPIRES: Text = text("expires");
const SURROGATE_CONTROL: Text = text("surrogate-control");
const CDN_CACHE_CONTROL: Text = text("cdn-cache-control");
const ACCEPT_RANGES: Text = text("accept-ranges");
const CONTENT_DIGEST: Text = text("content-digest");
const CONTENT_MD5: Text = text("content-md5");
const DIGEST: Text = text("digest");
const REPR_DIGEST: Text = text("repr-digest");
const PRAGMA: Text = text("pragma");
const MAX_STALE: i32 = 8;

/** The response headers that the filter needs, read in one pass. Slices are scratch memory. One serves all streams. */
export class ResponseHeaders {
  status: i32 = 0;
  readonly vary: Slice = new Slice();
  readonly etag: Slice = new Slice();
  readonly cacheControl: Slice = new Slice();
  hasContentLength: bool = false;
  hasWwwAuthenticate: bool = false;
  hasSetCookie: bool = false;
  hasContentEncoding: bool = false;
  isCalendar: bool = false;
  isXml: bool = false;
  private cursor: HeaderCursor = new HeaderCursor();
  /** Headers that would tell a cache something else than Cache-Control does. */
  private stale: StaticArray<Text | null> = new StaticArray<Text | null>(MAX_STALE);
  private staleCount: i32 = 0;
  private ofBytes: StaticArray<Text | null> = new StaticArray<Text | null>(MAX_STALE);
  private ofBytesCount: i32 = 0;

  /** Reads all headers; false when the host gives none. */
  read(): bool {
    this.status = 0;
    this.vary.clear();
    this.etag.clear();
    this.cacheControl.clear();
    this.hasContentLength = false;
    this.hasWwwAuthenticate = false;
    this.hasSetCookie = false;
    this.hasContentEncoding = false;
    this.isCalendar = false;
    this.isXml = false;
    this.staleCount = 0;
    this.ofBytesCount = 0;
    const cursor = this.cursor;
    if (!cursor.open(HeaderMap.RESPONSE)) return false;
    while (cursor.next()) this.take(cursor.name, cursor.value);
    return true;
  }

  private take(name: Slice, value: Slice): void {
    switch (name.len) {
      case 4:
        if (name.is(Names.VARY)) this.vary.set(value.ptr, value.len);
        else if (name.is(Names.ETAG)) this.etag.set(value.ptr, value.len);
        break;
      case 6:
        if (name.is(PRAGMA)) this.markStale(PRAGMA);
        else if (name.is(DIGEST)) this.markOfBytes(DIGEST);
        break;
      case 7:
        if (name.is(Names.STATUS)) this.status = statusOf(value);
        else if (name.is(EXPIRES)) this.markStale(EXPIRES);
        break;
      case 10:
        if (name.is(Names.SET_COOKIE)) this.hasSetCookie = true;
        break;
      case 11:
        if (name.is(CONTENT_MD5)) this.markOfBytes(CONTENT_MD5);
        else if (name.is(REPR_DIGEST)) this.markOfBytes(REPR_DIGEST);
        break;
      case 12:
        if (name.is(Names.SCHEDULE_TAG)) this.markOfBytes(Names.SCHEDULE_TAG);
        else if (name.is(Names.CONTENT_TYPE)) {
          this.isCalendar = startsWithFolded(value.ptr, value.len, TEXT_CALENDAR);
          this.isXml = containsXml(value);
        }
        break;
      case 13:
        if (name.is(ACCEPT_RANGES)) this.markOfBytes(ACCEPT_RANGES);
        else if (name.is(Names.CACHE_CONTROL)) this.cacheControl.set(value.ptr, value.len);
        break;
      case 14:
        if (name.is(Names.CONTENT_LENGTH)) this.hasContentLength = true;
        else if (name.is(CONTENT_DIGEST)) this.markOfBytes(CONTENT_DIGEST);
        break;
      case 16:
        if (name.is(Names.WWW_AUTHENTICATE)) this.hasWwwAuthenticate = true;
        else if (name.is(Names.CONTENT_ENCODING)) {
          if (value.len > 0 && !value.isFolded(IDENTITY)) this.hasContentEncoding = true;
        }
        break;
      case 17:
        if (name.is(SURROGATE_CONTROL)) this.markStale(SURROGATE_CONTROL);
        else if (name.is(CDN_CACHE_CONTROL)) this.markStale(CDN_CACHE_CONTROL);
        break;
    }
  }

  /** Removes what would tell a cache something else than the Cache-Control that the filter sets. */
  removeStale(): void {
    this.remove(this.stale, this.staleCount);
  }

  /** Removes what describes the server's bytes, where others are sent. */
  removeOfBytes(): void {
    this.remove(this.ofBytes, this.ofBytesCount);
  }

  private remove(names: StaticArray<Text | null>, count: i32): void {
    for (let i = 0; i < count; i++) {
      const name = names[i];
      if (name !== null) removeHeader(HeaderMap.RESPONSE, name.ptr, name.len);
    }
  }

  private markStale(name: Text): void {
    if (this.staleCount < MAX_STALE) this.stale[this.staleCount++] = name;
  }

  private markOfBytes(name: Text): void {
    if (this.ofBytesCount < MAX_STALE) this.ofBytes[this.ofBytesCount++] = name;
  }
}

/** A status as a number; 0 for what is none. */
export function statusOf(value: Slice): i32 {
  if (value.len != 3) return 0;
  const a = <i32>load<u8>(value.ptr) - 48;
  const b = <i32>load<u8>(value.ptr, 1) - 48;
  const c = <i32>load<u8>(value.ptr, 2) - 48;
  return a * 100 + b * 10 + c;
}

/** True for `text/xml`, `application/xml` and anything `+xml`. */
function containsXml(value: Slice): bool {
  const semicolon = indexOf(value.ptr, value.len, 0x3b);
  let end = semicolon < 0 ? value.len : semicolon;
  while (end > 0 && load<u8>(value.ptr + <usize>(end - 1)) == 0x20) end--;
  return end >= 3 && startsWithFolded(value.ptr + <usize>(end - 3), 3, XML);
}

const XML: Text = text("xml");
