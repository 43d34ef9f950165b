import { setTimeout } from 'node:timers/promises';
import { OPERATOR_TOKEN } from '../../support/node.ts';
import { Connection } from './connection.ts';
import type { Write } from './history.ts';
import type { Recorder } from './recorder.ts';

export interface WriterOptions {
  readonly url: string;
  readonly identifier: string;
  readonly recorder: Recorder;
  /** From 0 to below 1. */
  readonly random: () => number;
  /** The next number to be written. */
  readonly nextValue: () => number;
}

const BURST = 5;
/** Milliseconds at most between the writes of a burst. */
const GAP = 60;
/** Milliseconds between bursts: long enough that what was not taken back in time is found while nothing else takes it back. */
const REST = { least: 600, most: 2_800 };
/** The share of writes on the condition that there is nothing yet, which must be refused. */
const REFUSED = 0.15;

/** Writes numbers to one identifier, in bursts, one after another. */
export async function keepWriting(options: WriterOptions, isOver: () => boolean): Promise<void> {
  const { url, random } = options;
  const connection = new Connection(url);
  while (!isOver()) {
    for (let left = 1 + Math.floor(random() * BURST); left > 0; left--) {
      await write(connection, options, { isConditional: random() < REFUSED });
      await setTimeout(random() * GAP);
    }
    await connection.renew();
    await setTimeout(REST.least + random() * (REST.most - REST.least));
  }
  await connection.close();
}

/** The first write of an identifier, which makes it. */
export async function writeFirst(options: WriterOptions): Promise<void> {
  const connection = new Connection(options.url);
  await write(connection, options, { isConditional: false });
  await connection.close();
}

async function write(
  connection: Connection,
  { identifier, recorder, nextValue }: WriterOptions,
  { isConditional }: { isConditional: boolean },
): Promise<void> {
  const value = nextValue();
  const from = recorder.now();
  const headers = { authorization: `Bearer ${OPERATOR_TOKEN}` };
  const path = `/api/handles/${identifier}${isConditional ? '?overwrite=false' : ''}`;
  const body = [{ index: 1, type: 'NUMBER', data: String(value) }];
  let end: Write['end'] = { kind: 'unknown' };
  let broke = false;
  try {
    const answer = await connection.ask({ method: 'PUT', path, headers, body });
    end = endOf(answer);
  } catch {
    broke = true;
  }
  recorder.writes.push({ identifier, value, from, until: recorder.now(), end });
  if (broke) await connection.renew();
}

function endOf({ status, headers }: { status: number; headers: Record<string, unknown> }): Write['end'] {
  if (status === 200 || status === 201)
    return { kind: 'acknowledged', version: Number(String(headers.etag).slice(1, -1)) };
  return { kind: status === 409 ? 'refused' : 'unknown' };
}
