import type { FastifyInstance, FastifyRequest } from 'fastify';
import * as described from '../../../proto/http/enrolments.ts';
import { MAX_FEED_WAIT } from '../../../proto/http/feed.ts';
import { isNodeKey, subjectOfKey } from '../../access/node-key.ts';
import { findNodeKey } from '../../access/pin-key.ts';
import { KapokError } from '../../errors/kapok-error.ts';
import { findAllotment } from '../../governance/allotments/allotment-table.ts';
import { applyForEnrolment } from '../../governance/enrolment/apply-for-enrolment.ts';
import { challengeEndpoint } from '../../governance/enrolment/challenge-endpoint.ts';
import { decideEnrolment } from '../../governance/enrolment/decide-enrolment.ts';
import { type Enrolment, enrolmentNotFound, findEnrolment } from '../../governance/enrolment/enrolment.ts';
import { assertOwnDelegation, findDelegation, storeDelegation } from '../../governance/enrolment/node-delegation.ts';
import { challengeText, enrolmentText, isSignedBy, signText } from '../../governance/enrolment/statements.ts';
import { findMove } from '../../governance/moves/move.ts';
import { type Prefix, parsePrefix } from '../../identifier/prefix.ts';
import { httpUrlsOf, isSiteUrl, siteOfUrl } from '../../record/site.ts';
import type { Admission } from '../admission.ts';
import { endWaits } from '../end-waits.ts';
import { assertOwn } from '../prefix-place.ts';
import { readText, readWhole } from '../query-string.ts';
import { route } from '../route.ts';
import type { Services } from '../services.ts';

/** Joining a tree 接入: a node shows that it is the one of a key, is accepted by the node above, and keeps its word. */
export function enrolmentRoutes(app: FastifyInstance, services: Services): void {
  applicantRoutes(app, services);
  authorityRoutes(app, services);
}

/** At the node that joins. */
function applicantRoutes(app: FastifyInstance, services: Services): void {
  const { database, config, nodeKey } = services;
  const key = String(nodeKey.publicKey.x);

  // Anybody may ask: what is signed says no more than that this node is there, and only of the prefix that it answers for.
  route(app, services, described.answerChallenge, async (request) => {
    if (request.body.prefix !== config.prefix)
      throw new KapokError('NOT_RESPONSIBLE', { message: `This node does not answer for ${request.body.prefix}` });
    return { key, signature: signText(nodeKey, challengeText(request.body)) };
  });

  route(app, services, described.proveEnrolment, async (request, _reply, admission) => {
    admission.at('');
    const { prefix } = config;
    if (prefix === null) throw new KapokError('NOT_RESPONSIBLE', { message: 'This node has no prefix to ask for' });
    const url = originOf(request.body.url, 'url');
    const { subject: parent } = await askParent(services, request.body.parent);
    return { prefix, url, key, proof: signText(nodeKey, enrolmentText({ parent, prefix, url, key })) };
  });

  route(app, services, described.putDelegation, async (request, _reply, admission) => {
    admission.at('');
    const { origin: parentUrl, key: parentKey } = await askParent(services, request.body.parent);
    const received = { delegation: request.body.delegation, parentUrl, parentKey };
    assertOwnDelegation(received, { prefix: config.prefix, key: nodeKey });
    const held = await storeDelegation(database, received, admission.caller);
    services.standing.start();
    return held;
  });

  route(app, services, described.getDelegation, async (_request, _reply, admission) => {
    admission.scopes();
    const held = await findDelegation(database);
    if (held === null)
      throw new KapokError('ENROLMENT_NOT_FOUND', { message: 'No node above has stated anything of this one' });
    return held;
  });
}

