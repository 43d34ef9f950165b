import type { FastifyInstance, FastifyRequest } from 'fastify';
import * as described from '../../../proto/http/transfers.ts';
import { assertSubject, canonicalSubject } from '../../access/grants.ts';
import { governorOf, may, scopesOf } from '../../access/may.ts';
import { createWriteAuthority } from '../../access/write-authority.ts';
import type { Queryable } from '../../database/database.ts';
import { KapokError } from '../../errors/kapok-error.ts';
import { findAllotment } from '../../governance/allotments/allotment-table.ts';
import { possibleActions } from '../../governance/machine.ts';
import { actOnTransfer } from '../../governance/transfers/act-on-transfer.ts';
import { administeredBy, keyOf } from '../../governance/transfers/move-identifier.ts';
import { offerIdentifier, offerPrefix } from '../../governance/transfers/offer-transfer.ts';
import {
  TRANSFER_STATES,
  TRANSFER_TRANSITIONS,
  type Transfer,
  type TransferAction,
} from '../../governance/transfers/transfer.ts';
import { findTransfer, listTransfers } from '../../governance/transfers/transfer-table.ts';
import { findForbiddenCharacter } from '../../identifier/characters.ts';
import { parseIdentifier, suffixKey } from '../../identifier/identifier.ts';
import { parsePrefix } from '../../identifier/prefix.ts';
import { isPresent, valuesIn } from '../../registry/change-values.ts';
import { getHostedPrefix } from '../../registry/hosted-prefix.ts';
import type { Admission } from '../admission.ts';
import { readMoment, readWhole, readWord } from '../query-string.ts';
import { route } from '../route.ts';
import type { Services } from '../services.ts';
import { isUuid } from '../uuid.ts';

/** Transfers 转让 of prefixes and identifiers: offered, accepted, final when the authority's window is over. */
export function transferRoutes(app: FastifyInstance, services: Services): void {
  const { database, config, templates } = services;

  const change = async (admission: Admission, work: (tx: Queryable) => Promise<Transfer>) => {
    const transfer = await database.transaction(work);
    await services.announce();
    return show(transfer, admission);
  };

  route(app, services, described.offerTransfer, async (request, reply, admission) => {
    const { prefix, identifier } = request.body;
    if ((prefix === undefined) === (identifier === undefined))
      throw new KapokError('BAD_REQUEST', { message: 'Either a prefix or an identifier is offered', at: 'prefix' });
    const offer = prefix === undefined ? await readIdentifierOffer(services, request.body, admission) : null;
    const prefixOffer = offer === null ? await readPrefixOffer(services, request.body, admission) : null;
    return reply.code(201).send(await change(admission, (tx) => (offer ?? prefixOffer)?.(tx) as Promise<Transfer>));
  });

  route(app, services, described.listTransfers, async (request, _reply, admission) => {
    const { caller } = admission;
    const scopes = scopesOf(caller, 'filings.review');
    admission.decide(scopes.length > 0 || caller.organisations.length > 0 || caller.subject !== null);
    const state = readWord(request, 'state', TRANSFER_STATES) ?? null;
    const before = readMoment(request, 'before') ?? null;
    const limit = readWhole(request, 'limit', { max: 1000 }) ?? 100;
    const transfers = await listTransfers(database, { caller, scopes, state, before, limit });
    return { transfers: transfers.map((transfer) => show(transfer, admission)) };
  });

  route(app, services, described.getTransfer, async (request, _reply, admission) => {
    const found = await find(services, request);
    const { caller } = admission;
    const sees = found !== null && (isGiver(found, admission) || isReceiver(found, admission));
    admission.decide(sees || may(caller, 'filings.review', found === null ? '' : governorOf(found.prefix)));
    return show(getFound(found), admission);
  });

  const act = async (
    request: FastifyRequest,
    admission: Admission,
    { action, key, reason }: { action: TransferAction; key?: string | undefined; reason?: string | undefined },
  ) => {
    const found = await find(services, request);
    const by = action === 'takeBack' ? 'authority' : 'organisation';
    const { caller } = admission;
    if (by === 'authority')
      admission.decide(may(caller, 'prefixes.govern', found === null ? '' : governorOf(found.prefix)));
    else {
      const isOwn =
        found !== null && (action === 'withdraw' ? isGiver(found, admission) : isReceiver(found, admission));
      admission.decide(isOwn || may(caller, 'filings.apply', ''));
    }
    const { id } = getFound(found);
    // What was suspended since cannot change its holder.
    if (found !== null && found.suffixKey !== null && (action === 'accept' || action === 'takeBack'))
      getHostedPrefix(services.prefixes, found.prefix);
    const deed = { id, action, by, actor: caller, reason, key: readKey(services, key) ?? undefined } as const;
    const how = { now: new Date(services.now()), windowDays: config.transferDays, templates };
    return change(admission, (tx) => actOnTransfer(tx, { ...deed, ...how }));
  };

  route(app, services, described.acceptTransfer, (request, _reply, admission) =>
    act(request, admission, { action: 'accept', key: request.body.key }),
  );
  route(app, services, described.declineTransfer, (request, _reply, admission) =>
    act(request, admission, { action: 'decline' }),
  );
  route(app, services, described.withdrawTransfer, (request, _reply, admission) =>
    act(request, admission, { action: 'withdraw' }),
  );
  route(app, services, described.takeBackTransfer, (request, _reply, admission) => {
    const { reason } = request.body;
    const forbidden = reason === undefined ? null : findForbiddenCharacter(reason);
    if (forbidden !== null) throw new KapokError('BAD_REQUEST', { message: `reason ${forbidden}`, at: 'reason' });
    return act(request, admission, { action: 'takeBack', reason });
  });
}

