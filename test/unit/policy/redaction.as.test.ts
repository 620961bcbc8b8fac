import { describe, expect, test } from "vitest-pool-assemblyscript/assembly";
import { Writer } from "../../../assembly/bytes/writer";
import { Outcome, Redactor } from "../../../assembly/policy/redaction";
import { View } from "../../../assembly/policy/redaction_view";
import { Show } from "../../../assembly/policy/view";

const WITHHELD = "(withheld)";
const HEAD = "VERSION:2.0 PRODID:-//caldav-proxy-wasm//Redacted//EN CALSCALE:GREGORIAN ";

const view = new View();
const redactor = new Redactor(1 << 20);

function run(source: string, isCollection: bool): string {
  const bytes = String.UTF8.encode(source);
  const out = new Writer(1 << 20);
  out.string("kept ");
  redactor.begin(view, isCollection);
  redactor.write(changetype<usize>(bytes), bytes.byteLength);
  const isShown = redactor.end(out);
  const text = out.toString();
  expect(text.startsWith("kept ")).toBe(true);
  if (!isShown) {
    expect(text).toBe("kept ");
    return WITHHELD;
  }
  return text.slice(5);
}

/** One line a word: `BEGIN:VCALENDAR UID:1`. An underscore is a blank. */
function lines(words: string): string {
  return words.split(" ").join("\r\n").split("_").join(" ") + "\r\n";
}

/** The other way round; lines that are folded become one. */
function words(text: string): string {
  return text.split("\r\n ").join("").split("\r\n").join(" ").trimEnd();
}

function calendar(content: string): string {
  return `BEGIN:VCALENDAR ${content} END:VCALENDAR`;
}

/** What is left of one object, on one line. */
function object(content: string): string {
  return words(run(lines(calendar(content)), false));
}

/** What is left of a whole calendar, on one line. */
function whole(content: string): string {
  return words(run(lines(calendar(content)), true));
}

/** An event of the object `1`, with its day, and more. */
function event(more: string): string {
  return `BEGIN:VEVENT UID:1 DTSTART:20240301 ${more} END:VEVENT`;
}

function busy(more: string): string {
  return `BEGIN:VEVENT UID:1 DTSTART;VALUE=DATE:20240301 ${more}SUMMARY:Busy END:VEVENT`;
}

function redacted(content: string): string {
  return calendar(HEAD + content);
}

const ZONE =
  "BEGIN:VTIMEZONE TZID:My_Zone X-A:s COMMENT:s TZURL:s BEGIN:STANDARD DTSTART:19700101T000000 TZOFFSETFROM:+0100 " +
  "TZOFFSETTO:+0100 TZNAME:CET COMMENT:s END:STANDARD BEGIN:X-A END:X-A END:VTIMEZONE";
const CLEAN_ZONE =
  "BEGIN:VTIMEZONE TZID:My_Zone BEGIN:STANDARD DTSTART:19700101T000000 TZOFFSETFROM:+0100 TZOFFSETTO:+0100 " +
  "TZNAME:CET END:STANDARD END:VTIMEZONE";
const ZONED = "BEGIN:VEVENT UID:9 DTSTART;TZID=My_Zone:20240301T090000 CLASS:PRIVATE END:VEVENT";
const ZONED_BUSY = "BEGIN:VEVENT UID:9 DTSTART;TZID=My_Zone:20240301T090000 CLASS:PRIVATE SUMMARY:Busy END:VEVENT";

const ALARM = "BEGIN:VALARM TRIGGER:-PT5M BEGIN:X-A END:X-A END:VALARM ";

