import type { FastifyRequest } from 'fastify';
import { KapokError } from '../errors/kapok-error.ts';
import { findForbiddenCharacter } from '../identifier/characters.ts';
import { parseIdentifier } from '../identifier/identifier.ts';
import type { Selection } from '../record/select.ts';
import { MAX_INDEX, MAX_VALUES } from '../record/value.ts';

type Parameters = Record<string, string | string[] | undefined>;

/** `?auth`, `?auth=true` and `?auth=1` switch on, `?auth=false` off; absent is undefined. */
export function readFlag(request: FastifyRequest, name: string): boolean | undefined {
  const text = (request.query as Parameters)[name];
  if (text === undefined) return undefined;
  if (text === '' || text === 'true' || text === '1') return true;
  if (text === 'false' || text === '0') return false;
  throw new KapokError('BAD_REQUEST', { message: `${name} must be true or false`, at: name });
}

/** For flags that change only the form of the answer: never throws, so that errors can be sent in that form too. */
export function hasFlag(request: FastifyRequest, name: string): boolean {
  const text = formOf(request)[name];
  return text !== undefined && text !== 'false' && text !== '0';
}

/** The parameters that concern the form of the answer. A request whose path cannot be decoded has none (Fastify: null). */
export function formOf(request: FastifyRequest): Parameters {
  return (request.query as Parameters | null) ?? {};
}

/** One text; undefined when absent. */
export function readText(request: FastifyRequest, name: string): string | undefined {
  const text = (request.query as Parameters)[name];
  if (text === undefined) return undefined;
  if (typeof text !== 'string') {
    throw new KapokError('BAD_REQUEST', { message: `${name} is given more than once`, at: name });
  }
  const forbidden = findForbiddenCharacter(text);
  if (forbidden === null) return text;
  throw new KapokError('BAD_REQUEST', { message: `${name} ${forbidden}`, at: name });
}

/** `after`: a number of up to 15 digits, which is `what` the caller has; undefined when absent. */
export function readAfter(request: FastifyRequest, what: string): number | undefined {
  const text = readText(request, 'after');
  if (text === undefined) return undefined;
  if (/^\d{1,15}$/.test(text)) return Number(text);
  throw new KapokError('BAD_REQUEST', { message: `after must be ${what}`, at: 'after' });
}

/** One text that must be there. */
export function getText(request: FastifyRequest, name: string): string {
  const text = readText(request, name);
  if (text === undefined) throw new KapokError('BAD_REQUEST', { message: `${name} is missing`, at: name });
  return text;
}

/** One of these words; undefined when absent. */
export function readWord<const W extends string>(
  request: FastifyRequest,
  name: string,
  words: readonly W[],
): W | undefined {
  const text = readText(request, name);
  const word = words.find((one) => one === text);
  if (text === undefined || word !== undefined) return word;
  throw new KapokError('BAD_REQUEST', { message: `${name} must be one of ${words.join(', ')}`, at: name });
}

// PostgreSQL has no year 0, and no offset of 16 hours.
const MOMENT = /^((?!0000)\d{4}-\d\d-\d\d)T\d\d:\d\d(:\d\d(\.\d{1,9})?)?(Z|[+-](0\d|1[0-5]):\d\d)$/;

/** RFC 3339 with a zone, for a moment without one would mean another in another country; undefined when absent. */
export function readMoment(request: FastifyRequest, name: string): string | undefined {
  const text = readText(request, name);
  if (text === undefined) return undefined;
  // As a text: a Date would cut off the microseconds that the database keeps.
  const [, day = ''] = MOMENT.exec(text) ?? [];
  // 2026-02-30 is no day, though Date would make it March.
  if (new Date(`${day}T00:00:00Z`).toJSON()?.startsWith(day) && !Number.isNaN(Date.parse(text))) return text;
  throw new KapokError('BAD_REQUEST', {
    message: `${name} must be a moment such as 2026-11-23T08:00:00Z; a "+" is escaped as %2B`,
    at: name,
  });
}

/** A whole number from 1; undefined when absent. */
export function readWhole(request: FastifyRequest, name: string, { max }: { max: number }): number | undefined {
  const text = (request.query as Parameters)[name];
  if (text === undefined) return undefined;
  const number = typeof text === 'string' && /^\d{1,16}$/.test(text) ? Number(text) : 0;
  if (number >= 1 && number <= max) return number;
  throw new KapokError('BAD_REQUEST', { message: `${name} must be a whole number from 1 to ${max}`, at: name });
}

export function readSelection(request: FastifyRequest): Selection {
  const { type, index } = request.query as Parameters;
  return { types: listOf(type), indexes: parseIndexes(index) };
}

export function readIndexes(request: FastifyRequest): number[] {
  return parseIndexes((request.query as Parameters).index);
}

function parseIndexes(index: string | string[] | undefined): number[] {
  return listOf(index).map((text) => {
    const number = Number(text);
    if (/^\d+$/.test(text) && number >= 1 && number <= MAX_INDEX) return number;
    throw new KapokError('BAD_REQUEST', {
      message: `index must be a whole number from 1 to ${MAX_INDEX}, not "${text.slice(0, 40)}"`,
      at: 'index',
    });
  });
}

function listOf(parameter: string | string[] | undefined): string[] {
  if (parameter === undefined) return [];
  const list = Array.isArray(parameter) ? parameter : [parameter];
  if (list.length > MAX_VALUES)
    throw new KapokError('BAD_REQUEST', { message: `At most ${MAX_VALUES} types or indexes` });
  return list;
}

/** The identifier that takes the place of one that is withdrawn. */
export function readSuccessor(request: FastifyRequest): string | undefined {
  const { successor } = request.query as Parameters;
  if (successor === undefined) return undefined;
  if (typeof successor !== 'string')
    throw new KapokError('BAD_REQUEST', { message: 'successor must be one identifier', at: 'successor' });
  return parseIdentifier(successor).text;
}
