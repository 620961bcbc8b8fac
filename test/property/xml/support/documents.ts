import type { Random } from "./random.ts";

/** Pieces that make documents well-formed, nearly so, or not at all. */
const PIECES = [
  "<a>", "</a>", "<b:c>", "</b:c>", "<a/>", "<b:c/>", "<a b='c'>", '<a b="c"/>', " xmlns:b='DAV:'", " xmlns='u'", " xmlns=''",
  "&lt;", "&#10;", "&#x41;", "&#0;", "&#xD800;", "&amp", "&nbsp;", "&#;", "&#x;", "&#99999999999;", "&", "&#0000000065;",
  "<![CDATA[", "]]>", "]]", "]", "<!--", "-->", "--", "-", "<?p i?>", "<?xml version='1.0'?>", "<?", "?>", "<!", "<!DOCTYPE a>",
  "x", " ", "\n", "\r\n", "\r", "\t", "ä", "€", "😀", "\ufffe", "\u0001", "<", ">", "'", '"', "=", "/", ":", "xml:lang='de'", "xmlns:xml='u'",
  "xmlns:b=''", "b:x='1'", "x='1' x='2'", "xmlns", "xml",
]; // prettier-ignore

/** A well-formed document of elements, attributes, namespaces, text, CDATA, comments and instructions. */
export function wellFormed(random: Random, size: number): string {
  const open: string[] = [];
  let out = random.once(3) ? `<?xml version="1.0"${random.once(2) ? " encoding='UTF-8'" : ""}?>` : "";
  if (random.once(4)) out += "<!-- - > < & -->\n";
  out += '<r xmlns:b="DAV:" xmlns:c="u">';
  open.push("r");
  for (let i = 0; i < size; i++) {
    const name = random.pick(["a", "b:a", "c:a", "ä", "b:-x".replace("-", ""), "_.1-"]);
    const attributes = random.pick([
      "",
      "",
      " x='1'",
      ' b:x="&lt;>" c:x=\'"\'',
      " xmlns='DAV:'",
      " xmlns:b = 'w'",
      "\n",
      " xmlns:d='u' d:x='&#10;\n'",
    ]);
    switch (random.below(8)) {
      case 0:
      case 1:
        out += `<${name}${attributes}>`;
        open.push(name);
        break;
      case 2:
        out += `<${name}${attributes}/>`;
        break;
      case 3:
        if (open.length > 1) out += `</${open.pop()}${random.once(4) ? " \n" : ""}>`;
        break;
      case 4:
        out += random.pick(["<![CDATA[]]>", "<![CDATA[<a>&amp;]]]]>", "<![CDATA[\r\n]]>", "<![CDATA[x]]]>"]);
        break;
      case 5:
        out += random.pick(["<!---->", "<!--<a>-->", "<?p?>", "<?p <a> ??>"]);
        break;
      default:
        out += random.pick([
          "x",
          "\r\n",
          "\r",
          " ] ]] > ",
          "&lt;&#13;",
          "ä€😀",
          "'\"",
          "text that is longer than sixteen bytes",
        ]);
    }
  }
  while (open.length > 0) out += `</${open.pop()}>`;
  return out + random.pick(["", "\n", "<!-- end -->", "<?p?>\n"]);
}

/** Pieces thrown together. */
export function soup(random: Random, size: number): string {
  let out = random.once(2) ? "<a xmlns:b='DAV:'>" : "";
  for (let i = 0; i < size; i++) out += random.pick(PIECES);
  return random.once(2) ? out + "</a>" : out;
}

/** The document with a few bytes changed, lost, doubled or put in. */
export function mutate(random: Random, document: Uint8Array): Uint8Array {
  const bytes = [...document];
  for (let i = random.below(3) + 1; i > 0; i--) {
    const at = random.below(bytes.length + 1);
    switch (random.below(4)) {
      case 0:
        bytes.splice(at, 1);
        break;
      case 1:
        bytes.splice(at, 1, random.once(4) ? random.below(256) : random.pick([...Buffer.from("<>&;'\"/=:! ]-?ab")]));
        break;
      case 2:
        bytes.splice(at, 0, ...Buffer.from(random.pick(PIECES)));
        break;
      default:
        bytes.splice(at, 0, ...bytes.slice(at, at + random.below(12)));
    }
  }
  return Uint8Array.from(bytes);
}