describe("the CLASS of an object", () => {
  test("that is public or missing shows it as it is", () => {
    expect(object(event("SUMMARY:a"))).toBe(calendar(event("SUMMARY:a")));
    expect(object(event("CLASS:PUBLIC SUMMARY:a"))).toBe(calendar(event("CLASS:PUBLIC SUMMARY:a")));
    expect(object(event('class;X=":":__Public_ SUMMARY:a'))).toBe(calendar(event('class;X=":":  Public  SUMMARY:a')));
    view.privateEvents = Show.HIDE;
    view.confidentialEvents = Show.HIDE;
    expect(object(event("SUMMARY:a"))).toBe(calendar(event("SUMMARY:a")));
  });

  test("is shown as the view says", () => {
    expect(object(event("CLASS:PRIVATE SUMMARY:a"))).toBe(redacted(busy("CLASS:PRIVATE ")));
    expect(object(event("CLASS:CONFIDENTIAL SUMMARY:a"))).toBe(redacted(busy("CLASS:CONFIDENTIAL ")));
    view.privateEvents = Show.HIDE;
    expect(object(event("CLASS:PRIVATE"))).toBe(WITHHELD);
    expect(object(event("CLASS:CONFIDENTIAL"))).toBe(redacted(busy("CLASS:CONFIDENTIAL ")));
    view.confidentialEvents = Show.FULL;
    expect(object(event("CLASS:CONFIDENTIAL SUMMARY:a"))).toBe(calendar(event("CLASS:CONFIDENTIAL SUMMARY:a")));
    expect(object(event("CLASS:PRIVATE CLASS:CONFIDENTIAL"))).toBe(WITHHELD);
    view.privateEvents = Show.FULL;
    expect(object(event("CLASS:PRIVATE SUMMARY:a"))).toBe(calendar(event("CLASS:PRIVATE SUMMARY:a")));
  });

  test("that nobody knows, or cannot be read, is PRIVATE", () => {
    const forms = [
      "CLASS:X-MINE",
      "CLASS:",
      "CLASS",
      "CLASS=PUBLIC",
      "CLASS_:PUBLIC",
      "item1.CLASS:PUBLIC",
      "CLASS:PUBLIC,PRIVATE",
      'CLASS;A="b:PUBLIC',
      'CLASS;A=b"c:PUBLIC',
      "CLASS:PUBLIC;",
      "CLA_SS:PUBLIC",
      "CLASS;VALUE=TEXT;VALUE=TEXT:PUBLIC",
    ];
    for (let i = 0; i < forms.length; i++) {
      expect(object(event(forms[i]))).toBe(redacted(busy("CLASS:PRIVATE ")));
    }
  });

  test("is read over folds and any line end", () => {
    const source = lines(calendar(event("CL\r\n_ASS:PRI\r\n\tVATE SUMMARY:a")));
    expect(words(run(source, false))).toBe(redacted(busy("CLASS:PRIVATE ")));
    expect(words(run(source.split("\r\n").join("\n"), false))).toBe(redacted(busy("CLASS:PRIVATE ")));
    expect(words(run(source.split("\r\n").join("\r"), false))).toBe(redacted(busy("CLASS:PRIVATE ")));
  });

  test("is that of its strictest component, before and after", () => {
    const exception = event("RECURRENCE-ID:20240308 CLASS:PRIVATE SUMMARY:b");
    const shown = busy("") + " " + busy("RECURRENCE-ID;VALUE=DATE:20240308 CLASS:PRIVATE ");
    expect(object(event("SUMMARY:a") + " " + exception)).toBe(redacted(shown));
    expect(whole(event("SUMMARY:a") + " " + exception)).toBe(calendar(shown));
    const reverse = busy("RECURRENCE-ID;VALUE=DATE:20240308 CLASS:PRIVATE ") + " " + busy("");
    expect(whole(exception + " " + event("SUMMARY:a"))).toBe(calendar(reverse));
  });

  test("is that of its UID alone in a whole calendar, and of all in one object", () => {
    const other = "BEGIN:VEVENT UID:2 DTSTART:20240302 SUMMARY:c END:VEVENT";
    const both = event("CLASS:PRIVATE SUMMARY:a") + " " + other;
    expect(whole(both)).toBe(calendar(busy("CLASS:PRIVATE ") + " " + other));
    const otherBusy = "BEGIN:VEVENT UID:2 DTSTART;VALUE=DATE:20240302 SUMMARY:Busy END:VEVENT";
    expect(object(both)).toBe(redacted(busy("CLASS:PRIVATE ") + " " + otherBusy));
  });

  test("does not come from an alarm, but from all else in it", () => {
    view.keepAlarms = true;
    const alarm = event("BEGIN:VALARM CLASS:PRIVATE END:VALARM");
    expect(object(alarm)).toBe(calendar(alarm));
    expect(object(event("BEGIN:X-A CLASS:PRIVATE END:X-A"))).toBe(redacted(busy("")));
    expect(object("CLASS:PRIVATE " + event("SUMMARY:a"))).toBe(redacted(busy("")));
  });
});

