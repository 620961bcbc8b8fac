import { HeaderMap } from "../abi/types";
import { indexOf, lower, Slice, startsWithFolded } from "../bytes/slice";
import { text, Text } from "../bytes/text";
import { TextSet } from "../bytes/text_set";
import { isUtf8Type } from "../dav/charset";
import { Layout } from "../dav/layout";
import { methodOf } from "../dav/method";
import { readReference } from "../dav/reference";
import { Depth, PostKind, Request } from "../dav/request";
import { HeaderCursor } from "../host/headers";
import { contentLengthOf } from "./content_length";
import * as Names from "./names";

const INFINITY: Text = text("infinity");
const BASIC: Text = text("basic ");
const IDENTITY: Text = text("identity");
const TEXT_CALENDAR: Text = text("text/calendar");
const SHARING: Text = text("application/davsharing+xml");
const MAX_STRIPPED: i32 = 32;
const STRIPPED: TextSet = new TextSet(Names.STRIPPED);

/** The names that the configuration gives to headers of identity, encoded once a root. */
export class IdentityHeaders {
  constructor(
    /** `identity.header.name`, or empty. */
    readonly user: Text,
    readonly groups: Text,
    /** `upstream.authenticate.header`, or empty. */
    readonly upstream: Text,
  ) {}
}

/**
 * The request headers that the filter needs, read in one pass over what the host handed over. All slices are scratch
 * memory: valid in the request headers callback only. One object serves all streams.
 */
export class RequestHeaders {
  readonly authority: Slice = new Slice();
  readonly authorization: Slice = new Slice();
  readonly destination: Slice = new Slice();
  readonly user: Slice = new Slice();
  readonly groups: Slice = new Slice();
  readonly path: Slice = new Slice();
  readonly ifMatch: Slice = new Slice();
  readonly ifNoneMatch: Slice = new Slice();
  /** RFC 6638, 8.3. */
  readonly ifScheduleTag: Slice = new Slice();
  hasAuthorization: bool = false;
  hasAcceptEncoding: bool = false;
  hasCookie: bool = false;
  hasContentLength: bool = false;
  hasRange: bool = false;
  /** If-Modified-Since or If-Unmodified-Since. */
  hasIfDate: bool = false;
  hasPrefer: bool = false;
  isOptionsOfAll: bool = false;
  /** The identity header came more than once: two sources claim to have signed somebody in. */
  identityIsAmbiguous: bool = false;
  /** More headers to strip than anybody sends in good faith. */
  strippedOverflow: bool = false;
  strippedCount: i32 = 0;
  private stripped: StaticArray<Slice> = new StaticArray<Slice>(MAX_STRIPPED);
  /** What was read. */
  readonly cursor: HeaderCursor = new HeaderCursor();
  private seen: u32 = 0;

  constructor() {
    for (let i = 0; i < MAX_STRIPPED; i++) this.stripped[i] = new Slice();
  }

  strippedName(i: i32): Slice {
    return this.stripped[i];
  }

  /** Reads all headers into `request` and this object; false when the host gives none. */
  read(request: Request, names: IdentityHeaders): bool {
    this.authority.clear();
    this.authorization.clear();
    this.destination.clear();
    this.user.clear();
    this.groups.clear();
    this.path.clear();
    this.hasAuthorization = false;
    this.hasAcceptEncoding = false;
    this.hasCookie = false;
    this.hasContentLength = false;
    this.ifMatch.clear();
    this.ifNoneMatch.clear();
    this.ifScheduleTag.clear();
    this.hasRange = false;
    this.hasIfDate = false;
    this.hasPrefer = false;
    this.isOptionsOfAll = false;
    this.identityIsAmbiguous = false;
    this.strippedOverflow = false;
    this.strippedCount = 0;
    this.seen = 0;
    const cursor = this.cursor;
    if (!cursor.open(HeaderMap.REQUEST)) return false;
    while (cursor.next()) this.take(cursor.name, cursor.value, request, names);
    return true;
  }

  /** Reads and classifies `Destination`, if there is one. */
  readDestination(layout: Layout, request: Request): void {
    const value = this.destination;
    if (value.ptr == 0) return;
    const host = this.authority;
    request.destinationState = readReference(value.ptr, value.len, host.ptr, host.len, request.destinationPath);
    layout.classify(request.destinationPath, request.destination);
  }

