import { beforeAll, describe, expect, test } from "vitest";
import { mutate } from "../xml/support/documents.ts";
import { Module } from "../xml/support/module.ts";
import { Random } from "../xml/support/random.ts";
import { Bodies } from "./support/bodies.ts";
import { canonical, parse } from "./support/dom.ts";
import { Option, Reference } from "./support/reference.ts";

interface Rewriter {
  begin(options: number, maxHeld: number): void;
  beginFast(): void;
  appendNotFound(ptr: number, len: number): void;
  write(ptr: number, len: number): number;
  outPtr(): number;
  outLen(): number;
  drain(): void;
  finish(): number;
}

const MAX_HELD = 16 << 20;

let module: Module<Rewriter>;
let xml: Module<{ readOnly(ptr: number, len: number, maxDepth: number): number }>;

beforeAll(async () => {
  module = await Module.compile("multistatus");
  xml = await Module.compile("xml");
});

/** True when the strict reader takes the body, so that the reference can be asked about it. */
const isWellFormed = (body: Uint8Array): boolean =>
  xml.give(body, (ptr, len) => xml.wasm.readOnly(ptr, len, 1024)) === 0;

/** Compares what came out with what the reference makes of the body. */
function compare(body: string, output: string, options: number, notFound: string[] = []): void {
  const expected = new Reference(options, notFound).multistatus(parse(body.replace(/^\ufeff/, "")));
  const context = `options ${options}\n${body}\n${output}`;
  expect(canonical(parse(output.replace(/^\ufeff/, ""))), context).toEqual(canonical(expected));
}

/** What comes out, or null when the body is refused. */
function rewrite(chunks: Uint8Array[], options = 0, notFound: string[] = [], maxHeld = MAX_HELD): string | null {
  const { wasm } = module;
  wasm.begin(options, maxHeld);
  for (const href of notFound) module.give(Buffer.from(href), (ptr, len) => wasm.appendNotFound(ptr, len));
  const out: Buffer[] = [];
  let accepted = true;
  for (const chunk of chunks) {
    accepted = module.give(chunk, (ptr, len) => wasm.write(ptr, len)) !== 0;
    if (!accepted) break;
    // Whoever drains need not keep step.
    if (chunk.length % 3 === 0 && chunk !== chunks.at(-1)) continue;
    out.push(module.take(wasm.outPtr(), wasm.outLen()));
    wasm.drain();
  }
  return accepted && wasm.finish() !== 0 ? Buffer.concat(out).toString() : null;
}

const OPTIONS = [
  0,
  Option.namesOnly,
  Option.privileges,
  Option.principal,
  Option.privileges | Option.principal,
  Option.withheldNotFound,
  Option.dataNotAsked,
  Option.dataNotAsked | Option.withheldNotFound,
];

