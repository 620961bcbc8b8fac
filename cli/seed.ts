/**
 * Fills the demo through the proxy, each calendar as its owner.
 *   cli/seed.ts URL CERTIFICATE MARKER    for docker-compose.yml: waits for the proxy, fills it unless the file MARKER exists,
 *                                         makes that file, and says what `npm start` says
 */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { Agent, type Dispatcher, request } from "undici";
import { fail, isProgram, root, UserError } from "../tools/run.mjs";
import { calendars, type DemoCalendar, people, toICalendar } from "./demo.ts";
import { welcome } from "./welcome.ts";

export interface SeedOptions {
  /** The proxy, as in https://localhost:8443/. */
  url: string;
  /** The certificate to trust, as PEM text. */
  certificate: string;
  /** The name in that certificate, where the URL has another. */
  servername?: string;
}

/**
 * Makes the demo's calendars and events. What is there already stays as it is.
 * @throws UserError with the proxy's answer, when it refuses one
 */
export async function seed({ url, certificate, servername }: SeedOptions): Promise<void> {
  const agent = new Agent({ connect: { ca: certificate, servername } });
  try {
    for (const calendar of calendars) await seedCalendar(calendar, url, agent);
  } finally {
    await agent.close();
  }
}

async function seedCalendar(calendar: DemoCalendar, url: string, dispatcher: Dispatcher): Promise<void> {
  const path = `/${calendar.owner}/${calendar.id}/`;
  const password = people.find(({ name }) => name === calendar.owner)?.password ?? "";
  const authorization = `Basic ${Buffer.from(`${calendar.owner}:${password}`).toString("base64")}`;
  const send = async (
    method: string,
    target: string,
    accepted: number[],
    body: string,
    headers = {},
  ): Promise<void> => {
    const at = new URL(target, url);
    const reply = await request(at, {
      method,
      headers: { authorization, ...headers },
      body,
      dispatcher,
    });
    const text = await reply.body.text();
    if (!accepted.includes(reply.statusCode))
      throw new UserError(
        `${method} ${at} as ${calendar.owner} was answered with ${reply.statusCode}: ${text.slice(0, 500)}`,
      );
  };
  const xml = { "content-type": "application/xml; charset=utf-8" };
  // 403, 405 and 409 are what servers say when it exists: then the PUTs tell whether it does.
  await send("MKCALENDAR", path, [201, 403, 405, 409], mkcalendar(calendar), xml);
  const ics = { "content-type": "text/calendar; charset=utf-8", "if-none-match": "*" };
  const today = new Date();
  for (const event of calendar.events)
    await send("PUT", `${path}${event.uid}.ics`, [201, 204, 412], toICalendar(event, today), ics);
}

function mkcalendar({ title, color }: DemoCalendar): string {
  return `<?xml version="1.0" encoding="utf-8"?>
<C:mkcalendar xmlns:D="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav" xmlns:A="http://apple.com/ns/ical/">
  <D:set><D:prop>
    <D:displayname>${title}</D:displayname>
    <A:calendar-color>${color}</A:calendar-color>
    <C:supported-calendar-component-set><C:comp name="VEVENT"/><C:comp name="VTODO"/></C:supported-calendar-component-set>
  </D:prop></D:set>
</C:mkcalendar>
`;
}

async function main([url = "", certificateFile = "", marker = ""]: string[]): Promise<void> {
  const certificate = readFileSync(certificateFile, "utf8");
  for (let attempt = 1; !existsSync(marker); attempt++) {
    try {
      await seed({ url, certificate, servername: "localhost" });
      writeFileSync(marker, new Date().toISOString());
    } catch (error) {
      if (attempt === 60) throw error;
      await sleep(1000);
    }
  }
  const yaml = readFileSync(join(root, "envoy", "envoy.yaml"), "utf8");
  console.log(welcome({ url: `https://localhost:${process.env.PORT || 8443}/`, trust: "-k", yaml }));
}

if (isProgram(import.meta.url)) await main(process.argv.slice(2)).catch(fail);
