/** The server behind: an Envoy of its own that answers at once, with what a CalDAV server would say. */
import { findEnvoy } from "../cli/envoy.ts";
import { launchEnvoy } from "../cli/launch.ts";
import { temporaryFolder } from "../test/e2e/support/folder.ts";
import { untilTheEnd } from "../test/e2e/support/cleanup.ts";

const event = [
  "BEGIN:VCALENDAR",
  "VERSION:2.0",
  "PRODID:-//bench//EN",
  "BEGIN:VEVENT",
  "UID:20260105T090000Z-1@example.com",
  "DTSTAMP:20260101T000000Z",
  "DTSTART:20260105T090000Z",
  "DTEND:20260105T100000Z",
  "RRULE:FREQ=WEEKLY;COUNT=10",
  "SUMMARY:Planning",
  "LOCATION:Room 3",
  "DESCRIPTION:What we do next week.",
  "END:VEVENT",
  "END:VCALENDAR",
  "",
].join("\r\n");

/** A PROPFIND of depth 1 on a calendar of 50 events. */
function multistatus(): string {
  const responses = Array.from({ length: 50 }, (_, at) => {
    const href = `<D:href>/alice/work/${at}.ics</D:href>`;
    const props = `<D:getetag>"${at}"</D:getetag><D:getcontenttype>text/calendar;charset=utf-8</D:getcontenttype>`;
    return `<D:response>${href}<D:propstat><D:prop>${props}</D:prop><D:status>HTTP/1.1 200 OK</D:status></D:propstat></D:response>`;
  });
  return `<?xml version="1.0" encoding="utf-8"?>\n<D:multistatus xmlns:D="DAV:">${responses.join("\n")}</D:multistatus>\n`;
}

/** What the server says to requests of a method, or of a path's beginning; the first that fits counts. */
export interface Answer {
  method?: string;
  prefix?: string;
  status: number;
  type?: string;
  /** At most 1 MiB. */
  body?: string;
}

const xml = "application/xml; charset=utf-8";
const usual: Answer[] = [
  { method: "PROPFIND", status: 207, type: xml, body: multistatus() },
  { method: "REPORT", status: 207, type: xml, body: multistatus() },
  { method: "PUT", status: 201 },
  { method: "DELETE", status: 204 },
  { status: 200, type: "text/calendar; charset=utf-8", body: event },
];

/**
 * Starts it; its base URL. It ends with the bench.
 * @param special answers that differ from the usual ones, which say what a small calendar server would
 */
export async function startFastServer(special: Answer[] = []): Promise<string> {
  const add = (key: string, value: string) => ({ header: { key, value } });
  const common = [add("etag", '"6f8a1c"'), add("last-modified", "Mon, 05 Jan 2026 09:00:00 GMT")];
  const route = ({ method, prefix = "/", status, type, body }: Answer) => ({
    match: { prefix, headers: method ? [{ name: ":method", string_match: { exact: method } }] : [] },
    direct_response: { status, ...(body === undefined ? {} : { body: { inline_string: body } }) },
    response_headers_to_add: [
      ...(type ? [{ ...add("content-type", type), append_action: "OVERWRITE_IF_EXISTS_OR_ADD" }] : []),
      ...common,
    ],
  });
  const prefix = "type.googleapis.com/envoy.extensions.filters.";
  const manager = {
    "@type": `${prefix}network.http_connection_manager.v3.HttpConnectionManager`,
    stat_prefix: "server",
    http_filters: [
      // An answer that comes before the body has been read would end the connection.
      {
        name: "envoy.filters.http.buffer",
        typed_config: { "@type": `${prefix}http.buffer.v3.Buffer`, max_request_bytes: 1 << 20 },
      },
      { name: "envoy.filters.http.router", typed_config: { "@type": `${prefix}http.router.v3.Router` } },
    ],
    route_config: {
      max_direct_response_body_size_bytes: 1 << 20,
      virtual_hosts: [
        {
          name: "server",
          domains: ["*"],
          routes: [...special, ...usual].map(route),
        },
      ],
    },
  };
  const address = { socket_address: { address: "127.0.0.1", port_value: 0 } };
  const filters = [{ name: "envoy.filters.network.http_connection_manager", typed_config: manager }];
  const bootstrap = {
    admin: { address },
    static_resources: { listeners: [{ name: "server", address, filter_chains: [{ filters }] }] },
  };
  const { path } = await findEnvoy();
  const { child, ...server } = await launchEnvoy(path, bootstrap, {
    folder: temporaryFolder("server"),
    concurrency: 1,
  }).then(async (envoy) => ({ child: envoy.child, ports: await envoy.ports() }));
  untilTheEnd(
    () => child.stop(),
    () => child.lines,
  );
  return `http://127.0.0.1:${server.ports.get("server")}`;
}