describe("the multistatus rewriter", () => {
  test("does to bodies of all shapes what the reference does", () => {
    const random = new Random(1);
    const bodies = new Bodies(random);
    for (let i = 0; i < 3000; i++) {
      const body = bodies.body(4);
      const options = random.pick(OPTIONS);
      const notFound = random.once(4) ? ["/a&b", "/c"] : [];
      const escaped = notFound.map((href) => href.replace("&", "&amp;"));
      const output = rewrite([Buffer.from(body)], options, escaped);
      if (output === null) expect.fail(body);
      compare(body, output, options, notFound);
    }
  });

  test("gives the same bytes wherever a body is cut in two", () => {
    const random = new Random(2);
    const bodies = new Bodies(random);
    for (let i = 0; i < 120; i++) {
      const body = Buffer.from(bodies.body(2));
      const options = random.pick(OPTIONS);
      const whole = rewrite([body], options);
      expect(whole).not.toBeNull();
      for (let at = 0; at <= body.length; at++) {
        const cut = rewrite([body.subarray(0, at), body.subarray(at)], options);
        if (cut !== whole) expect(`${at} ${cut}`, body.toString()).toBe(`${at} ${whole}`);
      }
    }
  });

  test("gives the same bytes for any other cuts, down to single bytes", () => {
    const random = new Random(3);
    const bodies = new Bodies(random);
    for (let i = 0; i < 300; i++) {
      const body = Buffer.from(bodies.body(12));
      const options = random.pick(OPTIONS);
      const whole = rewrite([body], options);
      expect(whole).not.toBeNull();
      for (let j = 0; j < 10; j++) expect(rewrite(random.cut(body, 30), options)).toBe(whole);
      if (i % 10 === 0)
        expect(
          rewrite(
            [...body].map((byte) => Uint8Array.of(byte)),
            options,
          ),
        ).toBe(whole);
    }
  });

  test("does to mutated bodies what the reference does, or refuses them, however they are cut", () => {
    const random = new Random(4);
    const bodies = new Bodies(random);
    let accepted = 0;
    for (let i = 0; i < 8_000; i++) {
      const body = mutate(random, Buffer.from(bodies.body(2)));
      const options = random.pick(OPTIONS);
      const whole = rewrite([body], options);
      if (whole !== null && isWellFormed(body)) {
        accepted++;
        compare(Buffer.from(body).toString(), whole, options);
      }
      expect(rewrite(random.cut(body, 5), options), Buffer.from(body).toString()).toBe(whole);
    }
    expect(accepted).toBeGreaterThan(500);
    expect(accepted).toBeLessThan(7_500);
  });

  test("lets nothing hidden through from bodies that are cut short", () => {
    const random = new Random(5);
    const bodies = new Bodies(random);
    for (let i = 0; i < 100; i++) {
      const body = Buffer.from(bodies.body(3));
      for (let at = 0; at < body.lastIndexOf("</"); at++) expect(rewrite([body.subarray(0, at)])).toBeNull();
    }
  });

  test("holds to its ceilings for all cuts", () => {
    const random = new Random(6);
    const bodies = new Bodies(random);
    for (let i = 0; i < 200; i++) {
      const body = Buffer.from(bodies.body(3));
      const maxHeld = random.below(400);
      const whole = rewrite([body], 0, [], maxHeld);
      expect(whole).not.toBeNull();
      parse(whole!.replace(/^\ufeff/, ""));
      for (let j = 0; j < 5; j++) expect(rewrite(random.cut(body, 20), 0, [], maxHeld)).toBe(whole);
    }
  });

  test("passes 100 MB in the same memory", () => {
    const { wasm } = module;
    const response = (i: number): string =>
      `<D:response><D:href>/a/${i}${i % 3 ? "" : "!"}</D:href><D:propstat><D:prop><D:getetag>"${i}"</D:getetag></D:prop>` +
      "<D:status>HTTP/1.1 200 OK</D:status></D:propstat></D:response>\n";
    const chunk = Buffer.from(Array.from({ length: 400 }, (_, i) => response(i)).join(""));
    wasm.beginFast();
    module.give(Buffer.from('<D:multistatus xmlns:D="DAV:">'), (ptr, len) => wasm.write(ptr, len));
    const ptr = wasm.alloc(chunk.length);
    let memory = 0;
    let given = 0;
    let taken = 0;
    for (let i = 0; given < 100e6; i++) {
      // Each chunk is cut at another place.
      const at = (i * 977) % chunk.length;
      for (const piece of [chunk.subarray(0, at), chunk.subarray(at)]) {
        new Uint8Array(wasm.memory.buffer).set(piece, ptr);
        expect(wasm.write(ptr, piece.length)).toBe(1);
        taken += wasm.outLen();
        wasm.drain();
      }
      given += chunk.length;
      if (i === 10) memory = wasm.memory.buffer.byteLength;
    }
    module.give(Buffer.from("</D:multistatus>"), (at, len) => wasm.write(at, len));
    expect(wasm.finish()).toBe(1);
    expect(taken).toBeLessThan(given * 0.7);
    expect(taken).toBeGreaterThan(given * 0.6);
    expect(wasm.memory.buffer.byteLength).toBe(memory);
  });
});
