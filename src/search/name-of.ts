import { foldCase } from '../identifier/fold.ts';
import type { Value } from '../record/value.ts';

/** Types whose value is what people call the object, the first that a record has. */
const NAME_TYPES = ['NAME', 'TITLE', 'PRODUCT_NAME', 'PRODUCTNAME', 'LABEL', '名称', '产品名称', '商品名称', '品名'];
const MAX_NAME = 512;

/** What the object is called; '' when no value says it. */
export function nameOf(values: readonly Value[]): string {
  for (const type of NAME_TYPES) {
    const found = values.find((value) => value.data.format === 'string' && foldCase(value.type) === type);
    if (found !== undefined) return String(found.data.value).slice(0, MAX_NAME);
  }
  return '';
}
