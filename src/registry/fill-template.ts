import type { Queryable } from '../database/database.ts';
import { KapokError } from '../errors/kapok-error.ts';
import { TEMPLATE_ID, TEMPLATE_VERSION } from '../record/template/template.ts';
import { findTemplate, parseTemplateId, templateText } from './templates.ts';

/** A record's content by the names of a template's items. */
export interface TemplateData {
  /** `PREFIX/name`, or `PREFIX/name@3` for a version other than the newest. */
  readonly template: string;
  /** Texts by item type; numbers and booleans stand for their texts. */
  readonly data: Readonly<Record<string, unknown>>;
}

/** The values, as a client could have sent them, that say the same. Throws TEMPLATE_NOT_FOUND, and INVALID_VALUE that names the item. */
export async function fillTemplate(database: Queryable, { template, data }: TemplateData): Promise<object[]> {
  const [, text = '', digits] = /^(.*?)(?:@([1-9]\d{0,8}))?$/s.exec(template) ?? [];
  const id = parseTemplateId(text);
  const found = await findTemplate(database, id, digits === undefined ? null : Number(digits));
  if (found === null) throw new KapokError('TEMPLATE_NOT_FOUND', { subject: template, at: 'template' });
  const items = new Map(found.template.items.map((item) => [item.type, item]));
  const values = Object.entries(data).map(([type, content]) => {
    const item = items.get(type);
    const at = `data.${type}`;
    if (item === undefined) throw wrong(at, `is no item of ${text}, version ${found.version}`);
    if (!['string', 'number', 'boolean'].includes(typeof content))
      throw wrong(at, 'must be a text, a number or a boolean');
    return { index: item.index, type, data: String(content) };
  });
  const named = [
    { ...TEMPLATE_ID, data: templateText(id) },
    { ...TEMPLATE_VERSION, data: String(found.version) },
  ];
  return [...named, ...values];
}

function wrong(at: string, reason: string): KapokError {
  return new KapokError('INVALID_VALUE', { message: `${at} ${reason}`, at });
}
