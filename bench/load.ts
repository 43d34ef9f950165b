import { join } from 'node:path';
import { type Child, startChild } from './child.ts';
import type { Latency } from './latency.ts';

export interface LoadRequest {
  readonly method?: 'GET' | 'POST' | 'PUT';
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** JSON text. */
  readonly body?: string;
  /** Instead of the status that all others must have. */
  readonly status?: number;
  readonly expects?: Expectation;
  /** It asks for what cannot be answered while something is broken: a 5xx is no error then. */
  readonly mayFail?: boolean;
}

/** What an answer must say, beside its status. */
export type Expectation =
  /** JSON that begins with this code and this name. */
  | { readonly kind: 'named'; readonly responseCode: number; readonly handle: string }
  /** The same, with the values of `records.ts`, each compared. */
  | { readonly kind: 'record'; readonly handle: string }
  /** JSON of another program: its name may be spelled otherwise, and there are values. */
  | { readonly kind: 'peer'; readonly handle: string }
  /** So many names are found. */
  | { readonly kind: 'batch'; readonly count: number }
  | { readonly kind: 'location'; readonly url: string };

/** What is asked, one request after the other. */
export type RequestSource =
  /** Dealt out to the connections, each of which goes round in its share: nothing twice before everything once. */
  | { readonly kind: 'list'; readonly requests: readonly LoadRequest[] }
  /** Records of `records.ts` below a prefix, drawn by chance. */
  | {
      readonly kind: 'drawn';
      readonly prefix: string;
      readonly count: number;
      /** Exponent of Zipf's law; 0: each as often as every other one. */
      readonly skew: number;
    }
  /** The same records one after another, neighbours far apart, and again from the first. */
  | { readonly kind: 'each'; readonly prefix: string; readonly count: number }
  /** Names that nobody has registered, each a new one. */
  | { readonly kind: 'absent'; readonly prefix: string }
  /** Reads of these records, and as often as the share says writes; a read must show what was acknowledged a second before it. */
  | {
      readonly kind: 'write-mix';
      readonly identifiers: readonly string[];
      readonly share: number;
      /** Who writes. */
      readonly token: string;
    }
  /** Each request from one of them, as often as its share says. */
  | { readonly kind: 'mix'; readonly parts: readonly { readonly share: number; readonly source: RequestSource }[] };

export type Loop =
  /** Each connection sends the next request when it has its answer: the rate is what comes out. */
  | { readonly kind: 'closed'; readonly connections: number }
  /** So many requests a second, whatever becomes of them; latency counts from when each was to be sent. */
  | {
      readonly kind: 'open';
      readonly rate: number;
      readonly connections: number;
      /** All connections are open, and have had an answer, before the clock starts: they are clients that have been there. */
      readonly standing?: boolean;
    };

export interface LoadJob {
  readonly url: string;
  readonly source: RequestSource;
  readonly loop: Loop;
  readonly seconds: number;
  /** Of a closed loop: it ends when so many were sent. */
  readonly most?: number;
  readonly status: number;
  /** Milliseconds after which a request without an answer is given up; 5,000 without it. */
  readonly timeout?: number;
  /** Tell what happened when. */
  readonly timeline?: boolean;
}

export interface LoadResult {
  /** Right answers. */
  readonly answered: number;
  /** From the first answer to the last; of an open loop, the time in which requests were sent. */
  readonly seconds: number;
  /** Right answers a second. */
  readonly rate: number;
  /** Of right answers. */
  readonly latency: Latency | null;
  /** Of everything that was answered otherwise: shed, refused, failed. */
  readonly otherLatency: Latency | null;
  /** Answers with a status that they must not have. */
  readonly statuses: Readonly<Record<string, number>>;
  /** Answers with the right status that say something else than they must. */
  readonly wrong: number;
  /** The first of the wrong ones. */
  readonly examples: readonly string[];
  /** 503 with Retry-After: refused before any work was done. */
  readonly shed: number;
  /** A 5xx to a request that may fail. */
  readonly unavailable: number;
  /** Right answers that say they are stale. */
  readonly stale: number;
  /** Right answers that do not show a write acknowledged just before, and need not yet. */
  readonly behind: number;
  /** Of right answers to requests that count under a name of their own. */
  readonly groups: Readonly<Record<string, GroupResult>>;
  /** Broken connections and timeouts. */
  readonly errors: number;
  readonly timeouts: number;
  /** Why requests had no answer, and how often. */
  readonly reasons: Readonly<Record<string, number>>;
  /** The smallest and the largest right answer, headers included. */
  readonly bytes: { readonly least: number; readonly most: number };
  /** CPU seconds a second that the generator itself took. */
  readonly generatorCpu: number;
  /** Of an open loop: milliseconds from when a request was to be sent to when it was. */
  readonly lag: Latency | null;
  readonly timeline: readonly Moment[];
}

export interface GroupResult {
  readonly answered: number;
  readonly rate: number;
  readonly latency: Latency | null;
}

/** A tenth of a second, by when requests were to be sent. */
export interface Moment {
  /** Seconds from the first request. */
  readonly at: number;
  readonly fresh: number;
  readonly stale: number;
  /** Whatever was no right answer. */
  readonly failed: number;
  /** Milliseconds. */
  readonly slowest: number;
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
    if ('problem' in result) throw new Error(`The load generator failed: ${result.problem}`);
    return result;
  }

  get pid(): number {
    return this.#child.pid;
  }

  close(): Promise<void> {
    return this.#child.close();
  }
}
