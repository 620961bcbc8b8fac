import { equal, Slice } from "../bytes/slice";
import { text, Text } from "../bytes/text";
import { Writer } from "../bytes/writer";
import { writeSegment } from "../bytes/percent";
import { ResourcePath } from "./path";

/** What a path of the layout is. */
export namespace ResourceKind {
  /** Not of the layout. */
  export const OUTSIDE: i32 = 0;
  /** A collection above the users: `/`, `/dav/calendars/`. */
  export const CONTEXT: i32 = 1;
  /** A user's principal, and what lies below it without being a calendar. */
  export const PRINCIPAL: i32 = 2;
  /** A user's calendar home. */
  export const HOME: i32 = 3;
  export const CALENDAR: i32 = 4;
  /** A calendar object resource. */
  export const OBJECT: i32 = 5;
  /** Anything deeper in a calendar: nobody's but the owner's. */
  export const BELOW: i32 = 6;
}

/** A path, classified. The slices point into the `ResourcePath` it came from. */
export class Resource {
  kind: i32 = ResourceKind.OUTSIDE;
  readonly user: Slice = new Slice();
  readonly calendar: Slice = new Slice();
  readonly object: Slice = new Slice();
  /** A scheduling inbox or outbox (RFC 6638), or something in it. */
  isScheduling: bool = false;
  /** Exactly a principal resource, not something below it. */
  isPrincipal: bool = false;

  clear(): void {
    this.kind = ResourceKind.OUTSIDE;
    this.user.clear();
    this.calendar.clear();
    this.object.clear();
    this.isScheduling = false;
    this.isPrincipal = false;
  }

  /** True when it lies in some user's calendar. */
  get isInCalendar(): bool {
    return this.kind >= ResourceKind.CALENDAR;
  }
}

/** How a segment of a pattern is met. */
namespace Part {
  export const LITERAL: u8 = 0;
  export const USER: u8 = 1;
  export const CALENDAR: u8 = 2;
}

const MAX_PARTS: i32 = 16;

/** One pattern of the layout, such as `/dav/calendars/{user}/`, as a list of segments. */
class Pattern {
  count: i32 = 0;
  /** How many literal segments it begins with. */
  prefix: i32 = 0;
  parts: StaticArray<u8> = new StaticArray<u8>(MAX_PARTS);
  literals: StaticArray<Text> = new StaticArray<Text>(MAX_PARTS);

  /** Null when right, else the rest of a sentence about the pattern. */
  compile(pattern: string, withCalendar: bool): string | null {
    this.count = 0;
    this.prefix = 0;
    let users = 0;
    let calendars = 0;
    if (!pattern.startsWith("/")) return 'must begin with "/"';
    if (!pattern.endsWith("/")) return 'must end with "/"';
    const segments = pattern.substring(1, pattern.length - 1).split("/");
    if (segments.length > MAX_PARTS) return "has too many segments";
    for (let i = 0; i < segments.length; i++) {
      const segment = segments[i];
      if (segment.length == 0) return "has an empty segment";
      let part: u8 = Part.LITERAL;
      if (segment == "{user}") {
        part = Part.USER;
        users++;
      } else if (segment == "{calendar}") {
        part = Part.CALENDAR;
        calendars++;
      } else if (segment.includes("{") || segment.includes("}")) {
        return 'has a segment "' + segment + '": {user} and {calendar} stand for whole segments';
      } else if (segment == "." || segment == ".." || segment.includes("%") || segment.includes(";")) {
        return 'has a segment "' + segment + '" that is not a plain name';
      }
      this.parts[i] = part;
      this.literals[i] = new Text(segment);
      if (part == Part.LITERAL && this.prefix == i) this.prefix = i + 1;
    }
    if (users != 1) return "needs {user} exactly once";
    if (withCalendar && calendars != 1) return "needs {calendar} exactly once";
    if (!withCalendar && calendars != 0) return "must not have {calendar}";
    this.count = segments.length;
    return null;
  }

  /** True when the path begins with the whole pattern; sets the user and calendar it met. */
  meets(path: ResourcePath, resource: Resource): bool {
    if (this.count == 0 || path.count < this.count) return false;
    for (let i = 0; i < this.count; i++) {
      const ptr = path.ptr(i);
      const len = path.len(i);
      const part = unchecked(this.parts[i]);
      if (part == Part.LITERAL) {
        const literal = unchecked(this.literals[i]);
        if (!equal(ptr, len, literal.ptr, literal.len)) return false;
      } else if (part == Part.USER) {
        // No server has users with a leading dot; `/.web/` and `/.well-known/` are not homes.
        if (load<u8>(ptr) == 46) return false;
        resource.user.set(ptr, len);
      } else resource.calendar.set(ptr, len);
    }
    return true;
  }

