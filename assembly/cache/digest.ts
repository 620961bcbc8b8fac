/** Bytes of a digest, and of the secret it is made with. */
export const DIGEST_SIZE: i32 = 16;

/**
 * SipHash-2-4 with 128 bits (Aumasson and Bernstein, 2012) of one run of bytes. `secret` points to 16 bytes that clients
 * cannot know, or they could send requests whose digests are equal; the digest's 16 bytes are written to `out`. It
 * finds entries; that two keys are equal is only known when their bytes are compared.
 */
export function digest(secret: usize, ptr: usize, len: i32, out: usize): void {
  const k0 = load<u64>(secret);
  const k1 = load<u64>(secret, 8);
  let v0 = 0x736f6d6570736575 ^ k0;
  let v1 = 0x646f72616e646f6d ^ k1 ^ 0xee;
  let v2 = 0x6c7967656e657261 ^ k0;
  let v3 = 0x7465646279746573 ^ k1;
  const words = max(len, 0) >> 3;
  // The words of the message, the rest with its length, and two steps that finish, each giving half of the digest.
  for (let i = 0; i < words + 3; i++) {
    const finishes = i > words;
    const word = i < words ? load<u64>(ptr + ((<usize>i) << 3)) : lastWord(ptr, len);
    if (!finishes) v3 ^= word;
    else if (i == words + 1) v2 ^= 0xee;
    else v1 ^= 0xdd;
    for (let round = finishes ? 4 : 2; round > 0; round--) {
      v0 += v1;
      v2 += v3;
      v1 = rotl<u64>(v1, 13) ^ v0;
      v3 = rotl<u64>(v3, 16) ^ v2;
      v0 = rotl<u64>(v0, 32);
      v2 += v1;
      v0 += v3;
      v1 = rotl<u64>(v1, 17) ^ v2;
      v3 = rotl<u64>(v3, 21) ^ v0;
      v2 = rotl<u64>(v2, 32);
    }
    if (!finishes) v0 ^= word;
    else store<u64>(out + ((<usize>(i - words - 1)) << 3), v0 ^ v1 ^ v2 ^ v3);
  }
}

/** What is left of the message after its whole words, and the length modulo 256 in the highest byte. */
function lastWord(ptr: usize, len: i32): u64 {
  const size = max(len, 0);
  let word = (<u64>size) << 56;
  for (let i = size & ~7; i < size; i++) word |= (<u64>load<u8>(ptr + <usize>i)) << ((<u64>(i & 7)) << 3);
  return word;
}
