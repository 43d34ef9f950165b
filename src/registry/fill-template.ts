import type { Queryable } from '../database/database.ts';
import { KapokError } from '../errors/kapok-error.ts';
import { TEMPLATE_ID, TEMPLATE_VERSION } from '../record/template/template.ts';
import { findTemplate, type PublishedTemplate, parseTemplateId, templateText } from './templates.ts';

/** A record's content by the names of a template's items. */
export interface TemplateData {
  /** `PREFIX/name`, or `PREFIX/name@3` for a version other than the newest. */
  readonly template: string;
  /** Texts by item type; numbers and booleans stand for their texts. */
  readonly data: Readonly<Record<string, unknown>>;
}

/** Puts data in the place of values; each template is looked up once, so that all rows of an import follow the same version. */
export class TemplateFiller {
  readonly #database: Queryable;
  readonly #found = new Map<string, Promise<PublishedTemplate>>();

  constructor(database: Queryable) {
    this.#database = database;
  }

  /** The values, as a client could have sent them, that say the same. Throws TEMPLATE_NOT_FOUND, and INVALID_VALUE that names the item. */
  async fill({ template, data }: TemplateData): Promise<object[]> {
    let found = this.#found.get(template);
    if (found === undefined) {
      found = getTemplate(this.#database, template);
      this.#found.set(template, found);
      // What could not be read now may be there for the next row.
      found.catch(() => this.#found.delete(template));
    }
    return valuesOf(await found, data);
  }
}

async function getTemplate(database: Queryable, template: string): Promise<PublishedTemplate> {
  const [, text = '', digits] = /^(.*?)(?:@([1-9]\d{0,8}))?$/s.exec(template) ?? [];
  const found = await findTemplate(database, parseTemplateId(text), digits === undefined ? null : Number(digits));
  if (found === null) throw new KapokError('TEMPLATE_NOT_FOUND', { subject: template, at: 'template' });
  return found;
}

function valuesOf({ prefix, name, version, template }: PublishedTemplate, data: TemplateData['data']): object[] {
  const id = templateText({ prefix, name });
  const items = new Map(template.items.map((item) => [item.type, item]));
  const values = Object.entries(data).map(([type, content]) => {
    const item = items.get(type);
    const at = `data.${type}`;
    if (item === undefined) throw wrong(at, `is no item of ${id}, version ${version}`);
    if (!['string', 'number', 'boolean'].includes(typeof content))
      throw wrong(at, 'must be a text, a number or a boolean');
    return { index: item.index, type, data: String(content) };
  });
  return [{ ...TEMPLATE_ID, data: id }, { ...TEMPLATE_VERSION, data: String(version) }, ...values];
}

function wrong(at: string, reason: string): KapokError {
  return new KapokError('INVALID_VALUE', { message: `${at} ${reason}`, at });
}
