import { Readable } from 'node:stream';
import { setTimeout } from 'node:timers/promises';
import type { FastifyInstance } from 'fastify';
import {
  MAX_SAMPLE,
  type ResolutionLine,
  STANDING_EVERY,
  type StandingLine,
  streamResolutions,
} from '../../../proto/http/resolutions.ts';
import { KapokError } from '../../errors/kapok-error.ts';
import type { Watching } from '../../resolve/lookouts.ts';
import type { Resolution } from '../../resolve/onlookers.ts';
import { endWaits } from '../end-waits.ts';
import { readMoment, readWhole } from '../query-string.ts';
import { readSubtree } from '../read-subtree.ts';
import { route } from '../route.ts';
import { sendStream } from '../send-stream.ts';
import type { Services } from '../services.ts';

/** Streams of one process: each is told of every resolution. */
const MAX_STREAMS = 16;
/** Then the reader asks again, with a credential that is looked at again, in milliseconds. */
const LONGEST = 3_600_000;
/** Milliseconds between two looks at what there is to tell. */
const TELL_EVERY = 250;

/** Resolutions as they happen, for those who audit them. */
export function resolutionRoutes(app: FastifyInstance, services: Services): void {
  const { lookouts, now } = services;
  const ending = new AbortController();
  let streams = 0;
  endWaits(app, () => ending.abort());

  route(
    app,
    services,
    streamResolutions,
    async (request, reply, admission) => {
      const prefix = readSubtree(request, admission);
      const sample = readWhole(request, 'sample', { max: MAX_SAMPLE }) ?? 1;
      const last = Date.parse(readMoment(request, 'until') ?? '');
      const longest = now() + LONGEST;
      const until = Number.isNaN(last) ? longest : Math.min(last, longest);
      if (streams >= MAX_STREAMS)
        throw new KapokError('RATE_LIMITED', { message: `${MAX_STREAMS} watch the resolutions already` });
      const gone = new AbortController();
      const watching = lookouts.watch({ prefix, sample });
      streams++;
      reply.raw.once('close', () => {
        streams--;
        watching.end();
        gone.abort();
      });
      const signal = AbortSignal.any([gone.signal, ending.signal]);
      const lines = linesOf(watching, { until, now, signal });
      return sendStream(reply, 'application/x-ndjson', Readable.from(lines, { objectMode: false }));
    },
    { head: false },
  );
}

interface Telling {
  readonly until: number;
  readonly now: () => number;
  readonly signal: AbortSignal;
}

async function* linesOf(watching: Watching, { until, now, signal }: Telling): AsyncGenerator<string> {
  for (let stands = 0; ; ) {
    const { resolutions, dropped } = watching.take();
    const ends = signal.aborted || now() >= until;
    const told = resolutions.map(lineOf);
    if (ends || now() >= stands + STANDING_EVERY) {
      stands = now();
      told.push(`${JSON.stringify({ time: new Date(stands).toISOString(), dropped } satisfies StandingLine)}\n`);
    }
    if (told.length > 0) yield told.join('');
    if (ends) return;
    await setTimeout(TELL_EVERY, undefined, { signal }).catch(() => {});
  }
}

function lineOf({ at, identifier, prefix, outcome, layer, milliseconds }: Resolution): string {
  const line: ResolutionLine = {
    time: new Date(at).toISOString(),
    ...{ identifier, prefix, outcome, layer },
    milliseconds: Math.round(milliseconds * 1000) / 1000,
  };
  return `${JSON.stringify(line)}\n`;
}
