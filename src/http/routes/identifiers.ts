import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import {
  type NewContent,
  type NewIdentifier,
  putIdentifier,
  registerIdentifier,
  restoreIdentifier,
  type WrittenIdentifier,
  withdrawIdentifier,
} from '../../../proto/http/identifiers.ts';
import { baseOf, type Operation } from '../../../proto/http/operation.ts';
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
import type { Admission } from '../admission.ts';
import { readIdempotencyKey, readPrecondition } from '../preconditions.ts';
import { readSuccessor } from '../query-string.ts';
import { pathAfter } from '../resolve-request.ts';
import { route } from '../route.ts';
import type { Services } from '../services.ts';

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
  const { database, counts, now } = services;

  route(app, services, registerIdentifier, async (request, reply, admission) => {
    const naming = readNaming(request.body);
    const registration = await authorizeNaming(services, request, { naming, admission });
    const made = async (tx: Queryable): Promise<Answer> => {
      const { identifier, version } = await register(tx, registration);
      return { status: 201, body: { identifier, version, status: 'active' } };
    };
    if (request.body.validateOnly === true) {
      const { identifier } = (await rehearse(database, made)).body;
      return { valid: true, identifier, ...overrides(services, identifier) };
    }
    const answer = await once(services, request, prefixOf(naming), made);
    counts.registered(prefixOf(naming), now(), reply.elapsedTime);
    return send(reply.header('location', `${baseOf(putIdentifier)}${encodePath(answer.body.identifier)}`), answer);
  });

  route(app, services, putIdentifier, async (request, reply, admission) => {
    const target = authorize(services, request, { described: putIdentifier, admission });
    const values = await readContent(services, request.body);
    return change(services, request, reply, target, async () => replaceAll(values, { overwrite: true }));
  });

  route(app, services, withdrawIdentifier, async (request, reply, admission) => {
    const target = authorize(services, request, { described: withdrawIdentifier, admission });
    const successor = readSuccessor(request);
    return change(services, request, reply, target, async () => withdraw(successor), { present: true });
  });

  route(app, services, restoreIdentifier, async (request, reply, admission) => {
    const target = authorize(services, request, { described: restoreIdentifier, admission });
    const name = { prefix: target.identifier.prefix, suffixKey: target.suffixKey };
    const plan = async (tx: Queryable) => {
      // What restoring has to say of the versions is told to who may write them.
      await target.authority.assertAdmits(await services.records.find(name));
      return restoring(tx, name, request.body?.version);
    };
    return change(services, request, reply, target, plan);
  });
}

/** The pattern that answers for an identifier as long as it has no record of its own. */
function overrides({ computed, prefixes }: Services, text: string): { overrides?: string } {
  const { prefix, suffix } = parseIdentifier(text);
  const suffixCase = prefixes.suffixCase(prefix);
  const match = computed.find({ prefix, suffixKey: suffixKey(suffix, suffixCase) }, suffixCase);
  return match === null ? {} : { overrides: match.record.pattern };
}

type Target = Omit<RecordWrite, 'change'>;

/** The record that a request writes: its caller may write at the prefix, and the prefix is hosted here. */
function authorize(
  { templates, prefixes }: Services,
  request: FastifyRequest,
  { described, admission }: { described: Operation; admission: Admission },
): Target {
  const identifier = parseIdentifier(decodePath(pathAfter(request, baseOf(described))));
  const { prefix, suffix } = identifier;
  assertRegistrable(identifier);
  const { suffixCase } = admission.maybeWritable(prefixes, prefix);
  const [authority, actor] = [admission.authority(prefix), admission.caller.id];
  return { identifier, suffixKey: suffixKey(suffix, suffixCase), actor, templates, authority };
}

async function authorizeNaming(
  services: Services,
  { body }: { body: NewIdentifier },
  { naming, admission }: { naming: Naming; admission: Admission },
): Promise<Registration> {
  const { templates, prefixes, now } = services;
  const { suffixCase } = admission.writable(prefixes, prefixOf(naming));
  const authority = admission.authority(prefixOf(naming));
  const values = await readContent(services, body);
  return { naming, suffixCase, actor: admission.caller.id, now: now(), values, templates, authority };
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
  const { identifier } = target;
  const answer = await once(services, request, identifier.prefix, async (tx): Promise<Answer> => {
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
  if (answer.status === 201) services.counts.registered(identifier.prefix, services.now(), reply.elapsedTime);
  return send(reply, answer);
}

/** Runs a write in a transaction, once for the idempotency key that the request carries, and tells the caches. */
async function once(
  services: Services,
  request: FastifyRequest,
  prefix: Prefix,
  work: (tx: Queryable) => Promise<Answer>,
): Promise<Answer> {
  const key = readIdempotencyKey(request);
  const { method, url, body, headers, admission } = request;
  // Of somebody who logs in anew the key is the same one: a token of the next login must not register twice.
  const actor = admission?.caller.subject ?? admission?.caller.id ?? '';
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
