import { describe, expect, test } from "vitest-pool-assemblyscript/assembly";
import { Writer } from "../../../assembly/bytes/writer";
import { escapeText } from "../../../assembly/xml/escape";
import { TextDecoder } from "../../../assembly/xml/text_decoder";

function escape(value: string): string {
  const bytes = String.UTF8.encode(value);
  const out = new Writer(1000);
  escapeText(changetype<usize>(bytes), bytes.byteLength, out);
  return out.toString();
}

/** Decodes pieces of text; `!` at the end: a reference was wrong. */
function decode(pieces: string[], cdata: bool = false): string {
  const decoder = new TextDecoder();
  const out = new Writer(1000);
  decoder.begin();
  for (let i = 0; i < pieces.length; i++) {
    const bytes = String.UTF8.encode(pieces[i]);
    decoder.feed(changetype<usize>(bytes), bytes.byteLength, cdata);
    while (decoder.next()) out.bytes(decoder.ptr, decoder.len);
  }
  decoder.boundary();
  return out.toString() + (decoder.bad ? "!" : "");
}

describe("escapeText", () => {
  test("writes what a parser would take for something else as references", () => {
    expect(escape(`a<b>&"c'\r\n`)).toBe("a&lt;b&gt;&amp;&quot;c'&#13;\n");
    expect(escape("")).toBe("");
    expect(escape("a text that is longer than sixteen bytes & more of it")).toBe(
      "a text that is longer than sixteen bytes &amp; more of it",
    );
  });
});

describe("TextDecoder", () => {
  test("resolves references that are cut anywhere", () => {
    expect(decode(["a&", "#", "x1F", "60", "0;&am", "p;"])).toBe("a😀&");
  });

  test("makes line ends LF, even when they are cut", () => {
    expect(decode(["a\r", "\nb\rc\r\n\n"])).toBe("a\nb\nc\n\n");
    expect(decode(["a\r", "\n&#13;&amp;"], true)).toBe("a\n&#13;&amp;");
  });

  test("says when a reference is wrong, unfinished or endless", () => {
    expect(decode(["a&b;c"])).toBe("a!");
    expect(decode(["a&lt"])).toBe("a!");
    expect(decode(["&#" + "0".repeat(40) + "65;"])).toBe("!");
  });
});
