import { LRUCache } from 'lru-cache';
import type { Database, Queryable } from '../database/database.ts';
import { utc } from '../database/utc.ts';
import { KapokError } from '../errors/kapok-error.ts';
import { type Actor, appendAudit } from '../governance/audit/append-audit.ts';
import { type Prefix, parsePrefix } from '../identifier/prefix.ts';
import { assertFollows } from '../record/template/check-values.ts';
import { type Demands, demandsOf, NO_DEMANDS } from '../record/template/demands.ts';
import { assertCoherent, assertSucceeds } from '../record/template/evolve.ts';
import { type Template, type TemplateName, templateOf } from '../record/template/template.ts';
import type { Value } from '../record/value.ts';
import { assertNotFrozen } from './assert-not-frozen.ts';

/** What a template is called: `PREFIX/name`. */
export interface TemplateId {
  readonly prefix: Prefix;
  readonly name: string;
}

export interface PublishedTemplate extends TemplateId {
  readonly version: number;
  readonly template: Template;
  /** RFC 3339, UTC. */
  readonly createdAt: string;
}

const NAME = /^[A-Za-z0-9_-]{1,64}$/;
const COLUMNS = `prefix, name, version, template, ${utc('created_at', 'createdAt')}`;

type TemplateRow = PublishedTemplate & Record<string, unknown>;

/** Throws BAD_REQUEST with the reason. */
export function parseTemplateId(text: string): TemplateId {
  const slash = text.indexOf('/');
  const name = text.slice(slash + 1);
  if (slash > 0 && NAME.test(name)) return { prefix: parsePrefix(text.slice(0, slash)), name };
  const message = 'A template is called PREFIX/name; the name is up to 64 letters, digits, "-" and "_"';
  throw new KapokError('BAD_REQUEST', { message, at: 'template' });
}

export function templateText({ prefix, name }: TemplateId): string {
  return `${prefix}/${name}`;
}

/** This version, or the newest; null when there is none. */
export async function findTemplate(
  database: Queryable,
  { prefix, name }: TemplateId,
  version: number | null = null,
): Promise<PublishedTemplate | null> {
  const text = `select ${COLUMNS} from templates where prefix = $1 and name = $2 and ($3::int is null or version = $3)
    order by version desc limit 1`;
  const [row] = await database.query<TemplateRow>({ name: 'find_template', text }, [prefix, name, version]);
  return row ?? null;
}

/** The newest version of each template of a prefix, by name. */
export function listTemplates(database: Queryable, prefix: Prefix): Promise<PublishedTemplate[]> {
  const text = `select distinct on (name) ${COLUMNS} from templates where prefix = $1 order by name, version desc`;
  return database.query<TemplateRow>({ name: 'list_templates', text }, [prefix]);
}

/**
 * Publishes the next version; the newest once more when it says the same. Throws BAD_REQUEST when the items do not fit each
 * other or the version before, VERSION_MISMATCH when another was published at the same moment.
 */
export function publishTemplate(
  database: Database,
  { prefix, name }: TemplateId,
  { template, actor }: { template: Template; actor: Actor },
): Promise<{ published: PublishedTemplate; created: boolean }> {
  assertCoherent(template);
  const json = JSON.stringify(template);
  return database.transaction(async (tx) => {
    await assertNotFrozen(tx, prefix);
    const newest = await findTemplate(tx, { prefix, name });
    if (newest !== null && JSON.stringify(newest.template) === json) return { published: newest, created: false };
    if (newest !== null) assertSucceeds(template, newest.template);
    const text = `insert into templates (prefix, name, version, template, actor) values ($1, $2, $3, $4, $5)
      on conflict do nothing returning ${COLUMNS}`;
    const values = [prefix, name, (newest?.version ?? 0) + 1, json, actor.id];
    const [published] = await tx.query<TemplateRow>(text, values);
    if (published === undefined)
      throw new KapokError('VERSION_MISMATCH', { message: 'Another version was published meanwhile' });
    const id = templateText({ prefix, name });
    const { version } = published;
    const said = { before: newest && { version: newest.version }, after: { version, template } };
    await appendAudit(tx, { action: 'template.publish', actor, kind: 'template', id, prefix, ...said });
    return { published, created: true };
  });
}

/** What a write needs of the templates. */
export type Templates = Pick<TemplateChecker, 'assertFollows' | 'demandsOf'>;

/** Checks records against the templates they name; versions never change, so what was read once is kept. */
export class TemplateChecker {
  readonly #database: Queryable;
  readonly #known = new LRUCache<string, Template>({ max: 1_000 });

  constructor(database: Queryable) {
    this.#database = database;
  }

  /**
   * Throws INVALID_VALUE that names the item, at once when the template is known; a record that names no template may hold
   * anything.
   */
  assertFollows(values: readonly Value[]): Promise<void> | undefined {
    const demands = this.demandsOf(values);
    return demands instanceof Promise ? demands.then(() => {}) : undefined;
  }

  /** The same, and what the template asks beyond the values: `writeRecordIn` sees to that, and nothing else does. */
  demandsOf(values: readonly Value[]): Demands | Promise<Demands> {
    const named = templateOf(values);
    if (named === null) return NO_DEMANDS;
    const check = (template: Template) => {
      assertFollows(values, template);
      return demandsOf(values, named.id, template);
    };
    const known = this.#known.get(keyOf(named));
    return known === undefined ? this.#load(named).then(check) : check(known);
  }

  async #load(named: TemplateName): Promise<Template> {
    const { id, version } = named;
    const found = await findTemplate(this.#database, parseTemplateId(id), readVersion(version));
    if (found === null) {
      const message = `TEMPLATE_ID (index 1000) names ${id}, version ${version}, which is not published on this node`;
      throw new KapokError('INVALID_VALUE', { message, at: 'TEMPLATE_ID' });
    }
    this.#known.set(keyOf(named), found.template);
    return found.template;
  }
}

function keyOf({ id, version }: TemplateName): string {
  return `${id}@${version}`;
}

function readVersion(text: string | undefined): number {
  if (text !== undefined && /^[1-9]\d{0,8}$/.test(text)) return Number(text);
  const message = 'TEMPLATE (index 1001) must be the version of the template, a whole number from 1';
  throw new KapokError('INVALID_VALUE', { message, at: 'TEMPLATE' });
}
