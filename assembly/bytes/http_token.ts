/** True for a tchar (RFC 9110, 5.6.2): what tokens, such as names of headers and directives, are made of. */
export function isTokenByte(c: u8): bool {
  if (c - 48 < 10 || (c | 32) - 97 < 26) return true;
  // ! # $ % & ' * + - . ^ _ ` | ~
  return (
    c == 33 ||
    (c >= 35 && c <= 39) ||
    c == 42 ||
    c == 43 ||
    c == 45 ||
    c == 46 ||
    (c >= 94 && c <= 96) ||
    c == 124 ||
    c == 126
  );
}

/** The end of the token that begins at `p`; `p` itself when none does. */
export function tokenEnd(p: usize, end: usize): usize {
  while (p < end && isTokenByte(load<u8>(p))) p++;
  return p;
}

/** The first byte at or after `p` that is no space or tab (OWS, RFC 9110, 5.6.3), or `end`. */
export function skipBlanks(p: usize, end: usize): usize {
  while (p < end && (load<u8>(p) == 0x20 || load<u8>(p) == 0x09)) p++;
  return p;
}
