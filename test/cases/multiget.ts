import type { Case } from "./case.ts";
import {
  as,
  configWith,
  host,
  multiget,
  multistatus,
  multistatusBody,
  precondition,
  response,
  share,
  xml,
} from "./support.ts";

const config = configWith([share("alice/work", "bob", "read"), share("carol/public", "anyone", "read")]);
const upstream = multistatus(response("/alice/work/1.ics"));
const seen = response("/alice/work/1.ics");
const missing = (href: string): string =>
  `<D:href>${href}</D:href><D:status>HTTP/1.1 404 Not Found</D:status></D:response>`;
const ask = (body: string, user = "bob", path = "/alice/work/") => ({
  method: "REPORT",
  path,
  headers: as(user, { "content-type": "application/xml; charset=utf-8", depth: "1" }),
  body,
});
const hidden = [
  "/alice/private/1.ics",
  "/alice/work2/1.ics",
  "/nobody/x/1.ics",
  "/alice/",
  "/alice/inbox/1.ics",
  "/etc/passwd",
];
const count = (text: string, times: number): RegExp => {
  const one = text.replace(/[.*+?^${}()|[\]\\/]/g, "\\$&");
  return new RegExp(`^(?:(?!${one})[\\s\\S])*(?:${one}(?:(?!${one})[\\s\\S])*){${times}}$`);
};
const refusedBody = (name: string, body: string, status = 400): Case => ({
  name: `multiget: ${name} is refused`,
  config,
  steps: ["bob", "alice"].map((user) => ({ request: ask(body, user), expect: { status, upstream: [] } })),
});

