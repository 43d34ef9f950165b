import { createServer } from 'node:net';

const TRIES = 200;

/** Finds ports on one address; never the same one twice, and none that is another's preferred one: a taken port moves nobody else. */
export class FreePorts {
  readonly #host: string;
  readonly #preferred: ReadonlySet<number>;
  readonly #given = new Set<number>();

  constructor(host: string, preferred: readonly number[] = []) {
    this.#host = host;
    this.#preferred = new Set(preferred);
  }

  /** The preferred port, or the next that is free. */
  async next(preferred: number): Promise<number> {
    for (let port = preferred; port < preferred + TRIES; port++) {
      if (this.#given.has(port) || (port !== preferred && this.#preferred.has(port))) continue;
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
