import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { KAPOK, spawnNode } from '../tree/node-process.ts';

export interface Ran {
  readonly out: string;
  readonly err: string;
  readonly code: number | null;
}

/** Runs `kapok` as a user does, in an environment of these settings alone. */
export async function runKapok(args: readonly string[], settings: Record<string, string>): Promise<Ran> {
  const child = spawnNode([...KAPOK, ...args], { settings, stdio: ['ignore', 'pipe', 'pipe'] });
  const [out, err, [code]] = await Promise.all([
    text(child.stdout as NodeJS.ReadableStream as never),
    text(child.stderr as NodeJS.ReadableStream as never),
    once(child, 'exit') as Promise<[number | null]>,
  ]);
  return { out, err, code };
}
