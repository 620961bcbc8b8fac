/** So many digits has no duration that a calendar needs, and none that a parser stumbles over has more. */
const DIGITS: i32 = 7;

/**
 * True when the run is a well-formed DURATION (RFC 5545, section 3.3.6). Weeks may come with days and times, and parts
 * may be left out, as parsers allow; at least one part must be there.
 */
export function isDuration(ptr: usize, len: i32): bool {
  let at = 0;
  if (at < len && (byteAt(ptr, at) == 0x2b || byteAt(ptr, at) == 0x2d)) at++;
  if (at >= len || (byteAt(ptr, at) | 0x20) != 0x70) return false;
  at++;
  let parts = 0;
  let inTime = false;
  // The rank of the part before: W 1, D 2, H 3, M 4, S 5; parts come in this order.
  let rank = 0;
  while (at < len) {
    if (!inTime && (byteAt(ptr, at) | 0x20) == 0x74) {
      inTime = true;
      at++;
      if (at >= len) return false;
      rank = 2;
    }
    const digits = at;
    while (at < len && <u8>(byteAt(ptr, at) - 0x30) < 10) at++;
    if (at == digits || at - digits > DIGITS || at >= len) return false;
    const unit = unitRank(byteAt(ptr, at) | 0x20);
    if (unit <= rank || inTime != unit > 2) return false;
    rank = unit;
    at++;
    parts++;
  }
  return parts > 0;
}

// @ts-ignore: decorator
@inline
function byteAt(ptr: usize, i: i32): u8 {
  return load<u8>(ptr + <usize>i);
}

function unitRank(c: u8): i32 {
  switch (c) {
    case 0x77:
      return 1;
    case 0x64:
      return 2;
    case 0x68:
      return 3;
    case 0x6d:
      return 4;
    case 0x73:
      return 5;
    default:
      return 0;
  }
}
