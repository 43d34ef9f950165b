import { KapokError } from '../../errors/kapok-error.ts';
import { type Prefix, parentOf } from '../../identifier/prefix.ts';

/** Numbers that nobody is given. */
export interface ReservedRange {
  readonly from: number;
  readonly to: number;
}

/**
 * What may be applied for below a prefix: the form of the last label. No regular expression: whoever writes one that takes for
 * ever would stop the node.
 */
export interface AllotmentRule {
  readonly labels: 'digits' | 'alphanumeric';
  readonly minLength: number;
  readonly maxLength: number;
  readonly reserved: readonly ReservedRange[];
}

/** Where no other rule was set. */
export const DEFAULT_RULE: AllotmentRule = { labels: 'digits', minLength: 1, maxLength: 60, reserved: [] };

const FORMS = { digits: /^[0-9]+$/, alphanumeric: /^[0-9A-Z-]+$/ } as const;
const NAMES = { digits: 'digits', alphanumeric: 'letters from A to Z, digits and "-"' } as const;

/** The last label of a prefix. */
export function labelOf(prefix: Prefix): string {
  return prefix.slice((parentOf(prefix) ?? '').length).replace(/^\./, '');
}

/** Throws PREFIX_FORM or PREFIX_RESERVED, with what the rule asks. */
export function assertAllottable(prefix: Prefix, { labels, minLength, maxLength, reserved }: AllotmentRule): void {
  const label = labelOf(prefix);
  const parent = parentOf(prefix);
  if (!FORMS[labels].test(label)) throw refused(`is not of the form: below ${parent} stand ${NAMES[labels]} alone`);
  if (label.length < minLength || label.length > maxLength)
    throw refused(`is not of the form: below ${parent} stand ${minLength} to ${maxLength} characters`);
  if (labels === 'digits' && minLength < maxLength && /^0\d/.test(label) && label.length > minLength)
    throw refused('is not of the form: a longer number does not begin with 0');
  const number = /^[0-9]{1,15}$/.test(label) ? Number(label) : -1;
  const range = reserved.find(({ from, to }) => from <= number && number <= to);
  if (range === undefined) return;
  const message = `Prefix ${prefix} is reserved: below ${parent} the numbers ${range.from} to ${range.to} are not given out`;
  throw new KapokError('PREFIX_RESERVED', { message, at: 'prefix', subject: prefix });

  function refused(reason: string): KapokError {
    return new KapokError('PREFIX_FORM', { message: `Prefix ${prefix} ${reason}`, at: 'prefix', subject: prefix });
  }
}

/** Throws BAD_REQUEST when lengths or ranges are the wrong way round. */
export function assertRule({ minLength, maxLength, reserved }: AllotmentRule): void {
  if (minLength > maxLength)
    throw new KapokError('BAD_REQUEST', { message: 'minLength is above maxLength', at: 'minLength' });
  const wrong = reserved.findIndex(({ from, to }) => from > to);
  if (wrong < 0) return;
  const at = `reserved[${wrong}].from`;
  throw new KapokError('BAD_REQUEST', { message: `${at} is above ${at.replace('from', 'to')}`, at });
}
