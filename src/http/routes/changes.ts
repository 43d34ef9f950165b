import { Readable } from 'node:stream';
import type { FastifyInstance } from 'fastify';
import { type ChangeLine, followChanges, HEARTBEAT, type SaidLine } from '../../../proto/http/changes.ts';
import { proofText } from '../../access/signatures/line-proof.ts';
import { KapokError } from '../../errors/kapok-error.ts';
import { endWaits } from '../end-waits.ts';
import { readAfter, readText } from '../query-string.ts';
import { route } from '../route.ts';
import { sendStream } from '../send-stream.ts';
import type { Services } from '../services.ts';

/** Streams of one process: each is signed three times a second, which takes a ten-thousandth of a core. */
const MAX_STREAMS = 256;

/** What changes in this node's answers, for those who keep them: a line when something does, and so often otherwise. */
export function changeRoutes(app: FastifyInstance, services: Services): void {
  const { recentChanges, nodeKey } = services;
  let streams = 0;
  endWaits(app, () => recentChanges.close());

  route(
    app,
    services,
    followChanges,
    async (request, reply) => {
      const after = readAfter(request, 'the number of a change') ?? null;
      const nonce = readText(request, 'nonce') ?? '';
      if (!/^[\w-]{16,64}$/.test(nonce))
        throw new KapokError('BAD_REQUEST', {
          message: 'nonce must be 16 to 64 letters, digits, "-" or "_"',
          at: 'nonce',
        });
      if (streams >= MAX_STREAMS)
        throw new KapokError('RATE_LIMITED', { message: `${MAX_STREAMS} follow the changes already` });
      const known = readText(request, 'feed') === recentChanges.feed ? after : null;
      let number = 0;
      async function* signed(): AsyncGenerator<string> {
        for await (const line of linesOf(services, { known, resumes: after !== null })) {
          const said = JSON.stringify(line);
          const proof = nodeKey.sign(proofText({ nonce, number: number++, said })).toString('base64url');
          yield `${JSON.stringify({ said, proof } satisfies SaidLine)}\n`;
        }
      }
      streams++;
      reply.raw.once('close', () => streams--);
      return sendStream(reply, 'application/x-ndjson', Readable.from(signed(), { objectMode: false }));
    },
    { head: false },
  );
}

interface From {
  /** The number up to which the caller knows all. */
  readonly known: number | null;
  /** Whether the caller believes to know something. */
  readonly resumes: boolean;
}

async function* linesOf({ recentChanges, follower }: Services, { known, resumes }: From): AsyncGenerator<ChangeLine> {
  const { feed } = recentChanges;
  // Who has not been told all yet must not hold what is kept for current.
  const line = (told: Omit<ChangeLine, 'feed'>): ChangeLine => {
    const isBehind = recentChanges.next(told.seq) !== undefined || !follower.current;
    return { feed, ...told, ...(isBehind ? { behind: true } : {}) };
  };
  const goesOn = known !== null && recentChanges.reaches(known);
  let seq = goesOn ? known : recentChanges.head;
  yield line({ seq, ...(resumes && !goesOn ? { reset: true } : {}) });
  while (!recentChanges.closed) {
    if (!recentChanges.reaches(seq)) {
      seq = recentChanges.head;
      yield line({ seq, reset: true });
    }
    const page = recentChanges.next(seq);
    if (page !== undefined) {
      seq = page.seq;
      yield line(page);
      continue;
    }
    await recentChanges.moved(HEARTBEAT);
    // A process that does not know whether it is up to date has nothing to say, and is not believed for long.
    if (recentChanges.next(seq) === undefined && follower.current) yield line({ seq });
  }
}
