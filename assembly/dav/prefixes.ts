import { equal } from "../bytes/slice";
import { ResourcePath } from "./path";
import { Writer } from "../bytes/writer";

/** Who may use a path outside the layout. */
export namespace PrefixAccess {
  export const NONE: i32 = 0;
  export const AUTHENTICATED: i32 = 1;
  export const ANYONE: i32 = 2;
}

/** The `other_paths` of the configuration: prefixes outside the layout, compared by decoded segments. */
export class PrefixTable {
  private paths: ResourcePath[] = [];
  private access: i32[] = [];

  get length(): i32 {
    return this.paths.length;
  }

  /** Adds a prefix such as `/.web/`; null when it is right, else what is wrong with it, as the end of a sentence. */
  add(prefix: string, anyone: bool): string | null {
    if (!prefix.startsWith("/") || !prefix.endsWith("/")) return 'must begin and end with "/"';
    if (this.paths.length >= 256) return "is one of more than 256 prefixes";
    const bytes = new Writer(16384);
    bytes.string(prefix);
    const path = new ResourcePath();
    const plain = !bytes.overflow && path.parse(bytes.ptr, bytes.len) && !path.hasQuery;
    bytes.release(0);
    if (!plain) {
      path.free();
      return "is not a plain path";
    }
    this.paths.push(path);
    this.access.push(anyone ? PrefixAccess.ANYONE : PrefixAccess.AUTHENTICATED);
    return null;
  }

  /** The access of the longest prefix that the path lies in, or NONE. */
  find(path: ResourcePath): i32 {
    let best = -1;
    let access = PrefixAccess.NONE;
    for (let i = 0; i < this.paths.length; i++) {
      const prefix = unchecked(this.paths[i]);
      if (prefix.count <= best || !isWithin(prefix, path)) continue;
      best = prefix.count;
      access = unchecked(this.access[i]);
    }
    return access;
  }

  /** Gives the memory back when the configuration is no longer used. */
  free(): void {
    for (let i = 0; i < this.paths.length; i++) this.paths[i].free();
    this.paths = [];
    this.access = [];
  }

  /** Prefix `i` as a path, for checks when the configuration is read; null when there is none. */
  at(i: i32): ResourcePath | null {
    return i >= 0 && i < this.paths.length ? this.paths[i] : null;
  }
}

function isWithin(prefix: ResourcePath, path: ResourcePath): bool {
  if (path.count < prefix.count) return false;
  for (let i = 0; i < prefix.count; i++) {
    if (!equal(path.ptr(i), path.len(i), prefix.ptr(i), prefix.len(i))) return false;
  }
  return true;
}
