import { describe, expect, test } from "vitest-pool-assemblyscript/assembly";
import { Writer } from "../../../assembly/bytes/writer";
import { MultistatusRewriter } from "../../../assembly/dav/multistatus";
import {
  CalendarDataFilter,
  MultistatusOption,
  MultistatusPolicy,
  Rewrite,
} from "../../../assembly/dav/multistatus_policy";

/** Lets everything through that has no `secret` in it. */
class NoSecrets extends CalendarDataFilter {
  text: string = "";

  begin(): void {
    this.text = "";
  }

  write(ptr: usize, len: i32, out: Writer): void {
    this.text += String.UTF8.decodeUnsafe(ptr, len);
  }

  end(out: Writer): bool {
    out.string(this.text);
    return !this.text.includes("secret");
  }
}

/** Hides /hidden; the rest is what the fields say. */
class Policy extends MultistatusPolicy {
  hrefs: string[] = [];
  filter: CalendarDataFilter | null = null;
  showsAcl: bool = false;
  needsData: bool = false;
  proof: string = "";
  lastValue: string = "";
  unproven: i32 = 0;
  drops: string = "";
  replaces: string = "";
  moved: string = "";

  visible(ptr: usize, len: i32): bool {
    const href = String.UTF8.decodeUnsafe(ptr, len);
    this.hrefs.push(href);
    return !href.startsWith("/hidden");
  }

  privileges(out: Writer): void {
    out.string("<D:privilege><D:read/></D:privilege>");
  }

  aclVisible(): bool {
    return this.showsAcl;
  }

  currentUserPrincipal(out: Writer): void {
    out.string("<D:href>/me/</D:href>");
  }

  calendarData(): CalendarDataFilter | null {
    return this.filter;
  }

  needsProof(): bool {
    return this.needsData;
  }

  isProven(): bool {
    return this.proof != "" && this.lastValue == this.proof;
  }

  lacksProof(): void {
    this.unproven++;
  }

  mayName(ptr: usize, len: i32): bool {
    return !String.UTF8.decodeUnsafe(ptr, len).startsWith("/hidden");
  }

  rewriteProperty(namespace: i32, local: usize, localLen: i32): i32 {
    const name = String.UTF8.decodeUnsafe(local, localLen);
    return name == this.drops ? Rewrite.DROP : name == this.replaces ? Rewrite.REPLACE : Rewrite.KEEP;
  }

  replaceProperty(namespace: i32, local: usize, localLen: i32, value: usize, valueLen: i32, out: Writer): void {
    this.lastValue = String.UTF8.decodeUnsafe(value, valueLen);
    out.string("was ");
    out.bytes(value, valueLen);
  }

  mapHref(ptr: usize, len: i32, out: Writer): bool {
    out.string(this.moved);
    return this.moved != "";
  }
}

const ROOT = `<D:multistatus xmlns:D="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav">`;
const OK = "<D:status>HTTP/1.1 200 OK</D:status>";
const OWN = `<D:propstat xmlns:D="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav"><D:prop>`;

function propstat(properties: string): string {
  return `<D:propstat><D:prop>${properties}</D:prop>${OK}</D:propstat>`;
}

function response(href: string, content: string): string {
  return `<D:response><D:href>${href}</D:href>${content}</D:response>`;
}

function multistatus(content: string): string {
  return ROOT + content + "</D:multistatus>";
}

/** What is left of a body, or `refused`. */
function rewriteWith(rewriter: MultistatusRewriter, policy: MultistatusPolicy, body: string, options: i32 = 0): string {
  const bytes = String.UTF8.encode(body);
  rewriter.begin(policy, options);
  if (!rewriter.write(changetype<usize>(bytes), bytes.byteLength) || !rewriter.finish()) return "refused";
  return rewriter.out.toString();
}

function rewrite(policy: MultistatusPolicy, content: string, options: i32 = 0): string {
  return rewriteWith(new MultistatusRewriter(), policy, multistatus(content), options);
}

