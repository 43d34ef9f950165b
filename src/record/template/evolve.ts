import { KapokError } from '../../errors/kapok-error.ts';
import type { Item, Template } from './template.ts';

/** Throws BAD_REQUEST unless the items can stand together: each index and each type once, bounds the right way round. */
export function assertCoherent({ items }: Template): void {
  const indexes = new Set<number>();
  const types = new Set<string>();
  items.forEach((item, i) => {
    const at = `items[${i}]`;
    if (indexes.has(item.index)) throw refused(`${at}.index`, `${item.index} is the index of another item`);
    if (types.has(item.type)) throw refused(`${at}.type`, `${item.type} is the type of another item`);
    indexes.add(item.index);
    types.add(item.type);
    if (isAbove(item.minLength, item.maxLength)) throw refused(`${at}.minLength`, 'is above maxLength');
    if (isAbove(item.minimum, item.maximum)) throw refused(`${at}.minimum`, 'is above maximum');
    const bounded = item.minimum !== undefined || item.maximum !== undefined;
    if (bounded && item.kind !== 'number' && item.kind !== 'integer') {
      throw refused(`${at}.kind`, 'must be number or integer where minimum or maximum is given');
    }
    if ((item.fileTypes !== undefined || item.maxSize !== undefined) && item.kind !== 'file')
      throw refused(`${at}.kind`, 'must be file where fileTypes or maxSize is given');
  });
}

/** Throws BAD_REQUEST when a new version gives an index another meaning: items are disabled, never removed or retyped. */
export function assertSucceeds(next: Template, previous: Template): void {
  const items = new Map(next.items.map((item) => [item.index, item]));
  for (const before of previous.items) {
    const after = items.get(before.index);
    if (after === undefined)
      throw refused('items', `must still hold ${nameOf(before)}; an item is disabled, never removed`);
    if (after.type !== before.type || after.kind !== before.kind) {
      throw refused('items', `must leave ${nameOf(before)} its type and kind (${before.kind})`);
    }
    // Records of earlier versions hold texts that nobody has compared.
    if ((after.unique ?? false) !== (before.unique ?? false)) {
      const state = before.unique === true ? 'unique' : 'not unique';
      throw refused('items', `must leave ${nameOf(before)} ${state}, as it was published first`);
    }
  }
}

function nameOf({ type, index }: Item): string {
  return `${type} (index ${index})`;
}

function isAbove(low: number | undefined, high: number | undefined): boolean {
  return low !== undefined && high !== undefined && low > high;
}

function refused(at: string, reason: string): KapokError {
  return new KapokError('BAD_REQUEST', { message: `${at} ${reason}`, at });
}
