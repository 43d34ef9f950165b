import { catalogue } from '../errors/catalogue.ts';
import { messageOf, WITHDRAWN_CODES } from '../resolve/answer-json.ts';
import type { Found, Outcome } from '../resolve/outcome.ts';
import { referralValues } from '../resolve/prefix-record.ts';

/** The HTTP status and the JSON of an outcome that is no record, as Handle's REST interface gives them; `extra` comes last. */
export function outcomeJson(
  handle: string,
  outcome: Exclude<Outcome, Found>,
  extra: object,
): { status: number; json: object } {
  switch (outcome.kind) {
    case 'referral': {
      const values = referralValues(outcome, new Date());
      return { status: 300, json: { responseCode: 303, handle, values, ...extra } };
    }
    case 'absent':
      return { status: 404, json: { responseCode: 100, handle, ...extra } };
    case 'withdrawn': {
      const code = WITHDRAWN_CODES[outcome.reason];
      const { http: status, handle: responseCode } = catalogue[code];
      const { prefix, successor } = outcome;
      const json = { responseCode, message: messageOf(outcome), handle, code, prefix };
      return { status, json: { ...json, ...(successor === null ? {} : { successor }), ...extra } };
    }
  }
}

/** What tells that an answer has outlived its time: RFC 9111 §5.5 calls it 110. */
export function staleHeaders({ stale }: Outcome): readonly (readonly [string, string])[] {
  if (stale === undefined) return [];
  return [
    ['kapok-stale', String(stale)],
    ['warning', '110 - "Response is Stale"'],
  ];
}
