import { equal, hash, HASH_SEED } from "../bytes/slice";
import { text, Text } from "../bytes/text";
import { Writer } from "../bytes/writer";
import { namespaceOf, XmlNamespace, XML_URI } from "./namespace";

/** Declarations in scope at one place, at most. */
const MAX_BINDINGS: i32 = 256;
/** Bytes of all prefixes and namespace names in scope, at most. */
const MAX_BYTES: i32 = 64 << 10;

const XML: Text = text("xml");

/** One prefix (empty: the default namespace) and what it stands for. */
@unmanaged
class Binding {
  /** The first eight bytes of the prefix; with the length that decides for nearly all. */
  key: u64;
  prefixLen: i32;
  /** Offsets into the bytes kept. */
  at: i32;
  uriLen: i32;
  uriHash: u32;
  /** The first binding in scope with this very namespace name. */
  identity: i32;
  namespace: i32;
}

/**
 * The namespace declarations in scope (Namespaces in XML 1.0, 6), innermost last. It keeps copies, so the document
 * itself may go.
 */
export class NamespaceScopes {
  /** How many declarations are in scope; hand it to `close` to go back. */
  count: i32 = 0;
  /** Another number whenever other declarations are in scope. */
  version: u32 = 1;
  private bindings: usize = 0;
  /** Bindings that there is room for. */
  private capacity: i32 = 0;
  private kept: Writer = new Writer(MAX_BYTES);
  private lastKey: u64 = 0;
  private lastLen: i32 = -1;
  private lastFound: i32 = -1;

  /** Forgets everything but `xml`. */
  open(): void {
    this.count = 0;
    this.version++;
    this.kept.reset();
    this.bind(XML.ptr, XML.len, XML_URI.ptr, XML_URI.len);
  }

  /** Adds a declaration. False when there are too many. */
  bind(prefix: usize, prefixLen: i32, uri: usize, uriLen: i32): bool {
    if (this.count == this.capacity && !this.grow()) return false;
    if (!this.kept.reserve(prefixLen + uriLen)) return false;
    const at = this.kept.len;
    this.kept.bytes(prefix, prefixLen);
    this.kept.bytes(uri, uriLen);
    const uriHash = hash(uri, uriLen, HASH_SEED);
    let identity = this.count;
    for (let i = 0; i < this.count; i++) {
      const other = this.at(i);
      if (other.uriHash != uriHash || !equal(this.uriPtr(i), other.uriLen, uri, uriLen)) continue;
      identity = i;
      break;
    }
    const binding = this.at(this.count++);
    binding.key = keyOf(prefix, prefixLen);
    binding.prefixLen = prefixLen;
    binding.at = at;
    binding.uriLen = uriLen;
    binding.uriHash = uriHash;
    binding.identity = identity;
    binding.namespace = namespaceOf(uri, uriLen);
    this.lastLen = -1;
    this.version++;
    return true;
  }

  private grow(): bool {
    if (this.capacity == MAX_BINDINGS) return false;
    this.capacity = this.capacity == 0 ? 16 : this.capacity * 2;
    const size = <usize>this.capacity * offsetof<Binding>();
    this.bindings = this.bindings == 0 ? heap.alloc(size) : heap.realloc(this.bindings, size);
    return true;
  }

  /** Leaves the innermost declarations until `count` are left. */
  // @ts-ignore: decorator
  @inline
  close(count: i32): void {
    if (count != this.count) this.drop(count);
  }

  private drop(count: i32): void {
    this.kept.len = this.at(count).at;
    this.count = count;
    this.lastLen = -1;
    this.version++;
  }

  /** The number of the declaration that holds for a prefix, or -1. */
  find(prefix: usize, len: i32): i32 {
    const key = keyOf(prefix, len);
    if (len <= 8 && key == this.lastKey && len == this.lastLen) return this.lastFound;
    const found = this.search(prefix, len, key, 0);
    this.lastKey = key;
    this.lastLen = len;
    this.lastFound = found;
    return found;
  }

  /** True when the prefix was declared since there were `count` declarations. */
  declaredSince(count: i32, prefix: usize, len: i32): bool {
    return this.search(prefix, len, keyOf(prefix, len), count) >= 0;
  }

  private search(prefix: usize, len: i32, key: u64, from: i32): i32 {
    for (let i = this.count - 1; i >= from; i--) {
      const binding = this.at(i);
      if (binding.key != key || binding.prefixLen != len) continue;
      if (len <= 8 || memory.compare(this.kept.ptr + <usize>binding.at, prefix, <usize>len) == 0) return i;
    }
    return -1;
  }

  /** The namespace of a declaration; NONE for -1 and for `xmlns=""`. */
  namespace(found: i32): i32 {
    return found < 0 ? XmlNamespace.NONE : this.at(found).namespace;
  }

  /** A number that is the same for two declarations exactly when their namespace names are. */
  identity(found: i32): i32 {
    return found < 0 ? -1 : this.at(found).identity;
  }

  /** The namespace name of a declaration; valid until the next declaration. */
  uriPtr(found: i32): usize {
    if (found < 0) return 0;
    const binding = this.at(found);
    return this.kept.ptr + <usize>(binding.at + binding.prefixLen);
  }

  uriLen(found: i32): i32 {
    return found < 0 ? 0 : this.at(found).uriLen;
  }

  // @ts-ignore: decorator
  @inline
  private at(i: i32): Binding {
    return changetype<Binding>(this.bindings + <usize>i * offsetof<Binding>());
  }
}

function keyOf(p: usize, len: i32): u64 {
  let key: u64 = 0;
  for (let i = 0, n = min(len, 8); i < n; i++) key |= (<u64>load<u8>(p + <usize>i)) << ((<u64>i) << 3);
  return key;
}
