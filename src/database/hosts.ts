import pg from 'pg';
import { parseDatabaseUrls } from '../config/database-urls.ts';

/** The servers of a URL, of which one takes writes. New connections go to the one that was not found wanting last. */
export class Hosts {
  readonly #urls: readonly string[];
  #turns = 0;

  constructor(url: string) {
    this.#urls = parseDatabaseUrls(url);
  }

  get count(): number {
    return this.#urls.length;
  }

  /** How often another one had to be tried. */
  get turns(): number {
    return this.#turns;
  }

  /** The host of that turn was found wanting: of many who find it at the same time the first one turns to the next. */
  turn(from: number): void {
    if (this.#turns === from) this.#turns++;
  }

  /** What a pool makes its connections with. */
  client(): new (options?: string | pg.ClientConfig) => pg.Client {
    const current = () => this.#urls[this.#turns % this.count] ?? '';
    return class extends pg.Client {
      constructor(options?: string | pg.ClientConfig) {
        super({ ...(typeof options === 'object' ? options : {}), connectionString: current() });
      }
    };
  }
}