describe("a redacted event", () => {
  test("keeps what is allowed, and Busy for a summary", () => {
    const kept =
      "DTSTAMP:20240101T000000Z UID:1 DTSTART;TZID=Europe/Berlin:20240301T090000 DTEND:20240301T100000Z " +
      "RRULE:FREQ=DAILY RDATE;VALUE=PERIOD:20240301T090000Z/PT1H EXDATE:20240302T090000,20240303T090000 " +
      "RECURRENCE-ID;RANGE=THISANDFUTURE:20240301T090000Z SEQUENCE:2 TRANSP:OPAQUE STATUS:TENTATIVE CLASS:PRIVATE";
    const source =
      kept +
      " SUMMARY:s DESCRIPTION:s LOCATION:s X-A:s ATTENDEE;CN=s:mailto:s URL:s GEO:1;2 item1.DTEND:20240301 COMMENT:s";
    expect(object(`BEGIN:VEVENT ${source} END:VEVENT`)).toBe(redacted(`BEGIN:VEVENT ${kept} SUMMARY:Busy END:VEVENT`));
  });

  test("keeps no parameter but those allowed, with the values allowed", () => {
    view.all = true;
    const source =
      'BEGIN:VEVENT UID;X-A=s:1 DTSTART;X-A=s;VALUE=X-S;TZID=Europe/Berlin;CN="s:;":20240301T090000 ' +
      "RECURRENCE-ID;RANGE=SECRET:20240301T090000Z STATUS;LANGUAGE=s:confirmed TRANSP;X=s:transparent END:VEVENT";
    expect(object(source)).toBe(
      redacted(
        "BEGIN:VEVENT UID:1 DTSTART;TZID=Europe/Berlin:20240301T090000 RECURRENCE-ID:20240301T090000Z STATUS:CONFIRMED " +
          "TRANSP:TRANSPARENT SUMMARY:Busy END:VEVENT",
      ),
    );
  });

  test("loses properties whose value is not well-formed, is there twice, or has no clean name", () => {
    view.all = true;
    const wrong = [
      "DTEND:secret",
      "DTEND;TZID=secret_text:20240301T090000",
      "DURATION:PT1Hs",
      "RRULE:FREQ=SECRET",
      "RDATE:20240301,s",
      "EXDATE:20240301T090000/PT1H",
      "SEQUENCE:1s",
      "SEQUENCE:-1",
      "TRANSP:SECRET",
      "STATUS:SECRET",
      "DTSTAMP:s",
      "UID:1",
      "x.SEQUENCE:1",
      "SEQUENCE_:1",
      "SEQUENCE",
      "RECURRENCE-ID:20240301,20240302",
      'SEQUENCE;A="b:1',
      "SEQUENCE;TZID:1",
      "DTEND;TZID=a;TZID=a:20240301",
      "DTEND;TZID=a,b:20240301",
    ];
    for (let i = 0; i < wrong.length; i++) expect(object(event(wrong[i]))).toBe(redacted(busy("")));
    expect(object(event("SEQUENCE:1 SEQUENCE:2"))).toBe(redacted(busy("SEQUENCE:1 ")));
    expect(object(event("DTEND:20240302 DURATION:P1D"))).toBe(redacted(busy("DTEND;VALUE=DATE:20240302 ")));
    expect(object(event("RRULE:FREQ=DAILY RRULE:FREQ=WEEKLY"))).toBe(
      redacted(busy("RRULE:FREQ=DAILY RRULE:FREQ=WEEKLY ")),
    );
  });

  test("is withheld when its begin is missing, there twice, or not well-formed", () => {
    view.all = true;
    expect(object("BEGIN:VEVENT UID:1 END:VEVENT")).toBe(WITHHELD);
    expect(object(event("DTSTART:20240301"))).toBe(WITHHELD);
    expect(object("BEGIN:VEVENT UID:1 DTSTART:secret END:VEVENT")).toBe(WITHHELD);
    expect(object("BEGIN:VEVENT UID:1 x.DTSTART:20240301 END:VEVENT")).toBe(WITHHELD);
    expect(object("BEGIN:VEVENT UID:1 DTSTART;TZID=secret_text:20240301T090000 END:VEVENT")).toBe(WITHHELD);
    expect(whole(event("") + " BEGIN:VEVENT UID:1 DTSTART:s END:VEVENT")).toBe(redacted("").split("  ").join(" "));
  });

  test("loses what stands in it, alarms and all", () => {
    view.all = true;
    view.keepAlarms = true;
    expect(
      object(event("BEGIN:VALARM SEQUENCE:1 END:VALARM BEGIN:X-A BEGIN:X-B SEQUENCE:2 END:X-B END:X-A SEQUENCE:3")),
    ).toBe(redacted(busy("SEQUENCE:3 ")));
  });

  test("is the only kind of component that is left", () => {
    const todo = "BEGIN:VTODO UID:2 CLASS:PRIVATE SUMMARY:s END:VTODO";
    const journal = "BEGIN:VJOURNAL UID:3 CLASS:PRIVATE END:VJOURNAL";
    const freeBusy = "BEGIN:VFREEBUSY UID:4 CLASS:PRIVATE END:VFREEBUSY";
    const unknown = "BEGIN:X-A UID:5 CLASS:PRIVATE END:X-A";
    const all = `${todo} ${journal} ${freeBusy} ${unknown}`;
    expect(whole(`${all} ${event("")}`)).toBe(calendar(event("").split("  ").join("  ")));
    expect(object(todo)).toBe(WITHHELD);
    view.privateEvents = Show.FULL;
    expect(whole(all)).toBe(calendar(all));
    view.all = true;
    expect(whole(`${all} ${event("")}`)).toBe(redacted(busy("")));
  });

  test("is written with CRLF and folds of its own", () => {
    view.all = true;
    let uid = "";
    for (let i = 0; i < 50; i++) uid += "ä";
    const source = `BEGIN:VCALENDAR\nBEGIN:VEVENT\nU\n ID:${uid.slice(0, 3)}\n ${uid.slice(3)}\nDTSTART:20240301\nEND:VEVENT\nEND:VCALENDAR`;
    const out = run(source, false);
    expect(out.includes(`\r\nUID:${uid.slice(0, 35)}\r\n ${uid.slice(35)}\r\n`)).toBe(true);
  });
});

