/** SHA-256 (FIPS 180-4) of one run of bytes; the digest's 32 bytes are written to `out`. */
export function sha256(ptr: usize, len: i32, out: usize): void {
  memory.copy(STATE, INITIAL, 32);
  let at = 0;
  for (; len - at >= 64; at += 64) compress(ptr + <usize>at);
  const rest = len - at;
  const size: usize = rest < 56 ? 64 : 128;
  memory.fill(BLOCK, 0, size);
  memory.copy(BLOCK, ptr + <usize>at, <usize>rest);
  store<u8>(BLOCK + <usize>rest, 0x80);
  store<u64>(BLOCK + size - 8, bswap<u64>((<u64>len) << 3));
  compress(BLOCK);
  if (size == 128) compress(BLOCK + 64);
  v128.store(out, bigEndian(STATE));
  v128.store(out + 16, bigEndian(STATE + 16));
  // What was hashed may be a password.
  memory.fill(BLOCK, 0, size);
  memory.fill(SCHEDULE, 0, 256);
}

const BLOCK: usize = memory.data(128, 8);
const STATE: usize = memory.data(32, 8);
const SCHEDULE: usize = memory.data(256, 8);
const INITIAL: usize = memory.data<u32>([
  0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19,
]);
const K: usize = memory.data<u32>([
  0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5, 0xd807aa98,
  0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174, 0xe49b69c1, 0xefbe4786,
  0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da, 0x983e5152, 0xa831c66d, 0xb00327c8,
  0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967, 0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13,
  0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85, 0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819,
  0xd6990624, 0xf40e3585, 0x106aa070, 0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a,
  0x5b9cca4f, 0x682e6ff3, 0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7,
  0xc67178f2,
]);

/** One block (FIPS 180-4, 6.2.2). The working variables change places from round to round instead of values. */
function compress(block: usize): void {
  for (let at: usize = 0; at < 64; at += 16) v128.store(SCHEDULE + at, bigEndian(block + at));
  for (let at = SCHEDULE + 64; at < SCHEDULE + 256; at += 4) {
    const x = load<u32>(at - 60);
    const y = load<u32>(at - 8);
    const s0 = rotr<u32>(x, 7) ^ rotr<u32>(x, 18) ^ (x >> 3);
    const s1 = rotr<u32>(y, 17) ^ rotr<u32>(y, 19) ^ (y >> 10);
    store<u32>(at, load<u32>(at - 64) + s0 + load<u32>(at - 28) + s1);
  }
  let a = load<u32>(STATE);
  let b = load<u32>(STATE, 4);
  let c = load<u32>(STATE, 8);
  let d = load<u32>(STATE, 12);
  let e = load<u32>(STATE, 16);
  let f = load<u32>(STATE, 20);
  let g = load<u32>(STATE, 24);
  let h = load<u32>(STATE, 28);
  for (let at: usize = 0; at < 256; at += 32) {
    h += first(e, f, g, at);
    d += h;
    h += second(a, b, c);
    g += first(d, e, f, at + 4);
    c += g;
    g += second(h, a, b);
    f += first(c, d, e, at + 8);
    b += f;
    f += second(g, h, a);
    e += first(b, c, d, at + 12);
    a += e;
    e += second(f, g, h);
    d += first(a, b, c, at + 16);
    h += d;
    d += second(e, f, g);
    c += first(h, a, b, at + 20);
    g += c;
    c += second(d, e, f);
    b += first(g, h, a, at + 24);
    f += b;
    b += second(c, d, e);
    a += first(f, g, h, at + 28);
    e += a;
    a += second(b, c, d);
  }
  store<u32>(STATE, load<u32>(STATE) + a);
  store<u32>(STATE, load<u32>(STATE, 4) + b, 4);
  store<u32>(STATE, load<u32>(STATE, 8) + c, 8);
  store<u32>(STATE, load<u32>(STATE, 12) + d, 12);
  store<u32>(STATE, load<u32>(STATE, 16) + e, 16);
  store<u32>(STATE, load<u32>(STATE, 20) + f, 20);
  store<u32>(STATE, load<u32>(STATE, 24) + g, 24);
  store<u32>(STATE, load<u32>(STATE, 28) + h, 28);
}

/** What a round adds to the last working variable and, with it, to the fourth; `at`: the offset of its word. */
// @ts-ignore: decorator
@inline
function first(e: u32, f: u32, g: u32, at: usize): u32 {
  const s1 = rotr<u32>(e, 6) ^ rotr<u32>(e, 11) ^ rotr<u32>(e, 25);
  return s1 + (g ^ (e & (f ^ g))) + load<u32>(K + at) + load<u32>(SCHEDULE + at);
}

// @ts-ignore: decorator
@inline
function second(a: u32, b: u32, c: u32): u32 {
  const s0 = rotr<u32>(a, 2) ^ rotr<u32>(a, 13) ^ rotr<u32>(a, 22);
  return s0 + ((a & b) | (c & (a | b)));
}

/** Four words with their bytes turned around. */
// @ts-ignore: decorator
@inline
function bigEndian(ptr: usize): v128 {
  return i8x16.shuffle(v128.load(ptr), v128.load(ptr), 3, 2, 1, 0, 7, 6, 5, 4, 11, 10, 9, 8, 15, 14, 13, 12);
}
