import { setTimeout } from 'node:timers/promises';
import { ProblemError } from '../../proto/http/client/problem-error.ts';
import type { ImportJob } from '../../proto/http/imports.ts';
import { KapokError } from '../errors/kapok-error.ts';
import { headersOf, type Target } from './target.ts';

/** A node that restarts is back within this many looks, a second apart. */
const PATIENCE = 60;

/** Follows an import by its events (HTML, Server-Sent Events, §9.2) until it has ended; answers how. A connection that breaks is made anew. */
export async function followImport(
  target: Target,
  id: string,
  onProgress: (job: ImportJob) => void,
): Promise<ImportJob> {
  for (let failures = 0; ; ) {
    try {
      for await (const job of eventsOf(target, id)) {
        failures = 0;
        onProgress(job);
        if (job.state !== 'queued' && job.state !== 'running') return job;
      }
    } catch (cause) {
      if (cause instanceof ProblemError) throw cause;
      if (++failures === PATIENCE) {
        const message = `The connection to ${target.url} broke off; the import goes on: kapok import status ${id}`;
        throw new KapokError('UPSTREAM_UNREACHABLE', { message, cause });
      }
    }
    await setTimeout(1_000);
  }
}

async function* eventsOf(target: Target, id: string): AsyncGenerator<ImportJob> {
  // Joined by the bundler, a CommonJS package that is loaded late has its default alone.
  const { default: undici } = await import('undici');
  const { statusCode, body } = await undici.request(`${target.url}/api/v1/imports/${id}/events`, {
    headers: { ...headersOf(target), accept: 'text/event-stream' },
    bodyTimeout: 60_000,
  });
  if (statusCode >= 500) throw new Error(`status ${statusCode}`);
  if (statusCode !== 200) throw new ProblemError(statusCode, await body.json());
  let held = '';
  for await (const piece of body.setEncoding('utf8')) {
    const events = (held + piece).split('\n\n');
    held = events.pop() ?? '';
    for (const event of events) {
      const data = event.split('\n').find((line) => line.startsWith('data: '));
      if (data !== undefined) yield JSON.parse(data.slice(6)) as ImportJob;
    }
  }
}
