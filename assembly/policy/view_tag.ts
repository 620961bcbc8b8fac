import { sha256 } from "../bytes/sha256";
import { Text } from "../bytes/text";
import { Writer } from "../bytes/writer";

const SYNTHETIC_SIZE: i32 = 8;
const KEY_SIZE: i32 = 32;
/** A longer tag of the server's is not mapped: the person then has no tag at all. */
export const MAX_TAG: i32 = 1024;
const ALPHABET: Text = new Text("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_");

/**
 * Turns the server's ETags, ctags and sync-tokens into those of a view, and back (contract, section 5). A view's tag is
 * the server's under a deterministic cipher: the same on every route and in every worker, other for every view, and it
 * tells nothing of the content, although some servers' tags are a hash of it. The cipher is of the SIV kind (as RFC
 * 5297, with keyed SHA-256): a synthetic initialization vector from view and tag, and a key stream from that.
 * No tag that was not made here decodes.
 */
export class ViewTags {
  private input: Writer = new Writer(MAX_TAG + 256);
  private digest: StaticArray<u8> = new StaticArray<u8>(32);
  private raw: Writer = new Writer(MAX_TAG + 64);
  /** A digest of the key: with most tags it fits one block of SHA-256. */
  private key: StaticArray<u8> = new StaticArray<u8>(KEY_SIZE);

  /** `key` is secret, of any length, and the same wherever a tag has to be understood. */
  constructor(key: Text) {
    sha256(key.ptr, key.len, changetype<usize>(this.key));
  }

  /** Writes the tag for view `code` that stands for `ptr`/`len`, in characters of base64url; false when it is too long. */
  encode(code: u32, ptr: usize, len: i32, out: Writer): bool {
    if (len < 0 || len > MAX_TAG) return false;
    const raw = this.raw;
    raw.reset();
    this.synthesize(code, ptr, len);
    raw.bytes(changetype<usize>(this.digest), SYNTHETIC_SIZE);
    raw.bytes(ptr, len);
    this.cipher(code);
    writeBase64Url(raw.ptr, raw.len, out);
    return !out.overflow;
  }

  /** Writes the server's tag that `ptr`/`len` stands for; false when it is none of this view. */
  decode(code: u32, ptr: usize, len: i32, out: Writer): bool {
    const raw = this.raw;
    raw.reset();
    if (len <= 0 || len > (MAX_TAG + SYNTHETIC_SIZE) * 2 || !readBase64Url(ptr, len, raw)) return false;
    if (raw.len < SYNTHETIC_SIZE || raw.len > MAX_TAG + SYNTHETIC_SIZE) return false;
    this.cipher(code);
    const tag = raw.ptr + <usize>SYNTHETIC_SIZE;
    this.synthesize(code, tag, raw.len - SYNTHETIC_SIZE);
    if (memory.compare(raw.ptr, changetype<usize>(this.digest), <usize>SYNTHETIC_SIZE) != 0) return false;
    out.bytes(tag, raw.len - SYNTHETIC_SIZE);
    return !out.overflow;
  }

  /** Gives back memory that is outside of garbage collection, when the configuration is no longer used. */
  free(): void {
    this.input.release(0);
    this.raw.release(0);
  }

  /** The synthetic vector of a tag: the first bytes of `digest`. */
  private synthesize(code: u32, ptr: usize, len: i32): void {
    const input = this.input;
    input.reset();
    input.word(0);
    input.word(code);
    input.bytes(changetype<usize>(this.key), KEY_SIZE);
    input.bytes(ptr, len);
    this.hash();
  }

  /** Applies the key stream to what follows the vector in `raw`. */
  private cipher(code: u32): void {
    const raw = this.raw;
    const data = raw.ptr + <usize>SYNTHETIC_SIZE;
    const size = raw.len - SYNTHETIC_SIZE;
    for (let at = 0; at < size; at += 32) {
      const input = this.input;
      input.reset();
      input.word(<u32>at + 1);
      input.word(code);
      input.bytes(changetype<usize>(this.key), KEY_SIZE);
      input.bytes(raw.ptr, SYNTHETIC_SIZE);
      this.hash();
      for (let i = 0; i < min(32, size - at); i++) {
        const p = data + <usize>(at + i);
        store<u8>(p, load<u8>(p) ^ unchecked(this.digest[i]));
      }
    }
  }

  /**
   * Length extension is of no use: of the digest of a tag nobody sees more than a quarter, and what the key stream is
   * made from always has one length.
   */
  private hash(): void {
    sha256(this.input.ptr, this.input.len, changetype<usize>(this.digest));
  }
}

function writeBase64Url(ptr: usize, len: i32, out: Writer): void {
  let bits: u32 = 0;
  let count = 0;
  for (let i = 0; i < len; i++) {
    bits = (bits << 8) | (<u32>load<u8>(ptr + <usize>i));
    count += 8;
    while (count >= 6) {
      count -= 6;
      out.byte(load<u8>(ALPHABET.ptr + <usize>((bits >> count) & 63)));
    }
  }
  if (count > 0) out.byte(load<u8>(ALPHABET.ptr + <usize>((bits << (6 - count)) & 63)));
}

function readBase64Url(ptr: usize, len: i32, out: Writer): bool {
  let bits: u32 = 0;
  let count = 0;
  for (let i = 0; i < len; i++) {
    const c = load<u8>(ptr + <usize>i);
    let value: u32 = 0;
    if (c - 65 < 26) value = c - 65;
    else if (c - 97 < 26) value = c - 71;
    else if (c - 48 < 10) value = c + 4;
    else if (c == 45) value = 62;
    else if (c == 95) value = 63;
    else return false;
    bits = ((bits << 6) | value) & 0xffffff;
    count += 6;
    if (count >= 8) {
      count -= 8;
      out.byte(<u8>(bits >> count));
    }
  }
  return !out.overflow;
}
