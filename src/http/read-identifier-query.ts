import type { FastifyRequest } from 'fastify';
import { keyOfCaller } from '../access/administration.ts';
import { may } from '../access/may.ts';
import { KapokError } from '../errors/kapok-error.ts';
import { parseIdentifier, type SuffixCase, suffixKey } from '../identifier/identifier.ts';
import { type Prefix, parsePrefix } from '../identifier/prefix.ts';
import { MAX_INDEX } from '../record/value.ts';
import type { IdentifierQuery } from '../registry/query-identifiers.ts';
import type { RecordConditions } from '../registry/record-conditions.ts';
import type { RecordName } from '../registry/record-reader.ts';
import type { Admission } from './admission.ts';
import { getText, readFlag, readMoment, readText, readWhole, readWord } from './query-string.ts';
import type { Services } from './services.ts';

/** Which identifiers a query or an export is about, for a caller who may list them. */
export function readIdentifierQuery(
  { prefixes }: Services,
  request: FastifyRequest,
  admission: Admission,
): IdentifierQuery {
  const one = readText(request, 'identifier');
  const identifier = one === undefined ? null : parseIdentifier(one);
  const given = readText(request, 'prefix');
  const prefix =
    given === undefined && identifier !== null ? identifier.prefix : parsePrefix(getText(request, 'prefix'));
  admission.at(prefix);
  const subtree = readFlag(request, 'subtree') ?? false;
  if (identifier !== null && (subtree || identifier.prefix !== prefix))
    throw refused('identifier', 'identifier must lie below prefix itself, and excludes subtree');
  const suffixStart = readText(request, 'suffix') ?? null;
  if (suffixStart !== null && subtree) throw refused('suffix', 'suffix and subtree exclude each other');
  const suffixCase = storedCase(prefixes, prefix);
  return {
    prefix,
    subtree,
    status: readWord(request, 'status', ['active', 'tombstone']) ?? null,
    suffixStart: suffixStart === null ? null : suffixKey(suffixStart, suffixCase),
    suffixKey: identifier === null ? null : suffixKey(identifier.suffix, suffixCase),
    since: readMoment(request, 'since') ?? null,
    until: readMoment(request, 'until') ?? null,
    said: readConditions(request),
    askedByKey: keyOfCaller(admission.caller) !== null,
    oversees: may(admission.caller, 'audit.read', prefix),
  };
}

function readConditions(request: FastifyRequest): RecordConditions {
  const type = readText(request, 'type') ?? null;
  const value = readText(request, 'value') ?? null;
  const index = readWhole(request, 'index', { max: MAX_INDEX }) ?? null;
  if (index !== null && type === null && value === null) throw refused('index', 'index needs type or value beside it');
  return {
    template: readText(request, 'template') ?? null,
    owner: readText(request, 'owner') ?? null,
    type,
    value,
    index,
  };
}

/** `after` is the identifier that `next` named. */
export function readAfter({ prefixes }: Services, request: FastifyRequest): RecordName | null {
  const text = readText(request, 'after');
  if (text === undefined) return null;
  const { prefix, suffix } = parseIdentifier(text);
  return { prefix, suffixKey: suffixKey(suffix, storedCase(prefixes, prefix)) };
}

/** How the keys were made, also where the prefix has been delegated since. */
function storedCase(prefixes: Services['prefixes'], prefix: Prefix): SuffixCase {
  return prefixes.find(prefix)?.suffixCase ?? 'insensitive';
}

function refused(at: string, message: string): KapokError {
  return new KapokError('BAD_REQUEST', { message, at });
}
