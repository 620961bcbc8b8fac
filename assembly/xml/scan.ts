/** The first byte `c` at or after `p`, or `end`. Sixteen bytes at a time. */
export function find(p: usize, end: usize, c: u8): usize {
  const wanted = i8x16.splat(<i8>c);
  while (end - p >= 16) {
    const hits = v128.bitmask<i8>(i8x16.eq(v128.load(p), wanted));
    if (hits != 0) return p + <usize>ctz(hits);
    p += 16;
  }
  while (p < end && load<u8>(p) != c) p++;
  return p;
}

/** The first byte `a` or `b` at or after `p`, or `end`. */
export function findEither(p: usize, end: usize, a: u8, b: u8): usize {
  const first = i8x16.splat(<i8>a);
  const second = i8x16.splat(<i8>b);
  while (end - p >= 16) {
    const bytes = v128.load(p);
    const hits = v128.bitmask<i8>(v128.or(i8x16.eq(bytes, first), i8x16.eq(bytes, second)));
    if (hits != 0) return p + <usize>ctz(hits);
    p += 16;
  }
  for (; p < end; p++) {
    const c = load<u8>(p);
    if (c == a || c == b) break;
  }
  return p;
}

/** The place after the first two bytes `a`, `b` that follow each other, or 0. */
export function findPair(p: usize, end: usize, a: u8, b: u8): usize {
  while (true) {
    p = find(p, end, a);
    if (end - p < 2) return 0;
    if (load<u8>(p + 1) == b) return p + 2;
    p++;
  }
}
