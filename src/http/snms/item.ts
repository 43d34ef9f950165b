import type { SnmsItem, SnmsRecord } from '../../../proto/http/snms/data.ts';
import type { Prefix } from '../../identifier/prefix.ts';
import {
  FIRST_ITEM_INDEX,
  type Item,
  TEMPLATE_ID,
  TEMPLATE_VERSION,
  type Template,
  templateOf,
} from '../../record/template/template.ts';
import type { Value } from '../../record/value.ts';
import { type PublishedTemplate, templateText } from '../../registry/templates.ts';
import { refused } from './second-level-error.ts';
import { versionInName } from './template-name.ts';

/** A value as Handle's JSON writes it. */
export interface RawValue {
  readonly index: number;
  readonly type: string;
  readonly data: string;
}

/** The values of an item: the template they follow, then its data. Throws in the words that clients know. */
export function valuesOf({ value }: SnmsItem, { prefix, name, version, template }: PublishedTemplate): RawValue[] {
  assertFollows(value, template);
  return [
    { ...TEMPLATE_ID, data: templateText({ prefix: prefix as Prefix, name }) },
    { ...TEMPLATE_VERSION, data: String(version) },
    ...value.map(({ index, type, data }) => ({ index, type, data: data.value })),
  ];
}

/** Values that this interface cannot say, such as administrators and keys: an update leaves them as they are. */
export function isBeyond({ index }: Value): boolean {
  return index < FIRST_ITEM_INDEX && index !== TEMPLATE_ID.index && index !== TEMPLATE_VERSION.index;
}

/** Whether a record says already what is to be registered. */
export function saysSame(values: readonly Value[], raw: readonly RawValue[]): boolean {
  const said = (value: RawValue | Value) => {
    const { index, type, data } = value;
    return JSON.stringify([index, type, typeof data === 'string' ? data : data.value]);
  };
  const wanted = new Set(raw.map(said));
  return values.length === wanted.size && values.every((value) => wanted.has(said(value)));
}

/** A record in the form of this interface. `known`: what the versions of hashed names are. */
export function shownRecord(
  { prefix, handle }: { prefix: Prefix; handle: string },
  values: readonly Value[],
  known: string | null,
): SnmsRecord {
  const version = known ?? versionOf(values);
  return {
    code: '200',
    prefix,
    handle,
    templateVersion: version,
    value: values
      .filter(({ index }) => index !== TEMPLATE_ID.index)
      .map(({ index, type, data: { format, value } }) => {
        const text = typeof value === 'string' ? value : JSON.stringify(value);
        return { data: { format, value: index === TEMPLATE_VERSION.index ? version : text }, auth: '1', index, type };
      }),
  };
}

function versionOf(values: readonly Value[]): string {
  const { id = '', version = '' } = templateOf(values) ?? {};
  return versionInName(id.slice(id.indexOf('/') + 1)) ?? version;
}

function assertFollows(value: SnmsItem['value'], { items }: Template): void {
  const byIndex = new Map(items.map((item) => [item.index, item]));
  const seen = new Set<number>();
  for (const { index, type, data } of value) {
    const item = byIndex.get(index);
    if (item === undefined) throw refused(`非法操作，索引${index}在模板中不存在`);
    if (item.type !== type) throw refused(`非法操作，索引${index}的类型在模板中为${item.type}`);
    if (item.disabled === true) throw refused(`非法操作，索引${index}在模板中已禁用`);
    if (data.format !== 'string') throw refused(`索引${index}的数据格式只支持string`);
    if (seen.has(index)) throw refused(`索引${index}重复`);
    assertLength(data.value, item);
    seen.add(index);
  }
  const absent = items.find((item) => item.required && !item.disabled && !seen.has(item.index));
  if (absent !== undefined) throw refused(`缺少必填属性: ${absent.type}（索引${absent.index}）`);
}

function assertLength(text: string, { index, type, minLength = 0, maxLength = Number.POSITIVE_INFINITY }: Item): void {
  const length = [...text].length;
  if (length >= minLength && length <= maxLength) return;
  throw refused(`${type}（索引${index}）的长度应在${minLength}到${maxLength}之间`);
}
