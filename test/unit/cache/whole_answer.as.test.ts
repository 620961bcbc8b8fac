import { describe, expect, test } from "vitest-pool-assemblyscript/assembly";
import { text } from "../../../assembly/bytes/text";
import { isWholeAnswer } from "../../../assembly/cache/whole_answer";

function isWhole(status: i32, body: string, hasLength: bool = false): bool {
  const bytes = text(body);
  return isWholeAnswer(status, bytes.ptr, bytes.len, hasLength);
}

describe("A whole answer", () => {
  test("is a multistatus that ends as one, with or without a length", () => {
    expect(isWhole(207, "<D:multistatus><D:response/></D:multistatus>\r\n")).toBe(true);
    expect(isWhole(207, "<D:multistatus><D:response/>", true)).toBe(false);
    expect(isWhole(207, "")).toBe(false);
  });

  test("is a calendar that ends as one, or anything with a length", () => {
    expect(isWhole(200, "BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n")).toBe(true);
    expect(isWhole(200, "BEGIN:VCALENDAR\r\nEND:VEVENT\r\n")).toBe(false);
    expect(isWhole(200, "<html>", true)).toBe(true);
    expect(isWhole(200, "<html>")).toBe(false);
  });

  test("is no multistatus in which something failed, for that may pass", () => {
    expect(isWhole(207, "<multistatus><status>HTTP/1.1 500 Oops</status></multistatus>")).toBe(false);
    expect(isWhole(207, "<multistatus><status>HTTP/2  503</status></multistatus>")).toBe(false);
    expect(isWhole(207, "<multistatus><status>HTTP/1.1 404 Not Found</status></multistatus>")).toBe(true);
    expect(isWhole(207, "<multistatus><status>HTTP/1.1 200 OK</status>5</multistatus>")).toBe(true);
  });
});
