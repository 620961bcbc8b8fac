/** An element: its namespace and local name, its attributes as `{namespace}name=value`, and what is in it. */
export interface Element {
  namespace: string;
  local: string;
  attributes: string[];
  children: Node[];
}

/** Text (CDATA is text too), a comment or instruction as written, or an element. */
export type Node = { text: string } | { raw: string } | Element;

export const isElement = (node: Node): node is Element => "local" in node;

/** Reads a well-formed document, the slow and obvious way. Only the root element is given. */
export function parse(source: string): Element {
  const root: Element = { namespace: "", local: "", attributes: [], children: [] };
  const open = [root];
  const scopes = [new Map([["xml", "http://www.w3.org/XML/1998/namespace"]])];
  const names: string[] = [];
  const tokens =
    /<!\[CDATA\[([^]*?)\]\]>|(<!--[^]*?-->|<\?[^]*?\?>)|<\/([^>\s]+)\s*>|<([^\s\/>]+)((?:[^>"']|"[^"]*"|'[^']*')*?)(\/?)>|([^<]+)/gy;
  for (let at = 0; at < source.length; at = tokens.lastIndex) {
    tokens.lastIndex = at;
    const found = tokens.exec(source);
    if (!found) throw new Error(`not XML at ${at}: ${source.slice(at, at + 100)}`);
    const [, cdata, raw, end, start, attributes = "", slash, text] = found;
    const parent = open.at(-1);
    if (cdata !== undefined) addText(parent, lines(cdata));
    else if (raw !== undefined) parent.children.push({ raw });
    else if (text !== undefined) addText(parent, decode(lines(text)));
    else if (end !== undefined) {
      if (names.pop() !== end) throw new Error(`</${end}> does not match in ${source}`);
      open.pop();
      scopes.pop();
    } else {
      const scope = new Map(scopes.at(-1));
      const pairs = [...attributes.matchAll(/([^\s=]+)\s*=\s*(?:"([^"]*)"|'([^']*)')/g)].map(
        ([, name, one, two]) => [name!, decode(one ?? two!)] as const,
      );
      for (const [name, value] of pairs) if (/^xmlns(:|$)/.test(name)) scope.set(name.slice(6), value);
      const element: Element = { ...resolve(start!, scope, true), attributes: [], children: [] };
      for (const [name, value] of pairs) {
        if (/^xmlns(:|$)/.test(name)) continue;
        const { namespace, local } = resolve(name, scope, false);
        element.attributes.push(`{${namespace}}${local}=${value}`);
      }
      parent.children.push(element);
      if (slash) continue;
      open.push(element);
      scopes.push(scope);
      names.push(start!);
    }
  }
  const elements = root.children.filter(isElement);
  if (elements.length !== 1 || names.length > 0) throw new Error(`not one root: ${source}`);
  return elements[0]!;
}

function resolve(name: string, scope: Map<string, string>, useDefault: boolean): { namespace: string; local: string } {
  const colon = name.indexOf(":");
  if (colon < 0) return { namespace: useDefault ? (scope.get("") ?? "") : "", local: name };
  const namespace = scope.get(name.slice(0, colon));
  if (!namespace) throw new Error(`no namespace for ${name}`);
  return { namespace, local: name.slice(colon + 1) };
}

const lines = (text: string): string => text.replace(/\r\n?/g, "\n");

function decode(text: string): string {
  const named: Record<string, string> = { lt: "<", gt: ">", amp: "&", quot: '"', apos: "'" };
  return text.replace(/&(?:#x([0-9a-fA-F]+)|#([0-9]+)|(\w+));/g, (_, hex, decimal, name) =>
    name ? named[name]! : String.fromCodePoint(hex ? parseInt(hex, 16) : parseInt(decimal, 10)),
  );
}

function addText(parent: Element, text: string): void {
  parent.children.push({ text });
}

/** The tree in a form that is the same for the same meaning: text in one piece, attributes in order. */
export function canonical(element: Element): unknown {
  const children: unknown[] = [];
  let text = "";
  for (const child of element.children) {
    if ("text" in child) {
      text += child.text;
      continue;
    }
    if (text) children.push(text);
    text = "";
    children.push("raw" in child ? child : canonical(child));
  }
  if (text) children.push(text);
  return [`{${element.namespace}}${element.local}`, [...element.attributes].sort(), children];
}
