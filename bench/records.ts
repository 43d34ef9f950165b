import type { Value } from '../src/record/value.ts';
import { DEFAULT_TTL } from '../src/record/value.ts';

/** Identifiers a node holds for the profiles that must miss its memory. */
export const RECORDS = 50_000;
/** Identifiers that are asked for again and again. */
export const HOT_RECORDS = 1_000;

/** All are of the same length, so that all answers are. */
export function identifierOf(prefix: string, n: number, kind = 'BRG'): string {
  return `${prefix}/${kind}-${String(n).padStart(7, '0')}`;
}

export function targetOf(identifier: string): string {
  return `https://products.example/${identifier}`;
}

/** The values of a record as an importer writes them: a product with a page, a name and a maker. */
function textsOf(identifier: string): readonly (readonly [type: string, text: string])[] {
  return [
    ['URL', targetOf(identifier)],
    ['NAME', 'Deep groove ball bearing 6204-2RS, 20 × 47 × 14 mm'],
    ['MANUFACTURER', '广州木棉轴承有限公司'],
  ];
}

/** One line of an import. */
export function importLine(identifier: string): string {
  const values = textsOf(identifier).map(([type, data], i) => ({ index: i + 1, type, data }));
  return JSON.stringify({ identifier, values });
}

export function* importLines(prefix: string, { count, kind }: { count: number; kind?: string }): Generator<string> {
  for (let n = 0; n < count; n++) yield importLine(identifierOf(prefix, n, kind));
}

/** What Handle's REST interface must say about a record of ours; the moment of writing is left open. */
export function expectedValues(identifier: string): Omit<Value, 'timestamp'>[] {
  return textsOf(identifier).map(([type, value], i) => ({
    index: i + 1,
    type,
    data: { format: 'string', value },
    ttl: DEFAULT_TTL,
  }));
}

/** `count` numbers below `limit`, spread over all of it. */
export function spread(count: number, limit: number): number[] {
  return Array.from({ length: count }, (_, i) => Math.floor(((limit - 1) * i) / Math.max(1, count - 1)));
}
