import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import * as described from '../../../proto/http/iiidap.ts';
import { baseOf } from '../../../proto/http/operation.ts';
import { KapokError } from '../../errors/kapok-error.ts';
import { findByName, findByPrefix, findByStart } from '../../governance/look-up/recorded-prefixes.ts';
import { findForbiddenCharacter } from '../../identifier/characters.ts';
import { decodePath } from '../../identifier/percent-encoding.ts';
import { parsePrefix } from '../../identifier/prefix.ts';
import { pathAfter } from '../resolve-request.ts';
import { route } from '../route.ts';
import type { Services } from '../services.ts';

const MOST = 100;
const MAX_NAME = 255;

const PRIVACY = {
  title: 'Privacy',
  description: [
    'Only the identifier, the name, the type and the introduction of a node are public; all else is left out.',
  ],
};
const MORE = { title: 'Truncated', description: [`There is more than the ${MOST} that are shown.`] };
const HELP = {
  title: 'Help',
  description: [
    'GET /iiidap/identifier/{prefix}: what is on record of a prefix, such as 88.102.5',
    'GET /iiidap/name/{name}: what is on record under exactly this name',
    `GET /iiidap/names?name=exam*: up to ${MOST} records whose names begin so; "*" stands at the end alone`,
    'Names are compared in NFKC, without regard to case.',
  ],
};
const NAMESAKES = {
  title: 'Several',
  description: ['There are several records under this name; /iiidap/names?name= lists them.'],
};

/** 备案查询: what everybody may know of who holds a prefix, in the manner of RDAP. */
export function iiidapRoutes(app: FastifyInstance, services: Services): void {
  const { database } = services;

  route(app, services, described.findRecordedPrefix, async (request, reply) => {
    const text = decodePath(pathAfter(request, baseOf(described.findRecordedPrefix)));
    if (text.length < 2 || text.length > 255) throw wrong('identifier must have 2 to 255 characters', 'identifier');
    const prefix = parsePrefix(text);
    const found = await findByPrefix(database, prefix);
    if (found === null) throw notOnRecord(`Prefix ${prefix} is not on record here`);
    return send(reply, [PRIVACY], found);
  });

  route(app, services, described.findRecordedName, async (request, reply) => {
    const name = checkName(decodePath(pathAfter(request, baseOf(described.findRecordedName))));
    const [first, second] = await findByName(database, name, 2);
    if (first === undefined) throw notOnRecord('Nobody is on record under this name');
    return send(reply, second === undefined ? [PRIVACY] : [PRIVACY, NAMESAKES], first);
  });

  route(app, services, described.searchRecordedNames, async (request, reply) => {
    const name = checkName(queriedName(request));
    const start = name.endsWith('*') ? name.slice(0, -1) : null;
    if (start === '' || (start ?? name).includes('*')) {
      const message = 'name may have one "*", at the end, behind what names begin with';
      throw new KapokError('LOOK_UP_UNSUPPORTED', { message, at: 'name' });
    }
    const found =
      start === null ? await findByName(database, name, MOST + 1) : await findByStart(database, start, MOST + 1);
    const notices = found.length > MOST ? [PRIVACY, MORE] : [PRIVACY];
    return send(reply, notices, { NodeSearchResults: found.slice(0, MOST) });
  });

  route(app, services, described.getRecordHelp, async (_request, reply) => send(reply, [HELP, PRIVACY], {}));
}

function send(reply: FastifyReply, notices: readonly object[], body: object): FastifyReply {
  const head = { iiidapConformance: described.IIIDAP_CONFORMANCE, lang: 'en', notices };
  return reply.type(described.IIIDAP_MEDIA_TYPE).send(JSON.stringify({ ...head, ...body }));
}

/** The parameter as it was sent: the framework's reader would let bytes pass that are no UTF-8. */
function queriedName({ raw }: FastifyRequest): string {
  const [, query = ''] = /\?([^#]*)/.exec(raw.url ?? '') ?? [];
  const given = query.split('&').filter((part) => /^name(=|$)/.test(part));
  const [one] = given;
  if (one === undefined || given.length > 1) throw wrong('name must be given, and once', 'name');
  try {
    return decodeURIComponent(one.slice('name='.length).replaceAll('+', ' '));
  } catch (cause) {
    throw new KapokError('BAD_REQUEST', { message: 'name is no UTF-8', at: 'name', cause });
  }
}

function checkName(name: string): string {
  if (name.trim() === '' || name.length > MAX_NAME) throw wrong(`name must have 1 to ${MAX_NAME} characters`, 'name');
  const forbidden = findForbiddenCharacter(name);
  if (forbidden !== null) throw wrong(`name ${forbidden}`, 'name');
  return name;
}

function wrong(message: string, at: string): KapokError {
  return new KapokError('BAD_REQUEST', { message, at });
}

function notOnRecord(message: string): KapokError {
  return new KapokError('FILING_NOT_FOUND', { message });
}
