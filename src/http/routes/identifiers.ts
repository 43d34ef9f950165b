import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { NewContent, NewIdentifier, Restore, type WrittenIdentifier } from '../../../proto/http/identifiers.ts';
import type { Queryable } from '../../database/database.ts';
import { isRetryable } from '../../database/errors.ts';
import { KapokError } from '../../errors/kapok-error.ts';
import { assertRegistrable, parseIdentifier, suffixKey } from '../../identifier/identifier.ts';
import { decodePath, encodePath } from '../../identifier/percent-encoding.ts';
import { type Prefix, parsePrefix } from '../../identifier/prefix.ts';
import { parseValues } from '../../record/parse-value.ts';
import type { Value } from '../../record/value.ts';
import { isPresent, replaceAll, withdraw } from '../../registry/change-values.ts';
import { TemplateFiller } from '../../registry/fill-template.ts';
import { answerOnce } from '../../registry/idempotency.ts';
import { DEFAULT_PATTERN, parsePattern } from '../../registry/mint/pattern.ts';
import { expecting } from '../../registry/precondition.ts';
import { type Naming, type Registration, register, rehearse } from '../../registry/register.ts';
import { restoring } from '../../registry/restore.ts';
import type { StoredRecord } from '../../registry/stored-record.ts';
import { type RecordWrite, writeRecordIn } from '../../registry/write-record.ts';
import { getRequestCaller, getWritablePrefix } from '../caller.ts';
import { readIdempotencyKey, readPrecondition } from '../preconditions.ts';
import { readSuccessor } from '../query-string.ts';
import { pathAfter } from '../resolve-request.ts';
import type { Services } from '../services.ts';

const BASE = '/api/v1/identifiers/';
const RESTORE = '/api/v1/restore/';
const TRIES = 3;

interface Answer {
  readonly status: 200 | 201;
  readonly body: WrittenIdentifier;
}

/**
 * Registration 注册: make, replace, withdraw and restore records, under preconditions, and once for each idempotency key.
 * Reading them is `history.ts`.
 */
export function identifierRoutes(app: FastifyInstance, services: Services): void {
  const { database } = services;

  app.post<{ Body: NewIdentifier }>(
    '/api/v1/identifiers',
    { schema: { body: NewIdentifier } },
    async (request, reply) => {
      const naming = readNaming(request.body);
      const registration = await authorizeNaming(services, request, naming);
      const made = async (tx: Queryable): Promise<Answer> => {
        const { identifier, version } = await register(tx, registration);
        return { status: 201, body: { identifier, version, status: 'active' } };
      };
      if (request.body.validateOnly === true) {
        const { identifier } = (await rehearse(database, made)).body;
        return { valid: true, identifier };
      }
      const { actor } = registration;
      const answer = await once(services, request, { prefix: prefixOf(naming), actor }, made);
      return send(reply.header('location', `${BASE}${encodePath(answer.body.identifier)}`), answer);
    },
  );

  app.put<{ Body: NewContent }>(`${BASE}*`, { schema: { body: NewContent } }, async (request, reply) => {
    const target = await authorize(services, request, BASE);
    const values = await readContent(services, request.body);
    return change(services, request, reply, target, async () => replaceAll(values, { overwrite: true }));
  });

  app.delete(`${BASE}*`, async (request, reply) => {
    const target = await authorize(services, request, BASE);
    const successor = readSuccessor(request);
    return change(services, request, reply, target, async () => withdraw(successor), { present: true });
  });

  app.post<{ Body: Restore }>(`${RESTORE}*`, { schema: { body: Restore } }, async (request, reply) => {
    const target = await authorize(services, request, RESTORE);
    const name = { prefix: target.identifier.prefix, suffixKey: target.suffixKey };
    return change(services, request, reply, target, (tx) => restoring(tx, name, request.body?.version));
  });
}

type Target = Omit<RecordWrite, 'change'>;

async function authorize(services: Services, request: FastifyRequest, base: string): Promise<Target> {
  const identifier = parseIdentifier(decodePath(pathAfter(request, base)));
  assertRegistrable(identifier);
  const { suffixCase, actor } = await authorizePrefix(services, request, identifier.prefix);
  const { templates } = services;
  return { identifier, suffixKey: suffixKey(identifier.suffix, suffixCase), actor, templates };
}

