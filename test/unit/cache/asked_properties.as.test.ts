import { describe, expect, test } from "vitest-pool-assemblyscript/assembly";
import { text } from "../../../assembly/bytes/text";
import { AskedProperties, CHECK } from "../../../assembly/cache/asked_properties";

const asked = new AskedProperties();
const NAMESPACES =
  'xmlns="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav" xmlns:S="http://calendarserver.org/ns/" xmlns:A="http://apple.com/ns/ical/" xmlns:o="http://owncloud.org/ns"';

function read(props: string, root: string = "propfind"): string {
  const body = text("<" + root + " " + NAMESPACES + ">" + props + "</" + root + ">");
  asked.read(body.ptr, body.len, 64);
  return (asked.isVolatile ? "volatile" : "lasting") + (asked.isCovered ? " covered" : " uncovered");
}

describe("AskedProperties", () => {
  test("knows what a check of the collection tells", () => {
    expect(read("<prop><S:getctag/><sync-token/><displayname/><A:calendar-color/></prop>")).toBe("lasting covered");
    expect(read("<prop><getetag/><C:calendar-data><C:expand/></C:calendar-data></prop>", "C:calendar-query")).toBe(
      "lasting covered",
    );
    asked.read(CHECK.ptr, CHECK.len, 64);
    expect(asked.isCovered).toBe(true);
    expect(asked.isVolatile).toBe(false);
  });

  test("covers no property that it does not know, nor one of somebody else's namespace", () => {
    expect(read("<prop><getetag/><S:source/></prop>")).toBe("lasting uncovered");
    expect(read("<prop><o:displayname/></prop>")).toBe("lasting uncovered");
    expect(read('<prop><displayname xmlns=""/></prop>')).toBe("lasting uncovered");
  });

  test("takes locks and quota for what changes by itself", () => {
    expect(read("<prop><getetag/><lockdiscovery/></prop>")).toBe("volatile uncovered");
    expect(read("<prop><quota-used-bytes/></prop>")).toBe("volatile uncovered");
  });

  test("takes a request for all properties, or for none by name, for one that may change by itself", () => {
    expect(read("<allprop/>")).toBe("volatile uncovered");
    expect(read("<propname/>")).toBe("volatile uncovered");
    expect(read("<prop/>")).toBe("volatile uncovered");
    asked.read(0, 0, 64);
    expect(asked.isVolatile).toBe(true);
    expect(asked.isCovered).toBe(false);
  });

  test("counts the elements of DAV:prop only", () => {
    expect(read("<include><lockdiscovery/></include><prop><getetag/></prop>")).toBe("lasting covered");
  });
});