describe("what surrounds a redacted event", () => {
  test("is the time zone that it refers to, cleaned", () => {
    expect(object(`${ZONE} ${ZONED}`)).toBe(redacted(`${CLEAN_ZONE} ${ZONED_BUSY}`).split("_").join(" "));
    expect(object(`${ZONED} ${ZONE}`)).toBe(redacted(`${ZONED_BUSY} ${CLEAN_ZONE}`).split("_").join(" "));
    expect(object(`${ZONE} ${event("CLASS:PRIVATE")}`)).toBe(redacted(busy("CLASS:PRIVATE ")));
  });

  test("is no time zone without a name or an observance", () => {
    view.all = true;
    expect(object(`BEGIN:VTIMEZONE TZID:My_Zone END:VTIMEZONE ${ZONED}`)).toBe(WITHHELD);
    expect(object(ZONE.split("TZID:My_Zone ").join("") + " " + ZONED)).toBe(WITHHELD);
    expect(object(ZONE.split("+0100").join("s") + " " + ZONED)).toBe(WITHHELD);
    const named = ZONE.split("TZNAME:CET").join("TZNAME:SECRETZONE") + " " + ZONED;
    expect(object(named)).toBe(
      redacted(`${CLEAN_ZONE.split("TZNAME:CET ").join("")} ${ZONED_BUSY}`)
        .split("_")
        .join(" "),
    );
  });

  test("is nothing of the calendar's own where all is redacted, and all of it where others are seen", () => {
    const own = "VERSION:2.0 PRODID:-//a METHOD:PUBLISH X-WR-CALNAME:s ";
    expect(object(own + event("CLASS:PRIVATE"))).toBe(redacted(busy("CLASS:PRIVATE ")));
    expect(whole(own + event("CLASS:PRIVATE"))).toBe(calendar(own + busy("CLASS:PRIVATE ")));
    view.all = true;
    expect(whole(own + event("CLASS:PRIVATE"))).toBe(redacted(busy("CLASS:PRIVATE ")));
  });

  test("does not tell that something was hidden", () => {
    view.privateEvents = Show.HIDE;
    const plain = event("SUMMARY:a");
    expect(whole(`${ZONE} ${plain} ${ZONED}`)).toBe(whole(plain));
    expect(whole(`${ZONE} ${ZONED}`)).toBe("BEGIN:VCALENDAR END:VCALENDAR");
    const calendars = lines(calendar(ZONED) + " " + calendar(plain) + " " + calendar(ZONED));
    expect(words(run(calendars, true))).toBe(calendar(plain));
    const hidden = lines(calendar("X-A:1 " + ZONED) + " " + calendar("X-A:2 " + ZONED));
    expect(words(run(hidden, true))).toBe(calendar("X-A:1"));
  });

  test("keeps zones that events in full refer to", () => {
    const full = 'BEGIN:VTODO DUE;X=1;TZID="My_Zone":20240301T090000 END:VTODO';
    expect(whole(`${ZONE} ${full}`)).toBe(calendar(`${CLEAN_ZONE} ${full}`).split("_").join(" "));
  });
});

