import { describe, expect, test } from "vitest-pool-assemblyscript/assembly";
import { text } from "../../../assembly/bytes/text";
import { tellsState } from "../../../assembly/cache/collection_state";

const CTAG = "<S:getctag>1</S:getctag>";
const CALENDAR = "<D:resourcetype><D:collection/><C:calendar/></D:resourcetype>";
const PRINCIPAL = "<D:resourcetype><D:principal/></D:resourcetype>";
const COLLECTION = "<D:resourcetype><D:collection/></D:resourcetype>";

function response(properties: string): string {
  return `<D:response><D:href>/x/</D:href><D:propstat><D:prop>${properties}</D:prop></D:propstat></D:response>`;
}

function tells(responses: string): bool {
  const spaces = 'xmlns:D="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav" xmlns:S="http://calendarserver.org/ns/"';
  const bytes = text(`<D:multistatus ${spaces}>${responses}</D:multistatus>`);
  return tellsState(bytes.ptr, bytes.len, 64);
}

describe("a check tells of changes", () => {
  test("with a ctag or a sync-token of the calendar", () => {
    expect(tells(response(CALENDAR + CTAG))).toBe(true);
    expect(tells(response(`${CALENDAR}<D:sync-token>x</D:sync-token>`))).toBe(true);
    expect(tells(response(CTAG + CALENDAR))).toBe(true);
  });

  test("not without, or with an empty one", () => {
    expect(tells(response(CALENDAR))).toBe(false);
    expect(tells(response(`${CALENDAR}<S:getctag/>`))).toBe(false);
    expect(tells(response(`${CALENDAR}<S:getctag> </S:getctag><D:sync-token></D:sync-token>`))).toBe(false);
    expect(tells(response(`${CALENDAR}<D:displayname>1</D:displayname>`))).toBe(false);
    expect(tells(response(COLLECTION))).toBe(false);
  });

  test("of a home when all its calendars have one", () => {
    expect(tells(response(COLLECTION) + response(CALENDAR + CTAG) + response(COLLECTION))).toBe(true);
    expect(tells(response(COLLECTION) + response(CALENDAR + CTAG) + response(CALENDAR))).toBe(false);
  });

  test("of a principal without one", () => {
    expect(tells(response(PRINCIPAL))).toBe(true);
  });

  test("not when it holds nothing, or cannot be read", () => {
    expect(tells("")).toBe(false);
    expect(tells("<D:sync-token>x</D:sync-token>")).toBe(false);
    expect(tells(response(CALENDAR + CTAG) + "<")).toBe(false);
  });
});
