import { execFileSync } from "node:child_process";
import { beforeAll, describe, expect, test } from "vitest";
import { mutate, soup, wellFormed } from "./support/documents.ts";
import { Module } from "./support/module.ts";
import { Random } from "./support/random.ts";
import { CASES } from "./support/cases.ts";

interface Xml {
  read(ptr: number, len: number, maxDepth: number): number;
  readOnly(ptr: number, len: number, maxDepth: number): number;
  streamOnly(ptr: number, len: number): number;
  logPtr(): number;
  logLen(): number;
  streamBegin(): void;
  streamWrite(ptr: number, len: number): number;
  streamFinish(): number;
  streamError(): number;
  rawPtr(): number;
  rawLen(): number;
}

interface Found {
  error: number;
  log: string;
}

const MALFORMED = 1;
const DOCTYPE = 2;
const ENCODING = 3;

let module: Module<Xml>;

beforeAll(async () => {
  module = await Module.compile<Xml>("xml");
});

function read(bytes: Uint8Array, maxDepth = 1024): Found {
  const error = module.give(bytes, (ptr, len) => module.wasm.read(ptr, len, maxDepth));
  return { error, log: module.take(module.wasm.logPtr(), module.wasm.logLen()).toString() };
}

interface Streamed extends Found {
  complete: boolean;
  badText: boolean;
  raw: Buffer;
}

function stream(chunks: Uint8Array[]): Streamed {
  module.wasm.streamBegin();
  for (const chunk of chunks) module.give(chunk, (ptr, len) => module.wasm.streamWrite(ptr, len));
  const end = module.wasm.streamFinish();
  return {
    error: module.wasm.streamError(),
    complete: (end & 1) !== 0,
    badText: (end & 2) !== 0,
    log: module.take(module.wasm.logPtr(), module.wasm.logLen()).toString(),
    raw: module.take(module.wasm.rawPtr(), module.wasm.rawLen()),
  };
}

/** What expat finds in each document: the events in the form of the harness's log, or null. */
function expat(documents: Uint8Array[]): { log: string | null; error: string }[] {
  const input = Buffer.concat(
    documents.flatMap((document) => {
      const header = Buffer.alloc(4);
      header.writeUInt32LE(document.length);
      return [header, document];
    }),
  );
  const script = new URL("support/expat.py", import.meta.url).pathname;
  const output = execFileSync("python3", [script], { input, maxBuffer: 1 << 30 }).toString();
  return output
    .trimEnd()
    .split("\n")
    .map((line) => {
      const found: { events?: [string, string][]; error?: string } = JSON.parse(line);
      if (!found.events) return { log: null, error: found.error! };
      return { error: "", log: found.events.map(([kind, value]) => `${kind} ${nameOf(kind, value)}\n`).join("") };
    });
}

function nameOf(kind: string, value: string): string {
  if (kind === "T") return value;
  const [uri, local] = value.includes("\f") ? (value.split("\f") as [string, string]) : ["", value];
  return kind === "S" ? `${uri} ${local}` : ` ${local}`;
}

