import type { ResolveAnswer } from '../../../proto/http/resolve.ts';
import { catalogue, type ErrorCode } from '../../errors/catalogue.ts';
import { KapokError } from '../../errors/kapok-error.ts';
import { foldCase } from '../../identifier/fold.ts';
import { parsePrefix } from '../../identifier/prefix.ts';
import { parseSite } from '../../record/parse-site.ts';
import { MAX_VALUES, type Value } from '../../record/value.ts';
import type { AbsenceReason, Outcome, Withdrawn } from '../outcome.ts';
import { PublicRecord } from '../public-record.ts';

/** The outcome that another node's answer states. Throws its failure, or UPSTREAM_INVALID for what cannot be used. */
export function decodeAnswer(answer: ResolveAnswer, { identifier, url }: { identifier: string; url: string }): Outcome {
  try {
    if (foldCase(answer.handle) !== foldCase(identifier)) {
      throw new KapokError('INVALID_IDENTIFIER', { message: `It answered for ${answer.handle.slice(0, 255)}` });
    }
    assertShape(answer);
    return decode(answer, url);
  } catch (error) {
    if (error instanceof KapokError && !error.code.startsWith('INVALID_')) throw error;
    const reason = error instanceof KapokError ? `: ${error.message}` : '';
    throw new KapokError('UPSTREAM_INVALID', {
      message: `Node ${url} gave an answer that cannot be used${reason}`,
      subject: identifier,
      cause: error,
    });
  }
}

function decode(answer: ResolveAnswer, url: string): Outcome {
  const { code, handle, node = url, version = 0, ttl = 0, stale, values = [] } = answer;
  const known = { ttl, source: 'remote', path: [node], own: false, ...(stale === undefined ? {} : { stale }) } as const;
  switch (code) {
    case 'FOUND':
      return { kind: 'found', record: new PublicRecord({ handle, version, json: JSON.stringify(values) }), ...known };
    case 'REFERRAL':
      return { kind: 'referral', prefix: prefixOf(answer), site: siteOf(values), ...known };
    case 'NOT_FOUND': {
      const reason: AbsenceReason = answer.reason === 'prefix-not-allotted' ? answer.reason : 'suffix-not-registered';
      return { kind: 'absent', reason, prefix: prefixOf(answer), ...known };
    }
    case 'TOMBSTONE':
    case 'PREFIX_SUSPENDED':
    case 'PREFIX_REVOKED': {
      const successor = answer.successor ?? null;
      return { kind: 'withdrawn', reason: WITHDRAWALS[code], prefix: prefixOf(answer), version, successor, ...known };
    }
    default:
      throw failureOf(answer, node);
  }
}

const WITHDRAWALS = {
  TOMBSTONE: 'tombstone',
  PREFIX_SUSPENDED: 'suspended',
  PREFIX_REVOKED: 'revoked',
} as const satisfies Record<string, Withdrawn['reason']>;

/** Failures of a node that are ours too: they are about this resolution, not about our call of that node. */
const PASSED: readonly ErrorCode[] = [
  ...(['NOT_RESPONSIBLE', 'LOOP', 'TOO_MANY_HOPS'] as const),
  ...(['UPSTREAM_UNREACHABLE', 'UPSTREAM_TIMEOUT', 'UPSTREAM_INVALID'] as const),
];
/** Failures of a node that is there and cannot work at the moment. */
const AWAY: readonly ErrorCode[] = ['DATABASE_UNAVAILABLE', 'INTERNAL', 'RATE_LIMITED'];

function failureOf({ code, message, handle }: ResolveAnswer, node: string): KapokError {
  const away = AWAY.some((known) => known === code);
  const passed = away ? 'UPSTREAM_UNREACHABLE' : (PASSED.find((known) => known === code) ?? 'UPSTREAM_INVALID');
  return new KapokError(passed, { message: `Node ${node}: ${message ?? catalogue[passed].text}`, subject: handle });
}

/** Whatever is passed on, cached or compared must be what it says it is: the bytes came from another node. */
function assertShape({ node, version, ttl, stale, successor, message, values }: ResolveAnswer): void {
  const problem =
    [node, successor, message].some((text) => text !== undefined && typeof text !== 'string') ||
    [version, stale, ttl].some((number) => number !== undefined && !(Number.isSafeInteger(number) && number >= 0)) ||
    (values !== undefined && !(Array.isArray(values) && values.length <= MAX_VALUES && values.every(isValue)));
  if (problem) throw new KapokError('INVALID_VALUE', { message: 'A member of it has another form than it should' });
}

function isValue(value: unknown): boolean {
  const { index, type, data } = (value ?? {}) as Partial<Value>;
  return Number.isSafeInteger(index) && typeof type === 'string' && typeof data?.format === 'string';
}

function prefixOf({ prefix }: ResolveAnswer) {
  return parsePrefix(prefix ?? '');
}

function siteOf(values: readonly unknown[]) {
  const value = values.find((item) => (item as { type?: string } | null)?.type === 'HS_SITE');
  return parseSite((value as { data?: { value?: unknown } } | undefined)?.data?.value, 'HS_SITE');
}
