import { createWriteStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { ImportJob } from '../../proto/http/imports.ts';
import type { RowResult } from '../registry/import/rows.ts';
import { createLazyClient } from './lazy-client.ts';
import type { Target } from './target.ts';

const SHOWN_FAILURES = 20;

/** Writes the result of each row to a file. */
export async function saveResults(target: Target, { id }: ImportJob, file: string): Promise<void> {
  await pipeline(await readResults(target, id, 'all'), createWriteStream(file));
}

/** Shows the first rows that failed. */
export async function showFailures(target: Target, { id, failed }: ImportJob): Promise<void> {
  if (failed === 0) return;
  let shown = 0;
  const body = await readResults(target, id, 'failed');
  for await (const text of createInterface({ input: body })) {
    const { line, identifier, message, code } = JSON.parse(text) as RowResult;
    process.stderr.write(`line ${line}: ${identifier ?? ''} ${message} (${code})\n`);
    if (++shown === SHOWN_FAILURES) break;
  }
  body.destroy();
  if (failed > shown) process.stderr.write(`${failed - shown} failures not shown; --results keeps all\n`);
}

async function readResults(target: Target, id: string, results: 'all' | 'failed'): Promise<Readable> {
  const body = await createLazyClient(target).getImportResults({ params: { id }, query: { results } });
  return Readable.fromWeb(body as never);
}
