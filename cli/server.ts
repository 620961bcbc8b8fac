/** CalDAV servers written in Python, as child processes on a free loopback port. */
import { createServer } from "node:net";
import { python } from "../tools/python.mjs";
import { Child, type ChildOptions } from "./child.ts";

/** A server that answers at `url`. */
export interface Server {
  url: string;
  port: number;
  child: Child;
}

/**
 * Starts a server and waits until it answers.
 * @param name for people
 * @param args the arguments of `.venv/bin/python`, given the port
 * @throws Error with the server's last words when it does not come up
 */
export async function startServer(
  name: string,
  args: (port: number) => string[],
  options: ChildOptions = {},
): Promise<Server> {
  for (let attempt = 1; ; attempt++) {
    const port = await freePort();
    const url = `http://127.0.0.1:${port}`;
    const child = new Child(name, python, args(port), options);
    try {
      await child.until(
        "its first answer",
        async () => (await fetch(url).catch(() => undefined)) !== undefined,
        30_000,
      );
      return { url, port, child };
    } catch (error) {
      await child.stop();
      // Another process may have taken the port between our looking and the server's binding.
      if (attempt === 3 || !/in use/i.test(String(error))) throw error;
    }
  }
}

/** A loopback port that is free at this moment. */
export function freePort(): Promise<number> {
  return new Promise((done, failed) => {
    const server = createServer().on("error", failed);
    server.listen(0, "127.0.0.1", () => {
      const { port } = server.address() as { port: number };
      server.close(() => done(port));
    });
  });
}

/** Sections of names and values as the text of an INI file. */
export function ini(sections: Record<string, Record<string, string>>): string {
  return Object.entries(sections)
    .map(([section, values]) => {
      const lines = Object.entries(values).map(([name, value]) => `${name} = ${value}\n`);
      return `[${section}]\n${lines.join("")}`;
    })
    .join("\n");
}
