/** Child processes that never outlive this one. */
import { type ChildProcess, spawn } from "node:child_process";
import { createWriteStream } from "node:fs";

/** How many lines of output are kept. */
const MEMORY = 20_000;

const running = new Set<ChildProcess>();

/** Ends every child at once, without waiting. For the last moment of a process only. */
export function killAll(): void {
  for (const child of running) child.kill("SIGKILL");
}
process.once("exit", killAll);

export interface ChildOptions {
  cwd?: string;
  env?: NodeJS.ProcessEnv;
  /** All that the child says also goes to this file, from its start. */
  log?: string;
}

/** A running program and what it said. */
export class Child {
  readonly name: string;
  /** The lines of standard output and standard error, in the order in which they came; the last ones, if there are many. */
  readonly lines: string[] = [];
  /** Settles when the process is gone, with how it ended: "code 1", "signal SIGKILL", or why it never started. */
  readonly ended: Promise<string>;
  private readonly process: ChildProcess;
  private gone = false;

  /**
   * @param name for people
   * @param command the program
   * @param args its arguments
   */
  constructor(name: string, command: string, args: string[], options: ChildOptions = {}) {
    this.name = name;
    const { cwd, env } = options;
    this.process = spawn(command, args, { cwd, env, stdio: ["ignore", "pipe", "pipe"] });
    running.add(this.process);
    const log = options.log === undefined ? undefined : createWriteStream(options.log);
    for (const stream of [this.process.stdout, this.process.stderr]) {
      let rest = "";
      stream?.setEncoding("utf8").on("data", (text: string) => {
        log?.write(text);
        const lines = (rest + text).split("\n");
        rest = lines.pop() ?? "";
        this.lines.push(...lines);
        if (this.lines.length > MEMORY) this.lines.splice(0, this.lines.length - MEMORY / 2);
      });
      stream?.on("end", () => rest && this.lines.push(rest));
    }
    this.ended = new Promise((settle) => {
      const finish = (how: string): void => {
        this.gone = true;
        running.delete(this.process);
        log?.end();
        settle(how);
      };
      this.process.once("error", (error) => finish(error.message));
      this.process.once("close", (code, signal) => finish(signal === null ? `code ${code}` : `signal ${signal}`));
    });
  }

  /** The process id; 0 when it never started. */
  get pid(): number {
    return this.process.pid ?? 0;
  }

  get alive(): boolean {
    return !this.gone;
  }

  /** Asks it to end, and ends it after `grace` milliseconds. */
  async stop(grace = 3000): Promise<void> {
    if (this.gone) return;
    this.process.kill("SIGTERM");
    const timer = setTimeout(() => this.process.kill("SIGKILL"), grace);
    await this.ended;
    clearTimeout(timer);
  }

  /**
   * Waits until `ready` gives something, that is neither undefined, false nor empty.
   * @throws Error with the last lines when the child ends, or `timeout` milliseconds pass, before that
   */
  async until<T>(what: string, ready: () => T | Promise<T>, timeout = 20_000): Promise<NonNullable<T>> {
    for (const limit = Date.now() + timeout; this.alive && Date.now() < limit; await sleep(20)) {
      const value = await ready();
      if (value) return value;
    }
    const how = this.alive ? `is not ready after ${timeout / 1000} s` : `ended with ${await this.ended}`;
    throw new Error(`${this.name} ${how}, waiting for ${what}:\n${this.lines.slice(-30).join("\n")}`);
  }
}

const sleep = (ms: number): Promise<void> => new Promise((done) => setTimeout(done, ms));
