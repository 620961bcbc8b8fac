/** The CalDAV servers that run in tests. */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ini, type Server, startServer } from "../../../cli/server.ts";
import { installPython } from "../../../tools/python.mjs";
import { untilTheEnd } from "./cleanup.ts";
import { temporaryFolder } from "./folder.ts";

/** A CalDAV server of a test. */
export interface CalendarServer extends Server {
  /** Where it keeps its data. */
  folder: string;
  stop(): Promise<void>;
}

export interface RadicaleOptions {
  /** Who it believes is asking: the X-Remote-User header (default), a Basic password of `users`, or nobody in particular. */
  auth?: "x-remote-user" | "htpasswd" | "none";
  /** Names and passwords for "htpasswd". */
  users?: Record<string, string>;
  /** Radicale's `[rights] type`; default "owner_only", and "authenticated" without auth. */
  rights?: "owner_only" | "owner_write" | "authenticated";
}

/** Starts Radicale with an empty storage. */
export async function startRadicale(options: RadicaleOptions = {}): Promise<CalendarServer> {
  const { auth = "x-remote-user", users = {} } = options;
  const folder = temporaryFolder("radicale");
  const htpasswd = join(folder, "users");
  const entries = Object.entries(users).map(([name, password]) => `${name}:${password}\n`);
  writeFileSync(htpasswd, entries.join(""));
  const types = { "x-remote-user": "http_x_remote_user", htpasswd: "htpasswd", none: "none" };
  return start("Radicale", folder, (port) => {
    const config = join(folder, "radicale.ini");
    const settings = {
      server: { hosts: `127.0.0.1:${port}`, max_connections: "100" },
      auth: { type: types[auth], htpasswd_filename: htpasswd, htpasswd_encryption: "plain", delay: "0" },
      rights: { type: options.rights ?? (auth === "none" ? "authenticated" : "owner_only") },
      storage: { filesystem_folder: join(folder, "collections") },
      web: { type: "none" },
      logging: { level: "warning" },
    };
    writeFileSync(config, ini(settings));
    return ["-m", "radicale", "--config", config];
  });
}

/** Starts Xandikos, which knows one principal, no passwords and no access control. */
export async function startXandikos(principal = "/alice/"): Promise<CalendarServer> {
  const folder = temporaryFolder("xandikos");
  const data = join(folder, "data");
  mkdirSync(data);
  return start("Xandikos", folder, (port) => [
    ...["-m", "xandikos", "serve", "--directory", data, "--state-dir", join(folder, "state")],
    ...["--listen-address", "127.0.0.1", "--port", String(port), "--no-detect-systemd"],
    ...["--autocreate", "--defaults", "--current-user-principal", principal],
  ]);
}

async function start(name: string, folder: string, args: (port: number) => string[]): Promise<CalendarServer> {
  const files = ["requirements/radicale.txt", "requirements/test.txt"];
  await installPython({ title: "installing the servers and clients of the tests", files });
  const server = await startServer(name, args);
  const stop = untilTheEnd(
    () => server.child.stop(),
    () => server.child.lines,
  );
  return { ...server, folder, stop };
}
