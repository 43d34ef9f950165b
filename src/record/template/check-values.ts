import { KapokError } from '../../errors/kapok-error.ts';
import { whyInvalidIdentifier } from '../../identifier/identifier.ts';
import type { Value } from '../value.ts';
import { FIRST_ITEM_INDEX, type Item, type Kind, type Template } from './template.ts';

/**
 * Throws INVALID_VALUE, which names the item, unless the values follow the template: each required item is there, and
 * each value from index 2000 on is that of an item in use.
 */
export function assertFollows(values: readonly Value[], template: Template): void {
  const items = new Map(template.items.map((item) => [item.index, item]));
  for (const value of values) {
    if (value.index < FIRST_ITEM_INDEX) continue;
    const item = items.get(value.index);
    const name = `${value.type} (index ${value.index})`;
    if (item === undefined) throw wrong(value.type, `${name} is no item of the template`);
    if (item.type !== value.type) throw wrong(value.type, `${name} has the type ${item.type} in the template`);
    if (item.disabled === true) throw wrong(value.type, `${name} is disabled in this version of the template`);
    const reason = whyUnfit(value, item);
    if (reason !== null) throw wrong(value.type, `${name} ${reason}`);
  }
  const present = new Set(values.map(({ index }) => index));
  const missing = template.items.find((item) => item.required && !item.disabled && !present.has(item.index));
  if (missing !== undefined)
    throw wrong(missing.type, `${missing.type} (index ${missing.index}) is required by the template`);
}

function whyUnfit({ data }: Value, item: Item): string | null {
  if (data.format !== 'string') return 'must have the format "string"';
  const { value: text } = data;
  const length = [...text].length;
  if (item.minLength !== undefined && length < item.minLength)
    return `has ${length} characters; at least ${item.minLength}`;
  if (item.maxLength !== undefined && length > item.maxLength)
    return `has ${length} characters; at most ${item.maxLength}`;
  if (item.choices !== undefined && !item.choices.includes(text)) return `must be one of ${item.choices.join(', ')}`;
  const reason = kinds[item.kind](text);
  if (reason !== null) return reason;
  if (item.minimum !== undefined && Number(text) < item.minimum) return `is below ${item.minimum}`;
  if (item.maximum !== undefined && Number(text) > item.maximum) return `is above ${item.maximum}`;
  return null;
}

const NUMBER = /^-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?$/;
const DATE = /^\d{4}-\d\d-\d\d$/;
const MOMENT = /^(\d{4}-\d\d-\d\d)T([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d+)?(Z|[+-]([01]\d|2[0-3]):[0-5]\d)$/;

/** Why a text is none of its kind, as the end of a sentence; null when it is one. */
const kinds: Record<Kind, (text: string) => string | null> = {
  text: () => null,
  number: (text) => (NUMBER.test(text) && Number.isFinite(Number(text)) ? null : 'must be a number such as 12.5'),
  integer: (text) => (/^-?(0|[1-9]\d*)$/.test(text) ? null : 'must be a whole number'),
  boolean: (text) => (text === 'true' || text === 'false' ? null : 'must be true or false'),
  date: (text) => (isDate(text) ? null : 'must be a date such as 2026-11-23'),
  datetime: (text) => (isMoment(text) ? null : 'must be a moment such as 2026-11-23T08:00:00+08:00'),
  url: (text) => (isWebUrl(text) ? null : 'must be an http:// or https:// URL'),
  reference: (text) => {
    const reason = whyInvalidIdentifier(text);
    return reason === null ? null : `must be an identifier, and ${reason}`;
  },
  // Whether there is such a file, only the database knows.
  file: (text) => (/^sha256:[0-9a-f]{64}$/.test(text) ? null : 'must name a file: "sha256:" and 64 digits of its hash'),
};

/** A day of the calendar: 2026-02-30 is none, though Date would make it March. */
function isDate(text: string): boolean {
  return DATE.test(text) && new Date(`${text}T00:00:00Z`).toJSON()?.startsWith(text) === true;
}

function isMoment(text: string): boolean {
  const [, date = ''] = MOMENT.exec(text) ?? [];
  return isDate(date);
}

function isWebUrl(text: string): boolean {
  return /^https?:\/\//i.test(text) && URL.canParse(text);
}

function wrong(at: string, message: string): KapokError {
  return new KapokError('INVALID_VALUE', { message, at });
}
