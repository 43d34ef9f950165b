import { once } from 'node:events';
import { PassThrough, type Writable } from 'node:stream';
import { finished } from 'node:stream/promises';
import type { FastifyInstance } from 'fastify';
import { type DepositInfo, listDeposits, makeDeposit } from '../../../proto/http/escrow.ts';
import { KapokError } from '../../errors/kapok-error.ts';
import {
  findDeposit,
  type LoggedDeposit,
  listLoggedDeposits,
  logDeposit,
} from '../../governance/escrow/deposit-log.ts';
import { digestOfState, type Manifest } from '../../governance/escrow/manifest.ts';
import { parseRecipient, type Recipient } from '../../governance/escrow/recipient.ts';
import { writeDeposit } from '../../governance/escrow/write-deposit.ts';
import { route } from '../route.ts';
import type { Services } from '../services.ts';
import { isUuid } from '../uuid.ts';

const LISTED = 100;

/** Escrow 数据托管: deposits of all that the node holds. */
export function escrowRoutes(app: FastifyInstance, services: Services): void {
  const { database, nodeName: name, nodeKey: key, secrets, log } = services;

  route(app, services, makeDeposit, async (request, reply, admission) => {
    admission.at('');
    const { recipient: whom, keysFor, previous: id } = request.body;
    const recipient = parseRecipient(whom, 'recipient');
    const holder = keysFor === undefined ? recipient : parseHolder(keysFor);
    const previous = id === undefined ? null : await getPrevious(services, id);
    const out = new PassThrough();
    const { caller } = admission;
    const done = writeDeposit(database, { name, key, secrets, recipient, keysFor: holder, previous }, writerTo(out));
    // Logged before the end is sent: who has it whole can go on from it.
    done
      .then((manifest) => logDeposit(database, manifest, caller))
      .then(() => out.end())
      .catch((err) => {
        log.warn({ err }, 'a deposit broke off');
        out.destroy(err);
      });
    return reply.type('application/octet-stream').send(out);
  });

  route(app, services, listDeposits, async (_request, _reply, admission) => {
    admission.at('');
    return { deposits: (await listLoggedDeposits(database, LISTED)).map(infoOf) };
  });
}

/** Null: nobody is to have the node's keys. */
function parseHolder(text: string | null): Recipient | null {
  return text === null ? null : parseRecipient(text, 'keysFor');
}

async function getPrevious({ database }: Services, id: string): Promise<Manifest> {
  const previous = isUuid(id) ? await findDeposit(database, id) : null;
  if (previous !== null) return previous;
  const message = `This node has made no deposit ${id} to go on from; make a full one`;
  throw new KapokError('DEPOSIT_GAP', { message, at: 'previous' });
}

/** Writes as fast as the reader takes it; fails when there is none any more. */
function writerTo(stream: Writable): (piece: Buffer) => Promise<void> {
  const gone = finished(stream);
  gone.catch(() => {});
  return async (piece) => {
    if (!stream.write(piece)) await Promise.race([once(stream, 'drain'), gone]);
  };
}

function infoOf({ manifest, actor }: LoggedDeposit): DepositInfo {
  const { id, kind, previous, watermark, bytes, sha256, recipient, madeAt, state } = manifest;
  return { id, kind, previous, watermark, bytes, sha256, recipient, digest: digestOfState(state), actor, madeAt };
}
