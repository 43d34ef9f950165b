import { createServer } from 'node:net';

const TRIES = 200;

/** Finds ports on one address, the preferred one or the next that is free; never the same one twice. */
export class FreePorts {
  readonly #host: string;
  readonly #given = new Set<number>();

  constructor(host: string) {
    this.#host = host;
  }

  async next(preferred: number): Promise<number> {
    for (let port = preferred; port < preferred + TRIES; port++) {
      if (this.#given.has(port)) continue;
      this.#given.add(port);
      if (await isFree(port, this.#host)) return port;
    }
    throw new Error(`No free port from ${preferred} to ${preferred + TRIES}`);
  }
}

function isFree(port: number, host: string): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen({ port, host, exclusive: true }, () => server.close(() => resolve(true)));
  });
}
