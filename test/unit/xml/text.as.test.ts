import { describe, expect, test } from "vitest-pool-assemblyscript/assembly";
import { equal } from "../../../assembly/bytes/slice";
import { Writer } from "../../../assembly/bytes/writer";
import { escapeText } from "../../../assembly/xml/escape";
import { decodeCdata, decodeText } from "../../../assembly/xml/references";
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

/** Escapes byte by byte. */
function escapeSlowly(bytes: Uint8Array): string {
  let escaped = "";
  for (let i = 0; i < bytes.length; i++) {
    const c = bytes[i];
    if (c == 13) escaped += "&#13;";
    else if (c == 0x22) escaped += "&quot;";
    else if (c == 0x26) escaped += "&amp;";
    else if (c == 0x3c) escaped += "&lt;";
    else if (c == 0x3e) escaped += "&gt;";
    else escaped += String.fromCharCode(c);
  }
  return escaped;
}

let seed: u32 = 1;

/** A number under `limit`, the same in every run. */
function below(limit: i32): i32 {
  seed ^= seed << 13;
  seed ^= seed >> 17;
  seed ^= seed << 5;
  return <i32>(seed % <u32>limit);
}

const PIECES: string[] = ["&#13;\n", "\r\n", "\r", "\n", "&#13;", "&amp;", "&#x1F600;", "&lt;", "ü", "]]", "&#13;\r\n"];

/** Text as written, with runs of up to `longest` bytes between what has to be decoded. */
function written(size: i32, longest: i32): string {
  const parts: string[] = [];
  for (let left = size; left > 0;) {
    const run = below(longest);
    parts.push("x".repeat(run) + PIECES[below(PIECES.length)]);
    left -= run + 4;
  }
  return parts.join("");
}

/** What a decoder makes of bytes that it is fed in pieces of up to `longest` bytes, whatever stands behind them. */
function decodeInPieces(bytes: ArrayBuffer, longest: i32, cdata: bool, out: Writer): bool {
  const decoder = new TextDecoder();
  out.reset();
  decoder.begin();
  let at = 0;
  while (at < bytes.byteLength) {
    const len = min(1 + below(longest), bytes.byteLength - at);
    decoder.feed(changetype<usize>(bytes) + at, len, cdata);
    while (decoder.next()) out.bytes(decoder.ptr, decoder.len);
    at += len;
  }
  decoder.boundary();
  return !decoder.bad;
}

describe("escapeText", () => {
  test("finds what must be escaped wherever it stands, and nothing behind the text", () => {
    const specials = [13, 0x22, 0x26, 0x3c, 0x3e];
    const out = new Writer(4096);
    for (let len = 0; len < 100; len++) {
      for (let at = 0; at < len; at++) {
        const bytes = new Uint8Array(len + 16).fill(120).fill(0x26, len);
        bytes[at] = <u8>specials[at % 5];
        bytes[(at * 7) % len] = <u8>specials[len % 5];
        out.reset();
        escapeText(bytes.dataStart, len, out);
        expect(out.toString()).toBe(escapeSlowly(bytes.subarray(0, len)));
      }
    }
  });

  test("stops at the ceiling of what it writes to", () => {
    const bytes = new Uint8Array(3000).fill(13);
    const out = new Writer(1000);
    escapeText(bytes.dataStart, bytes.length, out);
    expect(out.overflow).toBe(true);
    expect(out.len <= 1000).toBe(true);
  });

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

  test("gives the same wherever a text is cut in two", () => {
    const bytes = String.UTF8.encode(written(300, 40));
    const expected = new Writer(4096);
    expect(decodeText(changetype<usize>(bytes), bytes.byteLength, expected)).toBe(true);
    for (let at = 0; at <= bytes.byteLength; at++) {
      const decoder = new TextDecoder();
      const out = new Writer(4096);
      decoder.begin();
      decoder.feed(changetype<usize>(bytes), at, false);
      while (decoder.next()) out.bytes(decoder.ptr, decoder.len);
      decoder.feed(changetype<usize>(bytes) + at, bytes.byteLength - at, false);
      while (decoder.next()) out.bytes(decoder.ptr, decoder.len);
      expect(out.toString()).toBe(expected.toString());
    }
  });

  test("decodes long texts of all kinds, however they are cut", () => {
    const expected = new Writer(1 << 20);
    const out = new Writer(1 << 20);
    const longest = [1, 4, 20, 300, 5000, 12000];
    for (let i = 0; i < 60; i++) {
      const bytes = String.UTF8.encode(written(below(12000), longest[i % 6]));
      for (let k = 0; k < 6; k++) {
        const cdata = (k & 1) == 1;
        expected.reset();
        if (cdata) decodeCdata(changetype<usize>(bytes), bytes.byteLength, expected);
        else decodeText(changetype<usize>(bytes), bytes.byteLength, expected);
        expect(decodeInPieces(bytes, longest[below(6)], cdata, out)).toBe(true);
        expect(equal(out.ptr, out.len, expected.ptr, expected.len)).toBe(true);
      }
    }
  });

  test("gives what stands before a wrong reference, and nothing behind it", () => {
    for (let before = 0; before < 40; before++) {
      const start = "x".repeat(before) + "&#13;";
      expect(decode([start + "&#1;" + "y".repeat(40)])).toBe("x".repeat(before) + "\r!");
      expect(decode([start + "&nbsp;", "z&amp;"])).toBe("x".repeat(before) + "\r!");
    }
  });

  test("says when a reference is wrong, unfinished or endless", () => {
    expect(decode(["a&b;c"])).toBe("a!");
    expect(decode(["a&lt"])).toBe("a!");
    expect(decode(["&#" + "0".repeat(40) + "65;"])).toBe("!");
  });
});
