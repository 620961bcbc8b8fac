/** Keep-alive HTTP/1.1 load on one listener. Its own CPU time is not counted: only Envoy's is. */
import { Pool } from "undici";

/** One request of a load. */
export interface Shot {
  method: string;
  path: string;
  headers?: Record<string, string>;
  body?: string;
}

/** Connections to one listener, each with one request at a time. They stay open from one load to the next. */
export class Load {
  private readonly pool: Pool;
  private readonly connections: number;

  /**
   * @param url the listener's base URL
   * @param ca the certificate to trust, where it is https
   */
  constructor(url: string, ca?: string, connections = 16) {
    this.connections = connections;
    this.pool = new Pool(url, { connections, pipelining: 1, connect: { ca } });
  }

  /**
   * Sends `shots` in turn, again and again, until `amount` are answered.
   * @param expected the statuses that an answer may have
   * @throws Error when one failed or had another status: a figure would tell nothing
   */
  send(shots: Shot[], expected: number[], amount: number): Promise<void> {
    return new Promise((done, failed) => {
      let sent = 0;
      let answered = 0;
      const next = (): void => {
        const shot = shots[sent++ % shots.length];
        if (shot === undefined) return failed(new Error("There is nothing to send"));
        // Without it a REPORT, whose body the client does not expect, would cost a connection.
        this.pool.dispatch(
          { ...shot, reset: false },
          {
            onRequestStart: () => {},
            onResponseStart: (_controller, status) => {
              if (!expected.includes(status)) failed(new Error(`${shot.method} ${shot.path} was answered ${status}`));
            },
            onResponseData: () => {},
            onResponseEnd: () => {
              if (++answered === amount) done();
              else if (sent < amount) next();
            },
            onResponseError: (_controller, error) => failed(error),
          },
        );
      };
      for (let at = 0; at < Math.min(this.connections, amount); at++) next();
    });
  }

  async close(): Promise<void> {
    await this.pool.destroy();
  }
}
