import { findForbiddenCharacter } from '../identifier/characters.ts';
import { invalid, object, whole } from './checks.ts';
import { parseData, parseReference } from './parse-data.ts';
import { DEFAULT_PERMISSIONS, isPermissions, type Permissions, SECRET_PERMISSIONS } from './permissions.ts';
import { DEFAULT_TTL, MAX_INDEX, MAX_RECORD_BYTES, MAX_TTL, MAX_VALUES, type Value } from './value.ts';

const FIELDS = ['index', 'type', 'data', 'permissions', 'ttl', 'timestamp', 'references'];
const MAX_TYPE_BYTES = 128;

/**
 * The values of a record from JSON of outside: an array, sorted by index. `now` becomes the timestamp of each.
 * Throws INVALID_VALUE whose `at` names the place: `values[2].index`.
 */
export function parseValues(input: unknown, now: Date, at = 'values'): Value[] {
  if (!Array.isArray(input)) throw invalid(at, 'must be an array of values');
  if (input.length > MAX_VALUES) throw invalid(at, `holds ${input.length} values; at most ${MAX_VALUES}`);
  const timestamp = wholeSeconds(now);
  const seen = new Map<number, number>();
  const values = input.map((item, i) => {
    const value = parseValue(item, timestamp, `${at}[${i}]`);
    const earlier = seen.get(value.index);
    if (earlier !== undefined)
      throw invalid(`${at}[${i}].index`, `${value.index} is also the index of ${at}[${earlier}]`);
    seen.set(value.index, i);
    return value;
  });
  return values.sort((a, b) => a.index - b.index);
}

export function assertRecordFits(serialised: string, at = 'values'): void {
  const bytes = Buffer.byteLength(serialised);
  if (bytes > MAX_RECORD_BYTES) throw invalid(at, `take ${bytes} bytes; a record holds at most ${MAX_RECORD_BYTES}`);
}

function parseValue(input: unknown, timestamp: string, at: string): Value {
  const item = object(input, at, FIELDS);
  const index = whole(item.index, `${at}.index`, { min: 1, max: MAX_INDEX });
  const type = parseType(item.type, `${at}.type`);
  const permissions = parsePermissions(item.permissions, type, `${at}.permissions`);
  const ttl = item.ttl === undefined ? DEFAULT_TTL : parseTtl(item.ttl, `${at}.ttl`);
  const data = parseData(item.data, `${at}.data`);
  const references = item.references === undefined ? [] : parseReferences(item.references, `${at}.references`);
  return {
    index,
    type,
    data,
    ...(permissions === DEFAULT_PERMISSIONS ? {} : { permissions }),
    ttl,
    timestamp,
    ...(references.length === 0 ? {} : { references }),
  };
}

function parseType(input: unknown, at: string): string {
  if (typeof input !== 'string' || input === '') throw invalid(at, 'must be a text that is not empty');
  if (Buffer.byteLength(input) > MAX_TYPE_BYTES) throw invalid(at, `is over ${MAX_TYPE_BYTES} bytes`);
  const forbidden = findForbiddenCharacter(input);
  if (forbidden !== null) throw invalid(at, forbidden);
  return input;
}

function parsePermissions(input: unknown, type: string, at: string): Permissions {
  const secret = type.toUpperCase() === 'HS_SECKEY';
  if (input === undefined) return secret ? SECRET_PERMISSIONS : DEFAULT_PERMISSIONS;
  if (!isPermissions(input))
    throw invalid(at, 'must be four digits, each 0 or 1: admin read, admin write, public read, public write');
  if (secret && (input[2] === '1' || input[3] === '1')) throw invalid(at, 'must not make a secret key public');
  return input;
}

function parseTtl(input: unknown, at: string): number | string {
  if (typeof input === 'number' && Number.isInteger(input) && input >= 0 && input <= MAX_TTL) return input;
  if (typeof input === 'string' && /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/.test(input)) {
    const moment = new Date(input);
    // A day that its month does not have, such as the 30th of February, would silently become another one.
    const exists = !Number.isNaN(moment.getTime()) && moment.toISOString().slice(0, 10) === input.slice(0, 10);
    if (exists) return wholeSeconds(moment);
  }
  throw invalid(at, `must be whole seconds from 0 to ${MAX_TTL}, or a moment such as "2030-01-01T00:00:00Z"`);
}

function parseReferences(input: unknown, at: string) {
  if (!Array.isArray(input)) throw invalid(at, 'must be an array');
  return input.map((item, i) => parseReference(item, `${at}[${i}]`));
}

function wholeSeconds(moment: Date): string {
  return `${moment.toISOString().slice(0, 19)}Z`;
}
