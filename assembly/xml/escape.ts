import { Text, text } from "../bytes/text";
import { Writer } from "../bytes/writer";

const AMP: Text = text("&amp;");
const LT: Text = text("&lt;");
const GT: Text = text("&gt;");
const CR: Text = text("&#13;");
const QUOT: Text = text("&quot;");

/**
 * Writes text so that an XML parser reads the very same: `&`, `<`, `>` and `"` as entities, and CR as a character
 * reference, since parsers take a bare one for a line end (XML 1.0, 2.11). It fits content and quoted values.
 */
export function escapeText(ptr: usize, len: i32, out: Writer): void {
  const end = ptr + <usize>max(len, 0);
  let run = ptr;
  let p = ptr;
  while (true) {
    p = findSpecial(p, end);
    out.bytes(run, <i32>(p - run));
    if (p >= end) return;
    switch (load<u8>(p)) {
      case 0x26:
        out.text(AMP);
        break;
      case 0x3c:
        out.text(LT);
        break;
      case 0x3e:
        out.text(GT);
        break;
      case 0x22:
        out.text(QUOT);
        break;
      default:
        out.text(CR);
    }
    run = ++p;
  }
}

/** The first byte that must be escaped at or after `p`, or `end`. */
function findSpecial(p: usize, end: usize): usize {
  const amp = i8x16.splat(0x26);
  const lt = i8x16.splat(0x3c);
  const gt = i8x16.splat(0x3e);
  const quot = i8x16.splat(0x22);
  const cr = i8x16.splat(13);
  while (end - p >= 16) {
    const b = v128.load(p);
    const one = v128.or(i8x16.eq(b, amp), i8x16.eq(b, lt));
    const two = v128.or(i8x16.eq(b, gt), i8x16.eq(b, cr));
    const hits = v128.bitmask<i8>(v128.or(v128.or(one, two), i8x16.eq(b, quot)));
    if (hits != 0) return p + <usize>ctz(hits);
    p += 16;
  }
  for (; p < end; p++) {
    const c = load<u8>(p);
    if (c == 0x26 || c == 0x3c || c == 0x3e || c == 0x22 || c == 13) break;
  }
  return p;
}
