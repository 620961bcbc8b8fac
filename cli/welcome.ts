/** What `npm start` and `docker compose up` say when all runs. */
import { parse } from "yaml";
import { calendars, people } from "./demo.ts";
import { caldavFilter } from "./local.ts";
import { accessTable, columns } from "./policy-table.ts";

export interface WelcomeFacts {
  url: string;
  /** What makes curl trust the certificate: "--cacert FILE", or "-k". */
  trust: string;
  /** The text of envoy/envoy.yaml. */
  yaml: string;
}

/** A command to paste, and what it shows. */
export interface Example {
  shows: string;
  command: string;
}

/** Users and passwords, who sees what, and what to try. */
export function welcome(facts: WelcomeFacts): string {
  const configuration = caldavFilter(parse(facts.yaml).static_resources.listeners[0]).configuration.value;
  const paths = calendars.map(({ owner, id }) => `${owner}/${id}`);
  const table = accessTable(
    configuration,
    paths,
    people.map(({ name }) => name),
  );
  const users = [["user", "password"], ...people.map(({ name, password }) => [name, password])];
  const tries = examples(facts).map(({ shows, command }, at) => `  ${at + 1}. ${shows}\n     ${command}`);
  return `
Users
${columns(users)}

Who may do what (envoy/envoy.yaml)
${columns(table)}

Try
${tries.join("\n")}

A calendar app takes ${facts.url}bob/ (or alice/, carol/) with that user and password.
`;
}

/** Commands that show the policy at work. */
export function examples({ url, trust }: Pick<WelcomeFacts, "url" | "trust">): Example[] {
  const curl = `curl ${trust}`;
  const event =
    "BEGIN:VCALENDAR\\nVERSION:2.0\\nPRODID:-//demo//EN\\nBEGIN:VEVENT\\nUID:coffee\\nDTSTAMP:20260101T000000Z";
  const time =
    "DTSTART:20260101T100000Z\\nDURATION:PT30M\\nRRULE:FREQ=WEEKLY\\nSUMMARY:Coffee\\nEND:VEVENT\\nEND:VCALENDAR\\n";
  return [
    {
      shows: "Bob reads a private event in Alice's work calendar, and only learns that she is busy:",
      command: `${curl} -u bob:bob-demo ${url}alice/work/interview.ics`,
    },
    {
      shows: "Bob may not delete there (403):",
      command: `${curl} -i -u bob:bob-demo -X DELETE ${url}alice/work/planning.ics`,
    },
    {
      shows: "Carol puts an event into the team's calendar (201):",
      command: `printf '${event}\\n${time}' | ${curl} -i -u carol:carol-demo -X PUT --data-binary @- -H 'Content-Type: text/calendar' ${url}alice/team/coffee.ics`,
    },
  ];
}
