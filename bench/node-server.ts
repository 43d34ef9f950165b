import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { type Child, startChild } from './child.ts';
import { childrenOf, type Served } from './cpu.ts';

/** A node as a user runs it: `kapok node`, a process of its own, its log in a file. */
export interface NodeServer {
  readonly url: string;
  readonly served: Served;
  readonly operatorToken: string;
  /** Its worker processes, when it has several. */
  workers(): Served[];
  close(): Promise<void>;
}

export interface NodeServerOptions {
  readonly name: string;
  readonly folder: string;
  readonly settings: Readonly<Record<string, string>>;
}

/** The least that a node takes: about 1,400 records of ours, so that a set of 50,000 is always missed. */
export const SMALL_CACHE = { KAPOK_CACHE_BYTES: String(1024 * 1024) };

/** Whoever asks for a thousand identifiers a call is within no limit that is set for people. The limit is looked at all the same. */
export const UNLIMITED = { KAPOK_RATE_LIMIT: '10000000' };

export async function startNodeServer({ name, folder, settings }: NodeServerOptions): Promise<NodeServer> {
  const operatorToken = `kapok_${randomBytes(32).toString('base64url')}`;
  const child: Child<{ url: string }> = await startChild({
    path: 'src/cli/main',
    args: ['node'],
    logFile: join(folder, `${name}.log`),
    // Everything that is not set here is what a user gets: log level info, the metrics, the rate limit.
    settings: {
      KAPOK_PORT: '0',
      KAPOK_DATA_DIR: join(folder, `${name}-data`),
      KAPOK_OPERATOR_TOKEN: operatorToken,
      ...settings,
    },
  });
  const { pid, first } = child;
  return {
    url: first.url,
    served: { pid },
    operatorToken,
    workers: () => childrenOf(pid).map((worker) => ({ pid: worker })),
    close: () => child.close(),
  };
}
