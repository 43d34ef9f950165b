import { join } from 'node:path';
import { type Child, startChild } from './child.ts';
import type { Latency } from './latency.ts';

export interface LoadRequest {
  readonly method?: 'GET' | 'POST';
  readonly path: string;
  /** JSON text. */
  readonly body?: string;
}

export interface LoadJob {
  readonly url: string;
  /** Dealt out to the connections, each of which goes round in its share. */
  readonly requests: readonly LoadRequest[];
  readonly connections: number;
  readonly seconds: number;
}

export interface LoadResult {
  readonly answered: number;
  /** From the first answer to the last. */
  readonly seconds: number;
  readonly rate: number;
  readonly latency: Latency | null;
  readonly statuses: Readonly<Record<string, number>>;
  /** Broken connections and timeouts. */
  readonly errors: number;
  readonly timeouts: number;
  /** The smallest and the largest answer, headers included. */
  readonly bytes: { readonly least: number; readonly most: number };
  /** CPU seconds a second that the generator itself took. */
  readonly generatorCpu: number;
}

/** The load generator: one process for the whole bench, so that its code is as warm in the last profile as in the second. */
export class Generator {
  readonly #child: Child<unknown>;

  private constructor(child: Child<unknown>) {
    this.#child = child;
  }

  static async start(folder: string): Promise<Generator> {
    return new Generator(await startChild({ path: 'bench/generator', logFile: join(folder, 'generator.log') }));
  }

  async run(job: LoadJob): Promise<LoadResult> {
    const result = await this.#child.ask<LoadResult | { problem: string }>(job);
    if ('problem' in result) throw new Error(`autocannon failed: ${result.problem}`);
    return result;
  }

  close(): Promise<void> {
    return this.#child.close();
  }
}
