import { Slice } from "../bytes/slice";
import { text, Text } from "../bytes/text";
import { Writer } from "../bytes/writer";
import { CacheControl } from "../cache/cache_control";
import { HeaderCursor } from "../host/headers";
import * as Names from "./names";

/** What a cache has to know of the headers of a read. */
export namespace ReadHeader {
  export const PREFER: i32 = 0;
  export const BRIEF: i32 = 1;
  export const ACCEPT: i32 = 2;
  export const ACCEPT_ENCODING: i32 = 3;
  export const ACCEPT_LANGUAGE: i32 = 4;
  export const TIMEZONES: i32 = 5;
  export const CACHE_CONTROL: i32 = 6;
  export const PRAGMA: i32 = 7;
  export const IF_MATCH: i32 = 8;
  export const IF_NONE_MATCH: i32 = 9;
  export const IF_MODIFIED_SINCE: i32 = 10;
  export const IF_UNMODIFIED_SINCE: i32 = 11;
  export const RANGE: i32 = 12;
  export const IF_RANGE: i32 = 13;
  export const AUTHORIZATION: i32 = 14;
  export const COOKIE: i32 = 15;
  export const SCHEME: i32 = 16;
  export const AUTHORITY: i32 = 17;
  export const IF: i32 = 18;
}

/** In the order of `ReadHeader`. */
const NAMES: Text[] = [
  Names.PREFER,
  text("brief"),
  text("accept"),
  Names.ACCEPT_ENCODING,
  text("accept-language"),
  text("caldav-timezones"),
  Names.CACHE_CONTROL,
  text("pragma"),
  Names.IF_MATCH,
  Names.IF_NONE_MATCH,
  Names.IF_MODIFIED_SINCE,
  Names.IF_UNMODIFIED_SINCE,
  Names.RANGE,
  text("if-range"),
  Names.AUTHORIZATION,
  Names.COOKIE,
  Names.SCHEME,
  Names.AUTHORITY,
  Names.IF,
];
const COUNT: i32 = 19;
/** One bit for each length that one of these names has: most headers are told by it. */
const LENGTHS: u32 = lengths();

function lengths(): u32 {
  let bits: u32 = 0;
  for (let i = 0; i < COUNT; i++) bits |= 1 << NAMES[i].len;
  return bits;
}

/** Headers of one read, kept until it has been answered: the host gives them in the request headers callback only. */
export class ReadHeaders {
  /** Something came twice, or was too long: there is no telling what the answer depends on. */
  isOdd: bool = false;
  private bytes: Writer = new Writer(32 << 10);
  private starts: StaticArray<i32> = new StaticArray<i32>(COUNT);
  private lengths: StaticArray<i32> = new StaticArray<i32>(COUNT);

  /** Takes them from what was read of the request, as the client sent them. */
  take(cursor: HeaderCursor): void {
    this.clear();
    cursor.rewind();
    while (cursor.next()) {
      const len = cursor.name.len;
      if (len > 31 || ((LENGTHS >> len) & 1) == 0) continue;
      for (let i = 0; i < COUNT; i++) if (cursor.name.is(unchecked(NAMES[i]))) this.keep(i, cursor.value);
    }
    if (this.bytes.overflow) this.isOdd = true;
  }

  has(which: i32): bool {
    return unchecked(this.starts[which]) >= 0;
  }

  /** Sets `into` to a header's value; `ptr` is 0 when there is none. */
  get(which: i32, into: Slice): void {
    if (unchecked(this.starts[which]) < 0) into.clear();
    else into.set(this.bytes.ptr + <usize>unchecked(this.starts[which]), unchecked(this.lengths[which]));
  }

  clear(): void {
    this.isOdd = false;
    this.bytes.reset();
    this.starts.fill(-1);
  }

  release(keep: i32): void {
    this.clear();
    this.bytes.release(keep);
  }

  private keep(which: i32, value: Slice): void {
    if (unchecked(this.starts[which]) >= 0) this.isOdd = true;
    // A value that is empty must still have an address: an absent one has none.
    this.bytes.byte(0x20);
    unchecked((this.starts[which] = this.bytes.len));
    unchecked((this.lengths[which] = value.len));
    this.bytes.bytes(value.ptr, value.len);
  }
}

/** Reads what the client wants of caches into `control`. */
export function readControl(headers: ReadHeaders, control: CacheControl): void {
  control.clear();
  headers.get(ReadHeader.CACHE_CONTROL, directives);
  if (directives.ptr != 0) control.add(directives.ptr, directives.len);
  headers.get(ReadHeader.PRAGMA, directives);
  // RFC 9111, 5.4: only where there is no Cache-Control.
  if (directives.ptr != 0 && !control.noCache) control.add(directives.ptr, directives.len);
}

const directives = new Slice();
