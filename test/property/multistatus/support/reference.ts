import { isElement, type Element, type Node } from "./dom.ts";

/** As `MultistatusOption` of the filter. */
export const Option = { namesOnly: 1, privileges: 2, principal: 4, withheldNotFound: 8, dataNotAsked: 16 } as const;

const DAV = "DAV:";
const CALDAV = "urn:ietf:params:xml:ns:caldav";

/** What was met in the properties of a response. */
interface Seen {
  privileges: boolean;
  principal: boolean;
  acl: boolean;
  /** Calendar-data that passed the filter. */
  data: boolean;
}

/** Thrown where a calendar-data says that the whole response must go. */
class Withheld extends Error {
  constructor(readonly href: string | null) {
    super("withheld");
  }
}

const element = (local: string, ...children: Node[]): Element => ({ namespace: DAV, local, attributes: [], children });
const text = (value: string): Node => ({ text: value });
const is = (node: Node, local: string): boolean => isElement(node) && node.namespace === DAV && node.local === local;
const textOf = (node: Node): string =>
  isElement(node) ? node.children.map(textOf).join("") : "text" in node ? node.text : "";
const trim = (value: string): string => value.replace(/^[ \t\r\n]+|[ \t\r\n]+$/g, "");
/** Between the elements of a multistatus there are only blanks and comments. */
const blank = (node: Node): Node[] => ("text" in node && trim(node.text) !== "" ? [] : [node]);
const mapped = (href: string): string => (href.includes("moved") ? `/there?&${href}` : href);
const status = (line: string): Element => element("status", text(`HTTP/1.1 ${line}`));

/**
 * The rules of `MultistatusRewriter` over a whole tree, with the policy of test/property/harness/multistatus.ts: what
 * is `hidden` in an href is hidden, and so on.
 */
export class Reference {
  constructor(
    private readonly options: number,
    private readonly notFound: string[],
  ) {}

  multistatus(root: Element): Element {
    const children = root.children.flatMap((child): Node[] => {
      if (!isElement(child)) return blank(child);
      if (is(child, "response")) return this.response(child, true);
      return is(child, "sync-token") || is(child, "responsedescription") ? [this.deep(child)] : [];
    });
    return { ...root, children: [...children, ...this.notFound.map(notFoundAt)] };
  }

  /** Anything else: only the responses in it matter. */
  private deep(node: Element): Element {
    const children = node.children.flatMap((child): Node[] => {
      if (!isElement(child)) return [child];
      return is(child, "response") ? this.response(child, false) : [this.deep(child)];
    });
    return { ...node, children };
  }

  private response(response: Element, outermost: boolean): Node[] {
    try {
      return this.keptResponse(response, outermost);
    } catch (error) {
      if (!(error instanceof Withheld)) throw error;
      const shown = error.href !== null && this.has(Option.withheldNotFound);
      return shown ? [notFoundAt(mapped(error.href))] : [];
    }
  }

  private keptResponse(response: Element, outermost: boolean): Node[] {
    const first = response.children.findIndex((child) => isElement(child) && !is(child, "href"));
    const headEnd = first < 0 ? response.children.length : first;
    const head = response.children.slice(0, headEnd);
    const hrefs = head.filter(isElement);
    if (hrefs.some((href) => href.children.some(isElement))) return [];
    const visible = hrefs.filter((href) => trim(textOf(href)) !== "" && !textOf(href).includes("hidden"));
    const statusOnly = first < 0 || is(response.children[first]!, "status");
    if (visible.length === 0 || (hrefs.length > 1 && !statusOnly)) return [];
    const href = trim(textOf(hrefs.at(-1)));
    const filtered = hrefs.length === 1 && !this.has(Option.namesOnly) && href.includes("upper");

    const children: Node[] = head.flatMap((child): Node[] => {
      if (!isElement(child)) return blank(child);
      if (!visible.includes(child)) return [];
      const value = trim(textOf(child));
      return [value.includes("moved") ? { ...child, children: [text(mapped(value))] } : child];
    });
    const seen: Seen = { privileges: false, principal: false, acl: false, data: false };
    let propstats = 0;
    let kept = 0;
    for (const child of response.children.slice(headEnd)) {
      if (!isElement(child)) children.push(...blank(child));
      else if (is(child, "response")) children.push(...this.response(child, false));
      else if (is(child, "href")) {
        if (filtered) throw new Withheld(null);
      } else if (!is(child, "propstat")) children.push(...this.outcome(child));
      else if (hrefs.length === 1) {
        propstats++;
        const left = this.propstat(child, href, filtered, seen);
        if (left) children.push(left);
        if (left) kept++;
      }
    }
    if (propstats > 0 && href.includes("upper") && href.includes("needs") && !seen.data) throw new Withheld(href);
    if (propstats > 0 && !this.has(Option.namesOnly)) {
      const own: Node[] = [];
      if (seen.privileges || (outermost && this.has(Option.privileges))) {
        own.push(element("current-user-privilege-set", element("for", text(href))));
      }
      if (seen.principal || (outermost && this.has(Option.principal))) {
        own.push(element("current-user-principal", element("href", text("/me/"))));
      }
      if (own.length > 0 || (kept === 0 && !seen.acl)) {
        children.push(element("propstat", element("prop", ...own), status("200 OK")));
      }
      if (seen.acl) children.push(element("propstat", element("prop", element("acl")), status("403 Forbidden")));
    }
    return [{ ...response, children }];
  }

