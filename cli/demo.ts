/** The people, calendars and events of the demo. What they may do is in envoy/envoy.yaml. */

/** A person and the password whose hash is in envoy/envoy.yaml. */
export interface Person {
  name: string;
  password: string;
}

export const people: readonly Person[] = ["alice", "bob", "carol"].map((name) => ({ name, password: `${name}-demo` }));

export interface DemoCalendar {
  owner: string;
  /** Its last path segment. */
  id: string;
  title: string;
  /** As in Apple's calendar-color: #RRGGBBAA. */
  color: string;
  events: DemoEvent[];
}

export interface DemoEvent {
  uid: string;
  summary: string;
  /** Days from the day of the first start. */
  day: number;
  /** Hour of the day, UTC; without it the event lasts all day. */
  hour?: number;
  /** Length in minutes. */
  minutes?: number;
  /** More content lines. */
  more?: string[];
}

const weekdays = "RRULE:FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR";
const secret = "CLASS:PRIVATE";

export const calendars: readonly DemoCalendar[] = [
  {
    owner: "alice",
    id: "work",
    title: "Work",
    color: "#2A6FDBFF",
    events: [
      { uid: "standup", summary: "Stand-up", day: 0, hour: 9, minutes: 15, more: [weekdays] },
      { uid: "planning", summary: "Planning", day: 1, hour: 13, minutes: 90, more: ["LOCATION:Room 2"] },
      { uid: "visit", summary: "Customer visit", day: 3, hour: 8, minutes: 240 },
      { uid: "interview", summary: "Interview at another company", day: 2, hour: 15, minutes: 60, more: [secret] },
    ],
  },
  {
    owner: "alice",
    id: "team",
    title: "Team",
    color: "#3BA55DFF",
    events: [
      { uid: "lunch", summary: "Team lunch", day: 2, hour: 12, minutes: 60, more: ["RRULE:FREQ=WEEKLY"] },
      { uid: "release", summary: "Release day", day: 4 },
    ],
  },
  {
    owner: "alice",
    id: "home",
    title: "Home",
    color: "#C0392BFF",
    events: [
      { uid: "dentist", summary: "Dentist", day: 1, hour: 16, minutes: 30, more: [secret] },
      { uid: "running", summary: "Running", day: 0, hour: 18, minutes: 45, more: ["RRULE:FREQ=DAILY;INTERVAL=2"] },
    ],
  },
  {
    owner: "alice",
    id: "holidays",
    title: "Company holidays",
    color: "#F39C12FF",
    events: [{ uid: "closed", summary: "Office closed", day: 7, more: ["TRANSP:TRANSPARENT"] }],
  },
  {
    owner: "bob",
    id: "home",
    title: "Home",
    color: "#8E44ADFF",
    events: [{ uid: "surprise", summary: "Surprise party for Alice", day: 5, hour: 19, minutes: 180, more: [secret] }],
  },
  { owner: "bob", id: "requests", title: "Requests for Bob", color: "#7F8C8DFF", events: [] },
];

/** An event as an iCalendar object (RFC 5545). */
export function toICalendar(event: DemoEvent, today: Date): string {
  const start = new Date(Date.UTC(today.getUTCFullYear(), today.getUTCMonth(), today.getUTCDate() + event.day));
  const date = (value: Date): string => value.toISOString().slice(0, 10).replaceAll("-", "");
  const instant = (value: Date): string => `${value.toISOString().replaceAll(/[-:]|\.\d+/g, "")}`;
  const when = [];
  if (event.hour === undefined) when.push(`DTSTART;VALUE=DATE:${date(start)}`, "DURATION:P1D");
  else {
    start.setUTCHours(event.hour);
    when.push(`DTSTART:${instant(start)}`, `DURATION:PT${event.minutes ?? 60}M`);
  }
  const lines = [
    ...["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//caldav-proxy-wasm//demo//EN", "BEGIN:VEVENT"],
    ...[`UID:${event.uid}@demo.example`, `DTSTAMP:${instant(today)}`, ...when, `SUMMARY:${event.summary}`],
    ...[...(event.more ?? []), "END:VEVENT", "END:VCALENDAR"],
  ];
  return lines.map((line) => `${line}\r\n`).join("");
}
