import { text, Text } from "../bytes/text";
import { Writer } from "../bytes/writer";
import { DAY, FIRST_INSTANT, INSTANT_SIZE, LAST_INSTANT, putInstant } from "../ical/instant";
import { Request } from "../dav/request";

const OPEN: Text = text(
  '<?xml version="1.0" encoding="utf-8"?>' +
    '<C:calendar-query xmlns:C="urn:ietf:params:xml:ns:caldav" xmlns:D="DAV:"><D:prop>',
);
const TAG: Text = text("<D:getetag/>");
const DATA: Text = text("<C:calendar-data/>");
const OPEN_EXPANDED: Text = text("<C:calendar-data><C:expand");
const CLOSE_EXPANDED: Text = text("/></C:calendar-data>");
const EVENTS: Text = text(
  '</D:prop><C:filter><C:comp-filter name="VCALENDAR"><C:comp-filter name="VEVENT"><C:time-range',
);
const CLOSE_EVENTS: Text = text("/></C:comp-filter></C:comp-filter></C:filter></C:calendar-query>");
const PERIODS: Text = text(
  '</D:prop><C:filter><C:comp-filter name="VCALENDAR"><C:comp-filter name="VFREEBUSY"/></C:comp-filter></C:filter></C:calendar-query>',
);
const START: Text = text(' start="');
const END: Text = text('" end="');
const QUOTE: u8 = 0x22;

/**
 * Writes the calendar-query (RFC 4791, 7.8) for the events in the range of a free-busy-query: as they are, or expanded
 * into their instances (9.6.5).
 */
export function writeEventQuery(request: Request, expands: bool, out: Writer): void {
  out.text(OPEN);
  out.text(TAG);
  if (expands) {
    out.text(OPEN_EXPANDED);
    writeRange(request, out);
    out.text(CLOSE_EXPANDED);
  } else out.text(DATA);
  out.text(EVENTS);
  writeRange(request, out);
  out.text(CLOSE_EVENTS);
}

/** Writes the calendar-query for the VFREEBUSY components of a calendar: few have any, and not all servers know when. */
export function writePeriodQuery(out: Writer): void {
  out.text(OPEN);
  out.text(DATA);
  out.text(PERIODS);
}

/**
 * A day more at either end: dates and floating times count as UTC here, but perhaps not on the server, and it must not
 * leave out what counts.
 */
function writeRange(request: Request, out: Writer): void {
  out.text(START);
  writeInstant(max(request.rangeStart, FIRST_INSTANT + DAY) - DAY, out);
  out.text(END);
  writeInstant(min(request.rangeEnd, LAST_INSTANT - DAY) + DAY, out);
  out.byte(QUOTE);
}

function writeInstant(seconds: i64, out: Writer): void {
  if (!out.reserve(INSTANT_SIZE)) return;
  putInstant(out.ptr + <usize>out.len, seconds);
  out.len += INSTANT_SIZE;
}