async function authorizeNaming(
  services: Services,
  request: FastifyRequest<{ Body: NewIdentifier }>,
  naming: Naming,
): Promise<Registration> {
  const { suffixCase, actor } = await authorizePrefix(services, request, prefixOf(naming));
  const { templates } = services;
  const values = await readContent(services, request.body);
  return { naming, suffixCase, actor, now: services.now(), values, templates };
}

/** Values as they are, and those that the data of a template stand for. */
async function readContent(services: Services, { values, template, data }: NewContent): Promise<Value[]> {
  if (template === undefined && data !== undefined)
    throw ambiguous('data needs the template whose items it names', 'template');
  if (template === undefined && values === undefined)
    throw ambiguous('values are missing, or a template and data', 'values');
  const filled =
    template === undefined ? [] : await new TemplateFiller(services.database).fill({ template, data: data ?? {} });
  return parseValues([...(values ?? []), ...filled], new Date(services.now()));
}

/** The caller covers the prefix, and the prefix is hosted here. */
async function authorizePrefix(services: Services, request: FastifyRequest, prefix: Prefix) {
  const caller = await getRequestCaller(services, request);
  const { suffixCase } = getWritablePrefix(services, caller, prefix);
  return { suffixCase, actor: caller.id };
}

type Plan = (tx: Queryable) => Promise<RecordWrite['change']>;

async function change(
  services: Services,
  request: FastifyRequest,
  reply: FastifyReply,
  target: Target,
  plan: Plan,
  { present = false } = {},
) {
  const precondition = readPrecondition(request);
  const { identifier, actor } = target;
  const answer = await once(services, request, { prefix: identifier.prefix, actor }, async (tx): Promise<Answer> => {
    const next = expecting(precondition, await plan(tx));
    // What is not there is 404 whatever the precondition says (RFC 9110 §13.2.1).
    const change = (current: StoredRecord | null) => {
      if (present && !isPresent(current)) throw new KapokError('NOT_FOUND');
      return next(current);
    };
    const { version, previous, stored } = await writeRecordIn(tx, { ...target, change });
    const handle = previous?.handle ?? identifier.text;
    if (stored.values === null) {
      const { successor } = stored;
      const named = successor === undefined ? {} : { successor };
      return { status: 200, body: { identifier: handle, version, status: 'tombstone', ...named } };
    }
    return { status: isPresent(previous) ? 200 : 201, body: { identifier: handle, version, status: 'active' } };
  });
  return send(reply, answer);
}

/** Runs a write in a transaction, once for the idempotency key that the request carries, and tells the caches. */
async function once(
  services: Services,
  request: FastifyRequest,
  { prefix, actor }: { prefix: Prefix; actor: string },
  work: (tx: Queryable) => Promise<Answer>,
): Promise<Answer> {
  const key = readIdempotencyKey(request);
  const { method, url, body, headers } = request;
  const said = JSON.stringify([
    method,
    url,
    body ?? null,
    headers['if-match'] ?? null,
    headers['if-none-match'] ?? null,
  ]);
  for (let attempt = 1; ; attempt++) {
    try {
      const answer = await services.database.transaction((tx) =>
        key === null ? work(tx) : answerOnce(tx, { prefix, actor, key, request: said }, () => work(tx)),
      );
      await services.announce();
      return answer;
    } catch (error) {
      // Two transactions that waited for each other: nothing of this one is in.
      if (attempt === TRIES || !isRetryable(error)) throw error;
    }
  }
}

function send(reply: FastifyReply, { status, body }: Answer): FastifyReply {
  return reply.code(status).header('etag', `"${body.version}"`).send(body);
}

function readNaming({ identifier, prefix, pattern }: NewIdentifier): Naming {
  if (identifier !== undefined) {
    if (prefix !== undefined || pattern !== undefined)
      throw ambiguous('identifier excludes prefix and pattern', 'identifier');
    const parsed = parseIdentifier(identifier);
    assertRegistrable(parsed);
    return { identifier: parsed };
  }
  if (prefix === undefined) throw ambiguous('identifier is missing, or prefix to mint a suffix below it', 'identifier');
  return { prefix: parsePrefix(prefix), pattern: parsePattern(pattern ?? DEFAULT_PATTERN) };
}

function prefixOf(naming: Naming): Prefix {
  return 'identifier' in naming ? naming.identifier.prefix : naming.prefix;
}

function ambiguous(message: string, at: string): KapokError {
  return new KapokError('BAD_REQUEST', { message, at });
}