/** Where the reader is stricter than expat, and says so, or where expat knows names of the fourth edition only. */
function mayDiffer(document: Uint8Array, ours: number, theirs: string): boolean {
  const text = Buffer.from(document).toString();
  if (ours === DOCTYPE || ours === ENCODING) return true;
  if (/version\s*=\s*['"](?!1\.0['"])/.test(text)) return true;
  return theirs !== "" && /[^\0-\x7f]/.test(text) && theirs === "not well-formed (invalid token)";
}

function compare(documents: Uint8Array[]): { accepted: number; refused: number } {
  const count = { accepted: 0, refused: 0 };
  expat(documents).forEach((theirs, i) => {
    const document = documents[i]!;
    const ours = read(document);
    if (ours.error === 0 || theirs.log === null ? (ours.error === 0) === (theirs.log !== null) : false) {
      if (ours.error === 0) expect(ours.log, Buffer.from(document).toString()).toBe(theirs.log);
      count[ours.error === 0 ? "accepted" : "refused"]++;
      return;
    }
    const differs = `expat: ${theirs.error || "accepted"}, reader: ${ours.error}: ${Buffer.from(document).toString()}`;
    expect(mayDiffer(document, ours.error, theirs.error), differs).toBe(true);
  });
  return count;
}

describe("the XML reader", () => {
  test.each(CASES)("%s %s", (_verdict, _why, document, error) => {
    const bytes = typeof document === "string" ? Buffer.from(document) : Uint8Array.from(document);
    expect(read(bytes).error).toBe(error);
  });

  test("finds in well-formed documents what expat finds", () => {
    const random = new Random(1);
    const documents = Array.from({ length: 1500 }, () => Buffer.from(wellFormed(random, random.below(40))));
    expect(compare(documents)).toEqual({ accepted: 1500, refused: 0 });
  });

  test("accepts and refuses mutated documents as expat does", () => {
    const random = new Random(2);
    const documents = Array.from({ length: 12_000 }, () =>
      mutate(random, Buffer.from(wellFormed(random, random.below(12)))),
    );
    const { accepted, refused } = compare(documents);
    expect(accepted).toBeGreaterThan(1000);
    expect(refused).toBeGreaterThan(4000);
  });

  test("accepts and refuses pieces thrown together as expat does", () => {
    const random = new Random(3);
    const documents = Array.from({ length: 12_000 }, () => Buffer.from(soup(random, random.below(9))));
    const { accepted, refused } = compare(documents);
    expect(accepted).toBeGreaterThan(300);
    expect(refused).toBeGreaterThan(4000);
  });

  test("reads any bytes without a trap", () => {
    const random = new Random(4);
    for (let i = 0; i < 20_000; i++) {
      const bytes = Uint8Array.from({ length: random.below(60) }, () =>
        random.once(2) ? random.below(256) : random.pick([...Buffer.from("<>&;'\"/=:!?[]-ax \n")]),
      );
      expect(read(bytes).error).toBeGreaterThanOrEqual(0);
      stream(random.cut(bytes, 4));
    }
  });

  test("takes linear time whatever the document is made of", () => {
    const per = (document: string): number => {
      const bytes = Buffer.from(document);
      return module.give(bytes, (ptr, len) => {
        const start = process.cpuUsage();
        module.wasm.readOnly(ptr, len, 1024);
        const used = process.cpuUsage(start);
        return (used.user + used.system) / bytes.length;
      });
    };
    const mega = 1 << 20;
    const attributes = Array.from({ length: 250 }, (_, i) => ` a${i}=''`).join("");
    const declarations = Array.from({ length: 250 }, (_, i) => ` xmlns:a${i}='u${i}'`).join("");
    const documents = [
      `<a>${`<a${attributes}/>`.repeat(mega / attributes.length)}</a>`,
      `<a${declarations}>${"<a0:b/><a1:b/>".repeat(mega / 14)}</a>`,
      `<a${declarations}>${"<b xmlns:c='d'/>".repeat(mega / 16)}</a>`,
      `<a>${"]".repeat(mega)}`,
      `<a>${"&#".repeat(mega / 2)}`,
      `<a>&#${"0".repeat(mega)}65;</a>`,
      `<a><!--${"-".repeat(mega)}`,
      `<a b='${"x".repeat(mega)}`,
      `<a>${"<![CDATA[".repeat(mega / 9)}`,
      `<${"a".repeat(mega)}/>`,
      `<a>${"<b>".repeat(mega / 3)}`,
    ];
    // Microseconds a byte; the slowest takes 0.05 on a slow machine, and anything quadratic over 100.
    for (const document of documents) expect(per(document), document.slice(0, 40)).toBeLessThan(2);
  });
});

describe("the XML stream", () => {
  test("finds what the reader finds, and passes every byte on, however the document is cut", () => {
    const random = new Random(5);
    for (let i = 0; i < 300; i++) {
      const document = Buffer.from(wellFormed(random, random.below(15)));
      const whole = read(document).log.replace(/^S [^ ]* /gm, "S  ");
      for (let at = 0; at <= document.length; at++) {
        const found = stream([document.subarray(0, at), document.subarray(at)]);
        if (found.complete && !found.badText && found.log === whole && found.raw.equals(document)) continue;
        expect({ at, ...found, raw: found.raw.toString() }).toEqual({
          at, error: 0, complete: true, badText: false, log: whole, raw: document.toString(),
        }); // prettier-ignore
      }
      const bytes = stream([...document].map((byte) => Uint8Array.of(byte)));
      expect(bytes).toEqual({ error: 0, complete: true, badText: false, log: whole, raw: document });
    }
  });

  test("refuses what the reader refuses, but for what is wrong in text, however the document is cut", () => {
    const random = new Random(6);
    let refused = 0;
    for (let i = 0; i < 15_000; i++) {
      const document = random.once(2)
        ? mutate(random, Buffer.from(wellFormed(random, random.below(12))))
        : Buffer.from(soup(random, random.below(9)));
      const whole = stream([document]);
      const strict = read(document).error;
      const why = `reader ${strict}, stream ${whole.error}: ${Buffer.from(document).toString()}`;
      if (strict === 0) expect(whole.complete && !whole.badText, why).toBe(true);
      else if (whole.complete && !whole.badText) {
        // Only the characters of the text and `]]>` are left to whoever reads it.
        expect([MALFORMED, ENCODING], why).toContain(strict);
        const inText = Buffer.from(document).toString("latin1");
        expect(/\]\]>|[\0-\x08\x0b\x0c\x0e-\x1f]|[\x80-\xff]/.test(inText), why).toBe(true);
      } else refused++;
      const cut = stream(random.cut(document, 6));
      expect(cut.complete, why).toBe(whole.complete);
      if (whole.complete) expect(cut, why).toEqual(whole);
    }
    expect(refused).toBeGreaterThan(5000);
  });

  test("refuses a tag over 64 KiB, cut or not", () => {
    const document = Buffer.from(`<a b='${"x".repeat(70_000)}'/>`);
    expect(stream([document]).error).toBe(MALFORMED);
    expect(stream(new Random(7).cut(document, 20)).error).toBe(MALFORMED);
  });
});
