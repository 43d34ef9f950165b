import { setTimeout } from 'node:timers/promises';
import type { ResolveAnswer } from '../../../proto/http/resolve.ts';
import { Connection, type Request, type Response } from './connection.ts';
import type { Place, Seen } from './history.ts';
import type { Recorder } from './recorder.ts';

export interface ReaderOptions {
  readonly url: string;
  readonly place: Place;
  readonly identifiers: readonly string[];
  readonly recorder: Recorder;
  /** From 0 to below 1. */
  readonly random: () => number;
}

/** Reads over one connection before a new one is made, at most: a worker that took the place of another gets its share. */
const READS_A_CONNECTION = 30;
/** Milliseconds at most between two reads. */
const PAUSE = 16;

/** Reads what a node says of some identifiers, in all the ways in which it can be asked. */
export async function keepReading(options: ReaderOptions, isOver: () => boolean): Promise<void> {
  const { url, place, identifiers, recorder, random } = options;
  const connection = new Connection(url);
  const pick = <T>(choices: readonly T[]) => choices[Math.floor(random() * choices.length)] as T;
  let left = 0;
  while (!isOver()) {
    if (left-- <= 0) {
      await connection.renew();
      left = Math.floor(random() * READS_A_CONNECTION);
    }
    const identifier = pick(identifiers);
    const way = pick(WAYS);
    const from = recorder.now();
    const seen = await connection
      .ask(way.request(identifier))
      .then(way.seen, (error): Seen => ({ kind: 'failure', why: String(error) }));
    recorder.reads.push({ place, identifier, from, until: recorder.now(), seen });
    if (seen.kind === 'failure') left = 0;
    await setTimeout(random() * PAUSE);
  }
  await connection.close();
}

interface Way {
  readonly request: (identifier: string) => Request;
  readonly seen: (response: Response) => Seen;
}

const bySpelling = (spell: (identifier: string) => string): Way => ({
  request: (identifier) => ({ method: 'GET', path: `/api/handles/${spell(identifier)}` }),
  seen: seenByGet,
});

/** The letters of all identifiers are ASCII, and their prefix does not tell upper case from lower case. */
const WAYS: readonly Way[] = [
  ...[bySpelling((identifier) => identifier), bySpelling((identifier) => identifier)],
  bySpelling(encodeURIComponent),
  bySpelling((identifier) => identifier.replaceAll('.', '%2E')),
  bySpelling((identifier) => identifier.replaceAll('8', '%38')),
  bySpelling((identifier) => identifier.replaceAll('1', '%31')),
  bySpelling((identifier) => identifier.toUpperCase()),
  // By way of the framework.
  bySpelling((identifier) => `${identifier}?index=1`),
  {
    request: (identifier) => ({ method: 'POST', path: '/api/resolve', body: { identifiers: [identifier] } }),
    seen: seenInBatch,
  },
];

/** What stands for "no answer can be had at this moment". */
const AWAY = new Set([502, 503, 504]);
const AWAY_CODES = new Set(['UPSTREAM_UNREACHABLE', 'UPSTREAM_TIMEOUT', 'UPSTREAM_INVALID', 'OVERLOADED']);

function seenByGet({ status, headers, text }: Response): Seen {
  const why = `${status} ${text}`;
  if (AWAY.has(status)) return { kind: 'failure', why };
  if (status !== 200) return { kind: 'wrong', why };
  const { 'kapok-stale': stale } = headers;
  const version = Number(String(headers.etag).slice(1, -1));
  return seenRecord({ version, values: JSON.parse(text).values, stale: stale === undefined ? null : Number(stale) });
}

function seenInBatch({ status, text }: Response): Seen {
  if (status !== 200) return { kind: AWAY.has(status) ? 'failure' : 'wrong', why: `${status} ${text}` };
  const { code, version, values, stale = null } = JSON.parse(text).answers[0] as ResolveAnswer;
  if (code === 'FOUND') return seenRecord({ version: version as number, values, stale });
  return { kind: AWAY_CODES.has(code) ? 'failure' : 'wrong', why: text };
}

function seenRecord({ version, values, stale }: { version: number; values: unknown; stale: number | null }): Seen {
  const [{ data }] = values as [{ data: { value: string } }];
  return { kind: 'record', value: Number(data.value), version, stale };
}
