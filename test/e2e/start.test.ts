/** `npm start`, run as a user runs it. */
import { type ChildProcess, exec, spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { promisify } from "node:util";
import { describe, expect, test } from "vitest";
import { freePort } from "../../cli/server.ts";
import { isAlive } from "../../tools/lock.mjs";
import { root } from "../../tools/run.mjs";
import { request, type RequestOptions, temporaryFolder, untilTheEnd } from "./support/index.ts";

const shell = promisify(exec);

/** A process group of its own, as a terminal makes one. */
class Demo {
  output = "";
  readonly ended: Promise<number | null>;
  private readonly child: ChildProcess;

  constructor(
    readonly folder: string,
    environment: NodeJS.ProcessEnv,
  ) {
    const env = { ...process.env, DEMO_DIR: folder, ...environment };
    this.child = spawn("npm", ["start"], { cwd: root, env, detached: true, stdio: ["ignore", "pipe", "pipe"] });
    for (const stream of [this.child.stdout, this.child.stderr])
      stream?.on("data", (data) => (this.output += String(data)));
    this.ended = new Promise((done) => this.child.once("exit", done));
    untilTheEnd(
      async () => {
        this.signal("SIGTERM");
        await this.ended;
      },
      () => [this.output],
    );
  }

  get pid(): number {
    return this.child.pid ?? 0;
  }

  /** Sends a signal to all of the group, as Ctrl-C does. */
  signal(name: NodeJS.Signals): void {
    if (this.child.exitCode === null && this.child.signalCode === null) process.kill(-this.pid, name);
  }

  /** The URL of the last line. */
  async ready(): Promise<string> {
    for (let wait = 0; wait < 600; wait++) {
      const url = /^ready (https:\S+)\n$/m.exec(this.output)?.[1];
      if (url !== undefined) return url;
      if (this.child.exitCode !== null) break;
      await pause(100);
    }
    throw new Error(`npm start is not ready:\n${this.output}`);
  }

  /** The process ids of the command itself and of its servers. */
  processes(): { pid: number; children: number[] } {
    return JSON.parse(readFileSync(join(this.folder, "run.json"), "utf8")) as { pid: number; children: number[] };
  }
}

const pause = (ms: number): Promise<void> => new Promise((done) => setTimeout(done, ms));

async function startDemo(folder = temporaryFolder("demo"), environment: NodeJS.ProcessEnv = {}): Promise<Demo> {
  return new Demo(folder, { PORT: String(await freePort()), ...environment });
}

async function gone(pids: number[]): Promise<boolean> {
  for (let wait = 0; wait < 80 && pids.some(isAlive); wait++) await pause(100);
  return !pids.some(isAlive);
}

describe("npm start", () => {
  test("says who may sign in and do what, and its three commands do what it says", async () => {
    const demo = await startDemo();
    const url = await demo.ready();
    expect(demo.output).toMatch(/^ {2}bob +bob-demo$/m);
    expect(demo.output).toMatch(/^ {2}alice\/work +owner +read +free-busy +-$/m);
    expect(demo.output).toMatch(/^ {2}alice\/home +owner +- +busy +-$/m);
    const commands = [...demo.output.matchAll(/^ {5}((?:curl|printf) .*)$/gm)].map((found) => found[1] ?? "");
    expect(commands).toHaveLength(3);
    const [read = "", remove = "", put = ""] = commands;
    const run = async (command: string) => (await shell(command, { cwd: root, shell: "/bin/sh" })).stdout;
    expect(await run(read)).toMatch(/^BEGIN:VCALENDAR[^]*SUMMARY:Busy[^]*END:VCALENDAR/);
    expect(await run(remove)).toMatch(/^HTTP\/2 403[^]*need-privileges/);
    expect(await run(put)).toMatch(/^HTTP\/2 201/);
    const [ca, port] = [readFileSync(join(demo.folder, "certificate.pem"), "utf8"), new URL(url).port];
    for (const host of ["localhost", "127.0.0.1", "[::1]"]) {
      const reply = await request(`https://${host}:${port}`, "/alice/holidays/closed.ics", { ca }).catch(
        () => undefined,
      );
      if (host !== "[::1]" || reply) expect(reply).toMatchObject({ status: 200 });
    }
    const hidden = await request(url, "/alice/home/dentist.ics", { ca, auth: "bob:bob-demo" });
    expect(hidden.status).toBe(404);
    const own = await request(url, "/alice/home/dentist.ics", { ca, auth: "alice:alice-demo" });
    expect(own.body).toMatch(/CLASS:PRIVATE/);
  });

  test("asks for a password, whoever a client claims to be, and for the public calendar only when one is given", async () => {
    const demo = await startDemo();
    const url = await demo.ready();
    const ca = readFileSync(join(demo.folder, "certificate.pem"), "utf8");
    const status = async (path: string, options: RequestOptions) =>
      (await request(url, path, { ca, ...options })).status;
    for (const name of ["x-caldav-user", "x-remote-user", "x_caldav_user", "x_remote_user"]) {
      const headers = { [name]: "alice" };
      expect(await status("/alice/home/dentist.ics", { headers })).toBe(401);
      expect(await status("/alice/home/dentist.ics", { headers, auth: "bob:bob-demo" })).toBe(404);
      expect(await status("/alice/holidays/closed.ics", { headers, method: "DELETE" })).toBe(401);
    }
    expect(await status("/alice/holidays/closed.ics", {})).toBe(200);
    expect(await status("/alice/holidays/closed.ics", { auth: "bob:wrong" })).toBe(401);
    expect(await status("/alice/holidays/closed.ics", { auth: "alice:alice-demo", method: "DELETE" })).toBe(200);
    // Refused by the filter, not repaired by Envoy.
    for (const path of ["/alice//work/", "/alice/./work/", "/alice/%2e%2e/bob/home/", "/alice%2Fwork/"])
      expect(await status(path, { auth: "alice:alice-demo" }), path).toBe(400);
  });

  test("takes a body of unknown length to a server that wants to know it", async () => {
    const demo = await startDemo();
    const url = await demo.ready();
    const ca = readFileSync(join(demo.folder, "certificate.pem"), "utf8");
    const alice = { ca, auth: "alice:alice-demo" };
    const { body } = await request(url, "/alice/work/planning.ics", alice);
    const copy = body.replace("planning@", "chunked@").match(/[^]{1,50}/g) ?? [];
    const headers = { "content-type": "text/calendar" };
    for (const http2 of [false, true]) {
      const put = await request(url, "/alice/work/chunked.ics", {
        ...alice,
        headers,
        http2,
        method: "PUT",
        body: copy,
      });
      expect([201, 204]).toContain(put.status);
    }
    expect((await request(url, "/alice/work/chunked.ics", alice)).body).toMatch(/chunked@/);
  });

  test("keeps its data and certificate, and stops all it started on Ctrl-C", async () => {
    const folder = temporaryFolder("demo");
    const first = await startDemo(folder);
    const url = await first.ready();
    const ca = readFileSync(join(folder, "certificate.pem"), "utf8");
    const event = { ca, auth: "alice:alice-demo" };
    expect((await request(url, "/alice/work/visit.ics", { ...event, method: "DELETE" })).status).toBe(200);
    const { pid, children } = first.processes();
    expect(children).toHaveLength(2);
    first.signal("SIGINT");
    expect(await gone([pid, ...children])).toBe(true);
    expect(first.output).not.toMatch(/ended by itself/);
    const second = await startDemo(folder);
    const again = await second.ready();
    expect((await request(again, "/alice/work/visit.ics", event)).status).toBe(404);
    expect((await request(again, "/alice/work/planning.ics", event)).status).toBe(200);
  });

  test.each(["SIGTERM", "SIGHUP", "SIGKILL"] as const)("stops all it started when npm gets %s", async (signal) => {
    const demo = await startDemo();
    await demo.ready();
    const { pid, children } = demo.processes();
    process.kill(demo.pid, signal);
    expect(await gone([pid, ...children])).toBe(true);
  });

  test("stops the other server and says so when one ends", async () => {
    const demo = await startDemo();
    await demo.ready();
    const { children } = demo.processes();
    process.kill(children[0] ?? 0, "SIGKILL");
    expect(await demo.ended).toBe(1);
    expect(demo.output).toMatch(/Radicale ended by itself \(signal SIGKILL\)\. Its log: .*radicale\.log/);
    expect(await gone(children)).toBe(true);
  });

  test("stops what a killed one left behind, and refuses to run twice in one folder", async () => {
    const folder = temporaryFolder("demo");
    const first = await startDemo(folder);
    await first.ready();
    const twin = await startDemo(folder);
    expect(await twin.ended).toBe(1);
    expect(twin.output).toMatch(/already runs \(process \d+\)\. Stop it there with Ctrl-C/);
    const { pid, children } = first.processes();
    process.kill(pid, "SIGKILL");
    expect(await gone([pid])).toBe(true);
    const second = await startDemo(folder, { PORT: /localhost:(\d+)/.exec(first.output)?.[1] });
    await second.ready();
    expect(await gone(children)).toBe(true);
  });

  test("says what to do about a busy or impossible port", async () => {
    const server = createServer();
    const port = await new Promise<number>((done) =>
      server.listen(0, "127.0.0.1", () => done((server.address() as { port: number }).port)),
    );
    const busy = await startDemo(undefined, { PORT: String(port) });
    expect(await busy.ended).toBe(1);
    expect(busy.output).toMatch(`Port ${port} is in use by another program. Choose another one: PORT=`);
    server.close();
    const wrong = await startDemo(undefined, { PORT: "x" });
    expect(await wrong.ended).toBe(1);
    expect(wrong.output).toMatch(/PORT is "x"; it must be a number/);
  });

  test("says what to do about a wrong ENVOY_BIN", async () => {
    const demo = await startDemo(undefined, { ENVOY_BIN: "/bin/true" });
    expect(await demo.ended).toBe(1);
    expect(demo.output).toMatch(/ENVOY_BIN is \/bin\/true, and that does not run as Envoy/);
  });
});