describe("MultistatusRewriter", () => {
  test("passes what may be seen byte for byte", () => {
    const body = `<?xml version="1.0"?>\n<!-- x --><multistatus\txmlns='DAV:'><response ><href>/a</href ><propstat>
      <prop><getetag/><x:y xmlns:x="u" z='>'>&#13;<![CDATA[<]]></x:y></prop></propstat></response></multistatus >\n`;
    expect(rewriteWith(new MultistatusRewriter(), new Policy(), body)).toBe(body);
  });

  test("asks with the decoded and trimmed text of the href", () => {
    const policy = new Policy();
    rewrite(policy, response(" \n/a&amp;b<![CDATA[<c>]]><!-- d -->%20&#228; ", propstat("")));
    expect(policy.hrefs.join("|")).toBe("/a&b<c>%20ä");
  });

  test("takes out responses that may not be seen, whatever their prefixes and depth", () => {
    const seen = response("/a", propstat("<D:x/>"));
    expect(rewrite(new Policy(), response("/hidden", propstat("<D:x/>")) + seen)).toBe(multistatus(seen));
    expect(rewrite(new Policy(), `<response xmlns="DAV:"><href>&#47;hidden/b</href><status/></response>` + seen)).toBe(
      multistatus(seen),
    );
    const nested = (inner: string): string => response("/a", propstat(`<D:x><D:y>${inner}</D:y></D:x>`));
    expect(rewrite(new Policy(), nested(seen + response("/hidden", propstat(""))))).toBe(multistatus(nested(seen)));
    const foreign = `<response xmlns="other:"><href>/hidden</href></response>`;
    expect(rewrite(new Policy(), nested(foreign))).toBe(multistatus(nested(foreign)));
  });

  test("takes unseen hrefs out of a status for several", () => {
    const status = "<D:status>HTTP/1.1 404 Not Found</D:status>";
    expect(rewrite(new Policy(), response(`/a</D:href><D:href>/hidden</D:href><D:href>/b`, status))).toBe(
      multistatus(response("/a</D:href><D:href>/b", status)),
    );
    expect(rewrite(new Policy(), response(`/hidden</D:href><D:href>/hidden/2`, status))).toBe(multistatus(""));
  });

  test("drops responses that are out of order", () => {
    const none = multistatus("");
    expect(rewrite(new Policy(), "<D:response/>")).toBe(none);
    expect(rewrite(new Policy(), `<D:response>${OK}</D:response>`)).toBe(none);
    expect(rewrite(new Policy(), `<D:response>${OK}<D:href>/a</D:href></D:response>`)).toBe(none);
    expect(rewrite(new Policy(), response("/a</D:href><D:href>/b", propstat("<D:x/>")))).toBe(none);
    expect(rewrite(new Policy(), response("<D:a/>", OK))).toBe(none);
    expect(rewrite(new Policy(), response("", OK))).toBe(none);
    expect(rewrite(new Policy(), response("/a&b;", OK))).toBe(none);
    expect(rewrite(new Policy(), response("/a&<!-- -->amp;", OK))).toBe(none);
    expect(rewrite(new Policy(), response("/a" + "b".repeat(70_000), OK))).toBe(none);
    expect(rewrite(new Policy(), response("/a", OK + "<D:href>/hidden</D:href>"))).toBe(
      multistatus(response("/a", OK)),
    );
    expect(rewrite(new Policy(), "<D:href>/a</D:href><D:acl/>")).toBe(none);
  });

  test("answers DAV:current-user-privilege-set and DAV:current-user-principal itself", () => {
    const servers = propstat(
      "<D:current-user-privilege-set><D:privilege><D:all/></D:privilege></D:current-user-privilege-set>",
    );
    const privileges = `<D:current-user-privilege-set><D:privilege><D:read/></D:privilege></D:current-user-privilege-set>`;
    const principal = `<D:current-user-principal><D:href>/me/</D:href></D:current-user-principal>`;
    const own = `${OWN}${privileges}</D:prop>${OK}</D:propstat>`;
    expect(rewrite(new Policy(), response("/a", servers))).toBe(multistatus(response("/a", own)));
    expect(rewrite(new Policy(), response("/a", propstat("<D:x/>")), MultistatusOption.PRIVILEGES)).toBe(
      multistatus(response("/a", propstat("<D:x/>") + own)),
    );
    const both = `${OWN}${privileges}${principal}</D:prop>${OK}</D:propstat>`;
    expect(
      rewrite(
        new Policy(),
        response("/a", propstat("<D:x/>")),
        MultistatusOption.PRIVILEGES | MultistatusOption.PRINCIPAL,
      ),
    ).toBe(multistatus(response("/a", propstat("<D:x/>") + both)));
    expect(rewrite(new Policy(), response("/a", OK), MultistatusOption.PRIVILEGES)).toBe(
      multistatus(response("/a", OK)),
    );
    const elsewhere = response(
      "/a",
      propstat(`<D:x><D:current-user-principal/></D:x><current-user-principal xmlns="u"/>`),
    );
    expect(rewrite(new Policy(), elsewhere)).toBe(multistatus(elsewhere));
  });

  test("refuses DAV:acl where it may not be seen", () => {
    const acl = propstat("<D:acl><D:ace/></D:acl>");
    const forbidden = `${OWN}<D:acl/></D:prop><D:status>HTTP/1.1 403 Forbidden</D:status></D:propstat>`;
    expect(rewrite(new Policy(), response("/a", acl))).toBe(multistatus(response("/a", forbidden)));
    const policy = new Policy();
    policy.showsAcl = true;
    expect(rewrite(policy, response("/a", acl))).toBe(multistatus(response("/a", acl)));
  });

  test("asks again about a response whose properties held others", () => {
    const policy = new Policy();
    const inner = `<D:x>${response("/b", propstat(""))}</D:x>`;
    rewrite(policy, response("/a", propstat(inner + "<D:acl/>")));
    expect(policy.hrefs.join(" ")).toBe("/a /b /a");
  });

  test("leaves names alone when only names were asked for", () => {
    const names = response("/a", propstat("<D:acl/><D:current-user-privilege-set></D:current-user-privilege-set>"));
    const options = MultistatusOption.NAMES_ONLY | MultistatusOption.PRIVILEGES;
    expect(rewrite(new Policy(), names, options)).toBe(multistatus(names));
    expect(rewrite(new Policy(), response("/a", propstat("<D:x>y<D:z/></D:x>")), options)).toBe(
      multistatus(response("/a", propstat("<D:x></D:x>"))),
    );
  });

  test("drops and replaces properties as the policy says", () => {
    const policy = new Policy();
    policy.drops = "x";
    policy.replaces = "y";
    const body = response("/a", propstat("<D:x>1</D:x>") + propstat("<D:x/><D:y>a&amp;<D:b>c</D:b></D:y><D:y/>"));
    expect(rewrite(policy, body)).toBe(multistatus(response("/a", propstat("<D:y>was a&c</D:y><D:y/>"))));
    expect(rewrite(policy, response("/a", propstat("<D:x/>")))).toBe(
      multistatus(response("/a", `${OWN}</D:prop>${OK}</D:propstat>`)),
    );
    policy.replaces = "sync-token";
    expect(rewrite(policy, "<D:sync-token>t</D:sync-token>")).toBe(multistatus("<D:sync-token>was t</D:sync-token>"));
  });

  test("puts the href that the person knows in the place of the server's", () => {
    const policy = new Policy();
    policy.moved = "/m?a&b";
    expect(rewrite(policy, response(" /a ", OK))).toBe(multistatus(response("/m?a&amp;b", OK)));
  });

  test("sends calendar-data through the filter and escapes what comes out", () => {
    const policy = new Policy();
    policy.filter = new NoSecrets();
    const data = (value: string): string =>
      response("/a", propstat(`<D:x/><C:calendar-data v="2">${value}</C:calendar-data>`));
    expect(rewrite(policy, data("\n a&#13;\n&lt;<![CDATA[<b>]]>\r\n"))).toBe(
      multistatus(data("\n a&#13;\n&lt;&lt;b&gt;\n")),
    );
    expect(rewrite(policy, data("a <!-- --> secret"))).toBe(multistatus(""));
    expect(rewrite(policy, data("a &b; c"))).toBe(multistatus(""));
    expect(rewrite(policy, data("a &lt"))).toBe(multistatus(""));
    expect(rewrite(policy, data("a <D:b/> c"))).toBe(multistatus(""));
    const empty = response("/a", propstat("<C:calendar-data/>") + propstat("<C:calendar-data> </C:calendar-data>"));
    expect(rewrite(policy, empty)).toBe(multistatus(empty));
  });

  test("answers what the filter withholds with 404 where it was asked for", () => {
    const policy = new Policy();
    policy.filter = new NoSecrets();
    const hidden = response("/a&amp;b", propstat("<C:calendar-data>secret</C:calendar-data>"));
    expect(rewrite(policy, hidden, MultistatusOption.WITHHELD_NOT_FOUND)).toBe(
      multistatus(
        `<D:response xmlns:D="DAV:"><D:href>/a&amp;b</D:href><D:status>HTTP/1.1 404 Not Found</D:status></D:response>`,
      ),
    );
  });

  test("withholds a response that is too large to hold", () => {
    const policy = new Policy();
    policy.filter = new NoSecrets();
    const rewriter = new MultistatusRewriter();
    rewriter.maxHeld = 1000;
    const data = (value: string): string => response("/a", propstat(`<C:calendar-data>${value}</C:calendar-data>`));
    const small = data("a".repeat(500));
    const body = multistatus(small + data("b".repeat(1000)) + small);
    expect(rewriteWith(rewriter, policy, body)).toBe(multistatus(small + small));
  });

  test("shows a response that needs calendar-data only when some has passed, and not the data where none was asked for", () => {
    const policy = new Policy();
    policy.filter = new NoSecrets();
    policy.needsData = true;
    const listed = (data: string): string => response("/a", propstat(`<D:x/>${data}`));
    const body =
      listed("<C:calendar-data>a</C:calendar-data>") +
      listed("<C:calendar-data>secret</C:calendar-data>") +
      listed("<C:calendar-data/>") +
      listed("");
    expect(rewrite(policy, body, MultistatusOption.DATA_NOT_ASKED)).toBe(multistatus(listed("")));
    expect(rewrite(policy, body)).toBe(multistatus(listed("<C:calendar-data>a</C:calendar-data>")));
    expect(rewrite(policy, response("/gone", OK))).toBe(multistatus(response("/gone", OK)));
  });

  test("shows a response that needs proof only when a property has proven it, which need not stay", () => {
    const policy = new Policy();
    policy.needsData = true;
    policy.replaces = "getetag";
    policy.proof = "known";
    const type = "<D:getcontenttype/>";
    const listed = (tag: string): string => response("/a", propstat(`${type}<D:getetag>${tag}</D:getetag>`));
    const gone = response("/gone", OK);
    const body = listed("known") + listed("unknown") + response("/b", propstat(type)) + gone;
    expect(rewrite(policy, body)).toBe(multistatus(listed("was known") + gone));
    expect(policy.unproven).toBe(2);
    const several = "<D:response><D:href>/a</D:href><D:href>/b</D:href>" + OK + "</D:response>";
    const all = MultistatusOption.PROVES_ALL;
    expect(rewrite(policy, body + several, all)).toBe(multistatus(listed("was known")));
    const untold = multistatus(response("/a", propstat(type)));
    expect(rewrite(policy, body, all | MultistatusOption.ENTITY_TAG_NOT_ASKED)).toBe(untold);
    const alone = response("/a", propstat("<D:getetag>known</D:getetag>") + propstat(type));
    expect(rewrite(policy, alone, MultistatusOption.ENTITY_TAG_NOT_ASKED)).toBe(untold);
    policy.needsData = false;
    expect(rewrite(policy, listed("any"), MultistatusOption.ENTITY_TAG_NOT_ASKED)).toBe(untold);
  });

  test("names in errors only what may be named, however the body is cut", () => {
    const href = (path: string): string => `<D:href xmlns:D="DAV:">${path}</D:href>`;
    const failed = (named: string): string =>
      `<D:error><D:need-privileges><D:resource>${named}<D:privilege/></D:resource></D:need-privileges></D:error>`;
    const both = (named: string): string =>
      response("/a", `<D:propstat><D:prop><D:x/></D:prop>${OK}${failed(named)}</D:propstat>${failed(named)}`);
    const body = multistatus(
      both(
        "<D:href> /a&amp;b<!-- c --></D:href><D:href>/hid<![CDATA[den]]></D:href><D:href>/b<D:x/></D:href><D:href/>",
      ),
    );
    const bytes = String.UTF8.encode(body);
    for (let size = 1; size < 9; size++) {
      const rewriter = new MultistatusRewriter();
      rewriter.begin(new Policy(), 0);
      let said = "";
      for (let at = 0; at < bytes.byteLength; at += size) {
        expect(rewriter.write(changetype<usize>(bytes) + at, min(size, bytes.byteLength - at))).toBe(true);
        said += rewriter.out.toString();
        rewriter.out.reset();
      }
      expect(rewriter.finish()).toBe(true);
      expect(said).toBe(multistatus(both(href("/a&amp;b") + href("/b"))));
    }
  });

  test("adds responses at the end, to an empty multistatus too", () => {
    const href = String.UTF8.encode("/a&amp;b");
    const roots = [multistatus(""), `<D:multistatus xmlns:D="DAV:" />`, `<multistatus xmlns="DAV:"/>`];
    const open = [ROOT, `<D:multistatus xmlns:D="DAV:" >`, `<multistatus xmlns="DAV:">`];
    const close = ["</D:multistatus>", "</D:multistatus>", "</multistatus>"];
    const rewriter = new MultistatusRewriter();
    for (let i = 0; i < 3; i++) {
      const bytes = String.UTF8.encode(roots[i]);
      rewriter.begin(new Policy(), 0);
      rewriter.appendNotFound(changetype<usize>(href), href.byteLength);
      expect(rewriter.write(changetype<usize>(bytes), bytes.byteLength)).toBe(true);
      expect(rewriter.finish()).toBe(true);
      expect(rewriter.out.toString()).toBe(
        open[i] +
          `<D:response xmlns:D="DAV:"><D:href>/a&amp;b</D:href><D:status>HTTP/1.1 404 Not Found</D:status></D:response>` +
          close[i],
      );
    }
  });

  test("refuses what is no complete multistatus", () => {
    const rewriter = new MultistatusRewriter();
    const policy = new Policy();
    expect(rewriteWith(rewriter, policy, "")).toBe("refused");
    expect(rewriteWith(rewriter, policy, ROOT)).toBe("refused");
    expect(rewriteWith(rewriter, policy, `<error xmlns="DAV:"/>`)).toBe("refused");
    expect(rewriteWith(rewriter, policy, `<multistatus/>`)).toBe("refused");
    expect(rewriteWith(rewriter, policy, multistatus("") + "x")).toBe("refused");
    expect(rewriteWith(rewriter, policy, multistatus("") + "<?x?>")).toBe("refused");
    expect(rewriteWith(rewriter, policy, multistatus("") + "\n<!-- -->")).toBe(multistatus("") + "\n<!-- -->");
    expect(rewriteWith(rewriter, policy, multistatus("<D:response><D:href>/a</D:response>"))).toBe("refused");
    expect(rewriteWith(rewriter, policy, "<!DOCTYPE a>" + multistatus(""))).toBe("refused");
    let deep = "";
    for (let i = 0; i < 33; i++) deep += `<D:response><D:href>/a</D:href><D:propstat><D:prop>`;
    expect(rewriteWith(rewriter, policy, ROOT + deep)).toBe("refused");
  });

  test("sees nothing once it was released", () => {
    const rewriter = new MultistatusRewriter();
    expect(rewriteWith(rewriter, new Policy(), multistatus(""))).toBe(multistatus(""));
    rewriter.release();
    expect(rewriter.out.len).toBe(0);
    expect(rewriter.write(0, 0)).toBe(false);
    expect(rewriter.finish()).toBe(false);
  });
});
