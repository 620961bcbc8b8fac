import { equal, hash, HASH_SEED } from "../bytes/slice";
import { after, Node } from "./document";

/** Up to this many keys, comparing each with each is cheaper than a table. */
const FEW: i32 = 12;

/** The members of one object by key, for objects with many. Owns its memory until `free`. */
export class KeyIndex {
  /** A member whose key an earlier member has, when there is one. */
  duplicate: Node | null = null;
  private slots: usize = 0;
  private mask: u32 = 0;

  constructor(object: Node | null) {
    if (object !== null) this.fill(object);
  }

  /** The member with that key, or null. */
  find(key: usize, keyLen: i32): Node | null {
    return this.slots == 0 ? null : changetype<Node | null>(<usize>load<u32>(this.slot(key, keyLen)));
  }

  free(): void {
    if (this.slots) heap.free(this.slots);
    this.slots = 0;
  }

  private fill(object: Node): void {
    let count = 0;
    for (let child = object.first; child !== null; child = after(child)) count++;
    if (count == 0) return;
    let size: u32 = 8;
    while (size < <u32>count * 2) size *= 2;
    this.mask = size - 1;
    this.slots = heap.alloc((<usize>size) << 2);
    memory.fill(this.slots, 0, (<usize>size) << 2);
    for (let child = object.first; child !== null; child = after(child)) {
      const slot = this.slot(child.key, child.keyLen);
      if (load<u32>(slot) != 0) this.duplicate = child;
      else store<u32>(slot, <u32>changetype<usize>(child));
    }
  }

  /** Where the key stands, or the empty slot where it would. */
  private slot(key: usize, keyLen: i32): usize {
    const h = hash(key, keyLen, HASH_SEED);
    let i = (h ^ (h >> 15)) & this.mask;
    let node = this.node(i);
    while (node !== null && !equal(node.key, node.keyLen, key, keyLen)) {
      i = (i + 1) & this.mask;
      node = this.node(i);
    }
    return this.slots + ((<usize>i) << 2);
  }

  private node(i: u32): Node | null {
    return changetype<Node | null>(<usize>load<u32>(this.slots + ((<usize>i) << 2)));
  }
}

/** A member whose key an earlier member of the same object has, or null. */
export function duplicateKey(object: Node): Node | null {
  let count = 0;
  for (let child = object.first; child !== null && count <= FEW; child = after(child)) {
    count++;
    for (let other = object.first; other !== null && other !== child; other = after(other)) {
      if (equal(other.key, other.keyLen, child.key, child.keyLen)) return child;
    }
  }
  if (count <= FEW) return null;
  const index = new KeyIndex(object);
  const duplicate = index.duplicate;
  index.free();
  return duplicate;
}
