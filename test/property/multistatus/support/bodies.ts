import type { Random } from "../../xml/support/random.ts";

const DAV = "DAV:";
const CALDAV = "urn:ietf:params:xml:ns:caldav";
const OTHER = "urn:other";

type Scope = Map<string, string>;

/** Makes multistatus bodies as servers write them, and as no server should. */
export class Bodies {
  constructor(private readonly random: Random) {}

  /** A body with up to `responses` responses. */
  body(responses: number): string {
    const { random } = this;
    const prolog = random.pick([
      "",
      '<?xml version="1.0" encoding="utf-8"?>\n',
      "\ufeff<?xml version='1.0'?>",
      "<!-- c -->",
      "<?p x?>",
    ]);
    const scope: Scope = new Map();
    if (responses === 0 && random.once(2)) return prolog + this.element(scope, DAV, "multistatus", () => "");
    const inside = (inner: Scope): string => {
      let out = "";
      for (let i = random.below(responses + 1); i > 0; i--) out += this.response(inner, 0) + this.gap();
      if (random.once(4)) out += this.element(inner, DAV, "sync-token", () => "http://example.com/ns/sync/1");
      if (random.once(8)) out += this.element(inner, DAV, "responsedescription", () => "all &lt;fine&gt;");
      if (random.once(8)) out += this.element(inner, random.pick([DAV, OTHER]), "acl", () => "x");
      return out;
    };
    return prolog + this.element(scope, DAV, "multistatus", inside) + random.pick(["", "\n", "<!-- end -->"]);
  }

  private response(scope: Scope, depth: number): string {
    const { random } = this;
    if (random.once(30)) return this.element(scope, DAV, "response", () => "");
    return this.element(scope, DAV, "response", (inner) => {
      let out = this.gap();
      if (random.once(40)) out += this.other(inner);
      const hrefs = random.once(8) ? random.below(4) : 1;
      for (let i = 0; i < hrefs; i++) out += this.href(inner) + this.gap();
      if (random.once(30) && depth < 2) out += this.response(inner, depth + 1);
      const status = random.once(6);
      if (status) out += this.element(inner, DAV, "status", () => "HTTP/1.1 404 Not Found");
      if (!status || random.once(8))
        for (let i = random.below(3) + 1; i > 0; i--) out += this.propstat(inner, depth) + this.gap();
      if (random.once(20)) out += this.href(inner);
      if (random.once(30) && depth < 2) out += this.response(inner, depth + 1);
      if (random.once(10)) out += this.other(inner);
      return out;
    });
  }

  private href(scope: Scope): string {
    const { random } = this;
    return this.element(scope, DAV, "href", (inner) => {
      let out = random.pick(["", "", " ", "\n\t"]);
      for (let i = random.below(4) + (random.once(15) ? 0 : 1); i > 0; i--) {
        out += random.pick([
          "/alice/", "/alice/work/", "hid&#100;en", "hid<![CDATA[den]]>", "hidden", "needs", "own", "upper", "upper", "upp&#x65;r", "moved",
          "a&amp;b", "%20", "ä", "<![CDATA[<]]>", "<!-- c -->", "&#13;", "/a long href that is longer than sixteen bytes/",
        ]); // prettier-ignore
      }
      if (random.once(60)) out += this.element(inner, DAV, "href", () => "x");
      return out + random.pick(["", "", " \r\n"]);
    });
  }

  private propstat(scope: Scope, depth: number): string {
    const { random } = this;
    return this.element(scope, DAV, "propstat", (inner) => {
      const props = random.once(15) ? random.below(3) : 1;
      let out = this.gap();
      for (let i = 0; i < props; i++) {
        out += this.element(inner, DAV, "prop", (within) => {
          let properties = this.gap();
          for (let j = random.below(4); j > 0; j--) properties += this.property(within, depth) + this.gap();
          return properties;
        });
      }
      out += this.element(inner, DAV, "status", () => random.pick(["HTTP/1.1 200 OK", "HTTP/1.1 404 Not Found"]));
      return random.once(10) ? out + this.other(inner) : out;
    });
  }

