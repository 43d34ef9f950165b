import type { FastifyInstance, FastifyRequest } from 'fastify';
import * as described from '../../../proto/http/moves.ts';
import { findNodeKey } from '../../access/pin-key.ts';
import { KapokError } from '../../errors/kapok-error.ts';
import { findAllotment } from '../../governance/allotments/allotment-table.ts';
import { cancelPull } from '../../governance/moves/cancel-pull.ts';
import { listDigests } from '../../governance/moves/digests.ts';
import { renewFreeze } from '../../governance/moves/freeze.ts';
import { freezeFor, giveAway, release } from '../../governance/moves/give.ts';
import { assertPeer, findMove, type Move, moveJson } from '../../governance/moves/move.ts';
import { cancelOffer, type NewMove, offerMove } from '../../governance/moves/offer-move.ts';
import { beginPull } from '../../governance/moves/pull-move.ts';
import { readVersions } from '../../governance/moves/read-versions.ts';
import { readSettings } from '../../governance/moves/settings.ts';
import { isUnder, type Prefix, parsePrefix } from '../../identifier/prefix.ts';
import { isSiteUrl } from '../../record/site.ts';
import { findFiles, readBytes } from '../../registry/files/files.ts';
import { getHostedPrefix } from '../../registry/hosted-prefix.ts';
import type { Admission } from '../admission.ts';
import { readText, readWhole } from '../query-string.ts';
import { route } from '../route.ts';
import type { Services } from '../services.ts';

/** Moves of a prefix, with all that it holds, from the node above to one of its own, and back. */
export function moveRoutes(app: FastifyInstance, services: Services): void {
  const { database, announce, pulls } = services;

  /** Who governs the prefix, or the organisation that holds it. */
  const admitHolder = async (prefix: Prefix, admission: Admission) => {
    const allotment = await findAllotment(database, prefix);
    admission.ofHolder(allotment?.state === 'allotted' ? allotment.organisation : null, prefix);
  };

  route(app, services, described.offerMove, async (request, reply, admission) => {
    const prefix = parsePrefix(request.body.prefix);
    await admitHolder(prefix, admission);
    const direction = prefix === assertOwn(services, prefix) ? 'back' : 'out';
    getHostedPrefix(services.prefixes, prefix);
    const move = await newMove(services, { ...request.body, prefix, direction, actor: admission.caller });
    return reply.code(201).send(moveJson(await offerMove(database, move)));
  });

  route(app, services, described.pullMove, async (request, reply, admission) => {
    const prefix = parsePrefix(request.body.prefix);
    admission.above(prefix);
    const direction = prefix === assertOwn(services, prefix) ? 'out' : 'back';
    const move = await newMove(services, { ...request.body, prefix, direction, actor: admission.caller });
    const begun = await beginPull(database, move);
    await announce();
    pulls.run(prefix);
    return reply.code(202).send(moveJson(begun));
  });

  route(app, services, described.getMove, async (request, _reply, admission) => {
    admission.scopes();
    return moveJson(await getMove(services, prefixOf(request)));
  });

  route(app, services, described.cancelMove, async (request, _reply, admission) => {
    const prefix = prefixOf(request);
    await admitHolder(prefix, admission);
    const { side } = await getMove(services, prefix);
    const cancelled = await (side === 'source' ? cancelOffer : cancelPull)(database, prefix, admission.caller);
    await announce();
    return moveJson(cancelled);
  });

  sourceRoutes(app, services);
}