describe("alarms", () => {
  test("go from what is shown in full, or stay", () => {
    expect(object(event(ALARM + "SUMMARY:a"))).toBe(calendar(event("SUMMARY:a")));
    expect(whole(`BEGIN:VTODO ${ALARM}UID:2 ${ALARM}END:VTODO ${ALARM}`)).toBe(calendar("BEGIN:VTODO UID:2 END:VTODO"));
    view.privateEvents = Show.FULL;
    view.confidentialEvents = Show.FULL;
    expect(object(event(ALARM + "CLASS:PRIVATE"))).toBe(calendar(event("CLASS:PRIVATE")));
    view.keepAlarms = true;
    expect(view.isFull).toBe(true);
    expect(object(event(ALARM))).toBe(calendar(event(ALARM)));
  });

  test("leave every other byte alone", () => {
    const source =
      "\uFEFFBEGIN:VCALENDAR\nX:ä\r\n\r\n\n  y\nbegin:vevent\nUID:1\n\tfold\n%begin:valarm\nA:b\nend:valarm\n%END:VEVENT\nEND:VCALENDAR";
    const parts = source.split("%");
    expect(run(parts.join(""), false)).toBe(parts[0] + parts[2]);
  });
});

describe("an answer to a free-busy-query", () => {
  test("holds nothing but periods", () => {
    view.freeBusyOnly = true;
    const source =
      "METHOD:REPLY BEGIN:VFREEBUSY DTSTAMP:20240101T000000Z DTSTART:20240301T000000Z DTEND:20240302T000000Z UID:f ORGANIZER:s " +
      "ATTENDEE:s COMMENT:s FREEBUSY;X-SUMMARY=s;FBTYPE=busy-tentative:20240301T090000Z/PT1H,20240301T100000Z/20240301T110000Z " +
      "FREEBUSY:20240301T090000Z/PT1H FREEBUSY;FBTYPE=SECRET:20240301T090000Z/PT2H FREEBUSY:secret END:VFREEBUSY";
    expect(object(`${source} ${event("")}`)).toBe(
      redacted(
        "BEGIN:VFREEBUSY DTSTAMP:20240101T000000Z DTSTART:20240301T000000Z DTEND:20240302T000000Z UID:f " +
          "FREEBUSY;FBTYPE=BUSY-TENTATIVE:20240301T090000Z/PT1H,20240301T100000Z/20240301T110000Z " +
          "FREEBUSY:20240301T090000Z/PT1H FREEBUSY:20240301T090000Z/PT2H END:VFREEBUSY",
      ),
    );
    expect(object(event(""))).toBe(WITHHELD);
  });
});

