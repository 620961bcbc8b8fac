import { Slice } from "../bytes/slice";
import { Writer } from "../bytes/writer";
import { ObjectSet } from "./object_set";

/** What is known of one version of an object. */
export namespace Seen {
  /** No look has found an object of that name. */
  export const NOTHING: i32 = 0;
  /** Something of it is shown. */
  export const SHOWN: i32 = 1;
  /** Nothing of it is. */
  export const HIDDEN: i32 = 2;
  /** Only other versions of it were looked at. */
  export const OTHER: i32 = 3;
}

/** What begins a key: of a name, or of a name and an entity tag. */
const SHOWN_NAME: u8 = 0x53;
const HIDDEN_NAME: u8 = 0x48;
const SHOWN_VERSION: u8 = 0x73;
const HIDDEN_VERSION: u8 = 0x68;

const key = new Writer(256 << 10);
const opaque = new Slice();

/**
 * What came of looking at the objects of one calendar: which of them exist for a person. Objects change between a look
 * and what the server says next, and an entity tag (RFC 9110, 8.8.3) stands for one content: so what was seen holds for
 * that version only. What several looks saw adds up.
 */
export class SeenObjects {
  private keys: ObjectSet = new ObjectSet();

  clear(): void {
    this.keys.clear();
  }

  /** Something was left out for want of room: nothing can be said of any object. */
  get overflow(): bool {
    return this.keys.overflow;
  }

  /** Notes that an object with the decoded name `name` is shown or not, as it was with `tag` (none: only its name is noted). */
  note(name: Slice, tag: Slice, isShown: bool): void {
    this.add(isShown ? SHOWN_NAME : HIDDEN_NAME, name, null);
    if (read(tag)) this.add(isShown ? SHOWN_VERSION : HIDDEN_VERSION, name, opaque);
  }

  /** What is known of the object as it is with `tag`: a `Seen`. */
  find(name: Slice, tag: Slice): i32 {
    if (this.keys.overflow) return Seen.OTHER;
    if (read(tag)) {
      // Two versions that meet in their hashes: hidden wins.
      if (this.has(HIDDEN_VERSION, name, opaque)) return Seen.HIDDEN;
      if (this.has(SHOWN_VERSION, name, opaque)) return Seen.SHOWN;
    }
    return this.has(SHOWN_NAME, name, null) || this.has(HIDDEN_NAME, name, null) ? Seen.OTHER : Seen.NOTHING;
  }

  /** True when some version of the object was shown, and none was hidden. */
  shows(name: Slice): bool {
    return !this.keys.overflow && this.has(SHOWN_NAME, name, null) && !this.has(HIDDEN_NAME, name, null);
  }

  /** True when some version of the object was hidden. */
  hides(name: Slice): bool {
    return this.keys.overflow || this.has(HIDDEN_NAME, name, null);
  }

  private add(kind: u8, name: Slice, tag: Slice | null): void {
    compose(kind, name, tag);
    this.keys.add(key.ptr, key.len);
  }

  private has(kind: u8, name: Slice, tag: Slice | null): bool {
    compose(kind, name, tag);
    return this.keys.has(key.ptr, key.len);
  }
}

/** Sets `opaque` to what tells versions apart in a tag. A weak one is taken for a strong one: gateways weaken tags. */
function read(tag: Slice): bool {
  let ptr = tag.ptr;
  let end = ptr + <usize>tag.len;
  while (ptr < end && load<u8>(ptr) <= 0x20) ptr++;
  while (end > ptr && load<u8>(end - 1) <= 0x20) end--;
  if (end - ptr > 2 && load<u8>(ptr) == 0x57 && load<u8>(ptr, 1) == 0x2f) ptr += 2;
  opaque.set(ptr, <i32>(end - ptr));
  return opaque.len > 0;
}

function compose(kind: u8, name: Slice, tag: Slice | null): void {
  key.reset();
  key.byte(kind);
  key.bytes(name.ptr, name.len);
  if (tag === null) return;
  key.byte(0);
  key.bytes(tag.ptr, tag.len);
}
