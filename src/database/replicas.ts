import type { Queryable } from './database.ts';
import { Replica, readIdentity } from './replica.ts';

export interface ReplicasOptions {
  readonly urls: readonly string[];
  readonly poolSize: number;
  /** The server that they replicate. */
  readonly primary: Queryable;
  readonly onLost: (error: unknown) => void;
}

/** The standbys of a node's database, in turn. */
export class Replicas {
  readonly #replicas: readonly Replica[];
  #turn = 0;

  private constructor(replicas: readonly Replica[]) {
    this.#replicas = replicas;
  }

  /** Throws INVALID_SETTING when one of them replicates something else, or nothing. */
  static async open({ urls, poolSize, primary, onLost }: ReplicasOptions): Promise<Replicas> {
    const of = urls.length > 0 ? await readIdentity(primary) : { cluster: '', database: '', node: '' };
    const replicas = new Replicas(urls.map((url) => new Replica({ url, poolSize, of, onLost })));
    try {
      await Promise.all(replicas.#replicas.map((replica) => replica.open()));
    } catch (error) {
      await replicas.close();
      throw error;
    }
    return replicas;
  }

  /** The next one that is well; null when there is none. */
  next(): Replica | null {
    const well = this.#replicas.filter((replica) => replica.well);
    return well[this.#turn++ % well.length] ?? null;
  }

  async close(): Promise<void> {
    await Promise.all(this.#replicas.map((replica) => replica.close()));
  }
}
