import { Value } from 'typebox/value';
import { FILING_FORMS, type FilingData, type FilingKind, type NodeFiling } from '../../../proto/http/filing-data.ts';
import { KapokError } from '../../errors/kapok-error.ts';
import { findForbiddenCharacter } from '../../identifier/characters.ts';
import { parsePrefix, whyInvalidPrefix } from '../../identifier/prefix.ts';
import { parseKey } from '../../record/parse-key.ts';
import { isSiteAddress } from '../../record/parse-site.ts';

/** A filing holds what a person can read on a page or two. */
const MAX_SIZE = 32 * 1024;

/**
 * What a filing becomes when some of its fields are replaced, or taken away by null. Throws BAD_REQUEST that names the field
 * which its kind does not have, or which does not hold what it should. Fields that are not there yet are no fault.
 */
export function changeFiling(kind: FilingKind, before: FilingData, patch: Record<string, unknown>): FilingData {
  const { properties } = FILING_FORMS[kind];
  for (const [field, value] of Object.entries(patch)) {
    const form = Object.hasOwn(properties, field) ? properties[field as keyof typeof properties] : undefined;
    if (form === undefined)
      throw wrong(`data.${field}`, `is no field of this filing; it has ${Object.keys(properties).join(', ')}`);
    if (value === null) continue;
    const [fault] = Value.Errors(form, value);
    if (fault !== undefined) throw wrong(placeOf(`data.${field}`, fault.instancePath), fault.message);
    assertTexts(value, `data.${field}`);
  }
  const fields = Object.entries({ ...before, ...patch }).filter(([, value]) => value !== null);
  const data: FilingData = Object.fromEntries(fields);
  if (Buffer.byteLength(JSON.stringify(data)) > MAX_SIZE) throw wrong('data', `is over ${MAX_SIZE} bytes`);
  return kind === 'node' ? checkNode(data) : data;
}

function checkNode(data: Partial<NodeFiling>): Partial<NodeFiling> {
  const { prefix, endpoints = [], publicKey } = data;
  const reason = prefix === undefined ? null : whyInvalidPrefix(prefix);
  if (reason !== null) throw wrong('data.prefix', reason);
  for (const [i, { address }] of endpoints.entries()) {
    if (!isSiteAddress(address)) throw wrong(`data.endpoints[${i}].address`, 'must be an IP address or a host name');
  }
  if (publicKey !== undefined) parseKey(publicKey, 'data.publicKey');
  return prefix === undefined ? data : { ...data, prefix: parsePrefix(prefix) };
}

/** Texts are lines for people: a line that hides something, or that no database holds, is refused. */
function assertTexts(value: unknown, at: string): void {
  if (typeof value === 'string') {
    const forbidden = findForbiddenCharacter(value.replaceAll('\n', ' '));
    if (forbidden !== null) throw wrong(at, forbidden);
    if (value.trim() === '') throw wrong(at, 'is blank');
  } else if (Array.isArray(value)) {
    for (const [i, item] of value.entries()) assertTexts(item, `${at}[${i}]`);
  } else if (typeof value === 'object' && value !== null) {
    for (const [name, member] of Object.entries(value)) assertTexts(member, `${at}.${name}`);
  }
}

/** `/0/address` below a field. */
function placeOf(field: string, pointer: string): string {
  return field + pointer.replace(/\/(\d+)(?=\/|$)/g, '[$1]').replaceAll('/', '.');
}

function wrong(at: string, reason: string): KapokError {
  return new KapokError('BAD_REQUEST', { message: `${at} ${reason}`, at });
}