  private take(name: Slice, value: Slice, request: Request, names: IdentityHeaders): void {
    if (name.len < 2) return;
    if (load<u8>(name.ptr) == 0x3a) return this.takePseudo(name, value, request);
    // Where the configuration names a header of identity, only that header counts, spelled exactly so.
    if (names.user.len > 0 && name.is(names.user)) {
      if (this.user.ptr != 0) this.identityIsAmbiguous = true;
      this.user.set(value.ptr, value.len);
      return this.strip(name);
    }
    if (names.groups.len > 0 && name.is(names.groups)) {
      if (this.groups.ptr != 0) this.identityIsAmbiguous = true;
      this.groups.set(value.ptr, value.len);
      return this.strip(name);
    }
    if (names.upstream.len > 0 && name.is(names.upstream)) return this.strip(name);
    // A WSGI or CGI server takes `x_remote_user` for `X-Remote-User`; no CalDAV client sends an underscore.
    if (hasUnderscore(name)) return this.strip(name);
    switch (name.len) {
      case 2:
        if (name.is(Names.IF)) {
          this.once(0, request);
          request.ifHeader.set(value.ptr, value.len);
        }
        break;
      case 5:
        if (name.is(Names.DEPTH)) {
          this.once(1, request);
          request.depth = depthOf(value);
        } else if (name.is(Names.RANGE)) this.hasRange = true;
        break;
      case 6:
        if (name.is(Names.COOKIE)) this.hasCookie = true;
        else if (name.is(Names.PREFER)) this.hasPrefer = true;
        break;
      case 8:
        if (name.is(Names.IF_MATCH)) {
          this.once(7, request);
          request.hasIfMatch = true;
          request.matchesAny = value.is(Names.ANY_ETAG);
          this.ifMatch.set(value.ptr, value.len);
        }
        break;
      case 9:
        if (name.is(Names.OVERWRITE)) {
          this.once(2, request);
          request.overwrite = !(value.len == 1 && lower(load<u8>(value.ptr)) == 0x66);
        }
        break;
      case 11:
        if (name.is(Names.DESTINATION)) {
          this.once(3, request);
          this.destination.set(value.ptr, value.len);
          return;
        }
        break;
      case 12:
        if (name.is(Names.CONTENT_TYPE)) {
          this.once(4, request);
          request.post = postKindOf(value);
          request.isUtf8 = isUtf8Type(value.ptr, value.len);
        }
        break;
      case 13:
        if (name.is(Names.AUTHORIZATION)) {
          this.once(5, request);
          this.hasAuthorization = true;
          this.authorization.set(value.ptr, value.len);
          // Envoy joins two of them into one; no Basic credentials hold a comma.
          if (startsWithFolded(value.ptr, value.len, BASIC) && indexOf(value.ptr, value.len, 0x2c) >= 0) {
            request.hasDuplicates = true;
          }
          return;
        }
        if (name.is(Names.IF_NONE_MATCH)) {
          this.once(8, request);
          this.ifNoneMatch.set(value.ptr, value.len);
        }
        break;
      case 14:
        if (name.is(Names.CONTENT_LENGTH)) {
          this.once(6, request);
          this.hasContentLength = true;
          request.contentLength = contentLengthOf(value);
        }
        break;
      case 15:
        if (name.is(Names.ACCEPT_ENCODING)) this.hasAcceptEncoding = true;
        break;
      case 16:
        if (name.is(Names.CONTENT_ENCODING)) {
          if (value.len > 0 && !value.isFolded(IDENTITY)) request.hasContentEncoding = true;
        }
        break;
      case 17:
        if (name.is(Names.IF_MODIFIED_SINCE)) this.hasIfDate = true;
        break;
      case 19:
        if (name.is(Names.IF_UNMODIFIED_SINCE)) this.hasIfDate = true;
        break;
      case 21:
        if (name.is(Names.IF_SCHEDULE_TAG_MATCH)) {
          this.once(9, request);
          this.ifScheduleTag.set(value.ptr, value.len);
        }
        break;
    }
    if (STRIPPED.has(name.ptr, name.len)) this.strip(name);
  }

  private takePseudo(name: Slice, value: Slice, request: Request): void {
    if (name.is(Names.PATH)) {
      this.path.set(value.ptr, value.len);
      this.isOptionsOfAll = value.len == 1 && load<u8>(value.ptr) == 0x2a;
      request.pathIsPlain = request.path.parse(value.ptr, value.len);
    } else if (name.is(Names.METHOD)) request.method = methodOf(value);
    else if (name.is(Names.AUTHORITY)) {
      this.authority.set(value.ptr, value.len);
      if (indexOf(value.ptr, value.len, 0x2c) >= 0) request.hasDuplicates = true;
    }
  }

  private once(bit: u32, request: Request): void {
    if (this.seen & (1 << bit)) request.hasDuplicates = true;
    this.seen |= 1 << bit;
  }

  private strip(name: Slice): void {
    // A header that came twice is removed once for all its values.
    for (let i = 0; i < this.strippedCount; i++) {
      const other = unchecked(this.stripped[i]);
      if (other.len == name.len && memory.compare(other.ptr, name.ptr, <usize>name.len) == 0) return;
    }
    if (this.strippedCount == MAX_STRIPPED) {
      this.strippedOverflow = true;
      return;
    }
    unchecked(this.stripped[this.strippedCount++]).set(name.ptr, name.len);
  }
}

/** Eight bytes at a time; those after the end are of the block that the name came in. */
function hasUnderscore(name: Slice): bool {
  for (let left = name.len, at = name.ptr; left > 0; left -= 8, at += 8) {
    let word = load<u64>(at) ^ 0x5f5f5f5f5f5f5f5f;
    if (left < 8) word |= (<u64>-1) << (left << 3);
    if ((word - 0x0101010101010101) & ~word & 0x8080808080808080) return true;
  }
  return false;
}

function depthOf(value: Slice): i32 {
  if (value.len == 1) {
    const c = load<u8>(value.ptr);
    return c == 48 ? Depth.ZERO : c == 49 ? Depth.ONE : Depth.INVALID;
  }
  return value.isFolded(INFINITY) ? Depth.INFINITY : Depth.INVALID;
}

function postKindOf(value: Slice): i32 {
  let len = value.len;
  for (let i = 0; i < len; i++) {
    const c = load<u8>(value.ptr + <usize>i);
    if (c == 0x3b || c == 0x20) len = i;
  }
  const end = value.ptr + <usize>len;
  if (len == TEXT_CALENDAR.len && startsWithFolded(value.ptr, len, TEXT_CALENDAR)) return PostKind.CALENDAR;
  if (len == SHARING.len && startsWithFolded(value.ptr, len, SHARING)) return PostKind.XML;
  const isXml =
    len >= 4 &&
    lower(load<u8>(end - 3)) == 0x78 &&
    lower(load<u8>(end - 2)) == 0x6d &&
    lower(load<u8>(end - 1)) == 0x6c;
  return isXml ? PostKind.XML : PostKind.OTHER;
}