type Offering = (tx: Queryable) => Promise<Transfer>;

async function readPrefixOffer(
  services: Services,
  { prefix: text = '', organisation: receiver, key }: described.NewTransfer,
  admission: Admission,
): Promise<Offering> {
  const prefix = parsePrefix(text);
  const giver = (await findAllotment(services.database, prefix))?.organisation ?? null;
  admission.ofHolder(giver, null);
  if (key !== undefined)
    throw new KapokError('BAD_REQUEST', {
      message: 'key is of identifiers: an organisation holds a prefix',
      at: 'key',
    });
  if (receiver === undefined || !isUuid(receiver))
    throw new KapokError('BAD_REQUEST', { message: 'organisation must be the id of one', at: 'organisation' });
  const now = new Date(services.now());
  // Nobody holds it: that is said by the allotment that there is not.
  const offer = { giver: giver ?? '', receiver: receiver.toLowerCase(), key: null, actor: admission.caller, now };
  return (tx) => offerPrefix(tx, prefix, offer);
}

/** Whoever offers an identifier could give it another administrator by writing it: that is what is asked, of the same judge. */
async function readIdentifierOffer(
  services: Services,
  body: described.NewTransfer,
  admission: Admission,
): Promise<Offering> {
  const { caller } = admission;
  const identifier = parseIdentifier(body.identifier ?? '');
  const { prefix, suffix } = identifier;
  const { suffixCase } = admission.maybeWritable(services.prefixes, prefix);
  const name = { prefix, suffixKey: suffixKey(suffix, suffixCase) };
  const record = await services.records.find(name);
  const authority = createWriteAuthority(caller, { prefix, permission: 'records.register' }, services.administration);
  await authority.assertAdmits(record);
  if (!isPresent(record)) throw new KapokError('NOT_FOUND', { subject: identifier.text });
  const values = valuesIn(record);
  const now = new Date(services.now());
  const key = readKey(services, body.key);
  const receiver = body.organisation?.toLowerCase() ?? null;
  if (receiver !== null && !isUuid(receiver))
    throw new KapokError('BAD_REQUEST', { message: 'organisation must be the id of one', at: 'organisation' });
  if (key === null && receiver === null)
    throw new KapokError('BAD_REQUEST', { message: 'key or organisation is missing: who receives it?', at: 'key' });
  const next = administeredBy(values, keyOf(key ?? `1:${prefix}/receiver`), now);
  await authority.assertAllows(record, { values: next });
  const holder = (await findAllotment(services.database, prefix))?.organisation ?? null;
  const giver = holder !== null && caller.organisations.includes(holder) ? holder : null;
  return (tx) =>
    offerIdentifier(
      tx,
      { identifier, suffixKey: name.suffixKey, values },
      { giver, receiver, key, actor: caller, now },
    );
}

function readKey({ administration }: Services, key: string | undefined): string | null {
  if (key === undefined) return null;
  if (!/^[1-9]\d{0,9}:/.test(key))
    throw new KapokError('BAD_REQUEST', { message: 'key must be INDEX:PREFIX/name', at: 'key' });
  assertSubject(key);
  return canonicalSubject(key, administration.keyOf);
}

async function find({ database }: Services, request: FastifyRequest): Promise<Transfer | null> {
  const { id } = request.params as { id: string };
  return isUuid(id) ? findTransfer(database, id) : null;
}

function getFound(transfer: Transfer | null): Transfer {
  if (transfer === null) throw new KapokError('TRANSFER_NOT_FOUND');
  return transfer;
}

function isGiver({ giver, offeredBy }: Transfer, { caller }: Admission): boolean {
  return giver === null ? caller.id === offeredBy : caller.organisations.includes(giver);
}

function isReceiver({ receiver, key }: Transfer, { caller }: Admission): boolean {
  if (receiver !== null) return caller.organisations.includes(receiver);
  return caller.subject !== null && caller.subject === key;
}

function show(transfer: Transfer, admission: Admission): described.Transfer {
  const { suffixKey: _, offeredBy: __, ...told } = transfer;
  const possible: TransferAction[] = possibleActions(TRANSFER_TRANSITIONS, transfer.state, 'organisation').filter(
    (action) => (action === 'withdraw' ? isGiver(transfer, admission) : isReceiver(transfer, admission)),
  );
  if (may(admission.caller, 'prefixes.govern', governorOf(transfer.prefix)))
    possible.push(...possibleActions(TRANSFER_TRANSITIONS, transfer.state, 'authority'));
  return { ...told, possible };
}
