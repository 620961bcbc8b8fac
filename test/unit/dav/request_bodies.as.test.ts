import { describe, expect, test } from "vitest-pool-assemblyscript/assembly";
import { Slice } from "../../../assembly/bytes/slice";
import { Text } from "../../../assembly/bytes/text";
import { BodyKind } from "../../../assembly/dav/report";
import { RequestBodies } from "../../../assembly/dav/request_bodies";
import { RequestBody } from "../../../assembly/dav/request_body";

const bodies = new RequestBodies();
const QUERY = '<D:propfind xmlns:D="DAV:"><D:prop><D:current-user-privilege-set/></D:prop></D:propfind>';

function read(text: string, maxDepth: i32 = 64, maxHrefs: i32 = 100): RequestBody {
  const bytes = new Text(text);
  return bodies.read(bytes.ptr, bytes.len, maxDepth, maxHrefs);
}

function multiget(href: string): string {
  return (
    '<C:calendar-multiget xmlns="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav"><href>' +
    href +
    "</href></C:calendar-multiget>"
  );
}

describe("RequestBodies", () => {
  test("say of a body that comes again what they said before", () => {
    const first = read(QUERY);
    expect(bodies.isValid).toBe(true);
    expect(first.kind).toBe(BodyKind.PROPFIND);
    read("<D:propfind");
    expect(bodies.isValid).toBe(false);
    const again = read(QUERY);
    expect(bodies.isValid).toBe(true);
    expect(again.kind).toBe(BodyKind.PROPFIND);
    expect(again.asksPrivileges).toBe(true);
  });

  test("take no body for another", () => {
    const href = new Slice();
    for (let round = 0; round < 2; round++) {
      for (let i = 0; i < 50; i++) {
        const name = "/alice/work/" + i.toString() + ".ics";
        const body = read(multiget(name));
        expect(bodies.isValid).toBe(true);
        expect(body.hrefs).toBe(1);
        body.hrefText(0, href);
        expect(href.toString()).toBe(name);
      }
    }
  });

  test("know a body by its limits too", () => {
    read(QUERY);
    read(QUERY, 2);
    expect(bodies.isValid).toBe(false);
    read(QUERY);
    expect(bodies.isValid).toBe(true);
    const none = read(multiget("/a"), 64, 0);
    expect(none.tooManyHrefs).toBe(true);
    expect(read(multiget("/a")).tooManyHrefs).toBe(false);
  });

  test("read what is long each time, and refuse what is empty", () => {
    const long = multiget("/" + "a".repeat(5000));
    for (let i = 0; i < 2; i++) {
      expect(read(long).hrefs).toBe(1);
      expect(bodies.isValid).toBe(true);
    }
    read("");
    expect(bodies.isValid).toBe(false);
  });
});