describe("a text that cannot be read", () => {
  test("is withheld", () => {
    view.keepAlarms = true;
    const wrong = [
      "",
      " ",
      "secret",
      "<html>",
      "BEGIN:VEVENT\nEND:VEVENT",
      "X:1\nBEGIN:VCALENDAR\nEND:VCALENDAR",
      "BEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:1\nEND:VCALENDAR",
      "BEGIN:VCALENDAR\nBEGIN:VEVENT\nEND:VEVENT",
      "BEGIN:VCALENDAR\nBEGIN:VEVENT\nEND:VTODO\nEND:VCALENDAR",
      "BEGIN:VCALENDAR\nEND:VCALENDAR\nEND:VCALENDAR",
      "BEGIN:VCALENDAR\nEND:VCALENDAR\njunk",
      "BEGIN:VCALENDAR\nEND:VCALENDAR\nUID:1",
      "BEGIN:VCALENDAR\nBEGIN\nEND:VCALENDAR",
      "BEGIN:VCALENDAR\na.BEGIN:VEVENT\na.END:VEVENT\nEND:VCALENDAR",
      "BEGIN:VCALENDAR\nBEGIN:\nEND:\nEND:VCALENDAR",
      "BEGIN:VCALENDAR\nBEGIN:VCALENDAR\nEND:VCALENDAR\nEND:VCALENDAR",
      "BEGIN:VCALENDAR\nBEGIN:VEVENT\nBEGIN:VEVENT\nEND:VEVENT\nEND:VEVENT\nEND:VCALENDAR",
      "BEGIN:VCALENDAR\nBEGIN:VALARM\nBEGIN:VEVENT\nEND:VEVENT\nEND:VALARM\nEND:VCALENDAR",
      "BEGIN:VCALENDAR\nBEGIN:A B\nEND:A B\nEND:VCALENDAR",
      'BEGIN;X="1:VCALENDAR\nEND:VCALENDAR',
      "BEGIN:VCALENDAR\nX:a\0b\nBEGIN:VEVENT\nEND:VEVENT\nEND:VCALENDAR",
      "BEGIN:VCALENDAR\nX:a\rBEGIN:VEVENT\rEND:VEVENT\nEND:VCALENDAR",
    ];
    for (let i = 0; i < wrong.length; i++) expect(run(wrong[i], true)).toBe(WITHHELD);
  });

  test("is told from one with a bare carriage return in a value", () => {
    const source = "BEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:1\nDTSTART:20240301\nX:a\rb\r c\nEND:VEVENT\nEND:VCALENDAR\n";
    expect(run(source, false)).toBe(source);
    view.all = true;
    expect(words(run(source, false))).toBe(redacted(busy("")));
  });

  test("is told from one that is written strangely", () => {
    const strange =
      "\uFEFF\r\n \r\nbegin;x=1:vcalendar\r\nBEG\r\n IN:\r\n VEVENT \r\nUID:1\r\nDTSTART:20240301\r\nclass:private\r\nend:vEvent\r\nEND:VCALENDAR\r\n \r\n\r\n";
    expect(words(run(strange, false))).toBe(redacted(busy("CLASS:PRIVATE ")));
  });

  test("is one that nests too deep, or is larger than the ceiling", () => {
    let open = "";
    let close = "";
    for (let i = 0; i < 14; i++) {
      open += "BEGIN:X-A ";
      close += "END:X-A ";
    }
    expect(object(event(open + close))).toBe(calendar(event(open + close)));
    expect(object(event(open + "BEGIN:X-B END:X-B " + close))).toBe(WITHHELD);
    const source = lines(calendar(event("")));
    const exact = new Redactor(source.length);
    const bytes = String.UTF8.encode(source);
    const out = new Writer(4096);
    exact.begin(view, false);
    exact.write(changetype<usize>(bytes), bytes.byteLength);
    expect(exact.end(out)).toBe(true);
    expect(out.toString()).toBe(source);
    exact.begin(view, false);
    exact.write(changetype<usize>(bytes), bytes.byteLength);
    exact.write(changetype<usize>(bytes), 1);
    expect(exact.end(out)).toBe(false);
    const small = new Writer(20);
    exact.begin(view, false);
    exact.write(changetype<usize>(bytes), bytes.byteLength);
    expect(exact.end(small)).toBe(false);
    expect(small.len).toBe(0);
    expect(small.overflow).toBe(false);
  });
});