/** At the node above. */
function authorityRoutes(app: FastifyInstance, services: Services): void {
  const { database, config, nodeKey, caller, prefixes, prefixWaiters, now } = services;
  const asking = { caller, parent: nodeKey.subject, timeout: config.hopTimeout };

  const admitHolder = async (prefix: Prefix, admission: Admission) => {
    const allotment = await findAllotment(database, prefix);
    admission.ofHolder(allotment?.organisation ?? null, prefix);
  };

  const show = async ({ id: _, ...enrolment }: Enrolment): Promise<described.Enrolment> => {
    const move = enrolment.state === 'accepted' ? await findMove(database, enrolment.prefix) : null;
    const takeOver = move?.side === 'source' && move.direction === 'out' && move.state === 'offered';
    return { ...enrolment, takeOver };
  };

  route(app, services, described.applyForEnrolment, async (request, reply, admission) => {
    const { key, proof } = request.body;
    const prefix = parsePrefix(request.body.prefix);
    await admitHolder(prefix, admission);
    const url = originOf(request.body.url, 'url');
    const site = siteOfUrl(url, { publicKey: { kty: 'OKP', crv: 'Ed25519', x: key } });
    assertOwn(services, { prefix, site });
    if (!isSignedBy(key, enrolmentText({ parent: nodeKey.subject, prefix, url, key }), proof)) {
      const message = 'proof is not what the node of this key signs for this node, prefix and URL';
      throw new KapokError('BAD_REQUEST', { message, at: 'proof' });
    }
    await challengeEndpoint({ prefix, url, key }, asking);
    const applied = await applyForEnrolment(database, { prefix, site, key }, admission.caller);
    return reply.code(201).send(await show(applied));
  });

  route(app, services, described.getEnrolment, async (request, _reply, admission) => {
    const prefix = prefixOf(request);
    await admitHolder(prefix, admission);
    return show(await getEnrolment(services, prefix));
  });

  const isItsNode = async (prefix: Prefix, subject: string | null) => {
    const enrolment = await findEnrolment(database, prefix);
    const accepted = enrolment?.state === 'accepted' ? enrolment.site.servers : [];
    const servers = [...accepted, ...(prefixes.find(prefix)?.site?.servers ?? [])];
    return servers.some(({ publicKey }) => isNodeKey(publicKey?.value) && subjectOfKey(publicKey.value) === subject);
  };

  // A node that stops must not wait for those who wait for it.
  endWaits(app, () => prefixWaiters.close());

  route(
    app,
    services,
    described.getStanding,
    async (request, reply, admission) => {
      const prefix = prefixOf(request);
      if (await isItsNode(prefix, admission.caller.subject)) admission.decide(true);
      else admission.scopes();
      const wait = readWhole(request, 'wait', { max: MAX_FEED_WAIT }) ?? 0;
      const known = readText(request, 'known');
      const statusNow = () => prefixes.findWithdrawn(prefix)?.status ?? 'active';
      if (known !== undefined) {
        const gone = new AbortController();
        reply.raw.once('close', () => gone.abort());
        await prefixWaiters.wait(() => statusNow() !== known, { milliseconds: wait * 1000, signal: gone.signal });
      }
      return { prefix, status: statusNow() };
    },
    { head: false },
  );

  route(app, services, described.decideEnrolment, async (request, _reply, admission) => {
    const prefix = prefixOf(request);
    admission.above(prefix);
    const of = await getEnrolment(services, prefix);
    const { action } = request.body;
    // What stood there when the node applied may be gone.
    if (action === 'accept' && of.state === 'applied')
      await challengeEndpoint({ prefix, url: httpUrlsOf(of.site)[0] ?? '', key: of.key }, asking);
    const governing = { actor: admission.caller, now: new Date(now()), quarantineDays: config.quarantineDays };
    const decided = await decideEnrolment(database, { ...request.body, of, governing, nodeKey });
    await services.announce();
    return show(decided);
  });
}

async function getEnrolment({ database }: Services, prefix: Prefix): Promise<Enrolment> {
  const found = await findEnrolment(database, prefix);
  if (found === null) throw enrolmentNotFound(prefix);
  return found;
}

function prefixOf({ params }: FastifyRequest): Prefix {
  return parsePrefix((params as { prefix?: string }).prefix ?? '');
}

function originOf(url: string, at: string): string {
  if (isSiteUrl(url)) return new URL(url).origin;
  const message = `${at} must be http:// or https://, a host and perhaps a port: a node has no path and no password`;
  throw new KapokError('BAD_REQUEST', { message, at });
}

/** The node above, by the key that it shows, and has shown to hold. */
async function askParent({ caller, config }: Services, url: string) {
  const origin = originOf(url, 'parent');
  const key = await findNodeKey(caller, { url: origin, timeout: config.hopTimeout });
  if (key === null || !isNodeKey(key))
    throw new KapokError('UPSTREAM_INVALID', { message: `Node ${origin} shows no key`, at: 'parent' });
  return { origin, key, subject: subjectOfKey(key) };
}
