/** XML request bodies as what they mean, and what their canonical form must be. */
import type { Random } from "../../xml/support/random.ts";

export interface Attribute {
  uri: string;
  local: string;
  value: string;
}

/** An element that holds either elements or text. */
export interface Element {
  uri: string;
  local: string;
  attributes: Attribute[];
  children: Element[];
  text: string;
}

/** The names to choose from; the fewer, the more often two documents are nearly the same. */
export interface Alphabet {
  uris: string[];
  locals: string[];
  texts: string[];
}

const XML = "http://www.w3.org/XML/1998/namespace";
const CALDAV = "urn:ietf:params:xml:ns:caldav";
const NUMBERS = [
  "",
  "DAV:",
  CALDAV,
  "http://calendarserver.org/ns/",
  "urn:ietf:params:xml:ns:carddav",
  "http://apple.com/ns/ical/",
];

export const CALDAV_WORDS: Alphabet = {
  uris: [...NUMBERS, "DAV", "dav:", "urn:x", "http://example.com/?a=1&b='2'\"<>", "ä"],
  locals: ["a", "ab", "A", "propfind", "prop", "href", "ä", "_1", "x-y.z", "a-rather-long-name-of-an-element"],
  texts: [
    "",
    " ",
    "\n\t ",
    "\r",
    "\r\n",
    "a",
    " a ",
    "<&>'\"",
    "]]>",
    "]]",
    "&amp;",
    "ä€😀",
    "/alice/work/1.ics",
    "\u0085",
    "20260101T000000Z",
  ],
};

/** Of which most pairs are distinct only by where a byte belongs. */
export const FEW_WORDS: Alphabet = {
  uris: ["", "a", "ab", "DAV:"],
  locals: ["a", "ab", "b"],
  texts: ["", "a", "ab", " "],
};

export function randomElement(random: Random, words: Alphabet, depth: number): Element {
  const attributes = new Map<string, Attribute>();
  for (let left = random.once(2) ? random.below(4) : 0; left > 0; left--) {
    const uri = random.once(2) ? "" : random.pick([...words.uris, XML]);
    const local = random.pick(words.locals);
    attributes.set(`${uri} ${local}`, { uri, local, value: random.pick(words.texts) });
  }
  const count = depth > 1 && !random.once(3) ? random.below(4) : 0;
  return {
    uri: random.pick(words.uris),
    local: random.pick(words.locals),
    attributes: [...attributes.values()],
    children: Array.from({ length: count }, () => randomElement(random, words, depth - 1)),
    text: count === 0 ? random.pick(words.texts) : "",
  };
}

/** What a document means, as a text that is the same for no other meaning. */
export function meaning(element: Element): string {
  return JSON.stringify(element, (_, value: unknown) =>
    Array.isArray(value) && value.every((item: Attribute) => item.value !== undefined)
      ? value
          .map((item: Attribute) => [item.uri, item.local, item.value])
          .sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1))
      : value,
  );
}

/** The canonical form, by the rules of assembly/cache/canonical_body.ts. */
export function canonical(element: Element): Buffer {
  const number = element.uri === XML ? 6 : NUMBERS.indexOf(element.uri);
  const name = (attribute: Attribute): Buffer => Buffer.from(`\x03${attribute.uri}\x02${attribute.local}\x02`);
  const byName = (a: Attribute, b: Attribute): number =>
    Buffer.compare(Buffer.from(a.uri), Buffer.from(b.uri)) ||
    Buffer.compare(Buffer.from(a.local), Buffer.from(b.local));
  return Buffer.concat([
    Buffer.from(number < 0 ? `\x01${element.uri}\x02` : `\x01${String.fromCharCode(16 + number)}`),
    Buffer.from(element.local),
    ...[...element.attributes].sort(byName).flatMap((attribute) => [name(attribute), Buffer.from(attribute.value)]),
    ...element.children.map(canonical),
    Buffer.from(element.text === "" ? "" : `\x04${element.text}`),
    Buffer.from("\x05"),
  ]);
}

/** All elements of a document. */
function* all(element: Element): Generator<Element> {
  yield element;
  for (const child of element.children) yield* all(child);
}

/** The document with one thing changed that changes its meaning, more often than not. */
export function changed(random: Random, root: Element, words: Alphabet): Element {
  const copy = structuredClone(root);
  const one = random.pick([...all(copy)]);
  const attribute = one.attributes.length > 0 ? random.pick(one.attributes) : undefined;
  const fresh = (): Element => randomElement(random, words, 1);
  const at = random.below(one.children.length + 1);
  const isFree = (uri: string, local: string): boolean =>
    !one.attributes.some((other) => other.uri === uri && other.local === local);
  switch (random.below(9)) {
    case 0:
      one.local = random.pick(words.locals);
      break;
    case 1:
      one.uri = random.pick(words.uris);
      break;
    case 2:
      if (one.children.length === 0) one.text = random.pick(words.texts);
      else one.children.splice(at, 1);
      break;
    case 3:
      if (one.text === "") one.children.splice(at, 0, fresh());
      break;
    case 4:
      one.children.reverse();
      break;
    case 5:
      if (attribute !== undefined) attribute.value = random.pick(words.texts);
      break;
    case 6:
      one.attributes.splice(0, 1);
      break;
    case 7:
      if (attribute !== undefined && isFree(attribute.uri, "new")) attribute.local = "new";
      break;
    default: {
      // A child becomes a grandchild.
      const [first, second] = one.children;
      if (first !== undefined && second !== undefined && first.text === "") {
        first.children.push(second);
        one.children.splice(1, 1);
      }
    }
  }
  return copy;
}
