import { describe, expect, test } from "vitest-pool-assemblyscript/assembly";
import { dateListForm, DateForm } from "../../../assembly/ical/date_time";
import { isDuration } from "../../../assembly/ical/duration";
import { isPlainText, textKey } from "../../../assembly/ical/plain_text";
import { putRecurrenceRule } from "../../../assembly/ical/recurrence_rule";

/** The bytes of a value with room behind them, so that whole vectors may be read. */
function bytes(value: string): usize {
  const ptr = heap.alloc(String.UTF8.byteLength(value) + 32);
  String.UTF8.encodeUnsafe(changetype<usize>(value), value.length, ptr);
  return ptr;
}

function form(value: string): i32 {
  return dateListForm(bytes(value), value.length);
}

function duration(value: string): bool {
  return isDuration(bytes(value), value.length);
}

/** The rule as it is written, or "-". */
function rule(value: string): string {
  const out = heap.alloc(value.length + 32);
  const end = putRecurrenceRule(out, bytes(value), value.length);
  return end == 0 ? "-" : String.UTF8.decodeUnsafe(out, end - out);
}

function plain(value: string): bool {
  return isPlainText(bytes(value), String.UTF8.byteLength(value));
}

function key(value: string): u64 {
  return textKey(bytes(value), String.UTF8.byteLength(value));
}

describe("dates", () => {
  test("have the form of what they hold", () => {
    expect(form("20240229")).toBe(DateForm.DATE);
    expect(form("20240301T090000")).toBe(DateForm.LOCAL);
    expect(form("20240301t235960z")).toBe(DateForm.UTC);
    expect(form("20240301,20240302")).toBe(DateForm.DATE);
    expect(form("20240301T090000Z,20240302T090000Z")).toBe(DateForm.UTC);
    expect(form("20240301T090000/PT1H")).toBe(DateForm.PERIOD_LOCAL);
    expect(form("20240301T090000Z/20240301T100000Z,20240302T090000Z/P1D")).toBe(DateForm.PERIOD_UTC);
  });

  test("have none when they are not well-formed", () => {
    const wrong = [
      "",
      "2024",
      "20240230",
      "20230229",
      "20241301",
      "20240100",
      "00000101",
      "2024030a",
      "20240301T",
      "20240301T0900",
      "20240301T250000",
      "20240301T096000",
      "20240301T090061",
      "20240301 090000",
      "20240301T090000X",
      "20240301T09000a",
      "20240301T090000ZZ",
      "20240301,",
      ",20240301",
      "20240301,20240301T090000",
      "20240301T090000,20240301T090000Z",
      "20240301/20240302",
      "20240301T090000/",
      "20240301T090000/-PT1H",
      "20240301T090000/20240301T100000Z",
      "20240301T090000Z/secret",
      "2024-03-01",
      "20240301T090000+0100",
      "secret",
    ];
    for (let i = 0; i < wrong.length; i++) expect(form(wrong[i])).toBe(DateForm.NONE);
  });
});

describe("durations", () => {
  test("are parts in order", () => {
    const right = ["PT1H", "P1D", "-P2W", "+P1DT2H3M4S", "pt15m", "P1W2D", "PT1H5S", "P1234567D"];
    for (let i = 0; i < right.length; i++) expect(duration(right[i])).toBe(true);
    const wrong = [
      "",
      "P",
      "PT",
      "P1",
      "1D",
      "P1H",
      "PT1D",
      "PT1M1H",
      "P1DT",
      "P1D1D",
      "P12345678D",
      "PT1Hx",
      "--P1D",
      "P-1D",
    ];
    for (let i = 0; i < wrong.length; i++) expect(duration(wrong[i])).toBe(false);
  });
});

describe("recurrence rules", () => {
  test("are written in upper case", () => {
    expect(rule("FREQ=WEEKLY;COUNT=10;BYDAY=FR")).toBe("FREQ=WEEKLY;COUNT=10;BYDAY=FR");
    expect(rule("freq=monthly;byday=-1su,+2mo,tu;until=20240301t090000z;wkst=mo")).toBe(
      "FREQ=MONTHLY;BYDAY=-1SU,+2MO,TU;UNTIL=20240301T090000Z;WKST=MO",
    );
    expect(rule("RSCALE=HEBREW;FREQ=YEARLY;BYMONTH=5L;BYMONTHDAY=-1,8;SKIP=forward")).toBe(
      "RSCALE=HEBREW;FREQ=YEARLY;BYMONTH=5L;BYMONTHDAY=-1,8;SKIP=FORWARD",
    );
    expect(
      rule("FREQ=DAILY;BYHOUR=0,23;BYMINUTE=59;BYSECOND=60;BYYEARDAY=-366;BYWEEKNO=53;BYSETPOS=-1;INTERVAL=2"),
    ).toBe("FREQ=DAILY;BYHOUR=0,23;BYMINUTE=59;BYSECOND=60;BYYEARDAY=-366;BYWEEKNO=53;BYSETPOS=-1;INTERVAL=2");
  });

  test("lose parts that nobody knows", () => {
    expect(rule("X-SECRET=me;FREQ=DAILY;;X-B=1;secret;COUNT=1;")).toBe("FREQ=DAILY;COUNT=1");
    expect(rule("FREQ=DAILY;BYEASTER=1")).toBe("FREQ=DAILY");
  });

  test("are dropped when a known part is not well-formed, is there twice, or FREQ is missing", () => {
    const wrong = [
      "",
      "COUNT=1",
      "FREQ",
      "FREQ=",
      "FREQ=NEVER",
      "FREQ=DAILY;COUNT=0",
      "FREQ=DAILY;COUNT=a",
      "FREQ=DAILY;FREQ=DAILY",
      "FREQ=DAILY;COUNT",
      "FREQ=DAILY;BYHOUR=24",
      "FREQ=DAILY;BYHOUR=-1",
      "FREQ=DAILY;BYHOUR=",
      "FREQ=DAILY;BYDAY=",
      "FREQ=DAILY;BYDAY=XX",
      "FREQ=DAILY;BYDAY=0MO",
      "FREQ=DAILY;BYDAY=54MO",
      "FREQ=DAILY;BYDAY=MO,",
      "FREQ=DAILY;BYMONTH=0",
      "FREQ=DAILY;BYMONTH=L",
      "FREQ=DAILY;BYMONTHDAY=0",
      "FREQ=DAILY;BYMONTHDAY=32",
      "FREQ=DAILY;UNTIL=secret",
      "FREQ=DAILY;WKST=secret",
      "FREQ=DAILY;RSCALE=SECRET",
      "FREQ=DAILY;SKIP=SECRET",
      "FREQ=DAILY;INTERVAL=1234567890",
      "FREQ=DAILY;BYSETPOS=+",
      "FREQ=DAILY=SECRET",
    ];
    for (let i = 0; i < wrong.length; i++) expect(rule(wrong[i])).toBe("-");
  });
});

describe("plain text", () => {
  test("holds no byte that could end a line or hide", () => {
    expect(plain("")).toBe(true);
    expect(plain("a-b_c@example.com äöü€😀 ")).toBe(true);
    const wrong = ["a\tb", "a\u0001", "\u007f", "a\u0085b", "a\u009f", "a\u2028b", "a\u2029"];
    for (let i = 0; i < wrong.length; i++) expect(plain(wrong[i])).toBe(false);
    const broken = bytes("aä");
    expect(isPlainText(broken, 2)).toBe(false);
  });

  test("has the same key with and without backslashes", () => {
    expect(key("a\\,b")).toBe(key("a,b"));
    expect(key("a,b") == key("a,c")).toBe(false);
  });
});
