/** The canonical form of request bodies against a slow reference: what means the same shares it, nothing else does. */
import { beforeAll, describe, expect, test } from "vitest";
import { CASES } from "../xml/support/cases.ts";
import { mutate, soup, wellFormed } from "../xml/support/documents.ts";
import { Random } from "../xml/support/random.ts";
import { compileCacheRequest, written, type RequestModule } from "./support/request_module.ts";
import { CALDAV_WORDS, canonical, changed, FEW_WORDS, meaning, randomElement } from "./support/xml_model.ts";
import { writeXml } from "./support/xml_writer.ts";
import { Module } from "../xml/support/module.ts";

interface XmlReading {
  read(ptr: number, len: number, maxDepth: number): number;
  logPtr(): number;
  logLen(): number;
}

let module: RequestModule;
let xml: Module<XmlReading>;
beforeAll(async () => {
  [module, xml] = await Promise.all([compileCacheRequest(), Module.compile<XmlReading>("xml")]);
});

/** The canonical form, or null. What stood there before must be untouched. */
function canonicalOf(body: string | Uint8Array, maxDepth = 64): Buffer | null {
  const bytes = typeof body === "string" ? Buffer.from(body) : body;
  const made = module.give(bytes, (ptr, len) => module.wasm.canonicalBody(ptr, len, maxDepth)) !== 0;
  const out = written(module);
  expect(out[0]).toBe(0xff);
  if (!made) expect(out.length).toBe(1);
  return made ? out.subarray(1) : null;
}

describe("the canonical form of a body", () => {
  test("is what the reference makes of its meaning, however it is written", () => {
    const random = new Random(11);
    for (let i = 0; i < 3000; i++) {
      const root = randomElement(random, CALDAV_WORDS, 4);
      const expected = canonical(root).toString();
      for (let j = 0; j < 4; j++) {
        const body = writeXml(random, root);
        expect(canonicalOf(body)?.toString(), JSON.stringify(body)).toBe(expected);
      }
    }
  });

  test("is another one for every change of meaning", () => {
    const random = new Random(12);
    let count = 0;
    for (let i = 0; i < 6000; i++) {
      const root = randomElement(random, CALDAV_WORDS, 4);
      const other = changed(random, root, CALDAV_WORDS);
      const isSame = meaning(root) === meaning(other);
      const [a, b] = [writeXml(random, root), writeXml(random, other)];
      expect(canonicalOf(a)?.equals(canonicalOf(b) ?? Buffer.alloc(0)), `${a}\n${b}`).toBe(isSame);
      if (!isSame) count++;
    }
    expect(count).toBeGreaterThan(2000);
  });

  test("is shared by no two of many documents made of few words", () => {
    const random = new Random(13);
    const seen = new Map<string, string>();
    for (let i = 0; i < 40_000; i++) {
      const root = randomElement(random, FEW_WORDS, 3);
      const form = canonicalOf(writeXml(random, root))?.toString("latin1") ?? "";
      const known = seen.get(form) ?? meaning(root);
      expect(known).toBe(meaning(root));
      seen.set(form, known);
    }
    expect(seen.size).toBeGreaterThan(10_000);
  });

  test("exists for no document that the reader refuses", () => {
    for (const [verdict, name, document] of CASES) {
      if (verdict !== "refuses") continue;
      const bytes = typeof document === "string" ? document : Uint8Array.from(document);
      expect(canonicalOf(bytes), name).toBeNull();
    }
  });

  test("exists for every other one without text beside elements, and for none with it", () => {
    const random = new Random(14);
    const counts = { refused: 0, mixed: 0, taken: 0 };
    for (let i = 0; i < 20_000; i++) {
      const document = Buffer.from(random.once(2) ? wellFormed(random, random.below(12)) : soup(random, 12));
      const bytes = random.once(3) ? mutate(random, document) : document;
      const verdict = judge(bytes);
      counts[verdict]++;
      expect(canonicalOf(bytes) !== null, `${verdict}: ${Buffer.from(bytes).toString()}`).toBe(verdict === "taken");
    }
    for (const count of Object.values(counts)) expect(count).toBeGreaterThan(1000);
  });

  test("exists for no body that is too deep, too large, or has too many attributes", () => {
    const deep = (depth: number): string => "<a>".repeat(depth) + "</a>".repeat(depth);
    expect(canonicalOf(deep(64))).not.toBeNull();
    expect(canonicalOf(deep(65))).toBeNull();
    const wide = (count: number): string => `<a ${Array.from({ length: count }, (_, i) => `b${i}=''`).join(" ")}/>`;
    expect(canonicalOf(wide(16))).not.toBeNull();
    expect(canonicalOf(wide(17))).toBeNull();
    const size = canonicalOf("<a b='c'>0123456789</a>")?.length ?? 0;
    try {
      // One byte stands there already.
      for (let limit = 1; limit <= size; limit++) {
        module.wasm.limit(limit);
        expect(canonicalOf("<a b='c'>0123456789</a>")).toBeNull();
      }
      module.wasm.limit(size + 1);
      expect(canonicalOf("<a b='c'>0123456789</a>")?.length).toBe(size);
    } finally {
      module.wasm.limit(1 << 20);
    }
  });
});

/** What must come of a document, by the log of what the XML reader finds in it. */
function judge(bytes: Uint8Array): "refused" | "mixed" | "taken" {
  if (xml.give(bytes, (ptr, len) => xml.wasm.read(ptr, len, 64)) !== 0) return "refused";
  const log = xml.take(xml.wasm.logPtr(), xml.wasm.logLen()).toString();
  const open: { elements: number; text: boolean }[] = [{ elements: 0, text: false }];
  // Text may hold line ends, so a line that is neither start nor end belongs to the text before.
  for (const line of log.split("\n")) {
    const innermost = open.at(-1);
    if (line.startsWith("S ")) {
      innermost.elements++;
      open.push({ elements: 0, text: false });
    } else if (line.startsWith("E ")) {
      const left = open.pop()!;
      if (left.elements > 0 && left.text) return "mixed";
    } else if (/[^ \t\r]/.test(line.replace(/^T /, ""))) innermost.text = true;
  }
  return "taken";
}
