import type { SnmsShownTemplate, SnmsTemplate, SnmsTemplateItem } from '../../../proto/http/snms/templates.ts';
import type { Prefix } from '../../identifier/prefix.ts';
import { FIRST_ITEM_INDEX, type Item, type Template } from '../../record/template/template.ts';
import { type PublishedTemplate, templateText } from '../../registry/templates.ts';
import { missing } from './envelope.ts';
import { refused } from './second-level-error.ts';

const INDUSTRY = ['industryCategory', 'industrySpecific', 'industryTrade', 'industrySubclass'] as const;
type Industry = { readonly [Name in (typeof INDUSTRY)[number]]: string | null };

/** What this interface tells of a template, kept in the registry's own: immutable with its version. */
export interface SecondLevelTemplate extends Template {
  readonly secondLevel: Industry & {
    readonly version: string;
    readonly type: 1 | 2;
    /** Nobody writes by it any more; records keep what they follow. */
    readonly deleted?: true;
  };
}

export type PublishedHere = PublishedTemplate & { readonly template: SecondLevelTemplate };

export function isPublishedHere(published: PublishedTemplate | null): published is PublishedHere {
  return published !== null && 'secondLevel' in published.template;
}

/** A template of new items. `numbered`: they have no index of their own, and get one by their order. */
export function newTemplate(body: SnmsTemplate, { numbered }: { numbered: boolean }): SecondLevelTemplate {
  const items = body.items.map((item, i) => {
    const index = numbered ? FIRST_ITEM_INDEX + i : indexOf(item, i);
    if (index === undefined) throw missing(`items[${i}].idIndex`);
    return itemOf(item, i, index);
  });
  assertDistinct(items);
  return templateOf(body, items);
}

/** What a template becomes: items that are named change, new ones get the next index, none is removed. */
export function changedTemplate(body: SnmsTemplate, before: SecondLevelTemplate): SecondLevelTemplate {
  const items = new Map(before.items.map((item) => [item.index, item]));
  let next = Math.max(FIRST_ITEM_INDEX - 1, ...items.keys());
  body.items.forEach((item, i) => {
    const index = indexOf(item, i) ?? before.items.find(({ type }) => type === item.idType)?.index ?? ++next;
    const present = items.get(index);
    if (present !== undefined && present.type !== item.idType)
      throw refused(`索引${index}与英文名称${item.idType}不匹配，应为${present.type}`, `items[${i}].idType`);
    next = Math.max(next, index);
    items.set(index, itemOf(item, i, index, present));
  });
  const all = [...items.values()].sort((a, b) => a.index - b.index);
  assertDistinct(all);
  return templateOf(body, all);
}

export function deletedTemplate(before: SecondLevelTemplate): SecondLevelTemplate {
  const items = before.items.map((item): Item => ({ ...item, disabled: true }));
  return { ...before, items, secondLevel: { ...before.secondLevel, deleted: true } };
}

export function shownTemplate({ prefix, name, template }: PublishedHere): SnmsShownTemplate {
  const { version, type, deleted: _deleted, ...industry } = template.secondLevel;
  return {
    prefix,
    version,
    ...industry,
    type,
    description: template.description ?? null,
    handle: templateText({ prefix: prefix as Prefix, name }),
    items: template.items.map((item) => ({
      name: item.title ?? item.type,
      idType: item.type,
      idIndex: item.index,
      required: item.required === true,
      metadata: { type: 'string', minLength: item.minLength ?? 0, maxLength: item.maxLength ?? 0 },
      state: item.disabled === true ? 0 : 1,
    })),
  };
}

function templateOf({ version, type, description, ...body }: SnmsTemplate, items: readonly Item[]) {
  const kind = Number(type ?? 2);
  if (kind !== 1 && kind !== 2) throw refused('type只能为1（主动标识载体）或2（其他）', 'type');
  const industry = Object.fromEntries(INDUSTRY.map((name) => [name, body[name] ?? null])) as Industry;
  const said = description === undefined || description === null || description === '' ? {} : { description };
  return { ...said, items, secondLevel: { version, type: kind, ...industry } } satisfies SecondLevelTemplate;
}

function itemOf(item: SnmsTemplateItem, i: number, index: number, present?: Item): Item {
  const at = `items[${i}]`;
  if (index < FIRST_ITEM_INDEX) throw refused(`索引${index}为预留索引，请从${FIRST_ITEM_INDEX}开始`, `${at}.idIndex`);
  if (!/^[A-Za-z][A-Za-z0-9_.-]*$/.test(item.idType))
    throw refused(`${item.idType}不是合法的英文名称：以字母开头，由字母、数字、"_"、"."、"-"组成`, `${at}.idType`);
  const { type = 'string', minLength = 0, maxLength } = item.metadata;
  if (type !== null && type !== 'string') throw refused('metadata.type只支持string', `${at}.metadata.type`);
  if (maxLength === undefined) throw missing(`${at}.metadata.maxLength`);
  const [low, high] = [Number(minLength), Number(maxLength)];
  if (low > high) throw refused(`${item.name}的最小长度大于最大长度`, `${at}.metadata.minLength`);
  return {
    index,
    type: item.idType,
    title: item.name,
    kind: 'text',
    ...((item.required ?? present?.required ?? false) ? { required: true } : {}),
    minLength: low,
    maxLength: high,
    ...(isDisabled(item, present) ? { disabled: true } : {}),
  };
}

function isDisabled({ state }: SnmsTemplateItem, present: Item | undefined): boolean {
  return state === undefined || state === null ? present?.disabled === true : Number(state) === 0;
}

function indexOf({ idIndex }: SnmsTemplateItem, i: number): number | undefined {
  if (idIndex === undefined || idIndex === null) return undefined;
  const index = Number(idIndex);
  if (index > 2_147_483_647) throw refused(`索引${idIndex}过大`, `items[${i}].idIndex`);
  return index;
}

function assertDistinct(items: readonly Item[]): void {
  for (const field of ['index', 'type', 'title'] as const) {
    const seen = new Set<unknown>();
    for (const item of items) {
      if (seen.has(item[field])) throw refused(`${NAMES[field]}${item[field]}在模板中重复`, 'items');
      seen.add(item[field]);
    }
  }
}

const NAMES = { index: '索引', type: '英文名称', title: '中文名称' } as const;
