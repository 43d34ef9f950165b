import { findForbiddenCharacter } from '../identifier/characters.ts';
import { whyInvalidIdentifier } from '../identifier/identifier.ts';
import { invalid, object, text, whole } from './checks.ts';
import { parseKey } from './parse-key.ts';
import { parseSite } from './parse-site.ts';
import { type Admin, MAX_INDEX, type Reference, type ValueData } from './value.ts';

type Parser = (value: unknown, at: string) => ValueData;

/** One parser a value format of Handle's JSON. */
const parsers: Record<ValueData['format'], Parser> = {
  string: (value, at) => ({ format: 'string', value: text(value, at) }),
  base64: (value, at) => ({ format: 'base64', value: parseBase64(value, at) }),
  hex: (value, at) => ({ format: 'hex', value: parseHex(value, at) }),
  admin: (value, at) => ({ format: 'admin', value: parseAdmin(value, at) }),
  vlist: (value, at) => ({ format: 'vlist', value: parseList(value, at) }),
  site: (value, at) => ({ format: 'site', value: parseSite(value, at) }),
  key: (value, at) => ({ format: 'key', value: parseKey(value, at) }),
};

/** The data of a value; a bare text stands for the format "string". */
export function parseData(input: unknown, at: string): ValueData {
  if (typeof input === 'string') return { format: 'string', value: text(input, at) };
  const data = object(input, at, ['format', 'value']);
  const { format } = data;
  if (typeof format !== 'string' || !Object.hasOwn(parsers, format)) {
    throw invalid(`${at}.format`, `must be one of ${Object.keys(parsers).join(', ')}`);
  }
  return parsers[format as ValueData['format']](data.value, `${at}.value`);
}

export function parseReference(input: unknown, at: string): Reference {
  const item = object(input, at, ['handle', 'index']);
  return { handle: parseHandle(item.handle, `${at}.handle`), index: referenceIndex(item.index, `${at}.index`) };
}

function parseBase64(value: unknown, at: string): string {
  if (typeof value !== 'string' || !/^[A-Za-z0-9+/]*={0,2}$/.test(value) || value.length % 4 !== 0) {
    throw invalid(at, 'is not base64');
  }
  return value;
}

function parseHex(value: unknown, at: string): string {
  if (typeof value !== 'string' || !/^([0-9A-Fa-f]{2})*$/.test(value)) throw invalid(at, 'is not hexadecimal');
  return value;
}

function parseAdmin(value: unknown, at: string): Admin {
  const item = object(value, at, ['handle', 'index', 'permissions']);
  const { permissions } = item;
  if (typeof permissions !== 'string' || !/^[01]{12,13}$/.test(permissions)) {
    throw invalid(`${at}.permissions`, 'must be 12 or 13 digits, each 0 or 1');
  }
  const handle = parseHandle(item.handle, `${at}.handle`);
  return { handle, index: referenceIndex(item.index, `${at}.index`), permissions };
}

function parseList(value: unknown, at: string): Reference[] {
  if (!Array.isArray(value)) throw invalid(at, 'must be an array');
  return value.map((item, i) => parseReference(item, `${at}[${i}]`));
}

function parseHandle(value: unknown, at: string): string {
  if (typeof value !== 'string') throw invalid(at, 'must be an identifier');
  const reason = whyInvalidIdentifier(value) ?? findForbiddenCharacter(value);
  if (reason !== null) throw invalid(at, reason);
  return value;
}

/** A reference may name index 0: any value of that record (RFC 3651 §3.2.1). */
function referenceIndex(value: unknown, at: string): number {
  return whole(value, at, { min: 0, max: MAX_INDEX });
}