/** Multiget: hrefs that the person may not read never reach the server; each gets its own 404 in the 207. */
export const multigets: Case[] = [
  {
    name: "multiget: hrefs that the person may not read never reach the server; each gets its own 404 DAV:response in the 207",
    config,
    upstream,
    steps: [
      {
        request: ask(multiget(hidden[0]!, "/alice/work/1.ics", ...hidden.slice(1))),
        expect: {
          status: 207,
          headers: { "content-type": /xml/ },
          body: { has: [seen, ...hidden.map(missing)] },
          upstream: [{ method: "REPORT", path: "/alice/work/", body: multiget("/alice/work/1.ics") }],
        },
      },
    ],
  },
  {
    name: "multiget: where nothing that is asked for can be seen, the server is not asked",
    config,
    steps: [
      {
        request: ask(multiget(...hidden)),
        expect: {
          status: 207,
          headers: { "cache-control": "private, no-cache" },
          body: { has: hidden.map(missing) },
          upstream: [],
        },
      },
    ],
  },
  {
    name: "multiget: a hidden object and one that does not exist are answered alike",
    config,
    upstream: multistatus(
      seen,
      `<D:response><D:href>/alice/work/2.ics</D:href><D:status>HTTP/1.1 404 Not Found</D:status></D:response>`,
    ),
    steps: [
      {
        request: ask(multiget("/alice/work/1.ics", "/alice/work/2.ics", "/alice/private/2.ics")),
        expect: { status: 207, body: { has: [missing("/alice/work/2.ics"), missing("/alice/private/2.ics")] } },
      },
    ],
  },
  {
    name: "multiget: every href is decided by itself, wherever the report is sent",
    config: configWith([share("alice/work", "bob", "read"), share("carol/public", "anyone", "read")]),
    upstream,
    steps: [
      {
        request: ask(
          multiget("/bob/home/1.ics", "/alice/work/1.ics", "/alice/private/1.ics", "/carol/public/1.ics"),
          "bob",
          "/bob/home/",
        ),
        expect: {
          status: 207,
          body: { has: [missing("/alice/private/1.ics")] },
          upstream: [{ body: multiget("/bob/home/1.ics", "/alice/work/1.ics", "/carol/public/1.ics") }],
        },
      },
    ],
  },
  {
    name: "multiget: the owner's own passes byte for byte, body and answer",
    config,
    upstream: { status: 207, headers: { "content-type": "application/xml" }, body: "<not even XML" },
    steps: [
      {
        request: ask(multiget("/alice/work/1.ics", "/alice/private/1.ics"), "alice"),
        expect: {
          status: 207,
          body: "<not even XML",
          upstream: [{ body: multiget("/alice/work/1.ics", "/alice/private/1.ics") }],
        },
      },
    ],
  },
  {
    name: "multiget: the owner's hrefs in another's calendar are decided too",
    config,
    upstream: multistatus(response("/alice/work/1.ics")),
    steps: [
      {
        request: ask(multiget("/alice/work/1.ics", "/bob/home/1.ics"), "alice"),
        expect: {
          status: 207,
          body: { has: [missing("/bob/home/1.ics")] },
          upstream: [{ body: multiget("/alice/work/1.ics") }],
        },
      },
    ],
  },
  {
    name: "multiget: absolute URIs of this host are decided by their path",
    config,
    upstream,
    steps: [
      {
        request: ask(multiget(`http://${host}/alice/work/1.ics`, `https://${host}:443/alice/private/1.ics`)),
        expect: {
          status: 207,
          body: { has: [missing(`https://${host}:443/alice/private/1.ics`)] },
          upstream: [{ body: multiget(`http://${host}/alice/work/1.ics`) }],
        },
      },
    ],
  },
  {
    name: "multiget: URIs of other hosts and what is no reference stand for nothing",
    config,
    upstream,
    steps: [
      {
        request: ask(
          multiget(
            "/alice/work/1.ics",
            "http://other.example/alice/work/1.ics",
            `//${host}/alice/work/1.ics`,
            "alice/work/1.ics",
            "urn:uuid:1",
            `http://u@${host}/alice/work/1.ics`,
            "/alice/work/1.ics?export",
            "",
          ),
        ),
        expect: {
          status: 207,
          body: {
            has: [
              missing("http://other.example/alice/work/1.ics"),
              missing("alice/work/1.ics"),
              missing("urn:uuid:1"),
              missing(""),
            ],
          },
          upstream: [{ body: multiget("/alice/work/1.ics") }],
        },
      },
    ],
  },
  {
    name: "multiget: duplicates are answered one by one",
    config,
    upstream,
    steps: [
      {
        request: ask(multiget("/alice/private/1.ics", "/alice/work/1.ics", "/alice/private/1.ics")),
        expect: {
          status: 207,
          body: count(missing("/alice/private/1.ics"), 2),
          upstream: [{ body: multiget("/alice/work/1.ics") }],
        },
      },
      {
        request: ask(multiget("/alice/work/1.ics", "/alice/work/1.ics")),
        expect: { status: 207, upstream: [{ body: multiget("/alice/work/1.ics", "/alice/work/1.ics") }] },
      },
    ],
  },
  {
    name: "multiget: CDATA, character references and white space make no other href",
    config,
    upstream,
    steps: [
      {
        request: ask(
          multiget(
            "<![CDATA[/alice/private/1.ics]]>",
            "/alice/&#112;rivate/2.ics",
            "/alice/&#x70;rivate/3.ics",
            "\n  /alice/private/4.ics\t",
            "/alice/<![CDATA[priv]]>ate/5.ics",
            "/alice/work/1.ics",
          ),
        ),
        expect: {
          status: 207,
          body: { has: [1, 2, 3, 4, 5].map((n) => missing(`/alice/private/${n}.ics`)) },
          upstream: [{ body: multiget("/alice/work/1.ics") }],
        },
      },
      {
        request: ask(multiget("<![CDATA[/alice/work/1.ics]]>", "/alice/&#119;ork/1.ics")),
        expect: {
          status: 207,
          upstream: [{ body: multiget("<![CDATA[/alice/work/1.ics]]>", "/alice/&#119;ork/1.ics") }],
        },
      },
    ],
  },
  {
    name: "multiget: hrefs that are given back are escaped",
    config,
    steps: [
      {
        request: ask(multiget("/alice/private/&lt;/D:href>&amp;.ics", "<![CDATA[/alice/private/<x>&]]>")),
        expect: {
          status: 207,
          body: { has: ["/alice/private/&lt;/D:href&gt;&amp;.ics", "/alice/private/&lt;x&gt;&amp;"], lacks: ["<x>"] },
          upstream: [],
        },
      },
    ],
  },
  {
    name: "multiget: prefixes and default namespaces make no difference",
    config,
    upstream,
    steps: [
      {
        request: ask(
          xml(
            '<x:calendar-multiget xmlns:x="urn:ietf:params:xml:ns:caldav" xmlns="DAV:"><prop><getetag/></prop>' +
              '<href>/alice/work/1.ics</href><y:href xmlns:y="DAV:">/alice/private/1.ics</y:href></x:calendar-multiget>',
          ),
        ),
        expect: {
          status: 207,
          body: { has: [missing("/alice/private/1.ics")] },
          upstream: [{ body: { has: ["<href>/alice/work/1.ics</href>"], lacks: ["private"] } }],
        },
      },
    ],
  },
  {
    name: "multiget: an href with an element in it stands for nothing, and never reaches the server",
    config,
    upstream,
    steps: [
      {
        request: ask(multiget("/alice/work/<x/>1.ics", "<D:href>/alice/private/1.ics</D:href>", "/alice/work/1.ics")),
        expect: { upstream: [{ body: multiget("/alice/work/1.ics") }] },
      },
    ],
  },
  {
    name: "multiget: a comment or an instruction in an href cannot make the server read another",
    config,
    upstream,
    steps: ["/alice/work<!-- x -->shop/1.ics", "/alice/pri<!-- x -->vate/1.ics", "/alice/pri<?x y?>vate/1.ics"].map(
      (href) => ({
        request: ask(multiget(href, "/alice/work/1.ics")),
        expect: { status: 207, upstream: [{ body: multiget("/alice/work/1.ics") }] },
      }),
    ),
  },
  refusedBody(
    "an href elsewhere than in the list",
    xml(
      '<C:calendar-multiget xmlns:C="urn:ietf:params:xml:ns:caldav" xmlns:D="DAV:"><D:prop><D:href>/alice/private/1.ics</D:href></D:prop>' +
        "<D:href>/alice/work/1.ics</D:href></C:calendar-multiget>",
    ),
  ),
  refusedBody(
    "a multiget inside of a multiget",
    xml(
      '<C:calendar-multiget xmlns:C="urn:ietf:params:xml:ns:caldav" xmlns:D="DAV:"><D:href>/alice/work/1.ics</D:href>' +
        "<C:calendar-multiget><D:href>/alice/private/1.ics</D:href></C:calendar-multiget></C:calendar-multiget>",
    ),
  ),
  {
    name: "multiget: over multiget_hrefs: 403 DAV:number-of-matches-within-limits, never cut silently",
    config: configWith([share("alice/work", "bob", "read")], { limits: { multiget_hrefs: 3 } }),
    upstream,
    steps: [
      {
        request: ask(multiget(...[1, 2, 3].map((n) => `/alice/work/${n}.ics`))),
        expect: { status: 207, upstream: [{}] },
      },
      ...["bob", "alice"].map((user) => ({
        request: ask(multiget(...[1, 2, 3, 4].map((n) => `/alice/work/${n}.ics`)), user),
        expect: { status: 403, body: precondition("D:number-of-matches-within-limits"), upstream: [] },
      })),
      {
        request: ask(multiget(...[1, 2, 3, 4].map((n) => `/alice/private/${n}.ics`))),
        expect: { status: 403, body: precondition("D:number-of-matches-within-limits"), upstream: [] },
      },
    ],
  },
  {
    name: "multiget: 5000 hrefs are no problem, half of them hidden",
    config,
    upstream: multistatus(seen),
    steps: [
      {
        request: ask(
          multiget(...Array.from({ length: 5000 }, (_, n) => `/alice/${n % 2 ? "work" : "private"}/${n}.ics`)),
        ),
        expect: {
          status: 207,
          body: { has: [missing("/alice/private/0.ics"), missing("/alice/private/4998.ics"), seen] },
          upstream: [{ body: { has: ["/alice/work/4999.ics"], lacks: ["private"] } }],
        },
      },
      {
        request: ask(multiget(...Array.from({ length: 5001 }, (_, n) => `/alice/work/${n}.ics`))),
        expect: { status: 403, upstream: [] },
      },
    ],
  },
  {
    name: "multiget: the rewritten body goes on with its own length, chunked or not",
    config,
    upstream,
    steps: [
      {
        request: {
          ...ask(""),
          body: undefined,
          chunks: [
            multiget("/alice/private/1.ics", "/alice/work/1.ics").slice(0, 200),
            multiget("/alice/private/1.ics", "/alice/work/1.ics").slice(200),
          ],
        },
        expect: {
          status: 207,
          upstream: [
            {
              headers: { "content-length": String(multiget("/alice/work/1.ics").length), "transfer-encoding": null },
              body: multiget("/alice/work/1.ics"),
            },
          ],
        },
      },
      {
        request: ask(multiget("/alice/private/1.ics", "/alice/work/1.ics")),
        expect: {
          status: 207,
          upstream: [{ headers: { "content-length": String(multiget("/alice/work/1.ics").length) } }],
        },
      },
    ],
  },
  {
    name: "multiget: what the server adds of itself is not seen",
    config,
    upstream: multistatus(seen, response("/alice/private/1.ics"), response("/alice/private/2.ics")),
    steps: [
      {
        request: ask(multiget("/alice/private/1.ics", "/alice/work/1.ics")),
        expect: {
          status: 207,
          body: { has: [seen, missing("/alice/private/1.ics")], lacks: ["/alice/private/2.ics"] },
        },
      },
    ],
  },
  {
    name: "multiget: an empty answer of the server still gets the 404s",
    config,
    upstream: { status: 207, headers: { "content-type": "text/xml" }, body: xml('<multistatus xmlns="DAV:"/>') },
    steps: [
      {
        request: ask(multiget("/alice/private/1.ics", "/alice/work/1.ics")),
        expect: { status: 207, body: { has: [missing("/alice/private/1.ics"), "</multistatus>"] } },
      },
    ],
  },
  {
    name: "multiget: not signed in, the hrefs of a public calendar are read and no others",
    config,
    upstream: multistatus(response("/carol/public/1.ics")),
    steps: [
      {
        request: ask(multiget("/carol/public/1.ics", "/carol/private/1.ics"), "", "/carol/public/"),
        expect: {
          status: 207,
          body: { has: [missing("/carol/private/1.ics")] },
          upstream: [{ body: multiget("/carol/public/1.ics") }],
        },
      },
    ],
  },
  {
    name: "multiget: without a single href is passed on as it is",
    config,
    upstream: { status: 207, headers: { "content-type": "text/xml" }, body: multistatusBody() },
    steps: [{ request: ask(multiget()), expect: { status: 207, upstream: [{ body: multiget() }] } }],
  },
];