  /** True when the path is a collection above the first variable segment. */
  isBelow(path: ResourcePath): bool {
    if (path.count > this.prefix) return false;
    for (let i = 0; i < path.count; i++) {
      const literal = unchecked(this.literals[i]);
      if (!equal(path.ptr(i), path.len(i), literal.ptr, literal.len)) return false;
    }
    return true;
  }

  write(writer: Writer, user: Slice, calendar: Slice | null): void {
    for (let i = 0; i < this.count; i++) {
      writer.byte(0x2f);
      const part = unchecked(this.parts[i]);
      if (part == Part.USER) writeSegment(writer, user.ptr, user.len);
      else if (part == Part.CALENDAR) {
        if (calendar !== null) writeSegment(writer, calendar.ptr, calendar.len);
      } else writeSegment(writer, unchecked(this.literals[i]).ptr, unchecked(this.literals[i]).len);
    }
    writer.byte(0x2f);
  }
}

const SCHEDULING: Text[] = [text("inbox"), text("outbox"), text(".in"), text(".out"), text("trashbin")];

/** Where things live on the server: the compiled `layout`. Knows nothing of who may see what. */
export class Layout {
  private principal: Pattern = new Pattern();
  private home: Pattern = new Pattern();
  private calendar: Pattern = new Pattern();
  /** The context path that `/.well-known/caldav` leads to: what all three patterns begin with. */
  context: Text = text("/");

  /**
   * Compiles the three patterns, such as `/{user}/{calendar}/`. Gives null when they are right, else one sentence that
   * begins with `principal`, `home` or `calendar`.
   */
  compile(principal: string, home: string, calendar: string): string | null {
    let fault = this.principal.compile(principal, false);
    if (fault !== null) return "principal " + fault;
    fault = this.home.compile(home, false);
    if (fault !== null) return "home " + fault;
    fault = this.calendar.compile(calendar, true);
    if (fault !== null) return "calendar " + fault;
    let common = "/";
    for (let i = 0; i < min(this.home.prefix, min(this.principal.prefix, this.calendar.prefix)); i++) {
      const literal = this.home.literals[i];
      const name = String.UTF8.decode(literal.buffer);
      if (String.UTF8.decode(this.principal.literals[i].buffer) != name) break;
      if (String.UTF8.decode(this.calendar.literals[i].buffer) != name) break;
      common += name + "/";
    }
    this.context = text(common);
    return null;
  }

  /** Says what the path is. The most specific pattern wins. */
  classify(path: ResourcePath, resource: Resource): void {
    resource.clear();
    if (this.calendar.meets(path, resource)) {
      const extra = path.count - this.calendar.count;
      resource.kind = extra == 0 ? ResourceKind.CALENDAR : extra == 1 ? ResourceKind.OBJECT : ResourceKind.BELOW;
      if (extra > 0) path.slice(this.calendar.count, resource.object);
      resource.isScheduling = isScheduling(resource.calendar);
      return;
    }
    resource.calendar.clear();
    if (this.home.meets(path, resource)) {
      const exact = path.count == this.home.count;
      resource.kind = exact ? ResourceKind.HOME : ResourceKind.PRINCIPAL;
      resource.isPrincipal = exact && this.principal.meets(path, resource) && path.count == this.principal.count;
      return;
    }
    if (this.principal.meets(path, resource)) {
      resource.kind = ResourceKind.PRINCIPAL;
      resource.isPrincipal = path.count == this.principal.count;
      if (path.count > this.principal.count) {
        path.slice(this.principal.count, resource.object);
        resource.isScheduling = isScheduling(resource.object);
      }
      return;
    }
    resource.user.clear();
    if (this.principal.isBelow(path) || this.home.isBelow(path) || this.calendar.isBelow(path)) {
      resource.kind = ResourceKind.CONTEXT;
    }
  }

  writePrincipal(writer: Writer, user: Slice): void {
    this.principal.write(writer, user, null);
  }

  writeHome(writer: Writer, user: Slice): void {
    this.home.write(writer, user, null);
  }

  writeCalendar(writer: Writer, user: Slice, calendar: Slice): void {
    this.calendar.write(writer, user, calendar);
  }
}

function isScheduling(name: Slice): bool {
  for (let i = 0; i < SCHEDULING.length; i++) if (name.isFolded(SCHEDULING[i])) return true;
  return false;
}
