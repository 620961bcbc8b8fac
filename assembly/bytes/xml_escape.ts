import { text, Text } from "./text";
import { Writer } from "./writer";

const AMP: Text = text("&amp;");
const LT: Text = text("&lt;");
const GT: Text = text("&gt;");

/** Writes text for XML content: `&`, `<` and `>` become references. */
export function writeEscaped(out: Writer, ptr: usize, len: i32): void {
  for (let i = 0; i < len; i++) {
    const c = load<u8>(ptr + <usize>i);
    if (c == 0x26) out.text(AMP);
    else if (c == 0x3c) out.text(LT);
    else if (c == 0x3e) out.text(GT);
    else out.byte(c);
  }
}
