import type { Value } from '../value.ts';
import type { Item, Template } from './template.ts';

/** The text that a record holds in one item. */
export interface ItemText {
  readonly item: Item;
  readonly text: string;
}

/** What a template asks of a record beyond the record itself: other records decide it. */
export interface Demands {
  /** The template's `PREFIX/name`. */
  readonly template: string;
  /** No other active record of the template holds these. */
  readonly unique: readonly ItemText[];
}

export const NO_DEMANDS: Demands = { template: '', unique: [] };

/** The demands of values that follow the template. */
export function demandsOf(values: readonly Value[], template: string, { items }: Template): Demands {
  const unique = items.filter((item) => item.unique === true);
  if (unique.length === 0) return NO_DEMANDS;
  const texts = new Map(values.map(({ index, data }) => [index, data.format === 'string' ? data.value : null]));
  const held = unique.flatMap((item) => {
    const text = texts.get(item.index) ?? null;
    return text === null ? [] : [{ item, text }];
  });
  return { template, unique: held };
}