  private property(scope: Scope, depth: number): string {
    const { random } = this;
    const namespace = random.once(8) ? OTHER : DAV;
    const privilege = (inner: Scope): string => this.element(inner, DAV, "privilege", () => "");
    switch (random.below(12)) {
      case 0:
        return this.element(scope, namespace, "acl", privilege);
      case 1:
        return this.element(scope, namespace, "current-user-privilege-set", privilege);
      case 2:
        return this.element(scope, namespace, "current-user-principal", (inner) => this.href(inner));
      case 3:
      case 4:
        return this.element(scope, random.once(8) ? OTHER : CALDAV, "calendar-data", (inner) =>
          this.calendarData(inner),
        );
      case 5:
        return this.element(scope, OTHER, random.pick(["gone", "new"]), (inner) =>
          random.pick(["", "a&amp;b", "<!-- c -->", "x<![CDATA[<y>]]>", this.href(inner), this.response(inner, 9)]),
        );
      case 6:
        return this.element(scope, DAV, "resourcetype", (inner) => this.element(inner, DAV, "collection", () => ""));
      case 7:
        return depth > 2 ? "" : this.element(scope, DAV, "group-membership", (inner) => {
          let out = "";
          for (let i = random.below(3); i > 0; i--) out += this.response(inner, depth + 1);
          return out;
        }); // prettier-ignore
      case 8:
        return this.element(scope, CALDAV, "calendar-home-set", (inner) => this.href(inner));
      case 9:
        return random.once(6) ? this.response(scope, 9) : this.gap();
      default:
        return this.element(scope, DAV, random.pick(["getetag", "displayname"]), () =>
          random.pick(["", '"1"', "&#228;<![CDATA[ö]]>"]),
        );
    }
  }

  private calendarData(scope: Scope): string {
    const { random } = this;
    let out = random.pick(["", "", "\n  "]);
    for (let i = random.below(6); i > 0; i--) {
      out += random.pick([
        "BEGIN:VCALENDAR\r\n",
        "SUMMARY:a &amp; b&#13;\n",
        "<![CDATA[<x>&amp;\r\n]]>",
        "a long line of text, as there are many\n",
        "\r",
        "ä€😀",
        "&#x1F600;",
        "]",
      ]);
    }
    if (random.once(12)) out += "x!";
    if (random.once(30)) out += "<!-- c -->";
    if (random.once(60)) out += this.element(scope, DAV, "x", () => "");
    return out;
  }

  /** An element that means nothing where it stands. */
  private other(scope: Scope): string {
    const [namespace, local] = this.random.pick<[string, string]>([
      [DAV, "error"], [DAV, "responsedescription"], [OTHER, "response"], [OTHER, "href"], [DAV, "acl"], [DAV, "prop"],]); // prettier-ignore
    return this.element(scope, namespace, local, (inner) => (this.random.once(3) ? this.href(inner) : "x"));
  }

  private gap(): string {
    return this.random.pick(["", "", "", "\n  ", "<!-- > -->", "<?p <a>?>", " \r\n"]);
  }

  /** Writes an element with one of the prefixes that its namespace has, or a new one. */
  private element(scope: Scope, namespace: string, local: string, content: (scope: Scope) => string): string {
    const { random } = this;
    const inner = new Map(scope);
    let declared = "";
    let prefixes = [...inner].filter(([, bound]) => bound === namespace).map(([prefix]) => prefix);
    if (prefixes.length === 0 || random.once(25)) {
      const prefix = random.pick(["", "D", "C", "d", "longprefix", "x-1"]);
      inner.set(prefix, namespace);
      declared =
        random.pick([" ", "\n  "]) +
        (prefix ? `xmlns:${prefix}` : "xmlns") +
        random.pick([`="${namespace}"`, ` = '${namespace}'`]);
      prefixes = [prefix];
    }
    if (random.once(25)) declared += random.pick([' a="1>"', " b='\"/>'", ' xml:lang="de"']);
    const prefix = random.pick(prefixes);
    const name = prefix ? `${prefix}:${local}` : local;
    const inside = content(inner);
    if (inside === "" && random.once(2)) return `<${name}${declared}${random.pick(["", " "])}/>`;
    return `<${name}${declared}${random.pick(["", "", " "])}>${inside}</${name}${random.pick(["", "", " "])}>`;
  }
}