/** What the node that takes over asks of the one that gives away. */
function sourceRoutes(app: FastifyInstance, services: Services): void {
  const { database, announce, config, now } = services;

  const governingOf = ({ caller }: Admission) => ({
    ...{ actor: caller, now: new Date(now()), quarantineDays: config.quarantineDays },
  });

  const getOffered = async (request: FastifyRequest, admission: Admission): Promise<Move> => {
    const prefix = prefixOf(request);
    admission.at(prefix);
    const move = await findMove(database, prefix);
    assertPeer(move, admission.caller);
    return move;
  };

  route(app, services, described.getMoveSettings, async (request, _reply, admission) => {
    const { prefix, state } = await getOffered(request, admission);
    return { state, ...(await readSettings(database, prefix)) };
  });

  route(app, services, described.freezeMove, async (request, _reply, admission) => {
    const { prefix } = await getOffered(request, admission);
    return moveJson(await freezeFor(database, prefix, admission.caller));
  });

  route(app, services, described.listMoveDigests, async (request, _reply, admission) => {
    const { prefix } = await getOffered(request, admission);
    const limit = readWhole(request, 'limit', { max: described.MAX_MOVE_DIGESTS }) ?? described.MAX_MOVE_DIGESTS;
    await renewFreeze(database, prefix);
    return {
      digests: await listDigests(database, prefix, { after: readText(request, 'after') ?? '', until: null, limit }),
    };
  });

  route(app, services, described.readMoveRecords, async (request, _reply, admission) => {
    const { prefix } = await getOffered(request, admission);
    await renewFreeze(database, prefix);
    return readVersions(database, prefix, request.body);
  });

  route(app, services, described.getMoveFile, async (request, _reply, admission) => {
    const { prefix } = await getOffered(request, admission);
    const { sha256 = '' } = request.params;
    const hash = Buffer.from(/^[0-9a-f]{64}$/.test(sha256) ? sha256 : '', 'hex');
    const [file] = await findFiles(database, prefix, [hash]);
    const bytes = file === undefined ? null : await readBytes(database, file);
    if (bytes === null) throw new KapokError('FILE_NOT_FOUND', { subject: prefix });
    await renewFreeze(database, prefix);
    return { bytes: bytes.toString('base64') };
  });

  route(app, services, described.finishMove, async (request, _reply, admission) => {
    const { prefix } = await getOffered(request, admission);
    const given = await giveAway(database, prefix, request.body, governingOf(admission));
    await announce();
    return moveJson(given);
  });

  route(app, services, described.releaseMove, async (request, _reply, admission) => {
    const { prefix } = await getOffered(request, admission);
    const done = await release(database, prefix, governingOf(admission));
    await announce();
    return moveJson(done);
  });
}

function prefixOf({ params }: FastifyRequest): Prefix {
  return parsePrefix((params as { prefix?: string }).prefix ?? '');
}

async function getMove({ database }: Services, prefix: Prefix): Promise<Move> {
  const move = await findMove(database, prefix);
  if (move === null) throw new KapokError('MOVE_NOT_FOUND', { subject: prefix });
  return move;
}

/** The node's own prefix. Throws NOT_RESPONSIBLE for one that does not lie at or below it. */
function assertOwn({ config }: Services, prefix: Prefix): Prefix {
  if (config.prefix !== null && isUnder(prefix, config.prefix)) return config.prefix;
  const message = `Prefix ${prefix} does not lie below this node (${config.prefix ?? 'which has no prefix'})`;
  throw new KapokError('NOT_RESPONSIBLE', { message, subject: prefix });
}

/** Asks the other node for its key: all that follows is held to it. */
async function newMove(
  { caller, config, nodeKey }: Services,
  { url, ...move }: Omit<NewMove, 'peer'> & { url: string },
): Promise<NewMove> {
  if (!isSiteUrl(url)) {
    const message = 'url must be http:// or https://, a host and perhaps a port: a node has no path and no password';
    throw new KapokError('BAD_REQUEST', { message, at: 'url' });
  }
  const { origin } = new URL(url);
  const key = await findNodeKey(caller, { url: origin, timeout: config.hopTimeout });
  if (key === null) throw new KapokError('UPSTREAM_INVALID', { message: `Node ${origin} shows no key`, at: 'url' });
  if (key.x === nodeKey.publicKey.x)
    throw new KapokError('BAD_REQUEST', { message: 'url is that of this node itself', at: 'url' });
  return { ...move, peer: { url: origin, key } };
}
