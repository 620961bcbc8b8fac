/** Writes one document in ways that all mean the same. */
import type { Random } from "../../xml/support/random.ts";
import type { Attribute, Element } from "./xml_model.ts";

const XML = "http://www.w3.org/XML/1998/namespace";
const PREFIXES = ["D", "C", "d", "a", "ab", "ns1", "caldav", "_", "é"];
const BLANKS = ["", "", " ", "\n", "\r\n  ", "\t"];
const MISC = ["<!-- c -->", "<!---->", "<?p i?>", "<!-- <a> & ]]> -->"];

/** A document that means `root`. */
export function writeXml(random: Random, root: Element): string {
  const declaration = random.pick(["", "", '<?xml version="1.0"?>', "<?xml version='1.0' encoding='utf-8' ?>"]);
  const mark = random.once(5) ? "\ufeff" : "";
  return mark + declaration + between(random) + element(random, root, new Map()) + between(random);
}

/** What may stand between elements. */
function between(random: Random): string {
  let out = random.pick(BLANKS);
  while (random.once(5)) out += random.pick(MISC) + random.pick(BLANKS);
  return out;
}

/** `scope`: the prefixes in scope ("": the default) and what they stand for. */
function element(random: Random, one: Element, scope: Map<string, string>): string {
  const inner = new Map(scope);
  const declared = new Map<string, string>();
  /** Prefixes whose meaning the tag itself relies on. */
  const used = new Set<string>();
  const declare = (prefix: string, uri: string): void => {
    declared.set(prefix, uri);
    inner.set(prefix, uri);
  };
  const prefixFor = (uri: string, isAttribute: boolean): string => {
    if (uri === XML) return "xml";
    if (uri === "") {
      if (!isAttribute && (inner.get("") ?? "") !== "") declare("", "");
      used.add("");
      return "";
    }
    const known = [...inner].filter(([prefix, other]) => other === uri && !(isAttribute && prefix === ""));
    let prefix = known.length > 0 ? random.pick(known)[0] : undefined;
    if (prefix === undefined || random.once(4)) {
      const free = [...PREFIXES, ...(isAttribute ? [] : ["", "", ""])].filter((name) => !used.has(name));
      const fresh = random.pick(free);
      if (!declared.has(fresh)) declare((prefix = fresh), uri);
    }
    prefix ??= PREFIXES.find((name) => !declared.has(name))!;
    if (inner.get(prefix) !== uri) declare(prefix, uri);
    used.add(prefix);
    return prefix;
  };
  const name = qualified(prefixFor(one.uri, false), one.local);
  const written = one.attributes.map((attribute) => {
    const prefix = attribute.uri === "" ? "" : prefixFor(attribute.uri, true);
    return assignment(random, qualified(prefix, attribute.local), attribute.value);
  });
  if (random.once(8) && !used.has("zz")) declare("zz", "urn:unused");
  for (const [prefix, uri] of declared) {
    written.push(assignment(random, prefix === "" ? "xmlns" : `xmlns:${prefix}`, uri));
  }
  shuffle(random, written);
  const open = `<${[name, ...written].join(random.pick([" ", "\n", "  "]))}${random.pick(["", "", " "])}`;
  const content = one.children.length > 0 ? children(random, one, inner) : text(random, one.text);
  if (content === "" && random.once(2)) return `${open}/>`;
  return `${open}>${content}</${name}${random.pick(["", "", " ", "\n"])}>`;
}

function children(random: Random, one: Element, scope: Map<string, string>): string {
  return between(random) + one.children.map((child) => element(random, child, scope) + between(random)).join("");
}

function qualified(prefix: string, local: string): string {
  return prefix === "" ? local : `${prefix}:${local}`;
}

function shuffle(random: Random, items: string[]): void {
  for (let i = items.length - 1; i > 0; i--) {
    const j = random.below(i + 1);
    [items[i], items[j]] = [items[j]!, items[i]!];
  }
}

function assignment(random: Random, name: string, value: Attribute["value"]): string {
  const quote = random.pick(['"', "'"]);
  const out = [...value].map((c) => {
    if ("<&\t\n\r".includes(c) || c === quote) return reference(random, c);
    if (c === " ") return random.pick([" ", " ", "\n", "\t", "\r", "&#32;"]);
    return random.once(6) ? reference(random, c) : c;
  });
  // CR LF would be one line end.
  return `${name}${random.pick(["", "", " "])}=${random.pick(["", "", "\n"])}${quote}${out.join("").replaceAll("\r\n", "\r&#32;")}${quote}`;
}

/** Text in pieces: plain, as references, in CDATA, with comments between. */
function text(random: Random, value: string): string {
  let out = "";
  let isCdata = false;
  const characters = [...value];
  for (const [i, c] of characters.entries()) {
    const mustNot = c === "\r" || (c === ">" && value[i - 1] === "]") || (isCdata && c === ">");
    if (isCdata && (mustNot || random.once(4))) {
      out += "]]>";
      isCdata = false;
    }
    if (!isCdata && random.once(8)) out += random.pick([...MISC, "<![CDATA[]]>"]);
    if (!isCdata && !mustNot && random.once(5)) {
      out += "<![CDATA[";
      isCdata = true;
    }
    if (isCdata) out += c;
    else if (mustNot || c === "<" || c === "&" || random.once(6)) out += reference(random, c);
    else if (c === "\n") out += out.endsWith("\r") ? "\n" : random.pick(["\n", "\r\n", "&#xA;"]);
    else out += c;
  }
  if (isCdata) out += "]]>";
  if (random.once(8)) out += random.pick([...MISC, "<![CDATA[]]>"]);
  return out;
}

const ENTITIES: Record<string, string> = { "<": "&lt;", ">": "&gt;", "&": "&amp;", '"': "&quot;", "'": "&apos;" };

function reference(random: Random, c: string): string {
  const point = c.codePointAt(0) ?? 0;
  const hex = point.toString(16);
  return random.pick([ENTITIES[c] ?? `&#${point};`, `&#${point};`, `&#x${hex};`, `&#x00${hex.toUpperCase()};`]);
}
