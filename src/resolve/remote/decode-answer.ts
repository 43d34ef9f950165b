import type { ResolveAnswer } from '../../../proto/http/resolve.ts';
import { catalogue, type ErrorCode } from '../../errors/catalogue.ts';
import { KapokError } from '../../errors/kapok-error.ts';
import { foldCase } from '../../identifier/fold.ts';
import { parsePrefix } from '../../identifier/prefix.ts';
import { parseSite } from '../../record/parse-site.ts';
import type { AbsenceReason, Outcome, Withdrawn } from '../outcome.ts';
import { PublicRecord } from '../public-record.ts';

/** The outcome that another node's answer states. Throws its failure, or UPSTREAM_INVALID for what cannot be used. */
export function decodeAnswer(answer: ResolveAnswer, { identifier, url }: { identifier: string; url: string }): Outcome {
  try {
    if (foldCase(answer.handle) !== foldCase(identifier)) throw new KapokError('INVALID_IDENTIFIER');
    return decode(answer, url);
  } catch (error) {
    if (error instanceof KapokError && !error.code.startsWith('INVALID_')) throw error;
    throw new KapokError('UPSTREAM_INVALID', {
      message: `Node ${url} gave an answer that cannot be used`,
      cause: error,
    });
  }
}

function decode(answer: ResolveAnswer, url: string): Outcome {
  const { code, handle, node = url, version = 0, stale, values = [] } = answer;
  const ttl = Math.max(0, Math.trunc(answer.ttl ?? 0));
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

/** The node was reached and could not answer: its own code when we know it and it is about this resolution. */
function failureOf({ code, message, handle }: ResolveAnswer, node: string): KapokError {
  const known = Object.hasOwn(catalogue, code) ? (code as ErrorCode) : 'UPSTREAM_INVALID';
  const passed = known === 'DATABASE_UNAVAILABLE' || known === 'INTERNAL' ? 'UPSTREAM_UNREACHABLE' : known;
  return new KapokError(passed, { message: `Node ${node}: ${message ?? catalogue[passed].text}`, subject: handle });
}

function prefixOf({ prefix }: ResolveAnswer) {
  return parsePrefix(prefix ?? '');
}

function siteOf(values: readonly unknown[]) {
  const value = values.find((item) => (item as { type?: string } | null)?.type === 'HS_SITE');
  return parseSite((value as { data?: { value?: unknown } } | undefined)?.data?.value, 'HS_SITE');
}
