import { describe, expect, test } from "vitest-pool-assemblyscript/assembly";
import { Slice } from "../../../assembly/bytes/slice";
import { text } from "../../../assembly/bytes/text";
import { BodyKind } from "../../../assembly/dav/report";
import { Asked, RequestBody } from "../../../assembly/dav/request_body";

const NS = ' xmlns:D="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav"';
const body = new RequestBody();

function read(xml: string, maxHrefs: i32 = 100): bool {
  const bytes = text(xml);
  return body.read(bytes.ptr, bytes.len, 64, maxHrefs);
}

function href(i: i32): string {
  const slice = new Slice();
  body.hrefText(i, slice);
  return slice.toString();
}

describe("RequestBody", () => {
  test("knows a body by its root", () => {
    expect(read("<D:propfind" + NS + "/>")).toBe(true);
    expect(body.kind).toBe(BodyKind.PROPFIND);
    read("<C:calendar-query" + NS + "/>");
    expect(body.kind).toBe(BodyKind.CALENDAR_QUERY);
    read("<D:calendar-query" + NS + "/>");
    expect(body.kind).toBe(BodyKind.UNKNOWN);
    read("<calendar-query/>");
    expect(body.kind).toBe(BodyKind.UNKNOWN);
  });

  test("gives nothing of a body that is not well-formed", () => {
    expect(read("<D:propfind" + NS + ">")).toBe(false);
    expect(read("")).toBe(false);
    expect(read("<!DOCTYPE x><x/>")).toBe(false);
  });

  test("reads the hrefs of a multiget, decoded and trimmed, and says where they stand", () => {
    const xml =
      "<C:calendar-multiget" + NS + "><D:href> /a&amp;b </D:href><D:href><![CDATA[/c]]></D:href></C:calendar-multiget>";
    expect(read(xml)).toBe(true);
    expect(body.hrefs).toBe(2);
    expect(href(0)).toBe("/a&b");
    expect(href(1)).toBe("/c");
    expect(xml.substring(body.hrefStart(0), body.hrefEnd(0))).toBe("<D:href> /a&amp;b </D:href>");
    expect(xml.substring(body.hrefStart(1), body.hrefEnd(1))).toBe("<D:href><![CDATA[/c]]></D:href>");
  });

  test("takes an href with an element in it for nothing", () => {
    const xml = "<C:calendar-multiget" + NS + "><D:href>/a<D:x/>b</D:href><D:href>/c</D:href></C:calendar-multiget>";
    expect(read(xml)).toBe(true);
    expect(body.hrefs).toBe(2);
    expect(href(0)).toBe("");
    expect(href(1)).toBe("/c");
    expect(xml.substring(body.hrefStart(0), body.hrefEnd(0))).toBe("<D:href>/a<D:x/>b</D:href>");
  });

  test("counts hrefs up to a limit", () => {
    const xml = "<C:calendar-multiget" + NS + "><D:href>/a</D:href><D:href>/b</D:href></C:calendar-multiget>";
    read(xml, 2);
    expect(body.tooManyHrefs).toBe(false);
    read(xml, 1);
    expect(body.tooManyHrefs).toBe(true);
  });

  test("holds an href elsewhere for ambiguous", () => {
    read("<C:calendar-query" + NS + "><D:prop><D:href>/a</D:href></D:prop></C:calendar-query>");
    expect(body.isAmbiguous).toBe(true);
    read("<C:calendar-multiget" + NS + "><D:prop><D:href>/a</D:href></D:prop></C:calendar-multiget>");
    expect(body.isAmbiguous).toBe(true);
  });

  test("notes what a PROPFIND asks for", () => {
    read(
      "<D:propfind" + NS + "><D:prop><D:current-user-privilege-set/><D:current-user-principal/></D:prop></D:propfind>",
    );
    expect(body.asksPrivileges).toBe(true);
    expect(body.asksPrincipal).toBe(true);
    expect(body.namesOnly).toBe(false);
    read("<D:propfind" + NS + "><D:propname/></D:propfind>");
    expect(body.namesOnly).toBe(true);
    expect(body.asksPrivileges).toBe(false);
  });

  test("notes where a report asks for properties, and where one could be added", () => {
    const filter = "<C:filter/></C:calendar-query>";
    const open = "<C:calendar-query" + NS + ">";
    read(open + "<D:prop><D:getetag/></D:prop>" + filter);
    expect(body.asked).toBe(Asked.PROP);
    expect(body.askedStart).toBe((open + "<D:prop>").length);
    expect(body.askedEnd).toBe(body.askedStart);
    const empty = ["<D:prop />", "<D:allprop/>", "<D:allprop> </D:allprop>", ""];
    for (let i = 0; i < empty.length; i++) {
      read(open + empty[i] + filter);
      expect(body.asked).toBe(i == 1 || i == 2 ? Asked.ALLPROP : Asked.NOTHING);
      expect(body.askedStart).toBe(open.length);
      expect(body.askedEnd).toBe((open + empty[i]).length);
      expect(body.isAmbiguous).toBe(false);
    }
    read(open + "<D:propname/>" + filter);
    expect(body.asked).toBe(Asked.PROPNAME);
    read("<C:calendar-query" + NS + "/>");
    expect(body.askedEnd).toBe(0);
    read(open + "<D:allprop/><D:prop/>" + filter);
    expect(body.isAmbiguous).toBe(true);
  });

  test("notes filters on what a view does not show", () => {
    const open = "<C:calendar-query" + NS + '><C:filter><C:comp-filter name="VCALENDAR"><C:comp-filter name="VEVENT">';
    const close = "</C:comp-filter></C:comp-filter></C:filter></C:calendar-query>";
    read(open + '<C:time-range start="20260101T000000Z"/>' + close);
    expect(body.filtersHidden).toBe(false);
    read(open + '<C:prop-filter name="UID"/>' + close);
    expect(body.filtersHidden).toBe(false);
    read(open + '<C:prop-filter name="SUMMARY"/>' + close);
    expect(body.filtersHidden).toBe(true);
    expect(body.filtersAlarms).toBe(false);
    read(open + '<C:comp-filter name="VALARM"/>' + close);
    expect(body.filtersAlarms).toBe(true);
    read(open + '<C:comp-filter name="X-ALARM"/>' + close);
    expect(body.filtersAlarms).toBe(true);
    read(open + "<C:prop-filter/>" + close);
    expect(body.filtersHidden).toBe(true);
  });

  test("notes filters on tasks as what a view shows", () => {
    const open = "<C:calendar-query" + NS + '><C:filter><C:comp-filter name="VCALENDAR"><C:comp-filter name="VTODO">';
    const close = "</C:comp-filter></C:comp-filter></C:filter></C:calendar-query>";
    read(open + '<C:prop-filter name="COMPLETED"><C:is-not-defined/></C:prop-filter>' + close);
    expect(body.filtersHidden).toBe(false);
    expect(body.filtersAlarms).toBe(false);
    read(open + '<C:prop-filter name="SUMMARY"/>' + close);
    expect(body.filtersHidden).toBe(true);
    read(open.replace("VTODO", "VEVENT") + '<C:prop-filter name="DUE"/>' + close);
    expect(body.filtersHidden).toBe(true);
    read(open.replace("VTODO", "VEVENT") + '<C:comp-filter name="VTODO"/><C:prop-filter name="DUE"/>' + close);
    expect(body.filtersHidden).toBe(true);
  });

  test("notes a limit on how much is answered", () => {
    read("<D:sync-collection" + NS + "><D:sync-token/><D:prop/></D:sync-collection>");
    expect(body.limitsMatches).toBe(false);
    read(
      "<D:sync-collection" + NS + "><D:sync-token/><D:limit><D:nresults>1</D:nresults></D:limit></D:sync-collection>",
    );
    expect(body.limitsMatches).toBe(true);
  });

  test("reads a sync-token once", () => {
    read("<D:sync-collection" + NS + "><D:sync-token>data:&amp;1</D:sync-token></D:sync-collection>");
    expect(body.syncToken.toString()).toBe("data:&1");
    expect(body.isAmbiguous).toBe(false);
    read(
      "<D:sync-collection" + NS + "><D:sync-token>1</D:sync-token><D:sync-token>2</D:sync-token></D:sync-collection>",
    );
    expect(body.isAmbiguous).toBe(true);
  });
});
