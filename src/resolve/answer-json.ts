import type { ResolveAnswer } from '../../proto/http/resolve.ts';
import { catalogue, type ErrorCode } from '../errors/catalogue.ts';
import type { KapokError } from '../errors/kapok-error.ts';
import type { AbsenceReason, Absent, Outcome, Withdrawn } from './outcome.ts';
import { referralValues } from './prefix-record.ts';

/** The code under which a withdrawal is known. */
export const WITHDRAWN_CODES = {
  tombstone: 'TOMBSTONE',
  suspended: 'PREFIX_SUSPENDED',
  revoked: 'PREFIX_REVOKED',
} as const satisfies Record<Withdrawn['reason'], ErrorCode>;

/** The node that gave the answer. */
export function responsibleNode({ path }: Outcome): string {
  return path.at(-1) ?? '';
}

/** What a person reads about an outcome that is no record. */
export function messageOf(outcome: Absent | Withdrawn): string {
  const { prefix } = outcome;
  const node = responsibleNode(outcome);
  if (outcome.kind === 'absent') return ABSENCES[outcome.reason](prefix, node);
  const { text } = catalogue[WITHDRAWN_CODES[outcome.reason]];
  if (outcome.reason !== 'tombstone') return `${text}: ${prefix}, by node ${node}`;
  return outcome.successor === null ? text : `${text}; its successor is ${outcome.successor}`;
}

const ABSENCES: Record<AbsenceReason, (prefix: string, node: string) => string> = {
  'suffix-not-registered': (prefix, node) => `Prefix ${prefix} is served by node ${node}, which has no such suffix`,
  'prefix-not-allotted': (prefix, node) => `Node ${node} has not allotted the prefix ${prefix}`,
};

/** An outcome as one answer of `POST /api/resolve`, without its values: `values` is their JSON text. */
export function answerHead(
  handle: string,
  outcome: Outcome,
  now: Date,
): { head: ResolveAnswer; values: string | null } {
  const { stale } = outcome;
  const known = {
    ttl: Math.ceil(outcome.ttl),
    node: responsibleNode(outcome),
    ...(stale === undefined ? {} : { stale }),
  };
  switch (outcome.kind) {
    case 'found': {
      const { json, version } = outcome.record;
      return {
        head: { responseCode: json === '[]' ? 200 : 1, handle, code: 'FOUND', version, ...known },
        values: json,
      };
    }
    case 'referral': {
      const head = { responseCode: 303, handle, code: 'REFERRAL', prefix: outcome.prefix, ...known };
      return { head, values: JSON.stringify(referralValues(outcome, now)) };
    }
    case 'absent': {
      const { prefix, reason } = outcome;
      const message = messageOf(outcome);
      return {
        head: { responseCode: 100, handle, code: 'NOT_FOUND', message, prefix, reason, ...known },
        values: null,
      };
    }
    case 'withdrawn': {
      const code = WITHDRAWN_CODES[outcome.reason];
      const { prefix, version, successor } = outcome;
      const extra = successor === null ? {} : { successor };
      const message = messageOf(outcome);
      const head = { responseCode: catalogue[code].handle, handle, code, message, prefix, version, ...extra, ...known };
      return { head, values: null };
    }
  }
}

/** The members follow the order of Handle's JSON. */
export function errorJson(error: KapokError, handle?: string) {
  const { responseCode, message, code, at, successor } = error;
  return {
    responseCode,
    message,
    ...(handle === undefined ? {} : { handle }),
    code,
    ...(at === undefined ? {} : { at }),
    ...(successor === undefined ? {} : { successor }),
  };
}