  private propstat(propstat: Element, href: string, filtered: boolean, seen: Seen): Element | null {
    let kept = 0;
    let removed = 0;
    const property = (node: Node): Node[] => {
      if (!isElement(node)) return blank(node);
      const left = this.property(node, href, filtered, seen);
      if (left) kept++;
      else removed++;
      return left ?? [];
    };
    const children = propstat.children.flatMap((child): Node[] => {
      if (!isElement(child)) return blank(child);
      if (is(child, "response")) return this.response(child, false);
      return is(child, "prop") ? [{ ...child, children: child.children.flatMap(property) }] : this.outcome(child);
    });
    return kept === 0 && removed > 0 ? null : { ...propstat, children };
  }

  /** What stands beside the properties: only how it went. */
  private outcome(child: Element): Node[] {
    if (is(child, "error")) return [this.error(child)];
    return is(child, "status") || is(child, "responsedescription") ? [this.deep(child)] : [];
  }

  /** An error, without the hrefs that may not be named in it. */
  private error(node: Element): Element {
    const children = node.children.flatMap((child): Node[] => {
      if (!isElement(child)) return [child];
      if (is(child, "response")) return this.response(child, false);
      if (!is(child, "href")) return [this.error(child)];
      const href = trim(child.children.map((inner) => (isElement(inner) ? "" : textOf(inner))).join(""));
      return href === "" || href.includes("hidden") ? [] : [element("href", text(mapped(href)))];
    });
    return { ...node, children };
  }

  /** What is left of a property, or null when it is taken out. */
  private property(property: Element, href: string, filtered: boolean, seen: Seen): Node[] | null {
    if (is(property, "response")) return this.response(property, false);
    if (this.has(Option.namesOnly)) return [{ ...property, children: [] }];
    if (is(property, "current-user-privilege-set")) {
      seen.privileges = true;
      return null;
    }
    if (is(property, "current-user-principal")) {
      seen.principal = true;
      return null;
    }
    if (is(property, "acl") && !href.includes("own")) {
      seen.acl = true;
      return null;
    }
    if (property.local === "calendar-data" && property.namespace === CALDAV) {
      const left = filtered ? this.calendarData(property, href, seen) : property;
      if (this.has(Option.dataNotAsked)) return null;
      if (filtered) return [left];
    }
    if (property.local.includes("gone")) return null;
    if (!property.local.includes("new")) return [this.deep(property)];
    const value = textOf(property);
    const hasContent = value !== "" || property.children.some(isElement);
    return [{ ...property, children: hasContent ? [element("was", text(value))] : [] }];
  }

  private calendarData(property: Element, href: string, seen: Seen): Element {
    if (property.children.some(isElement)) throw new Withheld(null);
    const value = textOf(property);
    if (trim(value) === "") return { ...property, children: [text(value)] };
    if (value.includes("!")) throw new Withheld(href);
    seen.data = true;
    const upper = value.replace(/[a-z]/g, (letter) => letter.toUpperCase());
    return { ...property, children: [text(`${upper}<&\r>`)] };
  }

  private has(option: number): boolean {
    return (this.options & option) !== 0;
  }
}

const notFoundAt = (href: string): Element => element("response", element("href", text(href)), status("404 Not Found"));
