import type { Value } from '../value.ts';
import type { Item, Template } from './template.ts';

/** The text that a record holds in one item. */
export interface ItemText {
  readonly item: Item;
  readonly text: string;
}

/** What a template asks of a record beyond the record itself: other records and files decide it. */
export interface Demands {
  /** The template's `PREFIX/name`. */
  readonly template: string;
  /** No other active record of the template holds these. */
  readonly unique: readonly ItemText[];
  /** Files of these names are there. */
  readonly files: readonly ItemText[];
}

export const NO_DEMANDS: Demands = { template: '', unique: [], files: [] };

/** The demands of values that follow the template. */
export function demandsOf(values: readonly Value[], template: string, { items }: Template): Demands {
  const demanding = items.filter((item) => item.unique === true || item.kind === 'file');
  if (demanding.length === 0) return NO_DEMANDS;
  const texts = new Map(values.map(({ index, data }) => [index, data.format === 'string' ? data.value : null]));
  const held = demanding.flatMap((item) => {
    const text = texts.get(item.index) ?? null;
    return text === null ? [] : [{ item, text }];
  });
  const unique = held.filter(({ item }) => item.unique === true);
  const files = held.filter(({ item }) => item.kind === 'file');
  return { template, unique, files };
}

/** Whether a record can be written without a look at others. */
export function asksNothing({ unique, files }: Demands): boolean {
  return unique.length === 0 && files.length === 0;
}