describe("the outcome", () => {
  test("says whether an object is shown in full, redacted, hidden, or cannot be read", () => {
    view.confidentialEvents = Show.HIDE;
    object(event(ALARM));
    expect(redactor.outcome).toBe(Outcome.FULL);
    object(event("CLASS:PRIVATE"));
    expect(redactor.outcome).toBe(Outcome.REDACTED);
    object(event("CLASS:CONFIDENTIAL"));
    expect(redactor.outcome).toBe(Outcome.HIDDEN);
    object("BEGIN:VEVENT");
    expect(redactor.outcome).toBe(Outcome.UNREADABLE);
    whole(event(""));
    expect(redactor.outcome).toBe(Outcome.REDACTED);
    view.confidentialEvents = Show.FULL;
    view.privateEvents = Show.FULL;
    whole(event("CLASS:PRIVATE"));
    expect(redactor.outcome).toBe(Outcome.FULL);
  });
});

describe("an object whose UID is not clear", () => {
  test("is hidden, with all that may belong to it", () => {
    const clear = event("SUMMARY:a");
    const two = "BEGIN:VEVENT UID:1 UID:2 DTSTART:20240301 END:VEVENT";
    const second = "BEGIN:VEVENT UID:2 DTSTART:20240301 END:VEVENT";
    const third = "BEGIN:VEVENT UID:3 DTSTART:20240301 END:VEVENT";
    expect(whole(`${clear} ${two} ${second} ${third}`)).toBe(calendar(third));
    expect(whole(`x.UID:3 BEGIN:VEVENT x.UID:1 END:VEVENT ${third}`)).toBe(calendar(`x.UID:3 ${third}`));
    expect(object(event("").split("UID:1").join("UID:a\tb"))).toBe(WITHHELD);
  });

  test("is one with another that differs in escapes and blanks alone", () => {
    const escaped = "BEGIN:VEVENT UID:a\\,b_ DTSTART:20240301 SUMMARY:s END:VEVENT";
    const bare = "BEGIN:VEVENT UID:a,b DTSTART:20240301 CLASS:PRIVATE END:VEVENT";
    expect(whole(`${escaped} ${bare}`).includes("SUMMARY:s")).toBe(false);
  });

  test("is its own when there is none", () => {
    const none = "BEGIN:VEVENT DTSTART:20240301 SUMMARY:a END:VEVENT";
    const other = "BEGIN:VEVENT DTSTART:20240302 CLASS:PRIVATE SUMMARY:b END:VEVENT";
    const otherBusy = "BEGIN:VEVENT DTSTART;VALUE=DATE:20240302 CLASS:PRIVATE SUMMARY:Busy END:VEVENT";
    expect(whole(`${none} ${other}`)).toBe(calendar(`${none} ${otherBusy}`));
  });
});
