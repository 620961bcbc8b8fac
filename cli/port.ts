/** The port that the demo listens on. */
import { createServer } from "node:net";
import { UserError } from "../tools/run.mjs";
import { loopbackAddresses } from "./local.ts";

const DEFAULT = 8443;

/**
 * Reads PORT of the environment.
 * @returns 0 to 65535; 0 asks for any that is free
 */
export function portOf(text: string | undefined): number {
  if (text === undefined || text === "") return DEFAULT;
  const port = Number(text);
  if (/^\d+$/.test(text) && port <= 65535) return port;
  throw new UserError(`PORT is "${text}"; it must be a number from 1 to 65535, as in: PORT=9443 npm start`);
}

/**
 * Makes sure that the port can be listened on, on each loopback address.
 * @throws UserError that says what to do
 */
export async function checkPort(port: number): Promise<void> {
  for (const address of loopbackAddresses()) {
    const fault = await tryToListen(port, address);
    if (fault === "EADDRINUSE")
      throw new UserError(
        `Port ${port} is in use by another program. Choose another one: PORT=${other(port)} npm start`,
      );
    if (fault === "EACCES")
      throw new UserError(`Port ${port} is not open to you. Choose one above 1023: PORT=${DEFAULT} npm start`);
    if (fault !== undefined) throw new UserError(`Nothing can listen on ${address} port ${port}: ${fault}`);
  }
}

function tryToListen(port: number, address: string): Promise<string | undefined> {
  return new Promise((done) => {
    const server = createServer();
    server.once("error", (error: NodeJS.ErrnoException) => done(error.code ?? error.message));
    server.listen({ port, host: address, exclusive: true }, () => server.close(() => done(undefined)));
  });
}

const other = (port: number): number => (port + 1000 > 65535 ? DEFAULT : port + 1000);
