/**
 * A number that tells runs of bytes apart, word by word: for a place in a table whose entries are then compared byte by
 * byte. Use its high bits. No secret is in it, so a client can make two runs meet, and gains nothing by it.
 */
export function wordHash(ptr: usize, len: i32): u64 {
  let hash: u64 = <u64>len;
  let at = 0;
  for (; at + 8 <= len; at += 8) hash = mix(hash, load<u64>(ptr + <usize>at));
  for (; at < len; at++) hash = mix(hash, load<u8>(ptr + <usize>at));
  return hash;
}

// @ts-ignore: decorator
@inline
function mix(hash: u64, word: u64): u64 {
  return (rotl<u64>(hash, 29) ^ word) * 0x9e3779b97f4a7c15;
}
